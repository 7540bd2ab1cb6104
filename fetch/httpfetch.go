package fetch

import (
	"strconv"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// httpFetch asks a service worker, or makes the preflight and then the request, and judges the answer.
//
// Spec: https://fetch.spec.whatwg.org/#concept-http-fetch
func (f *fetching) httpFetch(need preflightNeed) *response {
	r := f.request
	var resp *response
	// 3: a service worker may answer. No CORS check runs on what it gives.
	if !r.serviceWorkersNone && f.agent.ServiceWorker != nil {
		if resp = f.handleFetch(); resp != nil && resp.failed {
			return resp
		}
	}
	if resp == nil {
		// 4.1: the preflight, unless the cache already has the answer.
		if need.needed() && f.asksPreflight(need) {
			if f.corsPreflightFetch(need).failed {
				return preflightFailed
			}
		}
		// 4.2: redirects from the network are not exposed to a service worker.
		if r.redirect == RedirectFollow {
			r.serviceWorkersNone = true
		}
		// 4.3: the request itself.
		resp = f.httpNetworkOrCacheFetch(r, transcript.Actual, false)
		if resp.failed {
			return resp
		}
		// 4.4: the CORS check, on redirects and errors too.
		refused := f.refusedByNetwork(resp)
		if refused != nil {
			f.block(transcript.PhaseActual, resp.exchange, *refused)
		}
		if r.tainting == TaintingCORS {
			faults := corsCheck(r.serializedOrigin(), r.credentials, resp.header, f.profile)
			if f.judge(transcript.PhaseActual, f.hop(), resp.exchange, faults) && refused == nil {
				f.foretell(resp)
				closeBody(resp)
				return networkError
			}
		}
		if refused != nil {
			closeBody(resp)
			return networkError
		}
		// 4.5: once a hop hides its timing, the chain does.
		tainting := r.tainting
		if r.mode == ModeNavigate && !r.origin.SameOrigin(r.current().origin) {
			tainting = TaintingOpaque // a navigation elsewhere is basic, and still has to be allowed
		}
		if !TAOCheck(r.serializedOrigin(), tainting, r.timingAllowFailed, resp.header) {
			r.timingAllowFailed = true
		}
	}
	// 5: the resource's own policy, where CORS was not asked.
	if r.tainting == TaintingOpaque || resp.kind == TypeOpaque {
		url := r.current()
		if resp.url != nil {
			url = resp.url
		}
		if by := CrossOriginResourcePolicyCheck(r.origin, r.client.embedderPolicy(), url, resp.credentialed, resp.header); by != "" {
			seen, _ := resp.header.Get(wire.CrossOriginResourcePolicy)
			closeBody(resp)
			return f.block(transcript.PhaseActual, resp.exchange, transcript.Verdict{
				Code: transcript.CORPBlocked, Subject: wire.CrossOriginResourcePolicy, Expected: "cross-origin", Seen: seen,
				Spec: specBase + "cross-origin-resource-policy-check",
			})
		}
	}
	// 6: redirects.
	if isRedirectStatus(resp.status) && !f.leadsNowhere(resp.header) {
		switch r.redirect {
		case RedirectError:
			closeBody(resp)
			f.judge(transcript.PhaseActual, f.hop(), resp.exchange, f.redirectFaults(resp))
			return redirectRefused
		case RedirectManual:
			resp.kind = TypeOpaqueRedirect // navigations, which would differ, always follow here
		case RedirectFollow:
			return f.httpRedirectFetch(resp)
		}
	}
	return resp
}

// asksPreflight: step 4.1's conditions on the cache.
func (f *fetching) asksPreflight(need preflightNeed) bool {
	r := f.request
	if f.skipsPreflightCache() {
		f.step("preflight-cache", "skipped", "cache mode "+string(cacheMode(r, r.header)))
		return true
	}
	missing := false
	if need.method || need.flag || need.habit || needsEntry(r.method, f.profile) {
		missing = !f.agent.preflights.matchMethod(r.method, r, f.profile, f.now)
	}
	for _, name := range need.names {
		missing = missing || !f.agent.preflights.matchHeader(name, r, f.profile, f.now)
	}
	if missing {
		f.step("preflight-cache", "miss", "")
	} else {
		f.step("preflight-cache", "hit", "an earlier preflight already allowed this")
	}
	return missing
}

// skipsPreflightCache: the standard's cache modes concern the HTTP cache alone.
func (f *fetching) skipsPreflightCache() bool {
	r := f.request
	switch r.cache {
	case CacheNoStore, CacheReload:
		return f.profile.has(quirkReloadSkipsCache)
	case CacheNoCache:
		return f.profile.has(quirkNoCacheSkipsCache)
	case CacheDefault, CacheForceCache:
	}
	if cacheMode(r, r.header) == r.cache {
		return false
	}
	return f.profile.has(quirkConditionSkipsCache) || r.info.Name == ByFetch && f.profile.has(quirkFetchConditionSkipsCache)
}

// foretell judges what would fail next, had the CORS check passed: only what the answer in hand shows.
func (f *fetching) foretell(resp *response) {
	if !f.listening() || !isRedirectStatus(resp.status) {
		return
	}
	f.judge(transcript.PhaseActual, f.hop(), resp.exchange, f.redirectFaults(resp))
}

// redirectFaults is all that is wrong with a redirect, for a request of that redirect mode.
func (f *fetching) redirectFaults(resp *response) (faults []transcript.Verdict) {
	if f.request.redirect == RedirectManual {
		return nil
	}
	if f.request.redirect == RedirectError {
		faults = append(faults, transcript.Verdict{
			Code: transcript.RedirectError, Subject: wire.Location, Expected: "no redirect", Seen: strconv.Itoa(resp.status),
			Spec: specBase + "concept-http-fetch",
		})
	}
	if _, fault := f.redirectTarget(resp); fault != nil {
		faults = append(faults, *fault)
	}
	return faults
}

// handleFetch asks the service worker's hook. Nil means that it lets the request pass.
//
// Spec: https://fetch.spec.whatwg.org/#concept-http-fetch
func (f *fetching) handleFetch() *response {
	r := f.request
	answer := f.agent.ServiceWorker(f.ctx, r.method, r.current(), r.header.Clone())
	if answer == nil {
		return nil
	}
	resp := &response{
		kind: answer.Type, status: answer.Status, header: answer.Header, body: bodyOrEmpty(answer.Body),
		url: answer.URL, redirected: answer.Redirected, credentialed: answer.Credentialed, rangeRequested: answer.RangeRequested,
	}
	f.recordAnswer(r, transcript.Actual, combined(r.header), answer.Credentialed, &NetworkResponse{Status: answer.Status, Header: answer.Header}, transcript.FromServiceWorker, resp)
	var why string
	switch {
	case answer.Type == TypeError:
		why = "a network error"
	case r.mode == ModeSameOrigin && answer.Type == TypeCORS:
		why = "a cors response for mode same-origin"
	case r.mode != ModeNoCORS && answer.Type == TypeOpaque:
		why = "an opaque response for mode " + string(r.mode)
	case r.redirect != RedirectManual && answer.Type == TypeOpaqueRedirect:
		why = "an opaque-redirect response for redirect mode " + string(r.redirect)
	case r.redirect != RedirectFollow && answer.Redirected:
		why = "a redirected response for redirect mode " + string(r.redirect)
	default:
		return resp
	}
	closeBody(resp)
	return f.block(transcript.PhaseActual, resp.exchange, transcript.Verdict{
		Code: transcript.WorkerResponse, Subject: "service worker", Expected: "a response the request may have", Seen: why,
		Spec: specBase + "concept-http-fetch",
	})
}

// isRedirectStatus: 301, 302, 303, 307 or 308.
//
// Spec: https://fetch.spec.whatwg.org/#redirect-status
func isRedirectStatus(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// listed joins names as headers do.
func listed(names []string) string { return strings.Join(names, ",") }
