package cors

import (
	"net/http"

	"github.com/corscope/corscope/wire"
)

// Apply writes the decision into a response's header. The status is 204 for a preflight that is allowed and 403 for one
// that is refused: send it, without a body. It is 0 for all other requests: go on to the handler, also where the origin
// is not allowed, as it is the browser that keeps the answer from the page.
//
// All values share one array made for this response, each in a slice without room, so that neither appending to them
// nor changing them reaches another response. That array is the only allocation, but where Vary holds a part of what it
// must, or request headers that do not follow one another in the list of many must be put together anew.
//
// Vary is added to what is there, unless it is there.
func (d Decision) Apply(h http.Header) (status int) {
	return d.apply(h)
}

func (d *Decision) apply(h http.Header) (status int) {
	switch {
	case d.kind == Preflight:
		return d.applyPreflight(h)
	case d.engine != nil:
		d.applyActual(h)
	}
	return 0
}

func (d *Decision) applyActual(h http.Header) {
	e := d.engine
	vary, present := "", []string(nil)
	switch {
	case d.options && e.preflightVary:
		present = h[wire.Vary]
		vary = lacksPreflight(present)
	case !e.every:
		present = h[wire.Vary]
		vary = lacksOrigin(present)
	}
	shared := e.every || d.reason == Allowed
	n := e.plainCells
	if shared {
		n = e.actualCells
		if d.handsOn() {
			n--
		}
	}
	c := makeCells(n, vary, present)
	c = c.addVary(h, vary, present)
	if shared {
		c = d.setAllowOrigin(h, c)
		if e.credentials {
			c = c.set(h, wire.AccessControlAllowCredentials, "true")
		}
		if e.exposed != "" {
			c = c.set(h, wire.AccessControlExposeHeaders, e.exposed)
		}
		if e.timing {
			c = c.set(h, wire.TimingAllowOrigin, d.allowOrigin())
		}
	}
	if e.resource != "" {
		c.set(h, wire.CrossOriginResourcePolicy, e.resource)
	}
}

func (d *Decision) applyPreflight(h http.Header) (status int) {
	e := d.engine
	allowed := d.reason == Allowed
	vary, present, n := "", []string(nil), 0
	if e != nil && e.preflightVary {
		present = h[wire.Vary]
		vary = lacksPreflight(present)
	}
	if allowed {
		n = e.preflightCells
		if d.handsOn() {
			n--
		}
	}
	c := makeCells(n, vary, present)
	c = c.addVary(h, vary, present)
	if !allowed {
		return http.StatusForbidden
	}
	c = d.setAllowOrigin(h, c)
	if e.credentials {
		c = c.set(h, wire.AccessControlAllowCredentials, "true")
	}
	methods := e.methods[d.method]
	if e.full && e.allMethods != "" {
		methods = e.allMethods
	}
	c = c.set(h, wire.AccessControlAllowMethods, methods)
	headers := e.headers.joined
	if !e.full || e.headers.mode == headersEchoed {
		headers = e.headers.answer(d.asked, d.lines)
	}
	if headers != "" {
		c = c.set(h, wire.AccessControlAllowHeaders, headers)
	}
	if e.maxAge != "" {
		c.set(h, wire.AccessControlMaxAge, e.maxAge)
	}
	return http.StatusNoContent
}

// allowOrigin is who is allowed: everybody, or who asked.
func (d *Decision) allowOrigin() string {
	if d.engine.every {
		return star
	}
	return d.origin[0]
}

// handsOn reports whether the request's own line of Origin becomes the response's. Nobody else has it, and it has no
// room behind it.
func (d *Decision) handsOn() bool { return d.handOn && !d.engine.every }

func (d *Decision) setAllowOrigin(h http.Header, c cells) (rest cells) {
	if d.handsOn() {
		h[wire.AccessControlAllowOrigin] = d.origin[:1:1]
		return c
	}
	return c.set(h, wire.AccessControlAllowOrigin, d.allowOrigin())
}

// cells is what is left of the array behind the values of one response.
type cells []string

// makeCells makes room for n values, and for Vary where something must be added to it.
func makeCells(n int, vary string, present []string) cells {
	if vary != "" {
		n += len(present) + 1
	}
	if n == 0 {
		return nil
	}
	return make(cells, n)
}

func (c cells) set(h http.Header, name, value string) (rest cells) {
	c[0] = value
	h[name] = c[:1:1]
	return c[1:]
}

// addVary puts a line after those that are present. Those are copied: who put them there may have given them to other
// responses too.
func (c cells) addVary(h http.Header, vary string, present []string) (rest cells) {
	if vary == "" {
		return c
	}
	n := copy(c, present)
	c[n] = vary
	h[wire.Vary] = c[: n+1 : n+1]
	return c[n+1:]
}
