package fetch_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
)

// Requests no page can make: the page is told why, and nothing is sent.
func TestRequestErrors(t *testing.T) {
	const userinfo = "https://u:p@api.example/"
	for _, row := range []struct {
		why  string
		req  fetch.Request
		code string // of the verdict, "nothing" where the fault is the caller's and no browser's
	}{
		{"no URL", fetch.Request{}, "url-invalid"},
		{"userinfo in fetch()", fetch.Request{URL: link(userinfo)}, "url-userinfo"},
		{"userinfo in fetch() at home", fetch.Request{URL: link("https://u@page.example/")}, "url-userinfo"},
		{"a forbidden method", fetch.Request{URL: link(api), Method: "TRACK"}, "method-forbidden"},
		{"GET with a body", fetch.Request{URL: link(api), Body: strings.NewReader("x")}, "body-not-allowed"},
		{"HEAD with a body", fetch.Request{URL: link(api), Method: "head", Body: strings.NewReader("x")}, "body-not-allowed"},
		{"GET with an empty body is one with a body", fetch.Request{URL: link(api), Body: strings.NewReader("")}, "body-not-allowed"},
		{"a header name that is no token", fetch.Request{URL: link(api), Header: headers("X A: 1")}, "header-invalid"},
		{"an empty header name", fetch.Request{URL: link(api), Header: headers(": 1")}, "header-invalid"},
		{"a newline in a value", fetch.Request{URL: link(api), Header: headers("X-A: 1\r\nX-B")}, "header-invalid"},
		{"a NUL in a value", fetch.Request{URL: link(api), Header: headers("X-A: 1\x002")}, "header-invalid"},
		{"no-cors and PUT", fetch.Request{URL: link(api), Mode: fetch.ModeNoCORS, Method: "PUT"}, "no-cors-method"},
		{"no-cors and a method in the wrong case", fetch.Request{URL: link(api), Mode: fetch.ModeNoCORS, Method: "Post2"}, "no-cors-method"},
		{"a stream in no-cors", fetch.Request{URL: link(api), Mode: fetch.ModeNoCORS, Method: "POST", Stream: true, Body: strings.NewReader("x")}, "stream-mode"},
		{"a stream with keepalive", fetch.Request{URL: link(api), Method: "POST", Keepalive: true, Stream: true, Body: strings.NewReader("x")}, "stream-mode"},
		{"a stream elsewhere than in fetch()", fetch.Request{URL: link(api), Initiator: fetch.ByXHR, Method: "POST", Stream: true, Body: strings.NewReader("x")}, "stream-mode"},
		{"an initiator nobody knows", fetch.Request{URL: link(api), Initiator: "telepathy"}, "nothing"},
		{"fetch() cannot navigate", fetch.Request{URL: link(api), Mode: fetch.ModeNavigate}, "nothing"},
		{"nor open a WebSocket", fetch.Request{URL: link(api), Mode: fetch.ModeWebSocket}, "nothing"},
		{"an element has its mode", fetch.Request{URL: link(api), Initiator: fetch.ByImage, Mode: fetch.ModeSameOrigin}, "nothing"},
		{"an element has its credentials", fetch.Request{URL: link(api), Initiator: fetch.ByImage, Credentials: fetch.CredentialsOmit}, "nothing"},
		{"credentials nobody knows", fetch.Request{URL: link(api), Credentials: "some"}, "nothing"},
		{"an element follows redirects", fetch.Request{URL: link(api), Initiator: fetch.ByImage, Redirect: fetch.RedirectError}, "nothing"},
		{"a redirect mode nobody knows", fetch.Request{URL: link(api), Redirect: "sometimes"}, "nothing"},
		{"a cache mode nobody knows", fetch.Request{URL: link(api), Cache: "sometimes"}, "nothing"},
		{"an element has no method", fetch.Request{URL: link(api), Initiator: fetch.ByImage, Method: "POST"}, "nothing"},
		{"an element sets no header", fetch.Request{URL: link(api), Initiator: fetch.ByImage, Header: headers("X-A: 1")}, "nothing"},
		{"an element has no body", fetch.Request{URL: link(api), Initiator: fetch.ByImage, Body: strings.NewReader("x")}, "nothing"},
		{"an upload listener elsewhere than in an XMLHttpRequest", fetch.Request{URL: link(api), Method: "POST", UploadListener: true}, "nothing"},
	} {
		b := open(always(200, acao+"*"))
		_, err := b.ask(t, row.req)
		var made *fetch.RequestError
		if !errors.As(err, &made) || made.Reason == "" || made.Error() != made.Reason || len(b.net.sent) != 0 || b.verdict() != row.code {
			t.Errorf("%s: %v, %s, sent %v; want a RequestError, %s and nothing sent", row.why, err, b.verdict(), b.net.sent, row.code)
		}
	}
}

// Their near misses, which are sent.
func TestRequestsThatCanBeMade(t *testing.T) {
	for _, row := range []struct {
		why  string
		req  fetch.Request
		wire string
		body string
	}{
		{"userinfo in an XMLHttpRequest", fetch.Request{Initiator: fetch.ByXHR, URL: link("https://u@api.example/")}, "GET https://u@api.example/", ""},
		{"userinfo in an image", fetch.Request{Initiator: fetch.ByImage, URL: link("https://u@api.example/")}, "GET https://u@api.example/", ""},
		{"an XMLHttpRequest drops a body of GET", fetch.Request{Initiator: fetch.ByXHR, Body: strings.NewReader("x")}, "GET " + api, ""},
		{"an empty body", fetch.Request{Method: "POST", Body: strings.NewReader("")}, "POST " + api, ""},
		{"a body", fetch.Request{Method: "POST", Body: strings.NewReader("x\x00y")}, "POST " + api, "x\x00y"},
		{"a body of an unsafe method", fetch.Request{Method: "DELETE", Body: strings.NewReader("x")}, "OPTIONS " + api + ", DELETE " + api, "x"},
		{"a value is trimmed", fetch.Request{Header: headers("Accept: \ta\r\n")}, "GET " + api, ""},
		{"an element may say follow", fetch.Request{Initiator: fetch.ByImage, Redirect: fetch.RedirectFollow}, "GET " + api, ""},
		{"an element may say its own mode", fetch.Request{Initiator: fetch.ByImage, Mode: fetch.ModeNoCORS, Credentials: fetch.CredentialsInclude}, "GET " + api, ""},
		{"a keepalive body of 64 KiB", fetch.Request{Method: "POST", Keepalive: true, Body: strings.NewReader(strings.Repeat("x", 64<<10))}, "POST " + api, strings.Repeat("x", 64<<10)},
	} {
		b := open(always(200, acao+"*", acam+"*", acah+"*"))
		if row.req.URL == nil {
			row.req.URL = link(api)
		}
		if _, err := b.ask(t, row.req); err != nil {
			t.Errorf("%s: %v, %s", row.why, err, b.verdict())
			continue
		}
		last := b.net.last()
		if got := b.net.take(); got != row.wire || last.Body != row.body {
			t.Errorf("%s: %s with body %.20q, want %s with %.20q", row.why, got, last.Body, row.wire, row.body)
		}
	}
}

func TestKeepaliveLimit(t *testing.T) {
	b := open(always(200, acao+"*"))
	b.ask(t, fetch.Request{URL: link(api), Method: "POST", Keepalive: true, Body: strings.NewReader(strings.Repeat("x", 64<<10+1))})
	if b.verdict() != "keepalive-too-long" || len(b.net.sent) != 0 {
		t.Errorf("%s after %d requests", b.verdict(), len(b.net.sent))
	}
}

// A body that cannot be read is the caller's error, and no verdict of a browser.
func TestUnreadableBody(t *testing.T) {
	b := open(always(200))
	broken := errors.New("the disk is gone")
	req := fetch.Request{Client: b.client, URL: link(home + "/"), Method: "POST", Body: io.MultiReader(strings.NewReader("x"), failing{broken})}
	resp, err := b.Fetch(t.Context(), &req)
	if resp != nil || !errors.Is(err, broken) || len(b.net.sent) != 0 {
		t.Errorf("%v, %v, sent %v", resp, err, b.net.sent)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Headers the browser keeps for itself are ignored in silence, and noted for whoever reads the console.
func TestForbiddenHeaders(t *testing.T) {
	b := open(always(200))
	b.ask(t, fetch.Request{URL: link(home + "/"), Header: headers(
		"Cookie: a=b", "Host: evil.example", "Origin: https://evil.example", "Referer: https://evil.example/", "Sec-Fetch-Site: none", "Proxy-A: b", "Content-Length: 7",
		"Accept-Encoding: br", "X-HTTP-Method-Override: GET, trace", "X-Method-Override: PUT",
	)})
	s := b.net.last()
	for name, want := range map[string]string{
		"Cookie": "absent", "Host": "absent", "Origin": "absent", "Referer": home + "/dir/index.html?q", "Sec-Fetch-Site": "same-origin", "Proxy-A": "absent",
		"Content-Length": "absent", "Accept-Encoding": "gzip, deflate", "X-HTTP-Method-Override": "absent", "X-Method-Override": "PUT",
	} {
		if got := s.get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := len(b.noted("header-forbidden")); got != 9 {
		t.Errorf("%d headers noted as forbidden, want 9: %v", got, b.noted("header-forbidden"))
	}
}

// An XMLHttpRequest joins headers of one name before anything is judged; fetch() judges each alone.
func TestHeadersJoined(t *testing.T) {
	long := strings.Repeat("a", 100)
	for _, row := range []struct {
		by   fetch.Initiator
		want string
	}{{fetch.ByXHR, "OPTIONS " + api + ", GET " + api}, {fetch.ByFetch, "GET " + api}} {
		b := open(always(200, acao+"*", acah+"*"))
		b.ask(t, fetch.Request{Initiator: row.by, URL: link(api), Header: headers("Accept: "+long, "accept: "+long)})
		if got := b.net.take(); got != row.want {
			t.Errorf("%s: %s, want %s", row.by, got, row.want)
		}
		if got := b.net.last().get("Accept"); got != long+", "+long {
			t.Errorf("%s: on the wire they are joined: %s", row.by, got)
		}
	}
}

// A stream always asks first, and needs HTTP/2.
func TestStream(t *testing.T) {
	for _, row := range []struct{ why, page, target, proto, want, wire string }{
		{"over HTTP/2", home, api, "HTTP/2.0", "cors", "OPTIONS " + api + ", POST " + api},
		{"over who knows", home, api, "", "cors", "OPTIONS " + api + ", POST " + api},
		{"over HTTP/1.1", home, api, "HTTP/1.1", "net-stream-http1", "OPTIONS " + api + ", POST " + api},
		{"at home nobody asks first", home, home + "/", "HTTP/2.0", "basic", "POST " + home + "/"},
		{"plain http is never HTTP/2", "http://page.example", "http://page.example/", "", "net-stream-http1", ""},
	} {
		b := openIn(fetch.Standard, row.page, func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			if r.Method == "POST" && r.ContentLength != -1 {
				t.Errorf("%s: a stream has no length: %d", row.why, r.ContentLength)
			}
			answer := reply(200, acao+"*")
			answer.Proto = row.proto
			return answer, nil
		})
		b.ask(t, fetch.Request{URL: link(row.target), Method: "POST", Body: strings.NewReader("flow"), Stream: true})
		if got := b.net.take(); b.verdict() != row.want || got != row.wire {
			t.Errorf("%s: %s with %q on the wire, want %s with %q", row.why, b.verdict(), got, row.want, row.wire)
		}
		if len(b.net.sent) > 0 {
			if s := b.net.last(); s.Body != "flow" || s.Header.Contains("Content-Length") {
				t.Errorf("%s: body %q, Content-Length %s", row.why, s.Body, s.get("Content-Length"))
			}
		}
	}
}

// What was asked, with the defaults filled in.
func TestAsked(t *testing.T) {
	b := open(always(200, acao+"*", acam+"*"))
	b.client.TopLevel = originOf("https://top.example")
	h := headers("X-A: 1")
	b.ask(t, fetch.Request{URL: link(api + "#f"), Method: "put", Header: h})
	h[0].Value = "changed later"
	got := b.record.Asked
	if got.Origin != home || got.TopLevel != "https://top.example" || got.Method != "PUT" || got.URL != api+"#f" || got.Mode != "cors" ||
		got.Credentials != "same-origin" || got.Redirect != "follow" || got.Initiator != "fetch" || len(got.Header) != 1 || got.Header[0].Value != "1" {
		t.Errorf("%+v", got)
	}
	if b.record.Version != 1 || b.record.Profile != "standard" {
		t.Errorf("version %d, profile %q", b.record.Version, b.record.Profile)
	}
}
