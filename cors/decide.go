package cors

import (
	"net/http"
	"slices"

	"github.com/corscope/corscope/wire"
)

// A Request is what a decision looks at: the method, and the lines of three headers as received. Several lines of a
// header are not joined.
type Request struct {
	Method         string
	Origin         []string // Origin
	RequestMethod  []string // Access-Control-Request-Method
	RequestHeaders []string // Access-Control-Request-Headers
}

// RequestOf takes from r what a decision looks at. It copies nothing: the Request is good for as long as r's header is
// left alone. It takes no allocation.
func RequestOf(r *http.Request) Request {
	if r.Method == http.MethodOptions {
		return optionsOf(r)
	}
	return Request{Method: r.Method, Origin: r.Header[wire.Origin]} // no preflight, whatever else it says
}

func optionsOf(r *http.Request) Request {
	return Request{
		Method:         r.Method,
		Origin:         r.Header[wire.Origin],
		RequestMethod:  r.Header[wire.AccessControlRequestMethod],
		RequestHeaders: r.Header[wire.AccessControlRequestHeaders],
	}
}

// A Kind tells requests apart. The zero Kind is [Plain].
type Kind uint8

// The kinds of request.
const (
	Plain     Kind = iota // no Origin: not a request across origins, or not a browser's
	Actual                // an Origin, and a handler's work to do
	Preflight             // the question whether an actual request may be sent
)

// String is the kind in one word.
func (k Kind) String() string { return [...]string{"plain", "actual", "preflight"}[min(k, Preflight)] }

// A Reason says why a request is allowed or not. The zero Reason is [NoOrigin], which allows nothing.
type Reason uint8

// The reasons.
const (
	NoOrigin         Reason = iota // there is nobody to allow
	Allowed                        // the policy allows all that was asked for
	OriginNotAllowed               // no pattern matches, or it is no origin
	OriginMultiple                 // several lines: no browser sends that
	MethodNotAllowed               // a preflight asks for a method that is not listed
	HeaderNotAllowed               // a preflight asks for a header that is not listed
	HeaderInvalid                  // a preflight asks for a header that cannot be one
	HeadersTooLong                 // a preflight's list is longer than any the policy could allow
)

var reasons = [...]string{
	"no-origin", "allowed", "origin-not-allowed", "origin-multiple", "method-not-allowed", "header-not-allowed", "header-invalid",
	"headers-too-long",
}

// String is a stable slug, for logs and counters.
func (r Reason) String() string {
	if int(r) < len(reasons) {
		return reasons[r]
	}
	return reasons[NoOrigin]
}

// Reasons lists every reason.
func Reasons() []Reason {
	all := make([]Reason, len(reasons))
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}

// A Decision is an engine's answer to one request, ready to be written. It refers to the request: apply it before the
// request is let go. The zero Decision allows nothing.
type Decision struct {
	engine  *Engine
	origin  []string // the one line, where there is one and it matters
	lines   []string // the header lists that were asked for
	asked   uint64   // which of the engine's headers those are
	rule    int32
	method  int32 // the index of the engine's methods
	kind    Kind
	reason  Reason
	options bool
	handOn  bool // the response may have the request's own line of Origin
}

// Kind tells what was decided about.
func (d Decision) Kind() Kind { return d.kind }

// Allowed reports whether the page may do what it asks: read the answer, or send what its preflight asks for. A [Plain]
// request asks for nothing, and is not allowed anything.
func (d Decision) Allowed() bool { return d.reason == Allowed }

// Reason says why.
func (d Decision) Reason() Reason { return d.reason }

// Rule is the index in [Policy.Origins] of the pattern that matched; -1 where none did.
func (d Decision) Rule() int {
	if d.engine == nil { // the zero Decision too
		return -1
	}
	return int(d.rule)
}

// Decide answers a request. It is pure, takes no allocation, and costs no more than the policy allows for, whatever the
// request holds.
func (e *Engine) Decide(q Request) Decision {
	d := Decision{engine: e, rule: -1}
	if q.Method == http.MethodOptions {
		if d.decideOptions(&q) {
			d.reason = d.decidePreflight(&q)
		}
	} else {
		d.decideActual(q.Origin)
	}
	return d
}

// respond is Decide and Apply in one, for a Decision that was not used before. Requests and decisions are large: copying
// them from one to the other takes as long as deciding. The response gets the request's own line of Origin, which spares
// a quarter of the memory.
func (d *Decision) respond(e *Engine, r *http.Request, h http.Header) (status int) {
	d.engine, d.rule, d.handOn = e, -1, true
	origin := r.Header[wire.Origin]
	if r.Method != http.MethodOptions {
		d.decideActual(origin)
	} else if q := (Request{Origin: origin, RequestMethod: r.Header[wire.AccessControlRequestMethod]}); d.decideOptions(&q) {
		q.RequestHeaders = r.Header[wire.AccessControlRequestHeaders]
		d.reason = d.decidePreflight(&q)
	}
	return d.apply(h)
}

func (d *Decision) decideActual(origin []string) {
	if len(origin) > 0 {
		d.kind = Actual
		d.reason = d.decideOrigin(origin)
	}
}

// decideOptions tells preflights from other uses of OPTIONS: a browser asks for one origin and one method. It reports
// whether the rest of the question matters.
//
// Spec: https://fetch.spec.whatwg.org/#cors-preflight-request
func (d *Decision) decideOptions(q *Request) (matters bool) {
	d.options = true
	d.decideActual(q.Origin)
	if len(q.Origin) != 1 || len(q.RequestMethod) != 1 || q.RequestMethod[0] == "" {
		return false
	}
	d.kind = Preflight
	return d.reason == Allowed
}

func (d *Decision) decideOrigin(lines []string) Reason {
	e := d.engine
	switch {
	case e == nil:
		return OriginNotAllowed
	case e.every:
		d.rule = e.rule
		return Allowed
	case len(lines) > 1:
		return OriginMultiple
	}
	d.origin = lines
	if e.only != "" {
		if lines[0] != e.only {
			return OriginNotAllowed
		}
		d.rule = 0
		return Allowed
	}
	rule, ok := e.origins.Match(lines[0])
	if !ok {
		return OriginNotAllowed
	}
	d.rule = int32(rule) //nolint:gosec // an index of a list in memory
	return Allowed
}

func (d *Decision) decidePreflight(q *Request) Reason {
	e := d.engine
	if !e.anyMethod {
		i := slices.Index(e.methods, q.RequestMethod[0])
		if i < 0 {
			return MethodNotAllowed
		}
		d.method = int32(i) //nolint:gosec // an index of a list in memory
	}
	if len(q.RequestHeaders) == 0 {
		return Allowed
	}
	d.lines = q.RequestHeaders
	var reason Reason
	d.asked, reason = e.headers.judge(d.lines)
	return reason
}
