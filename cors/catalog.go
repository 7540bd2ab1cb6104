package cors

import "github.com/corscope/corscope/origin"

// The codes of faults, but for those of patterns that cannot be read: these are "origin-" and a reason of package
// [github.com/corscope/corscope/origin], such as "origin-path".
const (
	OriginsEmpty               FaultCode = "origins-empty"
	OriginCovered              FaultCode = "origin-covered"
	EveryOriginWithCredentials FaultCode = "every-origin-with-credentials"
	NullOriginAllowed          FaultCode = "null-origin"
	InsecureOrigin             FaultCode = "insecure-origin"
	PublicSuffix               FaultCode = "public-suffix-wildcard"
	TenantNotPinned            FaultCode = "tenant-not-pinned"

	MethodSyntax              FaultCode = "method-syntax"
	MethodForbidden           FaultCode = "method-forbidden"
	MethodCase                FaultCode = "method-case"
	MethodStarWithCredentials FaultCode = "method-star-with-credentials"

	HeaderSyntax              FaultCode = "header-syntax"
	HeaderForbidden           FaultCode = "header-forbidden"
	HeaderOfResponse          FaultCode = "header-of-response"
	HeaderStarWithCredentials FaultCode = "header-star-with-credentials"
	StarWithoutAuthorization  FaultCode = "star-without-authorization"

	ExposedForbidden           FaultCode = "exposed-forbidden"
	ExposedOfRequest           FaultCode = "exposed-of-request"
	ExposedSafelisted          FaultCode = "exposed-safelisted"
	ExposedStarWithCredentials FaultCode = "exposed-star-with-credentials"

	MaxAgeNegative FaultCode = "max-age-negative"
	MaxAgeFraction FaultCode = "max-age-fraction"
	MaxAgeOverCap  FaultCode = "max-age-over-cap"

	DisclosureUnknown     FaultCode = "disclosure-unknown"
	ResourcePolicyUnknown FaultCode = "resource-policy-unknown"
	RiskUnknown           FaultCode = "risk-unknown"
	RiskUnused            FaultCode = "risk-unused"

	Duplicate    FaultCode = "duplicate"
	StarWithList FaultCode = "star-with-list"
)

// An Entry is what is known of a code, whatever the policy.
type Entry struct {
	Code     FaultCode `json:"code"`
	Severity Severity  `json:"severity"`
	Field    string    `json:"field"` // where it occurs; empty for more than one field
	Title    string    `json:"title"`
	Why      string    `json:"why"`  // why it matters
	Spec     string    `json:"spec"` // the definition
}

// The fields of a policy, as in JSON, in the order of their faults.
const (
	fieldOrigins        = "origins"
	fieldMethods        = "methods"
	fieldRequestHeaders = "requestHeaders"
	fieldExposedHeaders = "exposedHeaders"
	fieldMaxAge         = "maxAge"
	fieldDisclose       = "disclose"
	fieldResourcePolicy = "resourcePolicy"
	fieldRisks          = "risks"
)

var fields = []string{
	fieldOrigins, fieldMethods, fieldRequestHeaders, fieldExposedHeaders, fieldMaxAge, fieldDisclose, fieldResourcePolicy, fieldRisks,
}

const (
	specFetch       = "https://fetch.spec.whatwg.org/#"
	specOrigin      = specFetch + "serialized-origin"
	specCredentials = specFetch + "cors-protocol-and-credentials"
	specSuffix      = "https://url.spec.whatwg.org/#host-public-suffix"
	specSecure      = "https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-origin"
	specOpaque      = "https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque"
	specMethods     = specFetch + "http-access-control-allow-methods"
	specHeaders     = specFetch + "http-access-control-allow-headers"
	specExposed     = specFetch + "http-access-control-expose-headers"
	specMaxAge      = specFetch + "http-access-control-max-age"
	specProtocol    = specFetch + "http-cors-protocol"
)

var ownEntries = []Entry{
	{
		OriginsEmpty, SeverityWarning, fieldOrigins, "the policy names no origin",
		"Nothing is allowed then, whatever else it says.", specProtocol,
	},
	{
		OriginCovered, SeverityWarning, fieldOrigins, "another pattern holds all that this one does",
		"This entry changes nothing, though who reads the list may believe that it does.", specOrigin,
	},
	{
		EveryOriginWithCredentials, SeverityError, fieldOrigins, "every origin, with credentials",
		"Browsers do not accept \"*\" for requests with credentials. To repeat whatever origin asks, which they would accept, would let every site read what its visitors may read here.",
		specCredentials,
	},
	{
		NullOriginAllowed, SeverityError, fieldOrigins, "the origin null",
		"Any site can make a page of origin null, with a sandboxed frame: allowing null is allowing everybody.", specOpaque,
	},
	{
		InsecureOrigin, SeverityError, fieldOrigins, "a page delivered without TLS, with credentials",
		"Whoever sits on the network between can write into such a page, and would then read what its visitor may read here.", specSecure,
	},
	{
		PublicSuffix, SeverityError, fieldOrigins, "a wildcard under a public suffix",
		"Whoever does is then allowed.", specSuffix,
	},
	{
		TenantNotPinned, SeverityError, fieldOrigins, "a wildcard in a label that anybody may register",
		"A stranger may choose one that fits what is written beside the wildcard. Of the providers known here only netlify.app keeps \"--\" for names that it makes itself, so that a site's name behind it is out of a stranger's reach.",
		specSuffix,
	},
	{
		MethodSyntax, SeverityError, fieldMethods, "not a method",
		"A method is one word of letters, digits and a few signs, and each is an entry of its own.", specMethods,
	},
	{
		MethodForbidden, SeverityError, fieldMethods, "a method no page can use",
		"Browsers refuse CONNECT, TRACE and TRACK before anything is sent: nobody will ever ask.", specFetch + "forbidden-method",
	},
	{
		MethodCase, SeverityWarning, fieldMethods, "a method that is not in upper case",
		"Methods are told apart by case. Browsers put DELETE, GET, HEAD, OPTIONS, POST and PUT into upper case, and send all others as the page spells them.",
		specFetch + "concept-method-normalize",
	},
	{
		MethodStarWithCredentials, SeverityError, fieldMethods, "any method, with credentials",
		"For requests with credentials browsers read \"*\" as a method of that name, and block all others.", specCredentials,
	},
	{
		HeaderSyntax, SeverityError, "", "not a header's name",
		"A name is one word of letters, digits and a few signs, and each is an entry of its own.", specFetch + "header-name",
	},
	{
		HeaderForbidden, SeverityError, fieldRequestHeaders, "a header no page can set",
		"Browsers alone set it and never ask whether they may: listing it does nothing.", specFetch + "forbidden-request-header",
	},
	{
		HeaderOfResponse, SeverityError, fieldRequestHeaders, "a header of responses",
		"The list is of headers that pages put into requests: a page that puts this one there does so by mistake, and to no effect.", specHeaders,
	},
	{
		HeaderStarWithCredentials, SeverityError, fieldRequestHeaders, "any header, with credentials",
		"For requests with credentials browsers read \"*\" as a header of that name, and block all others. To allow any, the names asked for must be named back.",
		specCredentials,
	},
	{
		StarWithoutAuthorization, SeverityWarning, fieldRequestHeaders, "\"*\" leaves Authorization out",
		"The standard has Authorization named by itself. Browsers still let it pass, and have said that they will stop.",
		specFetch + "cors-non-wildcard-request-header-name",
	},
	{
		ExposedForbidden, SeverityError, fieldExposedHeaders, "a header no page can read",
		"Browsers hide Set-Cookie and Set-Cookie2 from pages, exposed or not.", specFetch + "forbidden-response-header-name",
	},
	{
		ExposedOfRequest, SeverityError, fieldExposedHeaders, "a header of requests",
		"The list is of headers that pages read in answers: this one is not among them.", specExposed,
	},
	{
		ExposedSafelisted, SeverityWarning, fieldExposedHeaders, "a header pages may read anyway",
		"Cache-Control, Content-Language, Content-Length, Content-Type, Expires, Last-Modified and Pragma need no mention.", specFetch + "cors-safelisted-response-header-name",
	},
	{
		ExposedStarWithCredentials, SeverityError, fieldExposedHeaders, "all headers exposed, with credentials",
		"For requests with credentials browsers read \"*\" as a header of that name, and expose no other.", specCredentials,
	},
	{
		MaxAgeNegative, SeverityError, fieldMaxAge, "a negative max age",
		"The header holds digits only: browsers would not understand it, and remember the answer for 5 seconds.", specMaxAge,
	},
	{
		MaxAgeFraction, SeverityError, fieldMaxAge, "a max age that is not whole seconds",
		"The header counts seconds, a bare number in Go nanoseconds.", specMaxAge,
	},
	{
		MaxAgeOverCap, SeverityWarning, fieldMaxAge, "a max age longer than browsers keep",
		"Chromium keeps an answer for at most 2 hours and Firefox for 24 hours: what is more is cut.", specMaxAge,
	},
	{
		DisclosureUnknown, SeverityError, fieldDisclose, "a disclosure that does not exist",
		"The answer to a preflight names what was asked for (\"asked\") or all that is allowed (\"full\").", specProtocol,
	},
	{
		ResourcePolicyUnknown, SeverityError, fieldResourcePolicy, "a resource policy that does not exist",
		"Browsers ignore a Cross-Origin-Resource-Policy that they do not know: nothing would be protected.",
		specFetch + "cross-origin-resource-policy-header",
	},
	{
		RiskUnknown, SeverityError, fieldRisks, "a risk that does not exist",
		"A risk is accepted by its exact name, or not at all.", specProtocol,
	},
	{
		RiskUnused, SeverityWarning, fieldRisks, "a risk that is not there",
		"It would hide the danger on the day that it comes.", specProtocol,
	},
	{
		Duplicate, SeverityWarning, "", "named twice",
		"It does nothing; perhaps it was meant to be another.", specProtocol,
	},
	{
		StarWithList, SeverityWarning, "", "\"*\" with a list beside it",
		"\"*\" holds all of those: who reads the list may believe that only they are allowed.", specProtocol,
	},
}

const (
	whyNeverSent = "Origins are compared byte for byte with what browsers send, and they never send this: it would match nothing."
	whyNotOrigin = "This is not an origin, and to guess which one was meant might let in another."
	whyNoRegexp  = "In one a dot stands for any letter, and without an anchor at each end a longer name passes too."
)

// patternEntries explains the reasons for which a pattern cannot be read.
var patternEntries = []struct {
	reason     origin.PatternReason
	title, why string
}{
	{origin.ReasonEmpty, "an empty pattern", "An empty entry allows nobody, and is mostly a setting that was not set or a list that was cut in the wrong place."},
	{origin.ReasonBlank, "a blank in a pattern", whyNeverSent},
	{origin.ReasonQuote, "quotation marks in a pattern", whyNeverSent},
	{origin.ReasonList, "several patterns in one", "Together in one entry they would match nothing."},
	{origin.ReasonRegex, "a regular expression", whyNoRegexp},
	{origin.ReasonUpperCase, "upper case in an origin", whyNeverSent},
	{origin.ReasonScheme, "not a scheme", whyNotOrigin},
	{origin.ReasonSchemeMissing, "an origin without its scheme", "http and https pages of one host are different origins: which is meant must be said."},
	{origin.ReasonSchemeSeparator, "no :// after the scheme", whyNeverSent},
	{origin.ReasonSchemeWildcard, "a wildcard in the scheme", "Each scheme is a pattern of its own: both at once would hold pages delivered without TLS, which the network between can rewrite."},
	{origin.ReasonOpaqueScheme, "a scheme whose pages have origin null", "Pages of all sites can take on the origin null: to allow these alone is not possible."},
	{origin.ReasonUserinfo, "a user's name in an origin", whyNeverSent},
	{origin.ReasonHost, "not a host", whyNotOrigin},
	{origin.ReasonHostMissing, "an origin without a host", whyNotOrigin},
	{origin.ReasonIDN, "an international name in its letters", "In any other spelling it would match nothing."},
	{origin.ReasonLeadingDot, "a host that begins with a dot", whyNeverSent},
	{origin.ReasonTrailingDot, "a host that ends in a dot", "Pages of the name without the dot would not match."},
	{origin.ReasonEmptyLabel, "two dots in a row", whyNeverSent},
	{origin.ReasonAddress, "an address not as browsers write it", whyNeverSent},
	{origin.ReasonNetwork, "a network of addresses", "No pattern holds all the addresses of a network: a wildcard stands for names only."},
	{origin.ReasonTooLong, "longer than a name can be", whyNeverSent},
	{origin.ReasonEveryHost, "every host of a scheme", "That would hold sites of anybody. Everybody can be allowed only without credentials."},
	{origin.ReasonPlaceholder, "a placeholder that is none", "There are no other placeholders: as it is written, it would match nothing."},
	{origin.ReasonTrailingSlash, "a slash at the end", whyNeverSent},
	{origin.ReasonPath, "a path in an origin", "All pages of a host are one origin, and a policy cannot tell them apart."},
	{origin.ReasonWildcardPlace, "a wildcard in the wrong place", "In the middle of a name it is easily read for less than it would hold."},
	{origin.ReasonWildcardEnd, "a wildcard at the end of a host", "example.com and example.net may have different owners."},
	{origin.ReasonWildcardTwice, "two wildcards in a host", "A second one would only hide what the pattern holds."},
	{origin.ReasonWildcardGlued, "a wildcard glued to a name", "Anybody may register such a name."},
	{origin.ReasonWildcardAddress, "a wildcard in an address", "Who has one address need not have the next: each is an entry of its own."},
	{origin.ReasonPort, "not a port", whyNotOrigin},
	{origin.ReasonPortMissing, "a colon without a port", whyNeverSent},
	{origin.ReasonPortDefault, "the scheme's own port", "Written out, it would match nothing."},
	{origin.ReasonPortZero, "port 0", whyNeverSent},
	{origin.ReasonPortZeros, "a port with a zero in front", whyNeverSent},
	{origin.ReasonPortRange, "a port over 65535", whyNeverSent},
	{origin.ReasonPortOrder, "a range of ports that runs backwards", "Backwards, the range holds no port."},
}

// entries is all codes, those of patterns first; known finds them.
var entries, known = func() ([]Entry, map[FaultCode]Entry) {
	var all []Entry
	for _, e := range patternEntries {
		all = append(all, Entry{originCode(e.reason), SeverityError, fieldOrigins, e.title, e.why, specOrigin})
	}
	all = append(all, ownEntries...)
	byCode := make(map[FaultCode]Entry, len(all))
	for _, e := range all {
		byCode[e.Code] = e
	}
	return all, byCode
}()

func originCode(reason origin.PatternReason) FaultCode { return FaultCode("origin-" + reason) }

// Catalog lists all codes of faults.
func Catalog() []Entry { return append([]Entry(nil), entries...) }

// Lookup finds what is known of a code.
func Lookup(code FaultCode) (Entry, bool) {
	e, ok := known[code]
	return e, ok
}
