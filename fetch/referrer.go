package fetch

import (
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A referrer is the page's address, as far as a Referer header may tell it. The zero referrer tells nothing.
type referrer struct {
	origin     origin.Origin
	full, root string
}

// maxReferrer is the length from which on only the origin is told.
const maxReferrer = 4096

// referrerOf is what a page tells of itself: its URL without user information and fragment, or its origin's root.
//
// Spec: https://w3c.github.io/webappsec-referrer-policy/#strip-url
func referrerOf(c *Client) referrer {
	if c.Origin.IsOpaque() {
		return referrer{}
	}
	if c.URL == nil {
		if c.Origin.Scheme() != "http" && c.Origin.Scheme() != "https" {
			return referrer{}
		}
		root := c.Origin.String() + "/"
		return referrer{origin: c.Origin, full: root, root: root}
	}
	if !c.URL.isHTTP() {
		return referrer{}
	}
	r := referrer{origin: c.URL.origin, full: c.URL.href, root: c.URL.origin.String() + "/"}
	if c.URL.IncludesCredentials() {
		record := c.URL.record.Clone()
		record.SetUsername("")
		record.SetPassword("")
		r.full = record.Href(true)
	}
	if len(r.full) > maxReferrer {
		r.full = r.root
	}
	return r
}

// determineReferrer is what the current hop tells of the page.
//
// Spec: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
func determineReferrer(r *request) referrer {
	from := r.referrer
	if from.full == "" {
		return from
	}
	full, root, none := from, referrer{origin: from.origin, full: from.root, root: from.root}, referrer{}
	sameOrigin := from.origin.SameOrigin(r.current().origin)
	downgrade := from.origin.IsPotentiallyTrustworthy() && !r.current().origin.IsPotentiallyTrustworthy()
	switch r.referrerPolicy {
	case NoReferrer:
		return none
	case ReferrerOrigin:
		return root
	case UnsafeURL:
		return full
	case StrictOrigin:
		if !downgrade {
			return root
		}
	case StrictOriginWhenCrossOrigin:
		if sameOrigin {
			return full
		}
		if !downgrade {
			return root
		}
	case ReferrerSameOrigin:
		if sameOrigin {
			return full
		}
	case OriginWhenCrossOrigin:
		if sameOrigin {
			return full
		}
		return root
	case NoReferrerWhenDowngrade:
		if !downgrade {
			return full
		}
	}
	return none
}

// setReferrerPolicyOnRedirect takes over the last policy a redirect names that is one.
//
// Spec: https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect
func (f *fetching) setReferrerPolicyOnRedirect(h wire.Header) {
	tokens, err := h.ExtractTokens("Referrer-Policy")
	if err != nil {
		return
	}
	for _, t := range tokens {
		switch p := ReferrerPolicy(wire.Lower(t)); p {
		case NoReferrer, NoReferrerWhenDowngrade, ReferrerSameOrigin, ReferrerOrigin, StrictOrigin,
			OriginWhenCrossOrigin, StrictOriginWhenCrossOrigin, UnsafeURL:
			f.request.referrerPolicy = p
		}
	}
}
