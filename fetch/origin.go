package fetch

import (
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A Taint says how far a chain of redirects has strayed from the page's origin.
type Taint string

// The values of redirect-taint.
const (
	TaintSameOrigin Taint = "same-origin"
	TaintSameSite   Taint = "same-site"
	TaintCrossSite  Taint = "cross-site"
)

// RedirectTaint walks the URLs a request has been to. A hop from the page's own origin to another leaves no taint; a
// hop from one foreign origin to a different one does, even back home.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
func RedirectTaint(page origin.Origin, urls []*URL) Taint {
	taint := TaintSameOrigin
	for i := 1; i < len(urls); i++ {
		last, next := urls[i-1].origin, urls[i].origin
		if last == next { // also the fast path: the same origin is the same site
			continue
		}
		if !origin.SameSite(next, last) && !origin.SameSite(page, last) {
			return TaintCrossSite
		}
		if !next.SameOrigin(last) && !page.SameOrigin(last) {
			taint = TaintSameSite
		}
	}
	return taint
}

// SerializeRequestOrigin is what stands in the Origin header: the page's origin, or null once redirects have tainted
// the request.
//
// Spec: https://fetch.spec.whatwg.org/#serializing-a-request-origin
func SerializeRequestOrigin(page origin.Origin, urls []*URL) string {
	if RedirectTaint(page, urls) != TaintSameOrigin {
		return "null"
	}
	return page.String()
}

// appendRequestOriginHeader adds Origin where one is due: always for CORS and WebSockets, else for methods that may
// change something, unless the referrer policy blanks it.
//
// Spec: https://fetch.spec.whatwg.org/#append-a-request-origin-header
func (f *fetching) appendRequestOriginHeader(r *request, h *wire.Header) {
	serialized := r.serializedOrigin()
	switch {
	case r.tainting == TaintingCORS, r.mode == ModeWebSocket, r.mode == ModeWebTransport:
		h.Append(wire.Origin, serialized)
	case r.mode == ModeCORS && r.namesOriginAtHome() && f.profile.has(quirkOriginAtHome):
		h.Append(wire.Origin, serialized)
	case r.method != "GET" && r.method != "HEAD":
		if r.mode != ModeCORS && f.blanksOrigin(r) {
			serialized = "null"
		}
		h.Append(wire.Origin, serialized)
	}
}

// namesOriginAtHome: fonts, images, scripts and style sheets, as far as they are loaded with CORS.
func (r *request) namesOriginAtHome() bool {
	switch r.destination {
	case "font", "image", "script", "style", "json":
		return true
	}
	return false
}

// blanksOrigin: the switch on the referrer policy.
func (f *fetching) blanksOrigin(r *request) bool {
	if r.mode == ModeNoCORS && r.urls[0].origin.SameOrigin(r.origin) && !r.origin.SameOrigin(r.current().origin) && f.profile.has(quirkRedirectedPostNull) {
		return true
	}
	blanks := false
	switch r.referrerPolicy {
	case NoReferrerWhenDowngrade, StrictOrigin, StrictOriginWhenCrossOrigin:
		return r.origin.Scheme() == "https" && r.current().scheme != "https"
	case NoReferrer:
		blanks = true
	case ReferrerSameOrigin:
		blanks = !r.origin.SameOrigin(r.current().origin)
	case ReferrerOrigin, OriginWhenCrossOrigin, UnsafeURL:
	}
	return blanks && !(r.mode != ModeNavigate && f.profile.has(quirkNoReferrerKeepsOrigin))
}
