// Package origin says who is asking: origins, how they are written, when two of them are the same, and when they
// belong to the same site.
//
// Start with [Parse] for the text of an Origin header, [New] for a scheme, host and port, and [NewOpaque] for a
// sandboxed frame or a data: document. [Origin.SameOrigin] and [SameSite] answer the two questions browsers ask.
//
// A server says whom it allows by patterns: [ParsePattern] reads one, [NewSet] compiles many.
package origin

import (
	"strconv"
	"strings"
)

// An Origin is a tuple origin (scheme, host, port) or an opaque origin.
//
// Origins are values: == compares them as [Origin.SameOrigin] does, but for the zero Origin. The zero Origin is opaque
// and is same origin with nothing, not even itself, so that a forgotten origin denies.
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin
type Origin struct {
	scheme string
	host   string // ASCII, lower case; an IPv6 address keeps its brackets
	port   int    // the effective port; 0 also where the scheme has no default and none was given
	opaque *opaque
}

// opaque has a size so that every new one has its own address.
type opaque struct{ _ byte }

// New makes a tuple origin from parts that are already in a URL's canonical form: scheme and host in lower-case ASCII,
// IPv6 in brackets. Port 0 means the scheme's default.
func New(scheme, host string, port int) Origin {
	if port == 0 {
		port = DefaultPort(scheme)
	}
	return Origin{scheme: scheme, host: host, port: port}
}

// NewOpaque makes a fresh opaque origin: same origin with itself only, and written "null".
func NewOpaque() Origin { return Origin{opaque: new(opaque)} }

// IsOpaque reports whether o has no scheme, host and port. The zero Origin is opaque.
func (o Origin) IsOpaque() bool { return o.scheme == "" }

// Scheme is "https" and the like, without a colon; empty for an opaque origin.
func (o Origin) Scheme() string { return o.scheme }

// Host is the ASCII host, an IPv6 address in brackets; empty for an opaque origin.
func (o Origin) Host() string { return o.host }

// Port is the effective port: the scheme's default where none was written, and 0 where there is no default either.
func (o Origin) Port() int { return o.port }

// SameOrigin reports whether a and b are the same origin: the same opaque origin, or tuples equal in scheme, host and
// port.
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#same-origin
func (o Origin) SameOrigin(b Origin) bool {
	if o.IsOpaque() {
		return o.opaque != nil && o.opaque == b.opaque
	}
	return o == b
}

// String serializes o as it stands in an Origin header: "https://example.com", "http://[::1]:8080", "null".
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
func (o Origin) String() string {
	if o.IsOpaque() {
		return "null"
	}
	if o.port == DefaultPort(o.scheme) {
		return o.scheme + "://" + o.host
	}
	return o.scheme + "://" + o.host + ":" + strconv.Itoa(o.port)
}

// MarshalText writes the serialization, so that origins stand in JSON as people write them.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what [Parse] reads.
func (o *Origin) UnmarshalText(text []byte) error {
	p, err := Parse(string(text))
	if err != nil {
		return err
	}
	*o = p
	return nil
}

// DefaultPort is the port a scheme implies, or 0.
//
// Spec: https://url.spec.whatwg.org/#default-port
func DefaultPort(scheme string) int {
	switch scheme {
	case "http", "ws":
		return 80
	case "https", "wss":
		return 443
	case "ftp":
		return 21
	}
	return 0
}

// IsPotentiallyTrustworthy reports whether browsers count o as delivered securely: https, wss and file schemes, and
// loopback hosts.
//
// Spec: https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-origin
func (o Origin) IsPotentiallyTrustworthy() bool {
	switch o.scheme {
	case "https", "wss", "file":
		return true
	case "":
		return false
	}
	return IsLoopbackHost(o.host)
}

// IsLoopbackHost reports whether host is 127.0.0.0/8, [::1], localhost or a name under localhost.
func IsLoopbackHost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "[::1]" {
		return true
	}
	addr, ok := parseIPv4(host)
	return ok && addr>>24 == 127
}
