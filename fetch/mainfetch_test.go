package fetch_test

import (
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// The switch of main fetch: the first statement that matches.
func TestMainFetchSwitch(t *testing.T) {
	const put, api = "PUT", "https://api.example/"
	for _, row := range []struct {
		why, page, target string
		req               fetch.Request
		want, wire        string
	}{
		{"same origin", home, home + "/", fetch.Request{}, "basic", "GET https://page.example/"},
		{"same origin never asks first", home, home + "/", fetch.Request{Method: put}, "basic", "PUT https://page.example/"},
		{"same origin by its default port", home, home + ":443/", fetch.Request{}, "basic", "GET https://page.example/"},
		{"data", home, "data:,x", fetch.Request{}, "basic", ""},
		{"data under mode same-origin", home, "data:,x", fetch.Request{Mode: fetch.ModeSameOrigin}, "basic", ""},
		{"data under mode no-cors", home, "data:,x", fetch.Request{Mode: fetch.ModeNoCORS}, "basic", ""},
		{"navigate", home, api, fetch.Request{Initiator: fetch.ByNavigation}, "basic", "GET https://api.example/"},
		{"a WebSocket wants 101, not 200", home, "wss://api.example/", fetch.Request{Initiator: fetch.ByWebSocket}, "net-protocol", "GET https://api.example/"},
		{"same-origin mode at home", home, home + "/", fetch.Request{Mode: fetch.ModeSameOrigin}, "basic", "GET https://page.example/"},
		{"same-origin mode elsewhere", home, api, fetch.Request{Mode: fetch.ModeSameOrigin}, "mode-same-origin", ""},
		{"no-cors", home, api, fetch.Request{Mode: fetch.ModeNoCORS}, "opaque", "GET https://api.example/"},
		{"no-cors at home", home, home + "/", fetch.Request{Mode: fetch.ModeNoCORS}, "basic", "GET https://page.example/"},
		{"no-cors must follow", home, api, fetch.Request{Mode: fetch.ModeNoCORS, Redirect: fetch.RedirectError}, "no-cors-redirect", ""},
		{"no-cors must follow", home, api, fetch.Request{Mode: fetch.ModeNoCORS, Redirect: fetch.RedirectManual}, "no-cors-redirect", ""},
		{"no-cors at home need not follow", home, home + "/", fetch.Request{Mode: fetch.ModeNoCORS, Redirect: fetch.RedirectManual}, "basic", "GET https://page.example/"},
		{"no-cors to a scheme nobody serves", home, "ftp://api.example/", fetch.Request{Mode: fetch.ModeNoCORS}, "net-scheme", ""},
		{"cors to ftp", home, "ftp://api.example/", fetch.Request{}, "scheme-not-http", ""},
		{"cors to a file", home, "file:///etc/hosts", fetch.Request{}, "scheme-not-http", ""},
		{"cors to about:", home, "about:blank", fetch.Request{}, "scheme-not-http", ""},
		{"cors to an unknown scheme", home, "foo://api.example/", fetch.Request{}, "scheme-not-http", ""},
		{"cors to another page's blob", home, "blob:https://api.example/1", fetch.Request{}, "scheme-not-http", ""},
		{"the page's own blob is of its origin, and not modelled", home, "blob:" + home + "/1", fetch.Request{}, "net-scheme", ""},
		{"mode same-origin comes before the scheme", home, "ftp://api.example/", fetch.Request{Mode: fetch.ModeSameOrigin}, "mode-same-origin", ""},
		{"an unsafe method", home, api, fetch.Request{Method: put}, "cors", "OPTIONS https://api.example/, PUT https://api.example/"},
		{"a safelisted method", home, api, fetch.Request{Method: "POST"}, "cors", "POST https://api.example/"},
		{"HEAD", home, api, fetch.Request{Method: "HEAD"}, "cors", "HEAD https://api.example/"},
		{"patch is unsafe as well", home, api, fetch.Request{Method: "patch"}, "cors", "OPTIONS https://api.example/, patch https://api.example/"},
		{"OPTIONS is not safelisted", home, api, fetch.Request{Method: "OPTIONS"}, "cors", "OPTIONS https://api.example/, OPTIONS https://api.example/"},
		{"an unsafe header", home, api, fetch.Request{Header: headers("X-A: 1")}, "cors", "OPTIONS https://api.example/, GET https://api.example/"},
		{"an unsafe value", home, api, fetch.Request{Method: "POST", Header: headers("Content-Type: application/json")}, "cors", "OPTIONS https://api.example/, POST https://api.example/"},
		{"a safelisted value", home, api, fetch.Request{Method: "POST", Header: headers("Content-Type: text/plain")}, "cors", "POST https://api.example/"},
		{"an ignored header asks nothing", home, api, fetch.Request{Header: headers("Cookie: a=b", "Sec-A: 1", "Proxy-B: 2", "X-HTTP-Method: TRACE")}, "cors", "GET https://api.example/"},
		{"a method override that is not forbidden is a header like others", home, api, fetch.Request{Header: headers("X-HTTP-Method: PUT")}, "cors", "OPTIONS https://api.example/, GET https://api.example/"},
		{"an upload listener", home, api, fetch.Request{Initiator: fetch.ByXHR, UploadListener: true}, "cors", "OPTIONS https://api.example/, GET https://api.example/"},
		{"an upload listener at home", home, home + "/", fetch.Request{Initiator: fetch.ByXHR, UploadListener: true}, "basic", "GET https://page.example/"},
		{"a sandboxed page is nowhere at home", "null", home + "/", fetch.Request{}, "cors", "GET https://page.example/"},
		{"without the unsafe-request flag nothing asks first", home, api, fetch.Request{Initiator: fetch.ByCSPReport, Header: headers("Content-Type: application/csp-report")}, "opaque", "POST https://api.example/"},
	} {
		t.Run(row.why+" "+row.target, func(t *testing.T) {
			b := openIn(fetch.Standard, row.page, always(200, acao+"*", "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *"))
			row.req.URL = link(row.target)
			b.ask(t, row.req)
			if got, sent := b.verdict(), b.net.take(); got != row.want || sent != row.wire {
				t.Errorf("%s with %q on the wire, want %s with %q", got, sent, row.want, row.wire)
			}
		})
	}
}

// Response tainting is decided anew on every hop, and cors never becomes basic again.
func TestTaintingAcrossHops(t *testing.T) {
	const api, other = "https://api.example/", "https://other.example/"
	for _, row := range []struct {
		why   string
		mode  fetch.Mode
		chain []string
		want  string
	}{
		{"at home all the way", fetch.ModeCORS, []string{home + "/", home + "/2"}, "basic"},
		{"away", fetch.ModeCORS, []string{home + "/", api}, "cors"},
		{"back home is still cors", fetch.ModeCORS, []string{api, home + "/"}, "cors"},
		{"home, away, home", fetch.ModeCORS, []string{home + "/", api, home + "/"}, "cors"},
		{"no-cors away", fetch.ModeNoCORS, []string{home + "/", api}, "opaque"},
		{"no-cors back home is still opaque", fetch.ModeNoCORS, []string{api, home + "/"}, "opaque"},
		{"no-cors on", fetch.ModeNoCORS, []string{api, other}, "opaque"},
		{"mode same-origin stays at home", fetch.ModeSameOrigin, []string{home + "/", home + "/2"}, "basic"},
		{"mode same-origin may not leave", fetch.ModeSameOrigin, []string{home + "/", api}, "mode-same-origin"},
	} {
		var answers []*fetch.NetworkResponse
		for _, next := range row.chain[1:] {
			answers = append(answers, reply(302, acao+"*", "Location: "+next))
		}
		b := open(turns(append(answers, reply(200, acao+"*"))...))
		resp, err := b.ask(t, fetch.Request{URL: link(row.chain[0]), Mode: row.mode})
		if got := b.verdict(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
		if err == nil && row.want != "opaque" && (!resp.Redirected || resp.URL != row.chain[len(row.chain)-1]) {
			t.Errorf("%s: redirected %v to %q", row.why, resp.Redirected, resp.URL)
		}
		if v := b.record.First(); v != nil && v.Hop != len(row.chain)-1 {
			t.Errorf("%s: the verdict is of hop %d, want %d", row.why, v.Hop, len(row.chain)-1)
		}
	}
}

// The console says why there was a preflight.
func TestPreflightReasons(t *testing.T) {
	for _, row := range []struct {
		why  string
		req  fetch.Request
		want string
	}{
		{"a method", fetch.Request{Method: "PUT"}, "method PUT"},
		{"headers", fetch.Request{Header: headers("X-B: 1", "X-A: 1")}, "header x-a, header x-b"},
		{"both", fetch.Request{Method: "DELETE", Header: headers("X-A: 1")}, "method DELETE, header x-a"},
		{"an upload listener", fetch.Request{Initiator: fetch.ByXHR, UploadListener: true}, "an upload listener"},
	} {
		b := open(always(200, acao+"*", "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *"))
		row.req.URL = link("https://api.example/")
		b.ask(t, row.req)
		if step := b.step("preflight"); step.Answer != "needed" || step.Because != row.want {
			t.Errorf("%s: %+v, want needed because %s", row.why, step, row.want)
		}
		if step := b.step("preflight-cache"); step.Answer != "miss" {
			t.Errorf("%s: %+v, want a miss", row.why, step)
		}
		if step := b.step("same-origin"); step.Answer != "no" {
			t.Errorf("%s: %+v, want no", row.why, step)
		}
	}
}

// step finds the last step of that name.
func (b *tab) step(name string) (found transcript.Step) {
	for _, s := range b.record.Steps {
		if s.Name == name {
			found = s
		}
	}
	return found
}
