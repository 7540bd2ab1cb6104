package origin

import "strings"

// A Pattern is a set of serialized origins, written as one line:
//
//	https://app.example.com             that origin alone; https://app.example.com:8443 likewise
//	https://*.example.com               one or more labels before the rest, not example.com itself
//	https://{label}.example.com         exactly one label before the rest
//	https://deploy-*--site.example.app  within the first label, one or more of a-z, 0-9 and -, never a dot
//	http://localhost:*                  any port, or none
//	http://localhost:{3000,5173}        the ports of a list, which may hold ranges
//	http://localhost:3000-3010          the ports of a range
//	null                                opaque origins, as browsers write all of them
//	*                                   every origin, null among them
//
// There is at most one wildcard in a host, in its first label, and what follows it there is a dot or a hyphen. Addresses
// have none. In a list or a range the scheme's default port stands for no port.
//
// Patterns are values: two that hold the same origins are equal under ==. The zero Pattern holds nothing.
type Pattern struct {
	text   string // the canonical line; the rest only spares reading it again
	scheme string
	before string // what the first label holds before its wildcard
	after  string // what the host holds after its wildcard, or the whole host
	ports  ports
	kind   kind
}

// kind is what a pattern says of hosts.
type kind uint8

const (
	nothing kind = iota
	everything
	opaqueOnly
	wholeHost
	anyLabels // *.rest
	oneLabel  // {label}.rest
	inLabel   // before*after
)

const (
	maxScheme = 64  // bytes, more than any scheme in use
	maxHost   = 253 // bytes, the longest name there can be
	maxLabel  = 63
	// maxOrigin is the longest text that can be in any pattern: "*" takes a root's dot too.
	maxOrigin = maxScheme + len("://") + maxHost + len(".") + len(":65535")
)

// ParsePattern reads a pattern, strictly: hosts and schemes in lower-case ASCII as browsers send them, no path, no
// trailing slash, no default port. What it refuses, it says why and where, and mostly how to write it instead: the error
// is a *[PatternError]. What it accepts, it writes back unchanged, but for lists and ranges of ports, which are sorted
// and joined.
func ParsePattern(text string) (Pattern, error) {
	p, f := readPattern(text)
	if f.reason != "" {
		return Pattern{}, explain(text, f)
	}
	return p, nil
}

// fromDot is what follows the first label, with its dot.
func fromDot(after string) string { return after[max(0, strings.IndexByte(after, '.')):] }

// String is the pattern as [ParsePattern] reads it; empty for the zero Pattern.
func (p Pattern) String() string { return p.text }

// Scheme is "https" and the like; empty for "*", "null" and the zero Pattern.
func (p Pattern) Scheme() string { return p.scheme }

// Host is the host, or the labels that follow the one with the wildcard: "example.com" of "https://*.example.com". It is
// empty for "*", "null" and the zero Pattern.
func (p Pattern) Host() string {
	if p.kind == wholeHost {
		return p.after
	}
	_, rest, _ := strings.Cut(p.after, ".")
	return rest
}

// Wildcard is what the first label holds before and after its wildcard: "deploy-" and "--site" of
// "https://deploy-*--site.example.app", nothing for a label that is all wildcard. Without a wildcard in the host, ok is
// false.
func (p Pattern) Wildcard() (before, after string, ok bool) {
	if p.kind < anyLabels {
		return "", "", false
	}
	after, _, _ = strings.Cut(p.after, ".")
	return p.before, after, true
}

// Exact gives the origin p consists of, if that is a single one. "null" is none: it stands for many.
func (p Pattern) Exact() (serialized string, ok bool) {
	if p.kind != wholeHost || p.ports.more != "" || p.ports.lo != p.ports.hi {
		return "", false
	}
	return p.text, true
}

// IsEvery reports whether p is "*".
func (p Pattern) IsEvery() bool { return p.kind == everything }

// IsNull reports whether p is "null".
func (p Pattern) IsNull() bool { return p.kind == opaqueOnly }

// Matches reports whether p holds o, the value of an Origin header. It holds only what is a serialized origin byte for
// byte: upper case, a path, user information, a trailing dot or a default port never match, nor does a wildcard stand for
// a label over 63 bytes or make a host over 253. "*" holds what [Parse] accepts, schemes up to 64 bytes. It allocates
// nothing, and looks at the length first.
func (p Pattern) Matches(o string) bool {
	if len(o) > maxOrigin {
		return false
	}
	if p.kind == everything {
		return isSerialized(o)
	}
	if p.kind == opaqueOnly {
		return o == "null"
	}
	scheme, host, port, ok := split(o)
	return ok && p.kind != nothing && scheme == p.scheme && p.ports.contains(port) && p.matchesHost(host)
}

// isSerialized reports whether "*" holds o.
func isSerialized(o string) bool {
	if o == "null" {
		return true
	}
	tuple, _, want := read(o)
	return want == "" && len(tuple.scheme) <= maxScheme
}

// split cuts a text where the parts of an origin meet. Scheme and host may still be anything; the port is in order.
func split(o string) (scheme, host string, port uint16, ok bool) {
	colon := strings.IndexByte(o, ':')
	if colon < 0 || !strings.HasPrefix(o[colon:], "://") {
		return "", "", 0, false
	}
	scheme, host = o[:colon], o[colon+3:]
	unwritten := DefaultPort(scheme)
	at := len(host)
	for at > 0 && '0' <= host[at-1] && host[at-1] <= '9' {
		at--
	}
	if at == 0 || host[at-1] != ':' {
		return scheme, host, uint16(unwritten), true //nolint:gosec // a port
	}
	n, ok := parsePort(host[at:])
	return scheme, host[:at-1], uint16(n), ok && n != unwritten //nolint:gosec // used only if ok
}

func (p Pattern) matchesHost(host string) bool {
	if p.kind == wholeHost {
		return host == p.after
	}
	own, ok := strings.CutSuffix(host, p.after)
	if !ok || len(host) > maxHost {
		return false
	}
	if p.kind == inLabel {
		return strings.HasPrefix(own, p.before) && isWithinLabel(host, len(p.before), len(own))
	}
	return p.kind == anyLabels && areLabels(own) || p.kind == oneLabel && isLabel(own)
}

// areLabels reports whether text is one label or several.
func areLabels(text string) bool {
	start := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '.':
			if i == start || i-start > maxLabel {
				return false
			}
			start = i + 1
		case !isHostByte(c):
			return false
		}
	}
	return start < len(text) && len(text)-start <= maxLabel
}

func isLabel(text string) bool { return strings.IndexByte(text, '.') < 0 && areLabels(text) }

// isWithinLabel reports whether a wildcard inside a label may stand for host[from:to], which the label's own letters
// surround.
func isWithinLabel(host string, from, to int) bool {
	if from >= to {
		return false
	}
	for i := from; i < to; i++ {
		if c := host[i]; c == '_' || !isHostByte(c) {
			return false
		}
	}
	return strings.IndexByte(host, '.') <= maxLabel
}

// Covers reports whether every origin that q holds is one that p holds. It compares the sets, not the spelling.
func (p Pattern) Covers(q Pattern) bool {
	switch {
	case q.kind == nothing || p.kind == everything:
		return true
	case p.kind <= opaqueOnly || q.kind <= opaqueOnly:
		return p == q
	}
	return p.scheme == q.scheme && p.ports.covers(q.ports) && p.coversHosts(q)
}

// coversHosts relies on wildcards having room for a label of full length and within one for a byte: see readHost.
func (p Pattern) coversHosts(q Pattern) bool {
	if q.kind == wholeHost {
		return p.matchesHost(q.after)
	}
	rest := fromDot(q.after)
	if p.kind == anyLabels {
		return strings.HasSuffix(rest, p.after)
	}
	if p.kind == oneLabel {
		return rest == p.after && q.kind != anyLabels
	}
	before, startsAlike := strings.CutPrefix(q.before, p.before)
	after, endsAlike := strings.CutSuffix(q.after, p.after)
	return p.kind == inLabel && q.kind == inLabel && rest == fromDot(p.after) && startsAlike && endsAlike && !strings.Contains(before+after, "_")
}
