package origin

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// A Site is what cookies and caches are kept apart by: a scheme and a registrable domain, or an opaque origin.
// The zero Site belongs to no page.
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#site
type Site struct {
	scheme string
	host   string
	opaque *opaque
}

// SiteOf gives the site o belongs to: its own for an opaque origin, else its scheme and registrable domain, or its
// host where it has none (an address, a public suffix).
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
func SiteOf(o Origin) Site {
	if o.IsOpaque() {
		return Site{opaque: o.opaque}
	}
	host := o.host
	if d := RegistrableDomain(host); d != "" {
		host = d
	}
	return Site{scheme: o.scheme, host: host}
}

// String writes the site as browsers show it: "https://example.com" or "null".
func (s Site) String() string {
	if s.scheme == "" {
		return "null"
	}
	return s.scheme + "://" + s.host
}

// IsOpaque reports whether s is the site of an opaque origin.
func (s Site) IsOpaque() bool { return s.scheme == "" }

// SameSite reports whether a and b are schemefully same site: sub.example.com and example.com are, http and https
// versions of one host are not.
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#same-site
func SameSite(a, b Origin) bool {
	if a.IsOpaque() || b.IsOpaque() {
		return a.SameOrigin(b)
	}
	return a.scheme == b.scheme && SchemelesslySameSite(a, b)
}

// SchemelesslySameSite is [SameSite] without regard to the scheme, as the cross-origin resource policy check wants it.
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site
func SchemelesslySameSite(a, b Origin) bool {
	if a.IsOpaque() || b.IsOpaque() {
		return a.SameOrigin(b)
	}
	if a.host == b.host {
		return true
	}
	if lastLabel(a.host) != lastLabel(b.host) { // spares most pairs the list of suffixes
		return false
	}
	d := RegistrableDomain(a.host)
	return d != "" && d == RegistrableDomain(b.host)
}

// RegistrableDomain is the public suffix of host and one label more, or "" where there is none: for an address, and
// for a public suffix itself.
//
// Spec: https://url.spec.whatwg.org/#host-registrable-domain
func RegistrableDomain(host string) string {
	if host == "" || isAddress(host) {
		return ""
	}
	bare := strings.TrimSuffix(host, ".")
	d, err := publicsuffix.EffectiveTLDPlusOne(bare)
	if err != nil {
		return ""
	}
	return d + host[len(bare):]
}

// IsPublicSuffix reports whether host is a name under which anybody may register: "com", "co.uk", "github.io".
// A single label that no list knows ("localhost", "intranet") counts as one.
func IsPublicSuffix(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if host == "" || isAddress(host) {
		return false // nobody registers under an address, though a suffix list gives it back whole
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}

func isAddress(host string) bool {
	_, v4 := parseIPv4(host)
	return v4 || strings.HasPrefix(host, "[")
}
