package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

const (
	setup     = transcript.PhaseSetup
	network   = transcript.PhaseNetwork
	preflight = transcript.PhasePreflight
	actual    = transcript.PhaseActual
	filter    = transcript.PhaseFilter
)

const (
	app    = "Access-Control-Allow-Origin: https://app.example"
	anyone = "Access-Control-Allow-Origin: *"
	vary   = "Vary: Origin"
	creds  = "Access-Control-Allow-Credentials: true"
)

// reflecting gives each page leave, with credentials, and for the methods and headers it is told. It stands before a
// handler, as a middleware does.
func reflecting(next http.Handler, methods, headers string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Add("Vary", "Origin")
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", methods)
			h.Set("Access-Control-Allow-Headers", headers)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// guarded lets nobody through without a login.
func guarded(status int, challenge string, next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			answer(status, challenge)(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// redirecting sends one address somewhere else, with header lines, and has the rest handled.
func redirecting(from string, status int, to string, next http.Handler, lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.TrimSuffix(r.Host, ":8080")+r.URL.Path == from {
			answer(status, append(lines, "Location: "+to)...)(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func routes(patterns ...string) *http.ServeMux {
	mux := http.NewServeMux()
	for _, p := range patterns {
		mux.HandleFunc(p, answer(200, app, vary))
	}
	return mux
}

var (
	fine  = answer(200, app, vary)
	plain = answer(200)
)

var pains = []struct {
	pain, why string
	page, url string // unless given https://app.example and https://api.example/orders
	flags     string // split at blanks; "_" stands for one
	server    http.Handler

	code    transcript.Code
	phase   transcript.Phase
	outcome transcript.Outcome // unless given blocked
	says    []string           // what the finding must say, in its summary, its fix or a hint
	instead string             // what to ask in its place
	sees    string             // the methods that the server gets
}{
	{
		pain: "1", why: "a proxy's error page has no CORS headers",
		server: answer(502, "Server: nginx/1.26.0"),
		code:   transcript.ACAOMissing, phase: actual, says: []string{"502", "nginx", `"always"`, "find out why"}, sees: "GET",
	},
	{
		pain: "1 handler", why: "http.Error after a middleware that adds its headers too late",
		server: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "out of memory", http.StatusInternalServerError)
			w.Header().Set("Access-Control-Allow-Origin", "*")
		}),
		code: transcript.ACAOMissing, phase: actual, says: []string{"500"}, sees: "GET",
	},
	{
		pain: "1 limit", why: "the preflight passes, and the limiter outside CORS answers the request",
		flags: "-X PUT --send", server: split(reflecting(nil, "PUT", ""), answer(429, "Retry-After: 30")),
		code: transcript.ACAOMissing, phase: actual, says: []string{"429", "The preflight's answer had the header"}, sees: "OPTIONS PUT",
	},
	{
		pain: "1 gateway", why: "a gateway refuses before the application sees anything",
		server: answer(403, "X-Amzn-Errortype: ForbiddenException", "x-amz-apigw-id: 1"),
		code:   transcript.ACAOMissing, phase: actual, says: []string{"403", "API Gateway", "DEFAULT_4XX"}, sees: "GET",
	},
	{
		pain: "2", why: "auth(cors(handler)) where cors(auth(handler)) was meant",
		flags: "-X PUT -H Authorization:_Bearer_x", server: guarded(401, "WWW-Authenticate: Bearer realm=api", reflecting(fine, "PUT", "Authorization")),
		code: transcript.PreflightStatus, phase: preflight, says: []string{"401", "Authentication runs before CORS", "Bearer realm=api"}, sees: "OPTIONS",
	},
	{
		pain: "2 forbidden", why: "a filter that says 403 to who has no token",
		flags: "-X DELETE", server: guarded(403, "Server: envoy", fine),
		code: transcript.PreflightStatus, phase: preflight, says: []string{"403", "let OPTIONS requests", "Envoy"}, sees: "OPTIONS",
	},
	{
		pain: "2 proxy", why: "a proxy's own login",
		flags: "-X PUT", server: guarded(407, "Proxy-Authenticate: Basic", fine),
		code: transcript.PreflightStatus, phase: preflight, says: []string{"407", "Authentication runs before CORS"}, sees: "OPTIONS",
	},
	{
		pain: "3", why: "the router knows the address with a slash at its end",
		flags: "-X PUT", server: routes("/orders/"),
		code: transcript.PreflightRedirect, phase: preflight, says: []string{"https://api.example/orders/", "a trailing slash is added"}, instead: "https://api.example/orders/", sees: "OPTIONS",
	},
	{
		pain: "3 www", why: "the apex leads to www",
		url: "https://api.example/", flags: "-X PUT", server: redirecting("api.example/", 301, "https://www.api.example/", fine),
		code: transcript.PreflightRedirect, phase: preflight, says: []string{"301", "with www."}, instead: "https://www.api.example/", sees: "OPTIONS",
	},
	{
		pain: "3 https", why: "http leads to https",
		page: "http://app.example", url: "http://api.example/orders", flags: "-X PUT", server: http.RedirectHandler("https://api.example/orders", http.StatusMovedPermanently),
		code: transcript.PreflightRedirect, phase: preflight, says: []string{"http to https"}, instead: "https://api.example/orders", sees: "OPTIONS",
	},
	{
		pain: "3 login", why: "who has no session is sent to the login page",
		flags: "-X PUT", server: http.RedirectHandler("https://login.example/signin?next=orders", http.StatusFound),
		code: transcript.PreflightRedirect, phase: preflight, says: []string{"302", "seems to lead to a login"}, sees: "OPTIONS",
	},
	{
		pain: "4", why: "the browser itself goes to https, and that redirect has no CORS headers",
		page: "http://app.example", url: "http://api.example/orders",
		server: redirecting("api.example/orders", 307, "https://api.example/orders", fine, "Non-Authoritative-Reason: HSTS"),
		code:   transcript.ACAOMissing, phase: actual, says: []string{"HSTS", "http to https"}, instead: "https://api.example/orders", sees: "GET",
	},
	{
		pain: "5", why: "a pattern with a method matches no OPTIONS",
		flags: "-X PUT", server: routes("GET /orders", "PUT /orders"),
		code: transcript.PreflightStatus, phase: preflight, says: []string{"405", "No route answers OPTIONS", "GET, HEAD, PUT"}, sees: "OPTIONS",
	},
	{
		pain: "5 404", why: "the router has no such route at all for OPTIONS",
		flags: "-X PUT", server: split(http.NotFoundHandler(), fine),
		code: transcript.PreflightStatus, phase: preflight, says: []string{"404", "No route answers OPTIONS"}, sees: "OPTIONS",
	},
	{
		pain: "6", why: "the application and the proxy in front of it both add the header",
		server: answer(200, app, app, vary),
		code:   transcript.ACAOMultiple, phase: actual, says: []string{"2 times", "two layers add the header", "proxy_hide_header"}, sees: "GET",
	},
	{
		pain: "6 joined", why: "a proxy on the way made one line of two",
		server: answer(200, app+", https://app.example"),
		code:   transcript.ACAOMultiple, phase: actual, says: []string{"https://app.example, https://app.example", "two layers add the header"}, sees: "GET",
	},
	{
		pain: "6 star", why: "one layer says any, the other says who",
		server: answer(200, app, anyone),
		code:   transcript.ACAOMultiple, phase: actual, says: []string{"https://app.example, *", "2 times"}, sees: "GET",
	},
	{
		pain: "7", why: "the configuration's list got into the answer",
		server: answer(200, app+", https://admin.example"),
		code:   transcript.ACAOMultiple, phase: actual, says: []string{"https://admin.example", "the list belongs in the server's configuration"}, sees: "GET",
	},
	{
		pain: "7 blank", why: "or with blanks",
		server: answer(200, app+" https://admin.example"),
		code:   transcript.ACAOMultiple, phase: actual, says: []string{"https://admin.example", "the list belongs in the server's configuration"}, sees: "GET",
	},
	{
		pain: "8", why: "any page, with cookies",
		flags: "--credentials include", server: answer(200, anyone, creds),
		code: transcript.StarCredentials, phase: actual, says: []string{`"*"`, "asked with credentials", "drop credentials"}, sees: "GET",
	},
	{
		pain: "8 preflight", why: "and the preflight of one",
		flags: "-X PUT --credentials include", server: answer(204, anyone, creds, "Access-Control-Allow-Methods: PUT"),
		code: transcript.StarCredentials, phase: preflight, says: []string{`"*"`}, sees: "OPTIONS",
	},
	{
		pain: "9", why: "Python's str(True)",
		flags: "--credentials include", server: answer(200, app, vary, "Access-Control-Allow-Credentials: True"),
		code: transcript.ACACNotTrue, phase: actual, says: []string{`"True"`, "lower case"}, sees: "GET",
	},
	{
		pain: "9 one", why: "1 is no true",
		flags: "--credentials include", server: answer(200, app, vary, "Access-Control-Allow-Credentials: 1"),
		code: transcript.ACACNotTrue, phase: actual, says: []string{`"1"`, "four letters true"}, sees: "GET",
	},
	{
		pain: "9 missing", why: "nobody thought of it",
		flags: "--credentials include", server: fine,
		code: transcript.ACACNotTrue, phase: actual, says: []string{"does not carry Access-Control-Allow-Credentials"}, sees: "GET",
	},
	{
		pain: "9 twice", why: "two layers say true",
		flags: "--credentials include", server: answer(200, app, vary, creds, creds),
		code: transcript.ACACNotTrue, phase: actual, says: []string{"true, true", "more than once"}, sees: "GET",
	},
	{
		pain: "10", why: "a header of the page's own",
		flags: "-H X-Shop:_1", server: reflecting(fine, "GET", "Content-Type"),
		code: transcript.HeaderNotAllowed, phase: preflight, says: []string{"x-shop", "Content-Type"}, sees: "OPTIONS",
	},
	{
		pain: "10 SDK", why: "a header that an SDK adds",
		flags: "-H sentry-trace:_1", server: reflecting(fine, "GET", "Content-Type"),
		code: transcript.HeaderNotAllowed, phase: preflight, says: []string{"sentry-trace", "Sentry's SDK"}, sees: "OPTIONS",
	},
	{
		pain: "10 near", why: "underscores for dashes",
		flags: "-H X-Shop-Id:_1", server: reflecting(fine, "GET", "X_Shop_Id"),
		code: transcript.HeaderNotAllowed, phase: preflight, says: []string{"x-shop-id", "almost the same name"}, sees: "OPTIONS",
	},
	{
		pain: "11", why: "the standard says no, the browsers say yes",
		flags: "-H Authorization:_Bearer_x", server: answer(200, anyone, "Access-Control-Allow-Headers: *"),
		code: transcript.StarAuthorization, phase: preflight, outcome: transcript.Allowed, says: []string{"the standard says no"}, sees: "OPTIONS GET",
	},
	{
		pain: "12 headers", why: "with credentials a star is a name",
		flags: "--credentials include -H X-Shop:_1", server: reflecting(fine, "GET", "*"),
		code: transcript.HeaderNotAllowed, phase: preflight, says: []string{"x-shop", `"*" is no wildcard`}, sees: "OPTIONS",
	},
	{
		pain: "12 methods", why: "for methods as well",
		flags: "--credentials include -X PUT", server: reflecting(fine, "*", ""),
		code: transcript.MethodNotAllowed, phase: preflight, says: []string{"PUT", `"*" is no wildcard`}, sees: "OPTIONS",
	},
	{
		pain: "12 exposed", why: "and for what the page may read",
		flags: "--credentials include", server: answer(200, app, vary, creds, "Access-Control-Expose-Headers: *", "X-Total-Count: 3"),
		code: transcript.HeaderHidden, phase: filter, outcome: transcript.Allowed, says: []string{"x-total-count", `"*" exposes nothing`}, sees: "GET",
	},
	{
		pain: "13", why: "a POST of JSON is not what a form sends",
		flags: "-X POST -H Content-Type:_application/json --data {}", server: reflecting(fine, "POST", ""),
		code: transcript.HeaderNotAllowed, phase: preflight, says: []string{"content-type", "application/json, needs a preflight for POST too"}, sees: "OPTIONS",
	},
	{
		pain: "13 no route", why: "and the server never thought of it",
		flags: "-X POST -H Content-Type:_application/json --data {}", server: routes("POST /orders"),
		code: transcript.PreflightStatus, phase: preflight, says: []string{"405", "header content-type", "application/json"}, sees: "OPTIONS",
	},
	{
		pain: "14", why: "a library's default methods",
		flags: "-X PATCH", server: reflecting(fine, "GET, POST, PUT", ""),
		code: transcript.MethodNotAllowed, phase: preflight, says: []string{"PATCH", "GET, POST, PUT"}, sees: "OPTIONS",
	},
	{
		pain: "15", why: "browsers do not write patch in capitals",
		flags: "-X patch", server: reflecting(fine, "PATCH", ""),
		code: transcript.MethodNotAllowed, phase: preflight, says: []string{"patch", "in capitals: PATCH"}, sees: "OPTIONS",
	},
	{
		pain: "15 put", why: "they do write put in capitals, and the server does not",
		flags: "-X put", server: reflecting(fine, "put", ""),
		code: transcript.MethodNotAllowed, phase: preflight, says: []string{"PUT", `has it as "put"`, "letter case"}, sees: "OPTIONS",
	},
	{
		pain: "16", why: "the page cannot see the headers it needs",
		server: answer(200, app, vary, "Content-Disposition: attachment; filename=a.csv", "ETag: \"1\"", "Retry-After: 3", "X-Internal: 1"),
		code:   transcript.HeaderHidden, phase: filter, outcome: transcript.Allowed,
		says: []string{"content-disposition", "etag", "retry-after", "Access-Control-Expose-Headers"}, sees: "GET",
	},
	{
		pain: "17", why: "CORS passes and the cookie stays at home",
		flags: "--credentials include --cookie sid=1;SameSite=Lax;Secure", server: answer(200, app, vary, creds),
		code: transcript.CookieWithheld, phase: actual, outcome: transcript.Allowed, says: []string{`"sid" was not sent`, "SameSite=None; Secure", "no part in this"}, sees: "GET",
	},
	{
		pain: "17 third party", why: "a browser that keeps other sites' cookies back",
		flags: "--profile webkit --credentials include --cookie sid=1;SameSite=None;Secure", server: answer(200, app, vary, creds),
		code: transcript.CookieWithheld, phase: actual, outcome: transcript.Allowed, says: []string{`"sid" was not sent`, "from one site"}, sees: "GET",
	},
	{
		pain: "17 client", why: "the page did not say credentials",
		flags: "--cookie sid=1;SameSite=None;Secure", server: answer(401, app, vary, creds),
		code: diagnose.CredentialsOmitted, phase: actual, outcome: transcript.Allowed, says: []string{"401", "did not ask with credentials"}, sees: "GET",
	},
	{
		pain: "18", why: "a local file or a sandboxed frame",
		page: "null", server: fine,
		code: transcript.ACAOMismatch, phase: actual, says: []string{"the page's origin is null", "Do not allow null", "local file"}, sees: "GET",
	},
	{
		pain: "19", why: "the redirect of the request itself has no header",
		server: redirecting("api.example/orders", 302, "https://www.api.example/orders", fine),
		code:   transcript.ACAOMissing, phase: actual, says: []string{"redirect (302)", "with www."}, instead: "https://www.api.example/orders", sees: "GET",
	},
	{
		pain: "19 tainted", why: "from one foreign origin to another the origin becomes null",
		server: redirecting("api.example/orders", 302, "https://cdn.example/orders", fine, app, vary),
		code:   transcript.ACAOMismatch, phase: actual, says: []string{"made the request's origin null", "Do not allow null"}, instead: "https://cdn.example/orders", sees: "GET GET",
	},
	{
		pain: "19 authorization", why: "and Authorization stays behind",
		flags: "-H Authorization:_Bearer_x", server: redirecting("api.example/orders", 307, "https://cdn.example/orders", answer(200, anyone), app, "Access-Control-Allow-Headers: Authorization", vary),
		code: transcript.PreflightRedirect, phase: preflight, says: []string{"307"}, instead: "https://cdn.example/orders", sees: "OPTIONS",
	},
	{
		pain: "19 authorization, after a preflight", why: "the preflight is answered, the request is redirected",
		flags: "--profile chromium -H Authorization:_Bearer_x", server: split(reflecting(nil, "GET", "Authorization"), redirecting("api.example/orders", 307, "https://cdn.example/orders", answer(200, anyone), app, vary)),
		code: transcript.AuthorizationDropped, phase: actual, outcome: transcript.Allowed, says: []string{"took the Authorization header away", "https://cdn.example"}, instead: "https://cdn.example/orders", sees: "OPTIONS GET GET",
	},
	{
		pain: "21 font", why: "fonts are asked for with CORS",
		flags: "--as font", server: answer(200, "Content-Type: font/woff2"),
		code: transcript.ACAOMissing, phase: actual, says: []string{"does not carry"}, sees: "GET",
	},
	{
		pain: "21 module", why: "so are module scripts",
		flags: "--as module", server: answer(200, "Content-Type: text/javascript"),
		code: transcript.ACAOMissing, phase: actual, sees: "GET",
	},
	{
		pain: "21 canvas", why: "an image shows, and taints the canvas",
		flags: "--as canvas", server: answer(200, "Content-Type: image/png"),
		code: transcript.ResponseOpaque, phase: filter, outcome: transcript.Opaque, says: []string{"taints the canvas", `crossorigin="anonymous"`}, sees: "GET",
	},
	{
		pain: "21 canvas with the attribute", why: "the attribute alone makes it worse",
		flags: "--as canvas --crossorigin anonymous", server: answer(200, "Content-Type: image/png"),
		code: transcript.ACAOMissing, phase: actual, sees: "GET",
	},
	{
		pain: "21 attribute", why: "use-credentials wants more than a star",
		flags: "--as image --crossorigin use-credentials", server: answer(200, anyone, "Content-Type: image/png"),
		code: transcript.StarCredentials, phase: actual, says: []string{`crossorigin="anonymous" would ask without`}, sees: "GET",
	},
	{
		pain: "21 webgl", why: "a texture has to be readable",
		flags: "--as webgl", server: answer(200, "Content-Type: image/png"),
		code: transcript.ResponseOpaque, phase: filter, outcome: transcript.Opaque, says: []string{`crossorigin="anonymous"`}, sees: "GET",
	},
	{
		pain: "21 preload", why: "a preload of a font asks with CORS too",
		flags: "--as preload --crossorigin anonymous", server: answer(200, "Content-Type: font/woff2"),
		code: transcript.ACAOMissing, phase: actual, sees: "GET",
	},
	{
		pain: "24", why: "a secure page asks over http, and nothing is sent",
		url: "http://api.example/orders", server: fine,
		code: transcript.MixedContent, phase: network, outcome: transcript.NotCORS, says: []string{"This is not CORS", "https://app.example", "plain http"}, instead: "https://api.example/orders",
	},
	{
		pain: "24 redirect", why: "or is led there",
		server: redirecting("api.example/orders", 302, "http://cdn.example/orders", plain, app, vary),
		code:   transcript.MixedContent, phase: network, outcome: transcript.NotCORS, says: []string{"This is not CORS", "a redirect led down to http"}, instead: "https://cdn.example/orders", sees: "GET",
	},
	{
		pain: "29", why: "no-cors is no cure",
		flags: "--mode no-cors", server: answer(200, "Content-Type: image/png"),
		code: transcript.ResponseOpaque, phase: filter, outcome: transcript.Opaque, says: []string{"status 0", "Mode no-cors cures nothing"}, sees: "GET",
	},
	{
		pain: "29 image", why: "an element gets no data either, whatever it is called",
		flags: "--as image", server: answer(200, "Content-Type: application/json", "X-Content-Type-Options: nosniff"),
		code: transcript.ORBBlocked, phase: filter, outcome: transcript.NotCORS, says: []string{"application/json", "is no cure"}, sees: "GET",
	},
	{
		pain: "29 headers", why: "nor does it carry what the API needs",
		flags: "--mode no-cors -X PUT", server: fine,
		code: transcript.NoCORSMethod, phase: setup, outcome: transcript.NotCORS, says: []string{"PUT", "is no cure"},
	},
}

// The numbers are those of a list of what people hit most.
func TestPains(t *testing.T) {
	t.Parallel()
	for _, tt := range pains {
		t.Run(tt.pain, func(t *testing.T) {
			t.Parallel()
			if tt.page == "" {
				tt.page = "https://app.example"
			}
			if tt.url == "" {
				tt.url = "https://api.example/orders"
			}
			if tt.outcome == "" {
				tt.outcome = transcript.Blocked
			}
			p := serve(t, tt.server)
			arguments := append([]string{tt.url, "--origin", tt.page}, p.reach()...)
			for _, flag := range strings.Fields(tt.flags) {
				arguments = append(arguments, strings.ReplaceAll(flag, "_", " "))
			}
			told := ask(t, arguments...)
			told.expect(t, tt.code, tt.phase, tt.says...)
			if told.Outcome != tt.outcome {
				t.Errorf("%s, want %s: %s", told.Outcome, tt.outcome, tt.why)
			}
			if first := told.first(t); first.Fix.URL != tt.instead {
				t.Errorf("ask %q instead, want %q", first.Fix.URL, tt.instead)
			}
			if got := p.methods(); got != tt.sees {
				t.Errorf("the server saw %q, want %q", got, tt.sees)
			}
			if told.took > bound {
				t.Errorf("it took %v", told.took)
			}
			exit, report, stderr := runBuilt(t, append([]string{"explain"}, arguments...)...)
			if exit != told.exit || stderr != "" || !strings.Contains(report, "["+string(tt.code)+"]: ") {
				t.Errorf("in words: exit %d, stderr %q, and\n%s", exit, stderr, report)
			}
		})
	}
}

// 22 and 23: a configured origin that is almost the page's.
func TestPainNearMisses(t *testing.T) {
	t.Parallel()
	const page, local = "https://app.example", "http://localhost:3000"
	for _, tt := range []struct {
		page, allowed, says string
		code                transcript.Code
	}{
		{page, "https://app.example/", "a trailing slash", transcript.ACAOMismatch},
		{page, "https://app.example/orders", "a path", transcript.ACAOMismatch},
		{page, "app.example", "no scheme", transcript.ACAOInvalid},
		{page, "https://app.example:443", "the default port, which browsers leave out", transcript.ACAOMismatch},
		{page, "https://APP.example", "upper-case letters", transcript.ACAOMismatch},
		{page, "HTTPS://app.example", "upper-case letters", transcript.ACAOMismatch},
		{page, "https://www.app.example", "a www. too many", transcript.ACAOMismatch},
		{"https://www.app.example", page, "no www.", transcript.ACAOMismatch},
		{page, "https://*.example", `A "*" inside a value is no pattern`, transcript.ACAOMismatch},
		{page, `"https://app.example"`, "quotes around it", transcript.ACAOInvalid},
		{page, "'https://app.example'", "quotes around it", transcript.ACAOInvalid},
		{page, "null", "Null is the origin of sandboxed frames", transcript.ACAOMismatch},
		{page, "https://api.example", "the server's own origin", transcript.ACAOMismatch},
		{page, "http://app.example", "http instead of https", transcript.ACAOMismatch},
		{local, "http://127.0.0.1:3000", "127.0.0.1 instead of localhost", transcript.ACAOMismatch},
		{local, "http://[::1]:3000", "[::1] instead of localhost", transcript.ACAOMismatch},
		{"http://127.0.0.1:3000", local, "localhost instead of 127.0.0.1", transcript.ACAOMismatch},
		{local, "http://localhost:5173", "port 5173 instead of 3000", transcript.ACAOMismatch},
		{local, "http://localhost", "port 80 instead of 3000", transcript.ACAOMismatch},
		{local, "https://localhost:3000", "https instead of http", transcript.ACAOMismatch},
	} {
		t.Run(fmt.Sprintf("%s for %s", tt.allowed, tt.page), func(t *testing.T) {
			t.Parallel()
			url := "https://api.example/orders"
			if strings.HasPrefix(tt.page, "http:") {
				url = "http://localhost:8080/orders"
			}
			p := serve(t, answer(200, "Access-Control-Allow-Origin: "+tt.allowed, vary))
			told := ask(t, append([]string{url, "--origin", tt.page}, p.reach()...)...)
			told.expect(t, tt.code, actual, tt.says, tt.page, tt.allowed[1:len(tt.allowed)-1])
			if told.exit != 1 || p.methods() != "GET" || told.took > bound {
				t.Errorf("exit %d after %v; the server saw %q", told.exit, told.took, p.methods())
			}
		})
	}
}

// 24: loopback is no mixed content, by any of its names.
func TestPainMixedContentSparesLoopback(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"localhost", "127.0.0.1"} {
		p := serve(t, fine)
		told := ask(t, append([]string{"http://" + host + ":8080/orders", "--origin", "https://app.example"}, p.reach()...)...)
		if told.Outcome != transcript.Allowed || p.methods() != "GET" {
			t.Errorf("%s: %s; the server saw %q", host, told.Outcome, p.methods())
		}
	}
}

// 29: of data there is not even the body behind an opaque answer, and that is told after it.
func TestPainOpaqueData(t *testing.T) {
	t.Parallel()
	p := serve(t, answer(200, "Content-Type: application/json", "X-Content-Type-Options: nosniff"))
	told := ask(t, append([]string{"https://api.example/orders", "--origin", "https://app.example", "--mode", "no-cors"}, p.reach()...)...)
	told.expect(t, transcript.ResponseOpaque, filter, "status 0")
	if !slices.ContainsFunc(told.Findings, func(f diagnose.Finding) bool { return f.Code == transcript.ORBBlocked }) {
		t.Errorf("no word of %s in %+v", transcript.ORBBlocked, told.Findings)
	}
}

// 25 and 26: what is called CORS and is none.
func TestPainNotCORS(t *testing.T) {
	t.Parallel()
	p := serve(t, fine)
	t.Run("25", func(t *testing.T) {
		t.Parallel()
		told := ask(t, "https://api.example/orders", "--origin", "https://app.example", "--resolve", "api.example:443:"+p.https)
		told.expect(t, transcript.NetTLS, network, "This is not CORS", "authority")
		if told.exit != 1 || len(p.asked()) != 0 {
			t.Errorf("exit %d; the server saw %q", told.exit, p.asked())
		}
	})
	t.Run("26", func(t *testing.T) {
		t.Parallel()
		told := ask(t, "http://"+nobody(t)+"/orders", "--origin", "http://app.example")
		told.expect(t, transcript.NetRefused, network, "This is not CORS", "nothing listens at 127.0.0.1:", "Cross-Origin Request Blocked")
		if !strings.HasPrefix(told.first(t).Fix.Text, "This is not CORS") {
			t.Errorf("the fix begins %q", told.first(t).Fix.Text)
		}
		if told.exit != 1 || told.took > bound {
			t.Errorf("exit %d after %v", told.exit, told.took)
		}
	})
}
