package diagnose_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// What a proxy did is not said of the server.
func TestProxiesAreTold(t *testing.T) {
	const way = "the proxy on the way to api.example "
	for _, tt := range []struct {
		code           transcript.Code
		seen           string
		says, chromium string
		why            string
	}{
		{transcript.NetRefused, "proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused", way + "cannot be reached", "net::ERR_PROXY_CONNECTION_FAILED", "nothing listens, but not at the server's"},
		{transcript.NetDNS, "proxyconnect tcp: dial tcp: lookup proxy.corp: no such host", way + "cannot be reached", "net::ERR_PROXY_CONNECTION_FAILED", "the proxy's name"},
		{transcript.NetReset, "proxyconnect tcp: read: connection reset by peer", way + "cannot be reached", "net::ERR_PROXY_CONNECTION_FAILED", "no server closed anything"},
		{transcript.NetTimeout, "proxyconnect tcp: dial tcp 192.0.2.1:3128: i/o timeout", way + "did not answer in time", "net::ERR_PROXY_CONNECTION_FAILED", "the outcome stays unknown"},
		{transcript.NetTLS, "proxyconnect tcp: tls: first record does not look like a TLS handshake", way + "cannot be reached", "net::ERR_PROXY_CONNECTION_FAILED", "a proxy over https that is none"},
		{transcript.NetTLS, "proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by unknown authority", way + "has a certificate that cannot be trusted", "net::ERR_PROXY_CERTIFICATE_INVALID", "the proxy's certificate"},
		{transcript.NetUnreachable, "proxyconnect tcp: proxy.corp:3128 answered 403 Forbidden", way + "answered 403 and opened no way to it", "net::ERR_TUNNEL_CONNECTION_FAILED", "a status instead of a tunnel"},
		{transcript.NetUnreachable, "proxyconnect tcp: proxy.corp:3128 answered 407 Proxy Authentication Required", way + "wants a login (407)", "net::ERR_INVALID_AUTH_CREDENTIALS", "this status asks for something"},
		{transcript.NetReset, "socks connect tcp 127.0.0.1:1080->api.example:443: unknown error host unreachable", way + "opened no way to it", "net::ERR_SOCKS_CONNECTION_FAILED", "another kind of proxy"},
		{transcript.NetRefused, "dial tcp 127.0.0.1:443: connect: connection refused", "nothing listens at api.example (connection refused)", "net::ERR_CONNECTION_REFUSED", "no proxy"},
	} {
		v := transcript.Verdict{Code: tt.code, Phase: transcript.PhaseNetwork, Blocks: true, Seen: tt.seen}
		f := diagnose.Diagnose(told(v, transcript.Exchange{}))[0]
		if f.Summary != tt.says || nameOf(f.Browsers, "chromium") != tt.chromium {
			t.Errorf("%q: %q and %v, want %q and %q: %s", tt.seen, f.Summary, f.Browsers, tt.says, tt.chromium, tt.why)
		}
		if proxied := strings.Contains(tt.says, "proxy"); strings.Contains(f.Fix.Text, "Mend the proxy") != proxied || hasHint(f, "proxy settings of its own") != proxied {
			t.Errorf("%q: fix %q, hints %q", tt.seen, f.Fix.Text, f.Hints)
		}
	}
	// A server may write into a header what it likes.
	forged := transcript.Verdict{Code: transcript.ACAOInvalid, Phase: act, Blocks: true, Seen: "proxyconnect tcp: x answered 403"}
	if got := nameOf(diagnose.BrowserNames(forged), "chromium"); got != "InvalidAllowOriginValue" {
		t.Errorf("got %q", got)
	}
}
