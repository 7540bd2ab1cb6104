package fetch

import (
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// appendFetchMetadata adds the Sec-Fetch- headers, on trustworthy URLs only.
//
// Spec: https://w3c.github.io/webappsec-fetch-metadata/#fetch-metadata-headers
func appendFetchMetadata(r *request, h *wire.Header) {
	if !r.current().origin.IsPotentiallyTrustworthy() {
		return
	}
	destination := r.destination
	if destination == "" {
		destination = "empty"
	}
	*h = append(
		*h,
		wire.Field{Name: "Sec-Fetch-Dest", Value: destination},
		wire.Field{Name: "Sec-Fetch-Mode", Value: string(r.mode)},
		wire.Field{Name: "Sec-Fetch-Site", Value: r.secFetchSite()},
	)
}

// secFetchSite folds the whole chain: one foreign hop marks all that follow.
//
// Spec: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site
func (r *request) secFetchSite() string {
	if r.siteFor != len(r.urls) {
		r.site, r.siteFor = foldSites(r), len(r.urls)
	}
	return r.site
}

func foldSites(r *request) string {
	site := "same-origin"
	for _, u := range r.urls {
		switch {
		case u.origin.SameOrigin(r.origin):
		case origin.SameSite(u.origin, r.origin):
			site = "same-site"
		default:
			return "cross-site"
		}
	}
	return site
}
