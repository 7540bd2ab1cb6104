package cors

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/corscope/corscope/wire"
)

// An Event is what became of one request.
type Event struct {
	Kind    Kind
	Allowed bool
	Reason  Reason
	Rule    int    // the index in [Policy.Origins] of the pattern that matched; -1 where none did
	Origin  string // as the request has it, not more than 256 bytes; a stranger may write anything here
	// SameOrigin says that the page is one of the server's own, which needs no leave: Sec-Fetch-Site says so or, from
	// browsers that do not send it, Origin and Host name the same host. Reason may say that its origin is not allowed.
	SameOrigin bool
	Blocked    bool // by [Enforce]
}

// Observe has f told of every request, on the request's own goroutine: after the decision, before anything is sent. The
// request waits for it, and a panic in it is the request's.
//
// For numbers, [Count] is cheaper.
func Observe(f func(Event)) Option { return func(m *Middleware) { m.observe = f } }

// Log writes to l what was decided, with the request's context: who is refused at level Info, who is allowed and the
// server's own pages at level Debug. Requests without Origin are not logged.
//
// Nothing is a warning, as anybody on the net could cause as many as they like; to be warned, watch the numbers of
// [Count]. Of what a request says, never more than 256 bytes are written.
func Log(l *slog.Logger) Option { return func(m *Middleware) { m.log = l } }

// maxLogged bounds what is told of a stranger's words, in bytes.
const maxLogged = 256

func (m *Middleware) tell(r *http.Request, d *Decision, own, blocked bool) {
	if m.counts != nil {
		m.counts.add(d, own, blocked)
	}
	if m.observe == nil && m.log == nil {
		return
	}
	event := Event{
		Kind: d.Kind(), Allowed: d.Allowed(), Reason: d.Reason(), Rule: d.Rule(),
		Origin: heard(r.Header[wire.Origin]), SameOrigin: own, Blocked: blocked,
	}
	if m.observe != nil {
		m.observe(event)
	}
	if m.log != nil && event.Kind != Plain {
		logEvent(m.log, r, event)
	}
}

func logEvent(l *slog.Logger, r *http.Request, event Event) {
	level, message := slog.LevelInfo, "cors: refused"
	switch {
	case event.Allowed:
		level, message = slog.LevelDebug, "cors: allowed"
	case event.SameOrigin:
		level, message = slog.LevelDebug, "cors: same origin"
	}
	if !l.Enabled(r.Context(), level) {
		return
	}
	attributes := []slog.Attr{
		slog.String("kind", event.Kind.String()),
		slog.String("reason", event.Reason.String()),
		slog.String("origin", event.Origin),
	}
	switch event.Reason {
	case Allowed:
		attributes = append(attributes, slog.Int("rule", event.Rule))
	case MethodNotAllowed:
		attributes = append(attributes, slog.String("method", heard(r.Header[wire.AccessControlRequestMethod])))
	case HeaderNotAllowed, HeaderInvalid, HeadersTooLong:
		attributes = append(attributes, slog.String("headers", heard(r.Header[wire.AccessControlRequestHeaders])))
	case NoOrigin, OriginNotAllowed, OriginMultiple:
	}
	if event.Blocked {
		attributes = append(attributes, slog.Bool("blocked", true))
	}
	l.LogAttrs(r.Context(), level, message, attributes...)
}

// heard is the beginning of what lines say. It is a copy where it was cut, so that a log does not hold on to a megabyte.
func heard(lines []string) string {
	all := ""
	for i, line := range lines {
		if i > 0 {
			all += listSeparator
		}
		if all += line[:min(len(line), maxLogged)]; len(all) >= maxLogged {
			return strings.Clone(all[:maxLogged])
		}
	}
	return all
}
