package cors_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// split makes a list of what a fuzzer writes; no text is no list.
func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// FuzzCompile holds Lint and Compile to each other, and to what they promise, whatever a policy says.
func FuzzCompile(f *testing.F) {
	f.Add("https://a.example\nhttps://*.b.example:*", "PUT\npatch", "X-A\n*\nAuthorization", "ETag", "null-origin", int64(600e9), true, "https://x.b.example", "PUT", "x-a,authorization")
	f.Add("*\nnull", "*", "*", "*", "", int64(-1), false, "null", "ANY", "x y")
	f.Add("https://A/\nfile://\nhttps://*.com\nhttp://x-*.github.io:{1,2}", "a b", "Origin", "Set-Cookie", "x", int64(7), true, "", "", ",,")
	f.Add("http://a.example", "", "*", "", "any-request-header\ninsecure-origins", int64(0), true, "http://a.example", "GET", "x-any\r\n, y")
	f.Fuzz(func(t *testing.T, originList, methodList, headerList, exposedList, riskList string, age int64, credentials bool, from, method, asked string) {
		p := cors.Policy{
			Origins: split(originList), Methods: split(methodList), RequestHeaders: split(headerList), ExposedHeaders: split(exposedList),
			MaxAge: cors.MaxAge(age), Credentials: credentials,
		}
		for _, r := range split(riskList) {
			p.Risks = append(p.Risks, cors.Risk(r))
		}
		found := cors.Lint(p)
		for _, fault := range found {
			if e, ok := cors.Lookup(fault.Code); !ok || e.Severity != fault.Severity || fault.Offset < 0 || fault.Offset > len(fault.Value) {
				t.Fatalf("%+v", fault)
			}
			if lines := strings.Split(fault.String(), "\n"); len(lines) < 3 || len(lines) > 6 {
				t.Fatalf("%d lines: %q", len(lines), fault.String())
			}
		}
		wrong := slices.ContainsFunc(found, func(f cors.Fault) bool { return f.Severity == cors.SeverityError })
		e, err := cors.Compile(p)
		if (err != nil) != wrong {
			t.Fatalf("Lint finds %v, Compile says %v", found, err)
		}
		if err != nil {
			return
		}
		if !cmp.Equal(e.Warnings(), found) {
			t.Fatalf("Lint finds %v, the engine warns of %v", found, e.Warnings())
		}
		var again cors.Policy
		if err := json.Unmarshal([]byte(p.String()), &again); err != nil || !again.Equal(p) {
			t.Fatalf("%s is read back as %v, %v", p, again, err)
		}
		for _, q := range []cors.Request{
			{Method: "GET", Origin: split(from)},
			{Method: "OPTIONS", Origin: []string{from}, RequestMethod: []string{method}, RequestHeaders: split(asked)},
		} {
			check(t, p, e, q)
		}
	})
}

// check compares a decision with what the policy says, read anew and slowly.
func check(t *testing.T, p cors.Policy, e *cors.Engine, q cors.Request) {
	t.Helper()
	d := e.Decide(q)
	if want := allowedByTheBook(p, q); d.Allowed() != want && d.Reason() != cors.HeadersTooLong {
		t.Fatalf("%v\n%q is %v, want allowed %v", p, q, d.Reason(), want)
	}
	h := http.Header{}
	status := d.Apply(h)
	if d.Kind() == cors.Preflight != (status != 0) || d.Allowed() && d.Kind() == cors.Preflight != (status == 204) {
		t.Fatalf("%v\n%q is %v %v, status %d", p, q, d.Kind(), d.Reason(), status)
	}
	for name, values := range h {
		for _, v := range values {
			if name != http.CanonicalHeaderKey(name) || v == "" || !wire.IsValue(v) {
				t.Fatalf("%v\n%q is answered with %q: %q", p, q, name, v)
			}
		}
		if !d.Allowed() && strings.HasPrefix(name, "Access-Control-") && !slices.Contains(p.Origins, "*") {
			t.Fatalf("%v\n%q is %v, and still gets %s", p, q, d.Reason(), name)
		}
	}
	hasty := http.Header{}
	if got := e.Respond(received(q), hasty); got != status || !cmp.Equal(h, hasty) {
		t.Fatalf("%v\n%q is answered with %d %v, in haste with %d %v", p, q, status, h, got, hasty)
	}
	if e.Explain(q) == nil {
		t.Fatal("nothing to explain")
	}
}

func allowedByTheBook(p cors.Policy, q cors.Request) bool {
	holds := func(text string) bool {
		pattern, err := origin.ParsePattern(text)
		return err == nil && (pattern.IsEvery() || len(q.Origin) == 1 && pattern.Matches(q.Origin[0]))
	}
	if len(q.Origin) == 0 || !slices.ContainsFunc(p.Origins, holds) {
		return false
	}
	if q.Method != "OPTIONS" || len(q.Origin) != 1 || len(q.RequestMethod) != 1 || q.RequestMethod[0] == "" {
		return true
	}
	method := q.RequestMethod[0]
	six := []string{"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}
	named := func(m string) bool {
		return m == "*" || m == method || wire.EqualFold(m, method) && slices.Contains(six, method)
	}
	if !wire.IsCORSSafelistedMethod(method) && !slices.ContainsFunc(p.Methods, named) {
		return false
	}
	starred := slices.Contains(p.RequestHeaders, "*")
	for _, line := range q.RequestHeaders {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.Trim(name, " \t")
			switch {
			case name == "" || starred && !p.Credentials:
			case starred:
				if !wire.IsToken(name) {
					return false
				}
			case !slices.ContainsFunc(p.RequestHeaders, func(n string) bool { return wire.EqualFold(n, name) }):
				return false
			}
		}
	}
	return true
}

// FuzzDecide asks fixed engines about whatever can stand in three headers.
func FuzzDecide(f *testing.F) {
	few := benchPolicy()
	many := benchPolicy()
	many.Origins = []string{"https://*.example.com", "http://localhost:*", "null"}
	many.Risks = []cors.Risk{cors.NullOrigin}
	for _, c := range "abcdefghijklmnopqrstuvwxyz" {
		many.RequestHeaders = append(many.RequestHeaders, "x-"+string(c), string(c), "X-"+string(c)+string(c))
	}
	echoing := withCredentials(cors.Policy{Origins: []string{app}, RequestHeaders: []string{"*"}}, cors.AnyRequestHeader)
	f.Add(app, "PUT", "authorization,content-type")
	f.Add("https://a.example.com", "put", "x-a, X-B\nc,,x-cc")
	f.Add(app+"\n"+app, "", " \t,")
	f.Fuzz(func(t *testing.T, from, method, asked string) {
		q := cors.Request{Method: "OPTIONS", Origin: split(from), RequestMethod: split(method), RequestHeaders: split(asked)}
		for _, p := range []cors.Policy{few, many, echoing} {
			e, err := cors.Compile(p)
			if err != nil {
				t.Fatal(err)
			}
			check(t, p, e, q)
			if e.Decide(q).Reason() == cors.HeadersTooLong && isTidy(asked) {
				t.Fatalf("%q is too long", asked)
			}
		}
	})
}

// isTidy reports whether a list could come from a browser by way of a proxy that splits it or puts in blanks: such a
// list is never too long, if its names are allowed. Others may be.
func isTidy(asked string) bool {
	if len(asked) > 1024 {
		return false
	}
	var names []string
	for _, line := range split(asked) {
		for name := range strings.SplitSeq(line, ",") {
			name = wire.Lower(strings.TrimPrefix(name, " "))
			if !wire.IsToken(name) || len(name) > 3 && name != "authorization" && name != "content-type" || slices.Contains(names, name) {
				return false
			}
			names = append(names, name)
		}
	}
	return len(names) <= 2
}
