package fetch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// A quirk is consulted at exactly one marked line: one call of has with its constant.
func TestQuirksConsultedOnce(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0) //nolint:staticcheck // one package, no build tags
	if err != nil {
		t.Fatal(err)
	}
	declared, consulted, odd := map[string]bool{}, map[string]int{}, 0
	ast.Inspect(packages["fetch"], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if strings.HasPrefix(name.Name, "quirk") && name.Name != "quirks" && name.Name != "quirkCount" {
					declared[name.Name] = true
				}
			}
		case *ast.CallExpr:
			if call, ok := n.Fun.(*ast.SelectorExpr); ok && call.Sel.Name == "has" && len(n.Args) == 1 {
				if name, ok := n.Args[0].(*ast.Ident); ok && strings.HasPrefix(name.Name, "quirk") {
					consulted[name.Name]++
				} else {
					odd++
				}
			}
		}
		return true
	})
	if len(declared) != len(fetch.Quirks()) || odd != 0 {
		t.Errorf("%d constants for %d quirks, and %d calls of has without a constant", len(declared), len(fetch.Quirks()), odd)
	}
	for name := range declared {
		if consulted[name] != 1 {
			t.Errorf("%s is consulted %d times, want once", name, consulted[name])
		}
	}
}

func TestQuirksAreDescribed(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, q := range fetch.Quirks() {
		if !slug.MatchString(q.ID) || seen[q.ID] || q.Text == "" || q.Versions == "" || q.Evidence == "" || len(q.Engines) == 0 {
			t.Errorf("%+v", q)
		}
		seen[q.ID] = true
		for _, p := range fetch.Profiles() {
			has := slices.ContainsFunc(p.Quirks(), func(other fetch.Quirk) bool { return other.ID == q.ID })
			if has != slices.Contains(q.Engines, p.Name) {
				t.Errorf("%s has %s: %v", p.Name, q.ID, has)
			}
			if without := p.Without(q.ID); slices.ContainsFunc(without.Quirks(), func(other fetch.Quirk) bool { return other.ID == q.ID }) {
				t.Errorf("%s without %s has it still", p.Name, q.ID)
			}
		}
	}
	if len(fetch.Standard.Quirks()) != 0 {
		t.Errorf("the standard differs from itself: %v", fetch.Standard.Quirks())
	}
	fetch.Quirks()[0].Text = "changed"
	if fetch.Quirks()[0].Text == "changed" {
		t.Error("callers share one list")
	}
	if got := len(fetch.Chromium.Without("no-such-quirk").Quirks()); got != len(fetch.Chromium.Quirks()) {
		t.Error("an unknown quirk takes something away")
	}
}

// A quirkCase plays one request where the quirk decides; what is seen must differ once the quirk is taken away.
type quirkCase struct {
	with, without string
	play          func(t *testing.T, p fetch.Profile) string
}

// seen is the verdict and the wire of one request to a server that allows all to all.
func seen(b *tab) string { return b.verdict() + ": " + b.net.take() }

func plays(page string, req fetch.Request, answer func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error)) func(*testing.T, fetch.Profile) string {
	return func(t *testing.T, p fetch.Profile) string {
		t.Helper()
		b := openIn(p, page, answer)
		again := req
		again.Client = b.client
		b.ask(t, again)
		return seen(b)
	}
}

// generous allows everything without credentials, by name and by star.
func generous(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	return reply(200, acao+"*", acam+"*", acah+"*"), nil
}

// hops answers each non-OPTIONS request with the next redirect, and allows everything.
func hops(status int, locations ...string) func(*testing.T, fetch.Profile, fetch.Request, func(*tab) string) string {
	return func(t *testing.T, p fetch.Profile, req fetch.Request, look func(*tab) string) string {
		t.Helper()
		n := 0
		b := openIn(p, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			if r.Method == "OPTIONS" {
				return generous(r)
			}
			if n++; n <= len(locations) {
				return reply(status, acao+"*", "Location: "+locations[n-1]), nil
			}
			return generous(r)
		})
		req.Client = b.client
		b.ask(t, req)
		return look(b)
	}
}

// manually asks for an answer as it is, redirect or not, and gives the verdict.
func manually(status int, lines ...string) func(*testing.T, fetch.Profile) string {
	return func(t *testing.T, p fetch.Profile) string {
		t.Helper()
		b := openIn(p, home+"/", always(status, lines...))
		b.ask(t, fetch.Request{URL: link(api), Redirect: fetch.RedirectManual})
		return b.verdict()
	}
}

func cacheStory(steps ...cacheStep) func(*testing.T, fetch.Profile) string {
	return func(t *testing.T, p fetch.Profile) string { return tellCache(t, p, steps) }
}

func quirkCases() map[string]quirkCase {
	const other, age = "https://other.example/", "Access-Control-Max-Age: "
	hundred := strings.Repeat("a", 100)
	long := []string{acam + "PUT", age + "60"}
	origin := func(b *tab) string { return b.net.last().get("Origin") }
	preflight := func(b *tab) string {
		for _, s := range b.net.sent[1:] {
			if s.Method == "OPTIONS" && strings.HasPrefix(s.URL, other) {
				return s.get("Origin")
			}
		}
		return "no preflight"
	}
	get := func(lines ...string) fetch.Request { return fetch.Request{URL: link(api), Header: headers(lines...)} }
	asks, not := "cors: OPTIONS "+api+", GET "+api, "cors: GET "+api
	conditional := quirkCase{"ask, ask", "ask, hit", cacheStory(
		cacheStep{0, with("If-None-Match: x", "X-A: 1"), []string{acah + "if-none-match, x-a", age + "60"}, ""},
		cacheStep{0, with("If-None-Match: x", "X-A: 1"), []string{acah + "if-none-match, x-a"}, ""},
	)}
	return map[string]quirkCase{
		"authorization-star": {asks, "header-not-allowed: OPTIONS " + api, plays(home, get("Authorization: x"), generous)},
		"untainted-preflight": {home, "null", func(t *testing.T, p fetch.Profile) string {
			return hops(307, other)(t, p, fetch.Request{URL: link(api), Method: "PUT"}, preflight)
		}},
		"sticky-preflight": {"cors: OPTIONS " + api + ", PUT " + api + ", OPTIONS " + other + ", GET " + other, "cors: OPTIONS " + api + ", PUT " + api + ", GET " + other, func(t *testing.T, p fetch.Profile) string {
			return hops(303, other)(t, p, fetch.Request{URL: link(api), Method: "PUT"}, seen)
		}},
		"home-preflight-unchecked": {"cors", "acao-missing", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
				switch {
				case r.Method == "OPTIONS" && strings.HasPrefix(r.URL.String(), home):
					return reply(200), nil
				case r.Method == "PUT":
					return reply(303, acao+"*", "Location: "+home+"/"), nil
				}
				return generous(r)
			})
			b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
			return b.verdict()
		}},
		"redirect-userinfo-always": {"redirect-userinfo", "basic", func(t *testing.T, p fetch.Profile) string {
			return hops(302, "https://u:p@page.example/2")(t, p, fetch.Request{URL: link(home + "/")}, (*tab).verdict)
		}},
		"redirected-post-null": {"null", home, func(t *testing.T, p fetch.Profile) string {
			return hops(307, api)(t, p, fetch.Request{URL: link(home + "/"), Mode: fetch.ModeNoCORS, Method: "POST"}, origin)
		}},
		"no-referrer-keeps-origin": {home, "null", func(t *testing.T, p fetch.Profile) string {
			return hops(302)(t, p, fetch.Request{URL: link(api), Mode: fetch.ModeNoCORS, Method: "POST", ReferrerPolicy: fetch.NoReferrer}, origin)
		}},
		"client-hints-safelisted": {not, asks, plays(home, get("DPR: 2"), generous)},
		"user-agent-ignored":      {not, asks, plays(home, get("User-Agent: me"), generous)},
		"non-ascii-unsafe":        {asks, not, plays(home, get("Accept: a\xe9b"), generous)},
		"judge-combined":          {asks, not, plays(home, get("Accept: "+hundred, "Accept: "+hundred), generous)},
		"no-total-limit": {not, asks, plays(home, get(
			"Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred,
			"Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred, "Accept: "+hundred), generous)},
		"range-numbers-signed":   {asks, not, plays(home, get("Range: bytes=9223372036854775807-"), generous)},
		"range-numbers-unsigned": {asks, not, plays(home, get("Range: bytes=18446744073709551616-"), generous)},
		"empty-last-parameter":   {asks, not, plays(home, get("Content-Type: text/plain;a=b;"), generous)},
		"names-repeated": {"x-a,x-b,x-b", "x-a,x-b", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", generous)
			b.ask(t, get("X-B: 1", "X-A: 1", "X-B: 2"))
			return b.net.sent[0].get(wire.AccessControlRequestHeaders)
		}},
		"empty-upload-no-preflight": {not, asks, plays(home, fetch.Request{URL: link(api), Initiator: fetch.ByXHR, UploadListener: true}, generous)},
		"stream-as-text": {"[object ReadableStream] as text/plain;charset=UTF-8 after 1", "flow as absent after 2", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", generous)
			b.ask(t, fetch.Request{URL: link(api), Method: "POST", Body: strings.NewReader("flow"), Stream: true})
			return fmt.Sprintf("%s as %s after %d", b.net.last().Body, b.net.last().get("Content-Type"), len(b.net.sent))
		}},
		"empty-location":  {"basic: GET " + home + "/", "basic: GET " + home + "/, GET " + home + "/", plays(home, fetch.Request{URL: link(home + "/")}, nil)},
		"equal-locations": {"basic: GET " + home + "/, GET " + home + "/2", "redirect-location: GET " + home + "/", plays(home, fetch.Request{URL: link(home + "/")}, nil)},
		"repeated-empty": {"", ", ", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", generous)
			b.ask(t, fetch.Request{URL: link(home + "/"), Header: headers("X-A:", "X-A:")})
			return b.net.last().get("X-A")
		}},
		"max-age-negative":       {"ask, ask", "ask, hit", cacheStory(cacheStep{0, put(), []string{acam + "PUT", age + "-1"}, ""}, cacheStep{0, put(), long, ""})},
		"max-age-malformed":      {"ask, ask", "ask, hit", cacheStory(cacheStep{0, put(), []string{acam + "PUT", age + "x"}, ""}, cacheStep{0, put(), long, ""})},
		"max-age-sign":           {"ask, hit", "ask, ask", cacheStory(cacheStep{0, put(), []string{acam + "PUT", age + "+60"}, ""}, cacheStep{9 * time.Second, put(), long, ""})},
		"max-age-overflow":       {"ask, ask", "ask, hit", cacheStory(cacheStep{0, put(), []string{acam + "PUT", age + "99999999999999999999"}, ""}, cacheStep{9 * time.Second, put(), long, ""})},
		"cache-by-credentials":   {"ask, ask", "ask, hit", cacheStory(cacheStep{0, credentialed(put()), long, ""}, cacheStep{0, put(), long, ""})},
		"cache-star-literal":     {"ask, ask", "ask, hit", cacheStory(cacheStep{0, put(), []string{acam + "*", age + "60"}, ""}, cacheStep{0, method("DELETE"), []string{acam + "*"}, ""})},
		"cache-survives-failure": {"ask acao-mismatch, hit", "ask acao-mismatch, ask", cacheStory(cacheStep{0, put(), long, "null"}, cacheStep{0, put(), long, ""})},
		"reload-skips-cache":     {"ask, ask", "ask, hit", cacheStory(cacheStep{0, put(), long, ""}, cacheStep{0, caching(fetch.CacheReload, put()), long, ""})},
		"no-cache-skips-cache":   {"ask, ask", "ask, hit", cacheStory(cacheStep{0, put(), long, ""}, cacheStep{0, caching(fetch.CacheNoCache, put()), long, ""})},
		"cache-untainted": {"PUT " + other, "OPTIONS " + other + ", PUT " + other, func(t *testing.T, p fetch.Profile) string {
			return tellTainted(t, p, other, other)
		}},
		"cache-not-for-null": {"OPTIONS " + api + ", PUT " + api, "PUT " + api, func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, "null", always(200, acao+"null", acam+"PUT", age+"60"))
			for range 2 {
				b.net.take()
				b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
			}
			return b.net.take()
		}},
		"empty-methods-absent": {"ask, hit", "ask, ask", cacheStory(cacheStep{0, uploading(), []string{acam, age + "60"}, ""}, cacheStep{0, uploading(), []string{acam}, ""})},
		"cookies-forget-redirects": {"c=1", "absent", func(t *testing.T, p fetch.Profile) string {
			return strictCookie(t, p, "https://api.example", "https://www.page.example")
		}},
		"cache-covers-safelisted": {"ask, hit", "ask, ask", cacheStory(cacheStep{0, put(), []string{acam + "PUT", age + "60"}, ""}, cacheStep{0, uploading(), []string{acam + "POST"}, ""})},
		"origin-at-home": {home, "absent", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", generous)
			b.ask(t, fetch.Request{Initiator: fetch.ByFont, URL: link(home + "/")})
			return b.net.last().get("Origin")
		}},
		"keepalive-unlimited": {"cors: POST " + api, "keepalive-too-long: ", func(t *testing.T, p fetch.Profile) string {
			body := strings.NewReader(strings.Repeat("x", 65537))
			return plays(home, fetch.Request{URL: link(api), Method: "POST", Keepalive: true, Body: body}, generous)(t, p)
		}},
		"password-anywhere": {"absent, Basic dTpw", "absent", func(t *testing.T, p fetch.Profile) string {
			return after401(t, p, fetch.Request{Initiator: fetch.ByXHR, URL: link("https://u:p@api.example/"), Credentials: include}, 401)
		}},
		"clip-path-same-origin": {"mode-same-origin: ", "cors: GET " + api, plays(home, fetch.Request{URL: link(api), Initiator: fetch.ByClipPath}, generous)},
		"multiple-lines-only":   {"acao-mismatch: GET " + api, "acao-multiple: GET " + api, plays(home, get(), always(200, acao+home+", "+home))},
		"client-hints-dropped": {"absent", "2", func(t *testing.T, p fetch.Profile) string {
			return hops(302, api)(t, p, fetch.Request{URL: link(home + "/"), Header: headers("DPR: 2")}, func(b *tab) string { return b.net.last().get("DPR") })
		}},
		"conflicting-locations": {"redirect-location", "opaqueredirect", manually(302, acao+"*", "Location: /1", "Location: /2")},
		"broken-location":       {"redirect-location", "opaqueredirect", manually(302, acao+"*", "Location: http://")},
		"target-first": {"redirect-scheme", "acao-missing", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", always(302, "Location: data:,x"))
			b.get(t, api)
			return b.verdict()
		}},
		"headers-return": {"absent, x", "absent, absent", func(t *testing.T, p fetch.Profile) string {
			req := fetch.Request{URL: link(home + "/"), Header: headers("Authorization: x")}
			return hops(302, api, api+"2")(t, p, req, func(b *tab) string {
				var saw []string
				for _, s := range b.net.sent[1:] {
					if s.Method != "OPTIONS" {
						saw = append(saw, s.get(wire.Authorization))
					}
				}
				return strings.Join(saw, ", ")
			})
		}},
		"upload-needs-method": {"method-not-allowed", "cors", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", always(200, acao+"*"))
			b.ask(t, fetch.Request{URL: link(api), Method: "PUT", Initiator: fetch.ByXHR, UploadListener: true, Body: strings.NewReader("x")})
			return b.verdict()
		}},
		"credentialed-star-literal": {"ask, ask", "ask, hit", cacheStory(cacheStep{0, credentialed(put()), []string{acam + "PUT, *", age + "60"}, ""}, cacheStep{0, method("DELETE"), []string{acam + "*"}, ""})},
		"no-store-not-kept":         {"ask, ask", "ask, hit", cacheStory(cacheStep{0, caching(fetch.CacheNoStore, put()), long, ""}, cacheStep{0, put(), long, ""})},
		"redirect-error-keeps": {"PUT " + api, "OPTIONS " + api + ", PUT " + api, func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
				if r.Method == "OPTIONS" {
					return reply(200, append(long, acao+"*")...), nil
				}
				return reply(302, acao+"*", "Location: /2"), nil
			})
			for range 2 {
				b.net.take()
				b.ask(t, fetch.Request{URL: link(api), Method: "PUT", Redirect: fetch.RedirectError})
			}
			return b.net.take()
		}},
		"comma-in-content-type": {asks, not, plays(home, get("Content-Type: text/plain;a=b,c"), generous)},
		"cache-head-by-name":    {"ask, ask", "ask, hit", cacheStory(cacheStep{0, withBoth("HEAD", "X-A: 1"), []string{acah + "x-a", acam + "PUT", age + "60"}, ""}, cacheStep{0, withBoth("HEAD", "X-A: 1"), []string{acah + "x-a"}, ""})},
		"single-headers": {"y", "x, y", func(t *testing.T, p fetch.Profile) string {
			b := openIn(p, home+"/", generous)
			b.ask(t, fetch.Request{URL: link(home + "/"), Header: headers("Authorization: x", "Authorization: y")})
			return b.net.last().get(wire.Authorization)
		}},
		"condition-skips-cache":       conditional,
		"fetch-condition-skips-cache": conditional,
		"opaque-response-blocking": {"orb-blocked: GET " + api, "opaque: GET " + api, plays(home, fetch.Request{URL: link(api), Initiator: fetch.ByImage},
			always(200, "Content-Type: text/html", "X-Content-Type-Options: nosniff"))},
	}
}

func TestEveryQuirkDecides(t *testing.T) {
	cases := quirkCases()
	// Stories that need a fresh network for every play.
	cases["empty-location"] = quirkCase{cases["empty-location"].with, cases["empty-location"].without, func(t *testing.T, p fetch.Profile) string {
		return hops(302, "")(t, p, fetch.Request{URL: link(home + "/")}, seen)
	}}
	cases["equal-locations"] = quirkCase{cases["equal-locations"].with, cases["equal-locations"].without, func(t *testing.T, p fetch.Profile) string {
		b := openIn(p, home+"/", turns(reply(302, "Location: /2", "Location: /2"), reply(200)))
		b.get(t, home+"/")
		return seen(b)
	}}
	for _, q := range fetch.Quirks() {
		c, ok := cases[q.ID]
		if !ok {
			t.Errorf("%s has no case", q.ID)
			continue
		}
		for _, p := range fetch.Profiles() {
			if !slices.Contains(q.Engines, p.Name) {
				continue
			}
			if got := c.play(t, p); got != c.with {
				t.Errorf("%s with %s: %q, want %q", p.Name, q.ID, got, c.with)
			}
			if got := c.play(t, p.Without(q.ID)); got != c.without {
				t.Errorf("%s without %s: %q, want %q", p.Name, q.ID, got, c.without)
			}
		}
		want := c.without
		if q.ID == "home-preflight-unchecked" { // without sticky-preflight there is nothing to check
			want = "cors"
		}
		if got := c.play(t, fetch.Standard); got != want {
			t.Errorf("the standard, %s: %q, want %q", q.ID, got, want)
		}
		delete(cases, q.ID)
	}
	for id := range cases {
		t.Errorf("%s is no quirk", id)
	}
}

// What engines have in common with the standard though it looks like a quirk, and where quirks end.
func TestQuirksEnd(t *testing.T) {
	post := func(kind string) fetch.Request {
		return fetch.Request{Method: "POST", Header: headers("Content-Type: " + kind)}
	}
	for _, row := range []struct {
		why  string
		p    fetch.Profile
		req  fetch.Request
		want string
	}{
		{"a client hint with another value asks", fetch.Chromium, fetch.Request{Header: headers("DPR: abc")}, "cors: OPTIONS " + api + ", GET " + api},
		{"Save-Data knows one word", fetch.Chromium, fetch.Request{Header: headers("Save-Data: off")}, "cors: OPTIONS " + api + ", GET " + api},
		{"Save-Data: on", fetch.Chromium, fetch.Request{Header: headers("Save-Data: on")}, "cors: GET " + api},
		{"ECT", fetch.Chromium, fetch.Request{Header: headers("ECT: slow-2g", "RTT: 50", "Width: 1", "Viewport-Width: 7", "Downlink: 1.5", "Device-Memory: 0.5")}, "cors: GET " + api},
		{"ECT of no network", fetch.Chromium, fetch.Request{Header: headers("ECT: 5g")}, "cors: OPTIONS " + api + ", GET " + api},
		{"RTT is whole", fetch.Chromium, fetch.Request{Header: headers("RTT: 5.5")}, "cors: OPTIONS " + api + ", GET " + api},
		{"no hint is negative", fetch.Chromium, fetch.Request{Header: headers("Downlink: -1")}, "cors: OPTIONS " + api + ", GET " + api},
		{"no width is negative", fetch.Chromium, fetch.Request{Header: headers("Width: -1")}, "cors: OPTIONS " + api + ", GET " + api},
		{"infinity is no number of a hint", fetch.Chromium, fetch.Request{Header: headers("DPR: Inf")}, "cors: OPTIONS " + api + ", GET " + api},
		{"one below 2^63-1", fetch.Chromium, fetch.Request{Header: headers("Range: bytes=9223372036854775806-")}, "cors: GET " + api},
		{"an end one below 2^63-1", fetch.Chromium, fetch.Request{Header: headers("Range: bytes=0-9223372036854775806")}, "cors: GET " + api},
		{"an end of 2^63-1", fetch.Chromium, fetch.Request{Header: headers("Range: bytes=0-9223372036854775807")}, "cors: OPTIONS " + api + ", GET " + api},
		{"2^63-1 has a sign only there", fetch.Firefox, fetch.Request{Header: headers("Range: bytes=9223372036854775807-")}, "cors: GET " + api},
		{"2^64-1", fetch.Firefox, fetch.Request{Header: headers("Range: bytes=18446744073709551615-")}, "cors: GET " + api},
		{"an end of 2^64-1", fetch.Firefox, fetch.Request{Header: headers("Range: bytes=0-18446744073709551615")}, "cors: GET " + api},
		{"an end of 2^64", fetch.Firefox, fetch.Request{Header: headers("Range: bytes=0-18446744073709551616")}, "cors: OPTIONS " + api + ", GET " + api},
		{"a comma in a type", fetch.Chromium, post("text/plain;a=b,c"), "cors: POST " + api},
		{"an empty parameter after one with a blank", fetch.Firefox, post("text/plain; charset=utf-8;"), "cors: OPTIONS " + api + ", POST " + api},
		{"two empty parameters", fetch.Firefox, post("text/plain;;"), "cors: OPTIONS " + api + ", POST " + api},
		{"two empty parameters with a blank", fetch.Firefox, post("text/plain; ;"), "cors: OPTIONS " + api + ", POST " + api},
		{"one empty parameter is none", fetch.Firefox, post("text/plain;"), "cors: POST " + api},
		{"a parameter without name and value is not empty", fetch.Firefox, post("text/plain;="), "cors: POST " + api},
		{"nor is it as the last", fetch.Firefox, post("text/plain;a=b;="), "cors: POST " + api},
		{"an empty parameter that is not the last", fetch.Firefox, post("text/plain;;a=b"), "cors: POST " + api},
		{"a parameter without value", fetch.Firefox, post("text/plain;a"), "cors: POST " + api},
		{"a type in upper case", fetch.Firefox, post("TEXT/Plain; charset=utf-8"), "cors: POST " + api},
		{"64 KiB, to the byte", fetch.Chromium, fetch.Request{Method: "POST", Keepalive: true, Body: strings.NewReader(strings.Repeat("x", 65536))}, "cors: POST " + api},
		{"and one more", fetch.Chromium, fetch.Request{Method: "POST", Keepalive: true, Body: strings.NewReader(strings.Repeat("x", 65537))}, "keepalive-too-long: "},
		{"a million", fetch.Firefox, fetch.Request{Method: "POST", Keepalive: true, Body: strings.NewReader(strings.Repeat("x", 1000000))}, "cors: POST " + api},
		{"a beacon has the limit all the same", fetch.Firefox, fetch.Request{Initiator: fetch.ByBeacon, Body: strings.NewReader(strings.Repeat("x", 65537))}, "keepalive-too-long: "},
		{"a clip path elsewhere", fetch.Chromium, fetch.Request{Initiator: fetch.ByClipPath}, "cors: GET " + api},
		{"a clip path at home", fetch.Firefox, fetch.Request{Initiator: fetch.ByClipPath, URL: link(home + "/c.svg")}, "basic: GET " + home + "/c.svg"},
		{"a mask elsewhere", fetch.Firefox, fetch.Request{Initiator: fetch.ByMask}, "cors: GET " + api},
		{"non-ASCII in a type", fetch.Firefox, fetch.Request{Method: "POST", Header: headers("Content-Type: text/plain;\xe9")}, "cors: OPTIONS " + api + ", POST " + api},
		{"an upload with a body", fetch.Chromium, fetch.Request{Initiator: fetch.ByXHR, Method: "POST", UploadListener: true, Body: strings.NewReader("x")}, "cors: OPTIONS " + api + ", POST " + api},
		{"two ranges joined are none", fetch.Chromium, fetch.Request{Header: headers("Range: bytes=0-", "Range: bytes=0-")}, "cors: OPTIONS " + api + ", GET " + api},
		{"1025 bytes of one name, joined, are over-long", fetch.Chromium, fetch.Request{Header: headers("Accept: "+strings.Repeat("a", 128), "Accept: a")}, "cors: OPTIONS " + api + ", GET " + api},
	} {
		b := openIn(row.p, home+"/", generous)
		if row.req.URL == nil {
			row.req.URL = link(api)
		}
		b.ask(t, row.req)
		if got := seen(b); got != row.want {
			t.Errorf("%s in %s: %q, want %q", row.why, row.p.Name, got, row.want)
		}
	}
	// D7 is of redirects from home to elsewhere, of POST, of no-cors.
	for _, row := range []struct {
		why       string
		start     string
		locations []string
		req       fetch.Request
		want      string
	}{
		{"within home", home + "/", []string{"/2"}, fetch.Request{Mode: fetch.ModeNoCORS, Method: "POST"}, home},
		{"without a redirect", api, nil, fetch.Request{Mode: fetch.ModeNoCORS, Method: "POST"}, home},
		{"with CORS", home + "/", []string{api}, fetch.Request{Method: "POST"}, home},
	} {
		row.req.URL = link(row.start)
		if got := hops(307, row.locations...)(t, fetch.Chromium, row.req, func(b *tab) string { return b.net.last().get(wire.Origin) }); got != row.want {
			t.Errorf("D7, %s: Origin %s, want %s", row.why, got, row.want)
		}
	}
}

// Firefox forgives a bare unsafe method of a first hop at home.
func TestStickyPreflightStartsAbroad(t *testing.T) {
	got := hops(303, api)(t, fetch.Firefox, fetch.Request{URL: link(home + "/"), Method: "PUT"}, seen)
	if want := "cors: PUT " + home + "/, GET " + api; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// Its extra preflight is a preflight like others: it must succeed.
	b := openIn(fetch.Firefox, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		switch {
		case r.Method == "OPTIONS" && r.URL.Host() == "other.example":
			return reply(500, acao+"*"), nil
		case r.Method == "PUT":
			return reply(303, acao+"*", "Location: https://other.example/"), nil
		}
		return generous(r)
	})
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
	if b.verdict() != "preflight-status" || b.net.last().get(wire.AccessControlRequestMethod) != "GET" || b.net.last().Header.Contains(wire.AccessControlRequestHeaders) {
		t.Errorf("%s: %v", b.verdict(), b.net.last().Header)
	}
}

// Nothing in this package is decided by a profile's name.
func TestProfilesDifferByData(t *testing.T) {
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	byName := regexp.MustCompile(`\.Name == "(chromium|firefox|webkit|standard)"`)
	for _, f := range names {
		if strings.HasSuffix(f.Name(), "_test.go") || !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if found := byName.Find(text); found != nil {
			t.Errorf("%s decides by name: %s", f.Name(), found)
		}
	}
}
