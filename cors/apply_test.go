package cors_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

// sent is what an engine writes for a request into a header that holds something already, and holds the way of a
// middleware to the same.
func sent(t *testing.T, e *cors.Engine, q cors.Request, before http.Header) (int, http.Header) {
	t.Helper()
	h, hasty := http.Header{}, http.Header{}
	maps.Copy(h, before.Clone())
	maps.Copy(hasty, before.Clone())
	status := e.Decide(q).Apply(h)
	if got := e.Respond(received(q), hasty); got != status || !cmp.Equal(h, hasty) {
		t.Errorf("%q is answered with %d %v, in haste with %d %v", q, status, h, got, hasty)
	}
	return status, h
}

// received is the request as net/http has it.
func received(q cors.Request) *http.Request {
	h := http.Header{}
	for name, lines := range map[string][]string{
		"Origin": q.Origin, "Access-Control-Request-Method": q.RequestMethod, "Access-Control-Request-Headers": q.RequestHeaders,
	} {
		if len(lines) > 0 {
			h[name] = slices.Clone(lines)
		}
	}
	return &http.Request{Method: q.Method, Header: h}
}

func TestApply(t *testing.T) {
	get := cors.Request{Method: "GET", Origin: []string{app}}
	stranger := cors.Request{Method: "GET", Origin: []string{"https://evil.example"}}
	plain := cors.Request{Method: "GET"}
	full := func(p cors.Policy) cors.Policy { p.Disclose = cors.DiscloseFull; return p }
	public := func(change func(*cors.Policy)) cors.Policy {
		p := origins("*")
		change(&p)
		return p
	}
	all := public(func(p *cors.Policy) {
		p.Methods, p.RequestHeaders, p.ExposedHeaders = []string{"*"}, []string{"*", "Authorization"}, []string{"*"}
		p.TimingAllowOrigin, p.ResourcePolicy, p.MaxAge = true, "cross-origin", cors.NoCache
	})
	extras := benchPolicy()
	extras.TimingAllowOrigin, extras.ResourcePolicy = true, "same-site"
	bare := origins(app)
	varying := benchPolicy()
	varying.PreflightVary = true
	varyingPublic := public(func(p *cors.Policy) { p.PreflightVary = true })
	echoing := withCredentials(cors.Policy{Origins: []string{app}, RequestHeaders: []string{"*"}}, cors.AnyRequestHeader)
	const threeNames = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
	for _, tt := range []struct {
		policy  cors.Policy
		request cors.Request
		status  int
		want    string
		why     string
	}{
		{benchPolicy(), get, 0, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Origin: " + app + "; Access-Control-Expose-Headers: X-Total; Vary: Origin", "allowed"},
		{benchPolicy(), stranger, 0, "Vary: Origin", "refused: the handler runs, and caches are told"},
		{benchPolicy(), plain, 0, "Vary: Origin", "nobody asks: caches are told"},
		{benchPolicy(), preflight("PUT", "content-type"), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Headers: content-type; Access-Control-Allow-Methods: PUT; Access-Control-Allow-Origin: " + app + "; Access-Control-Max-Age: 600", "what was asked for"},
		{benchPolicy(), preflight("POST"), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Methods: POST; Access-Control-Allow-Origin: " + app + "; Access-Control-Max-Age: 600", "no headers asked for, none named"},
		{benchPolicy(), preflight("PATCH"), 403, "", "refused: nothing said"},
		{full(benchPolicy()), preflight("PUT"), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Headers: authorization, content-type; Access-Control-Allow-Methods: GET, POST, PUT, DELETE; Access-Control-Allow-Origin: " + app + "; Access-Control-Max-Age: 600", "all that is allowed"},
		{full(bare), preflight("HEAD"), 204, "Access-Control-Allow-Methods: HEAD; Access-Control-Allow-Origin: " + app, "all that is allowed is what needs no mention"},
		{bare, get, 0, "Access-Control-Allow-Origin: " + app + "; Vary: Origin", "the least there is to say"},
		{bare, preflight("GET"), 204, "Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: " + app, "no max age, no header of it"},
		{extras, get, 0, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Origin: " + app + "; Access-Control-Expose-Headers: X-Total; Cross-Origin-Resource-Policy: same-site; Timing-Allow-Origin: " + app + "; Vary: Origin", "timing and resource policy"},
		{extras, stranger, 0, "Cross-Origin-Resource-Policy: same-site; Vary: Origin", "timing is for those allowed, resource policy for all"},
		{extras, plain, 0, "Cross-Origin-Resource-Policy: same-site; Vary: Origin", "also where nobody asks"},
		{extras, preflight("GET"), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: " + app + "; Access-Control-Max-Age: 600", "neither for preflights"},
		{all, get, 0, "Access-Control-Allow-Origin: *; Access-Control-Expose-Headers: *; Cross-Origin-Resource-Policy: cross-origin; Timing-Allow-Origin: *", "the same for all: no Vary"},
		{all, plain, 0, "Access-Control-Allow-Origin: *; Access-Control-Expose-Headers: *; Cross-Origin-Resource-Policy: cross-origin; Timing-Allow-Origin: *", "also where nobody asks, as caches keep it"},
		{all, preflight("ANY", "x-any"), 204, "Access-Control-Allow-Headers: *, authorization; Access-Control-Allow-Methods: *; Access-Control-Allow-Origin: *; Access-Control-Max-Age: 0", "wildcards as they are"},
		{all, preflight("ANY"), 204, "Access-Control-Allow-Methods: *; Access-Control-Allow-Origin: *; Access-Control-Max-Age: 0", "no headers asked for"},
		{full(all), preflight("ANY"), 204, "Access-Control-Allow-Headers: *, authorization; Access-Control-Allow-Methods: *; Access-Control-Allow-Origin: *; Access-Control-Max-Age: 0", "named all the same"},
		{echoing, preflight("GET", "X-Any,x-other"), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Headers: X-Any,x-other; Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: " + app, "named back, as a star would be a name"},
		{full(echoing), preflight("GET", "x-a", "x-b"), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Headers: x-a, x-b; Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: " + app, "in one line"},
		{echoing, preflight("GET", ","), 204, "Access-Control-Allow-Credentials: true; Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: " + app, "nothing to name back"},
		{varying, preflight("PATCH"), 403, "Vary: " + threeNames, "a cache that keeps OPTIONS is told"},
		{varying, cors.Request{Method: "OPTIONS"}, 0, "Vary: " + threeNames, "of OPTIONS that is no preflight too: it might have been"},
		{varying, stranger, 0, "Vary: Origin", "all else depends on the origin"},
		{varyingPublic, preflight("GET"), 204, "Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: *; Vary: " + threeNames, "whether it is a preflight depends on Origin"},
		{varyingPublic, cors.Request{Method: "OPTIONS"}, 0, "Access-Control-Allow-Origin: *; Vary: " + threeNames, "so does this"},
		{varyingPublic, get, 0, "Access-Control-Allow-Origin: *", "and this does not"},
	} {
		status, h := sent(t, compile(t, tt.policy), tt.request, nil)
		if got := written(h); status != tt.status || got != tt.want {
			t.Errorf("%v\n%q\ngot  %d %s\nwant %d %s: %s", tt.policy, tt.request, status, got, tt.status, tt.want, tt.why)
		}
	}
}

// written is a header as it is sent, in the order of its names.
func written(h http.Header) string {
	var lines []string
	for name, values := range h {
		for _, v := range values {
			lines = append(lines, name+": "+v)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

func TestVary(t *testing.T) {
	onlyOrigin, options := benchPolicy(), benchPolicy()
	options.PreflightVary = true
	const method, headers = "Access-Control-Request-Method", "Access-Control-Request-Headers"
	for _, tt := range []struct {
		policy       cors.Policy
		before, want []string
		why          string
	}{
		{onlyOrigin, nil, []string{"Origin"}, "nothing there"},
		{onlyOrigin, []string{}, []string{"Origin"}, "no line there"},
		{onlyOrigin, []string{"Accept-Encoding"}, []string{"Accept-Encoding", "Origin"}, "added, and nothing replaced"},
		{onlyOrigin, []string{"Origin"}, []string{"Origin"}, "there"},
		{onlyOrigin, []string{"accept , origin"}, []string{"accept , origin"}, "there, in a list and in lower case"},
		{onlyOrigin, []string{"Accept", "Origin"}, []string{"Accept", "Origin"}, "there, in another line"},
		{onlyOrigin, []string{"*"}, []string{"*"}, "a star holds all"},
		{onlyOrigin, []string{"X-Origin"}, []string{"X-Origin", "Origin"}, "another name"},
		{onlyOrigin, []string{"Origins, Orig"}, []string{"Origins, Orig", "Origin"}, "other names"},
		{options, []string{"Accept"}, []string{"Accept", "Origin, " + method + ", " + headers}, "all three"},
		{options, []string{"Origin"}, []string{"Origin", method + ", " + headers}, "the two that are not there"},
		{options, []string{headers + "," + method}, []string{headers + "," + method, "Origin"}, "the one that is not there"},
		{options, []string{headers, "Origin", method}, []string{headers, "Origin", method}, "all there"},
		{options, []string{"*"}, []string{"*"}, "a star holds all"},
	} {
		e := compile(t, tt.policy)
		for _, q := range []cors.Request{
			{Method: "OPTIONS", Origin: []string{app}},
			{Method: "OPTIONS"},
			preflight("PUT"), preflight("PATCH"),
			{Method: "OPTIONS", Origin: []string{"https://evil.example"}},
		} {
			want := tt.want
			if e.Decide(q).Kind() == cors.Preflight && !tt.policy.PreflightVary {
				want = tt.before
			}
			before := http.Header{"Vary": slices.Clip(slices.Clone(tt.before))}
			if _, h := sent(t, e, q, before); !slices.Equal(h["Vary"], want) {
				t.Errorf("%q before, %v: got %q, want %q: %s", tt.before, q, h["Vary"], want, tt.why)
			}
			_, once := sent(t, e, q, before)
			if _, twice := sent(t, e, q, once); !cmp.Equal(once, twice) {
				t.Errorf("%q before: once gives %v, twice %v", tt.before, once, twice)
			}
		}
	}
	if _, h := sent(t, compile(t, origins("*")), cors.Request{Method: "GET", Origin: []string{app}}, http.Header{"Vary": {"Accept"}}); !slices.Equal(h["Vary"], []string{"Accept"}) {
		t.Errorf("an answer that is the same for all varies by %q", h["Vary"])
	}
}

// A handler may do what it likes with the values it finds: no other response, no request and no engine sees it.
func TestNothingIsShared(t *testing.T) {
	policy := benchPolicy()
	policy.TimingAllowOrigin, policy.ResourcePolicy, policy.PreflightVary = true, "same-site", true
	every := policy
	every.Origins, every.Credentials = []string{"*"}, false
	wild := policy
	wild.Origins = []string{"https://*.example.com", "null"}
	wild.Risks = []cors.Risk{cors.NullOrigin}
	for _, p := range []cors.Policy{policy, every, wild} {
		for _, before := range [][]string{nil, {"Accept"}, {"Accept", "Accept-Encoding"}} {
			e := compile(t, p)
			for _, q := range []cors.Request{
				{Method: "GET", Origin: []string{app}},
				{Method: "GET"},
				{Method: "OPTIONS", Origin: []string{app}},
				preflight("PUT", "authorization,content-type"), preflight("PUT", "x-evil"),
				{Method: "GET", Origin: []string{"https://evil.example"}},
			} {
				// Lines with room behind them, which an outer handler uses for all its responses.
				shared := append(make([]string, 0, 8), before...)
				fresh := func() http.Header { return http.Header{"Vary": shared} }
				hasty := false
				respond := func() http.Header {
					h := fresh()
					if hasty {
						e.Respond(received(q), h)
					} else {
						e.Decide(q).Apply(h)
					}
					return h
				}
				for _, hasty = range []bool{false, true} {
					first, second := respond(), respond()
					want := second.Clone()
					for name, values := range first {
						if name == "Vary" && len(values) == len(before) {
							continue // not ours
						}
						for i := range values {
							values[i] = "changed"
						}
						_ = append(values, "appended")
					}
					if !cmp.Equal(second, want) {
						t.Errorf("%v: what a handler did to one response is seen in another: %v, want %v", q, second, want)
					}
					if got := respond(); !cmp.Equal(got, want) {
						t.Errorf("%v: what a handler did is seen in a later response: %v, want %v", q, got, want)
					}
				}
				if got := q.Origin; len(got) > 0 && got[0] != app && got[0] != "https://evil.example" {
					t.Errorf("what a handler did is seen in the request: %q", got)
				}
				if all := shared[:cap(shared)]; !slices.Equal(all[:len(before)], before) || strings.Join(all[len(before):], "") != "" {
					t.Errorf("%v: written into what others share: %q", q, all)
				}
				// Within one response, appending to one value must not reach the next.
				h := respond()
				for name, values := range h {
					if cap(values) != len(values) && !(name == "Vary" && len(values) == len(before)) {
						t.Errorf("%s has room for %d", name, cap(values))
					}
				}
			}
		}
	}
}

// The race detector watches.
func TestConcurrentUse(t *testing.T) {
	e := compile(t, benchPolicy())
	want := answers(e, true)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				got := answers(e, true)
				if !cmp.Equal(got, want) {
					t.Error("the answers change")
				}
				for _, a := range got {
					if h, ok := a.(http.Header); ok {
						for name := range h {
							h[name][0] = "changed"
						}
					}
				}
			}
		})
	}
	all.Wait()
}
