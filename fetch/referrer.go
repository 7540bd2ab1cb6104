package fetch

import "github.com/corscope/corscope/wire"

// determineReferrer is the value of the Referer header, "" for none.
//
// Spec: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
func (f *fetching) determineReferrer(r *request) string {
	if r.referrer == nil || !r.referrer.isHTTP() {
		return ""
	}
	sameOrigin := r.referrer.origin.SameOrigin(r.current().origin)
	downgrade := r.referrer.origin.IsPotentiallyTrustworthy() && !r.current().origin.IsPotentiallyTrustworthy()
	full, root := r.referrer.stripped, r.referrer.origin.String()+"/"
	if len(r.referrer.stripped()) > 4096 {
		full = func() string { return root }
	}
	switch r.referrerPolicy {
	case NoReferrer:
		return ""
	case ReferrerOrigin:
		return root
	case UnsafeURL:
		return full()
	case StrictOrigin:
		if !downgrade {
			return root
		}
	case StrictOriginWhenCrossOrigin:
		if sameOrigin {
			return full()
		}
		if !downgrade {
			return root
		}
	case ReferrerSameOrigin:
		if sameOrigin {
			return full()
		}
	case OriginWhenCrossOrigin:
		if sameOrigin {
			return full()
		}
		return root
	case NoReferrerWhenDowngrade:
		if !downgrade {
			return full()
		}
	}
	return ""
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
