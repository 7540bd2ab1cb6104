package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// A Network says how servers are reached. The zero Network is the system's: its resolver, its certificate authorities,
// and the proxy its environment names.
type Network struct {
	// Resolve gives the address to connect to in place of another, both as host:port. TLS and the Host header keep the
	// name that was asked for.
	Resolve map[string]string
	// Roots are the certificate authorities to trust. Nil means the system's.
	Roots *x509.CertPool
}

// Transport makes a transport that adds nothing of its own to a request, decodes nothing, and checks every certificate.
func (n Network) Transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: tunnelOpened,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if instead, ok := n.Resolve[address]; ok {
				address = instead
			}
			return dialer.DialContext(ctx, network, address)
		},
		TLSClientConfig:        &tls.Config{RootCAs: n.Roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    30 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// tunnelOpened says whose word it was when a proxy opened no way to the server: net/http gives the reason phrase alone.
// The proxy's address is told without the login it may hold.
func tunnelOpened(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	text := "proxyconnect tcp: " + proxy.Host + " answered " + strconv.Itoa(answer.StatusCode) + " " + http.StatusText(answer.StatusCode)
	return &fetch.NetworkError{Code: transcript.NetUnreachable, Text: text}
}
