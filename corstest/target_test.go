package corstest_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/corscope/corscope/corstest"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// where answers with the host that was asked and what for.
func where(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	io.WriteString(w, scheme+r.Host+r.RequestURI)
}

func TestTargets(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(where))
	t.Cleanup(plain.Close)
	secure := httptest.NewTLSServer(http.HandlerFunc(where))
	t.Cleanup(secure.Close)
	modern := httptest.NewUnstartedServer(http.HandlerFunc(where))
	modern.EnableHTTP2 = true
	modern.StartTLS()
	t.Cleanup(modern.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET api.example.com/items/{id}", where)
	browser := corstest.NewBrowser(
		t,
		corstest.Serve("https://served.example", where),
		corstest.Serve("https://secure.example", secure),
		corstest.Serve("https://live.example:8443", plain.URL),
	)
	tests := []struct {
		target  any
		address string
		want    string
		asked   string // the URL in the record, where it is another
		why     string
	}{
		{where, "https://api.example.com/a", "https://api.example.com/a", "", "a function"},
		{http.HandlerFunc(where), "https://api.example.com/a", "https://api.example.com/a", "", "a handler"},
		{mux, "https://api.example.com/items/7", "https://api.example.com/items/7", "", "a mux finds its pattern, host and all"},
		{where, "/a?b", "https://somewhere.test/a?b", "https://somewhere.test/a?b", "a path alone"},
		{where, "http://api.example.com:8080/a", "", "", "mixed content, whoever answers"},
		{plain, "/a", plain.URL + "/a", plain.URL + "/a", "a server at its own address"},
		{plain, plain.URL + "/a", plain.URL + "/a", "", "likewise, in full"},
		{plain, "https://api.example.com/a", "http://api.example.com/a", "https://api.example.com/a", "a server under a name; TLS ended before it"},
		{secure, "/a", secure.URL + "/a", secure.URL + "/a", "its certificate is known"},
		{secure, "https://api.example.com/a", "https://api.example.com/a", "", "under a name, too"},
		{modern, "https://api.example.com/a", "https://api.example.com/a", "", "over HTTP/2"},
		{plain.URL, "/a", plain.URL + "/a", plain.URL + "/a", "a base URL"},
		{plain.URL + "/v1/", "a", plain.URL + "/v1/a", plain.URL + "/v1/a", "relative to it"},
		{plain.URL, plain.URL + "/a", plain.URL + "/a", "", "the same, in full"},
		{"https://served.example", "/a", "https://served.example/a", "https://served.example/a", "a host named to the browser"},
		{"https://secure.example", "/a", "https://secure.example/a", "https://secure.example/a", "a test server named so"},
		{"https://live.example:8443", "/a", "http://live.example:8443/a", "https://live.example:8443/a", "what listens, named so"},
	}
	for _, tt := range tests {
		r := browser.Page(t, app).Fetch(tt.target, &http.Request{Method: "GET", URL: address(t, tt.address), Header: http.Header{}})
		if tt.want == "" {
			r.NotCORS(transcript.MixedContent)
			continue
		}
		if got := r.Allowed().Body(); got != tt.want {
			t.Errorf("%s: the server was asked for %s, want %s: %s", tt.address, got, tt.want, tt.why)
		}
		asked := tt.asked
		if asked == "" {
			asked = tt.address
		}
		if got := r.Transcript().Asked.URL; got != asked {
			t.Errorf("%s: the page asked for %s, want %s: %s", tt.address, got, asked, tt.why)
		}
	}
}

func TestServersDoNotLendTheirCertificate(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.HandlerFunc(where))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it hears of the client that does not trust it
	secure.StartTLS()
	t.Cleanup(secure.Close)
	corstest.Page(t, app).Fetch(secure.URL, get("/")).NotCORS(transcript.NetTLS)
}

func TestConnectionsEndWithTheTest(t *testing.T) {
	closed := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(where))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(closed)
		}
	}
	server.Start()
	passes(t, "it is asked twice over one connection", func(t testing.TB) {
		page := corstest.Page(t, app)
		page.Fetch(server, get("/a")).Allowed()
		page.Fetch(server, get("/b")).Allowed()
		select {
		case <-closed:
			t.Errorf("closed before the test ended")
		default:
		}
	})
	<-closed
	server.Close()
}

func TestRedirectsGoToNamedHosts(t *testing.T) {
	away := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		http.Redirect(w, r, "https://cdn.example/logo", http.StatusFound)
	}
	page := corstest.Page(t, app, corstest.Serve("https://cdn.example", where))
	r := page.Fetch(away, get(items)).Allowed().Requests(2)
	if got := r.Body(); got != "https://cdn.example/logo" {
		t.Errorf("read %s", got)
	}

	f := watch(t, func(tb testing.TB) {
		corstest.Page(tb, app).Fetch(away, get(items)).NotCORS(transcript.NetDNS).Requests(2)
	})
	if f.fatal != "" {
		t.Error(f.fatal)
	}
	want := `corstest: GET https://cdn.example/logo went nowhere: the test names no host https://cdn.example: corstest.Serve("https://cdn.example", ...) does`
	if len(f.errors) != 1 || f.errors[0] != want {
		t.Errorf("said %q, want %q", f.errors, want)
	}
}

// A target stands where this request says, and for this request alone.
func TestTargetsAreForgotten(t *testing.T) {
	f := watch(t, func(tb testing.TB) {
		page := corstest.Page(tb, app)
		page.Fetch(api, put(items)).Allowed()
		page.Fetch(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			http.Redirect(w, r, items, http.StatusTemporaryRedirect)
		}, get("https://first.example/")).NotCORS(transcript.NetDNS)
	})
	if f.fatal != "" || len(f.errors) != 1 {
		t.Errorf("%s %q: want one error, of a host nobody named", f.fatal, f.errors)
	}
}

// No handler stands at an address without a host that HTTP could ask.
func TestOtherSchemesAreNotServed(t *testing.T) {
	page := corstest.Page(t, app)
	page.Fetch(where, httptest.NewRequest(http.MethodGet, "ftp://api.example.com/x", nil)).Blocked(transcript.SchemeNotHTTP).Requests(0)
	page.NoCORS().Fetch(where, httptest.NewRequest(http.MethodGet, "ftp://api.example.com/x", nil)).NotCORS(transcript.NetScheme).Requests(0)
}

func TestWebSockets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "websocket" || !strings.HasSuffix(r.Header.Get("Origin"), "://app.example.com") || r.Host != "api.example.com" {
			t.Errorf("%s asked with %v", r.Host, r.Header)
		}
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	t.Cleanup(server.Close)
	live := httptest.NewRequest(http.MethodGet, "wss://api.example.com/live", nil)
	corstest.Page(t, app).By(fetch.ByWebSocket).Fetch(server, live).Allowed()
	corstest.Page(t, app).By(fetch.ByWebSocket).Fetch(server, httptest.NewRequest(http.MethodGet, "ws://api.example.com/live", nil)).NotCORS(transcript.MixedContent)
	corstest.Page(t, "http://app.example.com").By(fetch.ByWebSocket).Fetch(server, httptest.NewRequest(http.MethodGet, "ws://api.example.com/live", nil)).Allowed()
}

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
