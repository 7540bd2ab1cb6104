package fetch

import "slices"

// A Quirk is one way in which an engine differs from the standard. Each is consulted at exactly one line of this
// package, through its constant.
type Quirk struct {
	ID       string   // a stable slug
	Text     string   // what the engine does, in one line
	Engines  []string // names of the profiles that have it
	Versions string   // where it was seen
	Evidence string   // how it is known
}

type quirk uint8

const (
	quirkAuthorizationStar quirk = iota
	quirkUntaintedPreflight
	quirkStickyPreflight
	quirkHomePreflightUnchecked
	quirkRedirectUserinfo
	quirkRedirectedPostNull
	quirkNoReferrerKeepsOrigin
	quirkClientHints
	quirkUserAgentIgnored
	quirkNonASCIIUnsafe
	quirkJudgeCombined
	quirkNoTotalLimit
	quirkRangeSigned
	quirkRangeUnsigned
	quirkEmptyParameter
	quirkNamesRepeated
	quirkEmptyUploadNoPreflight
	quirkStreamAsText
	quirkEmptyLocation
	quirkEqualLocations
	quirkRepeatedEmpty
	quirkMaxAgeNegative
	quirkMaxAgeMalformed
	quirkMaxAgeSign
	quirkMaxAgeOverflow
	quirkCacheByCredentials
	quirkCacheStarLiteral
	quirkCacheSurvivesFailure
	quirkCacheUntainted
	quirkCacheCoversSafelisted
	quirkOriginAtHome
	quirkCacheNotForNull
	quirkEmptyMethodsAbsent
	quirkCookiesForgetRedirects
	quirkKeepaliveUnlimited
	quirkPasswordAnywhere
	quirkClipPathSameOrigin
	quirkReloadSkipsCache
	quirkNoCacheSkipsCache
	quirkMultipleLinesOnly
	quirkOpaqueResponseBlocking
	quirkClientHintsDropped
	quirkConflictingLocations
	quirkBrokenLocation
	quirkTargetFirst
	quirkHeadersReturn
	quirkUploadNeedsMethod
	quirkCredentialedStarLiteral
	quirkNoStoreNotKept
	quirkRedirectErrorKeeps
	quirkComma
	quirkHEADNeedsEntry
	quirkSingleHeaders
	quirkConditionSkipsCache
	quirkFetchConditionSkipsCache
	quirkCount
)

const measured = "measured on Chromium 156 and Firefox ESR 153"

var quirks = [quirkCount]Quirk{
	quirkAuthorizationStar: {
		"authorization-star", `"*" in the Access-Control-Allow-Headers of a preflight's answer covers Authorization too`,
		[]string{"chromium", "firefox", "webkit"},
		"Chromium 156, Firefox 153", measured + "; WebKit from browser-compat-data",
	},
	quirkUntaintedPreflight: {
		"untainted-preflight", "a preflight after a redirect from one foreign origin to another names the page's origin, and is checked against it, where the request says null",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkStickyPreflight: {
		"sticky-preflight", "a request that needed a preflight still makes one after a redirect has taken its reason away",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkHomePreflightUnchecked: {
		"home-preflight-unchecked", "a preflight to the page's own origin, after a redirect back home, is not checked for Access-Control-Allow-Origin",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkRedirectUserinfo: {
		"redirect-userinfo-always", "a redirect of fetch() to a URL with a user name or password fails for same-origin and no-cors requests too",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkRedirectedPostNull: {
		"redirected-post-null", "a no-cors POST that is redirected with 307 or 308 from the page's origin to another sends Origin: null",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkNoReferrerKeepsOrigin: {
		"no-referrer-keeps-origin", "a POST in mode no-cors or same-origin still names its origin under the referrer policies no-referrer and same-origin",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkClientHints: {
		"client-hints-safelisted", "the client hints DPR, Save-Data, Device-Memory, Width, Viewport-Width, Downlink, ECT and RTT need no preflight when their value is valid",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkUserAgentIgnored: {
		"user-agent-ignored", "a User-Agent header set by script is ignored in silence",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkNonASCIIUnsafe: {
		"non-ascii-unsafe", "bytes from 0x80 on make Accept and Content-Type unsafe",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkJudgeCombined: {
		"judge-combined", "headers of one name are judged joined, so that two short values can be too long together",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkNoTotalLimit: {
		"no-total-limit", "safelisted values may exceed 1024 bytes together",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkRangeSigned: {
		"range-numbers-signed", "a Range with a number from 9223372036854775807 (2^63-1) on is unsafe",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkRangeUnsigned: {
		"range-numbers-unsigned", "a Range with a number from 18446744073709551616 (2^64) on is unsafe",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkEmptyParameter: {
		"empty-last-parameter", `a Content-Type that ends in a semicolon after another one, such as "text/plain;a=b;", is unsafe`,
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkNamesRepeated: {
		"names-repeated", "a header appended twice is named twice in Access-Control-Request-Headers",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkEmptyUploadNoPreflight: {
		"empty-upload-no-preflight", "an upload listener forces no preflight where there is no body to upload",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkStreamAsText: {
		"stream-as-text", `a ReadableStream body is not supported: the text "[object ReadableStream]" is sent instead`,
		[]string{"firefox", "webkit"},
		"Firefox 153", measured + "; WebKit from browser-compat-data",
	},
	quirkEmptyLocation: {
		"empty-location", "a redirect without a Location, or with an empty one, is returned as it is, unless the redirect mode is manual",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkEqualLocations: {
		"equal-locations", "two equal Location lines count as one",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
	quirkRepeatedEmpty: {
		"repeated-empty", "an empty value appended to a header replaces what was there, and is replaced by what comes next",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkMaxAgeNegative: {
		"max-age-negative", "a negative Access-Control-Max-Age means: do not keep",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkMaxAgeMalformed: {
		"max-age-malformed", "an Access-Control-Max-Age that cannot be parsed, a negative one too, means: do not keep",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkMaxAgeSign: {
		"max-age-sign", "Access-Control-Max-Age may begin with a plus sign",
		[]string{"chromium", "webkit"},
		"Chromium 156", measured + "; WebKit from its sources",
	},
	quirkMaxAgeOverflow: {
		"max-age-overflow", "an Access-Control-Max-Age too large for 64 bits counts as none",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkCacheByCredentials: {
		"cache-by-credentials", "a preflight kept for a request with credentials does not serve one without",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkCacheStarLiteral: {
		"cache-star-literal", `a kept "*" serves nothing but itself`,
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkCacheSurvivesFailure: {
		"cache-survives-failure", "a request blocked after its preflight passed leaves the kept preflight in place",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkCacheCoversSafelisted: {
		"cache-covers-safelisted", "whatever is kept for an address covers safelisted methods there, also where an upload listener asks for a preflight",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
	quirkOriginAtHome: {
		"origin-at-home", "fonts, images, scripts and style sheets loaded with CORS name their origin to the page's own server too",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkCacheUntainted: {
		"cache-untainted", "kept preflights are looked up by the page's origin also where the request says null",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkCacheNotForNull: {
		"cache-not-for-null", "no preflight is kept for a request that says Origin: null: an opaque page's, or one after a redirect from one foreign origin to another",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkEmptyMethodsAbsent: {
		"empty-methods-absent", "an empty Access-Control-Allow-Methods counts as none, so that a preflight made for an upload listener is kept",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
	quirkCookiesForgetRedirects: {
		"cookies-forget-redirects", "a redirect through another site does not keep SameSite cookies at home",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkKeepaliveUnlimited: {
		"keepalive-unlimited", "keepalive bodies of fetch() have no limit",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkPasswordAnywhere: {
		"password-anywhere", "a 401 from another origin is answered with the user name and password of the URL",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkClipPathSameOrigin: {
		"clip-path-same-origin", "clip-path and filter take references to the page's own origin only",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkReloadSkipsCache: {
		"reload-skips-cache", "cache modes no-store and reload skip the preflight cache",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
	quirkNoCacheSkipsCache: {
		"no-cache-skips-cache", "cache mode no-cache skips the preflight cache",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkMultipleLinesOnly: {
		"multiple-lines-only", "only repeated Access-Control-Allow-Origin lines count as several values; a list in one line is a mismatch",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkClientHintsDropped: {
		"client-hints-dropped", "the client hints DPR, Device-Memory, Width, Viewport-Width, Downlink, ECT and RTT, if script set them, do not go along with a redirect, unless it leads to the page's own origin and the page is the tab's",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkConflictingLocations: {
		"conflicting-locations", "a redirect with two different Locations fails before the CORS check and in every redirect mode",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
	quirkBrokenLocation: {
		"broken-location", "a redirect with a Location that is no URL fails before the CORS check and in every redirect mode",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkTargetFirst: {
		"target-first", "a redirect that is followed to a data: or javascript: URL, or to a Location that is no URL, fails before the CORS check",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkHeadersReturn: {
		"headers-return", "what a redirect takes of the headers that script set, Authorization and those of the body, comes back at the next redirect",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkUploadNeedsMethod: {
		"upload-needs-method", "a preflight made for an upload listener has to allow the method like any other",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
	quirkCredentialedStarLiteral: {
		"credentialed-star-literal", `a "*" kept for a request with credentials serves nothing but itself, for requests without credentials too`,
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkNoStoreNotKept: {
		"no-store-not-kept", "no preflight is kept for a request in cache mode no-store",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkRedirectErrorKeeps: {
		"redirect-error-keeps", "a request that is redirected although it wanted no redirect leaves the kept preflight in place",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkComma: {
		"comma-in-content-type", "a comma makes a Content-Type unsafe",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkHEADNeedsEntry: {
		"cache-head-by-name", "a kept preflight serves HEAD only where the server named it, although it needs no permission",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkSingleHeaders: {
		"single-headers", "of several values that fetch() is given for Authorization, Content-Type, User-Agent and other headers that have one, the last is sent; with a body, and until a redirect, the first Content-Type",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkConditionSkipsCache: {
		"condition-skips-cache", "a condition that script set, such as If-None-Match, skips the preflight cache",
		[]string{"chromium"},
		"Chromium 156", measured,
	},
	quirkFetchConditionSkipsCache: {
		"fetch-condition-skips-cache", "a condition that script set for fetch(), such as If-None-Match, skips the preflight cache; XMLHttpRequest's does not",
		[]string{"firefox"},
		"Firefox 153", measured,
	},
	quirkOpaqueResponseBlocking: {
		"opaque-response-blocking", "HTML, JSON and XML marked nosniff do not reach elements that ask without CORS",
		[]string{"chromium", "firefox"},
		"Chromium 156, Firefox 153", measured,
	},
}

// Quirks lists every known deviation of the four profiles.
func Quirks() []Quirk { return slices.Clone(quirks[:]) }

func quirksOf(engine string) (set uint64) {
	for i, q := range quirks {
		if slices.Contains(q.Engines, engine) {
			set |= 1 << i
		}
	}
	return set
}
