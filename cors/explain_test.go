package cors_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

func explained(steps []cors.Step) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString(s.Name + ": " + s.Answer)
		if s.Because != "" {
			b.WriteString(" (" + s.Because + ")")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// One request that is refused for three reasons: all are told.
func TestExplain(t *testing.T) {
	p := benchPolicy()
	p.Methods = []string{"PUT", "patch"}
	q := cors.Request{
		Method: "OPTIONS", Origin: []string{"http://app.example.com"}, RequestMethod: []string{"PATCH"}, RequestHeaders: []string{"content-type", "x-trace"},
	}
	const want = `kind: preflight (OPTIONS, with an Origin and an Access-Control-Request-Method)
origin-allowed: no (no pattern holds "http://app.example.com"; origins[0] (https://app.example.com) is of another scheme)
method-allowed: no (methods does not name "PATCH"; methods[1] (patch) is another, as methods are told apart by case)
header-allowed: yes (requestHeaders[1] (Content-Type))
header-allowed: no (requestHeaders does not name "x-trace")
verdict: origin-not-allowed
answer: status 403
`
	if diff := cmp.Diff(want, explained(compile(t, p).Explain(q))); diff != "" {
		t.Error(diff)
	}
	const allowed = `kind: preflight (OPTIONS, with an Origin and an Access-Control-Request-Method)
origin-allowed: yes (origins[0] (https://app.example.com) holds "https://app.example.com")
method-allowed: yes (methods[0] (PUT))
verdict: allowed
answer: status 204 (Access-Control-Allow-Credentials: true; Access-Control-Allow-Methods: PUT; Access-Control-Allow-Origin: https://app.example.com; Access-Control-Max-Age: 600)
`
	if diff := cmp.Diff(allowed, explained(compile(t, p).Explain(preflight("PUT")))); diff != "" {
		t.Error(diff)
	}
}

func TestExplainSteps(t *testing.T) {
	several := origins("https://app.example.com", "https://*.example.org", "http://localhost:3000")
	star := cors.Policy{Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*"}}
	echoing := withCredentials(cors.Policy{Origins: []string{app}, RequestHeaders: []string{"*"}}, cors.AnyRequestHeader)
	from := func(lines ...string) cors.Request { return cors.Request{Method: "GET", Origin: lines} }
	for _, tt := range []struct {
		policy  cors.Policy
		request cors.Request
		want    string // a line among the steps
		why     string
	}{
		{several, from(), "kind: plain (it has no Origin", "nobody asks"},
		{several, from(app), "kind: actual (it has an Origin)", "a request of its own"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app}}, "kind: actual (OPTIONS, but without Access-Control-Request-Method", "no preflight"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app}, RequestMethod: []string{"A", "B"}}, "several lines of Access-Control-Request-Method", "no preflight"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app, app}, RequestMethod: []string{"A"}}, "several lines of Origin", "no preflight"},
		{several, from(app, app), "origin-allowed: no (2 lines of Origin", "no browser"},
		{several, from("null"), "origin-allowed: no (no pattern is null", "a frame"},
		{several, from(app + "/"), `origin-allowed: no ("https://app.example.com/" is not an origin`, "no origin"},
		{several, from(strings.Repeat("x", 1<<20)), "xxx\"… is not an origin", "no origin, cut"},
		{several, from(strings.Repeat("x", 80)), `("` + strings.Repeat("x", 80) + `" is not`, "no origin, whole"},
		{methods("patch"), cors.Request{Method: "OPTIONS", Origin: []string{"https://a.example"}, RequestMethod: []string{"PATCH"}}, "methods[0] (patch) is another", "told apart by case"},
		{several, from("https://example.org"), "origins[1] (https://*.example.org) holds what is under it", "the name itself"},
		{several, from("http://localhost:3001"), "origins[2] (http://localhost:3000) is of another port", "another port"},
		{several, from("https://evil.example"), `origin-allowed: no (no pattern holds "https://evil.example")`, "a stranger"},
		{cors.Policy{}, from(app), "origin-allowed: no (the policy names no origin)", "no policy"},
		{several, preflight("GET"), "method-allowed: yes (GET needs no mention)", "GET"},
		{several, preflight("PUT"), `method-allowed: no ("PUT": the policy names no method)`, "no methods"},
		{benchPolicy(), preflight("PATCH"), `method-allowed: no (methods does not name "PATCH")`, "not listed"},
		{star, preflight("ANY", "x-any"), "method-allowed: yes (methods[0] (*))", "any method"},
		{star, preflight("ANY", "x-any"), `header-allowed: yes (the answer names "*", and the browser judges)`, "any header"},
		{star, from(app, app), "origin-allowed: yes (origins[0] (*))", "anybody"},
		{echoing, preflight("GET", "x-any"), `header-allowed: yes (requestHeaders[0] (*) holds "x-any")`, "any header"},
		{echoing, preflight("GET", "x any"), `header-allowed: no ("x any" cannot be the name of a header)`, "no header"},
		{benchPolicy(), preflight("GET", strings.Repeat(",", 1<<20)), "is longer than any that could be allowed)", "too long"},
	} {
		if got := explained(compile(t, tt.policy).Explain(tt.request)); !strings.Contains(got, tt.want) {
			t.Errorf("%.300q\ngot  %swant %s: %s", tt.request, got, tt.want, tt.why)
		}
	}
}

// What is explained is what is decided.
func TestExplainAgreesWithDecide(t *testing.T) {
	names := map[cors.Reason]string{
		cors.OriginNotAllowed: "origin-allowed", cors.OriginMultiple: "origin-allowed", cors.MethodNotAllowed: "method-allowed",
		cors.HeaderNotAllowed: "header-allowed", cors.HeaderInvalid: "header-allowed", cors.HeadersTooLong: "header-allowed",
	}
	for _, p := range policies() {
		e := compile(t, p)
		for _, q := range probes() {
			d := e.Decide(q)
			first, verdict := "", ""
			for _, s := range e.Explain(q) {
				if s.Answer == "no" && first == "" {
					first = s.Name
				}
				if s.Name == "verdict" {
					verdict = s.Answer
				}
				if !strings.HasPrefix(s.Spec, "https://") {
					t.Errorf("%v has no definition", s)
				}
			}
			if verdict != d.Reason().String() || first != names[d.Reason()] {
				t.Errorf("%v\n%q is %v, explained by %q first, and as %q", p, q, d.Reason(), first, verdict)
			}
		}
	}
}
