package cors_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/origin"
)

// What went wrong elsewhere, each with the legitimate use beside it that must go on: a test that sees nothing allowed
// sees nothing.
func TestAdvisories(t *testing.T) {
	for _, tt := range []struct {
		id, why string
		holds   func(t *testing.T)
	}{
		{"CVE-2017-20146", "the requester chose who is allowed", neverReflects},
		{"CVE-2018-20744", "* became whoever asks, with credentials", starIsNeverReflected},
		{"GO-2023-1792", "the same, by its other name", starIsNeverReflected},
		{"GO-2024-2883", "a megabyte of commas was split into a list", commasCostNothing},
		{"GHSA-mh55-gqvf-xfwm", "the same, by its other name", commasCostNothing},
		{"CVE-2025-47908", "the same, by its third name", commasCostNothing},
		{"go-chi-cors-36", "the same code in a fork", commasCostNothing},
		{"CVE-2019-25211", "the byte before a last wildcard was lost: example.com/* held example.community", func(t *testing.T) {
			refusesPolicy(t, origins("https://example.com/*"), "origin-path", origins("https://example.com"))
			refusesPolicy(t, origins("https://example.com*"), "origin-wildcard-end", origins("https://example.com:*"))
			holdsOnly(t, origins("https://example.com", "https://example.com:*"), []string{"https://example.com", "https://example.com:8443"},
				"https://example.community", "https://example.com.evil.example", "https://example.com/", "https://example.co")
		}},
		{"CVE-2024-25124", "* with credentials was a policy", starIsNeverReflected},
		{"GHSA-vhxv-fg4m-p2w8", "a tree split foo.com and bar.com so that barfoo.com was held", barsAndFoosAreApart},
		{"GHSA-v84h-653v-4pq9", "the same code elsewhere", barsAndFoosAreApart},
		{"jub0bs-cors-12", "a tree made anew refused what was allowed", nothingNamedIsRefused},
		{"jub0bs-cors-15", "a search by halves refused headers that were allowed", noHeaderNamedIsRefused},
		{"CVE-2024-6221", "an answer let public pages into private networks, unasked", func(t *testing.T) {
			p := benchPolicy()
			p.Disclose = cors.DiscloseFull
			for _, p := range []cors.Policy{p, origins("*"), benchPolicy()} {
				h := middleware(t, p).Wrap(reached)
				for _, name := range []string{"Private-Network", "Local-Network"} {
					r := ask(h, "OPTIONS", "/", fromApp, "Access-Control-Request-Method: GET", "Access-Control-Request-"+name+": true")
					if _, answered := r.Header["Access-Control-Allow-"+name]; answered || r.StatusCode != 204 || r.Header.Get("Access-Control-Allow-Origin") == "" {
						t.Errorf("%v: %s", p, said(r))
					}
				}
			}
		}},
		{"flask-cors-383", "a path's policy was found by matching of its own: case, plus signs and the order of patterns led past it", func(t *testing.T) {
			x := cors.NewMux(middleware(t, origins(app, evil)))
			x.Handle("/", reached)
			x.HandleWith(middleware(t, origins(app)), "/private/", says("private"))
			for _, path := range []string{"/", "/private/", "/private/a+b", "/private/%70", "/PRIVATE/", "/private", "/%70rivate/", "/a/../private/", "//private/"} {
				for _, method := range []string{"GET", "OPTIONS"} {
					lines := []string{fromEvil, "Access-Control-Request-Method: GET"}
					r := ask(x, method, path, lines...)
					taken := ask(x, "GET", path, lines...).Header
					private := strings.Contains(taken.Get(reachedName)+taken.Get("Location"), "private") // the handler's word, or the way to it
					if shared := r.Header.Get("Access-Control-Allow-Origin") == evil; shared == private {
						t.Errorf("%s %s: private %v, shared with strangers %v", method, path, private, shared)
					}
				}
			}
		}},
		{"CVE-2023-49803", "a policy left empty allowed every origin", func(t *testing.T) {
			holdsOnly(t, cors.Policy{}, nil, app, evil, "null", "")
			holdsOnly(t, cors.Policy{Methods: []string{"PUT"}}, nil, app, evil, "null", "")
			holdsOnly(t, origins(app), []string{app}, evil, "null", "")
		}},
		{"GHSA-q7jf-gf43-6x6p", "Vary was copied from the request", func(t *testing.T) {
			h := middleware(t, benchPolicy()).Wrap(reached)
			for _, from := range []string{fromApp, fromEvil} {
				if got := ask(h, "GET", "/", from, "Vary: X-Mine").Header["Vary"]; !slices.Equal(got, []string{"Origin"}) {
					t.Errorf("%s: Vary is %q", from, got)
				}
			}
		}},
		{"CVE-2026-54290", "* with credentials was whoever asks, unless told otherwise", starIsNeverReflected},
		{"CVE-2022-4147", "requests without preflight ran, though their origin was refused as the setting said", func(t *testing.T) {
			h := middleware(t, origins(app), cors.Enforce()).Wrap(reached)
			if r := ask(h, "POST", "/", fromEvil, "Content-Type: text/plain"); r.StatusCode != 403 || r.Header.Get(reachedName) != "" {
				t.Errorf("a stranger: %s", said(r))
			}
			if r := ask(h, "POST", "/", fromApp, "Content-Type: text/plain"); r.StatusCode != 200 || r.Header.Get(reachedName) != "POST" {
				t.Errorf("the page that is allowed: %s", said(r))
			}
		}},
		{"CVE-2025-34291", "an application allowed every origin, with credentials", starIsNeverReflected},
		{"CVE-2026-44184", "so did another", starIsNeverReflected},

		{"class-a-strings-for-origins", "origins were compared as strings", func(t *testing.T) {
			holdsOnly(t, origins("https://*.example.com"), []string{"https://a.example.com", "https://a.b.example.com"},
				"https://evilexample.com", "https://example.com", "http://a.example.com", "https://a.example.com:444",
				"https://a.example.com.evil.example", "https://evil.example/.example.com", "https://a.example.com@evil.example",
				"https://evil.example#.example.com", "https://evil.example?.example.com", "https://evil.example\\.example.com",
				"https://a%2eexample.com", "https://.example.com", "https://a..example.com", "https://A.example.com", "xhttps://a.example.com")
		}},
		{"starlette-800", "a regular expression was matched at its start alone", noRegexps},
		{"CVE-2026-37737", "a regular expression was not anchored", noRegexps},
		{"rack-cors-86", "nor was this one", noRegexps},
		{"clusterfuzz-5303", "a dot stood for any letter, and the end was open", noRegexps},
		{"gotify-1052", "one list for CORS and sockets, not anchored in both", func(t *testing.T) {
			e := compile(t, origins("https://*.example.com"))
			for from, want := range map[string]bool{"https://a.example.com": true, "https://a.example.com.evil.example": false, "https://evilexample.com": false} {
				if e.AllowsOrigin(from) != want || e.Decide(cors.Request{Method: "GET", Origin: []string{from}}).Allowed() != want {
					t.Errorf("%s: at one of the doors not %v", from, want)
				}
			}
		}},
		{"openscan-364", "a suffix was compared without its dot", func(t *testing.T) {
			refusesPolicy(t, origins("https://*example.com"), "origin-wildcard-glued", origins("https://*.example.com"))
			holdsOnly(t, origins("https://*.example.com"), []string{"https://a.example.com"}, "https://aexample.com")
		}},
		{"rs-cors-197", "h* was all sites, with credentials", func(t *testing.T) {
			for _, list := range []string{"h*", "http*", "https://*", "https*://*", "http*://example.com", "*://example.com", "*.example.com", "https://e*", "**"} {
				if _, err := cors.Compile(credentialed(list)); err == nil {
					t.Errorf("%q is a policy", list)
				}
			}
			compile(t, credentialed("https://*.example.com"))
		}},
		{"class-b-star-with-credentials", "who asked for * and credentials was given a reflection", func(t *testing.T) {
			starIsNeverReflected(t)
			for code, p := range map[cors.FaultCode]cors.Policy{
				cors.MethodStarWithCredentials:  withCredentials(methods("*")),
				cors.HeaderStarWithCredentials:  withCredentials(headers("*")),
				cors.ExposedStarWithCredentials: withCredentials(exposed("*")),
			} {
				near := p
				near.Credentials = false
				refusesPolicy(t, p, code, near)
			}
		}},
		{"class-c-vary", "Vary was missing, overwritten or added twice", func(t *testing.T) {
			encodes := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Vary", "Accept-Encoding")
					next.ServeHTTP(w, r)
				})
			}
			h := encodes(middleware(t, origins(app)).Wrap(reached))
			for _, from := range []string{fromApp, fromEvil, "Accept: */*"} {
				if got := strings.Join(ask(h, "GET", "/", from).Header["Vary"], ", "); got != "Accept-Encoding, Origin" {
					t.Errorf("%s: Vary is %q", from, got)
				}
			}
			public := encodes(middleware(t, origins("*")).Wrap(reached))
			if got := strings.Join(ask(public, "GET", "/", fromApp).Header["Vary"], ", "); got != "Accept-Encoding" {
				t.Errorf("an answer that is the same for all varies by %q", got)
			}
		}},
		{"class-d-cost", "work grew with the bytes of a stranger", commasCostNothing},
		{"class-e-shared-slices", "a handler changed the answers to others", slicesAreNotShared},
		{"rs-cors-198", "the engine's own slice stood in the header", slicesAreNotShared},
		{"jub0bs-cors-14", "and was grown by those who added to it", slicesAreNotShared},
		{"class-f-clever-matcher", "a clever matcher held too much, or too little", func(t *testing.T) {
			barsAndFoosAreApart(t)
			nothingNamedIsRefused(t)
			noHeaderNamedIsRefused(t)
		}},
		{"class-g-not-a-preflight", "OPTIONS was taken for a preflight, and actual requests were kept out", func(t *testing.T) {
			h := middleware(t, origins(app)).Wrap(reached)
			for _, tt := range []struct {
				method string
				lines  []string
				status int
				why    string
			}{
				{"OPTIONS", nil, 200, "no page asks"},
				{"OPTIONS", []string{fromApp}, 200, "nothing is asked"},
				{"OPTIONS", []string{fromEvil}, 200, "nor by a stranger"},
				{"OPTIONS", []string{wantsPut}, 200, "for nobody"},
				{"POST", []string{fromEvil}, 200, "a request that is no preflight"},
				{"GET", []string{"Origin: null"}, 200, "from a page without origin"},
				{"OPTIONS", []string{fromEvil, wantsPut}, 403, "this is one"},
			} {
				r := ask(h, tt.method, "/", tt.lines...)
				if r.StatusCode != tt.status || (r.Header.Get(reachedName) == tt.method) != (tt.status == 200) {
					t.Errorf("%s %q: %s: %s", tt.method, tt.lines, said(r), tt.why)
				}
			}
		}},
		{"class-h-memory", "what one request said stuck to the next", func(t *testing.T) {
			p := credentialed("https://*.example.com")
			p.Methods, p.RequestHeaders = []string{"PUT"}, []string{"X-A", "X-B"}
			used := middleware(t, p).Wrap(reached)
			first := map[string]string{}
			for round := range 3 {
				for _, q := range [][]string{
					{"OPTIONS", "Origin: https://a.example.com", wantsPut, "Access-Control-Request-Headers: x-a"},
					{"OPTIONS", "Origin: https://b.example.com", wantsPut, "Access-Control-Request-Headers: x-b"},
					{"GET", fromEvil},
					{"GET", "Origin: https://a.example.com"},
					{"GET", "Accept: */*"},
				} {
					key, got := strings.Join(q, " "), said(ask(used, q[0], "/", q[1:]...))
					if fresh := said(ask(middleware(t, p).Wrap(reached), q[0], "/", q[1:]...)); got != fresh {
						t.Errorf("%s: round %d: %s; who asks first is told %s", key, round, got, fresh)
					}
					first[got] = key
				}
			}
			if len(first) != 4 { // the stranger and nobody are told the same
				t.Errorf("%d answers: %v", len(first), first)
			}
		}},
		{"class-i-reload", "a policy was changed in place, while requests were served", func(t *testing.T) {
			p := cors.Policy{Origins: append(make([]string, 0, 8), app), Methods: append(make([]string, 0, 8), "PUT")}
			m := middleware(t, p)
			h := m.Wrap(reached)
			p.Origins[0], p.Methods[0] = evil, "DELETE"
			_, _ = append(p.Origins, evil), append(p.Methods, "PATCH")
			given := m.Engine().Policy()
			given.Origins[0] = evil
			if now := m.Engine().Policy(); now.Origins[0] != app || now.Methods[0] != "PUT" {
				t.Errorf("the engine's policy is now %v", now)
			}
			if ask(h, "OPTIONS", "/", fromEvil, wantsPut).StatusCode != 403 || ask(h, "OPTIONS", "/", fromApp, wantsPut).StatusCode != 204 {
				t.Error("who changes the policy changes the engine")
			}
			m.Swap(compile(t, origins(evil)))
			if ask(h, "OPTIONS", "/", fromEvil, "Access-Control-Request-Method: GET").StatusCode != 204 || ask(h, "OPTIONS", "/", fromApp, wantsPut).StatusCode != 403 {
				t.Error("something of the old policy remains")
			}
		}},
	} {
		t.Run(tt.id, func(t *testing.T) {
			tt.holds(t)
			if t.Failed() {
				t.Log(tt.why)
			}
		})
	}
}

// holdsOnly asks for each origin, by an engine and on its way through a middleware.
func holdsOnly(t *testing.T, p cors.Policy, allowed []string, refused ...string) {
	t.Helper()
	e := compile(t, p)
	h := cors.NewMiddleware(e).Wrap(reached)
	for _, from := range slices.Concat(allowed, refused) {
		want := slices.Contains(allowed, from)
		got := ask(h, "GET", "/", "Origin: "+from).Header.Get("Access-Control-Allow-Origin")
		if e.AllowsOrigin(from) != want || (got == from && from != "") != want || !want && got != "" {
			t.Errorf("%v: %q is answered with %q, want allowed %v", p.Origins, from, got, want)
		}
	}
}

// refusesPolicy wants one policy refused for that reason, and the other compiled.
func refusesPolicy(t *testing.T, p cors.Policy, code cors.FaultCode, near cors.Policy) {
	t.Helper()
	if got := cors.Lint(p); !slices.Contains(codes(got), code) {
		t.Errorf("%v has no %s, but %v", p, code, codes(got))
	}
	if _, err := cors.Compile(p); err == nil {
		t.Errorf("%v is compiled", p)
	}
	compile(t, near)
}

func neverReflects(t *testing.T) {
	holdsOnly(t, credentialed(app), []string{app}, evil, "null", "", "*", app+","+evil, app+" "+evil, evil+"\t"+app)
}

func starIsNeverReflected(t *testing.T) {
	refusesPolicy(t, credentialed("*"), cors.EveryOriginWithCredentials, origins("*"))
	refusesPolicy(t, credentialed(app, "*"), cors.EveryOriginWithCredentials, credentialed(app))
	all := []cors.Risk{cors.InsecureOrigins, cors.PublicSuffixWildcard, cors.NullOrigin, cors.AnyRequestHeader}
	refusesPolicy(t, withCredentials(origins("*"), all...), cors.EveryOriginWithCredentials, origins("*"))
	h := middleware(t, origins("*")).Wrap(reached)
	for _, from := range []string{app, evil, "null"} {
		r := ask(h, "GET", "/", "Origin: "+from, "Cookie: session=1")
		if r.Header.Get("Access-Control-Allow-Origin") != "*" || r.Header["Access-Control-Allow-Credentials"] != nil {
			t.Errorf("%s: %s", from, said(r))
		}
	}
}

// commasCostNothing counts what is allocated; how long it takes is TestCostIsBounded's to say.
func commasCostNothing(t *testing.T) {
	e := compile(t, benchPolicy())
	const long = 1 << 20
	for name, list := range map[string]string{
		"commas": strings.Repeat(",", long), "commas and blanks": strings.Repeat(", ", long/2), "one name": strings.Repeat("a", long),
		"names": strings.Repeat("a,", long/2), "a name that is allowed": strings.Repeat("authorization,", long/14),
	} {
		r := &http.Request{Method: "OPTIONS", Header: preflightHeader(app, "PUT", list)}
		w := &unwritten{header: http.Header{}}
		h := cors.NewMiddleware(e).Wrap(reached)
		if n := testing.AllocsPerRun(5, func() { h.ServeHTTP(w, r) }); n > 0 || w.status != 403 || len(w.header) > 0 {
			t.Errorf("%s: %v allocations, status %d, %v", name, n, w.status, w.header)
		}
	}
	if !e.Decide(preflight("PUT", "authorization,content-type")).Allowed() {
		t.Error("nor is what a browser asks for allowed")
	}
}

func barsAndFoosAreApart(t *testing.T) {
	strangers := []string{"https://barfoo.com", "https://foobar.com", "https://a.barfoo.com", "https://oo.com", "https://ar.com", "https://com", "https://foo.com.bar.com"}
	exact := []string{"https://foo.com", "https://bar.com"}
	holdsOnly(t, origins(exact...), exact, strangers...)
	wild := append(slices.Clone(strangers[:4]), "https://foo.com", "https://bar.com", "https://com")
	holdsOnly(t, origins("https://*.foo.com", "https://*.bar.com"), []string{"https://a.foo.com", "https://a.bar.com", "https://foo.bar.com", "https://bar.foo.com", "https://foo.com.bar.com"}, wild...)
	patterns := make([]origin.Pattern, len(exact))
	for i, text := range exact {
		p, err := origin.ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		patterns[i] = p
	}
	set := origin.NewSet(patterns)
	for _, stranger := range strangers {
		if rule, ok := set.Match(stranger); ok {
			t.Errorf("%s holds %s", exact[rule], stranger)
		}
	}
	for i, text := range exact {
		if rule, ok := set.Match(text); !ok || rule != i {
			t.Errorf("%s is held by %d", text, rule)
		}
	}
}

// nothingNamedIsRefused takes names that share beginnings and ends, in lists of many lengths.
func nothingNamedIsRefused(t *testing.T) {
	for n := 1; n <= 65; n++ {
		var p cors.Policy
		for i := range n {
			p.Origins = append(p.Origins, "https://"+strings.Repeat("a", i%7+1)+strconv.Itoa(i)+strings.Repeat(".b", i%5)+".example", "https://*.w"+strconv.Itoa(i)+".example")
		}
		e := compile(t, p)
		for i, text := range p.Origins {
			from := strings.Replace(text, "*", "x", 1)
			d := e.Decide(cors.Request{Method: "GET", Origin: []string{from}})
			if !d.Allowed() || d.Rule() != i {
				t.Fatalf("of %d: %s is %v, by rule %d", len(p.Origins), from, d.Reason(), d.Rule())
			}
			if e.AllowsOrigin(from+"x") || e.AllowsOrigin(from+":1") {
				t.Fatalf("of %d: a stranger like %s is allowed", len(p.Origins), from)
			}
		}
	}
}

func noHeaderNamedIsRefused(t *testing.T) {
	for n := 1; n <= 130; n++ {
		p := origins(app)
		for i := range n {
			p.RequestHeaders = append(p.RequestHeaders, "X-"+strings.Repeat("A", i%6)+strconv.Itoa(i))
		}
		e := compile(t, p)
		for _, name := range p.RequestHeaders {
			if d := e.Decide(preflight("GET", strings.ToLower(name))); !d.Allowed() {
				t.Fatalf("of %d: %s is %v", n, name, d.Reason())
			}
		}
		slices.Sort(p.RequestHeaders)
		if d := e.Decide(preflight("GET", strings.ToLower(strings.Join(p.RequestHeaders, ",")))); !d.Allowed() {
			t.Fatalf("of %d: all at once are %v", n, d.Reason())
		}
		if d := e.Decide(preflight("GET", "x-stranger")); d.Allowed() {
			t.Fatalf("of %d: a stranger is allowed", n)
		}
	}
}

// noRegexps: what looks like a regular expression is refused, and a dot is a dot.
func noRegexps(t *testing.T) {
	for _, text := range []string{`https://.*\.example\.com`, `^https://example\.com`, `https://example.com.*`, `https?://example.com`, `https://(a|b).example.com`, `/example\.com$/`} {
		if got := codes(cors.Lint(origins(text))); len(got) != 1 || !strings.HasPrefix(string(got[0]), "origin-") {
			t.Errorf("%s: %v", text, got)
		}
		if _, err := cors.Compile(origins(text)); err == nil {
			t.Errorf("%s is a policy", text)
		}
	}
	holdsOnly(t, origins("https://a.example.com"), []string{"https://a.example.com"},
		"https://axexample.com", "https://a.examplexcom", "https://a.example.com.evil.example", "https://evil.example/https://a.example.com", "https://a.example.comevil")
}

func slicesAreNotShared(t *testing.T) {
	p := benchPolicy()
	p.TimingAllowOrigin, p.PreflightVary, p.ResourcePolicy = true, true, "same-site"
	public := origins("*")
	public.ExposedHeaders = []string{"X-Total"}
	for _, p := range []cors.Policy{p, public} {
		spoils := true
		h := middleware(t, p).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for _, lines := range w.Header() {
				if _ = append(lines, "spoilt"); spoils {
					lines[0] = "spoilt"
				}
			}
		}))
		spoilt := said(ask(h, "GET", "/", fromApp))
		spoils = false
		got, want := said(ask(h, "GET", "/", fromApp)), said(ask(middleware(t, p).Wrap(http.NotFoundHandler()), "GET", "/", fromApp))
		if !strings.Contains(spoilt, ": spoilt") {
			t.Errorf("the handler reaches nothing: %s", spoilt)
		}
		want = strings.NewReplacer("404 ", "200 ", "; Content-Type: text/plain; charset=utf-8", "", "; X-Content-Type-Options: nosniff", "").Replace(want)
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
