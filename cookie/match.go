package cookie

import (
	"net/netip"
	"strings"
)

// domainMatches reports whether host is domain or a name under it. An address has no names under it.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.3
func domainMatches(host, domain string) bool {
	if host == domain {
		return true
	}
	above, ok := strings.CutSuffix(host, domain)
	return ok && domain != "" && strings.HasSuffix(above, ".") && !isAddress(host)
}

// domainsAbove lists the domains host matches: itself, and every name above it.
func domainsAbove(host string) []string {
	domains := []string{host}
	if isAddress(host) {
		return domains
	}
	for {
		_, above, ok := strings.Cut(host, ".")
		if !ok || above == "" {
			return domains
		}
		domains = append(domains, above)
		host = above
	}
}

// isAddress reports whether a canonical host is an IP address.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || strings.HasPrefix(host, "[")
}

// defaultPath is the directory of the request's path.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.4
func defaultPath(path string) string {
	last := strings.LastIndexByte(path, '/')
	if last <= 0 || path[0] != '/' {
		return "/"
	}
	return path[:last]
}

// pathMatches reports whether a cookie for the path of goes along with a request for path.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.4
func pathMatches(path, of string) bool {
	rest, ok := strings.CutPrefix(path, of)
	return ok && (rest == "" || strings.HasSuffix(of, "/") || rest[0] == '/')
}
