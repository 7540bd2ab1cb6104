package diagnose_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

const (
	pre = transcript.PhasePreflight
	act = transcript.PhaseActual
)

func edit(phase transcript.Phase, op diagnose.Op, header, value string) diagnose.Edit {
	return diagnose.Edit{Phase: phase, Op: op, Header: header, Value: value}
}

func allowApp(phase transcript.Phase) []diagnose.Edit {
	return []diagnose.Edit{
		edit(phase, diagnose.Set, wire.AccessControlAllowOrigin, "https://app.example"),
		edit(phase, diagnose.Add, wire.Vary, wire.Origin),
	}
}

const okGET = `GET https://api.example/ -> 200
	Access-Control-Allow-Origin: https://app.example
	Vary: Origin
`

const okPUT = `PUT https://api.example/ -> 200
	Access-Control-Allow-Origin: https://app.example
	Vary: Origin
`

var pains = []struct {
	pain, why string
	story     story
	first     transcript.Code
	says      string // part of the summary
	fix       string // part of the fix's text
	hint      string // part of a hint
	edits     []diagnose.Edit
	url       string          // what to ask instead
	then      transcript.Code // what stands first after the repair; empty: the page gets its answer
	stays     bool            // no repair of an answer can help: the page has to change
}{
	{
		pain: "1", why: "an error of another layer hides behind the missing header",
		story: story{url: "https://api.example/", script: "GET https://api.example/ -> 502\nServer: nginx/1.26"},
		first: transcript.ACAOMissing, says: "502", hint: `nginx seems to have made this answer: its add_header leaves error answers out unless it ends with "always"`,
		fix: "outermost layer", edits: allowApp(act),
	},
	{
		pain: "2", why: "authentication stands before CORS",
		story: story{method: "PUT", url: "https://api.example/", script: "OPTIONS https://api.example/ -> 401\nWWW-Authenticate: Bearer\n" + okPUT},
		first: transcript.PreflightStatus, says: "401", fix: "Authentication runs before CORS", hint: "Chromium and Firefox will name the missing Access-Control-Allow-Origin instead",
		edits: []diagnose.Edit{edit(pre, diagnose.Status, "", "204")},
	},
	{
		pain: "3", why: "a trailing slash is missing",
		story: story{
			method: "PUT", url: "https://api.example/orders",
			script: `OPTIONS https://api.example/orders -> 308
				Location: /orders/
				OPTIONS https://api.example/orders/ -> 204
				Access-Control-Allow-Origin: *
				Access-Control-Allow-Methods: PUT
				PUT https://api.example/orders/ -> 200
				Access-Control-Allow-Origin: *`,
		},
		first: transcript.PreflightRedirect, says: "https://api.example/orders/", hint: "a trailing slash is added", url: "https://api.example/orders/",
	},
	{
		pain: "4", why: "the browser itself went to https",
		story: story{
			page: "http://app.example", url: "http://api.example/",
			script: `GET http://api.example/ -> 307
				Location: https://api.example/
				Non-Authoritative-Reason: HSTS
				GET https://api.example/ -> 200
				Access-Control-Allow-Origin: http://app.example
				Vary: Origin`,
		},
		first: transcript.ACAOMissing, says: "HSTS", url: "https://api.example/", hint: "http to https",
	},
	{
		pain: "5", why: "no route for OPTIONS",
		story: story{method: "PUT", url: "https://api.example/", script: "OPTIONS https://api.example/ -> 405\nAllow: GET, PUT\n" + okPUT},
		first: transcript.PreflightStatus, says: "405", fix: "No route answers OPTIONS", hint: `Allow: "GET, PUT"`,
		edits: []diagnose.Edit{edit(pre, diagnose.Status, "", "204")},
	},
	{
		pain: "6", why: "two layers add the header",
		story: story{url: "https://api.example/", script: `GET https://api.example/ -> 200
			Access-Control-Allow-Origin: https://app.example
			Access-Control-Allow-Origin: https://app.example`},
		first: transcript.ACAOMultiple, says: "2 times", hint: "two layers add the header", edits: allowApp(act),
	},
	{
		pain: "7", why: "the configuration's list got into the answer",
		story: story{url: "https://api.example/", script: `GET https://api.example/ -> 200
			Access-Control-Allow-Origin: https://app.example, https://b.example`},
		first: transcript.ACAOMultiple, says: "allows a list", hint: "the list belongs in the server's configuration", edits: allowApp(act),
	},
	{
		pain: "8", why: "any origin, and credentials",
		story: story{credentials: fetch.CredentialsInclude, url: "https://api.example/", script: `GET https://api.example/ -> 200
			Access-Control-Allow-Origin: *`},
		first: transcript.StarCredentials, says: "asked with credentials", fix: "drop credentials", edits: allowApp(act),
	},
	{
		pain: "9", why: "True is not true",
		story: story{credentials: fetch.CredentialsInclude, url: "https://api.example/", script: `GET https://api.example/ -> 200
			Access-Control-Allow-Origin: https://app.example
			Access-Control-Allow-Credentials: True`},
		first: transcript.ACACNotTrue, says: `"True"`, hint: "lower case",
		edits: []diagnose.Edit{edit(act, diagnose.Set, wire.AccessControlAllowCredentials, "true")},
	},
	{
		pain: "10", why: "a header that an SDK added",
		story: story{header: field("sentry-trace", "1"), url: "https://api.example/", script: `OPTIONS https://api.example/ -> 204
			Access-Control-Allow-Origin: *
			Access-Control-Allow-Headers: Content-Type
			` + okGET},
		first: transcript.HeaderNotAllowed, says: "sentry-trace", hint: "Sentry's SDK",
		edits: []diagnose.Edit{edit(pre, diagnose.Add, wire.AccessControlAllowHeaders, "sentry-trace")},
	},
	{
		pain: "11", why: "the standard says no, the browsers say yes",
		story: story{profile: fetch.Chromium, header: field("Authorization", "Bearer x"), url: "https://api.example/", script: `OPTIONS https://api.example/ -> 204
			Access-Control-Allow-Origin: *
			Access-Control-Allow-Headers: *
			` + okGET},
		first: transcript.StarAuthorization, says: "the standard says no",
		edits: []diagnose.Edit{edit(pre, diagnose.Add, wire.AccessControlAllowHeaders, "Authorization")},
	},
	{
		pain: "12", why: "with credentials a star is a name",
		story: story{credentials: fetch.CredentialsInclude, header: field("X-Foo", "1"), url: "https://api.example/", script: `OPTIONS https://api.example/ -> 204
			Access-Control-Allow-Origin: https://app.example
			Access-Control-Allow-Credentials: true
			Access-Control-Allow-Headers: *
			GET https://api.example/ -> 200
			Access-Control-Allow-Origin: https://app.example
			Access-Control-Allow-Credentials: true`},
		first: transcript.HeaderNotAllowed, says: "x-foo", hint: `"*" is no wildcard`,
		edits: []diagnose.Edit{edit(pre, diagnose.Add, wire.AccessControlAllowHeaders, "x-foo")},
	},
	{
		pain: "13", why: "a POST of JSON needs a preflight",
		story: story{method: "POST", header: field("Content-Type", "application/json"), url: "https://api.example/", script: `OPTIONS https://api.example/ -> 204
			Access-Control-Allow-Origin: *
			POST https://api.example/ -> 200
			Access-Control-Allow-Origin: *`},
		first: transcript.HeaderNotAllowed, says: "content-type", hint: "application/json, needs a preflight for POST too",
		edits: []diagnose.Edit{edit(pre, diagnose.Add, wire.AccessControlAllowHeaders, "content-type")},
	},
	{
		pain: "14", why: "a library's default methods",
		story: story{method: "PUT", url: "https://api.example/", script: `OPTIONS https://api.example/ -> 204
			Access-Control-Allow-Origin: *
			Access-Control-Allow-Methods: GET, POST
			` + okPUT},
		first: transcript.MethodNotAllowed, says: `"GET, POST"`,
		edits: []diagnose.Edit{edit(pre, diagnose.Add, wire.AccessControlAllowMethods, "PUT")},
	},
	{
		pain: "15", why: "browsers do not write patch in capitals",
		story: story{method: "patch", url: "https://api.example/", script: `OPTIONS https://api.example/ -> 204
			Access-Control-Allow-Origin: *
			Access-Control-Allow-Methods: PATCH`},
		first: transcript.MethodNotAllowed, says: "methods differ by letter case", fix: "in capitals: PATCH", stays: true, then: transcript.MethodNotAllowed,
	},
	{
		pain: "16", why: "the page cannot see the header it needs",
		story: story{url: "https://api.example/", script: okGET + "Content-Disposition: attachment\nDate: today\nX-Total-Count: 3"},
		first: transcript.HeaderHidden, says: "content-disposition, x-total-count",
		edits: []diagnose.Edit{
			edit(act, diagnose.Add, wire.AccessControlExposeHeaders, "content-disposition"),
			edit(act, diagnose.Add, wire.AccessControlExposeHeaders, "x-total-count"),
		},
	},
	{
		pain: "17", why: "CORS passes and the cookie stays at home",
		story: story{
			credentials: fetch.CredentialsInclude, url: "https://api.example/", script: okGET + "Access-Control-Allow-Credentials: true",
			cookies: []cookie.Cookie{{Name: "sid", Value: "1", Domain: "api.example", HostOnly: true, Path: "/", Secure: true, SameSite: cookie.SameSiteLax}},
		},
		first: transcript.CookieWithheld, says: `"sid" was not sent`, fix: "SameSite=None; Secure", hint: "no part in this",
	},
	{
		pain: "18", why: "a sandboxed frame",
		story: story{page: "null", url: "https://api.example/", script: `GET https://api.example/ -> 200
			Access-Control-Allow-Origin: https://app.example`},
		first: transcript.ACAOMismatch, says: "the page's origin is null", fix: "Do not allow null", stays: true, then: transcript.ACAOMismatch,
	},
	{
		pain: "19", why: "a redirect without the header",
		story: story{url: "https://api.example/", script: "GET https://api.example/ -> 302\nLocation: https://www.api.example/\n" + strings.Replace(okGET, "//api", "//www.api", 1)},
		first: transcript.ACAOMissing, says: "is a redirect (302)", url: "https://www.api.example/", hint: "with www.", edits: allowApp(act),
	},
	{
		pain: "19 tainted", why: "a redirect across origins makes the origin null",
		story: story{url: "https://api.example/", script: okGET + `GET https://api.example/ -> 302
			Access-Control-Allow-Origin: https://app.example
			Location: https://cdn.example/
			` + strings.Replace(okGET, "//api", "//cdn", 1)},
		first: transcript.ACAOMismatch, says: "made the request's origin null", url: "https://cdn.example/", hint: "what the server was told is null",
	},
	{
		pain: "21", why: "fonts are asked for with CORS",
		story: story{initiator: fetch.ByFont, url: "https://api.example/", script: "GET https://api.example/ -> 200\nContent-Type: font/woff2"},
		first: transcript.ACAOMissing, says: "does not carry", edits: allowApp(act),
	},
	{
		pain: "21 canvas", why: "an image shows and taints",
		story: story{initiator: fetch.ByCanvas, url: "https://api.example/", script: "GET https://api.example/ -> 200\nContent-Type: image/png"},
		first: transcript.ResponseOpaque, says: "taints the canvas", fix: `crossorigin="anonymous"`,
	},
	{
		pain: "22", why: "a slip in the configured origin",
		story: story{url: "https://api.example/", script: `GET https://api.example/ -> 200
			Access-Control-Allow-Origin: https://app.example/`},
		first: transcript.ACAOMismatch, says: `"https://app.example/"`, hint: "a trailing slash", edits: allowApp(act),
	},
	{
		pain: "23", why: "localhost has several names",
		story: story{page: "http://localhost:3000", url: "http://localhost:8080/", script: `GET http://localhost:8080/ -> 200
			Access-Control-Allow-Origin: http://127.0.0.1:3000`},
		first: transcript.ACAOMismatch, says: "http://localhost:3000", hint: "127.0.0.1 instead of localhost",
		edits: []diagnose.Edit{
			edit(act, diagnose.Set, wire.AccessControlAllowOrigin, "http://localhost:3000"), edit(act, diagnose.Add, wire.Vary, wire.Origin),
		},
	},
	{
		pain: "24", why: "a secure page asks over http",
		story: story{url: "http://api.example/", script: okGET},
		first: transcript.MixedContent, says: "over plain http", fix: "This is not CORS. In the page: ask", url: "https://api.example/",
	},
	{
		pain: "25", why: "a certificate ran out",
		story: story{url: "https://api.example/", script: "GET https://api.example/ -> net-tls tls: failed to verify certificate: x509: certificate has expired or is not yet valid"},
		first: transcript.NetTLS, says: "the certificate of api.example has expired", fix: "This is not CORS: renew the certificate", stays: true, then: transcript.NetTLS,
	},
	{
		pain: "26", why: "nothing listens",
		story: story{url: "https://api.example:8443/", script: "GET https://api.example:8443/ -> net-refused connection refused"},
		first: transcript.NetRefused, says: "nothing listens at api.example:8443", fix: "This is not CORS", hint: "Cross-Origin Request Blocked", stays: true, then: transcript.NetRefused,
	},
	{
		pain: "29", why: "no-cors is no cure",
		story: story{mode: fetch.ModeNoCORS, url: "https://api.example/", script: "GET https://api.example/ -> 200\nContent-Type: image/png"},
		first: transcript.ResponseOpaque, says: "status 0", fix: "Mode no-cors cures nothing",
	},
}

// The numbers are those of a list of what people hit most.
func TestPains(t *testing.T) {
	for _, tt := range pains {
		t.Run(tt.pain, func(t *testing.T) {
			record := tt.story.play(t)
			findings := diagnose.Diagnose(record)
			if len(findings) == 0 || findings[0].Code != tt.first {
				t.Fatalf("got %v, want %s first: %s", codesOf(findings), tt.first, tt.why)
			}
			first := findings[0]
			if !strings.Contains(first.Summary, tt.says) {
				t.Errorf("summary %q does not say %q", first.Summary, tt.says)
			}
			if !strings.Contains(first.Fix.Text, tt.fix) {
				t.Errorf("fix %q does not say %q", first.Fix.Text, tt.fix)
			}
			if tt.hint != "" && !hasHint(first, tt.hint) {
				t.Errorf("no hint among %q says %q", first.Hints, tt.hint)
			}
			if diff := cmp.Diff(tt.edits, first.Fix.Edits); diff != "" {
				t.Errorf("edits (-want +got):\n%s", diff)
			}
			if first.Fix.URL != tt.url {
				t.Errorf("ask %q instead, want %q", first.Fix.URL, tt.url)
			}

			repaired := tt.story
			edits := repairs(findings)
			if tt.url != "" {
				repaired.url, edits = tt.url, nil
			}
			next := repaired.play(t, edits...).First()
			switch {
			case tt.then == "" && next != nil:
				t.Errorf("after the repair: %s, %s %q", next.Code, next.Subject, next.Seen)
			case tt.then != "" && (next == nil || next.Code != tt.then):
				t.Errorf("after the repair: %v, want %s", next, tt.then)
			case next != nil && !tt.stays && !foretold(findings, next):
				t.Errorf("after the repair: %s, which was not foretold", next.Code)
			}
			if tt.stays && len(edits) > 0 {
				t.Errorf("edits %v, and no change of an answer can help", edits)
			}
		})
	}
}

// A warning's or a note's edits take it away.
func TestRepairTakesWarningsAway(t *testing.T) {
	for _, tt := range []struct {
		why    string
		story  story
		code   transcript.Code
		header string
	}{
		{"20: a cache may mix origins up", story{url: "https://api.example/", script: "GET https://api.example/ -> 200\nAccess-Control-Allow-Origin: https://app.example"}, diagnose.VaryMissing, wire.Vary},
		{"16: a header is hidden", story{url: "https://api.example/", script: okGET + "ETag: x"}, transcript.HeaderHidden, wire.AccessControlExposeHeaders},
		{"what is exposed cannot be parsed", story{url: "https://api.example/", script: okGET + "Access-Control-Expose-Headers: ETag; Link"}, transcript.ExposeSyntax, wire.AccessControlExposeHeaders},
		{"a header that is gone", story{url: "https://api.example/", script: okGET + "Access-Control-Allow-Private-Network: true"}, diagnose.PNALegacy, "Access-Control-Allow-Private-Network"},
		{"max-age is no number", story{method: "PUT", url: "https://api.example/", script: "OPTIONS https://api.example/ -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nAccess-Control-Max-Age: 10m\n" + okPUT}, transcript.MaxAgeSyntax, wire.AccessControlMaxAge},
		{"11: a star for Authorization", story{profile: fetch.WebKit, header: field("Authorization", "x"), url: "https://api.example/", script: "OPTIONS https://api.example/ -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *\n" + okGET}, transcript.StarAuthorization, wire.AccessControlAllowHeaders},
	} {
		findings := diagnose.Diagnose(tt.story.play(t))
		var edits []diagnose.Edit
		for _, f := range findings {
			if f.Code == tt.code {
				edits = append(edits, f.Fix.Edits...)
			}
		}
		if len(edits) == 0 || edits[0].Header != tt.header {
			t.Errorf("%s: %v has the edits %v, want one of %s", tt.why, codesOf(findings), edits, tt.header)
		}
		for _, f := range diagnose.Diagnose(tt.story.play(t, edits...)) {
			if f.Code == tt.code {
				t.Errorf("%s: %s is still there", tt.why, tt.code)
			}
		}
	}
}
