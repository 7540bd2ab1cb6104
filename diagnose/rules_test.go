package diagnose_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// told is a transcript of one exchange with one verdict.
func told(v transcript.Verdict, e transcript.Exchange) *transcript.Transcript {
	v.Exchange = 1
	if e.Kind == "" {
		e.Kind = transcript.Actual
		if v.Phase == transcript.PhasePreflight {
			e.Kind = transcript.Preflight
		}
	}
	if e.URL == "" {
		e.URL = "https://api.example/x"
	}
	if e.Request == nil {
		e.Request = wire.Header{{Name: "Origin", Value: "https://app.example"}}
	}
	return &transcript.Transcript{
		Version: 1, Profile: "chromium",
		Asked:     transcript.Asked{Origin: "https://app.example", Initiator: "fetch", Title: "fetch()", Method: "GET", URL: e.URL, Mode: "cors", Credentials: "same-origin", Redirect: "follow"},
		Exchanges: []transcript.Exchange{e}, Verdicts: []transcript.Verdict{v},
	}
}

// One row a code: its rule says the decisive fact. The pains say more of the frequent ones.
var ruleRows = []struct {
	v    transcript.Verdict
	e    transcript.Exchange
	says string
	fix  string // part of the fix's text, where the rule refines it
	url  string
	edit diagnose.Edit // the first; zero for none
}{
	{v: transcript.Verdict{Code: transcript.URLInvalid, Seen: "http://"}, says: `"http://", which is no URL`},
	{v: transcript.Verdict{Code: transcript.URLUserinfo}, says: "a user name or a password"},
	{v: transcript.Verdict{Code: transcript.MethodForbidden, Seen: "TRACE"}, says: `the method "TRACE"`},
	{v: transcript.Verdict{Code: transcript.MethodForbidden, Seen: "GE T"}, says: `"GE T" is not a method name: it has a blank in it`, fix: "nothing before, within or after it"},
	{v: transcript.Verdict{Code: transcript.MethodForbidden, Seen: "GET\n"}, says: `it has "\n" in it`},
	{v: transcript.Verdict{Code: transcript.MethodForbidden}, says: `"" is not a method name: it is empty`},
	{v: transcript.Verdict{Code: transcript.BodyNotAllowed}, says: "a body to a GET request"},
	{v: transcript.Verdict{Code: transcript.HeaderInvalid, Subject: "x\ny", Seen: "1"}, says: `"x\ny"`},
	{v: transcript.Verdict{Code: transcript.NoCORSMethod, Seen: "PUT"}, says: `not "PUT"`},
	{v: transcript.Verdict{Code: transcript.NoCORSRedirect, Seen: "manual"}, says: `redirect "manual"`},
	{v: transcript.Verdict{Code: transcript.StreamMode, Seen: "no-cors"}, says: "the body is a stream"},
	{v: transcript.Verdict{Code: transcript.KeepaliveTooLong, Seen: "70000 bytes", Expected: "65536 bytes"}, says: "70000 bytes, and the limit is 65536 bytes"},
	{v: transcript.Verdict{Code: transcript.BadPort, Seen: "25"}, says: "browsers never talk to port 25"},
	{v: transcript.Verdict{Code: transcript.MixedContent, Subject: "http://api.example/x", Seen: "http"}, says: "over plain http", url: "https://api.example/x"},
	{v: transcript.Verdict{Code: transcript.CSPBlocked, Seen: "https://api.example"}, says: "the Content-Security-Policy of the page itself"},
	{v: transcript.Verdict{Code: transcript.ModeSameOrigin, Seen: "https://api.example", Expected: "https://app.example"}, says: "https://api.example is not its origin"},
	{v: transcript.Verdict{Code: transcript.SchemeNotHTTP, Seen: "localhost"}, says: `the scheme "localhost"`},

	{v: transcript.Verdict{Code: transcript.NetDNS}, says: "the host name api.example has no address"},
	{v: transcript.Verdict{Code: transcript.NetRefused}, says: "nothing listens at api.example"},
	{v: transcript.Verdict{Code: transcript.NetUnreachable}, says: "no way to api.example"},
	{v: transcript.Verdict{Code: transcript.NetReset}, says: "api.example closed the connection"},
	{v: transcript.Verdict{Code: transcript.NetReset, Phase: transcript.PhasePreflight}, says: "without an answer to the preflight"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "x509: certificate has expired or is not yet valid"}, says: "has expired or is not yet valid", fix: "renew"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "self-signed certificate"}, says: "is self-signed", fix: "development authority"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "x509: certificate signed by unknown authority"}, says: "an authority nobody here knows", fix: "full chain"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "x509: certificate is valid for a.example, not api.example"}, says: `is for other host names: "a.example"`, fix: "under a name"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "http: server gave HTTP response to HTTPS client"}, says: "speaks plain http on this port", fix: "speaks TLS"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "remote error: tls: certificate required"}, says: "wants a certificate of the client", fix: "no client certificate with a preflight"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "tls: protocol version not supported"}, says: "no TLS version or cipher in common", fix: "TLS 1.2"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "remote error: tls: handshake failure"}, says: "wants a certificate of the client, or knows no TLS version or cipher", fix: "let OPTIONS through without one"},
	{v: transcript.Verdict{Code: transcript.NetTLS, Seen: "?"}, says: "no secure connection to api.example", fix: "in a tab"},
	{v: transcript.Verdict{Code: transcript.NetTimeout}, says: "did not answer in time"},
	{v: transcript.Verdict{Code: transcript.NetProtocol, Seen: "malformed HTTP response"}, says: "does not speak HTTP"},
	{v: transcript.Verdict{Code: transcript.NetProtocol, Seen: `malformed HTTP response "\x15\x03\x01"`}, e: transcript.Exchange{URL: "http://api.example/x"}, says: "but TLS", url: "https://api.example/x"},
	{v: transcript.Verdict{Code: transcript.NetAborted}, says: "was cancelled"},
	{v: transcript.Verdict{Code: transcript.NetScheme, Seen: "blob"}, says: `the scheme "blob"`},
	{v: transcript.Verdict{Code: transcript.NetStreamHTTP1, Seen: "HTTP/1.1"}, says: "the server speaks HTTP/1.1"},
	{v: transcript.Verdict{Code: transcript.LNADenied, Seen: "loopback"}, says: "an address of the user's own machine, and the user has not permitted"},
	{v: transcript.Verdict{Code: transcript.LNAInsecure, Seen: "local"}, says: "the user's own network, and a page that is not secure"},
	{v: transcript.Verdict{Code: transcript.LNAMismatch, Expected: "local", Seen: "public"}, says: `declared the address space "local"`},
	{v: transcript.Verdict{Code: transcript.WorkerResponse, Seen: "a network error"}, says: "service worker answered with a network error"},

	{
		v: transcript.Verdict{Code: transcript.ACAOMissing, Phase: pre, Expected: "https://app.example"}, e: transcript.Exchange{Status: 204},
		says: "the preflight's answer (204) does not carry", edit: edit(pre, diagnose.Set, wire.AccessControlAllowOrigin, "https://app.example"),
	},
	{
		v:    transcript.Verdict{Code: transcript.ACAOMultiple, Phase: act, Expected: "https://app.example", Seen: "*, *"},
		e:    transcript.Exchange{Status: 200, Response: wire.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Allow-Origin", Value: "*"}}},
		says: "2 times", edit: edit(act, diagnose.Set, wire.AccessControlAllowOrigin, "https://app.example"),
	},
	{
		v: transcript.Verdict{Code: transcript.ACAOInvalid, Phase: act, Expected: "https://app.example", Seen: "app.example"}, e: transcript.Exchange{Status: 200},
		says: `"app.example", which is no origin`, edit: edit(act, diagnose.Set, wire.AccessControlAllowOrigin, "https://app.example"),
	},
	{
		v: transcript.Verdict{Code: transcript.ACAOMismatch, Phase: act, Expected: "https://app.example", Seen: "https://b.example"}, e: transcript.Exchange{Status: 200},
		says: `allows "https://b.example"; the request came from https://app.example`, edit: edit(act, diagnose.Set, wire.AccessControlAllowOrigin, "https://app.example"),
	},
	{
		v: transcript.Verdict{Code: transcript.StarCredentials, Phase: pre, Expected: "https://app.example", Seen: "*"}, e: transcript.Exchange{Status: 200},
		says: "any origin", edit: edit(pre, diagnose.Set, wire.AccessControlAllowOrigin, "https://app.example"),
	},
	{
		v: transcript.Verdict{Code: transcript.ACACNotTrue, Phase: act, Expected: "true"}, e: transcript.Exchange{Status: 200},
		says: "does not carry Access-Control-Allow-Credentials", edit: edit(act, diagnose.Set, wire.AccessControlAllowCredentials, "true"),
	},

	{v: transcript.Verdict{Code: transcript.PreflightStatus, Phase: pre, Seen: "401"}, e: transcript.Exchange{Status: 401}, says: "answered 401", fix: "Authentication", edit: edit(pre, diagnose.Status, "", "204")},
	{
		v:    transcript.Verdict{Code: transcript.PreflightStatus, Phase: pre, Seen: "403"},
		e:    transcript.Exchange{Status: 403, Request: wire.Header{{Name: "Origin", Value: "https://app.example"}, {Name: "Access-Control-Request-Method", Value: "PUT"}, {Name: "Access-Control-Request-Headers", Value: "x-a"}}},
		says: "answered 403", fix: "a CORS policy that does not allow all that was asked for, and does not say what is missing: the origin https://app.example, the method PUT, the headers x-a",
	},
	{v: transcript.Verdict{Code: transcript.PreflightStatus, Phase: pre, Seen: "404"}, e: transcript.Exchange{Status: 404}, says: "answered 404", fix: "No route", edit: edit(pre, diagnose.Status, "", "204")},
	{v: transcript.Verdict{Code: transcript.PreflightStatus, Phase: pre, Seen: "429"}, e: transcript.Exchange{Status: 429}, says: "answered 429", fix: "limit", edit: edit(pre, diagnose.Status, "", "204")},
	{v: transcript.Verdict{Code: transcript.PreflightStatus, Phase: pre, Seen: "422"}, e: transcript.Exchange{Status: 422}, says: "answered 422", fix: "validation", edit: edit(pre, diagnose.Status, "", "204")},
	{v: transcript.Verdict{Code: transcript.PreflightStatus, Phase: pre, Seen: "500"}, e: transcript.Exchange{Status: 500}, says: "answered 500", fix: "fails on OPTIONS", edit: edit(pre, diagnose.Status, "", "204")},
	{v: transcript.Verdict{Code: transcript.PreflightRedirect, Phase: pre}, e: transcript.Exchange{Status: 302, Response: field("Location", "https://www.api.example/x")}, says: "https://www.api.example/x", url: "https://www.api.example/x"},
	{v: transcript.Verdict{Code: transcript.PreflightRedirect, Phase: pre}, e: transcript.Exchange{Status: 302, Response: field("Location", "https://sso.example/login")}, says: "sso.example", fix: "seems to lead to a login", edit: edit(pre, diagnose.Status, "", "204")},
	{v: transcript.Verdict{Code: transcript.PreflightRedirect, Phase: pre}, e: transcript.Exchange{Status: 307}, says: "without a usable Location", edit: edit(pre, diagnose.Status, "", "204")},
	{
		v:    transcript.Verdict{Code: transcript.ACAMSyntax, Phase: pre, Subject: wire.AccessControlAllowMethods, Seen: "PUT; GET"},
		e:    transcript.Exchange{Status: 204, Request: field("Access-Control-Request-Method", "PUT"), Response: field("Access-Control-Allow-Methods", "PUT; GET")},
		says: `"PUT; GET"`, fix: "PUT, GET", edit: edit(pre, diagnose.Set, wire.AccessControlAllowMethods, "PUT, GET"),
	},
	{
		v:    transcript.Verdict{Code: transcript.ACAHSyntax, Phase: pre, Subject: wire.AccessControlAllowHeaders, Seen: `"*"`},
		e:    transcript.Exchange{Status: 204, Response: field("Access-Control-Allow-Headers", `"*"`)},
		says: "cannot be parsed", edit: edit(pre, diagnose.Remove, wire.AccessControlAllowHeaders, ""),
	},
	{v: transcript.Verdict{Code: transcript.MethodNotAllowed, Phase: pre, Expected: "PUT", Seen: "put"}, says: `uses PUT, and the preflight's answer allows "put"`, edit: edit(pre, diagnose.Add, wire.AccessControlAllowMethods, "PUT")},
	{v: transcript.Verdict{Code: transcript.MethodNotAllowed, Phase: pre, Expected: "patch"}, says: "letter case", fix: "PATCH"},
	{v: transcript.Verdict{Code: transcript.HeaderNotAllowed, Phase: pre, Expected: "x-foo"}, says: "allows no headers", edit: edit(pre, diagnose.Add, wire.AccessControlAllowHeaders, "x-foo")},
	{v: transcript.Verdict{Code: transcript.HeaderNotAllowed, Phase: pre, Expected: "access-control-allow-origin", Seen: "x"}, says: "access-control-allow-origin", fix: "remove the header"},

	{
		v: transcript.Verdict{Code: transcript.RedirectUserinfo, Phase: act, Seen: "https://u:secret@b.example/"}, e: transcript.Exchange{Status: 302, Response: field("Location", "https://u:secret@b.example/")},
		says: "a user name or a password", edit: edit(act, diagnose.Set, wire.Location, "https://b.example/"),
	},
	{v: transcript.Verdict{Code: transcript.RedirectLimit, Phase: act, Seen: "https://b.example/"}, says: "twenty redirects"},
	{
		v: transcript.Verdict{Code: transcript.RedirectLocation, Phase: act, Expected: "one Location", Seen: "/a, /a"}, e: transcript.Exchange{Status: 302, Response: wire.Header{{Name: "Location", Value: "/a"}, {Name: "Location", Value: "/a"}}},
		says: `"/a, /a" is not one Location`, edit: edit(act, diagnose.Set, wire.Location, "/a"),
	},
	{v: transcript.Verdict{Code: transcript.RedirectScheme, Phase: act, Seen: "data:,x"}, says: `redirects to "data:,x"`},
	{v: transcript.Verdict{Code: transcript.RedirectStream, Phase: act, Seen: "307"}, e: transcript.Exchange{Status: 307, Response: field("Location", "/b")}, says: "a stream", url: "https://api.example/b"},
	{v: transcript.Verdict{Code: transcript.RedirectError, Phase: act, Seen: "301"}, e: transcript.Exchange{Status: 301, Response: field("Location", "/b")}, says: "asked for no redirects", url: "https://api.example/b"},

	{
		v: transcript.Verdict{Code: transcript.CORPBlocked, Phase: act, Seen: "same-origin"}, e: transcript.Exchange{Status: 200},
		says: `"same-origin"`, edit: edit(act, diagnose.Set, wire.CrossOriginResourcePolicy, "cross-origin"),
	},
	{
		v: transcript.Verdict{Code: transcript.CORPBlocked, Phase: act}, e: transcript.Exchange{Status: 200, URL: "https://cdn.app.example/"},
		says: "embedder policy", edit: edit(act, diagnose.Set, wire.CrossOriginResourcePolicy, "same-site"),
	},
	{v: transcript.Verdict{Code: transcript.ORBBlocked, Seen: "application/json"}, says: `"application/json"`},
	{v: transcript.Verdict{Code: transcript.NosniffBlocked, Seen: "text/plain", Expected: "a JavaScript type"}, e: transcript.Exchange{Status: 200}, says: `"text/plain"`, edit: edit(act, diagnose.Set, wire.ContentType, "text/javascript")},
	{v: transcript.Verdict{Code: transcript.NosniffBlocked, Seen: "text/plain", Expected: "text/css"}, e: transcript.Exchange{Status: 200}, says: `"text/plain"`, edit: edit(act, diagnose.Set, wire.ContentType, "text/css")},
	{v: transcript.Verdict{Code: transcript.NosniffBlocked, Seen: "text/html", Expected: "a JavaScript type"}, e: transcript.Exchange{Status: 404}, says: `"text/html"`},
	{
		v: transcript.Verdict{Code: transcript.MIMEBlocked, Seen: "text/plain", Expected: "a JavaScript type", Spec: "https://html/"}, e: transcript.Exchange{Status: 200},
		says: `Content-Type is "text/plain", and fetch() takes a JavaScript type alone`, fix: "serve it as text/javascript", edit: edit(act, diagnose.Set, wire.ContentType, "text/javascript"),
	},
	{
		v: transcript.Verdict{Code: transcript.MIMEBlocked, Expected: "a JSON type", Spec: "https://html/"}, e: transcript.Exchange{Status: 200},
		says: "the answer has no Content-Type", fix: "serve it as application/json", edit: edit(act, diagnose.Set, wire.ContentType, "application/json"),
	},
	{
		v: transcript.Verdict{Code: transcript.MIMEBlocked, Seen: "text/plain", Expected: "text/css", Spec: "https://html/"}, e: transcript.Exchange{Status: 200},
		says: "takes text/css alone", fix: "serve it as text/css", edit: edit(act, diagnose.Set, wire.ContentType, "text/css"),
	},
	{v: transcript.Verdict{Code: transcript.MIMEBlocked, Seen: "image/png", Expected: "a JavaScript type"}, e: transcript.Exchange{Status: 200}, says: `"image/png", and a script's never is`, fix: "serve it as text/javascript", edit: edit(act, diagnose.Set, wire.ContentType, "text/javascript")},
	{v: transcript.Verdict{Code: transcript.MIMEBlocked, Seen: "image/png"}, e: transcript.Exchange{Status: 200}, says: `"image/png"`, edit: edit(act, diagnose.Set, wire.ContentType, "text/javascript")},
	{v: transcript.Verdict{Code: transcript.RangeGuard, Seen: "206"}, says: "206"},

	{v: transcript.Verdict{Code: transcript.StarAuthorization, Phase: pre}, says: "the Authorization header", edit: edit(pre, diagnose.Add, wire.AccessControlAllowHeaders, "Authorization")},
	{v: transcript.Verdict{Code: transcript.HeaderForbidden, Subject: "Origin"}, says: `"Origin", which is the browser's own`},
	{v: transcript.Verdict{Code: transcript.HeaderDropped, Subject: "X-Foo"}, says: `"X-Foo": it was dropped`},
	{v: transcript.Verdict{Code: transcript.AuthorizationDropped, Expected: "https://api.example", Seen: "https://b.example"}, e: transcript.Exchange{Status: 302, Response: field("Location", "https://b.example/")}, says: "from https://api.example to https://b.example", url: "https://b.example/"},
	{v: transcript.Verdict{Code: transcript.OriginNull, Expected: "https://app.example"}, e: transcript.Exchange{Status: 302, Response: field("Location", "https://b.example/")}, says: "origin null", url: "https://b.example/"},
	{v: transcript.Verdict{Code: transcript.CookieWithheld, Subject: "sid", Seen: string(cookie.ThirdPartyBlocked), Expected: cookie.ThirdPartyBlocked.Text()}, says: `"sid" was not sent`, fix: "from one site"},
	{v: transcript.Verdict{Code: transcript.CookieRejected, Subject: "sid", Seen: string(cookie.NoneWithoutSecure), Expected: cookie.NoneWithoutSecure.Text()}, says: `"sid" was not stored`, fix: "add Secure"},
	{v: transcript.Verdict{Code: transcript.HeaderHidden, Subject: "etag", Phase: transcript.PhaseFilter}, says: "cannot read etag", edit: edit(act, diagnose.Add, wire.AccessControlExposeHeaders, "etag")},
	{
		v: transcript.Verdict{Code: transcript.ExposeSyntax, Phase: transcript.PhaseFilter, Subject: wire.AccessControlExposeHeaders, Seen: "ETag; Link"}, e: transcript.Exchange{Response: field("Access-Control-Expose-Headers", "ETag; Link, *")},
		says: `"ETag; Link"`, edit: edit(act, diagnose.Set, wire.AccessControlExposeHeaders, "ETag, Link, *"),
	},
	{v: transcript.Verdict{Code: transcript.MaxAgeSyntax, Phase: pre, Seen: "600s"}, says: `"600s"`, edit: edit(pre, diagnose.Set, wire.AccessControlMaxAge, "600")},
	{v: transcript.Verdict{Code: transcript.MaxAgeSyntax, Phase: pre, Seen: "-1"}, says: `"-1"`, edit: edit(pre, diagnose.Set, wire.AccessControlMaxAge, "0")},
	{v: transcript.Verdict{Code: transcript.MaxAgeSyntax, Phase: pre, Seen: "never"}, says: `"never"`, edit: edit(pre, diagnose.Remove, wire.AccessControlMaxAge, "")},
	{v: transcript.Verdict{Code: transcript.MaxAgeCapped, Seen: "86400", Expected: "at most 7200"}, says: "at most 7200 seconds"},
	{v: transcript.Verdict{Code: transcript.ResponseOpaque, Seen: "status 0"}, says: "asked without CORS"},
}

func TestEveryCodeHasItsRule(t *testing.T) {
	seen := map[transcript.Code]bool{}
	for _, tt := range ruleRows {
		seen[tt.v.Code] = true
		entry, _ := diagnose.Lookup(tt.v.Code)
		tt.v.Blocks = entry.Severity == diagnose.Error
		if tt.v.Phase == "" {
			tt.v.Phase = act
		}
		findings := diagnose.Diagnose(told(tt.v, tt.e))
		if len(findings) == 0 || findings[0].Code != tt.v.Code {
			t.Errorf("%s: got %v", tt.v.Code, codesOf(findings))
			continue
		}
		f := findings[0]
		if !strings.Contains(f.Summary, tt.says) {
			t.Errorf("%s: summary %q does not say %q", tt.v.Code, f.Summary, tt.says)
		}
		if !strings.Contains(f.Fix.Text, tt.fix) || f.Fix.Text == "" {
			t.Errorf("%s: fix %q does not say %q", tt.v.Code, f.Fix.Text, tt.fix)
		}
		if f.Fix.URL != tt.url {
			t.Errorf("%s: ask %q instead, want %q", tt.v.Code, f.Fix.URL, tt.url)
		}
		switch {
		case tt.edit == diagnose.Edit{} && len(f.Fix.Edits) > 0:
			t.Errorf("%s: edits %v, want none", tt.v.Code, f.Fix.Edits)
		case tt.edit != diagnose.Edit{} && (len(f.Fix.Edits) == 0 || f.Fix.Edits[0] != tt.edit):
			t.Errorf("%s: edits %v, want %v first", tt.v.Code, f.Fix.Edits, tt.edit)
		}
		if f.Severity != entry.Severity || f.Why != entry.Why || f.Spec == "" {
			t.Errorf("%s: the catalog's part is missing: %+v", tt.v.Code, f)
		}
		if strings.Contains(f.Summary, "This is not CORS") || strings.Count(f.Fix.Text, "This is not CORS") > 1 ||
			strings.Contains(entry.What, "This is not CORS") && !strings.HasPrefix(f.Fix.Text, "This is not CORS") {
			t.Errorf("%s: that it is not CORS belongs in the fix, once: summary %q, fix %q", tt.v.Code, f.Summary, f.Fix.Text)
		}
		if strings.ContainsAny(f.Summary, "\n\r\x1b") || strings.Contains(f.Summary, "secret") {
			t.Errorf("%s: summary %q is not fit to print", tt.v.Code, f.Summary)
		}
	}
	for _, c := range transcript.Codes() {
		if !seen[c] {
			t.Errorf("%s has no row", c)
		}
	}
}

// The store's reasons each have a remedy of their own.
func TestCookieReasonsHaveRemedies(t *testing.T) {
	general, _ := diagnose.Lookup(transcript.CookieRejected)
	for _, reason := range []cookie.Reason{
		cookie.SecureNeeded, cookie.StrictCrossSite, cookie.LaxCrossSite, cookie.UnsetCrossSite, cookie.PartitionedElsewhere, cookie.ThirdPartyBlocked,
		cookie.Empty, cookie.TooLong, cookie.ControlCharacter, cookie.PublicSuffixDomain, cookie.DomainMismatch, cookie.SecureFromInsecure,
		cookie.OverwriteSecure, cookie.SetCrossSite, cookie.NoneWithoutSecure, cookie.Prefix, cookie.PartitionedWithoutSecure, cookie.NoPartition,
	} {
		f := diagnose.Diagnose(told(transcript.Verdict{Code: transcript.CookieRejected, Seen: string(reason), Expected: reason.Text()}, transcript.Exchange{}))[0]
		if f.Fix.Text == general.Fix || !strings.Contains(f.Summary, reason.Text()) {
			t.Errorf("%s: fix %q, summary %q", reason, f.Fix.Text, f.Summary)
		}
	}
}

func TestUnknownCodeIsToldAsItStands(t *testing.T) {
	findings := diagnose.Diagnose(told(transcript.Verdict{Code: "made-up", Subject: "X", Blocks: true}, transcript.Exchange{Status: 200}))
	if len(findings) != 1 || findings[0].Summary != "made-up: X" || findings[0].Severity != diagnose.Error {
		t.Errorf("got %+v", findings)
	}
}

// What is no error for a fetch that got its answer is not called one.
func TestAVerdictThatDoesNotBlockIsNoError(t *testing.T) {
	findings := diagnose.Diagnose(told(transcript.Verdict{Code: transcript.ORBBlocked, Seen: "text/html"}, transcript.Exchange{Status: 200}))
	if i := slices.IndexFunc(findings, func(f diagnose.Finding) bool { return f.Code == transcript.ORBBlocked }); i < 0 || findings[i].Severity != diagnose.Note {
		t.Errorf("got %+v", findings)
	}
}
