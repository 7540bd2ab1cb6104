package diagnose

import (
	"strconv"
	"strings"

	"github.com/corscope/corscope/transcript"
)

// A proxy on the way can fail before the server has heard anything. net/http begins with these words then.
const (
	proxyFailure = "proxyconnect "
	socksFailure = "socks connect "
)

// A proxyFault is what a proxy did.
type proxyFault struct{ did, chromium string }

// proxyFaultOf reads the transport's words. A proxy that gave a status instead of a tunnel "answered" it.
func proxyFaultOf(code transcript.Code, text string) (fault proxyFault, ok bool) {
	if strings.HasPrefix(text, socksFailure) {
		return proxyFault{"opened no way to it", "net::ERR_SOCKS_CONNECTION_FAILED"}, true
	}
	if !strings.HasPrefix(text, proxyFailure) {
		return proxyFault{}, false
	}
	switch status := statusAnswered(text); {
	case status == 407:
		return proxyFault{"wants a login (407)", "net::ERR_INVALID_AUTH_CREDENTIALS"}, true
	case status > 0:
		return proxyFault{"answered " + itoa(status) + " and opened no way to it", "net::ERR_TUNNEL_CONNECTION_FAILED"}, true
	case code == transcript.NetTimeout:
		return proxyFault{"did not answer in time", "net::ERR_PROXY_CONNECTION_FAILED"}, true
	case code == transcript.NetTLS && strings.HasPrefix(tlsKindOf(text).chromium, "net::ERR_CERT_"):
		return proxyFault{"has a certificate that cannot be trusted", "net::ERR_PROXY_CERTIFICATE_INVALID"}, true
	}
	return proxyFault{"cannot be reached", "net::ERR_PROXY_CONNECTION_FAILED"}, true
}

// statusAnswered is the status in the transport's words, 0 for none.
func statusAnswered(text string) int {
	_, answer, _ := strings.Cut(text, " answered ")
	word, _, _ := strings.Cut(answer, " ")
	status, err := strconv.Atoi(word)
	if err != nil {
		return 0
	}
	return status
}

// orProxy blames the proxy where it is the one that failed: the server is innocent then, and its rule has nothing to say.
func orProxy(server rule) rule {
	return func(r *reading, f *Finding) bool {
		fault, ok := proxyFaultOf(f.Code, f.Seen)
		if !ok {
			return server(r, f)
		}
		f.Summary = "the proxy on the way to " + r.targetHost(f) + " " + fault.did
		f.Fix.Text = notCORS + "the server was not asked. Mend the proxy, or what names it (HTTPS_PROXY and HTTP_PROXY in the environment), or have the host asked without one (NO_PROXY)."
		f.hint("A browser has proxy settings of its own, and may reach the server by another way.")
		return true
	}
}
