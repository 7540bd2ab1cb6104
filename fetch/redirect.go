package fetch

import (
	"fmt"
	"slices"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

const (
	specRedirect  = specBase + "concept-http-redirect-fetch"
	redirectLimit = 20
)

// httpRedirectFetch follows a redirect: it decides what of the request goes along, and main fetch decides the rest
// anew.
//
// Spec: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
func (f *fetching) httpRedirectFetch(resp *response) *response {
	r := f.request
	// 3–10: where to, and whether.
	target, fault := f.redirectTarget(resp)
	if fault != nil {
		closeBody(resp)
		return f.block(transcript.PhaseActual, resp.exchange, *fault)
	}
	if target == nil {
		return resp
	}
	closeBody(resp)
	from := r.current()
	because := ""
	if r.unsafeRequest && len(unsafeNames(r.header, *f.profile)) > 0 {
		r.preflightHabit = true // also on a hop at home, which needs no preflight
	}
	toGET, away := turnsIntoGET(resp.status, r.method), !from.origin.SameOrigin(target.origin)
	bodyHeadersGo := toGET
	if f.profile.has(quirkHeadersReturn) {
		bodyHeadersGo = r.startAgain(resp.status, away)
	}
	// 11: some redirects turn the request into a GET without a body.
	if bodyHeadersGo {
		r.header = slices.DeleteFunc(r.header, isBodyHeader)
	}
	if toGET {
		because = fmt.Sprintf("%d turns %s into GET", resp.status, r.method)
		r.method, r.body = "GET", nil
	}
	if !r.keepsHints(target) && f.profile.has(quirkClientHintsDropped) {
		r.header = slices.DeleteFunc(r.header, isDroppedHint)
	}
	// 12: Authorization is for the origin it was given to.
	if away && r.header.Contains(wire.Authorization) {
		r.header.Delete(wire.Authorization)
		f.note(transcript.PhaseActual, resp.exchange, transcript.Verdict{
			Code: transcript.AuthorizationDropped, Subject: wire.Authorization, Expected: from.origin.String(), Seen: target.origin.String(),
			Spec: specRedirect,
		})
	}
	// 13: a body with a source is sent again as it is; a stream was refused above. 14–16: timing is not modelled.
	f.step("redirect", target.String(), because)
	// 17–18: the new hop.
	r.redirectCount++
	r.urls = append(r.urls, target)
	f.setReferrerPolicyOnRedirect(resp.header)
	if r.tainting == TaintingCORS && RedirectTaint(r.origin, r.urls) != TaintSameOrigin && RedirectTaint(r.origin, r.urls[:len(r.urls)-1]) == TaintSameOrigin {
		f.note(transcript.PhaseActual, resp.exchange, transcript.Verdict{
			Code: transcript.OriginNull, Subject: wire.Origin, Expected: r.origin.String(), Seen: "null",
			Spec: specBase + "serializing-a-request-origin",
		})
	}
	// 19–21: main fetch, again.
	return f.mainFetch()
}

// turnsIntoGET reports whether a redirect of that status makes a GET without a body of the method.
func turnsIntoGET(status int, method string) bool {
	return (status == 301 || status == 302) && method == "POST" || status == 303 && method != "GET" && method != "HEAD"
}

// keepsHints: the tab's own page asks, and is led home.
func (r *request) keepsHints(target *URL) bool {
	return r.origin.SameOrigin(target.origin) && r.client.topLevel().SameOrigin(target.origin)
}

func isBodyHeader(h wire.Field) bool { return wire.IsRequestBodyHeaderName(h.Name) }

// startAgain puts back what the page set, as one engine does at every redirect, and reports whether the headers of a
// body go: that engine asks by the method the page chose. What its preflights name goes by the current one.
func (r *request) startAgain(status int, away bool) (bodyHeadersGo bool) {
	if r.redirectCount == 0 {
		r.given, r.givenMethod = r.header.Clone(), r.method
	}
	r.header, r.named = r.given.Clone(), r.given.Clone()
	if turnsIntoGET(status, r.method) {
		r.named = slices.DeleteFunc(r.named, isBodyHeader)
	}
	if away {
		r.named.Delete(wire.Authorization)
	}
	return turnsIntoGET(status, r.givenMethod)
}

// redirectTarget is where a redirect leads, and why it may not. No target and no fault means that the redirect itself
// is the response.
//
// Spec: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
func (f *fetching) redirectTarget(resp *response) (*URL, *transcript.Verdict) {
	r := f.request
	var target *URL
	fault := func(code transcript.Code, expected, seen string) (*URL, *transcript.Verdict) {
		return target, &transcript.Verdict{Code: code, Subject: wire.Location, Expected: expected, Seen: seen, Spec: specRedirect}
	}
	// 3–5: the location URL.
	location, present, several := f.location(resp.header)
	if !present {
		return nil, nil
	}
	if several {
		return fault(transcript.RedirectLocation, "one Location", location)
	}
	var err error
	if target, err = r.current().Resolve(location); err != nil {
		return fault(transcript.RedirectLocation, "a URL", location)
	}
	if target.hash == "" && r.current().hash != "" {
		target = target.withFragmentOf(r.current())
	}
	// 6: where the network does not lead.
	if !target.isHTTP() {
		return fault(transcript.RedirectScheme, "http or https", target.String())
	}
	// 7–8: twenty are enough.
	if r.redirectCount == redirectLimit {
		return fault(transcript.RedirectLimit, fmt.Sprintf("at most %d redirects", redirectLimit), target.String())
	}
	// 9–10: user information across origins, or on the way home.
	if target.IncludesCredentials() {
		crossOrigin := r.mode == ModeCORS && !r.origin.SameOrigin(target.origin)
		quirky := !crossOrigin && r.tainting != TaintingCORS
		if !quirky || r.takesNoUserinfo(target) && f.profile.has(quirkRedirectUserinfo) {
			_, v := fault(transcript.RedirectUserinfo, "no user name and no password", target.String())
			if quirky {
				v.Quirk = quirks[quirkRedirectUserinfo].ID
			}
			return target, v
		}
	}
	// 11: a stream cannot be sent again.
	if resp.status != 303 && r.body != nil && r.body.stream != nil {
		return fault(transcript.RedirectStream, "303, or a body that can be sent again", fmt.Sprint(resp.status))
	}
	return target, nil
}

// leadsNowhere: a redirect that one engine takes for none.
func (f *fetching) leadsNowhere(h wire.Header) bool {
	location, _ := h.Get(wire.Location)
	return location == "" && f.request.redirect != RedirectManual && f.profile.has(quirkEmptyLocation)
}

// refusedByNetwork is what is wrong with a redirect that the network of some engines refuses, before anybody looks at
// CORS. Nil means nothing.
func (f *fetching) refusedByNetwork(resp *response) *transcript.Verdict {
	if !isRedirectStatus(resp.status) {
		return nil
	}
	target, fault := f.redirectTarget(resp)
	if fault == nil {
		return nil
	}
	follows := f.request.redirect == RedirectFollow
	refused := false
	switch {
	case fault.Code == transcript.RedirectLocation && len(resp.header.Values(wire.Location)) > 1:
		refused = f.profile.has(quirkConflictingLocations)
	case fault.Code == transcript.RedirectLocation && f.profile.has(quirkBrokenLocation):
		refused = true
	case follows && (target == nil || target.scheme == "data" || target.scheme == "javascript"):
		refused = f.profile.has(quirkTargetFirst)
	}
	if !refused {
		return nil
	}
	return fault
}

// takesNoUserinfo: where one engine goes beyond the text, for fetch() that stays at home or asks without CORS.
func (r *request) takesNoUserinfo(target *URL) bool {
	return r.info.Name == ByFetch && (r.mode == ModeNoCORS || r.origin.SameOrigin(target.origin))
}

// location reads the Location header. Several lines are a failure.
//
// Deviates: a value that does not follow the grammar of a URI reference is a failure in the text; here, as in all
// engines, whatever the URL parser takes is a location.
//
// Spec: https://fetch.spec.whatwg.org/#concept-response-location-url
func (f *fetching) location(h wire.Header) (value string, present, several bool) {
	values := h.Values(wire.Location)
	switch len(values) {
	case 0:
		return "", false, false
	case 1:
		return values[0], true, false
	}
	if len(slices.Compact(values)) == 1 && f.profile.has(quirkEqualLocations) {
		return values[0], true, false
	}
	value, _ = h.Get(wire.Location)
	return value, true, true
}
