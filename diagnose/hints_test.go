package diagnose_test

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

func firstOf(t *testing.T, s story) diagnose.Finding {
	t.Helper()
	findings := diagnose.Diagnose(s.play(t))
	if len(findings) == 0 {
		t.Fatalf("nothing found: %s", s.script)
	}
	return findings[0]
}

func TestNearMisses(t *testing.T) {
	for _, tt := range []struct{ page, seen, hint, why string }{
		{"https://app.example", "https://app.example/", "a trailing slash", "the commonest"},
		{"https://app.example", "https://app.example/app", "a path", "an address instead of an origin"},
		{"https://app.example", "https://App.Example", "upper-case letters", "compared byte for byte"},
		{"https://app.example", "HTTPS://app.example", "upper-case letters", "in the scheme too"},
		{"https://app.example", "https://app.example:443", "the default port", "browsers leave it out"},
		{"http://app.example", "http://app.example:80/", "a trailing slash, and the default port", "several slips"},
		{"https://app.example", "http://app.example", "http instead of https", "the scheme counts"},
		{"https://app.example:8443", "https://app.example", "port 443 instead of 8443", "the port counts"},
		{"http://app.example:3000", "http://app.example:3001", "port 3001 instead of 3000", "likewise"},
		{"https://app.example", "https://www.app.example", "a www. too many", "www is another host"},
		{"https://www.app.example", "https://app.example", "no www.", "the other way round"},
		{"http://localhost:3000", "http://127.0.0.1:3000", "127.0.0.1 instead of localhost", "two origins, one machine"},
		{"http://127.0.0.1:3000", "http://[::1]:3000", "[::1] instead of 127.0.0.1", "three, in fact"},
		{"https://app.example", "app.example", "no scheme", "a host is no origin"},
		{"https://app.example", "//app.example/", "no scheme, and a trailing slash", "nor is this"},
		{"https://app.example", `"https://app.example"`, "quotes around it", "from a YAML or shell file"},
		{"https://app.example", "https://*.example", "no pattern", "a pattern that was sent as it stands"},
		{"https://app.example", "null", "sandboxed frames", "a configuration's nothing"},
		{"https://app.example", "$http_origin", "a variable's name", "nginx in quotes of another kind"},
		{"https://app.example", "${ORIGIN}", "a variable's name", "a template that was not filled in"},
		{"https://app.example", "https://${HOST}", "a variable's name", "nor was this one"},
		{"https://app.example", "undefined", "a setting that has no value", "a script's nothing"},
		{"https://app.example", "true", "belongs in Access-Control-Allow-Credentials", "a switch in place of an origin"},
		{"https://app.example", "*, *", `"*" stands there more than once: two layers`, "each layer allows all"},
		{"https://app.example", "*, https://app.example", "one of the two has to go", "one layer allows all"},
		{"https://app.example", "https://app.example, https://app.example", "the page's origin stands there more than once", "each layer is right"},
		{"https://app.example", "", "the value is empty", "a variable that was not set"},
		{"https://app.example", "https://api.example", "the server's own origin", "the two were mixed up"},
		{"https://app.example", "https://a.example, https://b.example", "not in this one either", "a list without the page"},
		{"https://app.example", "https://a.example https://app.example", "the list belongs in the server's configuration", "a list with blanks"},
	} {
		f := firstOf(t, story{page: tt.page, url: "https://api.example/", script: "GET https://api.example/ -> 200\nAccess-Control-Allow-Origin: " + tt.seen})
		if !hasHint(f, tt.hint) && !hasHint(f, strings.ToUpper(tt.hint[:1])+tt.hint[1:]) {
			t.Errorf("page %s, answer %q: hints %q do not say %q: %s", tt.page, tt.seen, f.Hints, tt.hint, tt.why)
		}
	}
	for _, other := range []string{"https://other.example", "http://app.example.evil.example", "https://example"} {
		f := firstOf(t, story{url: "https://api.example/", script: "GET https://api.example/ -> 200\nAccess-Control-Allow-Origin: " + other})
		if hasHint(f, "almost") {
			t.Errorf("%s is simply another origin: %q", other, f.Hints)
		}
	}
}

func TestHints(t *testing.T) {
	const api = "https://api.example/"
	get := func(answer string) story { return story{url: api, script: "GET " + api + " -> " + answer} }
	include := func(acac string) story {
		s := get("200\nAccess-Control-Allow-Origin: https://app.example\n" + acac)
		s.credentials = fetch.CredentialsInclude
		return s
	}
	asking := func(method, header, answer string) story {
		s := story{method: method, url: api, script: "OPTIONS " + api + " -> " + answer}
		if header != "" {
			s.header = field(header, "1")
		}
		return s
	}
	const any = "204\nAccess-Control-Allow-Origin: *\n"
	for _, tt := range []struct {
		story story
		hint  string
		why   string
	}{
		{get("200\nAccess-Control-Allow-Origins: *"), "surely Access-Control-Allow-Origin was meant", "a letter too many"},
		{get("200\nAccess_Control_Allow_Origin: *"), "surely Access-Control-Allow-Origin was meant", "underscores"},
		{get("200"), "Mode no-cors is no cure", "what people try next"},
		{
			story{method: "PUT", url: api, script: "OPTIONS " + api + " -> " + any + "Access-Control-Allow-Methods: PUT\nPUT " + api + " -> 500"},
			"The preflight's answer had the header", "error answers pass CORS by",
		},
		{include("Access-Control-Allow-Credentials: true, true"), "two layers", "twice in one"},
		{include("Access-Control-Allow-Credentials: 1"), "Only the four letters true", "a number"},
		{include("Access-Control-Allow-Credentials: false"), "the same as no header", "perhaps meant"},
		{include("Access-Control-Allow-Credential: true"), "surely Access-Control-Allow-Credentials was meant", "a letter missing"},
		{asking("PUT", "", "401\nWWW-Authenticate: Basic"), `WWW-Authenticate: "Basic"`, "who asks"},
		{asking("PUT", "", "404"), "The browser asked first because of: method PUT", "why there is a preflight"},
		{asking("POST", "Content-Type", "404"), "forms send, such as application/json", "why there is one for POST"},
		{asking("PUT", "", any+"Access-Control-Allow-Methods: Put"), `as "Put": methods differ`, "the answer's spelling"},
		{asking("GET", "X-Foo-Bar", any+"Access-Control-Allow-Headers: X_Foo_Bar"), `"X_Foo_Bar", which is almost the same name`, "underscores"},
		{asking("GET", "X-Custom-Header", any+"Access-Control-Allow-Headers: X-Custom-Headers"), "almost the same name", "a letter too many"},
		{asking("GET", "X-Datadog-Trace-Id", any), "Datadog's SDK", "by its beginning"},
		{asking("GET", "X-Requested-With", any), "jQuery", "an old habit"},
		{asking("GET", "Cache-Control", any), "cache: \"no-store\"", "there is an option for it"},
		{asking("GET", "ngsw-bypass", any), "Angular's service worker", "not the page's author"},
		{story{header: field("Authorization", "x"), url: api, script: "OPTIONS " + api + " -> " + any + "Access-Control-Allow-Headers: *"}, "does not cover Authorization", "the standard's star"},
		{get("net-dns no such host").at("http://db.internal/"), "private network", "a cluster's name"},
		{get("net-refused").at("http://localhost:9/x").from("http://localhost:3000"), "", "a port browsers refuse has nothing to say of localhost"},
		{get("net-refused").at("http://localhost:8081/").from("http://localhost:3000"), "both 127.0.0.1 and [::1]", "listens on one of them"},
		{get("net-reset EOF"), "Firefox up to ten times", "why the handler runs often"},
		{story{url: "localhost:8080/x"}, "http:// or https:// is missing", "a scheme forgotten"},
		{story{url: "https://api.example/x", page: "https://api.example", script: "GET https://api.example/x -> 302\nLocation: http://b.example/"}, "a redirect led down to http", "mixed by a redirect"},
		{story{header: field("Origin", "x"), url: api, script: okGET}, "A page cannot choose it", "a header that is the browser's"},
		{story{header: field("Access-Control-Request-Method", "x"), url: api, script: okGET}, "Setting them in the page allows nothing", "not the server's side"},
		{story{header: field("Cookie", "x"), url: api, script: okGET}, "credentials: \"include\"", "how cookies travel"},
		{story{initiator: fetch.ByImage, crossOrigin: fetch.CrossOriginUseCredentials, url: api, script: "GET " + api + " -> 200\nAccess-Control-Allow-Origin: *"}, `crossorigin="anonymous"`, "an attribute asks for credentials"},
		{get("302\nAccess-Control-Allow-Origin: *\nLocation: " + api), "in a circle: " + api, "to itself"},
		{get("302\nLocation: https://api.example/other").at(api), "", "another path is no slip"},
	} {
		f := firstOf(t, tt.story)
		if tt.hint != "" && !hasHint(f, tt.hint) {
			t.Errorf("%s: no hint among %q says %q: %s", f.Code, f.Hints, tt.hint, tt.why)
		}
		if tt.hint == "" && (hasHint(f, "[::1]") || hasHint(f, "What the redirect changes")) {
			t.Errorf("%s: hints %q: %s", f.Code, f.Hints, tt.why)
		}
	}
}

func (s story) at(url string) story {
	s.script = strings.ReplaceAll(s.script, s.url, url)
	s.url = url
	if s.page == "" && strings.HasPrefix(url, "http:") {
		s.page = "http://app.example"
	}
	return s
}

func (s story) from(page string) story { s.page = page; return s }

func TestRedirectHints(t *testing.T) {
	for _, tt := range []struct{ asked, to, hint string }{
		{"http://api.example/x", "https://api.example/x", "http to https"},
		{"https://api.example/x", "https://www.api.example/x", "with www."},
		{"https://www.api.example/x", "https://api.example/x", "without www."},
		{"https://api.example/x", "/x/", "a trailing slash is added"},
		{"https://api.example/x/", "/x", "a trailing slash is taken away"},
		{"https://api.example/X", "/x", "upper and lower case"},
	} {
		s := story{method: "PUT", page: "http://app.example", url: tt.asked, script: "OPTIONS " + tt.asked + " -> 301\nLocation: " + tt.to}
		if f := firstOf(t, s); !hasHint(f, tt.hint) {
			t.Errorf("%s to %s: hints %q do not say %q", tt.asked, tt.to, f.Hints, tt.hint)
		}
	}
}

// A redirect's target is the remedy only where the page could ask it.
func TestWhereARedirectLeads(t *testing.T) {
	for _, tt := range []struct{ method, asked, to, fix, url, why string }{
		{"GET", "https://api.example/x", "https://sso.example/login?next=/x", "seems to lead to a login", "", "a page for people"},
		{"PUT", "https://api.example/x", "/oauth/authorize", "seems to lead to a login", "", "for a preflight too"},
		{"GET", "https://api.example/login", "/login/", "ask https://api.example/login/ instead", "https://api.example/login/", "the login itself was asked"},
		{"GET", "https://api.example/x", "http://api.example/x/", "leads down to plain http", "", "a proxy that ends TLS"},
		{"PUT", "https://api.example/x", "http://api.example/x/", "leads down to plain http", "", "for a preflight too"},
		{"GET", "https://api.example/x", "http://localhost:8080/x", "ask http://localhost:8080/x instead", "http://localhost:8080/x", "this machine is exempt"},
		{"GET", "https://api.example/x", "https://u:secret@b.example/", "without a user name and password", "", "no page may ask that"},
		{"PUT", "https://api.example/x", "https://u:secret@b.example/", "without a user name and password", "", "nor after a preflight"},
	} {
		asked := tt.method
		if asked == "PUT" {
			asked = "OPTIONS"
		}
		f := firstOf(t, story{method: tt.method, url: tt.asked, script: asked + " " + tt.asked + " -> 302\nLocation: " + tt.to})
		if !strings.Contains(f.Fix.Text, tt.fix) || f.Fix.URL != tt.url {
			t.Errorf("%s %s to %s: fix %q, ask %q; want %q and %q: %s", tt.method, tt.asked, tt.to, f.Fix.Text, f.Fix.URL, tt.fix, tt.url, tt.why)
		}
		if strings.Contains(f.Summary+f.Fix.Text+strings.Join(f.Hints, ""), "secret") {
			t.Errorf("%s to %s: the password is told: %+v", tt.asked, tt.to, f)
		}
	}
}

// The words are those of Go's own errors.
func TestCertificateErrorsOfGo(t *testing.T) {
	cert := &x509.Certificate{DNSNames: []string{"other.example"}}
	for _, tt := range []struct {
		err      error
		says     string
		chromium string
	}{
		{x509.CertificateInvalidError{Cert: cert, Reason: x509.Expired}, "expired", "net::ERR_CERT_DATE_INVALID"},
		{x509.UnknownAuthorityError{}, "an authority nobody here knows", "net::ERR_CERT_AUTHORITY_INVALID"},
		{x509.HostnameError{Certificate: cert, Host: "api.example"}, "other host names", "net::ERR_CERT_COMMON_NAME_INVALID"},
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "api.example"}, "other host names", "net::ERR_CERT_COMMON_NAME_INVALID"},
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "192.0.2.1"}, "other host names", "net::ERR_CERT_COMMON_NAME_INVALID"},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "speaks plain http", "net::ERR_SSL_PROTOCOL_ERROR"},
		{tls.AlertError(116), "a certificate of the client", "net::ERR_BAD_SSL_CLIENT_AUTH_CERT"},
		{tls.AlertError(70), "no TLS version", "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"},
		{tls.AlertError(40), "no TLS version", "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"},
	} {
		f := firstOf(t, story{url: "https://api.example/", script: "GET https://api.example/ -> net-tls " + tt.err.Error()})
		if !strings.Contains(f.Summary, tt.says) || nameOf(f.Browsers, "chromium") != tt.chromium {
			t.Errorf("%v: %q, %v; want %q and %s", tt.err, f.Summary, f.Browsers, tt.says, tt.chromium)
		}
	}
}

func TestMakers(t *testing.T) {
	for _, tt := range []struct {
		status            int
		head, maker, hint string
	}{
		{502, "Server: nginx/1.26", "nginx", `"always"`},
		{500, "Server: Apache/2.4", "Apache", "Header always set"},
		{403, "X-Amzn-ErrorType: ForbiddenException\nX-Amz-Apigw-Id: x", "Amazon API Gateway", "DEFAULT_4XX"},
		{403, "Server: AmazonS3\nX-Cache: Error from cloudfront\nVia: 1.1 x.cloudfront.net (CloudFront)", "Amazon S3", "bucket's CORS rules"},
		{502, "X-Cache: Error from cloudfront", "Amazon CloudFront", "what is behind it failed"},
		{522, "Server: cloudflare\nCF-Ray: x", "Cloudflare", "what is behind it failed"},
		{403, "Server: cloudflare\nX-Powered-By: Express", "Express", "Express seems"},
		{500, "Server: Kestrel", "ASP.NET Core", "ASP.NET Core seems"},
		{401, "WWW-Authenticate: Bearer", "an authentication check", "An authentication check seems"},
		{504, "Via: 1.1 varnish", "Varnish", "Varnish seems"},
		{500, "X-Frobnicate: 1", "", ""},
	} {
		f := firstOf(t, story{url: "https://api.example/", script: "GET https://api.example/ -> " + itoa(tt.status) + "\n" + tt.head})
		switch {
		case tt.maker == "":
			if f.Maker != nil {
				t.Errorf("%d %s: maker %+v, want none", tt.status, tt.head, f.Maker)
			}
		case f.Maker == nil || f.Maker.Name != tt.maker || f.Maker.Confidence <= 0 || f.Maker.Confidence >= 1 || !strings.Contains(strings.ToLower(tt.head), strings.ToLower(f.Maker.Because)):
			t.Errorf("%d %s: maker %+v, want %s", tt.status, tt.head, f.Maker, tt.maker)
		}
		if tt.hint != "" && !hasHint(f, tt.hint) {
			t.Errorf("%d %s: hints %q do not say %q", tt.status, tt.head, f.Hints, tt.hint)
		}
	}
	cloudflare := func(status string) float64 {
		return firstOf(t, story{url: "https://api.example/", script: "GET https://api.example/ -> " + status + "\nServer: cloudflare"}).Maker.Confidence
	}
	if cloudflare("522") < 0.9 || cloudflare("503") > 0.6 {
		t.Errorf("Cloudflare made a 522 with %v, and a 503 with %v: only the first is its own status", cloudflare("522"), cloudflare("503"))
	}
	// A proxy's name on what it passed on is a weaker sign than on an error.
	of := func(status string) float64 {
		return firstOf(t, story{url: "https://api.example/", script: "GET https://api.example/ -> " + status + "\nServer: nginx"}).Maker.Confidence
	}
	if of("200") >= of("502") {
		t.Errorf("nginx made a 200 with %v, and a 502 with %v", of("200"), of("502"))
	}
}

// Only headers that pages ask for are worth a note, and all of them make one.
func TestHiddenHeaders(t *testing.T) {
	boring := "Date: x\nServer: x\nVary: Origin\nConnection: close\nTransfer-Encoding: chunked\nAccess-Control-Max-Age: 1\nX-Frobnicate: 1\nSet-Cookie: a=1\nStrict-Transport-Security: x\n"
	for _, f := range diagnose.Diagnose(story{url: "https://api.example/", script: okGET + boring}.play(t)) {
		if f.Code == transcript.HeaderHidden {
			t.Errorf("a note on %s, which no page asks for", f.Subject)
		}
	}
	useful := "Location: /x\nETag: x\nLink: x\nX-Total-Count: 1\nRateLimit-Remaining: 1\nX-RateLimit-Limit: 1\nRetry-After: 1\nX-Request-Id: 1\n"
	findings := diagnose.Diagnose(story{url: "https://api.example/", script: okGET + boring + useful}.play(t))
	var notes []diagnose.Finding
	for _, f := range findings {
		if f.Code == transcript.HeaderHidden {
			notes = append(notes, f)
		}
	}
	if len(notes) != 1 || len(notes[0].Fix.Edits) != 8 || notes[0].Severity != diagnose.Note {
		t.Fatalf("got %+v, want one note with eight edits", notes)
	}
	if !strings.Contains(notes[0].Expected, wire.AccessControlExposeHeaders+": etag, link, location") {
		t.Errorf("expected %q", notes[0].Expected)
	}
	s := story{credentials: fetch.CredentialsInclude, url: "https://api.example/", script: okGET + "Access-Control-Allow-Credentials: true\nAccess-Control-Expose-Headers: *\nETag: x"}
	if f := firstOf(t, s); f.Code != transcript.HeaderHidden || !hasHint(f, `"*" exposes nothing`) {
		t.Errorf("with credentials: %s %q", f.Code, f.Hints)
	}
}
