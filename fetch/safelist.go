package fetch

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/wire"
)

// The limits of CORS-safelisted request-headers, in bytes.
const (
	safelistValueLimit = 128
	safelistTotalLimit = 1024
)

// IsCORSSafelistedRequestHeader reports whether a header may go to another origin without asking first. The value
// counts as much as the name.
//
// Spec: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
func IsCORSSafelistedRequestHeader(name, value string) bool {
	return isSafelisted(name, value, Standard)
}

func isSafelisted(name, value string, p Profile) bool {
	// 1: the length of the value.
	if len(value) > safelistValueLimit {
		return false
	}
	// 2: by name.
	switch {
	case wire.EqualFold(name, "accept"):
		return !hasUnsafeByte(value, p)
	case wire.EqualFold(name, "accept-language"), wire.EqualFold(name, "content-language"):
		return strings.IndexFunc(value, isNotLanguage) < 0
	case wire.EqualFold(name, "content-type"):
		if hasUnsafeByte(value, p) || endsInEmptyParameter(value) && p.has(quirkEmptyParameter) ||
			strings.Contains(value, ",") && p.has(quirkComma) {
			return false
		}
		switch essence, _ := mimeEssence(value); essence {
		case "application/x-www-form-urlencoded", "multipart/form-data", "text/plain":
			return true
		}
		return false
	case wire.EqualFold(name, "range"):
		start, end, ok := parseSingleRange(value)
		switch {
		case reaches("9223372036854775807", start, end) && p.has(quirkRangeSigned):
			return false
		case reaches("18446744073709551616", start, end) && p.has(quirkRangeUnsigned):
			return false
		}
		return ok && start != ""
	}
	return p.has(quirkClientHints) && isClientHint(name, value)
}

// isNotLanguage: everything but 0-9 A-Z a-z and the bytes SP * , - . ; =
func isNotLanguage(r rune) bool {
	switch {
	case '0' <= r && r <= '9', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
		return false
	}
	return !strings.ContainsRune(" *,-.;=", r)
}

// hasUnsafeByte looks for a CORS-unsafe request-header byte. Bytes from 0x80 on are not among them in the standard.
//
// Spec: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
func hasUnsafeByte(value string, p Profile) bool {
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c < 0x20 && c != '\t' || c == 0x7F || strings.IndexByte(`"():<>?@[\]{}`, c) >= 0 {
			return true
		}
		if c >= 0x80 && p.has(quirkNonASCIIUnsafe) {
			return true
		}
	}
	return false
}

// endsInEmptyParameter: a semicolon at the end that is not the only one.
func endsInEmptyParameter(value string) bool {
	return strings.HasSuffix(strings.TrimRight(value, "\t "), ";") && strings.Count(value, ";") > 1
}

// mimeEssence parses a MIME type and gives its lower-case type/subtype. Parameters can never make it fail.
//
// Spec: https://mimesniff.spec.whatwg.org/#parse-a-mime-type
func mimeEssence(value string) (essence string, ok bool) {
	value = strings.Trim(value, "\t\n\r ")
	kind, rest, found := strings.Cut(value, "/")
	if !found || !wire.IsToken(kind) {
		return "", false
	}
	subtype, _, _ := strings.Cut(rest, ";")
	subtype = strings.TrimRight(subtype, "\t\n\r ")
	if !wire.IsToken(subtype) {
		return "", false
	}
	return wire.Lower(value[:len(kind)+1+len(subtype)]), true
}

// extractMIMEType is the essence of a response's type: of several values the last that is one, and is not "*/*".
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
func extractMIMEType(h wire.Header) (essence string, ok bool) {
	for _, value := range h.GetDecodeAndSplit(wire.ContentType) {
		if e, valid := mimeEssence(value); valid && e != "*/*" {
			essence, ok = e, true
		}
	}
	return essence, ok
}

// parseSingleRange parses a single range header value, whitespace not allowed. The numbers stay digits: they may be
// longer than any integer.
//
// Spec: https://fetch.spec.whatwg.org/#simple-range-header-value
func parseSingleRange(value string) (start, end string, ok bool) {
	rest, found := strings.CutPrefix(value, "bytes=")
	if !found {
		return "", "", false
	}
	start, end, found = strings.Cut(rest, "-")
	if !found || !isDigits(start) || !isDigits(end) || start == "" && end == "" {
		return "", "", false
	}
	if start != "" && end != "" && compareDigits(start, end) > 0 {
		return "", "", false
	}
	return start, end, true
}

// reaches: one of the numbers is limit or more.
func reaches(limit string, numbers ...string) bool {
	for _, n := range numbers {
		if compareDigits(n, limit) >= 0 {
			return true
		}
	}
	return false
}

// isDigits: ASCII digits only, or nothing.
func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// compareDigits compares two decimal numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// CORSUnsafeRequestHeaderNames lists the names of the headers that need a preflight: lower case, sorted, each once.
// Safelisted headers join them once their values together exceed 1024 bytes.
//
// Spec: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
func CORSUnsafeRequestHeaderNames(h wire.Header) []string {
	return unsafeNames(h, Standard)
}

func unsafeNames(h wire.Header, p Profile) []string {
	if p.has(quirkJudgeCombined) {
		h = combined(h)
	}
	// 1–3: what is unsafe by itself, and how many bytes the rest adds up to.
	var names []string
	safe, total := 0, 0
	for _, f := range h {
		if isSafelisted(f.Name, f.Value, p) {
			safe++
			total += len(f.Value)
			continue
		}
		names = append(names, wire.Lower(f.Name))
	}
	// 4–5: too many safe bytes are unsafe.
	if total > safelistTotalLimit && !p.has(quirkNoTotalLimit) {
		for _, f := range h {
			if isSafelisted(f.Name, f.Value, p) {
				names = append(names, wire.Lower(f.Name))
			}
		}
	}
	// 6: a sorted lower-case set.
	if len(names) > 1 {
		slices.Sort(names)
		if !p.has(quirkNamesRepeated) {
			names = slices.Compact(names)
		}
	}
	return names
}

// combined merges fields of one name, as the network code of some browsers sees them.
func combined(h wire.Header) wire.Header {
	merged := make(wire.Header, 0, len(h))
	for _, f := range h {
		merged.Combine(f.Name, f.Value)
	}
	return merged
}

// IsNoCORSSafelistedRequestHeader reports whether mode no-cors carries the header.
//
// Spec: https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
func IsNoCORSSafelistedRequestHeader(name, value string) bool {
	return isNoCORSSafelisted(name, value, Standard)
}

func isNoCORSSafelisted(name, value string, p Profile) bool {
	switch wire.Lower(name) {
	case "accept", "accept-language", "content-language", "content-type":
		return isSafelisted(name, value, p)
	}
	return false
}
