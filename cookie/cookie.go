// Package cookie is the browser's cookie store: what a response may leave there, what a request takes along, and why a
// cookie stayed home. It follows RFC 6265bis with its name prefixes, adds cookies partitioned by top-level site (CHIPS)
// and what browsers do to third-party cookies.
//
// A [Jar] holds the cookies, a [Context] says which request is being made and by which page, and a [Policy] says how
// one browser treats cookies. [Jar.Header] and [Jar.Store] are the two things a browser does with the three.
package cookie

import (
	"strconv"
	"strings"
	"time"
)

// SameSite is the cookie's SameSite attribute in its usual spelling. An attribute with any other value counts as
// unset.
type SameSite string

// The values of SameSite. What an unset one means depends on [Policy.LaxByDefault].
const (
	SameSiteUnset  SameSite = ""
	SameSiteNone   SameSite = "None"
	SameSiteLax    SameSite = "Lax"
	SameSiteStrict SameSite = "Strict"
)

// A Cookie is one cookie, as [Parse] reads it from a line or as a [Jar] keeps it.
//
// Parsed, Domain and Path are what the attributes say, and empty where the request decides. Kept, both are filled in.
type Cookie struct {
	Name  string // may be empty: such a cookie is sent as its value alone
	Value string // quotes are part of it

	Domain   string // lower-case ASCII, no leading dot
	HostOnly bool   // sent to Domain itself only, not to names under it
	Path     string // starts with a slash

	Secure      bool
	HTTPOnly    bool
	Partitioned bool // asks for a jar of its own under every top-level site
	SameSite    SameSite

	Expires time.Time     // zero: until the browser closes
	MaxAge  time.Duration // parsed only, and stronger than Expires; 0: none given, negative: expires at once

	// Partition is the top-level site the cookie is kept apart by, such as "https://example.com"; empty for a cookie
	// that is sent under any. Kept only.
	Partition string

	Created, LastAccess time.Time // kept only
}

// httpDate is how HTTP writes a date, in UTC.
const httpDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// String writes c as the value of a Set-Cookie header. [Parse] reads it back to the same attributes.
func (c Cookie) String() string {
	var b strings.Builder
	b.WriteString(c.Name + "=" + c.Value)
	if !c.HostOnly && c.Domain != "" {
		b.WriteString("; Domain=")
		if strings.IndexByte(". \t", c.Domain[0]) >= 0 {
			b.WriteByte('.') // Parse takes one dot away, and blanks if they come first
		}
		b.WriteString(c.Domain)
	}
	if c.Path != "" {
		b.WriteString("; Path=" + c.Path)
	}
	if !c.Expires.IsZero() {
		b.WriteString("; Expires=" + c.Expires.UTC().Format(httpDate))
	}
	if c.MaxAge != 0 {
		// Part of a second still lives; what is over is written as 0.
		seconds := max(0, (c.MaxAge+time.Second-1)/time.Second)
		b.WriteString("; Max-Age=" + strconv.FormatInt(int64(seconds), 10))
	}
	if c.Secure {
		b.WriteString("; Secure")
	}
	if c.HTTPOnly {
		b.WriteString("; HttpOnly")
	}
	if c.SameSite != SameSiteUnset {
		b.WriteString("; SameSite=" + string(c.SameSite))
	}
	if c.Partitioned {
		b.WriteString("; Partitioned")
	}
	return b.String()
}
