package fetch

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

const specPreflight = specBase + "cors-preflight-fetch-0"

// corsPreflightFetch asks the server whether the request may be made, and keeps a yes in the cache.
//
// Spec: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
func (f *fetching) corsPreflightFetch(need preflightNeed) *response {
	r := f.request
	// 1: client null, credentials same-origin, no body; the URL list goes along, and with it the taint.
	preflight := &request{
		method: "OPTIONS", urls: r.urls, info: r.info, destination: r.destination, origin: r.origin,
		referrer: r.referrer, referrerPolicy: r.referrerPolicy, mode: ModeCORS, tainting: TaintingCORS,
		credentials: CredentialsSameOrigin, redirect: RedirectFollow, redirectCount: r.redirectCount,
		targetAddressSpace: r.targetAddressSpace, client: r.client,
		serialized: r.serializedOrigin(), serializedFor: len(r.urls),
	}
	if f.profile.has(quirkUntaintedPreflight) {
		preflight.overrideOrigin = r.origin.String()
	}
	// 2–5: what it asks. A bare comma, and no space, between the names.
	preflight.header = make(wire.Header, 2, 3)
	preflight.header[0] = wire.Field{Name: "Accept", Value: "*/*"}
	preflight.header[1] = wire.Field{Name: wire.AccessControlRequestMethod, Value: r.method}
	if len(need.names) > 0 {
		preflight.header = append(preflight.header, wire.Field{Name: wire.AccessControlRequestHeaders, Value: listed(need.names)})
	}
	// 6: no service worker, and no redirects.
	resp := f.httpNetworkOrCacheFetch(preflight, transcript.Preflight, false)
	if resp.failed {
		return resp
	}
	closeBody(resp)
	// 7: the answer is judged for the request, so that its credentials mode counts.
	verdict := judgePreflight(r, preflight.serializedOrigin(), need, resp, f.profile)
	if f.judge(transcript.PhasePreflight, f.hop(), resp.exchange, verdict.faults) {
		return networkError
	}
	if verdict.starAuthorization {
		f.note(transcript.PhasePreflight, resp.exchange, transcript.Verdict{
			Code: transcript.StarAuthorization, Subject: wire.AccessControlAllowHeaders, Expected: "authorization", Seen: "*",
			Quirk: quirks[quirkAuthorizationStar].ID, Spec: specPreflight,
		})
	}
	// 7.8–7.15: the cache.
	maxAge := f.maxAge(resp)
	if r.cache != CacheNoStore || !f.profile.has(quirkNoStoreNotKept) {
		f.agent.preflights.store(r, verdict.methods, verdict.headers, maxAge, f.profile, f.agent.now())
	}
	return resp
}

// preflightVerdict is a preflight's answer, read and judged.
type preflightVerdict struct {
	faults            []transcript.Verdict
	methods, headers  []string
	starAuthorization bool // only "*" allows Authorization, and the profile lets it
}

// judgePreflight gives every step at which a preflight's answer fails. The cache stores what it parsed.
//
// Spec: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
func judgePreflight(r *request, requestOrigin string, need preflightNeed, resp *response, p *Profile) (v preflightVerdict) {
	fault := func(code transcript.Code, subject, expected, seen string) {
		v.faults = append(v.faults, transcript.Verdict{Code: code, Subject: subject, Expected: expected, Seen: seen, Spec: specPreflight})
	}
	// 7: the CORS check, and an ok status. A redirect is simply not ok.
	if !r.current().origin.SameOrigin(r.origin) || !p.has(quirkHomePreflightUnchecked) {
		v.faults = corsCheck(requestOrigin, r.credentials, resp.header, p)
	}
	location, leads := resp.header.Get(wire.Location)
	switch {
	case isRedirectStatus(resp.status) && leads:
		fault(transcript.PreflightRedirect, wire.Location, "200 to 299", strings.TrimSpace(strconv.Itoa(resp.status)+" "+location))
	case resp.status < 200 || resp.status > 299:
		fault(transcript.PreflightStatus, "status", "200 to 299", strconv.Itoa(resp.status))
	}
	// 7.1–7.3: one bad token voids a list, even where nothing needs the list.
	methods, methodsErr := resp.header.ExtractTokens(wire.AccessControlAllowMethods)
	headers, headersErr := resp.header.ExtractTokens(wire.AccessControlAllowHeaders)
	if methodsErr != nil {
		fault(transcript.ACAMSyntax, wire.AccessControlAllowMethods, "a list of methods", badItem(methodsErr))
	}
	if headersErr != nil {
		fault(transcript.ACAHSyntax, wire.AccessControlAllowHeaders, "a list of header names", badItem(headersErr))
	}
	// 7.4: a preflight made only for an upload listener is worth keeping.
	if r.useCORSPreflight && methodsErr == nil && len(methods) == 0 && (methods == nil || p.has(quirkEmptyMethodsAbsent)) &&
		(wire.IsCORSSafelistedMethod(r.method) && !needsEntry(r.method, p) || !p.has(quirkUploadNeedsMethod)) {
		methods = []string{r.method}
	}
	include := r.credentials == CredentialsInclude
	// 7.5: the method, exactly as spelled.
	if methodsErr == nil && !slices.Contains(methods, r.method) && !wire.IsCORSSafelistedMethod(r.method) &&
		(include || !slices.Contains(methods, "*")) {
		seen, _ := resp.header.Get(wire.AccessControlAllowMethods)
		fault(transcript.MethodNotAllowed, wire.AccessControlAllowMethods, r.method, seen)
	}
	// 7.6–7.7: the headers. "*" stands for all but Authorization, and only without credentials.
	if headersErr == nil {
		star := !include && slices.Contains(headers, "*")
		for i, name := range need.names {
			if containsFold(headers, name) || i > 0 && name == need.names[i-1] {
				continue
			}
			if star {
				if !wire.IsCORSNonWildcardRequestHeaderName(name) {
					continue
				}
				if p.has(quirkAuthorizationStar) {
					v.starAuthorization = true
					continue
				}
			}
			seen, _ := resp.header.Get(wire.AccessControlAllowHeaders)
			fault(transcript.HeaderNotAllowed, wire.AccessControlAllowHeaders, name, seen)
		}
	}
	v.methods, v.headers = methods, headers
	return v
}

func badItem(err error) string {
	var syntax *wire.SyntaxError
	errors.As(err, &syntax) // ExtractTokens has no other error
	return syntax.Item
}

func containsFold(names []string, name string) bool {
	for _, n := range names {
		if wire.EqualFold(n, name) {
			return true
		}
	}
	return false
}

const defaultMaxAge = 5 * time.Second

// maxAge says how long a preflight's answer is kept: five seconds unless the server says otherwise, at most the
// profile's cap. 0 or less means not at all.
//
// Spec: https://fetch.spec.whatwg.org/#http-access-control-max-age
func (f *fetching) maxAge(resp *response) time.Duration {
	age, problem := parseMaxAge(resp.header, f.profile)
	value, _ := resp.header.Get(wire.AccessControlMaxAge)
	if problem {
		f.note(transcript.PhasePreflight, resp.exchange, transcript.Verdict{
			Code: transcript.MaxAgeSyntax, Subject: wire.AccessControlMaxAge, Expected: "a number of seconds", Seen: value, Spec: specPreflight,
		})
	}
	if limit := f.profile.MaxAgeCap; limit > 0 && age > limit {
		f.note(transcript.PhasePreflight, resp.exchange, transcript.Verdict{
			Code: transcript.MaxAgeCapped, Subject: wire.AccessControlMaxAge,
			Expected: "at most " + strconv.Itoa(int(limit/time.Second)), Seen: value, Spec: specPreflight,
		})
		age = limit
	}
	return age
}

// The longest age kept where nothing caps it: what fits a Duration.
const longestMaxAge = 1<<63 - 1

func parseMaxAge(h wire.Header, p *Profile) (age time.Duration, problem bool) {
	digits, err := h.ExtractDeltaSeconds(wire.AccessControlMaxAge)
	if err != nil {
		values := h.Values(wire.AccessControlMaxAge)
		single := strings.Trim(values[0], "\t ")
		switch {
		case len(values) == 1 && strings.HasPrefix(single, "-") && len(single) > 1 && isDigits(single[1:]) && p.has(quirkMaxAgeNegative):
			return 0, true
		case len(values) == 1 && strings.HasPrefix(single, "+") && len(single) > 1 && isDigits(single[1:]) && p.has(quirkMaxAgeSign):
			digits = single[1:]
		case single != "" && p.has(quirkMaxAgeMalformed):
			return 0, true
		default:
			return defaultMaxAge, true
		}
	}
	if digits == "" {
		return defaultMaxAge, false
	}
	seconds, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		if p.has(quirkMaxAgeOverflow) {
			return defaultMaxAge, true
		}
		return longestMaxAge, problem
	}
	if seconds > int64(longestMaxAge/time.Second) {
		return longestMaxAge, problem
	}
	return time.Duration(seconds) * time.Second, problem
}
