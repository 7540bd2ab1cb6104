package cors

import (
	"net/http"
	"strings"

	"github.com/corscope/corscope/wire"
)

// A Selector puts one of several policies in front of handlers, chosen anew for each request. Make it with [Select].
type Selector struct {
	choose func(*http.Request) *Middleware
	vary   string
}

// Select chooses the middleware for each request: by tenant, by route, by what the request says. Nil denies: see
// [Middleware]. Behind a cache that keeps answers to OPTIONS, choose one with an empty policy and [Policy.PreflightVary] in
// its place. The function is called on the request's own goroutine, for preflights too, and must be fast.
//
// A choice must be the same for a preflight and for the request that it asks about. A preflight has the same URL and
// Origin, but its method is OPTIONS, and it carries neither cookies nor Authorization nor a header of the page's own:
// choose by host, path or query. A choice by credentials finds none, and must then deny or fall back to a policy that is
// good for everybody.
//
// Vary names the headers that the choice depends on; they are added to Vary of every answer, preflights' included.
// Without them a cache gives one tenant's answer to another. The URL, host included, needs no mention. Select panics
// where a name cannot be a header's, or where there is no function.
func Select(choose func(*http.Request) *Middleware, vary ...string) *Selector {
	if choose == nil {
		panic("cors: Select: no function")
	}
	for _, name := range vary {
		if !wire.IsToken(name) {
			panic("cors: Select: not the name of a header: " + name)
		}
	}
	return &Selector{choose: choose, vary: strings.Join(varyElements(vary), listSeparator)}
}

// Wrap puts the selector in front of next, which must not be nil.
func (s *Selector) Wrap(next http.Handler) http.Handler {
	if next == nil {
		panic("cors: Wrap: no handler")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		makeCells(w.Header(), 0, s.vary)
		s.choose(r).serve(w, r, next)
	})
}
