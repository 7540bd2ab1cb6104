package probe_test

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corscope/corscope/internal/probe"
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
