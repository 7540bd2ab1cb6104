package cors_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/corscope/corscope/cors"
)

const (
	evil        = "https://evil.example"
	reachedName = "X-Reached" // what handlers of these tests say
)

// reached is a handler that says so, and its method.
var reached = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(reachedName, r.Method)
})

func middleware(tb testing.TB, p cors.Policy, options ...cors.Option) *cors.Middleware {
	tb.Helper()
	return cors.NewMiddleware(compile(tb, p), options...)
}

// ask serves one request in memory. The lines are "Name: value".
func ask(h http.Handler, method, target string, lines ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// said is a response in one line: status and header.
func said(r *http.Response) string {
	return strings.TrimSuffix(strconv.Itoa(r.StatusCode)+" "+written(r.Header), " ")
}

const (
	fromApp   = "Origin: " + app
	fromEvil  = "Origin: " + evil
	wantsPut  = "Access-Control-Request-Method: PUT"
	sharedApp = "Access-Control-Allow-Origin: " + app
)

func TestWrap(t *testing.T) {
	putting := cors.Policy{Origins: []string{app}, Methods: []string{"PUT"}}
	const allowedPut = "204 Access-Control-Allow-Methods: PUT; " + sharedApp
	for _, tt := range []struct {
		method string
		lines  []string
		want   string
		why    string
	}{
		{"GET", []string{fromApp}, "200 " + sharedApp + "; Vary: Origin; X-Reached: GET", "allowed"},
		{"GET", []string{fromEvil}, "200 Vary: Origin; X-Reached: GET", "not allowed: the handler runs, the browser keeps the answer"},
		{"GET", nil, "200 Vary: Origin; X-Reached: GET", "nobody asks"},
		{"PUT", []string{fromEvil}, "200 Vary: Origin; X-Reached: PUT", "also with effect: refusing is the business of others"},
		{"OPTIONS", []string{fromApp, wantsPut}, allowedPut, "a preflight stays here"},
		{"OPTIONS", []string{fromEvil, wantsPut}, "403", "and so does one that is refused"},
		{"OPTIONS", []string{fromApp, "Access-Control-Request-Method: PATCH"}, "403", "for its method"},
		{"OPTIONS", []string{fromApp, wantsPut, "Access-Control-Request-Headers: x-a"}, "403", "for a header"},
		{"OPTIONS", []string{fromApp}, "200 " + sharedApp + "; Vary: Origin; X-Reached: OPTIONS", "nothing is asked: no preflight"},
		{"OPTIONS", []string{wantsPut}, "200 Vary: Origin; X-Reached: OPTIONS", "nobody asks: no preflight"},
		{"OPTIONS", []string{fromApp, "Access-Control-Request-Method: "}, "200 " + sharedApp + "; Vary: Origin; X-Reached: OPTIONS", "an empty question is none"},
		{"OPTIONS", []string{fromApp, wantsPut, wantsPut}, "200 " + sharedApp + "; Vary: Origin; X-Reached: OPTIONS", "no browser asks twice"},
		{"OPTIONS", []string{fromApp, fromApp, wantsPut}, "200 Vary: Origin; X-Reached: OPTIONS", "nor as two pages"},
		{"OPTIONS", nil, "200 Vary: Origin; X-Reached: OPTIONS", "any other use of OPTIONS"},
		{"GET", []string{fromApp, wantsPut}, "200 " + sharedApp + "; Vary: Origin; X-Reached: GET", "another method is no preflight, whatever it says"},
		{"options", []string{fromApp, wantsPut}, "200 " + sharedApp + "; Vary: Origin; X-Reached: options", "another method is another method"},
	} {
		got := said(ask(middleware(t, putting).Wrap(reached), tt.method, "/", tt.lines...))
		if got != tt.want {
			t.Errorf("%s %q\ngot  %s\nwant %s: %s", tt.method, tt.lines, got, tt.want, tt.why)
		}
	}
}

// A middleware says what Decide and Apply say.
func TestWrapIsDecideAndApply(t *testing.T) {
	extras := benchPolicy()
	extras.TimingAllowOrigin, extras.PreflightVary, extras.Disclose = true, true, cors.DiscloseFull
	for _, p := range []cors.Policy{benchPolicy(), extras, origins("*"), origins("https://*.example.com"), {}} {
		e := compile(t, p)
		h := cors.NewMiddleware(e).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		for _, q := range append(probes(), preflight("PUT", "content-type", "authorization")) {
			r := &http.Request{Method: q.Method, Header: http.Header{}}
			for name, lines := range map[string][]string{
				"Origin": q.Origin, "Access-Control-Request-Method": q.RequestMethod, "Access-Control-Request-Headers": q.RequestHeaders,
			} {
				if lines != nil {
					r.Header[name] = slices.Clone(lines)
				}
			}
			status, want := sent(t, e, q, nil)
			w := &unwritten{header: http.Header{}}
			h.ServeHTTP(w, r)
			if w.status != status || written(w.header) != written(want) {
				t.Errorf("%v\n%q\ngot  %d %s\nwant %d %s", p, q, w.status, written(w.header), status, written(want))
			}
		}
	}
}

// What is not set up allows nothing, and keeps nobody from the handler.
func TestWithoutPolicy(t *testing.T) {
	taken := middleware(t, origins(app))
	if old := taken.Swap(nil); old == nil || old.Policy().Origins[0] != app {
		t.Errorf("Swap gives back %v, not what was there", old)
	}
	for name, m := range map[string]*cors.Middleware{
		"nil": nil, "zero": {}, "of a nil engine": cors.NewMiddleware(nil), "taken away": taken,
		"of an empty policy": middleware(t, cors.Policy{}),
	} {
		h := m.Wrap(reached)
		for _, tt := range []struct{ method, line, want string }{
			{"GET", fromApp, "200 Vary: Origin; X-Reached: GET"},
			{"POST", fromApp, "200 Vary: Origin; X-Reached: POST"},
			{"GET", "Accept: */*", "200 Vary: Origin; X-Reached: GET"},
			{"OPTIONS", wantsPut, "200 Vary: Origin; X-Reached: OPTIONS"},
		} {
			if got := said(ask(h, tt.method, "/", tt.line)); got != tt.want {
				t.Errorf("%s: %s %s: got %s, want %s", name, tt.method, tt.line, got, tt.want)
			}
		}
		if got := said(ask(h, "OPTIONS", "/", fromApp, wantsPut)); got != "403" {
			t.Errorf("%s: a preflight gets %s", name, got)
		}
		m.Stats()
	}
	var none *cors.Middleware
	if none.Engine() != nil || none.Stats() != (cors.Stats{}) {
		t.Error("a nil middleware has an engine, or counts")
	}
	if (&cors.Middleware{}).Engine() != nil {
		t.Error("a zero middleware has an engine")
	}
}

func TestNew(t *testing.T) {
	m, err := cors.New(origins(app), cors.Enforce())
	if err != nil {
		t.Fatal(err)
	}
	if got := said(ask(m.Wrap(reached), "GET", "/", fromApp)); !strings.Contains(got, sharedApp) {
		t.Errorf("got %s", got)
	}
	if got := ask(m.Wrap(reached), "GET", "/", fromEvil).StatusCode; got != 403 {
		t.Errorf("the option is lost: %d", got)
	}
	if m, err := cors.New(origins("https://app.example.com/")); m != nil || err == nil {
		t.Error("a policy with an error makes a middleware")
	}
}

func TestWrapNothing(t *testing.T) {
	for name, wrap := range map[string]func(){
		"Middleware.Wrap": func() { new(cors.Middleware).Wrap(nil) },
		"Selector.Wrap":   func() { cors.Select(func(*http.Request) *cors.Middleware { return nil }).Wrap(nil) },
		"Late":            func() { cors.Late(nil) },
		"Select":          func() { cors.Select(nil) },
		"a bad name":      func() { cors.Select(func(*http.Request) *cors.Middleware { return nil }, "X-Tenant:") },
	} {
		if !panics(wrap) {
			t.Errorf("%s: nothing is said until a request comes", name)
		}
	}
}

func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}

// The innermost policy decides alone: what an outer one allowed must not remain.
func TestStacked(t *testing.T) {
	wide := cors.Policy{Origins: []string{app, evil}, Credentials: true, ExposedHeaders: []string{"X-Wide"}, TimingAllowOrigin: true}
	for _, tt := range []struct {
		inner cors.Policy
		line  string
		want  string
		why   string
	}{
		{origins(app), fromEvil, "200 Vary: Origin; X-Reached: GET", "refused inside: nothing remains"},
		{origins(app), fromApp, "200 " + sharedApp + "; Vary: Origin; X-Reached: GET", "allowed by both: no credentials inside"},
		{origins("*"), fromEvil, "200 Access-Control-Allow-Origin: *; Vary: Origin; X-Reached: GET", "public inside: Vary is no more than too careful"},
		{wide, fromEvil, "200 Access-Control-Allow-Credentials: true; Access-Control-Allow-Origin: " + evil +
			"; Access-Control-Expose-Headers: X-Wide; Timing-Allow-Origin: " + evil + "; Vary: Origin; X-Reached: GET", "twice the same is once"},
	} {
		h := middleware(t, wide).Wrap(middleware(t, tt.inner).Wrap(reached))
		if got := said(ask(h, "GET", "/", tt.line)); got != tt.want {
			t.Errorf("%v: %s\ngot  %s\nwant %s: %s", tt.inner, tt.line, got, tt.want, tt.why)
		}
	}
	byHand := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Cross-Origin-Resource-Policy", "same-site")
			next.ServeHTTP(w, r)
		})
	}
	const want = "200 Cross-Origin-Resource-Policy: same-site; Vary: Origin; X-Reached: GET"
	if got := said(ask(byHand(middleware(t, origins(app)).Wrap(reached)), "GET", "/", fromEvil)); got != want {
		t.Errorf("a header by hand: got %s, want %s", got, want)
	}
	if got := said(ask(byHand(middleware(t, origins(app)).Wrap(reached)), "OPTIONS", "/", fromEvil, wantsPut)); got != "403 Cross-Origin-Resource-Policy: same-site" {
		t.Errorf("a preflight is refused with %s", got)
	}
}

// Run with -race. Every answer is wholly of one policy.
func TestSwapWhileServing(t *testing.T) {
	one := compile(t, cors.Policy{Origins: []string{app}, ExposedHeaders: []string{"X-One"}})
	two := compile(t, cors.Policy{Origins: []string{app, "https://*.example.net"}, Credentials: true, ExposedHeaders: []string{"X-Two"}})
	m := cors.NewMiddleware(one, cors.Count())
	server := httptest.NewServer(m.Wrap(reached))
	t.Cleanup(server.Close)
	var stop atomic.Bool
	var swapping, asking sync.WaitGroup
	swapping.Go(func() {
		for next := two; !stop.Load(); {
			next = m.Swap(next)
			if next != one && next != two {
				t.Error("Swap gives back a third engine")
				return
			}
		}
	})
	seen := [3]atomic.Int32{}
	for range 4 {
		asking.Go(func() {
			for range 200 {
				r, err := http.NewRequest(http.MethodGet, server.URL, nil)
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Origin", app)
				answer, err := server.Client().Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				switch exposed, credentials := answer.Header.Get("Access-Control-Expose-Headers"), answer.Header.Get("Access-Control-Allow-Credentials"); {
				case exposed == "X-One" && credentials == "":
					seen[1].Add(1)
				case exposed == "X-Two" && credentials == "true":
					seen[2].Add(1)
				default:
					t.Errorf("half of each: exposes %q, credentials %q", exposed, credentials)
				}
			}
		})
	}
	asking.Wait()
	stop.Store(true)
	swapping.Wait()
	if seen[1].Load() == 0 || seen[2].Load() == 0 {
		t.Errorf("one engine answered %d times, the other %d: nothing was swapped", seen[1].Load(), seen[2].Load())
	}
	if m.Stats().Actual[cors.Allowed] != 800 {
		t.Errorf("counted %v", m.Stats())
	}
}

// A handler that spoils all it can reach spoils its own answer alone. Run with -race: sharing is seen as a race too.
func TestHandlersDoNotLeak(t *testing.T) {
	spoil := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, h := range []http.Header{w.Header(), r.Header} {
			for name, lines := range h {
				_ = append(lines, "appended")
				for i := range lines {
					lines[i] = "spoilt"
				}
				h[name] = append(lines, "more")
			}
		}
	})
	p := benchPolicy()
	p.TimingAllowOrigin, p.ResourcePolicy, p.PreflightVary = true, "same-site", true
	public := origins("*")
	public.ExposedHeaders, public.TimingAllowOrigin = []string{"X-Total"}, true
	for _, p := range []cors.Policy{p, public} {
		m := middleware(t, p)
		tenants := cors.Select(func(*http.Request) *cors.Middleware { return m }, "X-Tenant", "Accept")
		clean := map[string]http.Handler{"Wrap": m.Wrap(reached), "Select": tenants.Wrap(reached), "Late": m.Wrap(cors.Late(reached))}
		spoilt := map[string]http.Handler{"Wrap": m.Wrap(spoil), "Select": tenants.Wrap(spoil), "Late": m.Wrap(cors.Late(spoil))}
		for name := range clean {
			questions := [][]string{{"GET", fromApp}, {"GET", fromEvil}, {"GET", "Accept: */*"}, {"OPTIONS", fromApp}}
			var before []string
			for _, q := range questions {
				before = append(before, said(ask(clean[name], q[0], "/", q[1:]...)))
			}
			var group sync.WaitGroup
			for _, q := range slices.Repeat(questions, 4) {
				group.Go(func() {
					for range 50 {
						ask(spoilt[name], q[0], "/", q[1:]...)
					}
				})
			}
			group.Wait()
			for i, q := range questions {
				if after := said(ask(clean[name], q[0], "/", q[1:]...)); after != before[i] {
					t.Errorf("%s: %q\nbefore %s\nafter  %s", name, q, before[i], after)
				}
			}
		}
	}
}

// unwritten is a response that nobody reads, with a header that is used over and over.
type unwritten struct {
	header http.Header
	status int
}

func (w *unwritten) Header() http.Header         { return w.header }
func (w *unwritten) Write(p []byte) (int, error) { return len(p), nil }
func (w *unwritten) WriteHeader(status int)      { w.status = status }

// The promises of Decide and Apply hold through a middleware, which counts.
func TestWrapAllocations(t *testing.T) {
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, s := range scenarios() {
		m := middleware(t, s.policy, cors.Count())
		h := m.Wrap(nothing)
		r := &http.Request{Method: s.method, Header: s.header, Host: "api.example.com"}
		w := &unwritten{header: http.Header{}}
		if n := testing.AllocsPerRun(100, func() {
			clear(w.header)
			h.ServeHTTP(w, r)
		}); n > s.allocs {
			t.Errorf("%s: %v allocations, want at most %v", s.name, n, s.allocs)
		}
		if w.status != s.status {
			t.Errorf("%s: status %d, want %d", s.name, w.status, s.status)
		}
		if m.Stats() == (cors.Stats{}) {
			t.Errorf("%s: nothing is counted", s.name)
		}
	}
}

func BenchmarkWrap(b *testing.B) {
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, s := range scenarios() {
		h := middleware(b, s.policy).Wrap(nothing)
		r := &http.Request{Method: s.method, Header: s.header, Host: "api.example.com"}
		b.Run(s.name, func(b *testing.B) {
			w := &unwritten{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
		if s.name != "b_allowed" {
			continue
		}
		b.Run(s.name+"_parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				w := &unwritten{header: http.Header{}}
				for pb.Next() {
					clear(w.header)
					h.ServeHTTP(w, r)
				}
			})
		})
	}
}

// What net/http makes of it: a preflight has no body, refused or not.
func TestPreflightOnTheWire(t *testing.T) {
	server := httptest.NewServer(middleware(t, cors.Policy{Origins: []string{app}, Methods: []string{"PUT"}}).Wrap(reached))
	t.Cleanup(server.Close)
	for from, want := range map[string]int{app: 204, evil: 403} {
		r, err := http.NewRequest(http.MethodOptions, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", from)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != want || len(body) > 0 || err != nil || answer.Header.Get("Content-Type") != "" || answer.Header.Get(reachedName) != "" {
			t.Errorf("%s: %d %q %v %v", from, answer.StatusCode, body, err, answer.Header)
		}
	}
}
