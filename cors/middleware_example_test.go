package cors_test

import (
	"encoding/json"
	"expvar"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/corscope/corscope/cors"
)

// show asks a handler and prints status and CORS headers of the answer.
func show(h http.Handler, method, target string, header ...string) {
	fmt.Println(method, target, policySaid(ask(h, method, target, header...)))
}

func policySaid(r *http.Response) string {
	return strings.TrimSuffix(fmt.Sprint(r.StatusCode)+" "+policyHeaders(r), " ")
}

func list(w http.ResponseWriter, _ *http.Request)    { fmt.Fprint(w, "[]") }
func replace(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

func ExampleNew() {
	protect, err := cors.New(cors.Policy{
		Origins:        []string{"https://app.example.com", "https://*.preview.example.com"},
		Credentials:    true,
		Methods:        []string{"PUT", "DELETE"},
		RequestHeaders: []string{"Content-Type"},
		ExposedHeaders: []string{"X-Total"},
		MaxAge:         cors.MaxAge(10 * time.Minute),
	})
	if err != nil {
		log.Fatal(err) // every fault of the policy, with its place and its fix
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items", list)
	mux.HandleFunc("PUT /items/{id}", replace)
	handler := protect.Wrap(mux) // give this one to the server

	show(handler, "OPTIONS", "/items/7", "Origin: https://app.example.com", "Access-Control-Request-Method: PUT")
	show(handler, "GET", "/items", "Origin: https://evil.example")
	// Output:
	// OPTIONS /items/7 204 Access-Control-Allow-Credentials: true; Access-Control-Allow-Methods: PUT; Access-Control-Allow-Origin: https://app.example.com; Access-Control-Max-Age: 600
	// GET /items 200 Vary: Origin
}

// A policy comes from a file, and takes the place of the old one while requests are served.
func ExampleMiddleware_Swap() {
	protect := cors.NewMiddleware(nil) // denies, until there is a policy
	reload := func(file io.Reader) error {
		var policy cors.Policy
		if err := json.NewDecoder(file).Decode(&policy); err != nil {
			return err
		}
		engine, err := cors.Compile(policy)
		if err != nil {
			return err // the old policy stays
		}
		protect.Swap(engine)
		return nil
	}
	handler := protect.Wrap(http.HandlerFunc(list))

	show(handler, "GET", "/", "Origin: https://app.example.com")
	fmt.Println(reload(strings.NewReader(`{"origins": ["https://app.example.com"], "maxAge": "10m"}`)))
	show(handler, "GET", "/", "Origin: https://app.example.com")
	fmt.Println(reload(strings.NewReader(`{"origins": ["*"], "credentials": true}`)) != nil)
	show(handler, "GET", "/", "Origin: https://app.example.com")
	// Output:
	// GET / 200 Vary: Origin
	// <nil>
	// GET / 200 Access-Control-Allow-Origin: https://app.example.com; Vary: Origin
	// true
	// GET / 200 Access-Control-Allow-Origin: https://app.example.com; Vary: Origin
}

func ExampleSelect() {
	mustNew := func(origins ...string) *cors.Middleware {
		m, err := cors.New(cors.Policy{Origins: origins})
		if err != nil {
			log.Fatal(err)
		}
		return m
	}
	tenants := map[string]*cors.Middleware{
		"red.example.com":  mustNew("https://red.example"),
		"blue.example.com": mustNew("https://blue.example", "https://*.blue.example"),
	}
	byHost := cors.Select(func(r *http.Request) *cors.Middleware {
		return tenants[r.Host] // nil denies
	})
	handler := byHost.Wrap(http.HandlerFunc(list))
	byHeader := cors.Select(func(r *http.Request) *cors.Middleware {
		return tenants[r.Header.Get("X-Tenant-Host")] // set by the gateway, on preflights too
	}, "X-Tenant-Host")

	show(handler, "GET", "http://blue.example.com/", "Origin: https://shop.blue.example")
	show(handler, "GET", "http://red.example.com/", "Origin: https://shop.blue.example")
	show(handler, "OPTIONS", "http://green.example.com/", "Origin: https://shop.blue.example", "Access-Control-Request-Method: GET")
	show(byHeader.Wrap(handler), "OPTIONS", "/", "Origin: https://red.example", "Access-Control-Request-Method: GET", "X-Tenant-Host: red.example.com")
	// Output:
	// GET http://blue.example.com/ 200 Access-Control-Allow-Origin: https://shop.blue.example; Vary: Origin
	// GET http://red.example.com/ 200 Vary: Origin
	// OPTIONS http://green.example.com/ 403
	// OPTIONS / 204 Access-Control-Allow-Methods: GET; Access-Control-Allow-Origin: https://red.example; Vary: X-Tenant-Host
}

func ExampleMux() {
	app, err := cors.New(cors.Policy{Origins: []string{"https://app.example.com"}, Methods: []string{"PUT"}})
	if err != nil {
		log.Fatal(err)
	}
	public, err := cors.New(cors.Policy{Origins: []string{"*"}})
	if err != nil {
		log.Fatal(err)
	}
	mux := cors.NewMux(app)
	mux.HandleFunc("PUT /items/{id}", replace)
	mux.HandleWith(public, "GET /items/{id}", http.HandlerFunc(list))

	show(mux, "OPTIONS", "/items/7", "Origin: https://app.example.com", "Access-Control-Request-Method: PUT")
	show(mux, "OPTIONS", "/items/7", "Origin: https://other.example", "Access-Control-Request-Method: PUT")
	show(mux, "GET", "/items/7", "Origin: https://other.example")
	// Output:
	// OPTIONS /items/7 204 Access-Control-Allow-Methods: PUT; Access-Control-Allow-Origin: https://app.example.com
	// OPTIONS /items/7 403
	// GET /items/7 200 Access-Control-Allow-Origin: *
}

func ExampleLate() {
	protect, err := cors.New(cors.Policy{Origins: []string{"https://app.example.com"}})
	if err != nil {
		log.Fatal(err)
	}
	chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		clear(w.Header()) // as some writers of error pages do
		http.Error(w, "sorry", http.StatusInternalServerError)
	})
	show(protect.Wrap(chain), "GET", "/", "Origin: https://app.example.com")
	show(protect.Wrap(cors.Late(chain)), "GET", "/", "Origin: https://app.example.com")
	// Output:
	// GET / 500
	// GET / 500 Access-Control-Allow-Origin: https://app.example.com; Vary: Origin
}

func ExampleCleanUpstream() {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // nobody may touch this server
	}))
	defer upstream.Close()
	protect, err := cors.New(cors.Policy{Origins: []string{"https://app.example.com"}})
	if err != nil {
		log.Fatal(err)
	}
	backend, err := url.Parse(upstream.URL)
	if err != nil {
		log.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(backend) },
		ModifyResponse: cors.CleanUpstream,
	}
	handler := protect.Wrap(proxy)

	show(handler, "GET", "/", "Origin: https://app.example.com")
	// Output:
	// GET / 200 Access-Control-Allow-Origin: https://app.example.com; Vary: Origin
}

func ExampleObserve() {
	count := map[string]int{}
	protect, err := cors.New(cors.Policy{Origins: []string{"https://app.example.com"}},
		cors.Observe(func(e cors.Event) {
			count[e.Kind.String()+" "+e.Reason.String()]++ // both are of a few words: safe as labels
		}))
	if err != nil {
		log.Fatal(err)
	}
	handler := protect.Wrap(http.HandlerFunc(list))

	show(handler, "GET", "/", "Origin: https://evil.example")
	fmt.Println(count)
	// Output:
	// GET / 200 Vary: Origin
	// map[actual origin-not-allowed:1]
}

func ExampleLog() {
	options := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // an example is the same tomorrow
		}
		return a
	}}
	logger := slog.New(slog.NewTextHandler(os.Stdout, options))
	policy := cors.Policy{Origins: []string{"https://app.example.com"}}
	protect, err := cors.New(policy, cors.Log(logger))
	if err != nil {
		log.Fatal(err)
	}
	ask(protect.Wrap(http.HandlerFunc(list)), "OPTIONS", "/", "Origin: https://app.example.com", "Access-Control-Request-Method: PUT")
	// Output:
	// level=INFO msg="cors: refused" kind=preflight reason=method-not-allowed origin=https://app.example.com method=PUT
}

func ExampleMiddleware_Stats() {
	policy := cors.Policy{Origins: []string{"https://app.example.com"}}
	protect, err := cors.New(policy, cors.Count())
	if err != nil {
		log.Fatal(err)
	}
	expvar.Publish("cors", expvar.Func(func() any { return protect.Stats() }))

	handler := protect.Wrap(http.HandlerFunc(list))
	ask(handler, "GET", "/", "Origin: https://evil.example")
	stats := protect.Stats()
	fmt.Println(stats.Actual[cors.OriginNotAllowed], stats.Actual[cors.Allowed])
	// Output:
	// 1 0
}

func ExampleEnforce() {
	policy := cors.Policy{Origins: []string{"https://app.example.com"}}
	protect, err := cors.New(policy, cors.Enforce())
	if err != nil {
		log.Fatal(err)
	}
	handler := protect.Wrap(http.HandlerFunc(list))

	show(handler, "POST", "https://api.example.com/", "Origin: https://evil.example")
	show(handler, "POST", "https://api.example.com/", "Origin: https://api.example.com")
	show(handler, "POST", "https://api.example.com/")
	// Output:
	// POST https://api.example.com/ 403 Vary: Origin
	// POST https://api.example.com/ 200 Vary: Origin
	// POST https://api.example.com/ 200 Vary: Origin
}

// Requests that only read may come from anywhere; those that change something may not.
func ExampleEngine_CrossOriginProtection() {
	protect, err := cors.New(cors.Policy{Origins: []string{"https://app.example.com"}})
	if err != nil {
		log.Fatal(err)
	}
	protection, _ := protect.Engine().CrossOriginProtection()
	handler := protect.Wrap(protection.Handler(http.HandlerFunc(list)))

	show(handler, "GET", "https://api.example.com/", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site")
	show(handler, "POST", "https://api.example.com/", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site")
	show(handler, "POST", "https://api.example.com/", "Origin: https://app.example.com", "Sec-Fetch-Site: same-site")
	// Output:
	// GET https://api.example.com/ 200 Vary: Origin
	// POST https://api.example.com/ 403 Vary: Origin
	// POST https://api.example.com/ 200 Access-Control-Allow-Origin: https://app.example.com; Vary: Origin
}
