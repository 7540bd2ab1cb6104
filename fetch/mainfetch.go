package fetch

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// mainFetch decides, for the current hop, which road the request takes. Redirects come back here, so every decision is
// made anew on each hop, but for response tainting, which never returns from cors to basic.
//
// Spec: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) mainFetch() *response {
	r := f.request
	f.now = f.agent.now()
	// 3–4: local-URLs-only and CSP reports are not modelled.
	// 5: upgrade-insecure-requests is not modelled. 6: what a secure page upgrades by itself.
	f.upgradeMixedContent()
	// 7: blocks that are not CORS.
	if blocked := f.blockBeforeFetch(); blocked != nil {
		return blocked
	}
	// 8–9: the referrer. What one hop cuts off, no later one brings back.
	r.referrer = determineReferrer(r)
	// 10: what the host is known to want.
	f.upgradeByHSTS()
	// 12: the first matching statement.
	url := r.current()
	switch {
	case r.tainting == TaintingBasic && url.origin.SameOrigin(r.origin), url.scheme == "data",
		r.mode == ModeNavigate, r.mode == ModeWebSocket, r.mode == ModeWebTransport:
		f.step("same-origin", sameOriginAnswer(r, url), "")
		r.tainting = TaintingBasic
		return f.schemeFetch()

	case r.mode == ModeSameOrigin:
		return f.block(transcript.PhaseActual, 0, transcript.Verdict{
			Code: transcript.ModeSameOrigin, Subject: url.String(), Expected: r.origin.String(), Seen: url.origin.String(),
			Spec: specBase + "concept-main-fetch",
		})

	case r.mode == ModeNoCORS:
		f.step("same-origin", "no", "mode no-cors: the answer will be opaque")
		if r.redirect != RedirectFollow {
			return f.block(transcript.PhaseActual, 0, transcript.Verdict{
				Code: transcript.NoCORSRedirect, Subject: "redirect", Expected: string(RedirectFollow), Seen: string(r.redirect),
				Spec: specBase + "concept-main-fetch",
			})
		}
		r.tainting = TaintingOpaque
		return f.schemeFetch()

	case !url.isHTTP():
		return f.block(transcript.PhaseActual, 0, transcript.Verdict{
			Code: transcript.SchemeNotHTTP, Subject: url.String(), Expected: "http or https", Seen: url.scheme,
			Spec: specBase + "concept-main-fetch",
		})
	}

	f.step("same-origin", "no", "")
	r.tainting = TaintingCORS
	preflight := f.preflightReasons()
	if !preflight.needed() {
		f.step("preflight", "not needed", "")
		return f.httpFetch(preflight)
	}
	resp := f.httpFetch(preflight)
	if resp.failed && f.clearsPreflights(resp) {
		f.agent.preflights.clear(r, f.profile)
	}
	return resp
}

// clearsPreflights: whatever blocked, by the text; engines forget less.
func (f *fetching) clearsPreflights(resp *response) bool {
	switch {
	case resp == preflightFailed:
		return true
	case f.profile.has(quirkCacheSurvivesFailure):
		return false
	}
	return resp != redirectRefused || !f.profile.has(quirkRedirectErrorKeeps)
}

func sameOriginAnswer(r *request, url *URL) string {
	if url.origin.SameOrigin(r.origin) {
		return "yes"
	}
	return "not asked: " + string(r.mode)
}

// preflightNeed says why a request needs a preflight. The zero value needs none.
type preflightNeed struct {
	names  []string // CORS-unsafe request-header names
	method bool     // the method is not safelisted
	flag   bool     // the use-CORS-preflight flag
	habit  bool     // only a profile's habit asks for it
}

func (n preflightNeed) needed() bool { return n.flag || n.method || len(n.names) > 0 || n.habit }

// preflightReasons is the condition of the row of main fetch that makes a preflight.
//
// Spec: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) preflightReasons() preflightNeed {
	r := f.request
	need := preflightNeed{flag: r.useCORSPreflight}
	if r.unsafeRequest {
		need.method = !wire.IsCORSSafelistedMethod(r.method)
		need.names = unsafeNames(r.judged(), *f.profile)
	}
	if need.needed() {
		r.preflightHabit = true
	} else if r.preflightHabit && f.profile.has(quirkStickyPreflight) {
		need.habit = true
	}
	if f.listening() && need.needed() {
		f.step("preflight", "needed", need.because(r))
	}
	return need
}

func (n preflightNeed) because(r *request) string {
	var reasons []string
	if n.method {
		reasons = append(reasons, "method "+r.method)
	}
	for _, name := range n.names {
		reasons = append(reasons, "header "+name)
	}
	if n.flag {
		if r.info.Name != ByXHR {
			reasons = append(reasons, "a stream body")
		} else {
			reasons = append(reasons, "an upload listener")
		}
	}
	if n.habit {
		reasons = append(reasons, "an earlier hop needed one")
	}
	return strings.Join(reasons, ", ")
}

// upgradeMixedContent makes https of http for images, sound and video that a secure page loads without CORS. An address
// is not a domain and stays as it is.
//
// Spec: https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm
func (f *fetching) upgradeMixedContent() {
	r := f.request
	u := r.current()
	media := r.destination == "image" || r.destination == "audio" || r.destination == "video"
	if media && u.scheme == "http" && r.mode == ModeNoCORS && f.prohibitsMixedContent() && isDomain(u.host) && !u.origin.IsPotentiallyTrustworthy() {
		f.replaceCurrent(u.withScheme("https"), "mixed-content", "upgraded to https")
	}
}

// upgradeByHSTS makes https of http for hosts that are known to want it.
//
// Spec: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) upgradeByHSTS() {
	u := f.request.current()
	if f.agent.HSTS != nil && u.scheme == "http" && isDomain(u.host) && !isLocalhost(u.host) && f.agent.HSTS(u.host) {
		f.replaceCurrent(u.withScheme("https"), "hsts", "upgraded to https")
	}
}

func (f *fetching) replaceCurrent(url *URL, name, answer string) {
	r := f.request
	f.step(name, answer, fmt.Sprintf("%s → %s", r.current(), url))
	r.urls[len(r.urls)-1] = url
	r.serializedFor, r.siteFor = 0, 0
}

// isDomain: a name, not an address.
func isDomain(host string) bool {
	if host == "" || host[0] == '[' {
		return false
	}
	last := host[strings.LastIndexByte(strings.TrimSuffix(host, "."), '.')+1:]
	return !isDigits(strings.TrimSuffix(last, "."))
}

func isLocalhost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
