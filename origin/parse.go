package origin

import (
	"encoding/binary"
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
	o, at, want := read(text)
	if want == wantNoPort {
		want = "no port: " + strconv.Itoa(o.port) + " is the default of " + o.scheme + " and browsers leave it out"
	}
	if want != "" {
		return Origin{}, &SyntaxError{Text: text, Offset: at, Want: want}
	}
	return o, nil
}

const wantNoPort = "no port"

// read reads a serialized tuple origin. It stops where something else should stand, and wants that. It allocates
// nothing, so that a server may ask it about whatever strangers send.
func read(text string) (o Origin, at int, want string) {
	end := schemeEnd(text)
	if end == 0 {
		return o, 0, "a scheme in lower case, such as https"
	}
	if !strings.HasPrefix(text[end:], "://") {
		return o, end, `"://" after the scheme`
	}
	scheme, at := text[:end], end+3
	host, stop, want := hostEnd(text, at)
	if want != "" {
		return o, stop, want
	}
	o = Origin{scheme: scheme, host: text[at:host], port: DefaultPort(scheme)}
	if host == len(text) {
		return o, host, ""
	}
	if text[host] != ':' {
		return o, host, "the end, or a colon and a port: an origin has no path, no query and no trailing slash"
	}
	port, ok := parsePort(text[host+1:])
	if !ok {
		return o, host + 1, "a port from 0 to 65535 without leading zeros"
	}
	if port == 0 && DefaultPort(scheme) == 0 {
		return o, host + 1, "a port from 1 to 65535: without a default port, 0 stands for none"
	}
	if port == DefaultPort(scheme) {
		return o, host, wantNoPort
	}
	o.port = port
	return o, len(text), ""
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

// hostEnd finds where the host that starts at ends, or stops where something else should stand.
func hostEnd(text string, at int) (end, stop int, want string) {
	if at < len(text) && text[at] == '[' {
		n := strings.IndexByte(text[at:], ']')
		if n < 0 {
			return 0, len(text), `"]" after the IPv6 address`
		}
		if !isIPv6(text[at+1 : at+n]) {
			return 0, at + 1, "an IPv6 address in its shortest form, lower case, without a zone"
		}
		return at + n + 1, 0, ""
	}
	end, label := at, at
	for ; end < len(text); end++ {
		c := text[end]
		if c == '.' {
			if end == label {
				return 0, end, "a host label before the dot"
			}
			label = end + 1
			continue
		}
		if !isHostByte(c) {
			break
		}
	}
	if end == at || end < len(text) && isMisplaced(text[end]) {
		return 0, end, "a host in lower-case ASCII"
	}
	if end-at > 254 {
		return 0, at + 254, "a host of at most 254 bytes"
	}
	// A host whose last label is a number is an IPv4 address to every URL parser, so it must be a canonical one.
	if last := lastLabel(text[at:end]); isNumber(last) {
		if _, ok := parseIPv4(text[at:end]); !ok {
			return 0, at, "four decimal numbers from 0 to 255: a host ending in a number is an IPv4 address"
		}
	}
	return end, 0, ""
}

// isHostByte: what a label may hold.
func isHostByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
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
	if label == "" || label[0] < '0' || label[0] > '9' {
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
		n, ok := parsePort(part) // a number of its kind, but smaller
		if !ok || n > 255 || more != (i < 3) {
			return 0, false
		}
		addr, rest = addr<<8|uint32(n), tail //nolint:gosec // below 256
	}
	return addr, true
}

func parsePort(text string) (port int, ok bool) {
	if text == "" || text[0] < '0' || text[0] > '9' || len(text) > 5 || len(text) > 1 && text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.Atoi(text)
	return n, n <= 65535
}

// isIPv6 reports whether text is an address as URLs write it. The reading is loose and the writing is not: what is no
// address, or is not in its shortest form, does not come back as it was.
func isIPv6(text string) bool {
	var b [16]byte
	n, gap := 0, -1 // the bytes that are filled, and where "::" stands
	for rest := text; rest != ""; {
		if tail, ok := strings.CutPrefix(rest, "::"); ok && gap < 0 {
			gap, rest = n, tail
			continue
		}
		group, tail := strings.TrimPrefix(rest, ":"), ""
		if i := strings.IndexByte(group, ':'); i >= 0 {
			group, tail = group[:i], group[i:]
		}
		v, ok := parseHex(group)
		if !ok || n == len(b) {
			return false
		}
		binary.BigEndian.PutUint16(b[n:], v)
		n, rest = n+2, tail
	}
	if gap >= 0 {
		copy(b[len(b)-(n-gap):], b[gap:n])
		clear(b[gap : len(b)-(n-gap)])
	}
	var room [len("1111:2222:3333:4444:5555:6666:7777:8888")]byte
	return string(appendIPv6(room[:0], netip.AddrFrom16(b))) == text
}

func parseHex(text string) (v uint16, ok bool) {
	for _, c := range []byte(text) {
		switch {
		case '0' <= c && c <= '9':
			v = v<<4 | uint16(c-'0')
		case 'a' <= c && c <= 'f':
			v = v<<4 | uint16(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, text != "" && len(text) <= 4
}

// appendIPv6 writes an address as URLs do: like netip, but a mapped IPv4 tail in hexadecimal.
func appendIPv6(to []byte, addr netip.Addr) []byte {
	if !addr.Is4In6() {
		return addr.AppendTo(to)
	}
	b := addr.As16()
	to = append(to, "::ffff:"...)
	to = strconv.AppendUint(to, uint64(b[12])<<8|uint64(b[13]), 16)
	to = append(to, ':')
	return strconv.AppendUint(to, uint64(b[14])<<8|uint64(b[15]), 16)
}
