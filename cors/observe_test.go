package cors_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

// events gives every event of requests, which are to example.com.
func events(t *testing.T, p cors.Policy, option cors.Option, requests [][]string) []cors.Event {
	t.Helper()
	var all []cors.Event
	h := middleware(t, p, option, cors.Observe(func(e cors.Event) { all = append(all, e) })).Wrap(reached)
	for _, q := range requests {
		ask(h, q[0], "http://example.com/", q[1:]...)
	}
	return all
}

func TestObserve(t *testing.T) {
	p := cors.Policy{Origins: []string{"https://*.example.org", app}, Methods: []string{"PUT"}}
	long := "https://" + strings.Repeat("a", 1<<20)
	for _, tt := range []struct {
		request []string
		want    cors.Event
		why     string
	}{
		{[]string{"GET"}, cors.Event{Kind: cors.Plain, Reason: cors.NoOrigin, Rule: -1}, "plain requests too: for a rate"},
		{[]string{"GET", fromApp}, cors.Event{Kind: cors.Actual, Allowed: true, Reason: cors.Allowed, Rule: 1, Origin: app}, "by the second rule"},
		{[]string{"GET", fromEvil}, cors.Event{Kind: cors.Actual, Reason: cors.OriginNotAllowed, Rule: -1, Origin: evil, Blocked: true}, "blocked"},
		{[]string{"OPTIONS", fromApp, wantsPut}, cors.Event{Kind: cors.Preflight, Allowed: true, Reason: cors.Allowed, Rule: 1, Origin: app}, "a preflight"},
		{[]string{"OPTIONS", fromApp, "Access-Control-Request-Method: PATCH"}, cors.Event{Kind: cors.Preflight, Reason: cors.MethodNotAllowed, Rule: 1, Origin: app}, "the rule matched, the method did not; a preflight is refused, not blocked"},
		{[]string{"GET", fromApp, fromEvil}, cors.Event{Kind: cors.Actual, Reason: cors.OriginMultiple, Rule: -1, Origin: app + ", " + evil, Blocked: true}, "both are told"},
		{[]string{"POST", "Origin: http://example.com"}, cors.Event{Kind: cors.Actual, Reason: cors.OriginNotAllowed, Rule: -1, Origin: "http://example.com", SameOrigin: true}, "the server's own page"},
		{[]string{"GET", "Sec-Fetch-Site: same-origin"}, cors.Event{Kind: cors.Plain, Reason: cors.NoOrigin, Rule: -1}, "a plain request is what it is"},
		{[]string{"OPTIONS", "Origin: http://example.com", wantsPut}, cors.Event{Kind: cors.Preflight, Reason: cors.OriginNotAllowed, Rule: -1, Origin: "http://example.com"}, "own pages send no preflights: refused as any"},
		{[]string{"GET", "Origin: " + long}, cors.Event{Kind: cors.Actual, Reason: cors.OriginNotAllowed, Rule: -1, Origin: long[:256], Blocked: true}, "cut"},
		{[]string{"GET", "Origin: " + long[:256]}, cors.Event{Kind: cors.Actual, Reason: cors.OriginNotAllowed, Rule: -1, Origin: long[:256], Blocked: true}, "not cut"},
	} {
		got := events(t, p, cors.Enforce(), [][]string{tt.request})
		if diff := cmp.Diff([]cors.Event{tt.want}, got); diff != "" {
			t.Errorf("%.80q: %s\n%s", tt.request, tt.why, diff)
		}
	}
}

// The event comes before anything is sent, and a panic in it ends the request as a handler's does.
func TestObserveComesFirst(t *testing.T) {
	m := middleware(t, origins(app), cors.Observe(func(cors.Event) { panic("mine") }))
	for _, q := range [][]string{{"GET", fromApp}, {"OPTIONS", fromApp, wantsPut}} {
		w := &unwritten{header: http.Header{}}
		r := httptest.NewRequest(q[0], "/", nil)
		for _, line := range q[1:] {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Set(name, value)
		}
		sent := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
		if !panics(func() { m.Wrap(sent).ServeHTTP(w, r) }) || w.status != 0 {
			t.Errorf("%s: the panic is lost, or status %d was sent before", q[0], w.status)
		}
	}
}

func TestEnforce(t *testing.T) {
	const (
		passed  = true
		blocked = false
	)
	p := origins(app)
	for _, tt := range []struct {
		policy cors.Policy
		method string
		lines  []string
		want   bool
		why    string
	}{
		{p, "GET", []string{fromApp}, passed, "allowed"},
		{p, "POST", []string{fromEvil}, blocked, "not allowed"},
		{p, "GET", []string{fromEvil}, blocked, "whatever the method"},
		{p, "OPTIONS", []string{fromEvil}, blocked, "also OPTIONS, where it is no preflight"},
		{p, "POST", nil, passed, "no Origin: a program"},
		{p, "OPTIONS", []string{wantsPut}, passed, "no Origin: no preflight"},
		{p, "POST", []string{fromApp, fromEvil}, blocked, "two pages at once"},
		{p, "POST", []string{"Origin: http://example.com"}, passed, "the server's own page, by its host"},
		{p, "POST", []string{"Origin: https://example.com"}, passed, "TLS may end in front of us"},
		{p, "POST", []string{"Origin: http://example.com:8080"}, blocked, "another port is another origin"},
		{p, "POST", []string{"Origin: http://example.com.evil.example"}, blocked, "a longer host"},
		{p, "POST", []string{"Origin: http://xexample.com"}, blocked, "a longer host, in front"},
		{p, "POST", []string{"Origin: http://user@example.com"}, blocked, "no origin at all"},
		{p, "POST", []string{"Origin: example.com"}, blocked, "no scheme"},
		{p, "POST", []string{"Origin: ftp://example.com"}, blocked, "no scheme of ours"},
		{p, "POST", []string{"Origin: http://evil.example/://example.com"}, blocked, "no origin at all"},
		{p, "POST", []string{"Origin: http://example.com", "Origin: http://example.com"}, blocked, "two lines are nobody's"},
		{p, "POST", []string{"Origin: http://example.com", "Sec-Fetch-Site: same-origin"}, passed, "as the browser says"},
		{p, "POST", []string{"Origin: null", "Sec-Fetch-Site: same-origin"}, passed, "an own form under Referrer-Policy: no-referrer"},
		{p, "POST", []string{"Origin: null", "Sec-Fetch-Site: cross-site"}, blocked, "a sandboxed frame of somebody else"},
		{p, "POST", []string{"Origin: null"}, blocked, "nobody knows whose"},
		{p, "POST", []string{"Origin: http://example.com", "Sec-Fetch-Site: same-site"}, blocked, "http to https of one host: the browser knows better"},
		{p, "POST", []string{"Origin: http://example.com", "Sec-Fetch-Site: cross-site"}, blocked, "the browser knows better"},
		{p, "POST", []string{"Origin: http://example.com", "Sec-Fetch-Site: "}, passed, "it says nothing"},
		{p, "POST", []string{fromEvil, "Sec-Fetch-Site: none"}, passed, "the user, not a page"},
		{p, "POST", []string{fromEvil, "Sec-Fetch-Site: same-origin-ish"}, blocked, "no word that is known"},
		{p, "POST", []string{fromApp, "Sec-Fetch-Site: cross-site"}, passed, "the policy allows it"},
		{origins("*"), "POST", []string{fromEvil}, passed, "everybody is allowed"},
	} {
		for name, option := range map[string]cors.Option{"enforced": cors.Enforce(), "not": cors.Observe(nil)} {
			m := middleware(t, tt.policy, option, cors.Count())
			got := ask(m.Wrap(reached), tt.method, "http://example.com/", tt.lines...)
			want := passed
			if name == "enforced" {
				want = tt.want
			}
			if (got.Header.Get(reachedName) != "") != want || (got.StatusCode == 403) == want {
				t.Errorf("%s: %s %q: got %s: %s", name, tt.method, tt.lines, said(got), tt.why)
			}
			if n := m.Stats().Blocked; (n == 1) == want {
				t.Errorf("%s: %s %q: counted %d as blocked", name, tt.method, tt.lines, n)
			}
		}
	}
	refused := ask(middleware(t, p, cors.Enforce()).Wrap(reached), "POST", "/", fromEvil)
	if refused.Header.Get("Cache-Control") != "no-store" || !slices.Equal(refused.Header["Vary"], []string{"Origin"}) || refused.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("refused with %s", said(refused))
	}
}

func TestStats(t *testing.T) {
	m := middleware(t, cors.Policy{Origins: []string{app}, RequestHeaders: []string{"X-A"}}, cors.Enforce(), cors.Count())
	h := m.Wrap(reached)
	asks := func(value string) string { return "Access-Control-Request-Headers: " + value }
	for n, q := range [][]string{
		{"GET"},
		{"GET", fromApp},
		{"GET", fromEvil},
		{"GET", fromApp, fromEvil},
		{"GET", "Origin: http://example.com"},
		{"OPTIONS", fromApp, "Access-Control-Request-Method: GET"},
		{"OPTIONS", fromEvil, wantsPut},
		{"OPTIONS", fromApp, wantsPut},
		{"OPTIONS", fromApp, "Access-Control-Request-Method: GET", asks("x-b")},
		{"OPTIONS", fromApp, "Access-Control-Request-Method: GET", asks(strings.Repeat("x-a,", 1000))},
	} {
		for range 1 << n { // so that every number tells what it was added up of
			ask(h, q[0], "http://example.com/", q[1:]...)
		}
	}
	want := cors.Stats{Plain: 1, SameOrigin: 16, Blocked: 4 + 8}
	want.Actual[cors.Allowed], want.Actual[cors.OriginNotAllowed], want.Actual[cors.OriginMultiple] = 2, 4, 8
	want.Preflight[cors.Allowed], want.Preflight[cors.OriginNotAllowed], want.Preflight[cors.MethodNotAllowed] = 32, 64, 128
	want.Preflight[cors.HeaderNotAllowed], want.Preflight[cors.HeadersTooLong] = 256, 512
	if diff := cmp.Diff(want, m.Stats()); diff != "" {
		t.Error(diff)
	}
	text, err := json.Marshal(m.Stats())
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	actual, _ := read["actual"].(map[string]any)
	if len(actual) != len(cors.Reasons())-1 || actual["origin-multiple"] != 8.0 || read["plain"] != 1.0 {
		t.Errorf("as JSON: %s", text)
	}
	if _, ok := actual["header-invalid"]; !ok {
		t.Error("a reason that did not occur yet is missing: its chart shows nothing until it does")
	}
}

// logged is what is logged of one request, without the time.
func logged(t *testing.T, level slog.Level, method string, lines ...string) string {
	t.Helper()
	var out bytes.Buffer
	l := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	p := cors.Policy{Origins: []string{"https://*.example.org", app}, RequestHeaders: []string{"X-A"}}
	ask(middleware(t, p, cors.Log(l)).Wrap(reached), method, "http://example.com/", lines...)
	return strings.TrimSuffix(out.String(), "\n")
}

func TestLog(t *testing.T) {
	long := "https://" + strings.Repeat("a", 1<<16)
	for _, tt := range []struct {
		method string
		lines  []string
		want   string
		why    string
	}{
		{"GET", nil, "", "nothing to do with other origins"},
		{"GET", []string{fromApp}, "level=DEBUG msg=\"cors: allowed\" kind=actual reason=allowed origin=" + app + " rule=1", "of interest while searching"},
		{"GET", []string{fromEvil}, "level=INFO msg=\"cors: refused\" kind=actual reason=origin-not-allowed origin=" + evil, "refused"},
		{"POST", []string{"Origin: http://example.com"}, "level=DEBUG msg=\"cors: same origin\" kind=actual reason=origin-not-allowed origin=http://example.com", "an own page is not refused anything"},
		{"OPTIONS", []string{fromApp, wantsPut}, "level=INFO msg=\"cors: refused\" kind=preflight reason=method-not-allowed origin=" + app + " method=PUT", "with what was asked for"},
		{
			"OPTIONS",
			[]string{fromApp, "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x-a,x-b", "Access-Control-Request-Headers: x-c"},
			"level=INFO msg=\"cors: refused\" kind=preflight reason=header-not-allowed origin=" + app + " headers=\"x-a,x-b, x-c\"", "with what was asked for",
		},
		{"GET", []string{"Origin: " + long}, "level=INFO msg=\"cors: refused\" kind=actual reason=origin-not-allowed origin=" + long[:256], "no more than that"},
		{"GET", []string{"Origin: " + evil + "\nlevel=ERROR"}, "level=INFO msg=\"cors: refused\" kind=actual reason=origin-not-allowed origin=\"" + evil + "\\nlevel=ERROR\"", "one line stays one line"},
	} {
		if got := logged(t, slog.LevelDebug, tt.method, tt.lines...); got != tt.want {
			t.Errorf("%s %.80q\ngot  %.400s\nwant %.400s: %s", tt.method, tt.lines, got, tt.want, tt.why)
		}
	}
	if got := logged(t, slog.LevelInfo, "GET", fromApp); got != "" {
		t.Errorf("at level Info, what is allowed is logged: %s", got)
	}
	if got := logged(t, slog.LevelInfo, "GET", fromEvil); got == "" {
		t.Error("at level Info, what is refused is not logged")
	}
	var out bytes.Buffer
	ask(middleware(t, origins(app), cors.Enforce(), cors.Log(slog.New(slog.NewTextHandler(&out, nil)))).Wrap(reached), "POST", "/", fromEvil)
	if !strings.HasSuffix(out.String(), " blocked=true\n") {
		t.Errorf("what Enforce blocks is logged as %s", out.String())
	}
	many := slices.Repeat([]string{"Origin: a"}, 10_000)
	if got := logged(t, slog.LevelInfo, "GET", many...); len(got) > 512 {
		t.Errorf("of many lines %d bytes are logged", len(got))
	}
}

// What is not logged costs nothing.
func TestLogAllocations(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(&bytes.Buffer{}, &slog.HandlerOptions{Level: slog.LevelError}))
	h := middleware(t, origins(app), cors.Log(quiet)).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, from := range []string{app, evil} {
		r := &http.Request{Method: http.MethodGet, Header: http.Header{"Origin": {from}}}
		w := &unwritten{header: http.Header{}}
		if n := testing.AllocsPerRun(100, func() {
			clear(w.header)
			h.ServeHTTP(w, r)
		}); n > 1 {
			t.Errorf("%s: %v allocations, want the one of the answer", from, n)
		}
	}
}

type contextKey struct{}

// heeding is a log's handler that looks at the context.
type heeding struct {
	slog.Handler
	seen *any
}

func (h heeding) Handle(ctx context.Context, _ slog.Record) error {
	*h.seen = ctx.Value(contextKey{})
	return nil
}

func TestLogHasContext(t *testing.T) {
	var seen any
	m := middleware(t, origins(app), cors.Log(slog.New(heeding{slog.NewTextHandler(&bytes.Buffer{}, nil), &seen})))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Origin", evil)
	m.Wrap(reached).ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithValue(r.Context(), contextKey{}, "request 7")))
	if seen != "request 7" {
		t.Errorf("the log's handler sees %v, not the request's context", seen)
	}
}
