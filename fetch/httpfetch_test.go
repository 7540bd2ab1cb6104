package fetch_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// worker is a service worker that always gives the same.
func worker(answer fetch.WorkerResponse) func(context.Context, string, *fetch.URL, wire.Header) *fetch.WorkerResponse {
	return func(context.Context, string, *fetch.URL, wire.Header) *fetch.WorkerResponse {
		again := answer
		return &again
	}
}

func TestServiceWorker(t *testing.T) {
	const api = "https://api.example/"
	for _, row := range []struct {
		why    string
		req    fetch.Request
		answer fetch.WorkerResponse
		want   string
	}{
		{"no CORS check runs on what a worker gives", fetch.Request{}, fetch.WorkerResponse{Type: fetch.TypeCORS, Status: 200}, "cors"},
		{"nor does a preflight", fetch.Request{Method: "PUT"}, fetch.WorkerResponse{Type: fetch.TypeBasic, Status: 200}, "basic"},
		{"one of its own making is filtered for the request", fetch.Request{}, fetch.WorkerResponse{Status: 200}, "cors"},
		{"an error", fetch.Request{}, fetch.WorkerResponse{Type: fetch.TypeError}, "worker-response"},
		{"cors for mode same-origin", fetch.Request{URL: link(home + "/"), Mode: fetch.ModeSameOrigin}, fetch.WorkerResponse{Type: fetch.TypeCORS, Status: 200}, "worker-response"},
		{"basic for mode same-origin", fetch.Request{URL: link(home + "/"), Mode: fetch.ModeSameOrigin}, fetch.WorkerResponse{Type: fetch.TypeBasic, Status: 200}, "basic"},
		{"opaque for mode cors", fetch.Request{}, fetch.WorkerResponse{Type: fetch.TypeOpaque}, "worker-response"},
		{"opaque for mode no-cors", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.WorkerResponse{Type: fetch.TypeOpaque}, "opaque"},
		{"cors for mode no-cors", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.WorkerResponse{Type: fetch.TypeCORS, Status: 200}, "cors"},
		{"an opaque redirect for follow", fetch.Request{}, fetch.WorkerResponse{Type: fetch.TypeOpaqueRedirect}, "worker-response"},
		{"an opaque redirect for manual", fetch.Request{Redirect: fetch.RedirectManual}, fetch.WorkerResponse{Type: fetch.TypeOpaqueRedirect}, "opaqueredirect"},
		{"a redirected one for error", fetch.Request{Redirect: fetch.RedirectError}, fetch.WorkerResponse{Type: fetch.TypeCORS, Status: 200, Redirected: true}, "worker-response"},
		{"a redirected one for manual", fetch.Request{Redirect: fetch.RedirectManual}, fetch.WorkerResponse{Type: fetch.TypeCORS, Status: 200, Redirected: true}, "worker-response"},
		{"a redirected one for follow", fetch.Request{}, fetch.WorkerResponse{Type: fetch.TypeCORS, Status: 200, Redirected: true}, "cors"},
		{"CORP is looked at on opaque ones", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.WorkerResponse{Type: fetch.TypeOpaque, Header: headers("Cross-Origin-Resource-Policy: same-origin")}, "corp-blocked"},
	} {
		b := open(always(500))
		b.ServiceWorker = worker(row.answer)
		if row.req.URL == nil {
			row.req.URL = link(api)
		}
		b.ask(t, row.req)
		if got, sent := b.verdict(), b.net.take(); got != row.want || sent != "" {
			t.Errorf("%s: %s with %q on the wire, want %s and nothing", row.why, got, sent, row.want)
		}
		if len(b.record.Exchanges) != 1 || b.record.Exchanges[0].Source != transcript.FromServiceWorker {
			t.Errorf("%s: recorded %+v", row.why, b.record.Exchanges)
		}
	}
}

func TestServiceWorkerThatLetsPass(t *testing.T) {
	asked := 0
	b := open(turns(reply(302, acao+"*", "Location: /2"), reply(200, acao+"*")))
	b.ServiceWorker = func(_ context.Context, method string, u *fetch.URL, h wire.Header) *fetch.WorkerResponse {
		asked++
		h.Set("X-A", "the worker's copy")
		if method != "GET" || u.String() != "https://api.example/1" {
			t.Errorf("asked about %s %s", method, u)
		}
		return nil
	}
	b.get(t, "https://api.example/1")
	if b.verdict() != "cors" || asked != 1 {
		t.Errorf("%s, asked %d times, want once: redirects from the network are not exposed to a worker", b.verdict(), asked)
	}
	if got := b.net.last().get("X-A"); got != "absent" {
		t.Errorf("the worker changed the request: X-A %s", got)
	}
	// With other redirect modes there is but one hop; a WebSocket's handshake never passes a worker.
	asked = 0
	b.net.answer = always(101)
	b.ask(t, fetch.Request{Initiator: fetch.ByWebSocket, URL: link("wss://api.example/1")})
	if asked != 0 {
		t.Error("a WebSocket's handshake passed the worker")
	}
}

// A worker's redirect is followed, and the next hop asks it again: only what came from the network is kept from it.
func TestServiceWorkerRedirect(t *testing.T) {
	b := open(always(200, acao+"*"))
	var asked []string
	b.ServiceWorker = func(_ context.Context, _ string, u *fetch.URL, _ wire.Header) *fetch.WorkerResponse {
		asked = append(asked, u.Path())
		if u.Path() == "/1" {
			return &fetch.WorkerResponse{Status: 302, Header: headers("Location: /2")}
		}
		return nil
	}
	b.get(t, "https://api.example/1")
	if got := strings.Join(asked, " "); b.verdict() != "cors" || got != "/1 /2" || b.net.take() != "GET https://api.example/2" {
		t.Errorf("%s, the worker was asked about %s", b.verdict(), got)
	}
}

func TestStoredResponse(t *testing.T) {
	const api = "https://api.example/"
	stored := reply(200, acao+"*", "", "kept")
	for _, row := range []struct {
		why   string
		req   fetch.Request
		holds *fetch.NetworkResponse
		want  string
		wire  string
	}{
		{"what is kept needs no network", fetch.Request{}, stored, "cors", ""},
		{"the CORS check runs on it all the same", fetch.Request{}, reply(200), "acao-missing", ""},
		{"nothing kept", fetch.Request{}, nil, "cors", "GET " + api},
		{"no-store does not look", fetch.Request{Cache: fetch.CacheNoStore}, stored, "cors", "GET " + api},
		{"reload does not look", fetch.Request{Cache: fetch.CacheReload}, stored, "cors", "GET " + api},
		{"force-cache looks", fetch.Request{Cache: fetch.CacheForceCache}, stored, "cors", ""},
		{"a preflight is never kept", fetch.Request{Header: headers("X-A: 1")}, stored, "cors", "OPTIONS " + api},
		{"a conditional request does not look: the standard makes it no-store", fetch.Request{Header: headers("If-None-Match: x")}, stored, "cors", "OPTIONS " + api + ", GET " + api},
	} {
		b := open(always(200, acao+"*", "Access-Control-Allow-Headers: *"))
		b.Stored = func(method string, u *fetch.URL, h wire.Header) *fetch.NetworkResponse {
			if method != "GET" || u.String() != api || !h.Contains("Accept") {
				t.Errorf("%s: asked for %s %s %v", row.why, method, u, h)
			}
			return row.holds
		}
		row.req.URL = link(api)
		b.ask(t, row.req)
		if got, sent := b.verdict(), b.net.take(); got != row.want || sent != row.wire {
			t.Errorf("%s: %s with %q on the wire, want %s with %q", row.why, got, sent, row.want, row.wire)
		}
	}
	b := open(always(500))
	b.Stored = func(string, *fetch.URL, wire.Header) *fetch.NetworkResponse {
		return &fetch.NetworkResponse{Status: 200, Header: headers(acao + "*"), Body: io.NopCloser(strings.NewReader("kept"))}
	}
	resp, err := b.get(t, api)
	if err != nil || text(t, resp) != "kept" || b.record.Exchanges[0].Source != transcript.FromCache {
		t.Errorf("%v, %+v", err, b.record.Exchanges)
	}
}

// CORP where CORS was not asked, and only there.
func TestCORPThroughAgent(t *testing.T) {
	const api = "https://api.example/"
	const closed = "Cross-Origin-Resource-Policy: same-origin"
	for _, row := range []struct {
		why  string
		req  fetch.Request
		coep fetch.COEP
		head []string
		page string // home unless it says otherwise
		want string
	}{
		{"mode no-cors", fetch.Request{Mode: fetch.ModeNoCORS}, "", []string{closed}, "", "corp-blocked"},
		{"an image", fetch.Request{Initiator: fetch.ByImage}, "", []string{closed}, "", "corp-blocked"},
		{"CORS overrules", fetch.Request{}, "", []string{closed, acao + "*"}, "", "cors"},
		{"an image that asks with CORS", fetch.Request{Initiator: fetch.ByImage, CrossOrigin: fetch.CrossOriginAnonymous}, "", []string{closed, acao + "*"}, "", "cors"},
		{"a navigation", fetch.Request{Initiator: fetch.ByNavigation}, "", []string{closed}, "", "basic"},
		{"a page that requires it", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.COEPRequireCORP, nil, "", "corp-blocked"},
		{"a page without credentials needs none", fetch.Request{Initiator: fetch.ByImage}, fetch.COEPCredentialless, nil, "", "opaque"},
		{"only a secure page can require it", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.COEPRequireCORP, nil, "http://page.example", "opaque"},
		{"so is one at loopback", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.COEPRequireCORP, nil, "http://localhost", "corp-blocked"},
		{"a page that is not secure heeds the policy itself", fetch.Request{Mode: fetch.ModeNoCORS}, fetch.COEPRequireCORP, []string{closed}, "http://page.example", "corp-blocked"},
	} {
		if row.page == "" {
			row.page = home
		}
		b := openIn(fetch.Standard, row.page+"/", always(200, row.head...))
		b.client.COEP = row.coep
		row.req.URL = link(api)
		b.ask(t, row.req)
		if got := b.verdict(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
	b := open(turns(reply(302, closed, "Location: https://other.example/"), reply(200)))
	b.ask(t, fetch.Request{URL: link(api), Mode: fetch.ModeNoCORS})
	if b.verdict() != "corp-blocked" || b.record.First().Hop != 0 {
		t.Errorf("CORP is looked at on redirects too: %s", b.verdict())
	}
}

// The CORS check runs whatever the status.
func TestCORSCheckOnEveryStatus(t *testing.T) {
	for _, status := range []int{200, 204, 206, 304, 400, 401, 403, 404, 407, 418, 500, 503, 599} {
		b := open(always(status))
		if b.get(t, "https://api.example/"); b.verdict() != "acao-missing" {
			t.Errorf("%d without a word: %s", status, b.verdict())
		}
		b = open(always(status, acao+"*"))
		resp, err := b.get(t, "https://api.example/")
		if err != nil || resp.Status != status {
			t.Errorf("%d shared: %v, %v", status, resp, err)
		}
	}
}
