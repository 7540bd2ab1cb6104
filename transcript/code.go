package transcript

// A Code names a judgement. Codes are stable: they are never reused, and a message may change where a code may not.
type Code string

// What stops a request before anything is sent.
const (
	URLInvalid       Code = "url-invalid"        // the address cannot be parsed
	URLUserinfo      Code = "url-userinfo"       // fetch() refuses an address with a user name or password
	MethodForbidden  Code = "method-forbidden"   // CONNECT, TRACE, TRACK, or not a token
	BodyNotAllowed   Code = "body-not-allowed"   // GET or HEAD with a body
	HeaderInvalid    Code = "header-invalid"     // a name or value that HTTP cannot carry
	NoCORSMethod     Code = "no-cors-method"     // mode no-cors takes GET, HEAD and POST only
	NoCORSRedirect   Code = "no-cors-redirect"   // mode no-cors must follow redirects
	StreamMode       Code = "stream-mode"        // a stream body needs mode cors or same-origin, and no keepalive
	KeepaliveTooLong Code = "keepalive-too-long" // keepalive bodies share 64 KiB
	BadPort          Code = "bad-port"           // a port browsers never talk to
	MixedContent     Code = "mixed-content"      // an https page asking over http
	CSPBlocked       Code = "csp-blocked"        // the page's own policy
	ModeSameOrigin   Code = "mode-same-origin"   // mode same-origin and another origin
	SchemeNotHTTP    Code = "scheme-not-http"    // CORS works over http and https only
)

// What keeps an answer from coming. None of these is CORS, though some browsers say so.
const (
	NetDNS         Code = "net-dns"
	NetRefused     Code = "net-refused"
	NetUnreachable Code = "net-unreachable"
	NetReset       Code = "net-reset" // the connection ended before an answer
	NetTLS         Code = "net-tls"
	NetTimeout     Code = "net-timeout"
	NetProtocol    Code = "net-protocol" // what came is not HTTP
	NetAborted     Code = "net-aborted"  // the caller gave up
	NetScheme      Code = "net-scheme"   // a scheme no request can be made to
	NetStreamHTTP1 Code = "net-stream-http1"
	LNADenied      Code = "lna-denied"   // local network access: permission not granted
	LNAInsecure    Code = "lna-insecure" // local network access: the page is not a secure context
	LNAMismatch    Code = "lna-mismatch" // local network access: not the address space the page declared
	WorkerResponse Code = "worker-response"
)

// The CORS check, on a preflight's answer or the request's own.
const (
	ACAOMissing     Code = "acao-missing"
	ACAOMultiple    Code = "acao-multiple"
	ACAOInvalid     Code = "acao-invalid"
	ACAOMismatch    Code = "acao-mismatch"
	StarCredentials Code = "star-credentials"
	ACACNotTrue     Code = "acac-not-true"
)

// The rest of a preflight's answer.
const (
	PreflightStatus   Code = "preflight-status"
	PreflightRedirect Code = "preflight-redirect"
	ACAMSyntax        Code = "acam-syntax"
	ACAHSyntax        Code = "acah-syntax"
	MethodNotAllowed  Code = "method-not-allowed"
	HeaderNotAllowed  Code = "header-not-allowed"
)

// Redirects of the request itself.
const (
	RedirectUserinfo Code = "redirect-userinfo"
	RedirectLimit    Code = "redirect-limit"
	RedirectLocation Code = "redirect-location" // a Location that cannot be parsed
	RedirectScheme   Code = "redirect-scheme"   // a Location that is not http or https
	RedirectStream   Code = "redirect-stream"   // a stream body cannot be sent twice
	RedirectError    Code = "redirect-error"    // the page asked for no redirects
)

// What stops an answer that needs no sharing by CORS.
const (
	CORPBlocked    Code = "corp-blocked"
	ORBBlocked     Code = "orb-blocked"
	NosniffBlocked Code = "nosniff-blocked"
	MIMEBlocked    Code = "mime-blocked"
	RangeGuard     Code = "range-guard"
)

// What blocks nothing and still explains much.
const (
	StarAuthorization    Code = "star-authorization"    // "*" covers Authorization in browsers, not in the standard
	HeaderForbidden      Code = "header-forbidden"      // a header script set and the browser ignored
	HeaderDropped        Code = "header-dropped"        // a header mode no-cors does not carry
	AuthorizationDropped Code = "authorization-dropped" // by a redirect to another origin
	OriginNull           Code = "origin-null"           // the origin was sent as null, and why
	CookieWithheld       Code = "cookie-withheld"       // a stored cookie stayed at home
	CookieRejected       Code = "cookie-rejected"       // a Set-Cookie was not stored
	HeaderHidden         Code = "header-hidden"         // a response header script cannot read
	ExposeSyntax         Code = "expose-syntax"         // Access-Control-Expose-Headers cannot be parsed
	MaxAgeSyntax         Code = "max-age-syntax"        // Access-Control-Max-Age cannot be parsed
	MaxAgeCapped         Code = "max-age-capped"        // more than the browser keeps
	ResponseOpaque       Code = "response-opaque"       // got, and cannot be looked into
)

// Codes lists every code the browser's half can give, in the order of the phases.
func Codes() []Code {
	return []Code{
		URLInvalid, URLUserinfo, MethodForbidden, BodyNotAllowed, HeaderInvalid, NoCORSMethod, NoCORSRedirect,
		StreamMode, KeepaliveTooLong, BadPort, MixedContent, CSPBlocked, ModeSameOrigin, SchemeNotHTTP,
		NetDNS, NetRefused, NetUnreachable, NetReset, NetTLS, NetTimeout, NetProtocol, NetAborted, NetScheme,
		NetStreamHTTP1, LNADenied, LNAInsecure, LNAMismatch, WorkerResponse,
		ACAOMissing, ACAOMultiple, ACAOInvalid, ACAOMismatch, StarCredentials, ACACNotTrue,
		PreflightStatus, PreflightRedirect, ACAMSyntax, ACAHSyntax, MethodNotAllowed, HeaderNotAllowed,
		RedirectUserinfo, RedirectLimit, RedirectLocation, RedirectScheme, RedirectStream, RedirectError,
		CORPBlocked, ORBBlocked, NosniffBlocked, MIMEBlocked, RangeGuard,
		StarAuthorization, HeaderForbidden, HeaderDropped, AuthorizationDropped, OriginNull,
		CookieWithheld, CookieRejected, HeaderHidden, ExposeSyntax, MaxAgeSyntax, MaxAgeCapped, ResponseOpaque,
	}
}

// IsCORS reports whether a request blocked for c is blocked by CORS, and not by the network, by another policy or by
// the page itself.
func (c Code) IsCORS() bool {
	switch c {
	case ModeSameOrigin, SchemeNotHTTP, LNADenied, LNAInsecure, LNAMismatch,
		ACAOMissing, ACAOMultiple, ACAOInvalid, ACAOMismatch, StarCredentials, ACACNotTrue,
		PreflightStatus, PreflightRedirect, ACAMSyntax, ACAHSyntax, MethodNotAllowed, HeaderNotAllowed,
		RedirectUserinfo:
		return true
	}
	return false
}
