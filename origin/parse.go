package origin

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// A SyntaxError says where a text stops being a serialized origin and what was expected there.
type SyntaxError struct {
	Text   string // the whole text
	Offset int    // in bytes
	Want   string // what should stand there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("origin %q, byte %d: want %s", e.Text, e.Offset, e.Want)
}

// Parse reads a serialized origin, or "null" as a fresh opaque origin. It is strict: what it accepts, it writes back
// byte for byte. So upper case, paths, a trailing slash, user information, a default port and non-canonical addresses
// are errors of type *[SyntaxError].
//
// Spec: https://fetch.spec.whatwg.org/#serialized-origin
func Parse(text string) (Origin, error) {
	if text == "null" {
		return NewOpaque(), nil
	}
	fail := func(at int, want string) (Origin, error) {
		return Origin{}, &SyntaxError{Text: text, Offset: at, Want: want}
	}
	end := schemeEnd(text)
	if end == 0 {
		return fail(0, "a scheme in lower case, such as https")
	}
	if !strings.HasPrefix(text[end:], "://") {
		return fail(end, `"://" after the scheme`)
	}
	scheme, at := text[:end], end+3
	host, err := hostEnd(text, at)
	if err != nil {
		return Origin{}, err
	}
	o := Origin{scheme: scheme, host: text[at:host], port: DefaultPort(scheme)}
	if host == len(text) {
		return o, nil
	}
	if text[host] != ':' {
		return fail(host, "the end, or a colon and a port: an origin has no path, no query and no trailing slash")
	}
	port, ok := parsePort(text[host+1:])
	if !ok {
		return fail(host+1, "a port from 0 to 65535 without leading zeros")
	}
	if port == 0 && DefaultPort(scheme) == 0 {
		return fail(host+1, "a port from 1 to 65535: without a default port, 0 stands for none")
	}
	if port == DefaultPort(scheme) {
		return fail(host, "no port: "+strconv.Itoa(port)+" is the default of "+scheme+" and browsers leave it out")
	}
	o.port = port
	return o, nil
}

// schemeEnd is the length of the scheme text starts with: lower-alpha *( lower-alphanum / "+" / "-" / "." ).
func schemeEnd(text string) int {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(text)
}

// hostEnd finds where the host that starts at ends.
func hostEnd(text string, at int) (int, error) {
	if at < len(text) && text[at] == '[' {
		n := strings.IndexByte(text[at:], ']')
		if n < 0 {
			return 0, &SyntaxError{text, len(text), `"]" after the IPv6 address`}
		}
		inner := text[at+1 : at+n]
		addr, err := netip.ParseAddr(inner)
		if err != nil || !addr.Is6() || addr.Zone() != "" || serializeIPv6(addr) != inner {
			return 0, &SyntaxError{text, at + 1, "an IPv6 address in its shortest form, lower case, without a zone"}
		}
		return at + n + 1, nil
	}
	end, label := at, at
	for ; end < len(text); end++ {
		c := text[end]
		if c == '.' {
			if end == label {
				return 0, &SyntaxError{text, end, "a host label before the dot"}
			}
			label = end + 1
			continue
		}
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			break
		}
	}
	if end == at || end < len(text) && isMisplaced(text[end]) {
		return 0, &SyntaxError{text, end, "a host in lower-case ASCII"}
	}
	if end-at > 254 {
		return 0, &SyntaxError{text, at + 254, "a host of at most 254 bytes"}
	}
	// A host whose last label is a number is an IPv4 address to every URL parser, so it must be a canonical one.
	if last := lastLabel(text[at:end]); isNumber(last) {
		if _, ok := parseIPv4(text[at:end]); !ok {
			return 0, &SyntaxError{text, at, "four decimal numbers from 0 to 255: a host ending in a number is an IPv4 address"}
		}
	}
	return end, nil
}

// isMisplaced: bytes that people write within a host, so that what is wrong with them is not where the host ends.
func isMisplaced(c byte) bool {
	return 'A' <= c && c <= 'Z' || c >= 0x80 || c == '*' || c == '%'
}

func lastLabel(host string) string {
	host = strings.TrimSuffix(host, ".")
	return host[strings.LastIndexByte(host, '.')+1:]
}

// isNumber: digits only, or 0x and hexadecimal digits.
func isNumber(label string) bool {
	if label == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(rest, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

func parseIPv4(host string) (addr uint32, ok bool) {
	rest := host
	for i := range 4 {
		part, tail, more := strings.Cut(rest, ".")
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || more != (i < 3) || len(part) > 1 && part[0] == '0' {
			return 0, false
		}
		addr, rest = addr<<8|uint32(n), tail
	}
	return addr, true
}

func parsePort(text string) (port int, ok bool) {
	if text == "" || len(text) > 5 || len(text) > 1 && text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.Atoi(text)
	return n, n <= 65535
}

// serializeIPv6 writes an address as URLs do: like netip, but a mapped IPv4 tail in hexadecimal.
func serializeIPv6(addr netip.Addr) string {
	if !addr.Is4In6() {
		return addr.String()
	}
	b := addr.As16()
	return "::ffff:" + strconv.FormatUint(uint64(b[12])<<8|uint64(b[13]), 16) + ":" + strconv.FormatUint(uint64(b[14])<<8|uint64(b[15]), 16)
}
