package browsers

import (
	"regexp"
	"strings"
)

// A Reason is what the engine itself says of a failure, on its console.
type Reason struct {
	// Name is the engine's own name for it, as package diagnose spells it. Unmapped is a text of the engine's on CORS
	// that the tables here do not know; empty is one on something else.
	Name string
	Text string
}

// Unmapped is the name of a reason whose text is not known.
const Unmapped = "unmapped"

// A phrase is what a console text contains when it means a name.
type phrase struct{ text, name string }

func named(phrases []phrase, text string) string {
	for _, p := range phrases {
		if strings.Contains(text, p.text) {
			return p.name
		}
	}
	return ""
}

// Chromium writes [process:thread:time:INFO:CONSOLE:line] "text", source: address (line).
var chromiumLine = regexp.MustCompile(`^\[[^\]]*:CONSOLE[^\]]*\] "(.*?)(?:", source: .*)?$`)

// chromiumPhrases are in order: one text may hold two of them.
var chromiumPhrases = []phrase{
	{"No 'Access-Control-Allow-Origin' header is present", "MissingAllowOriginHeader"},
	{"must not be the wildcard '*' when", "WildcardOriginNotAllowed"},
	{"but only one is allowed", "MultipleAllowOriginValues"},
	{"The 'Access-Control-Allow-Origin' header contains the invalid value", "InvalidAllowOriginValue"},
	{"that is not equal to the supplied origin", "AllowOriginMismatch"},
	{"which must be 'true' when the request's credentials mode is 'include'", "InvalidAllowCredentials"},
	{"It does not have HTTP ok status", "PreflightInvalidStatus"},
	{"Redirect is not allowed for a preflight request", "PreflightDisallowedRedirect"},
	{"Cannot parse Access-Control-Allow-Methods", "InvalidAllowMethodsPreflightResponse"},
	{"Cannot parse Access-Control-Allow-Headers", "InvalidAllowHeadersPreflightResponse"},
	{"is not allowed by Access-Control-Allow-Methods in preflight response", "MethodDisallowedByPreflightResponse"},
	{"is not allowed by Access-Control-Allow-Headers in preflight response", "HeaderDisallowedByPreflightResponse"},
	{"contains a username and password, which is disallowed for cross-origin requests", "RedirectContainsCredentials"},
	{"Cross origin requests are only supported for", "CorsDisabledScheme"},
	{"URL scheme \"", "CorsDisabledScheme"}, // "ftp" is not supported
	{"but the URL's origin is not same as the request origin", "DisallowedByMode"},
	{"Cross origin requests are not allowed by request mode", "DisallowedByMode"},
	{"Unsafe attempt to load URL", "DisallowedByMode"},
	{"This request has been blocked; the content must be served over HTTPS", "Mixed Content"},
	{"this endpoint must be available over WSS", "Mixed Content"},
}

const chromiumPreflight = "Response to preflight request doesn't pass access control check: "

func chromiumReason(line string) (Reason, bool) {
	found := chromiumLine.FindStringSubmatch(line)
	if found == nil {
		return Reason{}, false
	}
	r := Reason{Text: found[1], Name: named(chromiumPhrases, found[1])}
	switch {
	case r.Name == "" && strings.Contains(r.Text, "blocked by CORS policy"):
		r.Name = Unmapped
	case strings.Contains(r.Text, chromiumPreflight) && !strings.HasPrefix(r.Name, "Preflight"):
		r.Name = "Preflight" + r.Name
	}
	return r, true
}

// Firefox writes [process: thread]: E/PageMessages [JavaScript Error: "text" {where}].
var firefoxLine = regexp.MustCompile(`/PageMessages \[JavaScript (?:Error|Warning): "(.*?)"?(?: \{file: .*)?\]?$`)

var firefoxPhrases = []phrase{
	{"(Reason: CORS header ‘Access-Control-Allow-Origin’ missing)", "CORSMissingAllowOrigin2"},
	{"(Reason: Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed)", "CORSMultipleAllowOriginNotAllowed"},
	{"(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match", "CORSAllowOriginNotMatchingOrigin"},
	{"(Reason: Credential is not supported if the CORS header", "CORSNotSupportingCredentials"},
	{"(Reason: expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’)", "CORSMissingAllowCredentials"},
	{"(Reason: CORS preflight response did not succeed)", "CORSPreflightDidNotSucceed3"},
	{"(Reason: CORS request external redirect not allowed)", "CORSExternalRedirectNotAllowed"},
	{"(Reason: Did not find method in CORS header", "CORSMethodNotFound"},
	{"in CORS header ‘Access-Control-Allow-Methods’)", "CORSInvalidAllowMethod"},
	{"in CORS header ‘Access-Control-Allow-Headers’)", "CORSInvalidAllowHeader"},
	{"is not allowed according to header ‘Access-Control-Allow-Headers’", "CORSMissingAllowHeaderFromPreflight2"},
	{"(Reason: CORS request not http)", "CORSRequestNotHttp"},
	{"(Reason: CORS request did not succeed)", "CORSDidNotSucceed2"},
	{"Content-Security-Policy: The page’s settings blocked", "Content-Security-Policy"},
	{"may not load data from", "Security Error: … may not load data"},
	{"blocked by OpaqueResponseBlocking", "OpaqueResponseBlocking"},
	{"Blocked loading mixed active content", "Mixed Content Blocker"},
}

func firefoxReason(line string) (Reason, bool) {
	found := firefoxLine.FindStringSubmatch(line)
	if found == nil {
		return Reason{}, false
	}
	r := Reason{Text: found[1], Name: named(firefoxPhrases, found[1])}
	if r.Name == "" && strings.Contains(r.Text, "Cross-Origin Request Blocked") {
		r.Name = Unmapped
	}
	return r, true
}
