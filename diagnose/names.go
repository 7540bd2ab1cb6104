package diagnose

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

const (
	engineChromium = "chromium"
	engineFirefox  = "firefox"
	engineWebKit   = "webkit"
)

// BrowserNames says what the engines call a verdict on a cross-origin fetch(), an engine that says nothing left out.
// Chromium's are the codes of its developer tools' protocol, or a net:: error; Firefox's are console categories;
// WebKit's are beginnings or parts of its console messages.
func BrowserNames(v transcript.Verdict) []BrowserName {
	n, ok := names[v.Code]
	if !ok {
		return nil
	}
	if v.Quirk == quirkUserinfoAlways {
		return []BrowserName{{engineChromium, "net::ERR_ABORTED"}} // the others follow such a redirect
	}
	if v.Code == transcript.NetProtocol && isWebSocketRefused(v.Subject, v.Expected) {
		return []BrowserName{{engineChromium, webSocketName}, {engineFirefox, "Firefox can’t establish a connection to the server"}, {engineWebKit, "WebSocket connection to … failed: Unexpected response code"}}
	}
	chromium := n.chromiumName(v)
	var list []BrowserName
	for _, b := range []BrowserName{{engineChromium, chromium}, {engineFirefox, n.firefox}, {engineWebKit, n.webkit}} {
		if b.Name != "" {
			list = append(list, b)
		}
	}
	return list
}

type engineNames struct {
	chromium, firefox, webkit string
	onPreflight               bool // Chromium has a second name, for preflights
}

// quirkUserinfoAlways is Chromium's: no user name in a redirect, at home neither.
const quirkUserinfoAlways = "redirect-userinfo-always"

// chromiumName is the name that fits the verdict's details.
func (n engineNames) chromiumName(v transcript.Verdict) string {
	if fault, ok := proxyFaultOf(v.Code, v.Seen); ok && v.Phase == transcript.PhaseNetwork {
		return fault.chromium
	}
	switch {
	case v.Code == transcript.NetTLS:
		return tlsKindOf(v.Seen).chromium
	case v.Code == transcript.NetProtocol:
		return protocolName(v)
	case v.Code == transcript.NetReset && strings.Contains(v.Seen, "reset"):
		return "net::ERR_CONNECTION_RESET"
	case v.Code == transcript.NetScheme && strings.HasPrefix(v.Subject, "data:"):
		return "net::ERR_INVALID_URL"
	case n.onPreflight && v.Phase == transcript.PhasePreflight:
		return "Preflight" + n.chromium
	}
	return n.chromium
}

const (
	firefoxDead  = "CORSDidNotSucceed2"
	webkitDead   = "due to access control checks"
	webkitOrigin = "Origin … is not allowed by Access-Control-Allow-Origin"
)

func dead(chromium string) engineNames {
	return engineNames{chromium: chromium, firefox: firefoxDead, webkit: webkitDead}
}

// names holds every code. An empty engineNames means that no engine says anything.
var names = map[transcript.Code]engineNames{
	transcript.URLInvalid:       {chromium: "TypeError: Failed to parse URL", firefox: "TypeError: … is not a valid URL"},
	transcript.URLUserinfo:      {chromium: "TypeError: Request cannot be constructed from a URL that includes credentials", firefox: "TypeError: … is an url with embedded credentials", webkit: "TypeError: URL is not valid or contains user credentials"},
	transcript.MethodForbidden:  {chromium: "TypeError: … HTTP method is unsupported", firefox: "TypeError: Invalid request method", webkit: "TypeError: Method is forbidden"},
	transcript.BodyNotAllowed:   {chromium: "TypeError: Request with GET/HEAD method cannot have body", firefox: "TypeError: HEAD or GET Request cannot have a body", webkit: "TypeError: Request has method 'GET' and cannot have a body"},
	transcript.HeaderInvalid:    {chromium: "TypeError: Invalid name or Invalid value", firefox: "TypeError: … is an invalid header", webkit: "TypeError: Invalid header"},
	transcript.NoCORSMethod:     {chromium: "TypeError: … is unsupported in no-cors mode", firefox: "TypeError: Invalid request method", webkit: "TypeError: Method must be GET, POST or HEAD in no-cors mode"},
	transcript.NoCORSRedirect:   {chromium: "NoCorsRedirectModeNotFollow"},
	transcript.StreamMode:       {chromium: "TypeError: If request is made from ReadableStream, mode should be \"same-origin\" or \"cors\""},
	transcript.KeepaliveTooLong: {chromium: "TypeError: Failed to fetch", firefox: "TypeError: NetworkError", webkit: "Reached maximum amount of queued data"},
	transcript.BadPort:          {chromium: "net::ERR_UNSAFE_PORT", firefox: "NS_ERROR_PORT_ACCESS_NOT_ALLOWED", webkit: "Not allowed to use restricted network port"},
	transcript.MixedContent:     {chromium: "Mixed Content", firefox: "Mixed Content Blocker", webkit: "[blocked] … requested insecure content"},
	transcript.CSPBlocked:       {chromium: "Refused to connect … Content Security Policy", firefox: "Content-Security-Policy", webkit: "Refused to connect … Content Security Policy"},
	transcript.ModeSameOrigin:   {chromium: "DisallowedByMode", firefox: "Security Error: … may not load data", webkit: webkitDead},
	transcript.SchemeNotHTTP:    {chromium: "CorsDisabledScheme", firefox: "CORSRequestNotHttp", webkit: "non CORS scheme"},

	transcript.NetDNS:         dead("net::ERR_NAME_NOT_RESOLVED"),
	transcript.NetRefused:     dead("net::ERR_CONNECTION_REFUSED"),
	transcript.NetUnreachable: dead("net::ERR_ADDRESS_UNREACHABLE"),
	transcript.NetReset:       dead("net::ERR_EMPTY_RESPONSE"),
	transcript.NetTLS:         dead("net::ERR_SSL_PROTOCOL_ERROR"),
	transcript.NetTimeout:     dead("net::ERR_CONNECTION_TIMED_OUT"),
	transcript.NetProtocol:    dead(notHTTPName),
	transcript.NetAborted:     {chromium: "net::ERR_ABORTED"},
	transcript.NetScheme:      {chromium: "CorsDisabledScheme", webkit: webkitDead},
	transcript.NetStreamHTTP1: {chromium: "net::ERR_ALPN_NEGOTIATION_FAILED"},
	transcript.LNADenied:      {chromium: "LocalNetworkAccessPermissionDenied"},
	transcript.LNAInsecure:    {chromium: "InsecureLocalNetwork"},
	transcript.LNAMismatch:    {chromium: "InvalidLocalNetworkAccess"},
	transcript.WorkerResponse: {chromium: "The FetchEvent for … resulted in a network error response", firefox: "Failed to load … A ServiceWorker passed", webkit: "FetchEvent.respondWith received an error"},

	transcript.ACAOMissing:     {"MissingAllowOriginHeader", "CORSMissingAllowOrigin2", webkitOrigin, true},
	transcript.ACAOMultiple:    {"MultipleAllowOriginValues", "CORSMultipleAllowOriginNotAllowed", "Access-Control-Allow-Origin cannot contain more than one origin", true},
	transcript.ACAOInvalid:     {"InvalidAllowOriginValue", "CORSAllowOriginNotMatchingOrigin", webkitOrigin, true},
	transcript.ACAOMismatch:    {"AllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin", webkitOrigin, true},
	transcript.StarCredentials: {"WildcardOriginNotAllowed", "CORSNotSupportingCredentials", "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true", true},
	transcript.ACACNotTrue:     {"InvalidAllowCredentials", "CORSMissingAllowCredentials", "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\"", true},

	transcript.PreflightStatus:   {chromium: "PreflightInvalidStatus", firefox: "CORSPreflightDidNotSucceed3", webkit: "Preflight response is not successful"},
	transcript.PreflightRedirect: {chromium: "PreflightDisallowedRedirect", firefox: "CORSExternalRedirectNotAllowed", webkit: "Preflight response is not successful"},
	transcript.ACAMSyntax:        {chromium: "InvalidAllowMethodsPreflightResponse", firefox: "CORSInvalidAllowMethod", webkit: "cannot parse Access-Control-Allow-Methods"},
	transcript.ACAHSyntax:        {chromium: "InvalidAllowHeadersPreflightResponse", firefox: "CORSInvalidAllowHeader", webkit: "cannot parse Access-Control-Allow-Headers"},
	transcript.MethodNotAllowed:  {chromium: "MethodDisallowedByPreflightResponse", firefox: "CORSMethodNotFound", webkit: "Method … is not allowed by Access-Control-Allow-Methods"},
	transcript.HeaderNotAllowed:  {chromium: "HeaderDisallowedByPreflightResponse", firefox: "CORSMissingAllowHeaderFromPreflight2", webkit: "Request header field … is not allowed by Access-Control-Allow-Headers"},

	transcript.RedirectUserinfo: {chromium: "RedirectContainsCredentials", firefox: firefoxDead, webkit: "redirection URL … has credentials"},
	transcript.RedirectLimit:    dead("net::ERR_TOO_MANY_REDIRECTS"),
	transcript.RedirectLocation: dead("net::ERR_INVALID_REDIRECT"),
	transcript.RedirectScheme:   dead("net::ERR_UNSAFE_REDIRECT"),
	transcript.RedirectStream:   {chromium: "net::ERR_INVALID_ARGUMENT"},
	transcript.RedirectError:    {chromium: "net::ERR_FAILED", webkit: webkitDead},

	transcript.CORPBlocked:    {chromium: "net::ERR_BLOCKED_BY_RESPONSE (corp-not-same-origin and the like)", firefox: "… blocked … Cross-Origin-Resource-Policy", webkit: "Cancelled load … because it violates the resource's Cross-Origin-Resource-Policy"},
	transcript.ORBBlocked:     {chromium: "net::ERR_BLOCKED_BY_ORB", firefox: "OpaqueResponseBlocking"},
	transcript.NosniffBlocked: {chromium: "Refused to execute script … strict MIME type checking", firefox: "… blocked due to MIME type … mismatch (X-Content-Type-Options: nosniff)", webkit: "Refused to execute … X-Content-Type-Options: nosniff"},
	transcript.MIMEBlocked:    {chromium: "Refused to execute script … MIME type", firefox: "… disallowed MIME type", webkit: "Refused to execute … not an allowed MIME type"},
	transcript.RangeGuard:     {chromium: "net::ERR_FAILED"},

	transcript.StarAuthorization: {firefox: "CORSAllowHeaderFromPreflightDeprecation"},
	transcript.HeaderForbidden:   {chromium: "Refused to set unsafe header", firefox: "Attempt to set a forbidden header was denied", webkit: "Refused to set unsafe header"},
	transcript.HeaderDropped:     {}, transcript.AuthorizationDropped: {}, transcript.OriginNull: {},
	transcript.CookieWithheld: {chromium: "Cookie issue", firefox: "Cookie warnings"},
	transcript.CookieRejected: {chromium: "Cookie issue", firefox: "Cookie … has been rejected"},
	transcript.HeaderHidden:   {chromium: "Refused to get unsafe header", webkit: "Refused to get unsafe header"},
	transcript.ExposeSyntax:   {}, transcript.MaxAgeSyntax: {}, transcript.MaxAgeCapped: {}, transcript.ResponseOpaque: {},

	NotReached: {}, VaryMissing: {}, CredentialsOmitted: {}, PNALegacy: {},
	HSTSUpgraded: {chromium: "307 Internal Redirect"},
}

// The order in which each engine notices the faults of one answer; the first is the one it prints. Package fetch has
// the same in its profiles, and a test compares the two.
var orders = map[string][]transcript.Code{
	engineChromium: {
		transcript.RedirectLocation, transcript.PreflightRedirect,
		transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOMultiple, transcript.ACAOInvalid,
		transcript.ACAOMismatch, transcript.ACACNotTrue,
		transcript.PreflightStatus,
		transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed,

		transcript.RedirectUserinfo, transcript.RedirectError,
	},
	engineFirefox: {
		transcript.ACAOMultiple, transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOInvalid,
		transcript.ACAOMismatch, transcript.ACACNotTrue,
		transcript.PreflightRedirect, transcript.PreflightStatus,
		transcript.ACAMSyntax, transcript.MethodNotAllowed, transcript.ACAHSyntax, transcript.HeaderNotAllowed,
		transcript.RedirectError, transcript.RedirectLocation, transcript.RedirectUserinfo,
	},
	engineWebKit: {
		transcript.PreflightRedirect, transcript.PreflightStatus,
		transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOMultiple, transcript.ACAOInvalid,
		transcript.ACAOMismatch, transcript.ACACNotTrue,
		transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed,

		transcript.RedirectError, transcript.RedirectLocation, transcript.RedirectUserinfo,
	},
}

// ConsoleNames says what the engines call that which blocked a fetch, an engine that prints nothing left out. It is
// [BrowserNames] of what each of them notices first, and knows what only the whole transcript tells. None means that
// nothing blocked.
func ConsoleNames(t *transcript.Transcript) []BrowserName {
	r := reading{t: t}
	if t.First() == nil {
		return nil
	}
	return r.printed()
}

// printed is what each engine prints for the answer that blocked: not always the name of the first cause, because
// each engine reports the fault it notices first.
func (r *reading) printed() []BrowserName {
	var list []BrowserName
	for _, engine := range []string{engineChromium, engineFirefox, engineWebKit} {
		for _, b := range r.namesOf(*r.noticed(engine)) {
			if b.Engine == engine {
				list = append(list, b)
			}
		}
	}
	return list
}

// noticed is the fault that an engine notices first among those of the answer that blocked. Of a fetch seen with its own
// eyes the transcript tells it; else the order in which it looks does, but for what its quirks bring forward.
func (r *reading) noticed(engine string) *transcript.Verdict {
	found := r.t.First()
	if r.t.Profile == engine {
		return found
	}
	for i := range r.t.Verdicts {
		v := &r.t.Verdicts[i]
		if v.Blocks && v.Exchange == found.Exchange && rankIn(engine, v.Code) < rankIn(engine, found.Code) {
			found = v
		}
	}
	return found
}

func rankIn(engine string, code transcript.Code) int {
	for i, c := range orders[engine] {
		if c == code {
			return i
		}
	}
	return len(orders[engine])
}

// namesOf is [BrowserNames], with what only the whole transcript tells.
func (r *reading) namesOf(v transcript.Verdict) []BrowserName {
	list := r.namesOfValues(v)
	cors := r.t.Asked.Mode == "cors"
	switch {
	case v.Code == transcript.RedirectScheme && cors && !strings.HasPrefix(v.Seen, "data:") && !strings.HasPrefix(v.Seen, "about:"):
		list = renamed(list, engineChromium, "CorsDisabledScheme")
	case v.Code == transcript.PreflightRedirect && r.t.Asked.Redirect != "follow":
		list = renamed(list, engineFirefox, "CORSPreflightDidNotSucceed3") // the preflight has the request's redirect mode
	case v.Code == transcript.NetScheme && r.t.Asked.Initiator != "fetch" && nameIn(list, engineChromium) == "CorsDisabledScheme":
		list = renamed(list, engineChromium, "net::ERR_UNKNOWN_URL_SCHEME")
	case v.Code == transcript.ModeSameOrigin && r.t.Asked.Initiator == "worker" && v.Hop == 0:
		list = renamed(list, engineChromium, "SecurityError: Failed to construct 'Worker'") // thrown, nothing is logged
	}
	switch away := r.isCORSAway(v); {
	case !away && nameIn(list, engineFirefox) == firefoxDead:
		list = renamed(list, engineFirefox, "") // it says so of CORS requests only
	case away && v.Code == transcript.BadPort && v.Hop > 0:
		list = renamed(list, engineFirefox, firefoxDead)
	}
	return list
}

// isCORSAway: the request was one of mode cors and had left the page's origin, or was about to.
func (r *reading) isCORSAway(v transcript.Verdict) bool {
	if r.t.Asked.Mode != "cors" {
		return false
	}
	addresses := []string{r.t.Asked.URL, v.Subject, v.Seen}
	for _, e := range r.t.Exchanges {
		addresses = append(addresses, e.URL)
	}
	return slices.ContainsFunc(addresses, func(address string) bool {
		o := originOfURL(address)
		return o != "" && o != r.t.Asked.Origin
	})
}

// namesOfValues: for Firefox several values are several only where they came in several lines; for the others a list
// in one line is several too.
func (r *reading) namesOfValues(v transcript.Verdict) []BrowserName {
	e := r.exchange(v.Exchange)
	if e == nil {
		return BrowserNames(v)
	}
	oneLine := len(e.Response.Values(wire.AccessControlAllowOrigin)) == 1
	list := strings.ContainsAny(v.Seen, " ,")
	other := v
	switch {
	case v.Code == transcript.ACAOMultiple && oneLine:
		other.Code = transcript.ACAOMismatch
		return renamed(BrowserNames(v), engineFirefox, nameIn(BrowserNames(other), engineFirefox))
	case (v.Code == transcript.ACAOMismatch || v.Code == transcript.ACAOInvalid) && oneLine && list:
		other.Code = transcript.ACAOMultiple
		return renamed(BrowserNames(other), engineFirefox, nameIn(BrowserNames(v), engineFirefox))
	}
	return BrowserNames(v)
}

func nameIn(list []BrowserName, engine string) string {
	for _, b := range list {
		if b.Engine == engine {
			return b.Name
		}
	}
	return ""
}

// renamed gives an engine that has a name another; an empty one takes it off the list.
func renamed(list []BrowserName, engine, name string) []BrowserName {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Engine == engine {
			list[i].Name = name
		}
	}
	return slices.DeleteFunc(list, func(b BrowserName) bool { return b.Name == "" })
}
