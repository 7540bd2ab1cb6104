package wire

import (
	"fmt"
	"strings"
)

// A SyntaxError says which line of a header does not follow its grammar, where, and what stands there.
type SyntaxError struct {
	Name   string // the header
	Line   int    // which of its lines, from 0
	Offset int    // where in that line's value the offending item starts, in bytes
	Item   string // the offending item, or the whole value
	Want   string
}

func (e *SyntaxError) Error() string {
	where := e.Name
	if e.Line > 0 {
		where += fmt.Sprintf(", line %d", e.Line+1)
	}
	return fmt.Sprintf("%s, byte %d: %q is not %s", where, e.Offset, e.Item, e.Want)
}

// ExtractTokens reads a header that is a comma-separated list of tokens: Access-Control-Allow-Methods, -Allow-Headers,
// -Expose-Headers. It gives nil where the header is absent and a non-nil empty list where it is present but empty.
// Empty elements and blanks round commas are passed over; one bad item in any line voids the whole, with a
// *[SyntaxError] for the first.
//
// Spec: https://fetch.spec.whatwg.org/#extract-header-list-values
func (h Header) ExtractTokens(name string) ([]string, error) {
	var items []string
	line := 0
	for i := range h {
		if !EqualFold(h[i].Name, name) {
			continue
		}
		if items == nil {
			items = make([]string, 0, 1+strings.Count(h[i].Value, ","))
		}
		value := h[i].Value
		for at := 0; at <= len(value); {
			end := at + index(value[at:], ',')
			item, lead := trimBlanks(value[at:end])
			if item != "" {
				if !IsToken(item) {
					return nil, &SyntaxError{name, line, at + lead, item, "a token"}
				}
				items = append(items, item)
			}
			at = end + 1
		}
		line++
	}
	return items, nil
}

// ExtractDeltaSeconds reads a header that is one number of seconds, digits only: Access-Control-Max-Age. The digits
// are returned as they stand, "" where the header is absent: they may be more than any integer holds. A second line,
// a sign, a fraction or anything else is a *[SyntaxError].
//
// Spec: https://fetch.spec.whatwg.org/#extract-header-list-values
func (h Header) ExtractDeltaSeconds(name string) (digits string, err error) {
	seen := 0
	for i := range h {
		if !EqualFold(h[i].Name, name) {
			continue
		}
		value, lead := trimBlanks(h[i].Value)
		if seen > 0 {
			return "", &SyntaxError{name, seen, lead, value, "expected: the header may occur once"}
		}
		if value == "" || strings.Trim(value, "0123456789") != "" {
			return "", &SyntaxError{name, seen, lead, value, "a number of seconds (digits only)"}
		}
		digits = value
		seen++
	}
	return digits, nil
}

// GetDecodeAndSplit splits a header's joined value at commas outside quoted strings and trims each piece; empty pieces
// stay. It gives nil where the header is absent. Timing-Allow-Origin and X-Content-Type-Options are read so; the
// Access-Control lists are not.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split
func (h Header) GetDecodeAndSplit(name string) []string {
	value, ok := h.Get(name)
	if !ok {
		return nil
	}
	pieces := []string{}
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			pieces = append(pieces, strings.Trim(value[start:i], "\t "))
			start = i + 1
		}
	}
	return append(pieces, strings.Trim(value[start:], "\t "))
}

func index(s string, c byte) int {
	if i := strings.IndexByte(s, c); i >= 0 {
		return i
	}
	return len(s)
}

func trimBlanks(s string) (trimmed string, lead int) {
	trimmed = strings.TrimLeft(s, "\t ")
	lead = len(s) - len(trimmed)
	return strings.TrimRight(trimmed, "\t "), lead
}
