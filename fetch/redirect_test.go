package fetch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Which redirects turn which requests into GET without a body.
func TestRedirectMethod(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "OPTIONS"} {
			b := open(turns(reply(status, "Location: /2"), reply(200)))
			req := fetch.Request{URL: link(home + "/1"), Method: method}
			hasBody := method != "GET" && method != "HEAD"
			if hasBody {
				req.Body = strings.NewReader("body")
				req.Header = headers("Content-Type: text/css", "Content-Language: de", "Content-Encoding: x", "Content-Location: /a", "Content-Disposition: stays", "X-A: stays")
			}
			b.ask(t, req)
			want := method
			if status == 303 && method != "GET" && method != "HEAD" || method == "POST" && (status == 301 || status == 302) {
				want = "GET"
			}
			last := b.net.last()
			if last.Method != want {
				t.Errorf("%d for %s: %s, want %s", status, method, last.Method, want)
			}
			if !hasBody {
				continue
			}
			kept := want == method
			if (last.Body == "body") != kept || last.Header.Contains("Content-Length") != kept {
				t.Errorf("%d for %s: body %q, Content-Length %s; kept: %v", status, method, last.Body, last.get("Content-Length"), kept)
			}
			for _, name := range []string{"Content-Type", "Content-Language", "Content-Encoding", "Content-Location"} {
				if last.Header.Contains(name) != kept {
					t.Errorf("%d for %s: %s present: %v, want %v", status, method, name, !kept, kept)
				}
			}
			if last.get("X-A") != "stays" || last.get("Content-Disposition") != "stays" {
				t.Errorf("%d for %s: headers that do not describe a body stay: %v", status, method, last.Header)
			}
		}
	}
}

// Other statuses are no redirects, whatever Location says.
func TestRedirectStatus(t *testing.T) {
	for status := 300; status < 400; status++ {
		b := open(turns(reply(status, "Location: /2"), reply(200)))
		resp, err := b.get(t, home+"/1")
		if err != nil {
			t.Fatal(err)
		}
		want := status
		switch status {
		case 301, 302, 303, 307, 308:
			want = 200
		}
		if resp.Status != want {
			t.Errorf("%d: the page gets %d, want %d", status, resp.Status, want)
		}
	}
}

func TestAuthorizationOnRedirect(t *testing.T) {
	const a, b2 = "https://a.example", "https://b.example"
	for _, row := range []struct {
		why   string
		chain []string
		want  []string // Authorization on each hop
		noted int
	}{
		{"within the origin", []string{home, home}, []string{"x", "x"}, 0},
		{"away from home", []string{home, a}, []string{"x", "absent"}, 1},
		{"within a foreign origin", []string{a, a}, []string{"x", "x"}, 0},
		{"to another port", []string{home, home + ":8443"}, []string{"x", "absent"}, 1},
		{"gone stays gone", []string{home, a, home}, []string{"x", "absent", "absent"}, 1},
		{"on", []string{a, b2, b2}, []string{"x", "absent", "absent"}, 1},
		{"kept until it leaves", []string{home, home, a}, []string{"x", "x", "absent"}, 1},
	} {
		n := 0
		b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			allow := []string{acao + "*", acah + "authorization, x-a"}
			if r.Method == "OPTIONS" {
				return reply(200, allow...), nil
			}
			if n++; n < len(row.chain) {
				return reply(307, append(allow, "Location: "+row.chain[n]+"/")...), nil
			}
			return reply(200, allow...), nil
		})
		if _, err := b.ask(t, fetch.Request{URL: link(row.chain[0] + "/"), Header: headers("Authorization: x", "X-A: y")}); err != nil {
			t.Fatalf("%s: %v", row.why, b.record.First())
		}
		var got []string
		for _, s := range b.net.sent {
			if s.Method != "OPTIONS" {
				got = append(got, s.get("Authorization"))
				if s.get("X-A") != "y" {
					t.Errorf("%s: other headers go along: X-A %s", row.why, s.get("X-A"))
				}
			}
		}
		if strings.Join(got, " ") != strings.Join(row.want, " ") || len(b.noted("authorization-dropped")) != row.noted {
			t.Errorf("%s: %q, noted %d times, want %q and %d", row.why, got, len(b.noted("authorization-dropped")), row.want, row.noted)
		}
	}
}

func TestRedirectLimit(t *testing.T) {
	for _, row := range []struct {
		redirects int
		want      string
	}{{19, "basic"}, {20, "basic"}, {21, "redirect-limit"}, {1000, "redirect-limit"}} {
		n := 0
		b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			if n++; n <= row.redirects {
				return reply(302, fmt.Sprintf("Location: /%d", n)), nil
			}
			return reply(200), nil
		})
		b.get(t, home+"/")
		if got := b.verdict(); got != row.want || len(b.net.sent) > 21 {
			t.Errorf("%d redirects: %s after %d requests, want %s", row.redirects, got, len(b.net.sent), row.want)
		}
		if v := b.record.First(); v != nil && v.Hop != 20 {
			t.Errorf("%d redirects: ended at hop %d, want 20", row.redirects, v.Hop)
		}
	}
}

// A redirect to itself ends as well.
func TestRedirectLoop(t *testing.T) {
	b := open(always(302, "Location: /", acao+"*"))
	if b.get(t, api); b.verdict() != "redirect-limit" || len(b.net.sent) != 21 {
		t.Errorf("%s after %d requests", b.verdict(), len(b.net.sent))
	}
}

func TestRedirectUserinfo(t *testing.T) {
	const there = "https://api.example"
	for _, row := range []struct {
		why   string
		mode  fetch.Mode
		chain []string
		want  string
	}{
		{"away with a name", "", []string{home, "https://u@api.example"}, "redirect-userinfo"},
		{"away with a password", "", []string{home, "https://:p@api.example"}, "redirect-userinfo"},
		{"within a foreign origin", "", []string{there, "https://u:p@api.example"}, "redirect-userinfo"},
		{"on", "", []string{there, "https://u:p@other.example"}, "redirect-userinfo"},
		{"the way home", "", []string{there, "https://u:p@page.example"}, "redirect-userinfo"},
		{"at home", "", []string{home, "https://u:p@page.example"}, "basic"},
		{"at home in mode same-origin", fetch.ModeSameOrigin, []string{home, "https://u:p@page.example"}, "basic"},
		{"mode no-cors", fetch.ModeNoCORS, []string{home, "https://u:p@api.example"}, "opaque"},
		{"an empty name is none", "", []string{home, "https://@api.example"}, "cors"},
	} {
		b := open(turns(reply(302, acao+"*", "Location: "+row.chain[1]+"/"), reply(200, acao+"*")))
		b.ask(t, fetch.Request{URL: link(row.chain[0] + "/"), Mode: row.mode})
		if got := b.verdict(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
}

func TestRedirectLocation(t *testing.T) {
	for _, row := range []struct {
		why   string
		lines []string
		want  string // the URL, with its fragment, or a code
	}{
		{"absolute", []string{"Location: https://page.example/2"}, "https://page.example/2#f"},
		{"from the root", []string{"Location: /2"}, "https://page.example/2#f"},
		{"from the directory", []string{"Location: 2"}, "https://page.example/dir/2#f"},
		{"a query", []string{"Location: ?x"}, "https://page.example/dir/1?x#f"},
		{"scheme-relative", []string{"Location: //page.example/2"}, "https://page.example/2#f"},
		{"a fragment of its own", []string{"Location: /2#g"}, "https://page.example/2#g"},
		{"an empty one of its own", []string{"Location: /2#"}, "https://page.example/2#"},
		{"a fragment alone", []string{"Location: #g"}, "https://page.example/dir/1?q#g"},
		{"empty: the same again", []string{"Location:"}, "https://page.example/dir/1?q#f"},
		{"above ASCII", []string{"Location: /ü"}, "https://page.example/%C3%BC#f"},
		{"absent: the redirect is the answer", nil, "basic 302"},
		{"two lines", []string{"Location: /2", "Location: /3"}, "redirect-location"},
		{"two equal lines", []string{"Location: /2", "Location: /2"}, "redirect-location"},
		{"invalid", []string{"Location: https://a b/"}, "redirect-location"},
		{"no host", []string{"Location: https://"}, "redirect-location"},
		{"data", []string{"Location: data:,x"}, "redirect-scheme"},
		{"javascript", []string{"Location: javascript:alert(1)"}, "redirect-scheme"},
		{"about", []string{"Location: about:blank"}, "redirect-scheme"},
		{"blob", []string{"Location: blob:https://page.example/1"}, "redirect-scheme"},
		{"file", []string{"Location: file:///etc/hosts"}, "redirect-scheme"},
		{"ftp", []string{"Location: ftp://page.example/"}, "redirect-scheme"},
		{"WebSocket", []string{"Location: wss://page.example/"}, "redirect-scheme"},
	} {
		b := open(turns(reply(302, row.lines...), reply(200)))
		resp, _ := b.get(t, home+"/dir/1?q#f")
		got := b.verdict()
		switch {
		case len(b.net.sent) == 2:
			got = b.net.last().URL
		case resp != nil:
			got = fmt.Sprintf("%s %d", got, resp.Status)
		}
		if got != row.want {
			t.Errorf("%s: %q: %s, want %s", row.why, row.lines, got, row.want)
		}
	}
}

// An empty fragment is not null: what the request had is not inherited, though nothing of it reaches a server.
func TestRedirectFragment(t *testing.T) {
	b := open(turns(reply(302, "Location: /2"), reply(302, "Location: /3#g"), reply(302, "Location: /4"), reply(200)))
	b.get(t, home+"/1#f")
	want := "GET https://page.example/1#f, GET https://page.example/2#f, GET https://page.example/3#g, GET https://page.example/4#g"
	if got := b.net.take(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	empty := open(turns(reply(302, "Location: /2"), reply(200)))
	empty.get(t, home+"/1#")
	if got := empty.net.last().URL; got != home+"/2#" {
		t.Errorf("an empty fragment is inherited as well: %s", got)
	}
	if b.record.Result.URL != home+"/4" {
		t.Errorf("the page sees %s: a response's URL has no fragment", b.record.Result.URL)
	}
}

func TestRedirectModes(t *testing.T) {
	for _, row := range []struct {
		why, target string
		redirect    fetch.Redirect
		head        []string
		want        string
	}{
		{"error", home + "/", fetch.RedirectError, []string{"Location: /2"}, "redirect-error"},
		{"error, even without Location", home + "/", fetch.RedirectError, nil, "redirect-error"},
		{"manual", home + "/", fetch.RedirectManual, []string{"Location: /2"}, "opaqueredirect"},
		{"manual, elsewhere, without a word", api, fetch.RedirectManual, []string{"Location: /2"}, "acao-missing"},
		{"manual, elsewhere, shared", api, fetch.RedirectManual, []string{"Location: /2", acao + "*"}, "opaqueredirect"},
		{"error, elsewhere, without a word: CORS comes first", api, fetch.RedirectError, []string{"Location: /2"}, "acao-missing"},
		{"follow, elsewhere, without a word", api, fetch.RedirectFollow, []string{"Location: /2"}, "acao-missing"},
	} {
		b := open(always(302, append(row.head, "", "secret")...))
		resp, _ := b.ask(t, fetch.Request{URL: link(row.target), Redirect: row.redirect})
		if got := b.verdict(); got != row.want || len(b.net.sent) != 1 {
			t.Errorf("%s: %s after %d requests, want %s", row.why, got, len(b.net.sent), row.want)
		}
		if resp != nil && (resp.Status != 0 || len(resp.Header) != 0 || text(t, resp) != "" || resp.URL != row.target) {
			t.Errorf("%s: an opaque redirect shows %+v", row.why, resp)
		}
	}
}

// What would fail next is told as a hypothesis: only what the answer in hand shows.
func TestForetold(t *testing.T) {
	for _, row := range []struct {
		why      string
		redirect fetch.Redirect
		head     []string
		want     string
	}{
		{"a redirect that is not shared and not followed", fetch.RedirectError, []string{"Location: /2"}, "acao-missing redirect-error"},
		{"a redirect to another scheme", "", []string{"Location: data:,x"}, "acao-missing redirect-scheme"},
		{"a redirect to a name and password", "", []string{"Location: https://u:p@other.example/"}, "acao-missing redirect-userinfo"},
		{"a redirect that would be followed", "", []string{"Location: /2"}, "acao-missing"},
		{"a redirect to nowhere", "", nil, "acao-missing"},
		{"a redirect to be handled by hand", fetch.RedirectManual, []string{"Location: data:,x"}, "acao-missing"},
	} {
		b := open(always(302, row.head...))
		b.ask(t, fetch.Request{URL: link(api), Redirect: row.redirect})
		found := faults(b.record)
		if got := codesOf(found); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
		for i, v := range found {
			if v.Hypothetical != (i > 0) {
				t.Errorf("%s: %s is hypothetical: %v", row.why, v.Code, v.Hypothetical)
			}
		}
	}
}

// A request that needs a preflight needs one on every hop that is not its page's, and none where its reason has gone.
func TestPreflightPerHop(t *testing.T) {
	const other = "https://other.example/"
	for _, row := range []struct {
		why, start string
		status     int
		location   string
		req        fetch.Request
		want       string
	}{
		{"kept method, foreign to foreign", api, 307, other, fetch.Request{Method: "PUT"}, "OPTIONS " + api + ", PUT " + api + ", OPTIONS " + other + ", PUT " + other},
		{"home to foreign", home + "/", 307, api, fetch.Request{Method: "PUT"}, "PUT " + home + "/, OPTIONS " + api + ", PUT " + api},
		{"back home is foreign", api, 307, home + "/", fetch.Request{Method: "PUT"}, "OPTIONS " + api + ", PUT " + api + ", OPTIONS " + home + "/, PUT " + home + "/"},
		{"303 takes the reason away", api, 303, other, fetch.Request{Method: "PUT"}, "OPTIONS " + api + ", PUT " + api + ", GET " + other},
		{"302 does for POST", api, 302, other, fetch.Request{Method: "POST", Header: headers("Content-Type: application/json"), Body: strings.NewReader("{}")}, "OPTIONS " + api + ", POST " + api + ", GET " + other},
		{"Authorization left behind takes it away", api, 307, other, fetch.Request{Header: headers("Authorization: x")}, "OPTIONS " + api + ", GET " + api + ", GET " + other},
		{"the upload flag stays", api, 303, other, fetch.Request{Initiator: fetch.ByXHR, Method: "POST", UploadListener: true, Body: strings.NewReader("x")}, "OPTIONS " + api + ", POST " + api + ", OPTIONS " + other + ", GET " + other},
	} {
		first := true
		b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			allow := []string{acao + "*", acam + "*", acah + "authorization, content-type"}
			if r.Method != "OPTIONS" && first {
				first = false
				return reply(row.status, append(allow, "Location: "+row.location)...), nil
			}
			return reply(200, allow...), nil
		})
		row.req.URL = link(row.start)
		b.ask(t, row.req)
		if got := b.net.take(); got != row.want || b.verdict() != "cors" {
			t.Errorf("%s: %s with %q on the wire, want %q", row.why, b.verdict(), got, row.want)
		}
	}
}

// A redirected preflight of a later hop names the origin null, and is checked against it.
func TestPreflightTainted(t *testing.T) {
	const other = "https://other.example/"
	b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		if r.URL.Host() == "api.example" {
			return reply(map[bool]int{true: 200, false: 307}[r.Method == "OPTIONS"], acao+home, acam+"PUT", "Location: "+other), nil
		}
		return reply(200, acao+home, acam+"PUT"), nil
	})
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
	if v := b.record.First(); v == nil || v.Code != transcript.ACAOMismatch || v.Expected != "null" || v.Phase != transcript.PhasePreflight || v.Hop != 1 {
		t.Errorf("%+v", v)
	}
	if got := b.net.last().get(wire.Origin); got != "null" {
		t.Errorf("the preflight names %s", got)
	}
	if got := b.noted("origin-null"); len(got) != 1 {
		t.Errorf("noted %v: that the origin became null is told once", got)
	}
}

// Bodies of redirects are closed, and a stream is not sent twice.
func TestRedirectClosesBody(t *testing.T) {
	for _, location := range []string{"/2", "data:,x"} {
		watched := &watchedBody{}
		answer := reply(302, "Location: "+location)
		answer.Body = watched
		b := open(turns(answer, reply(200)))
		b.get(t, home+"/1")
		if !watched.closed || watched.read {
			t.Errorf("%s: the redirect's body: closed %v, read %v", location, watched.closed, watched.read)
		}
	}
}

func TestRedirectStream(t *testing.T) {
	for _, row := range []struct {
		status int
		want   string
	}{{303, "basic"}, {301, "redirect-stream"}, {302, "redirect-stream"}, {307, "redirect-stream"}, {308, "redirect-stream"}} {
		b := open(turns(reply(row.status, "Location: /2"), reply(200)))
		b.ask(t, fetch.Request{URL: link(home + "/"), Method: "POST", Body: strings.NewReader("x"), Stream: true})
		if got := b.verdict(); got != row.want {
			t.Errorf("%d: %s, want %s", row.status, got, row.want)
		}
	}
}
