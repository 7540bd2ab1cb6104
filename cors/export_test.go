package cors

import "net/http"

// Respond is the way a middleware takes: Decide and Apply in one.
func (e *Engine) Respond(r *http.Request, h http.Header) (status int) {
	var d Decision
	return d.respond(e, r, h)
}
