package cors_test

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

// probes are requests that tell policies apart.
func probes() []cors.Request {
	var all []cors.Request
	for _, o := range []string{
		"https://app.example.com", "http://app.example.com", "https://app.example.com:8080", "http://a.example.org:8080", "https://x.app.example.com",
		"https://a.example", "https://evil.example", "null", "", "https://app.example.com.", "HTTPS://app.example.com",
	} {
		all = append(all, cors.Request{Method: "GET", Origin: []string{o}})
		for _, m := range []string{"GET", "PUT", "put", "PATCH", "patch", "DELETE"} {
			for _, h := range []string{"", "content-type", "authorization,x-token", "X-Token , content-type", "x-evil"} {
				all = append(all, cors.Request{Method: "OPTIONS", Origin: []string{o}, RequestMethod: []string{m}, RequestHeaders: []string{h}})
			}
		}
	}
	return append(all, cors.Request{Method: "GET"}, cors.Request{Method: "OPTIONS", Origin: []string{"https://a.example", "https://a.example"}})
}

// answers is what an engine answers to the probes; the rule is left out where order may change it.
func answers(e *cors.Engine, rules bool) (all []any) {
	for _, q := range probes() {
		h := http.Header{}
		d := e.Decide(q)
		all = append(all, d.Apply(h), d.Kind(), d.Reason().String(), d.Allowed(), h)
		if rules {
			all = append(all, d.Rule())
		}
	}
	return all
}

func policies() []cors.Policy {
	echoing := cors.Policy{
		Origins: []string{"https://app.example.com"}, Credentials: true, RequestHeaders: []string{"*"}, Risks: []cors.Risk{cors.AnyRequestHeader},
	}
	public := cors.Policy{
		Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*", "Authorization"}, ExposedHeaders: []string{"*"},
		TimingAllowOrigin: true, ResourcePolicy: "cross-origin",
	}
	full := fullPolicy()
	full.Disclose = ""
	return []cors.Policy{{}, fullPolicy(), full, benchPolicy(), echoing, public}
}

func TestCompileAgain(t *testing.T) {
	for _, p := range policies() {
		e := compile(t, p)
		if !e.Policy().Equal(p) {
			t.Errorf("compiled %v, got %v", p, e.Policy())
		}
		again := compile(t, e.Policy())
		if diff := cmp.Diff(answers(e, true), answers(again, true)); diff != "" {
			t.Errorf("%v decides otherwise when compiled again:\n%s", p, diff)
		}
	}
}

// Order, duplicates and patterns that others hold change nothing but which rule is named.
func TestCompileIgnoresOrder(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, p := range policies() {
		want := answers(compile(t, p), false)
		for range 20 {
			q := p
			shuffle := func(list []string, extra ...string) []string {
				list = append(slices.Clone(list), extra...)
				dice.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
				return list
			}
			if len(p.Origins) > 0 {
				q.Origins = shuffle(p.Origins, p.Origins[0])
			}
			if len(p.Methods) > 0 && !p.Credentials {
				q.Methods = shuffle(p.Methods, "PUT", "GET")
			}
			if len(p.RequestHeaders) > 0 {
				q.RequestHeaders = shuffle(p.RequestHeaders, strings.ToUpper(p.RequestHeaders[0]))
			}
			if diff := cmp.Diff(want, answers(compile(t, q), false)); diff != "" {
				t.Fatalf("%v and %v decide otherwise:\n%s", p, q, diff)
			}
		}
	}
}

func TestEngineKeepsItsOwn(t *testing.T) {
	p := fullPolicy()
	e := compile(t, p)
	before := answers(e, true)
	for _, q := range []cors.Policy{p, e.Policy()} {
		for _, list := range [][]string{q.Origins, q.Methods, q.RequestHeaders, q.ExposedHeaders} {
			for i := range list {
				list[i] = "changed"
			}
		}
		q.Risks[0] = "changed"
	}
	if !e.Policy().Equal(fullPolicy()) {
		t.Errorf("the engine's policy is now %v", e.Policy())
	}
	if diff := cmp.Diff(before, answers(e, true)); diff != "" {
		t.Error(diff)
	}
}

// A forgotten engine denies, and does not panic.
func TestNoEngine(t *testing.T) {
	for name, e := range map[string]*cors.Engine{"nil": nil, "zero": {}} {
		for _, q := range probes() {
			h := http.Header{}
			d := e.Decide(q)
			status := d.Apply(h)
			delete(h, "Vary")
			if d.Allowed() || d.Rule() != -1 || len(h) > 0 || status != 0 != (d.Kind() == cors.Preflight) || status == http.StatusNoContent {
				t.Errorf("%s: %v is allowed: %d, %v", name, q, status, h)
			}
			if steps := e.Explain(q); len(steps) < 3 {
				t.Errorf("%s: nothing to explain about %v", name, q)
			}
		}
		if !e.Policy().Equal(cors.Policy{}) || e.Warnings() != nil || e.AllowsOrigin("https://app.example.com") {
			t.Errorf("%s: %v, %v", name, e.Policy(), e.Warnings())
		}
		if protection, left := e.CrossOriginProtection(); protection == nil || left != nil {
			t.Errorf("%s: %v, %v", name, protection, left)
		}
	}
	h := http.Header{}
	if d := (cors.Decision{}); d.Allowed() || d.Apply(h) != 0 || len(h) > 0 || d.Rule() != -1 {
		t.Error("the zero Decision allows")
	}
}

func TestWarnings(t *testing.T) {
	p := origins("https://a.example", "https://a.example")
	p.Methods = []string{"patch"}
	if got, want := codes(compile(t, p).Warnings()), []cors.FaultCode{cors.Duplicate, cors.MethodCase}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := compile(t, fullPolicy()).Warnings(); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestAllowsOrigin(t *testing.T) {
	for _, tt := range []struct {
		origins string
		asked   string
		want    bool
		why     string
	}{
		{"https://a.example", "https://a.example", true, "exact"},
		{"https://a.example", "http://a.example", false, "another scheme"},
		{"https://*.a.example", "https://b.a.example", true, "a pattern"},
		{"https://*.a.example", "https://evil.example/.a.example", false, "no origin at all"},
		{"*", "https://anybody.example", true, "everybody"},
		{"*", "nobody", false, "no origin at all"},
	} {
		if got := compile(t, origins(tt.origins)).AllowsOrigin(tt.asked); got != tt.want {
			t.Errorf("%s allows %s: %v: %s", tt.origins, tt.asked, got, tt.why)
		}
	}
}

func TestCrossOriginProtection(t *testing.T) {
	p := origins("https://a.example", "https://*.b.example", "http://c.example:{1,2}", "null", "http://localhost:3000", "*")
	p.Risks = []cors.Risk{cors.NullOrigin}
	protection, left := compile(t, p).CrossOriginProtection()
	if want := []string{"https://*.b.example", "http://c.example:{1,2}", "null", "*"}; !slices.Equal(left, want) {
		t.Errorf("left out %q, want %q", left, want)
	}
	for origin, want := range map[string]bool{
		"https://a.example": true, "http://localhost:3000": true, "https://x.b.example": false, "http://c.example:1": false, "null": false,
		"https://evil.example": false,
	} {
		r := &http.Request{Method: "POST", Host: "api.example", Header: http.Header{"Origin": {origin}, "Sec-Fetch-Site": {"cross-site"}}}
		if err := protection.Check(r); (err == nil) != want {
			t.Errorf("a POST from %s: %v", origin, err)
		}
	}
}
