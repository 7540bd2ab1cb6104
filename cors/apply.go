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
	f, own := &e.withheld, 0
	switch {
	case e.every:
		f = &e.shared
	case d.reason == Allowed:
		f, own = &e.shared, d.ownCells(e.timing)
	}
	vary := ""
	switch {
	case d.options && e.preflightVary:
		vary = preflightVary
	case !e.every:
		vary = wire.Origin
	}
	c := makeCells(h, len(f.values)+own, vary).fill(h, f)
	if d.reason == Allowed && !e.every {
		c = d.setAllowOrigin(h, c)
		if e.timing {
			c.set(h, wire.TimingAllowOrigin, d.origin[0])
		}
	}
}

func (d *Decision) applyPreflight(h http.Header) (status int) {
	e := d.engine
	vary := ""
	if e != nil && e.preflightVary {
		vary = preflightVary
	}
	if d.reason != Allowed {
		makeCells(h, 0, vary)
		return http.StatusForbidden
	}
	methods := e.methods[d.method]
	if e.full && e.allMethods != "" {
		methods = e.allMethods
	}
	headers := e.headers.joined
	if !e.full || e.headers.mode == headersEchoed {
		headers = e.headers.answer(d.asked, d.lines)
	}
	n := len(e.granted.values) + 1
	if headers != "" {
		n++
	}
	if !e.every {
		n += d.ownCells(false)
	}
	c := makeCells(h, n, vary).fill(h, &e.granted)
	if !e.every {
		c = d.setAllowOrigin(h, c)
	}
	c = c.set(h, wire.AccessControlAllowMethods, methods)
	if headers != "" {
		c.set(h, wire.AccessControlAllowHeaders, headers)
	}
	return http.StatusNoContent
}

// ownCells is how many values of an answer are the origin that asked, but for one that is handed on: the request's own line
// becomes the response's then. Nobody else has it, and it has no room behind it.
func (d *Decision) ownCells(timing bool) (n int) {
	if !d.handOn {
		n++
	}
	if timing {
		n++
	}
	return n
}

func (d *Decision) setAllowOrigin(h http.Header, c cells) (rest cells) {
	if d.handOn {
		h[wire.AccessControlAllowOrigin] = d.origin[:1:1]
		return c
	}
	return c.set(h, wire.AccessControlAllowOrigin, d.origin[0])
}

// A form holds what all answers of a kind have in common, whoever asks: it is written when the policy is compiled.
type form struct{ names, values []string }

func (f *form) add(name, value string) {
	if value != "" {
		f.names, f.values = append(f.names, name), append(f.values, value)
	}
}

// cells is what is left of the array behind the values of one response.
type cells []string

// makeCells makes room for n values, and puts in front what Vary lacks. The lines of Vary that are present are copied: who
// put them there may have given them to other responses too.
func makeCells(h http.Header, n int, vary string) cells {
	var present []string
	if vary != "" && len(h) > 0 {
		if present = h[wire.Vary]; len(present) > 0 {
			vary = lacks(present, vary)
		}
	}
	if vary == "" {
		if n == 0 {
			return nil
		}
		return make(cells, n)
	}
	c := make(cells, len(present)+1+n)
	at := copy(c, present)
	c[at] = vary
	h[wire.Vary] = c[: at+1 : at+1]
	return c[at+1:]
}

// fill writes a form.
func (c cells) fill(h http.Header, f *form) (rest cells) {
	n := copy(c, f.values)
	for i, name := range f.names {
		h[name] = c[i : i+1 : i+1]
	}
	return c[n:]
}

func (c cells) set(h http.Header, name, value string) (rest cells) {
	c[0] = value
	h[name] = c[:1:1]
	return c[1:]
}
