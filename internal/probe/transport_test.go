package probe_test

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/probe"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Compressed bodies stay compressed, headers stay as they came, redirects stay where they are.
func TestTransportAddsNothing(t *testing.T) {
	var sent http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound)
		_, _ = io.WriteString(w, "not gzip")
	}))
	t.Cleanup(s.Close)
	transport := probe.Network{}.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header["User-Agent"] = nil
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if string(body) != "not gzip" || err != nil || resp.StatusCode != http.StatusFound || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d %v %q %v", resp.StatusCode, resp.Header, body, err)
	}
	if len(sent) != 0 {
		t.Errorf("the transport added %v", sent)
	}
}

func TestResolveAndRoots(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) }))
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	resolve := map[string]string{"example.com:443": s.Listener.Addr().String(), "other.example:443": s.Listener.Addr().String()}
	get := func(n probe.Network, url string) (string, error) {
		transport := n.Transport()
		transport.Proxy = nil
		defer transport.CloseIdleConnections()
		resp, err := (&http.Client{Transport: transport}).Get(url)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return string(body), err
	}
	if host, err := get(probe.Network{Resolve: resolve, Roots: roots}, "https://example.com/"); host != "example.com" || err != nil {
		t.Errorf("%q %v: the address changes, the name does not", host, err)
	}
	var authority x509.UnknownAuthorityError
	if _, err := get(probe.Network{Resolve: resolve}, "https://example.com/"); !errors.As(err, &authority) {
		t.Errorf("%v: a certificate nobody vouches for was taken", err)
	}
	var hostname x509.HostnameError
	if _, err := get(probe.Network{Resolve: resolve, Roots: roots}, "https://other.example/"); !errors.As(err, &hostname) {
		t.Errorf("%v: a certificate for another name was taken", err)
	}
	var dial *net.OpError
	if _, err := get(probe.Network{Resolve: map[string]string{"example.com:80": "127.0.0.1:0"}}, "http://example.com/"); !errors.As(err, &dial) {
		t.Errorf("%v: the port counts", err)
	}
}

// A proxy that opens no way is the one to blame, and the login in its address stays secret.
func TestAProxyOpensNoWay(t *testing.T) {
	for status, says := range map[int]string{403: "answered 403 Forbidden", 407: "answered 407 Proxy Authentication Required", 502: "answered 502 Bad Gateway"} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodConnect {
				t.Errorf("the proxy was asked %s", r.Method)
			}
			w.WriteHeader(status)
		}))
		t.Cleanup(proxy.Close)
		transport := probe.Network{}.Transport()
		t.Cleanup(transport.CloseIdleConnections)
		transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Listener.Addr().String(), User: url.UserPassword("me", "secret")})
		records, err := probe.Asker{Transport: transport}.Ask(t.Context(), question("GET"), fetch.Chromium)
		if err != nil {
			t.Fatal(err)
		}
		first := records[0].First()
		if first == nil || first.Code != transcript.NetUnreachable || !strings.HasSuffix(first.Seen, says) || !strings.HasPrefix(first.Seen, "proxyconnect ") || strings.Contains(first.Seen, "secret") {
			t.Errorf("%d: %+v", status, first)
		}
	}
}

// And one that opens it is not in the way.
func TestAProxyOpensAWay(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Access-Control-Allow-Origin", "*") }))
	t.Cleanup(s.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		there, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = there.Close() }()
		w.WriteHeader(http.StatusOK)
		here, in, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = here.Close() }()
		go func() { _, _ = io.Copy(there, in) }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(proxy.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	transport := probe.Network{Roots: roots}.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Listener.Addr().String()})
	q := question("GET")
	q.Request = scenario.Scenario{Page: scenario.Page{Origin: "https://app.example"}, Request: scenario.Request{URL: "https://example.com/"}}.FetchRequest
	records, err := probe.Asker{Transport: transport}.Ask(t.Context(), q, fetch.Chromium)
	if err != nil || records[0].Outcome() != transcript.Allowed {
		t.Errorf("%v %+v", err, records)
	}
}

// What may be asked again rides on a connection that is there; what may not gets one of its own, hop for hop.
func TestUnsafeRequestsHaveTheirOwnConnection(t *testing.T) {
	for _, tt := range []struct {
		http2  bool
		method string
		same   bool
		why    string
	}{
		{false, "GET", true, "a GET is asked again where the connection turns out dead"},
		{false, "PUT", false, "a PUT is not"},
		{true, "GET", true, "over HTTP/2 too"},
		{true, "PUT", false, "over HTTP/2 too"},
	} {
		var asked, from []string
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked, from = append(asked, r.Method+" "+r.Proto), append(from, r.RemoteAddr)
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Allow-Methods", "PUT")
			w.Header().Set("Access-Control-Allow-Headers", "x-shop")
			if r.Method != http.MethodOptions && r.URL.Path == "/x" {
				w.Header().Set("Location", "/y")
				w.WriteHeader(http.StatusTemporaryRedirect)
			}
		}))
		s.EnableHTTP2 = tt.http2
		s.StartTLS()
		t.Cleanup(s.Close)
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		network := probe.Network{Roots: roots, Resolve: map[string]string{"example.com:443": s.Listener.Addr().String()}}
		transport := network.Transport()
		t.Cleanup(transport.CloseIdleConnections)
		q := probe.Question{Request: scenario.Scenario{
			Page:    scenario.Page{Origin: "https://app.example"},
			Request: scenario.Request{Method: tt.method, URL: "https://example.com/x", Headers: wire.Header{{Name: "X-Shop", Value: "1"}}},
		}.FetchRequest}
		records, err := probe.Asker{Transport: transport, Send: true}.Ask(t.Context(), q, fetch.Chromium)
		if err != nil || records[0].Outcome() != transcript.Allowed {
			t.Fatalf("%v %+v", err, records[0].Verdicts)
		}
		proto := map[bool]string{false: " HTTP/1.1", true: " HTTP/2.0"}[tt.http2]
		want := []string{"OPTIONS" + proto, tt.method + proto, "OPTIONS" + proto, tt.method + proto}
		if !slices.Equal(asked, want) {
			t.Fatalf("the server was asked %q, want %q", asked, want)
		}
		if from[0] != from[2] || (from[0] == from[1]) != tt.same || (from[0] == from[3]) != tt.same || (from[1] == from[3]) != tt.same {
			t.Errorf("%s, HTTP/2 %v: from %q: %s", tt.method, tt.http2, from, tt.why)
		}
	}
}
