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
		"Without origins nothing is allowed, whatever else the policy says.", specProtocol,
	},
	{
		OriginCovered, SeverityWarning, fieldOrigins, "another pattern holds all that this one does",
		"Taking it out, or keeping it, changes nothing: who reads the list may believe that it does.", specOrigin,
	},
	{
		EveryOriginWithCredentials, SeverityError, fieldOrigins, "every origin, with credentials",
		"Browsers do not accept \"*\" for requests with credentials. What they would accept, naming back any origin, lets every site read what its visitor may read here.",
		specCredentials,
	},
	{
		NullOriginAllowed, SeverityError, fieldOrigins, "the origin null",
		"Any site can make a page of origin null, with a sandboxed frame: allowing null is allowing everybody.", specOpaque,
	},
	{
		InsecureOrigin, SeverityError, fieldOrigins, "a page delivered without TLS, with credentials",
		"Whoever sits on the network between can write into such a page, and then reads what its visitor may read here.", specSecure,
	},
	{
		PublicSuffix, SeverityError, fieldOrigins, "a wildcard under a public suffix",
		"Who does is then allowed.", specSuffix,
	},
	{
		TenantNotPinned, SeverityError, fieldOrigins, "a wildcard in a label that anybody may register",
		"Only what the label holds beside the wildcard keeps other tenants out, and a tenant may choose a name that fits. Providers keep \"--\" for themselves: with that between, the name is pinned.",
		specSuffix,
	},
	{
		MethodSyntax, SeverityError, fieldMethods, "not a method",
		"Methods are tokens: letters, digits and a few signs, one method to an entry.", specMethods,
	},
	{
		MethodForbidden, SeverityError, fieldMethods, "a method no page can use",
		"Browsers refuse CONNECT, TRACE and TRACK before anything is sent: nobody will ever ask.", specFetch + "forbidden-method",
	},
	{
		MethodCase, SeverityWarning, fieldMethods, "a method in lower case",
		"Methods are told apart by case, and browsers put only six of them into upper case: pages must spell it just so.",
		specFetch + "concept-method-normalize",
	},
	{
		MethodStarWithCredentials, SeverityError, fieldMethods, "any method, with credentials",
		"For requests with credentials browsers read \"*\" as a method of that name, and block all others.", specCredentials,
	},
	{
		HeaderSyntax, SeverityError, "", "not a header's name",
		"Names are tokens: letters, digits and a few signs, one name to an entry.", specHeaders,
	},
	{
		HeaderForbidden, SeverityError, fieldRequestHeaders, "a header no page can set",
		"Browsers alone set it and never ask whether they may: listing it does nothing.", specFetch + "forbidden-request-header",
	},
	{
		HeaderOfResponse, SeverityError, fieldRequestHeaders, "a header of responses",
		"The list is of headers that pages send: a page that sends this one has its sides mixed up, and so has the policy.", specHeaders,
	},
	{
		HeaderStarWithCredentials, SeverityError, fieldRequestHeaders, "any header, with credentials",
		"For requests with credentials browsers read \"*\" as a header of that name, and block all others. To allow any, the names asked for must be named back.",
		specCredentials,
	},
	{
		StarWithoutAuthorization, SeverityWarning, fieldRequestHeaders, "\"*\" leaves Authorization out",
		"The standard has Authorization named by itself. Browsers let it pass as yet, and have said that they will stop.",
		specFetch + "cors-non-wildcard-request-header-name",
	},
	{
		ExposedForbidden, SeverityError, fieldExposedHeaders, "a header no page can read",
		"Browsers keep cookies that are being set from scripts, exposed or not.", specFetch + "forbidden-response-header-name",
	},
	{
		ExposedOfRequest, SeverityError, fieldExposedHeaders, "a header of requests",
		"The list is of headers that pages read in answers: this one is never among them.", specExposed,
	},
	{
		ExposedSafelisted, SeverityWarning, fieldExposedHeaders, "a header pages may read anyway",
		"Seven headers need no mention.", specFetch + "cors-safelisted-response-header-name",
	},
	{
		ExposedStarWithCredentials, SeverityError, fieldExposedHeaders, "all headers exposed, with credentials",
		"For requests with credentials browsers read \"*\" as a header of that name, and expose no other.", specCredentials,
	},
	{
		MaxAgeNegative, SeverityError, fieldMaxAge, "a negative max age",
		"The header holds digits only: browsers would not read it and fall back to 5 seconds.", specMaxAge,
	},
	{
		MaxAgeFraction, SeverityError, fieldMaxAge, "a max age that is not whole seconds",
		"The header counts seconds. A bare number in Go counts nanoseconds.", specMaxAge,
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
		"Browsers pass over a Cross-Origin-Resource-Policy they do not know: nothing would be protected.",
		specFetch + "cross-origin-resource-policy-header",
	},
	{
		RiskUnknown, SeverityError, fieldRisks, "a risk that does not exist",
		"A risk is accepted by its exact name, or it is not.", specProtocol,
	},
	{
		RiskUnused, SeverityWarning, fieldRisks, "a risk that is not there",
		"Nothing in the policy needs it now; it would hide the danger on the day it comes.", specProtocol,
	},
	{
		Duplicate, SeverityWarning, "", "named twice",
		"The second does nothing, and may have been meant to be another.", specProtocol,
	},
	{
		StarWithList, SeverityWarning, "", "\"*\" with a list beside it",
		"\"*\" holds the others: who reads the list may believe that only they are allowed.", specProtocol,
	},
}

const (
	whyNeverSent = "Origins are compared byte for byte with what browsers send, and they never send this: it would match nothing."
	whyNotOrigin = "What is not an origin has no meaning here, and a guess may let the wrong one in."
	whyTooWide   = "What such a pattern was meant to hold cannot be told from what it would hold too."
	whyNoRegexp  = "Regular expressions for origins have let strangers in too often: an unescaped dot, a missing anchor."
)

// patternEntries explains the reasons for which a pattern cannot be read.
var patternEntries = []struct {
	reason     origin.PatternReason
	title, why string
}{
	{origin.ReasonEmpty, "an empty pattern", whyNotOrigin},
	{origin.ReasonBlank, "a blank in a pattern", whyNeverSent},
	{origin.ReasonQuote, "quotation marks in a pattern", whyNeverSent},
	{origin.ReasonList, "several patterns in one", "Each pattern is an entry of its own; as one text they match nothing."},
	{origin.ReasonRegex, "a regular expression", whyNoRegexp},
	{origin.ReasonUpperCase, "upper case in an origin", whyNeverSent},
	{origin.ReasonScheme, "not a scheme", whyNotOrigin},
	{origin.ReasonSchemeMissing, "an origin without its scheme", "http and https pages of one host are different origins: which is meant must be said."},
	{origin.ReasonSchemeSeparator, "no :// after the scheme", whyNotOrigin},
	{origin.ReasonSchemeWildcard, "a wildcard in the scheme", "Pages of all schemes would include those delivered without TLS: each scheme is a pattern of its own."},
	{origin.ReasonOpaqueScheme, "a scheme whose pages have origin null", whyNeverSent},
	{origin.ReasonUserinfo, "a user's name in an origin", whyNeverSent},
	{origin.ReasonHost, "not a host", whyNotOrigin},
	{origin.ReasonHostMissing, "an origin without a host", whyNotOrigin},
	{origin.ReasonIDN, "an international name in its letters", "Browsers send such names in their xn-- form: it would match nothing."},
	{origin.ReasonLeadingDot, "a host that begins with a dot", whyNeverSent},
	{origin.ReasonTrailingDot, "a host that ends in a dot", "example.com. is another host than example.com, and another origin; few people mean it."},
	{origin.ReasonEmptyLabel, "two dots in a row", whyNeverSent},
	{origin.ReasonAddress, "an address not as browsers write it", whyNeverSent},
	{origin.ReasonNetwork, "a network of addresses", "Origins are hosts; a network has no origin."},
	{origin.ReasonTooLong, "longer than a name can be", whyNeverSent},
	{origin.ReasonEveryHost, "every host of a scheme", "That is every site in the world. If that is meant, it is written *, and goes without credentials."},
	{origin.ReasonPlaceholder, "a placeholder that is none", whyTooWide},
	{origin.ReasonTrailingSlash, "a slash at the end", whyNeverSent},
	{origin.ReasonPath, "a path in an origin", "Origins have no path: all pages of a host are one origin, and a policy cannot tell them apart."},
	{origin.ReasonWildcardPlace, "a wildcard in the wrong place", whyTooWide},
	{origin.ReasonWildcardEnd, "a wildcard at the end of a host", "Names are registered from the right: anybody can get one that begins as yours does."},
	{origin.ReasonWildcardTwice, "two wildcards in a host", whyTooWide},
	{origin.ReasonWildcardGlued, "a wildcard glued to a name", "It would hold evilexample.com beside www.example.com."},
	{origin.ReasonWildcardAddress, "a wildcard in an address", "Addresses have no subdomains."},
	{origin.ReasonPort, "not a port", whyNotOrigin},
	{origin.ReasonPortMissing, "a colon without a port", whyNeverSent},
	{origin.ReasonPortDefault, "the scheme's own port", "Browsers leave the default port out: it would match nothing."},
	{origin.ReasonPortZero, "port 0", whyNeverSent},
	{origin.ReasonPortZeros, "a port with a zero in front", whyNeverSent},
	{origin.ReasonPortRange, "a port over 65535", whyNeverSent},
	{origin.ReasonPortOrder, "a range of ports that runs backwards", "It holds no port."},
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
