package cors

import (
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/corscope/corscope/wire"
)

// A Middleware puts a policy in front of handlers: it answers preflights, and writes into the headers of all other
// answers what browsers must know. It never keeps a request from its handler, unless told to by [Enforce].
//
// The zero Middleware, and a nil one, allows nothing: handlers run, preflights are refused, and Vary names Origin, so
// that caches ask anew once there is a policy. A Middleware is safe for concurrent use. It must not be copied.
type Middleware struct {
	engine  atomic.Pointer[Engine]
	observe func(Event)
	log     *slog.Logger
	enforce bool
	attends bool      // there is something to do beside the answer
	counts  *counters // nil where nobody counts
}

// An Option is something a middleware does beside its policy. Of two of a kind, the last holds.
type Option func(*Middleware)

// Enforce refuses requests from pages of origins that are not allowed with 403, before the handler runs. It keeps such
// pages from having effect by requests that need no preflight. The server's own pages pass, though they send Origin too:
// see [Event.SameOrigin]. So do requests without Origin, as links and programs make them.
//
// CORS does not ask for that: without it the handler runs, and browsers keep the answer from the page. Where only requests
// that change something are to be refused, [Engine.CrossOriginProtection] is the better tool.
func Enforce() Option { return func(m *Middleware) { m.enforce = true } }

// New compiles the policy and puts it in front of handlers. The error is that of [Compile].
func New(p Policy, options ...Option) (*Middleware, error) {
	e, err := Compile(p)
	if err != nil {
		return nil, err
	}
	return NewMiddleware(e, options...), nil
}

// NewMiddleware puts an engine in front of handlers. A nil engine allows nothing, until there is another: see
// [Middleware.Swap].
func NewMiddleware(e *Engine, options ...Option) *Middleware {
	m := new(Middleware)
	m.engine.Store(e)
	for _, option := range options {
		option(m)
	}
	m.attends = m.enforce || m.counts != nil || m.observe != nil || m.log != nil
	return m
}

// Engine is what decides at the moment. It is nil where nothing was set.
func (m *Middleware) Engine() *Engine {
	if m == nil {
		return nil
	}
	return m.engine.Load()
}

// Swap puts another engine in the place of the present one, while requests are served, and gives back the old one. Each
// request is decided by one of the two. A nil engine allows nothing. Swap panics if m is nil.
//
// Browsers remember what preflights were told before, for as long as [Policy.MaxAge] said.
func (m *Middleware) Swap(e *Engine) (old *Engine) { return m.engine.Swap(e) }

// Wrap puts the middleware in front of next, which must not be nil.
//
// A preflight is answered here and never reaches next; other uses of OPTIONS do. All that a policy says is in the header
// when next is called: what writes errors below keeps it, what clears the header needs [Late].
//
// Where middlewares are stacked, the innermost decides for all but preflights, which the outermost answers: what stands
// in the header for browsers when the request comes in gives way. To have several policies in one server, use [Select] or
// [Mux].
func (m *Middleware) Wrap(next http.Handler) http.Handler {
	if next == nil {
		panic("cors: Wrap: no handler")
	}
	return &guarded{m, next}
}

// guarded is a handler with a middleware in front.
type guarded struct {
	middleware *Middleware
	next       http.Handler
}

func (g *guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.middleware.serve(w, r, g.next)
}

var (
	denying = new(Engine)     // what decides where there is no engine
	denied  = new(Middleware) // and where there is no middleware
)

func (m *Middleware) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if m == nil {
		m = denied
	}
	e := m.engine.Load()
	if e == nil {
		e = denying
	}
	h := w.Header()
	if len(h) > 0 {
		dropAnswer(h)
	}
	var d Decision
	status := d.respond(e, r, h)
	blocked := false
	if m.attends {
		own := d.kind == Actual && d.reason != Allowed && fromSameOrigin(r)
		blocked = m.enforce && d.kind == Actual && d.reason != Allowed && !own
		m.tell(r, &d, own, blocked)
	}
	switch {
	case status != 0:
		w.WriteHeader(status)
	case blocked:
		h.Set("Cache-Control", "no-store") // it depends on Sec-Fetch-Site too, by which no other answer varies
		http.Error(w, "cross-origin request refused", http.StatusForbidden)
	default:
		next.ServeHTTP(w, r)
	}
}

// answerNames are the headers that tell browsers who may read, and that no other layer may add to.
//
// Cross-Origin-Resource-Policy is not among them: it takes away rather than gives.
var answerNames = [...]string{
	wire.AccessControlAllowOrigin, wire.AccessControlAllowCredentials, wire.AccessControlExposeHeaders,
	wire.AccessControlAllowMethods, wire.AccessControlAllowHeaders, wire.AccessControlMaxAge, wire.TimingAllowOrigin,
}

func dropAnswer(h http.Header) {
	for _, name := range answerNames {
		delete(h, name)
	}
}
