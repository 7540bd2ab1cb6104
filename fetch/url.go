package fetch

import (
	"fmt"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/corscope/corscope/origin"
)

// A URL is a URL record as browsers parse it: lower-case punycode host, default ports gone, IPv4 shorthands written
// out. It does not change.
//
// Spec: https://url.spec.whatwg.org/#concept-url
type URL struct {
	record *whatwg.Url
	href   string // without the fragment
	hash   string // the fragment with its "#", empty where there is none
	scheme string
	host   string
	path   string
	query  string
	origin origin.Origin
}

var parser = whatwg.NewParser()

// ParseURL reads an absolute URL.
//
// Spec: https://url.spec.whatwg.org/#concept-url-parser
func ParseURL(text string) (*URL, error) {
	record, err := parser.Parse(text)
	if err == nil {
		err = signedAddress(record, text)
	}
	if err != nil {
		return nil, fmt.Errorf("URL %q: %w", text, err)
	}
	return newURL(record), nil
}

// Resolve reads a URL relative to u, as a Location header is read.
func (u *URL) Resolve(reference string) (*URL, error) {
	record, err := parser.ParseRef(u.String(), reference)
	if err == nil {
		err = signedAddress(record, reference)
	}
	if err != nil {
		return nil, fmt.Errorf("URL %q against %q: %w", reference, u, err)
	}
	return newURL(record), nil
}

// signedAddress refuses what the parser takes for an IPv4 address though it has a sign in it: "-1.2.3.4".
//
// Deviates: where only the last label has the sign, as in "http://-1", the standard has a domain; no such name can be
// registered.
func signedAddress(record *whatwg.Url, text string) error {
	if !record.IsIPv4() {
		return nil
	}
	_, authority, found := strings.Cut(strings.ReplaceAll(text, `\`, "/"), "//")
	if !found {
		return nil
	}
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	if host := authority[strings.LastIndexByte(authority, '@')+1:]; strings.ContainsAny(host, "+-") {
		return fmt.Errorf("host %q is no IPv4 address", host)
	}
	return nil
}

func newURL(record *whatwg.Url) *URL {
	u := &URL{
		record: record,
		href:   record.Href(true),
		scheme: record.Scheme(),
		host:   record.Hostname(),
		path:   record.Pathname(),
		query:  record.Query(),
	}
	u.hash = record.Href(false)[len(u.href):]
	u.origin = u.makeOrigin()
	return u
}

// makeOrigin: tuples for the network schemes, the inner URL's origin for blob, opaque otherwise.
//
// Spec: https://url.spec.whatwg.org/#concept-url-origin
func (u *URL) makeOrigin() origin.Origin {
	switch u.scheme {
	case "http", "https", "ws", "wss", "ftp":
		if u.record.Port() == "0" { // which New would take for the default
			if o, err := origin.Parse(u.scheme + "://" + u.host + ":0"); err == nil {
				return o
			}
		}
		port := 0
		if u.record.Port() != "" {
			port = u.record.DecodedPort()
		}
		return origin.New(u.scheme, u.host, port)
	case "blob":
		if inner, err := ParseURL(u.path); err == nil && (inner.scheme == "http" || inner.scheme == "https") {
			return inner.origin
		}
	}
	return origin.NewOpaque()
}

// String serializes u with its fragment.
func (u *URL) String() string {
	return u.href + u.hash
}

// Href serializes u without its fragment.
func (u *URL) Href() string { return u.href }

// Scheme is the scheme without a colon.
func (u *URL) Scheme() string { return u.scheme }

// Host is the host in ASCII, an IPv6 address in brackets, without the port.
func (u *URL) Host() string { return u.host }

// Path is the path, from its slash.
func (u *URL) Path() string { return u.path }

// Origin is the origin u belongs to; an opaque one for data:, file: and the like, the same at every call.
//
// Spec: https://url.spec.whatwg.org/#concept-url-origin
func (u *URL) Origin() origin.Origin { return u.origin }

// IncludesCredentials reports whether u holds a user name or a password.
//
// Spec: https://url.spec.whatwg.org/#include-credentials
func (u *URL) IncludesCredentials() bool {
	return u.record.Username() != "" || u.record.Password() != ""
}

// isHTTP reports whether the scheme is an HTTP(S) scheme.
//
// Spec: https://fetch.spec.whatwg.org/#http-scheme
func (u *URL) isHTTP() bool { return u.scheme == "http" || u.scheme == "https" }

// withFragmentOf is u with the fragment of another URL.
func (u *URL) withFragmentOf(other *URL) *URL {
	with := *u
	with.hash = other.hash
	return &with
}

// withScheme is u with another scheme: what HSTS and upgrades do. A port that was the old scheme's default stays away.
func (u *URL) withScheme(scheme string) *URL {
	record := u.record.Clone()
	record.SetProtocol(scheme)
	return newURL(record)
}

// requestTarget is what stands in the request line.
func (u *URL) requestTarget() string {
	_, rest, _ := strings.Cut(u.href, "://")
	return rest[strings.IndexByte(rest, '/'):] // an http URL has a path, if only a slash
}
