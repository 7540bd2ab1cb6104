package fetch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

const (
	acam, acah = "Access-Control-Allow-Methods: ", "Access-Control-Allow-Headers: "
	api        = "https://api.example/"
)

// What is on the wire: exactly these fields, in this order.
func TestPreflightOnTheWire(t *testing.T) {
	b := open(always(200, acao+home, "Access-Control-Allow-Credentials: true", acam+"PUT", acah+"authorization, content-type, x-a, x-b"))
	b.ask(t, fetch.Request{
		URL: link(api + "x?y#z"), Method: "PUT", Credentials: fetch.CredentialsInclude, Body: strings.NewReader("{}"),
		Header: headers("X-B: 1", "x-a: 2", "Authorization: Basic eA==", "Content-Type: application/json", "Accept: text/plain", "Accept-Language: de", "X-A: 3"),
	})
	want := headers(
		"Accept: */*",
		"Access-Control-Request-Method: PUT",
		"Access-Control-Request-Headers: authorization,content-type,x-a,x-b",
		"Referer: https://page.example/",
		"Origin: https://page.example",
		"Sec-Fetch-Dest: empty",
		"Sec-Fetch-Mode: cors",
		"Sec-Fetch-Site: cross-site",
		"User-Agent: "+fetch.Standard.UserAgent,
		"Accept-Encoding: gzip, deflate",
	)
	if len(b.net.sent) != 2 {
		t.Fatalf("%s: sent %s", b.verdict(), b.net.take())
	}
	preflight, actual := b.net.sent[0], b.net.sent[1]
	if preflight.Method != "OPTIONS" || preflight.Body != "" || !slices.Equal(preflight.Header, want) {
		t.Errorf("preflight: %s with body %q and\n%v, want\n%v", preflight.Method, preflight.Body, preflight.Header, want)
	}
	want = headers(
		"X-B: 1", "x-a: 2, 3", "Authorization: Basic eA==", "Content-Type: application/json", "Accept: text/plain", "Accept-Language: de",
		"Content-Length: 2",
		"Referer: https://page.example/",
		"Origin: https://page.example",
		"Sec-Fetch-Dest: empty",
		"Sec-Fetch-Mode: cors",
		"Sec-Fetch-Site: cross-site",
		"User-Agent: "+fetch.Standard.UserAgent,
		"Accept-Encoding: gzip, deflate",
	)
	if actual.Method != "PUT" || actual.Body != "{}" || !slices.Equal(actual.Header, want) {
		t.Errorf("actual: %s with body %q and\n%v, want\n%v", actual.Method, actual.Body, actual.Header, want)
	}
	kinds := b.record.Exchanges
	if len(kinds) != 2 || kinds[0].Kind != transcript.Preflight || kinds[1].Kind != transcript.Actual || kinds[0].Credentials || !kinds[1].Credentials {
		t.Errorf("recorded %+v", kinds)
	}
}

func TestPreflightRequestHeaders(t *testing.T) {
	for _, row := range []struct {
		why          string
		req          fetch.Request
		acrm, acrh   string
		sandboxed    bool
		origin, dest string
	}{
		{"a method alone names no headers", fetch.Request{Method: "DELETE"}, "DELETE", "absent", false, home, "empty"},
		{"a safelisted method is named too", fetch.Request{Header: headers("X-A: 1")}, "GET", "x-a", false, home, "empty"},
		{"methods keep their case", fetch.Request{Method: "patch"}, "patch", "absent", false, home, "empty"},
		{"safelisted headers are not named", fetch.Request{Header: headers("X-A: 1", "Accept: a", "Content-Language: de")}, "GET", "x-a", false, home, "empty"},
		{"a bare comma and no blank", fetch.Request{Header: headers("X-B: 1", "X-A: 1", "X-C: 1")}, "GET", "x-a,x-b,x-c", false, home, "empty"},
		{"an upload listener names nothing", fetch.Request{Initiator: fetch.ByXHR, UploadListener: true, Method: "POST", Body: strings.NewReader("x")}, "POST", "absent", false, home, "empty"},
		{"a sandboxed page is null", fetch.Request{Method: "PUT"}, "PUT", "absent", true, "null", "empty"},
		{"the destination goes along", fetch.Request{Initiator: fetch.ByReport, Header: headers("Content-Type: application/reports+json"), Body: strings.NewReader("[]")}, "POST", "content-type", false, home, "report"},
	} {
		b := open(always(200, acao+"*", acam+"*", acah+"*"))
		if row.sandboxed {
			b = openIn(fetch.Standard, "null", b.net.answer)
		}
		row.req.URL = link(api)
		if _, err := b.ask(t, row.req); err != nil || len(b.net.sent) != 2 {
			t.Errorf("%s: %v, %s", row.why, err, b.net.take())
			continue
		}
		p := b.net.sent[0]
		got := []string{p.get(wire.AccessControlRequestMethod), p.get(wire.AccessControlRequestHeaders), p.get("Origin"), p.get("Sec-Fetch-Dest")}
		if want := []string{row.acrm, row.acrh, row.origin, row.dest}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", row.why, got, want)
		}
		for _, absent := range []string{"Cookie", "Authorization", "Accept-Language", "Content-Type", "Content-Length", "X-A"} {
			if p.Header.Contains(absent) {
				t.Errorf("%s: the preflight carries %s", row.why, absent)
			}
		}
	}
}

// A server sees the referrer's policy at work on preflights too.
func TestPreflightReferrer(t *testing.T) {
	b := open(always(200, acao+"*", acam+"*"))
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT", ReferrerPolicy: fetch.UnsafeURL})
	if got := b.net.sent[0].get("Referer"); got != home+"/dir/index.html?q" {
		t.Errorf("unsafe-url: Referer %s", got)
	}
	b.ask(t, fetch.Request{URL: link(api + "2"), Method: "PUT", ReferrerPolicy: fetch.NoReferrer})
	if got := b.net.sent[2].get("Referer"); got != "absent" {
		t.Errorf("no-referrer: Referer %s", got)
	}
}

func TestPreflightStatus(t *testing.T) {
	for status := 200; status < 600; status++ {
		b := open(turns(reply(status, acao+"*", acam+"PUT", "Location: /2"), reply(200, acao+"*")))
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
		want := "preflight-status"
		switch {
		case status <= 299:
			want = "cors"
		case status == 301 || status == 302 || status == 303 || status == 307 || status == 308:
			want = "preflight-redirect"
		}
		if got := b.verdict(); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
		if v := b.record.First(); v != nil && (v.Phase != transcript.PhasePreflight || v.Exchange != 1 || b.net.take() != "OPTIONS "+api) {
			t.Errorf("%d: %+v: a preflight that fails ends all", status, v)
		}
	}
}

func TestPreflightJudged(t *testing.T) {
	const include = fetch.CredentialsInclude
	for _, row := range []struct {
		why         string
		method      string
		h           wire.Header
		credentials fetch.Credentials
		answer      []string
		want        string
	}{
		{"the method by name", "PUT", nil, "", []string{acam + "PUT"}, ""},
		{"the method among others", "PUT", nil, "", []string{acam + "GET,PUT , DELETE"}, ""},
		{"the method in a second line", "PUT", nil, "", []string{acam + "GET", acam + "PUT"}, ""},
		{"no word on methods", "PUT", nil, "", nil, "method-not-allowed"},
		{"an empty list", "PUT", nil, "", []string{acam}, "method-not-allowed"},
		{"empty elements are no harm", "PUT", nil, "", []string{acam + ",, PUT ,"}, ""},
		{"another method", "PUT", nil, "", []string{acam + "DELETE"}, "method-not-allowed"},
		{"case counts", "PUT", nil, "", []string{acam + "put"}, "method-not-allowed"},
		{"case counts the other way", "patch", nil, "", []string{acam + "PATCH"}, "method-not-allowed"},
		{"as spelled", "patch", nil, "", []string{acam + "patch"}, ""},
		{"the star", "PUT", nil, "", []string{acam + "*"}, ""},
		{"the star among others", "PUT", nil, "", []string{acam + "GET, *"}, ""},
		{"the star with credentials", "PUT", nil, include, []string{acam + "*"}, "method-not-allowed"},
		{"by name with credentials", "PUT", nil, include, []string{acam + "PUT"}, ""},
		{"a method called star, with credentials", "*", nil, include, []string{acam + "*"}, ""},
		{"a safelisted method needs no word", "POST", headers("X-A: 1"), "", []string{acah + "x-a"}, ""},
		{"nor with credentials", "GET", headers("X-A: 1"), include, []string{acah + "x-a"}, ""},
		{"nor where others are named", "HEAD", headers("X-A: 1"), "", []string{acah + "x-a", acam + "PUT"}, ""},
		{"the header by name", "GET", headers("X-A: 1"), "", []string{acah + "X-a"}, ""},
		{"no word on headers", "GET", headers("X-A: 1"), "", nil, "header-not-allowed"},
		{"an empty list of headers", "GET", headers("X-A: 1"), "", []string{acah}, "header-not-allowed"},
		{"one of two", "GET", headers("X-A: 1", "X-B: 1"), "", []string{acah + "x-a"}, "header-not-allowed"},
		{"none of two: both are told", "GET", headers("X-A: 1", "X-B: 1"), "", nil, "header-not-allowed header-not-allowed"},
		{"two lines", "GET", headers("X-A: 1", "X-B: 1"), "", []string{acah + "x-a", acah + "x-b"}, ""},
		{"the star for headers", "GET", headers("X-A: 1", "X-B: 1"), "", []string{acah + "*"}, ""},
		{"the star with credentials", "GET", headers("X-A: 1"), include, []string{acah + "*"}, "header-not-allowed"},
		{"a header called star, with credentials", "GET", headers("*: 1"), include, []string{acah + "*"}, ""},
		{"the star leaves Authorization out", "GET", headers("Authorization: x"), "", []string{acah + "*"}, "header-not-allowed"},
		{"Authorization by name", "GET", headers("Authorization: x"), "", []string{acah + "*, authorization"}, ""},
		{"Authorization by name in capitals", "GET", headers("authorization: x"), include, []string{acah + "AUTHORIZATION"}, ""},
		{"the star with credentials leaves it out too", "GET", headers("Authorization: x"), include, []string{acah + "*"}, "header-not-allowed"},
		{"one bad method voids the list", "PUT", nil, "", []string{acam + "PUT, P(T"}, "acam-syntax"},
		{"in any line", "PUT", nil, "", []string{acam + "PUT", acam + "P T"}, "acam-syntax"},
		{"even where no method is needed", "GET", headers("X-A: 1"), "", []string{acah + "x-a", acam + `"GET"`}, "acam-syntax"},
		{"one bad header name voids the list", "GET", headers("X-A: 1"), "", []string{acah + "x-a, x b"}, "acah-syntax"},
		{"even where no header is needed", "PUT", nil, "", []string{acam + "PUT", acah + "x/y"}, "acah-syntax"},
		{"both lists bad", "PUT", headers("X-A: 1"), "", []string{acam + "(", acah + "("}, "acam-syntax acah-syntax"},
		{"method and header", "PUT", headers("X-A: 1"), "", nil, "method-not-allowed header-not-allowed"},
		{"a bad list silences its own items only", "PUT", headers("X-A: 1"), "", []string{acam + "("}, "acam-syntax header-not-allowed"},
	} {
		answer := append([]string{acao + home}, row.answer...)
		if row.credentials == include {
			answer = append(answer, "Access-Control-Allow-Credentials: true")
		}
		b := open(turns(reply(200, answer...), reply(200, acao+home, "Access-Control-Allow-Credentials: true")))
		b.ask(t, fetch.Request{URL: link(api), Method: row.method, Header: row.h, Credentials: row.credentials})
		if got := codesOf(faults(b.record)); got != row.want {
			t.Errorf("%s: %s %v under %q: %q, want %q", row.why, row.method, row.h, row.answer, got, row.want)
		}
		if wires := len(b.net.sent); (wires == 2) != (row.want == "") {
			t.Errorf("%s: %d requests: the request is made if and only if the preflight allows it", row.why, wires)
		}
	}
}

func faults(record *transcript.Transcript) (list []transcript.Verdict) {
	for _, v := range record.Verdicts {
		if v.Blocks {
			list = append(list, v)
		}
	}
	return list
}

// The CORS check on a preflight's answer uses the request's credentials mode, though the preflight has none.
func TestPreflightCORSCheck(t *testing.T) {
	for _, row := range []struct {
		why         string
		credentials fetch.Credentials
		answer      []string
		want        string
	}{
		{"the star will do", fetch.CredentialsSameOrigin, []string{acao + "*"}, "cors"},
		{"the star will not do with credentials", fetch.CredentialsInclude, []string{acao + "*", "Access-Control-Allow-Credentials: true"}, "star-credentials"},
		{"credentials must be allowed on the preflight", fetch.CredentialsInclude, []string{acao + home}, "acac-not-true"},
		{"and may be", fetch.CredentialsInclude, []string{acao + home, "Access-Control-Allow-Credentials: true"}, "cors"},
		{"nothing", fetch.CredentialsOmit, nil, "acao-missing"},
		{"two lines", fetch.CredentialsOmit, []string{acao + home, acao + home}, "acao-multiple"},
	} {
		b := open(turns(reply(204, append(row.answer, acam+"PUT")...), reply(200, acao+home, "Access-Control-Allow-Credentials: true")))
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT", Credentials: row.credentials})
		if got := b.verdict(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
}

// The request itself is checked once more: a preflight that passed proves nothing for it.
func TestActualIsCheckedAfterPreflight(t *testing.T) {
	b := open(turns(reply(200, acao+"*", acam+"PUT"), reply(200)))
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
	if v := b.record.First(); v == nil || v.Code != transcript.ACAOMissing || v.Phase != transcript.PhaseActual || v.Exchange != 2 {
		t.Errorf("%+v", v)
	}
}

// In which order several faults are noticed depends on the browser; all of them are told.
func TestFaultOrder(t *testing.T) {
	put := fetch.Request{URL: link(api), Method: "PUT", Header: headers("X-A: 1")}
	for _, row := range []struct {
		why                                 string
		status                              int
		answer                              []string
		standard, chromium, firefox, webkit string
	}{
		{"a redirect that says nothing", 301, []string{"Location: /"}, "acao-missing", "preflight-redirect", "acao-missing", "preflight-redirect"},
		{"an error that says nothing", 500, nil, "acao-missing", "acao-missing", "acao-missing", "preflight-status"},
		{"an error that shares", 404, []string{acao + "*"}, "preflight-status", "preflight-status", "preflight-status", "preflight-status"},
		{"a method not named and names that do not parse", 200, []string{acao + "*", acah + "("}, "acah-syntax", "acah-syntax", "method-not-allowed", "acah-syntax"},
		{"a method and a header", 200, []string{acao + "*"}, "method-not-allowed", "method-not-allowed", "method-not-allowed", "method-not-allowed"},
	} {
		for p, want := range map[*fetch.Profile]string{&fetch.Standard: row.standard, &fetch.Chromium: row.chromium, &fetch.Firefox: row.firefox, &fetch.WebKit: row.webkit} {
			b := openIn(*p, home, always(row.status, row.answer...))
			b.ask(t, put)
			if got := b.verdict(); got != want {
				t.Errorf("%s: %s notices %s, want %s", row.why, p.Name, got, want)
			}
			for i, v := range faults(b.record) {
				if v.Hypothetical != (i > 0) {
					t.Errorf("%s: %s: verdict %d is hypothetical: %v", row.why, p.Name, i, v.Hypothetical)
				}
			}
		}
	}
}

// A preflight's answer has a body nobody reads and may set no cookie; what else it says is nobody's business.
func TestPreflightBodyIsClosed(t *testing.T) {
	for _, status := range []int{200, 404} {
		watched := &watchedBody{}
		answer := reply(status, acao+"*", acam+"PUT")
		answer.Body = watched
		b := open(turns(answer, reply(200, acao+"*")))
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
		if !watched.closed || watched.read {
			t.Errorf("%d: the preflight's body: closed %v, read %v", status, watched.closed, watched.read)
		}
	}
}

type watchedBody struct{ closed, read bool }

func (w *watchedBody) Read([]byte) (int, error) {
	w.read = true
	return 0, fmt.Errorf("nobody should read")
}
func (w *watchedBody) Close() error { w.closed = true; return nil }

func TestMaxAge(t *testing.T) {
	const s = "s"
	for _, row := range []struct {
		why                                 string
		lines                               []string
		standard, chromium, firefox, webkit string
	}{
		{"absent", nil, "5s", "5s", "5s", "5s"},
		{"empty", []string{""}, "5s", "5s", "5s", "5s"},
		{"zero", []string{"0"}, "0s", "0s", "0s", "0s"},
		{"one", []string{"1"}, "1s", "1s", "1s", "1s"},
		{"leading zeros", []string{"0060"}, "1m0s", "1m0s", "1m0s", "1m0s"},
		{"below every cap", []string{"600"}, "10m0s", "10m0s", "10m0s", "10m0s"},
		{"above WebKit's cap", []string{"601"}, "10m1s", "10m1s", "10m1s", "10m0s"},
		{"Chromium's cap", []string{"7200"}, "2h0m0s", "2h0m0s", "2h0m0s", "10m0s"},
		{"above Chromium's cap", []string{"7201"}, "2h0m1s", "2h0m0s", "2h0m1s", "10m0s"},
		{"Firefox's cap", []string{"86400"}, "24h0m0s", "2h0m0s", "24h0m0s", "10m0s"},
		{"above Firefox's cap", []string{"86401"}, "24h0m1s", "2h0m0s", "24h0m0s", "10m0s"},
		{"C1: negative", []string{"-1"}, "5s", "0s", "0s", "5s"},
		{"C2: a word", []string{"abc"}, "5s", "5s", "0s", "5s"},
		{"C2: a fraction", []string{"60.5"}, "5s", "5s", "0s", "5s"},
		{"C2: a list", []string{"60, 60"}, "5s", "5s", "0s", "5s"},
		{"C2: two lines", []string{"60", "60"}, "5s", "5s", "0s", "5s"},
		{"C3: a plus sign", []string{"+60"}, "5s", "1m0s", "0s", "1m0s"},
		{"a plus sign alone", []string{"+"}, "5s", "5s", "0s", "5s"},
		{"two plus signs", []string{"++60"}, "5s", "5s", "0s", "5s"},
		{"hexadecimal", []string{"0x10"}, "5s", "5s", "0s", "5s"},
		{"seconds with their unit", []string{"60" + s}, "5s", "5s", "0s", "5s"},
		{"C4: 20 digits", []string{"99999999999999999999"}, fetch.LongestMaxAge.String(), "5s", "24h0m0s", "10m0s"},
		{"19 digits fit", []string{"9223372036854775807"}, fetch.LongestMaxAge.String(), "2h0m0s", "24h0m0s", "10m0s"},
		{"more than a Duration holds", []string{"9223372037"}, fetch.LongestMaxAge.String(), "2h0m0s", "24h0m0s", "10m0s"},
		{"a duration's last second", []string{"9223372036"}, "2562047h47m16s", "2h0m0s", "24h0m0s", "10m0s"},
	} {
		var h wire.Header
		for _, line := range row.lines {
			h = append(h, wire.Field{Name: "access-control-max-age", Value: line})
		}
		for p, want := range map[*fetch.Profile]string{&fetch.Standard: row.standard, &fetch.Chromium: row.chromium, &fetch.Firefox: row.firefox, &fetch.WebKit: row.webkit} {
			age, _ := fetch.ParseMaxAge(h, *p)
			if p.MaxAgeCap > 0 {
				age = min(age, p.MaxAgeCap)
			}
			if age.String() != want {
				t.Errorf("%s: %q in %s: %s, want %s", row.why, row.lines, p.Name, age, want)
			}
		}
	}
}

// What the console says of a Max-Age.
func TestMaxAgeNotes(t *testing.T) {
	for _, row := range []struct {
		why, value     string
		p              fetch.Profile
		syntax, capped int
	}{
		{"as it should be", "60", fetch.Chromium, 0, 0},
		{"none", "", fetch.Chromium, 0, 0},
		{"not a number", "abc", fetch.Standard, 1, 0},
		{"negative", "-1", fetch.Chromium, 1, 0},
		{"at the cap", "7200", fetch.Chromium, 0, 0},
		{"above the cap", "7201", fetch.Chromium, 0, 1},
		{"no cap in the standard", "99999999999999999999", fetch.Standard, 0, 0},
	} {
		lines := []string{acao + "*", acam + "PUT"}
		if row.value != "" {
			lines = append(lines, "Access-Control-Max-Age: "+row.value)
		}
		b := openIn(row.p, home, always(200, lines...))
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
		if syntax, capped := len(b.noted("max-age-syntax")), len(b.noted("max-age-capped")); syntax != row.syntax || capped != row.capped || b.verdict() != "cors" {
			t.Errorf("%s: %s, %d and %d notes, want %d and %d", row.why, b.verdict(), syntax, capped, row.syntax, row.capped)
		}
	}
}
