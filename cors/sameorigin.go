package cors

import (
	"net/http"
	"strings"

	"github.com/corscope/corscope/wire"
)

// fromSameOrigin reports whether a page of this very server asks. Such requests carry Origin, if their method is not GET
// or HEAD, and need nobody's leave.
//
// What the browser says by Sec-Fetch-Site holds. Browsers of before 2023 do not say it: there the host of Origin is compared
// with the one that was asked, as [http.CrossOriginProtection] does, and the scheme is not known, as TLS may end in
// front of us. It takes no allocation, and no longer for a longer Origin.
func fromSameOrigin(r *http.Request) bool {
	if site := r.Header["Sec-Fetch-Site"]; len(site) > 0 && site[0] != "" {
		return site[0] == "same-origin" || site[0] == "none"
	}
	lines := r.Header[wire.Origin]
	if len(lines) != 1 || r.Host == "" {
		return false
	}
	scheme, found := strings.CutSuffix(lines[0], r.Host)
	return found && (scheme == "https://" || scheme == "http://")
}
