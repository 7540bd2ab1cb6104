package wire

// The field names of the CORS protocol and its neighbours.
const (
	Origin                        = "Origin"
	AccessControlRequestMethod    = "Access-Control-Request-Method"
	AccessControlRequestHeaders   = "Access-Control-Request-Headers"
	AccessControlAllowOrigin      = "Access-Control-Allow-Origin"
	AccessControlAllowCredentials = "Access-Control-Allow-Credentials"
	AccessControlAllowMethods     = "Access-Control-Allow-Methods"
	AccessControlAllowHeaders     = "Access-Control-Allow-Headers"
	AccessControlMaxAge           = "Access-Control-Max-Age"
	AccessControlExposeHeaders    = "Access-Control-Expose-Headers"
	CrossOriginResourcePolicy     = "Cross-Origin-Resource-Policy"
	TimingAllowOrigin             = "Timing-Allow-Origin"
	XContentTypeOptions           = "X-Content-Type-Options"
	Authorization                 = "Authorization"
	ContentType                   = "Content-Type"
	ContentLength                 = "Content-Length"
	Location                      = "Location"
	Range                         = "Range"
	Referer                       = "Referer"
	SetCookie                     = "Set-Cookie"
	UserAgent                     = "User-Agent"
	Vary                          = "Vary"
)

// IsCORSSafelistedMethod reports whether a cross-origin request may use the method without asking first: GET, HEAD and
// POST, in that spelling.
//
// Spec: https://fetch.spec.whatwg.org/#cors-safelisted-method
func IsCORSSafelistedMethod(method string) bool {
	return method == "GET" || method == "HEAD" || method == "POST"
}

// IsForbiddenMethod reports whether scripts may never use the method: CONNECT, TRACE and TRACK in any case.
//
// Spec: https://fetch.spec.whatwg.org/#forbidden-method
func IsForbiddenMethod(method string) bool {
	return EqualFold(method, "CONNECT") || EqualFold(method, "TRACE") || EqualFold(method, "TRACK")
}

// IsForbiddenRequestHeader reports whether the browser alone may set the header: by its name, or for the
// method-override headers by a forbidden method in the value. Scripts that set one are ignored in silence.
//
// Spec: https://fetch.spec.whatwg.org/#forbidden-request-header
func IsForbiddenRequestHeader(name, value string) bool {
	for _, forbidden := range forbiddenRequestHeaders {
		if EqualFold(name, forbidden) {
			return true
		}
	}
	for _, override := range methodOverrides {
		if !EqualFold(name, override) {
			continue
		}
		for _, method := range (Header{{name, value}}).GetDecodeAndSplit(name) {
			if IsForbiddenMethod(method) {
				return true
			}
		}
	}
	return hasPrefixFold(name, "proxy-") || hasPrefixFold(name, "sec-")
}

var (
	forbiddenRequestHeaders = [...]string{
		"Accept-Charset", "Accept-Encoding", AccessControlRequestHeaders, AccessControlRequestMethod, "Connection",
		ContentLength, "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", Origin, Referer, SetCookie,
		"TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
	}
	methodOverrides = [...]string{"X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"}
)

func hasPrefixFold(name, prefix string) bool {
	return len(name) >= len(prefix) && EqualFold(name[:len(prefix)], prefix)
}

// IsForbiddenResponseHeaderName reports whether scripts may never read the header: Set-Cookie and Set-Cookie2.
//
// Spec: https://fetch.spec.whatwg.org/#forbidden-response-header-name
func IsForbiddenResponseHeaderName(name string) bool {
	return EqualFold(name, "Set-Cookie") || EqualFold(name, "Set-Cookie2")
}

// IsCORSSafelistedResponseHeaderName reports whether scripts may read the header of a response shared by CORS without
// its being exposed.
//
// Spec: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
func IsCORSSafelistedResponseHeaderName(name string) bool {
	for _, safe := range safelistedResponseHeaders {
		if EqualFold(name, safe) {
			return true
		}
	}
	return false
}

var safelistedResponseHeaders = [...]string{
	"Cache-Control", "Content-Language", ContentLength, ContentType, "Expires", "Last-Modified", "Pragma",
}

// IsCORSNonWildcardRequestHeaderName reports whether "*" in Access-Control-Allow-Headers leaves the header out:
// Authorization.
//
// Spec: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
func IsCORSNonWildcardRequestHeaderName(name string) bool { return EqualFold(name, Authorization) }

// IsRequestBodyHeaderName reports whether the header describes a body, and goes when a redirect drops the body.
//
// Spec: https://fetch.spec.whatwg.org/#request-body-header-name
func IsRequestBodyHeaderName(name string) bool {
	switch Lower(name) {
	case "content-encoding", "content-language", "content-location", "content-type":
		return true
	}
	return false
}
