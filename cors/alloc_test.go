package cors_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cors"
)

// The scenarios of the benchmark, with their promises: no allocation to decide, one to write, none to refuse a preflight.
func TestAllocations(t *testing.T) {
	for _, s := range scenarios() {
		e := compile(t, s.policy)
		r := &http.Request{Method: s.method, Header: s.header}
		if n := testing.AllocsPerRun(100, func() { e.Decide(cors.RequestOf(r)) }); n > 0 {
			t.Errorf("%s: deciding allocates %v times", s.name, n)
		}
		h := http.Header{}
		status := 0
		if n := testing.AllocsPerRun(100, func() {
			clear(h)
			status = e.Decide(cors.RequestOf(r)).Apply(h)
		}); n > s.allocs {
			t.Errorf("%s: responding allocates %v times, want at most %v", s.name, n, s.allocs)
		}
		if n := testing.AllocsPerRun(100, func() {
			clear(h)
			e.Respond(r, h)
		}); n > s.allocs {
			t.Errorf("%s: responding in haste allocates %v times, want at most %v", s.name, n, s.allocs)
		}
		if status != s.status {
			t.Errorf("%s: status %d, want %d", s.name, status, s.status)
		}
	}
}

// One array holds all values, also where Vary is added to.
func TestAllocationsOfMore(t *testing.T) {
	extras := benchPolicy()
	extras.TimingAllowOrigin, extras.ResourcePolicy, extras.PreflightVary = true, "same-site", true
	seven := benchPolicy()
	seven.RequestHeaders = []string{"a", "b", "c", "d", "e", "f", "g"}
	for _, tt := range []struct {
		policy  cors.Policy
		request cors.Request
		vary    []string
		want    float64
		why     string
	}{
		{extras, cors.Request{Method: "GET", Origin: []string{app}}, nil, 1, "seven headers"},
		{extras, cors.Request{Method: "GET", Origin: []string{app}}, []string{"Accept", "Accept-Encoding"}, 1, "and two lines of Vary"},
		{extras, preflight("PUT", "authorization,content-type"), []string{"Accept"}, 1, "a preflight with Vary"},
		{extras, preflight("PUT", "x-evil"), nil, 1, "refused, with Vary"},
		{extras, preflight("PUT", "x-evil"), []string{"*"}, 0, "refused, with nothing to add to Vary"},
		{extras, preflight("PUT", "content-type", "authorization"), nil, 1, "a list in two lines"},
		{extras, preflight("PUT", "Content-Type , AUTHORIZATION"), nil, 1, "a list in any shape"},
		{seven, preflight("PUT", "c,d,e"), nil, 1, "names that follow one another"},
		{seven, preflight("PUT", "a,c"), nil, 2, "names that do not, out of many"},
	} {
		e := compile(t, tt.policy)
		h := http.Header{}
		if n := testing.AllocsPerRun(100, func() {
			clear(h)
			if tt.vary != nil {
				h["Vary"] = tt.vary
			}
			e.Decide(tt.request).Apply(h)
		}); n > tt.want {
			t.Errorf("%v: %v allocations, want at most %v: %s", tt.request, n, tt.want, tt.why)
		}
	}
}

// What costs more for a longer request is a way to keep a server busy. Longer means a million times here, and the bound
// is generous, as machines are shared.
func TestCostIsBounded(t *testing.T) {
	e := compile(t, benchPolicy())
	long := []cors.Request{
		{Method: "GET", Origin: []string{"https://" + strings.Repeat("a", 1<<20)}},
		{Method: "GET", Origin: slices.Repeat([]string{app}, 1<<16)},
		{Method: "OPTIONS", Origin: []string{app}, RequestMethod: []string{strings.Repeat("P", 1<<20)}},
		preflight("PUT", strings.Repeat(",", 1<<20)),
		preflight("PUT", strings.Repeat(" ", 1<<20)),
		preflight("PUT", strings.Repeat("content-type,", 1<<16)),
		preflight("PUT", slices.Repeat([]string{"content-type"}, 1024)...),
		preflight("PUT", make([]string, 1<<16)...),
	}
	echoing := compile(t, withCredentials(cors.Policy{Origins: []string{app}, RequestHeaders: []string{"*"}}, cors.AnyRequestHeader))
	wild := compile(t, origins("https://*.example.com", "https://{label}.example.com", "https://x-*.example.com"))
	for _, e := range []*cors.Engine{e, echoing, wild, nil} {
		for _, q := range long {
			best := time.Hour
			for range 5 {
				start := time.Now()
				for range 100 {
					e.Decide(q)
				}
				best = min(best, time.Since(start)/100)
			}
			if best > 20*time.Microsecond {
				t.Errorf("%.60q takes %v to decide", q, best)
			}
			if n := testing.AllocsPerRun(10, func() { e.Decide(q) }); n > 0 {
				t.Errorf("%.60q takes %v allocations to decide", q, n)
			}
			// Explaining may take its time, and still not repeat a megabyte.
			for _, step := range e.Explain(q) {
				if len(step.Because) > 4096 {
					t.Errorf("%.60q is explained in %d bytes", q, len(step.Because))
				}
			}
		}
	}
}

// A long policy has long lists, and reading them must not cost the square of it.
func TestCostOfManyNames(t *testing.T) {
	p := origins(app)
	for i := range 2000 {
		p.RequestHeaders = append(p.RequestHeaders, "x-header-"+strconv.Itoa(10_000+i))
	}
	e := compile(t, p)
	for name, order := range map[string]func([]string){"sorted": func([]string) {}, "reversed": slices.Reverse[[]string]} {
		asked := slices.Clone(p.RequestHeaders)
		order(asked)
		q := preflight("GET", strings.Join(asked, ","))
		best := time.Hour
		for range 5 {
			start := time.Now()
			if d := e.Decide(q); !d.Allowed() {
				t.Fatalf("%s: %v", name, d.Reason())
			}
			best = min(best, time.Since(start))
		}
		if best > 2*time.Millisecond {
			t.Errorf("%s: takes %v to decide", name, best)
		}
	}
}
