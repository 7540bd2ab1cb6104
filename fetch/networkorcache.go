package fetch

import (
	"encoding/base64"
	"strconv"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// hasOne reports whether a header of fetch() is one of those that have a single value.
func (r *request) hasOne(name string) bool {
	if r.info.Name != ByFetch {
		return false
	}
	switch wire.Lower(name) {
	case "authorization", "content-disposition", "content-type", "from", "if-modified-since", "if-unmodified-since", "location", "max-forwards", "user-agent":
		return true
	}
	return false
}

const acceptEncoding = "gzip, deflate"

// httpNetworkOrCacheFetch adds what the browser adds (Origin, Referer, cookies and the like) and gets the answer.
//
// Deviates: Accept-Encoding is "gzip, deflate", without br and zstd, because those have no decoder here; no verdict
// depends on it.
//
// Spec: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
func (f *fetching) httpNetworkOrCacheFetch(r *request, kind transcript.Kind, isAuthenticationFetch bool) *response {
	// 8.3–8.4: whether credentials travel.
	include := r.credentials == CredentialsInclude || r.credentials == CredentialsSameOrigin && r.tainting == TaintingBasic
	if !embedderAllowsCredentials(r) {
		include = false
	}
	h := make(wire.Header, 0, len(r.header)+9)
	for _, field := range r.header {
		before, there := h.Get(field.Name)
		switch {
		case there && r.hasOne(field.Name) && f.profile.has(quirkSingleHeaders):
			if r.body == nil || r.redirectCount > 0 || !wire.EqualFold(field.Name, wire.ContentType) {
				h.Set(field.Name, field.Value)
			}
		case there && (before == "" || field.Value == "") && f.profile.has(quirkRepeatedEmpty):
			h.Set(field.Name, field.Value)
		default:
			h.Combine(field.Name, field.Value)
		}
	}
	// 8.5–8.9: the length of the body.
	switch {
	case r.body == nil:
		if r.method == "POST" || r.method == "PUT" {
			h = append(h, wire.Field{Name: wire.ContentLength, Value: "0"})
		}
	case r.body.stream == nil:
		if r.keepalive && len(r.body.bytes) > keepaliveLimit && !(r.info.Name == ByFetch && f.profile.has(quirkKeepaliveUnlimited)) {
			return f.block(transcript.PhaseSetup, 0, transcript.Verdict{
				Code: transcript.KeepaliveTooLong, Subject: "body", Expected: strconv.Itoa(keepaliveLimit) + " bytes",
				Seen: strconv.Itoa(len(r.body.bytes)) + " bytes", Spec: specBase + "concept-http-network-or-cache-fetch",
			})
		}
		h = append(h, wire.Field{Name: wire.ContentLength, Value: strconv.Itoa(len(r.body.bytes))})
	}
	// 8.11–8.13: who asks.
	if r.referrer.full != "" {
		h = append(h, wire.Field{Name: wire.Referer, Value: r.referrer.full})
	}
	f.appendRequestOriginHeader(r, &h)
	appendFetchMetadata(r, &h)
	// 8.15: with what.
	if !h.Contains(wire.UserAgent) {
		h = append(h, wire.Field{Name: wire.UserAgent, Value: f.profile.userAgent()})
	}
	// 8.16–8.18: cache modes that servers see.
	mode := cacheMode(r, h)
	appendCacheControl(mode, &h)
	// 8.19–8.20: codings. A part of a coded answer could not be decoded.
	if h.Contains(wire.Range) {
		h.Append("Accept-Encoding", "identity")
	} else if !h.Contains("Accept-Encoding") {
		h = append(h, wire.Field{Name: "Accept-Encoding", Value: acceptEncoding})
	}
	// 8.21: credentials.
	if include {
		f.appendCookies(r, &h)
		if isAuthenticationFetch && r.current().IncludesCredentials() && !h.Contains(wire.Authorization) {
			h = append(h, wire.Field{Name: wire.Authorization, Value: basicCredentials(r.current())})
		}
	}
	// 9–10: a stored answer, or the network's.
	var resp *response
	if mode != CacheNoStore && mode != CacheReload {
		resp = f.storedResponse(r, kind, h, include)
	}
	if resp == nil {
		resp = f.httpNetworkFetch(r, kind, h, include)
	}
	if resp.failed {
		return resp
	}
	// 11–13: what later checks ask.
	resp.rangeRequested = resp.rangeRequested || h.Contains(wire.Range)
	resp.credentialed = include
	// 14: a password from the URL. There is nobody to ask for another.
	if resp.status == 401 && include && r.useURLCredentials && !isAuthenticationFetch && r.current().IncludesCredentials() &&
		(r.tainting != TaintingCORS || f.profile.has(quirkPasswordAnywhere)) {
		closeBody(resp)
		f.step("authentication", "once more", "401, and the URL holds a user name and a password")
		return f.httpNetworkOrCacheFetch(r, kind, true)
	}
	// 15: 407 is the transport's. 16: a 421 is not tried again on another connection.
	return resp
}

// keepaliveLimit, in bytes.
//
// Deviates: the limit is for all keepalive bodies of a page that are under way at once; here it is for each.
const keepaliveLimit = 64 << 10

// embedderAllowsCredentials: a credentialless page sends no-cors requests to others without credentials.
//
// Spec: https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials
func embedderAllowsCredentials(r *request) bool {
	if r.mode != ModeNoCORS || r.client.embedderPolicy() != COEPCredentialless {
		return true
	}
	return r.origin.SameOrigin(r.current().origin) && RedirectTaint(r.origin, r.urls) == TaintSameOrigin
}

// cacheMode is the request's, but for a script that sets a condition itself: it wants the server's own answer.
func cacheMode(r *request, h wire.Header) Cache {
	if r.cache == CacheDefault {
		for _, conditional := range [...]string{"If-Modified-Since", "If-None-Match", "If-Unmodified-Since", "If-Match", "If-Range"} {
			if h.Contains(conditional) {
				return CacheNoStore
			}
		}
	}
	return r.cache
}

// appendCacheControl asks caches on the way to stand aside.
func appendCacheControl(mode Cache, h *wire.Header) {
	add := func(name, value string) {
		if !h.Contains(name) {
			h.Append(name, value)
		}
	}
	switch mode {
	case CacheNoCache:
		add("Cache-Control", "max-age=0")
	case CacheNoStore, CacheReload:
		add("Pragma", "no-cache")
		add("Cache-Control", "no-cache")
	case CacheDefault, CacheForceCache:
	}
}

func basicCredentials(u *URL) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(percentDecode(u.record.Username())+":"+percentDecode(u.record.Password())))
}

// cookieContext is the request as the cookie store sees it.
//
// Deviates: whether a request is same-site is decided as RFC 6265bis has it, by comparing sites. The text's own mode
// compares nothing for a plain subresource, and would send Strict cookies to any site.
func (f *fetching) cookieContext(r *request) cookie.Context {
	u := r.current()
	sameSite := origin.SameSite
	if f.profile.Cookies.Schemeless {
		sameSite = origin.SchemelesslySameSite
	}
	crossSite := false // a redirect that came through another site makes the rest of the chain cross-site
	if len(r.urls) > 1 && !f.profile.has(quirkCookiesForgetRedirects) {
		for _, before := range r.urls[:len(r.urls)-1] {
			crossSite = crossSite || !sameSite(before.origin, u.origin)
		}
	}
	return cookie.Context{
		Scheme: u.scheme, Host: u.host, Port: u.origin.Port(), Path: u.path,
		SiteForCookies: r.client.topLevel(), Initiator: r.origin,
		CrossSiteRedirect:  crossSite,
		TopLevelNavigation: r.mode == ModeNavigate, Method: r.method,
	}
}

// appendCookies adds the cookies that may travel, and notes those that may not.
//
// Spec: https://fetch.spec.whatwg.org/#append-a-request-cookie-header
func (f *fetching) appendCookies(r *request, h *wire.Header) {
	if f.agent.Cookies == nil {
		return
	}
	value, withheld := f.agent.Cookies.Header(f.cookieContext(r), f.profile.Cookies, f.now)
	if value != "" {
		*h = append(*h, wire.Field{Name: "Cookie", Value: value})
	}
	for _, w := range withheld {
		f.note(transcript.PhaseActual, 0, transcript.Verdict{
			Code: transcript.CookieWithheld, Subject: w.Name, Expected: w.Reason.Text(), Seen: string(w.Reason),
			Spec: specBase + "append-a-request-cookie-header",
		})
	}
}

// storeCookies keeps what an answer sets, also where the page will not be shown the answer.
//
// Spec: https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers
func (f *fetching) storeCookies(r *request, exchange int, h wire.Header) {
	if f.agent.Cookies == nil || !h.Contains(wire.SetCookie) {
		return
	}
	for _, rejected := range f.agent.Cookies.Store(f.cookieContext(r), f.profile.Cookies, h.Values(wire.SetCookie), f.agent.now()) {
		f.note(transcript.PhaseActual, exchange, transcript.Verdict{
			Code: transcript.CookieRejected, Subject: rejected.Name, Expected: rejected.Reason.Text(), Seen: string(rejected.Reason),
			Spec: specBase + "parse-and-store-response-set-cookie-headers",
		})
	}
}
