package cors_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/corscope/corscope/cors"
)

// says is a handler with a word of its own.
func says(word string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(reachedName, word+" "+r.PathValue("id"))
	})
}

// The reason for there being a Mux.
func TestServeMuxDoesNotAnswer(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("PUT /items/{id}", middleware(t, cors.Policy{Origins: []string{app}, Methods: []string{"PUT"}}).Wrap(says("put")))
	if got := ask(mux, "OPTIONS", "/items/7", fromApp, wantsPut); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a ServeMux answers a preflight to a method pattern with %s", said(got))
	}
}

func TestMux(t *testing.T) {
	mux := cors.NewMux(middleware(t, cors.Policy{Origins: []string{app}, Methods: []string{"PUT", "DELETE"}}))
	mux.Handle("GET /items/{id}", says("get"))
	mux.Handle("PUT /items/{name}", says("put"))
	mux.HandleFunc("DELETE /{kind}/7", says("delete").ServeHTTP) // overlaps, and is a pattern of its own
	mux.Handle("/any", says("any"))
	mux.Handle("PUT /options", says("put"))
	mux.Handle("OPTIONS /options", says("options"))
	mux.Handle("PUT other.example/host", says("host"))
	mux.HandleWith(middleware(t, origins("*")), "GET /public/", says("public"))
	mux.HandleWith(middleware(t, cors.Policy{Origins: []string{evil}, Methods: []string{"PUT"}}), "PUT /public/{id...}", says("private"))
	mux.HandleWith(nil, "PUT /closed", says("closed"))
	mux.HandleWith(nil, "PUT other.example/items/{id}", says("closed"))
	const (
		allows      = sharedApp + "; Vary: Origin"
		allowsPut   = "Access-Control-Allow-Methods: PUT; " + sharedApp
		everybody   = "Access-Control-Allow-Origin: *"
		wantsGet    = "Access-Control-Request-Method: GET"
		wantsHead   = "Access-Control-Request-Method: HEAD"
		wantsDelete = "Access-Control-Request-Method: DELETE"
	)
	for _, tt := range []struct {
		method, target string
		lines          []string
		status         int
		want, reached  string
		why            string
	}{
		{"OPTIONS", "/items/7", []string{fromApp, wantsPut}, 204, allowsPut, "", "a method pattern answers"},
		{"OPTIONS", "/items/7", []string{fromApp, wantsGet}, 204, "Access-Control-Allow-Methods: GET; " + sharedApp, "", "and the other one of that path, though the wildcard has another name"},
		{"OPTIONS", "/items/7", []string{fromEvil, wantsPut}, 403, "", "", "and refuses"},
		{"PUT", "/items/7", []string{fromApp}, 200, allows, "put ", "the request itself"},
		{"GET", "/items/7", []string{fromApp}, 200, allows, "get 7", "with what the pattern catches"},
		{"DELETE", "/items/7", []string{fromApp}, 200, allows, "delete ", "an overlapping pattern of another method"},
		{"OPTIONS", "/items/7", []string{fromApp, wantsDelete}, 204, "Access-Control-Allow-Methods: DELETE; " + sharedApp, "", "answers too"},
		{"OPTIONS", "/any", []string{fromApp, wantsPut}, 204, allowsPut, "", "a pattern without a method"},
		{"OPTIONS", "/any", []string{fromApp}, 200, allows, "any ", "gets all that is no preflight"},
		{"OPTIONS", "/options", []string{fromApp}, 200, allows, "options ", "a handler of OPTIONS gets what is no preflight"},
		{"OPTIONS", "/options", []string{fromApp, wantsPut}, 204, allowsPut, "", "but no preflight"},
		{"OPTIONS", "http://other.example/host", []string{fromApp, wantsPut}, 204, allowsPut, "", "a pattern with a host"},
		{"OPTIONS", "/nowhere", []string{fromApp, wantsPut}, 204, allowsPut, "", "no route: the page may learn that"},
		{"PUT", "/nowhere", []string{fromApp}, 404, allows, "", "by reading this"},
		{"POST", "/items/7", []string{fromApp}, 405, allows, "", "or this"},
		{"OPTIONS", "/items/7", []string{fromApp}, 405, allows, "", "OPTIONS is a method as any other, where it is no preflight"},
		{"PUT", "/closed", []string{fromApp}, 200, "Vary: Origin", "closed ", "a nil middleware denies"},
		{"OPTIONS", "/closed", []string{fromApp, wantsPut}, 403, "", "", "preflights too"},
		{"GET", "/public/6", []string{fromEvil}, 200, everybody, "public ", "a route with a policy of its own"},
		{"OPTIONS", "/public/6", []string{fromEvil, wantsGet}, 204, "Access-Control-Allow-Methods: GET; " + everybody, "", "which answers for it"},
		{"OPTIONS", "/public/6", []string{fromEvil, wantsHead}, 204, "Access-Control-Allow-Methods: HEAD; " + everybody, "", "HEAD takes the route of GET"},
		{"OPTIONS", "/public/6", []string{fromEvil, wantsPut}, 204, "Access-Control-Allow-Methods: PUT; Access-Control-Allow-Origin: " + evil, "", "another method of that path has another policy"},
		{"OPTIONS", "/public/6", []string{fromApp, wantsPut}, 403, "", "", "which does not know this page"},
		{"OPTIONS", "/public/6", []string{fromApp, wantsDelete}, 204, "Access-Control-Allow-Methods: DELETE; " + sharedApp, "", "no route: the policy of the rest"},
		{"OPTIONS", "/public/6", []string{fromEvil, wantsDelete}, 403, "", "", "no route: the policy of the rest"},
		{"OPTIONS", "http://other.example/items/7", []string{fromApp, wantsPut}, 403, "", "", "a host's route has a policy of its own"},
		{"OPTIONS", "/public/6", []string{wantsGet}, 405, "Vary: Origin", "", "nobody asks: no preflight, and no route"},
		{"OPTIONS", "/public/6", []string{fromEvil, wantsGet, wantsGet}, 405, "Vary: Origin", "", "no browser asks twice"},
		{"GET", "/public", []string{fromEvil}, 307, everybody, "", "a redirect to a route is of its policy"},
		{"GET", "/public//6", []string{fromEvil}, 307, everybody, "", "so is one to a clean path"},
	} {
		got := ask(mux, tt.method, tt.target, tt.lines...)
		if got.StatusCode != tt.status || policyHeaders(got) != tt.want || got.Header.Get(reachedName) != tt.reached {
			t.Errorf("%s %s %q\ngot  %s\nwant %d %s, reaching %q: %s", tt.method, tt.target, tt.lines, said(got), tt.status, tt.want, tt.reached, tt.why)
		}
	}
}

// One policy takes no second look at the routes.
func TestMuxOfOnePolicy(t *testing.T) {
	mux := cors.NewMux(middleware(t, cors.Policy{Origins: []string{app}, Methods: []string{"PUT"}}))
	mux.Handle("PUT /items/{id}", says("put"))
	if got := said(ask(mux, "OPTIONS", "/items/7", fromApp, wantsPut)); got != "204 Access-Control-Allow-Methods: PUT; "+sharedApp {
		t.Errorf("a preflight gets %s", got)
	}
	if got := said(ask(mux, "PUT", "/items/7", fromApp)); got != "200 "+sharedApp+"; Vary: Origin; X-Reached: put 7" {
		t.Errorf("a request gets %s", got)
	}
	r := &http.Request{Method: "OPTIONS", URL: &url.URL{Path: "/items/7"}, Header: preflightHeader(app, "PUT")}
	w := &unwritten{header: http.Header{}}
	if n := testing.AllocsPerRun(100, func() {
		clear(w.header)
		mux.ServeHTTP(w, r)
	}); n > 1 {
		t.Errorf("a preflight takes %v allocations", n)
	}
	var zero cors.Mux
	zero.Handle("PUT /items/{id}", says("put"))
	if got := said(ask(&zero, "OPTIONS", "/items/7", fromApp, wantsPut)); got != "403" {
		t.Errorf("a zero Mux answers a preflight with %s", got)
	}
}

func TestMuxConflicts(t *testing.T) {
	m := middleware(t, origins(app))
	for _, tt := range []struct {
		patterns []string
		panics   bool
		why      string
	}{
		{[]string{"GET /a", "PUT /a"}, false, "two methods of one path"},
		{[]string{"PUT /a", "OPTIONS /a"}, false, "OPTIONS is nobody's but yours"},
		{[]string{"OPTIONS /a", "PUT /a"}, false, "in any order"},
		{[]string{"GET /{x}/b", "PUT /a/{y}"}, false, "overlapping, of different methods"},
		{[]string{"GET /a", "GET /a"}, true, "the same twice"},
		{[]string{"GET /{x}/b", "GET /a/{y}"}, true, "overlapping, neither more special"},
		{[]string{"OPTIONS /a", "OPTIONS /a"}, true, "the same twice"},
		{[]string{"GET a b"}, true, "no pattern"},
	} {
		plain, mux, with := http.NewServeMux(), cors.NewMux(m), cors.NewMux(m)
		for name, handle := range map[string]func(string){
			"http.ServeMux": func(p string) { plain.Handle(p, reached) },
			"Handle":        func(p string) { mux.Handle(p, reached) },
			"HandleWith":    func(p string) { with.HandleWith(m, p, reached) },
		} {
			if got := panics(func() {
				for _, p := range tt.patterns {
					handle(p)
				}
			}); got != tt.panics {
				t.Errorf("%s: %q: panics %v, want %v: %s", name, tt.patterns, got, tt.panics, tt.why)
			}
		}
	}
}
