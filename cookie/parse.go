package cookie

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/corscope/corscope/wire"
)

// The limits of one cookie, in bytes, and of its life.
const (
	maxPair      = 4096 // name and value together
	maxAttribute = 1024 // one attribute's value
	maxLife      = 400 * 24 * time.Hour
)

// A SyntaxError says why a Set-Cookie line is no cookie at all.
type SyntaxError struct {
	Name   string // the cookie's name, where one could be read
	Offset int    // in bytes
	Reason Reason // ControlCharacter, Empty or TooLong
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Set-Cookie, byte %d: %s", e.Offset, e.Reason.Text())
}

// Parse reads the value of one Set-Cookie header as browsers do: what it does not understand it passes over, and of an
// attribute that comes twice it takes the last. The cookie is not judged here; [Jar.Store] does that. The error is a
// *[SyntaxError]: a control character, nothing before the first semicolon, or a pair over 4096 bytes.
//
// An attribute value over 1024 bytes is passed over, and Max-Age is cut to 400 days.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6
func Parse(line string) (Cookie, error) {
	if at := strings.IndexFunc(line, isControl); at >= 0 {
		return Cookie{}, &SyntaxError{Offset: at, Reason: ControlCharacter}
	}
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, named := strings.Cut(pair, "=")
	if !named {
		name, value = "", pair
	}
	c := Cookie{Name: trim(name), Value: trim(value)}
	switch n := len(c.Name) + len(c.Value); {
	case n == 0:
		return Cookie{}, &SyntaxError{Reason: Empty}
	case n > maxPair:
		return Cookie{}, &SyntaxError{Name: c.Name, Reason: TooLong}
	}
	for more := attributes != ""; more; {
		var attribute string
		attribute, attributes, more = strings.Cut(attributes, ";")
		name, value, _ := strings.Cut(attribute, "=")
		if value = trim(value); len(value) <= maxAttribute {
			c.attribute(trim(name), value)
		}
	}
	c.HostOnly = c.Domain == ""
	return c, nil
}

// attribute takes in one attribute, over an earlier one of the same name.
func (c *Cookie) attribute(name, value string) {
	switch wire.Lower(name) {
	case "expires":
		if t, ok := parseDate(value); ok {
			c.Expires = t
		}
	case "max-age":
		if d, ok := parseMaxAge(value); ok {
			c.MaxAge = d
		}
	case "domain":
		c.Domain = wire.Lower(strings.TrimPrefix(value, "."))
	case "path":
		c.Path = "" // the default path
		if strings.HasPrefix(value, "/") {
			c.Path = value
		}
	case "secure":
		c.Secure = true
	case "httponly":
		c.HTTPOnly = true
	case "partitioned":
		c.Partitioned = true
	case "samesite":
		c.SameSite = SameSiteUnset
		for _, known := range []SameSite{SameSiteNone, SameSiteLax, SameSiteStrict} {
			if wire.EqualFold(value, string(known)) {
				c.SameSite = known
			}
		}
	}
}

// parseMaxAge reads digits, perhaps after a minus sign. Zero and less mean at once.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6.2
func parseMaxAge(value string) (time.Duration, bool) {
	digits, negative := strings.CutPrefix(value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	// More digits than an integer holds are more than the limit.
	seconds, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case negative || err == nil && seconds == 0:
		return -time.Second, true
	case err != nil || seconds > int64(maxLife/time.Second):
		return maxLife, true
	}
	return time.Duration(seconds) * time.Second, true
}

// isControl: the control characters that void a whole line. A tab is a blank.
func isControl(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f }

func trim(s string) string { return strings.Trim(s, " \t") }
