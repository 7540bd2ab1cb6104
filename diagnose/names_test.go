package diagnose_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func nameOf(names []diagnose.BrowserName, engine string) string {
	for _, n := range names {
		if n.Engine == engine {
			return n.Name
		}
	}
	return ""
}

// What Chromium 156 and Firefox ESR 153 were measured to print.
func TestMeasuredNames(t *testing.T) {
	const api = "https://api.example/"
	get := func(head string) story { return story{url: api, script: "GET " + api + " -> 200\n" + head} }
	include := func(s story) story { s.credentials = fetch.CredentialsInclude; return s }
	put := func(answer string) story {
		return story{method: "PUT", header: field("X-Foo", "1"), url: api, script: "OPTIONS " + api + " -> " + answer}
	}
	const home = "https://app.example/"
	at := func(url string) story { return story{url: url} }
	noCORS := func(s story) story { s.mode = fetch.ModeNoCORS; return s }
	const good = "\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nAccess-Control-Allow-Headers: x-foo\n"
	for _, tt := range []struct {
		why               string
		story             story
		chromium, firefox string
	}{
		{"no ACAO", get(""), "MissingAllowOriginHeader", "CORSMissingAllowOrigin2"},
		{"another origin", get("Access-Control-Allow-Origin: https://b.example"), "AllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin"},
		{"null", get("Access-Control-Allow-Origin: null"), "AllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin"},
		{"no URL", get("Access-Control-Allow-Origin: foo"), "InvalidAllowOriginValue", "CORSAllowOriginNotMatchingOrigin"},
		{"empty", get("Access-Control-Allow-Origin:"), "InvalidAllowOriginValue", "CORSAllowOriginNotMatchingOrigin"},
		{"a list in one line", get("Access-Control-Allow-Origin: https://a.example, https://b.example"), "MultipleAllowOriginValues", "CORSAllowOriginNotMatchingOrigin"},
		{"two lines", get("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *"), "MultipleAllowOriginValues", "CORSMultipleAllowOriginNotAllowed"},
		{"star and credentials", include(get("Access-Control-Allow-Origin: *")), "WildcardOriginNotAllowed", "CORSNotSupportingCredentials"},
		{"no credentials allowed", include(get("Access-Control-Allow-Origin: https://app.example")), "InvalidAllowCredentials", "CORSMissingAllowCredentials"},
		{"preflight without ACAO", put("204"), "PreflightMissingAllowOriginHeader", "CORSMissingAllowOrigin2"},
		{"preflight for another origin", put("204\nAccess-Control-Allow-Origin: https://b.example"), "PreflightAllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin"},
		{"preflight 404 with good headers", put("404" + good), "PreflightInvalidStatus", "CORSPreflightDidNotSucceed3"},
		{"preflight 500 and no ACAO", put("500"), "PreflightMissingAllowOriginHeader", "CORSMissingAllowOrigin2"},
		{"preflight 301 with ACAO", put("301" + good + "Location: /x"), "PreflightDisallowedRedirect", "CORSExternalRedirectNotAllowed"},
		{"preflight 301 without ACAO", put("301\nLocation: /x"), "PreflightDisallowedRedirect", "CORSMissingAllowOrigin2"},
		{"method not listed", put("204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-foo"), "MethodDisallowedByPreflightResponse", "CORSMethodNotFound"},
		{"methods that cannot be parsed", put("204" + good + "Access-Control-Allow-Methods: a b"), "InvalidAllowMethodsPreflightResponse", "CORSInvalidAllowMethod"},
		{"header not listed", put("204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT"), "HeaderDisallowedByPreflightResponse", "CORSMissingAllowHeaderFromPreflight2"},
		{"headers that cannot be parsed", put("204" + good + "Access-Control-Allow-Headers: a b"), "InvalidAllowHeadersPreflightResponse", "CORSInvalidAllowHeader"},
		{"no method, and headers that cannot be parsed", put("204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: a b"), "InvalidAllowHeadersPreflightResponse", "CORSMethodNotFound"},
		{"a bad port after a redirect", get("").answered("302\nAccess-Control-Allow-Origin: *\nLocation: http://api.example:6667/"), "net::ERR_UNSAFE_PORT", "CORSDidNotSucceed2"},
		{"a bad port after a redirect at home", at(home).answered("302\nLocation: https://api.example:6667/"), "net::ERR_UNSAFE_PORT", "CORSDidNotSucceed2"},
		{"a bad port from the start", at("https://api.example:6667/"), "net::ERR_UNSAFE_PORT", "NS_ERROR_PORT_ACCESS_NOT_ALLOWED"},
		{"at home, a redirect to data:", at(home).answered("302\nLocation: data:,x"), "net::ERR_UNSAFE_REDIRECT", ""},
		{"at home, two places to go", at(home).answered("302\nLocation: /a\nLocation: /b"), "net::ERR_INVALID_REDIRECT", ""},
		{"at home, in a circle", at(home).answered("302\nLocation: /"), "net::ERR_TOO_MANY_REDIRECTS", ""},
		{"at home, connection reset", at(home).answered("net-reset connection reset by peer"), "net::ERR_CONNECTION_RESET", ""},
		{"from home to a server that is gone", at(home).answered("302\nLocation: https://api.example/\nGET https://api.example/ -> net-reset EOF"), "net::ERR_EMPTY_RESPONSE", "CORSDidNotSucceed2"},
		{"from home to a password elsewhere", at(home).answered("302\nLocation: https://u:p@api.example/"), "RedirectContainsCredentials", "CORSDidNotSucceed2"},
		{"no-cors, connection dropped", noCORS(get("").answered("net-reset EOF")), "net::ERR_EMPTY_RESPONSE", ""},
		{"no-cors, scheme ftp", noCORS(at("ftp://api.example/")), "CorsDisabledScheme", ""},
		{"an image, scheme ftp", story{url: "ftp://api.example/", initiator: fetch.ByImage}, "net::ERR_UNKNOWN_URL_SCHEME", ""},
		{"data: without a comma", at("data:text/plain"), "net::ERR_INVALID_URL", ""},
		{"a worker from elsewhere", story{url: api, initiator: fetch.ByWorker}, "SecurityError: Failed to construct 'Worker'", "Security Error: … may not load data"},
		{"a worker that is redirected elsewhere", story{url: home, initiator: fetch.ByWorker}.answered("302\nLocation: https://api.example/"), "DisallowedByMode", "Security Error: … may not load data"},
		{"redirect with a password", get("").answered("302\nAccess-Control-Allow-Origin: *\nLocation: https://u:p@cdn.example/"), "RedirectContainsCredentials", "CORSDidNotSucceed2"},
		{"redirect to ftp:", get("").answered("302\nAccess-Control-Allow-Origin: *\nLocation: ftp://cdn.example/"), "CorsDisabledScheme", "CORSDidNotSucceed2"},
		{"redirect to about:", get("").answered("302\nAccess-Control-Allow-Origin: *\nLocation: about:blank"), "net::ERR_UNSAFE_REDIRECT", "CORSDidNotSucceed2"},
		{"no-cors, redirect to ftp:", noCORS(get("").answered("302\nLocation: ftp://cdn.example/")), "net::ERR_UNSAFE_REDIRECT", ""},
		{"a preflight redirected", story{url: api, method: "PUT", script: "OPTIONS " + api + " -> 302\nAccess-Control-Allow-Origin: *\nLocation: /x"}, "PreflightDisallowedRedirect", "CORSExternalRedirectNotAllowed"},
		{"a preflight redirected, redirect: error", story{url: api, method: "PUT", redirect: fetch.RedirectError, script: "OPTIONS " + api + " -> 302\nAccess-Control-Allow-Origin: *\nLocation: /x"}, "PreflightDisallowedRedirect", "CORSPreflightDidNotSucceed3"},
		{"redirect to data:", get("").answered("302\nAccess-Control-Allow-Origin: *\nLocation: data:,x"), "net::ERR_UNSAFE_REDIRECT", "CORSDidNotSucceed2"},
		{"redirect: error", story{url: api, redirect: fetch.RedirectError}.answered("302\nAccess-Control-Allow-Origin: *\nLocation: /x"), "net::ERR_FAILED", ""},
		{"connection dropped", get("").answered("net-reset EOF"), "net::ERR_EMPTY_RESPONSE", "CORSDidNotSucceed2"},
		{"connection reset", get("").answered("net-reset connection reset by peer"), "net::ERR_CONNECTION_RESET", "CORSDidNotSucceed2"},
		{"mode same-origin", story{url: api, mode: fetch.ModeSameOrigin}, "DisallowedByMode", "Security Error: … may not load data"},
		{"scheme foo", story{url: "foo://api.example/"}, "CorsDisabledScheme", "CORSRequestNotHttp"},
	} {
		// Whoever's eyes the fetch was seen with, each engine prints its own.
		for _, p := range fetch.Profiles() {
			s := tt.story
			s.profile = p
			record := s.play(t)
			findings := diagnose.Diagnose(record)
			if len(findings) == 0 || record.First() == nil {
				t.Errorf("%s, %s: not blocked", tt.why, p.Name)
				continue
			}
			chromium, firefox := nameOf(findings[0].Browsers, "chromium"), nameOf(findings[0].Browsers, "firefox")
			if printed := diagnose.ConsoleNames(record); nameOf(printed, "chromium") != chromium || nameOf(printed, "firefox") != firefox {
				t.Errorf("%s, seen by %s: the console has %v, the finding %v", tt.why, p.Name, printed, findings[0].Browsers)
			}
			if chromium != tt.chromium || firefox != tt.firefox {
				t.Errorf("%s, seen by %s: chromium %q and firefox %q, want %q and %q", tt.why, p.Name, chromium, firefox, tt.chromium, tt.firefox)
			}
		}
	}
}

func TestNothingBlockedHasNoNames(t *testing.T) {
	if printed := diagnose.ConsoleNames(story{url: "https://api.example/"}.answered("200\nAccess-Control-Allow-Origin: *").play(t)); printed != nil {
		t.Errorf("an answer that is shared: %v", printed)
	}
}

// A redirect to a user name at home: Chromium alone refuses it, and prints nothing.
func TestNamesOfARedirectAtHome(t *testing.T) {
	s := story{url: "https://app.example/", profile: fetch.Chromium}.answered("302\nLocation: https://u:p@app.example/x")
	f := diagnose.Diagnose(s.play(t))[0]
	if len(f.Browsers) != 1 || nameOf(f.Browsers, "chromium") != "net::ERR_ABORTED" || !strings.Contains(f.Summary, "Chromium never follows") {
		t.Errorf("%s: %v", f.Summary, f.Browsers)
	}
	f = diagnose.Diagnose(story{url: "https://app.example/", profile: fetch.Chromium}.answered("302\nLocation: https://u:p@b.example/x").play(t))[0]
	if nameOf(f.Browsers, "chromium") != "RedirectContainsCredentials" || strings.Contains(f.Summary, "Chromium") {
		t.Errorf("across origins: %s: %v", f.Summary, f.Browsers)
	}
}

func (s story) answered(answer string) story {
	s.script = "GET " + s.url + " -> " + answer
	return s
}

// Package diagnose and package fetch each know in which order an engine notices faults. They have to agree.
func TestOrdersAgreeWithProfiles(t *testing.T) {
	const api = "https://api.example/"
	answers := []string{
		"301\nLocation: /x\nAccess-Control-Allow-Methods: a b\nAccess-Control-Allow-Headers: a b",
		"404\nAccess-Control-Allow-Methods: a b",
		"404\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: a b",
		"500\nAccess-Control-Allow-Origin: https://b.example",
		"500\nAccess-Control-Allow-Origin: foo\nAccess-Control-Allow-Methods: a b",
		"500\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: a b",
		"404\nAccess-Control-Allow-Origin: https://app.example",
		"204\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Methods: a b\nAccess-Control-Allow-Headers: a b",
		"204\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: a b\nAccess-Control-Allow-Headers: a b",
		"204\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Headers: a b",
		"204\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: a b",
		"204\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true",
	}
	for _, answer := range answers {
		for _, seenBy := range fetch.Profiles() {
			s := story{
				method: "PUT", header: field("X-Foo", "1"), credentials: fetch.CredentialsInclude, url: api,
				script: "OPTIONS " + api + " -> " + answer, profile: seenBy,
			}
			told := diagnose.Diagnose(s.play(t))[0].Browsers
			for _, engine := range []fetch.Profile{fetch.Chromium, fetch.Firefox, fetch.WebKit} {
				s.profile = engine
				want := nameOf(diagnose.BrowserNames(*s.play(t).First()), engine.Name)
				if got := nameOf(told, engine.Name); got != want {
					t.Errorf("%q seen by %s: %s prints %q, want %q", answer, seenBy.Name, engine.Name, got, want)
				}
			}
		}
	}
}

func TestNamesOfVerdicts(t *testing.T) {
	for _, tt := range []struct {
		v    transcript.Verdict
		want string
		why  string
	}{
		{transcript.Verdict{Code: transcript.ACAOMismatch, Phase: pre}, "PreflightAllowOriginMismatch", "a name of its own on preflights"},
		{transcript.Verdict{Code: transcript.ACAOMismatch, Phase: act}, "AllowOriginMismatch", "and one elsewhere"},
		{transcript.Verdict{Code: transcript.MethodNotAllowed, Phase: pre}, "MethodDisallowedByPreflightResponse", "already a preflight's name"},
		{transcript.Verdict{Code: transcript.NetTLS, Seen: "x509: certificate is valid for a.example, not b.example"}, "net::ERR_CERT_COMMON_NAME_INVALID", "by what is wrong with the certificate"},
		{transcript.Verdict{Code: transcript.NetTLS, Seen: "x509: certificate signed by unknown authority"}, "net::ERR_CERT_AUTHORITY_INVALID", "likewise"},
		{transcript.Verdict{Code: transcript.NetTLS, Seen: "tls: something else"}, "net::ERR_SSL_PROTOCOL_ERROR", "what is not known"},
		{transcript.Verdict{Code: transcript.MaxAgeCapped}, "", "nobody says anything"},
		{transcript.Verdict{Code: "made-up"}, "", "nobody knows it"},
	} {
		if got := nameOf(diagnose.BrowserNames(tt.v), "chromium"); got != tt.want {
			t.Errorf("%s in %s: got %q, want %q: %s", tt.v.Code, tt.v.Phase, got, tt.want, tt.why)
		}
	}
}

// Firefox looks where a redirect leads before it looks who may know, if it leads to data:. Of a fetch seen with its own
// eyes the name is that of what it noticed.
func TestNamesFollowTheTranscriptsOwnProfile(t *testing.T) {
	s := story{url: "https://api.example/", profile: fetch.Firefox}.answered("302\nLocation: data:,x")
	if got := nameOf(diagnose.ConsoleNames(s.play(t)), "firefox"); got != "CORSDidNotSucceed2" {
		t.Errorf("Firefox prints %q", got)
	}
	s.profile = fetch.Chromium
	if got := nameOf(diagnose.ConsoleNames(s.play(t)), "chromium"); got != "MissingAllowOriginHeader" {
		t.Errorf("Chromium prints %q", got)
	}
}
