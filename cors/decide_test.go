package cors_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

const app = "https://app.example.com"

// preflight asks for a method and headers on behalf of app.
func preflight(method string, headers ...string) cors.Request {
	return cors.Request{Method: "OPTIONS", Origin: []string{app}, RequestMethod: []string{method}, RequestHeaders: headers}
}

func TestDecide(t *testing.T) {
	several := benchPolicy()
	several.Origins = []string{"https://*.example.org", app, "http://localhost:*"}
	several.Methods = []string{"PUT", "patch"}
	every := origins("*")
	anything := cors.Policy{Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*"}}
	echoing := cors.Policy{Origins: []string{app}, Credentials: true, RequestHeaders: []string{"*"}, Risks: []cors.Risk{cors.AnyRequestHeader}}
	nothing := cors.Policy{}
	from := func(lines ...string) cors.Request { return cors.Request{Method: "GET", Origin: lines} }
	for _, tt := range []struct {
		policy  cors.Policy
		request cors.Request
		kind    cors.Kind
		reason  cors.Reason
		rule    int
		why     string
	}{
		{several, from(), cors.Plain, cors.NoOrigin, -1, "nobody asks"},
		{several, from(app), cors.Actual, cors.Allowed, 1, "the second pattern"},
		{several, from("https://a.b.example.org"), cors.Actual, cors.Allowed, 0, "the first"},
		{several, from("http://localhost"), cors.Actual, cors.Allowed, 2, "the third"},
		{several, from("https://evil.example"), cors.Actual, cors.OriginNotAllowed, -1, "a stranger"},
		{several, from(""), cors.Actual, cors.OriginNotAllowed, -1, "an Origin without content is there"},
		{several, from("null"), cors.Actual, cors.OriginNotAllowed, -1, "a sandboxed frame"},
		{several, from(app, app), cors.Actual, cors.OriginMultiple, -1, "two lines, though of the same"},
		{several, from(app + ", " + app), cors.Actual, cors.OriginNotAllowed, -1, "a list is no origin"},
		{several, from(app + "/"), cors.Actual, cors.OriginNotAllowed, -1, "no browser sends a slash"},
		{several, from(strings.ToUpper(app)), cors.Actual, cors.OriginNotAllowed, -1, "nor upper case"},
		{benchPolicy(), from(app), cors.Actual, cors.Allowed, 0, "the one origin there is"},
		{benchPolicy(), from(app + "."), cors.Actual, cors.OriginNotAllowed, -1, "nearly it"},
		{benchPolicy(), from(app, app), cors.Actual, cors.OriginMultiple, -1, "it, twice"},
		{nothing, from(app), cors.Actual, cors.OriginNotAllowed, -1, "the zero policy allows nothing"},
		{nothing, preflight("GET"), cors.Preflight, cors.OriginNotAllowed, -1, "the zero policy allows nothing"},

		{every, from(app), cors.Actual, cors.Allowed, 0, "everybody"},
		{every, from(app, app), cors.Actual, cors.Allowed, 0, "whatever they send: the answer is the same"},
		{every, from(), cors.Plain, cors.NoOrigin, -1, "still nobody"},
		{origins("https://a.example", "*"), from(app), cors.Actual, cors.Allowed, 1, "the place of the star"},

		{several, preflight("PUT"), cors.Preflight, cors.Allowed, 1, "a method that is listed"},
		{several, preflight("GET"), cors.Preflight, cors.Allowed, 1, "GET needs no mention"},
		{several, preflight("HEAD"), cors.Preflight, cors.Allowed, 1, "nor does HEAD"},
		{several, preflight("POST"), cors.Preflight, cors.Allowed, 1, "nor POST"},
		{several, preflight("DELETE"), cors.Preflight, cors.MethodNotAllowed, 1, "not listed"},
		{several, preflight("put"), cors.Preflight, cors.MethodNotAllowed, 1, "no browser asks for put"},
		{several, preflight("patch"), cors.Preflight, cors.Allowed, 1, "patch is a method of its own"},
		{several, preflight("PATCH"), cors.Preflight, cors.MethodNotAllowed, 1, "and not PATCH"},
		{several, preflight("*"), cors.Preflight, cors.MethodNotAllowed, 1, "nor is * one"},
		{methods("put"), cors.Request{Method: "OPTIONS", Origin: []string{"https://a.example"}, RequestMethod: []string{"PUT"}}, cors.Preflight, cors.Allowed, 0, "put in the policy is PUT"},
		{anything, preflight("ANY", "x-any"), cors.Preflight, cors.Allowed, 0, "the answer is *, and the browser judges"},
		{anything, preflight("ANY", "authorization"), cors.Preflight, cors.Allowed, 0, "browsers differ about it, so let them"},
		{anything, preflight("ANY", strings.Repeat("x", 1<<20)), cors.Preflight, cors.Allowed, 0, "of which nothing is sent back"},

		{several, preflight("PUT", "content-type"), cors.Preflight, cors.Allowed, 1, "a header that is listed"},
		{several, preflight("PUT", "x-evil"), cors.Preflight, cors.HeaderNotAllowed, 1, "one that is not"},
		{several, preflight("DELETE", "x-evil"), cors.Preflight, cors.MethodNotAllowed, 1, "the method comes first"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{"https://evil.example"}, RequestMethod: []string{"DELETE"}}, cors.Preflight, cors.OriginNotAllowed, -1, "the origin before all"},
		{echoing, preflight("GET", "X-Any, authorization"), cors.Preflight, cors.Allowed, 0, "any name"},
		{echoing, preflight("GET", "x any"), cors.Preflight, cors.HeaderInvalid, 0, "no name has a blank"},
		{echoing, preflight("GET", "x\r\nset-cookie: a"), cors.Preflight, cors.HeaderInvalid, 0, "nor a line's end"},
		{echoing, preflight("GET", strings.Repeat("x", 1024)), cors.Preflight, cors.Allowed, 0, "as long as may be"},
		{echoing, preflight("GET", strings.Repeat("x", 1025)), cors.Preflight, cors.HeadersTooLong, 0, "longer"},
		{echoing, preflight("GET", make([]string, 1025)...), cors.Preflight, cors.HeadersTooLong, 0, "more lines than bytes"},
		{every, preflight("GET", "x-a"), cors.Preflight, cors.HeaderNotAllowed, 0, "no header is listed"},

		{several, cors.Request{Method: "options", Origin: []string{app}, RequestMethod: []string{"PUT"}}, cors.Actual, cors.Allowed, 1, "methods are told apart by case"},
		{several, cors.Request{Method: "GET", Origin: []string{app}, RequestMethod: []string{"PUT"}}, cors.Actual, cors.Allowed, 1, "a header does not make a preflight"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app}}, cors.Actual, cors.Allowed, 1, "nor does the method"},
		{several, cors.Request{Method: "OPTIONS", RequestMethod: []string{"PUT"}}, cors.Plain, cors.NoOrigin, -1, "nor both without Origin"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app}, RequestMethod: []string{""}}, cors.Actual, cors.Allowed, 1, "an empty one is none"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app}, RequestMethod: []string{"PUT", "PUT"}}, cors.Actual, cors.Allowed, 1, "browsers ask for one method"},
		{several, cors.Request{Method: "OPTIONS", Origin: []string{app, app}, RequestMethod: []string{"PUT"}}, cors.Actual, cors.OriginMultiple, -1, "and send one Origin"},
	} {
		d := compile(t, tt.policy).Decide(tt.request)
		if d.Kind() != tt.kind || d.Reason() != tt.reason || d.Rule() != tt.rule || d.Allowed() != (tt.reason == cors.Allowed) {
			t.Errorf("%v\n%.200q\ngot %v, %v, rule %d; want %v, %v, rule %d: %s",
				tt.policy, tt.request, d.Kind(), d.Reason(), d.Rule(), tt.kind, tt.reason, tt.rule, tt.why)
		}
	}
}

func TestEveryReasonIsDecided(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range cors.Reasons() {
		if slug := r.String(); seen[slug] || slug == "" || strings.ToLower(slug) != slug {
			t.Errorf("reason %d is %q", r, slug)
		}
		seen[r.String()] = true
	}
	if len(seen) != 8 || cors.Reason(8).String() != "no-origin" || cors.Reason(200).String() != "no-origin" || cors.Kind(200).String() != "preflight" {
		t.Errorf("%d reasons", len(seen))
	}
}

func TestRequestOf(t *testing.T) {
	r := &http.Request{Method: "OPTIONS", Header: preflightHeader(app, "PUT", "x-a", "x-b")}
	q := cors.RequestOf(r)
	if q.Method != "OPTIONS" || len(q.Origin) != 1 || q.Origin[0] != app || q.RequestMethod[0] != "PUT" || len(q.RequestHeaders) != 2 {
		t.Errorf("got %v", q)
	}
	r.Method = "PUT"
	if q := cors.RequestOf(r); q.Method != "PUT" || q.Origin[0] != app {
		t.Errorf("got %v", q)
	}
}

// Lists come from browsers sorted and in lower case, and from what stands between in any shape.
func TestHeaderList(t *testing.T) {
	three := []string{"X-Beta", "Content-Type", "x-alpha"}
	many := []string{"X-Beta", "Content-Type", "x-alpha"}
	for i := range 100 {
		many = append(many, "x-more-"+strconv.Itoa(i))
	}
	for _, tt := range []struct {
		lines  []string
		want   string
		reason cors.Reason
		why    string
	}{
		{nil, "", cors.Allowed, "nothing asked"},
		{[]string{""}, "", cors.Allowed, "nothing asked, in a line"},
		{[]string{"content-type"}, "content-type", cors.Allowed, "one"},
		{[]string{"content-type,x-alpha,x-beta"}, "content-type, x-alpha, x-beta", cors.Allowed, "all, as browsers send it"},
		{[]string{"content-type, x-alpha, x-beta"}, "content-type, x-alpha, x-beta", cors.Allowed, "with a blank"},
		{[]string{"content-type,x-beta"}, "content-type, x-beta", cors.Allowed, "without the middle"},
		{[]string{"x-beta,content-type"}, "content-type, x-beta", cors.Allowed, "in another order"},
		{[]string{"X-BETA,Content-Type"}, "content-type, x-beta", cors.Allowed, "in another case"},
		{[]string{"x-beta", "content-type"}, "content-type, x-beta", cors.Allowed, "in lines of their own"},
		{[]string{"x-beta,x-alpha,x-beta,x-alpha"}, "x-alpha, x-beta", cors.Allowed, "twice"},
		{[]string{" \tx-beta\t , \t x-alpha "}, "x-alpha, x-beta", cors.Allowed, "with blanks"},
		{[]string{",x-beta,,x-alpha,"}, "x-alpha, x-beta", cors.Allowed, "with nothing between commas"},
		{[]string{",,,,,,,,,,,,,,,,"}, "", cors.Allowed, "sixteen times nothing"},
		{[]string{",,,,,,,,,,,,,,,,,"}, "", cors.HeadersTooLong, "once more"},
		{[]string{"x-alph"}, "", cors.HeaderNotAllowed, "a letter less"},
		{[]string{"x-alphax"}, "", cors.HeaderNotAllowed, "a letter more"},
		{[]string{"x-alpha;x-beta"}, "", cors.HeaderNotAllowed, "another sign between"},
		{[]string{"x-alpha x-beta"}, "", cors.HeaderNotAllowed, "a blank between"},
		{[]string{"content-type,x-alpha,x-evil"}, "", cors.HeaderNotAllowed, "the last is not allowed"},
		{[]string{"a,content-type"}, "", cors.HeaderNotAllowed, "the first is not allowed"},
		{[]string{"zz"}, "", cors.HeaderNotAllowed, "beyond the last name"},
		{[]string{"*"}, "", cors.HeaderNotAllowed, "no wildcard here"},
		{[]string{"\u212aontent-type"}, "", cors.HeaderNotAllowed, "case is that of ASCII"},
		{[]string{"x-bet\u0061\x00"}, "", cors.HeaderNotAllowed, "a NUL at the end"},
	} {
		for _, allowed := range [][]string{three, many} {
			p := origins(app)
			p.RequestHeaders = allowed
			h := http.Header{}
			d := compile(t, p).Decide(preflight("GET", tt.lines...))
			status := d.Apply(h)
			if d.Reason() != tt.reason || h.Get("Access-Control-Allow-Headers") != tt.want || (status == 204) != d.Allowed() || len(h["Access-Control-Allow-Headers"]) > 1 {
				t.Errorf("%q of %d: %v, %q; want %v, %q: %s",
					tt.lines, len(allowed), d.Reason(), h["Access-Control-Allow-Headers"], tt.reason, tt.want, tt.why)
			}
		}
	}
}

// Tables of all sizes name the same: answers made beforehand, pieces of the whole list, and such as are put together.
func TestHeaderTableSizes(t *testing.T) {
	for _, n := range []int{1, 2, 5, 6, 7, 8, 63, 64, 65, 66, 130} {
		p := origins(app)
		for i := range n {
			p.RequestHeaders = append(p.RequestHeaders, "x-"+strconv.Itoa(1000+i))
		}
		e := compile(t, p)
		for first := range n {
			for _, step := range []int{1, 2, 3, 7, 64} {
				var asked []string
				for i := first; i < n; i += step {
					asked = append(asked, p.RequestHeaders[i])
				}
				h := http.Header{}
				if e.Decide(preflight("GET", strings.Join(asked, ","))).Apply(h); h.Get("Access-Control-Allow-Headers") != strings.Join(asked, ", ") {
					t.Fatalf("of %d: asked for %q, named %q", n, asked, h["Access-Control-Allow-Headers"])
				}
			}
		}
	}
}

// Letters from A to Z have two cases, and nothing else has.
func TestHeaderCase(t *testing.T) {
	p := origins(app)
	p.RequestHeaders = []string{"AZ-az", "x-`~"}
	e := compile(t, p)
	for asked, want := range map[string]bool{
		"az-az": true, "AZ-AZ": true, "aZ-Az": true, "x-`~": true, "X-`~": true, "x-@~": false, "x-`^": false, "az\raz": false,
	} {
		if got := e.Decide(preflight("GET", asked)).Allowed(); got != want {
			t.Errorf("%q is allowed: %v", asked, got)
		}
	}
}
