package cors

import "net/http"

// A Mux is an [http.ServeMux] behind a policy, or several. A ServeMux answers OPTIONS for a pattern with a method, such
// as "PUT /items/{id}", with 405: wrapping the handler alone never answers a preflight. A Mux answers it by the policy
// of the route that the request asked about would take.
//
// Every answer has a policy's headers, those of status 404 and 405 too. Requests of method OPTIONS that are no
// preflights take the routes as all others do. Handle, HandleFunc and Handler are those of the ServeMux: patterns that
// conflict panic there, and no pattern is registered beside yours.
//
// The zero Mux denies: see [Middleware]. Register all routes before serving; a Mux is then safe for concurrent use.
type Mux struct {
	http.ServeMux
	policy *Middleware
	own    map[string]*Middleware // by pattern
}

// NewMux makes a mux whose routes are behind m, but for those of [Mux.HandleWith].
func NewMux(m *Middleware) *Mux { return &Mux{policy: m} }

// HandleWith registers a route that has a policy of its own. As a preflight is answered by the policy of the route it
// asks about, two methods of one path may have different ones.
func (x *Mux) HandleWith(m *Middleware, pattern string, handler http.Handler) {
	x.Handle(pattern, handler)
	if x.own == nil {
		x.own = make(map[string]*Middleware)
	}
	x.own[pattern] = m
}

// ServeHTTP finds the policy, and then the route.
func (x *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.policyFor(r).serve(w, r, &x.ServeMux)
}

func (x *Mux) policyFor(r *http.Request) *Middleware {
	if len(x.own) == 0 {
		return x.policy
	}
	asked := r
	if q := RequestOf(r); denying.Decide(q).Kind() == Preflight {
		asked = &http.Request{Method: q.RequestMethod[0], URL: r.URL, Host: r.Host}
	}
	_, pattern := x.Handler(asked)
	if m, ok := x.own[pattern]; ok {
		return m
	}
	return x.policy
}
