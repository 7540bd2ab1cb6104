package demo

import (
	"io"
	"net/http"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// items is what all routes would answer with, were it not for CORS.
func items(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Total-Count", "2")
	io.WriteString(w, `[{"id":1},{"id":2}]`+"\n") //nolint:errcheck // a draft takes all
}

// allow is CORS as it should be: one origin, and what the preflight asks for out of a list.
func allow(w http.ResponseWriter, r *http.Request, methods, headers string) (preflight bool) {
	w.Header().Set(wire.AccessControlAllowOrigin, Page)
	w.Header().Set(wire.Vary, "Origin")
	if r.Method != http.MethodOptions {
		return false
	}
	w.Header().Set(wire.AccessControlAllowMethods, methods)
	w.Header().Set(wire.AccessControlAllowHeaders, headers)
	w.WriteHeader(http.StatusNoContent)
	return true
}

// routes are the handlers, each with its mistake.
var routes = map[string]http.HandlerFunc{
	"bare": func(w http.ResponseWriter, _ *http.Request) {
		items(w)
	},
	"slash": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(wire.AccessControlAllowOrigin, Page+"/")
		w.Header().Set(wire.Vary, "Origin")
		items(w)
	},
	"star": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(wire.AccessControlAllowOrigin, "*")
		w.Header().Set(wire.AccessControlAllowCredentials, "true")
		items(w)
	},
	"twice": func(w http.ResponseWriter, r *http.Request) {
		allow(w, r, "GET", "")
		w.Header().Add(wire.AccessControlAllowOrigin, "*") // the proxy in front
		items(w)
	},
	"capital": func(w http.ResponseWriter, r *http.Request) {
		allow(w, r, "GET", "")
		w.Header().Set(wire.AccessControlAllowCredentials, "True")
		items(w)
	},
	"auth": func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get(wire.Authorization), "Bearer ") { // a preflight never has it
			w.Header().Set("WWW-Authenticate", `Bearer realm="api"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if !allow(w, r, "GET", "Authorization") {
			items(w)
		}
	},
	"no-route": func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodPut { // and OPTIONS?
			w.Header().Set("Allow", "GET, PUT")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		allow(w, r, "GET, PUT", "")
		items(w)
	},
	"method": func(w http.ResponseWriter, r *http.Request) {
		if !allow(w, r, "GET, POST", "Content-Type") {
			w.WriteHeader(http.StatusNoContent)
		}
	},
	"json": func(w http.ResponseWriter, r *http.Request) {
		if !allow(w, r, "GET, POST", "Authorization") {
			w.Header().Set(wire.Location, "/json/3")
			w.WriteHeader(http.StatusCreated)
		}
	},
	"moved": func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" { // the router, before any middleware
			w.Header().Set(wire.Location, "/moved/items")
			w.WriteHeader(http.StatusPermanentRedirect)
			return
		}
		if !allow(w, r, "GET", "Authorization") {
			items(w)
		}
	},
	"error": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "nginx/1.26.3") // whose answer this is: the API is down
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		io.WriteString(w, "<h1>502 Bad Gateway</h1>\n") //nolint:errcheck // a draft takes all
	},
	"cookie": func(w http.ResponseWriter, r *http.Request) {
		allow(w, r, "GET", "")
		w.Header().Set(wire.AccessControlAllowCredentials, "true")
		w.Header().Set(wire.SetCookie, "session=5f1c; HttpOnly; Path=/") // and SameSite?
		items(w)
	},
	"good": func(w http.ResponseWriter, r *http.Request) {
		if !allow(w, r, "GET, PUT, DELETE", "Content-Type") {
			w.Header().Set(wire.AccessControlExposeHeaders, "X-Total-Count")
			items(w)
		}
	},
}

// Cases lists the questions, the plainest first.
func Cases() []Case {
	bearer := wire.Header{{Name: wire.Authorization, Value: "Bearer demo-token-1"}}
	body := `{"id":3}`
	return []Case{
		ask("bare", "the API never heard of CORS", scenario.Request{}),
		ask("slash", "an origin has no trailing slash", scenario.Request{}),
		ask("twice", "the API sends the header, and the proxy in front sends it again", scenario.Request{}),
		ask("star", `"*" is not enough for a request with cookies`, scenario.Request{Credentials: fetch.CredentialsInclude}),
		ask("capital", `"True" is not "true"`, scenario.Request{Credentials: fetch.CredentialsInclude}),
		ask("auth", "the check for a token stands before CORS, and a preflight carries none", scenario.Request{Headers: bearer}),
		ask("no-route", "the router has no OPTIONS", scenario.Request{Method: "PUT"}),
		ask("method", "the list of methods was written before there was a DELETE", scenario.Request{Method: "DELETE"}),
		ask("json", "a form could not send JSON, so the browser asks for Content-Type first", scenario.Request{
			Method: "POST", Body: &body, Headers: wire.Header{{Name: wire.ContentType, Value: "application/json"}},
		}),
		ask("moved", "the router answers the preflight with a redirect", scenario.Request{Headers: bearer}),
		ask("error", "the API is down, and the proxy's error page knows no CORS", scenario.Request{}),
		ask("cookie", "the page reads the answer, but its cookie is not kept, nor its header seen", scenario.Request{Credentials: fetch.CredentialsInclude}),
		ask("good", "as it should be", scenario.Request{Method: "PUT"}),
	}
}

func ask(name, title string, request scenario.Request) Case {
	request.URL = "https://" + Host + "/" + name
	return Case{Name: name, Title: title, Scenario: scenario.Scenario{Page: scenario.Page{Origin: Page}, Request: request}}
}
