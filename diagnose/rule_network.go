package diagnose

import (
	"net/url"
	"strings"

	"github.com/corscope/corscope/transcript"
)

// What kept an answer from coming.
var rulesNetwork = map[transcript.Code]rule{
	transcript.NetDNS: orProxy(dnsFailed),
	transcript.NetRefused: orProxy(func(r *reading, f *Finding) bool {
		f.Summary = "nothing listens at " + r.targetHost(f) + " (connection refused)"
		if host := r.targetHost(f); strings.HasPrefix(host, "localhost") {
			f.hint("localhost is both 127.0.0.1 and [::1]: the server may listen on one of them only.")
		}
		return true
	}),
	transcript.NetUnreachable: orProxy(func(r *reading, f *Finding) bool {
		f.Summary = "there is no way to " + r.targetHost(f)
		return true
	}),
	transcript.NetReset: orProxy(func(r *reading, f *Finding) bool {
		f.Summary = r.targetHost(f) + " closed the connection without an answer"
		if e := r.exchange(f.Exchange); e != nil && e.Kind == transcript.Preflight {
			f.Summary += " to the preflight"
		}
		return true
	}),
	transcript.NetTLS: orProxy(tlsFailed),
	transcript.NetTimeout: orProxy(func(r *reading, f *Finding) bool {
		f.Summary = r.targetHost(f) + " did not answer in time"
		return true
	}),
	transcript.NetProtocol: protocolBroken,
	transcript.NetAborted: func(r *reading, f *Finding) bool {
		f.Summary = "the request to " + r.targetHost(f) + " was cancelled before the answer came"
		return true
	},
	transcript.NetScheme: func(r *reading, f *Finding) bool {
		f.Summary = "nothing can be fetched from the scheme " + quoted(f.Seen)
		return true
	},
	transcript.NetStreamHTTP1: func(r *reading, f *Finding) bool {
		f.Summary = "the body is a stream, which needs HTTP/2, and the server speaks " + f.Seen
		return true
	},
	transcript.LNADenied: func(r *reading, f *Finding) bool {
		f.Summary = r.targetHost(f) + " is an address of " + spaceName(f.Seen) + ", and the user has not permitted the page to reach it"
		return true
	},
	transcript.LNAInsecure: func(r *reading, f *Finding) bool {
		f.Summary = r.targetHost(f) + " is an address of " + spaceName(f.Seen) + ", and a page that is not secure may not reach it"
		return true
	},
	transcript.LNAMismatch: func(r *reading, f *Finding) bool {
		f.Summary = "the page declared the address space " + quoted(f.Expected) + " for " + r.targetHost(f) + ", which is an address of " + spaceName(f.Seen)
		return true
	},
	transcript.WorkerResponse: func(r *reading, f *Finding) bool {
		f.Summary = "the page's service worker answered with " + f.Seen
		return true
	},
}

func spaceName(space string) string {
	switch space {
	case "local":
		return "the user's own network"
	case "loopback":
		return "the user's own machine"
	}
	return "the public internet"
}

// targetHost is host and port of what was asked.
func (r *reading) targetHost(f *Finding) string {
	for _, text := range []string{r.answer(f).URL, f.Subject, r.t.Asked.URL} {
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			return u.Host
		}
	}
	return "the server"
}

func dnsFailed(r *reading, f *Finding) bool {
	host := r.targetHost(f)
	f.Summary = "the host name " + host + " has no address"
	for _, suffix := range [...]string{".local", ".internal", ".lan", ".corp", ".home.arpa", ".svc", ".cluster.local", ".test"} {
		if name, _, _ := strings.Cut(host, ":"); strings.HasSuffix(name, suffix) || !strings.Contains(name, ".") {
			f.hint("The name belongs to a private network or to a cluster: browsers outside it cannot know it.")
			break
		}
	}
	return true
}

// A tlsKind is one way for a secure connection not to come about.
type tlsKind struct {
	signs         []string // in the transport's words, lower case
	summary, text string
	chromium      string
}

var tlsKinds = []tlsKind{
	{
		[]string{"has expired", "not yet valid", "cert_date", "expired_certificate"},
		"the certificate of %s has expired or is not yet valid",
		"Renew the certificate on the server or the proxy that ends TLS, and check the clocks.", "net::ERR_CERT_DATE_INVALID",
	},
	{
		[]string{"self-signed", "self signed", "self_signed"},
		"the certificate of %s is self-signed",
		"Use a certificate of an authority that browsers know, or add the development authority to the system's and the browser's store.", "net::ERR_CERT_AUTHORITY_INVALID",
	},
	{
		[]string{"unknown authority", "unknown_issuer", "authority_invalid", "local issuer", "not trusted"},
		"the certificate of %s is from an authority nobody here knows",
		"The certificate is self-signed, is from a company's own authority, or comes without its intermediate certificate: send the full chain, or use a certificate of an authority that browsers know.", "net::ERR_CERT_AUTHORITY_INVALID",
	},
	{
		[]string{"certificate is valid for", "not valid for any names", "cannot validate certificate for", "any ip sans", "common_name", "bad_cert_domain", "hostname mismatch"},
		"the certificate of %s is for other host names",
		"Ask the server under a name that its certificate has, or get a certificate with this name.", "net::ERR_CERT_COMMON_NAME_INVALID",
	},
	{
		[]string{"http response to https client", "does not look like a tls handshake", "wrong version number"},
		"%s speaks plain http on this port, and the address says https",
		"Ask the port that speaks TLS, or write http:// if the server has none and the page is not secure itself.", "net::ERR_SSL_PROTOCOL_ERROR",
	},
	{
		[]string{"certificate required", "bad certificate"},
		"%s wants a certificate of the client",
		"Browsers send no client certificate with a preflight: let OPTIONS through without one.", "net::ERR_BAD_SSL_CLIENT_AUTH_CERT",
	},
	{
		[]string{"protocol version", "no cipher"},
		"%s and the browser have no TLS version or cipher in common",
		"Offer TLS 1.2 or 1.3 on the server or the proxy that ends TLS.", "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
	},
	{ // up to TLS 1.2 this alert stands for both
		[]string{"handshake failure"},
		"%s broke the TLS handshake off: it wants a certificate of the client, or knows no TLS version or cipher that browsers know",
		"If the server asks for client certificates, let OPTIONS through without one: browsers send none with a preflight. Else offer TLS 1.2 or 1.3 on the server or the proxy that ends TLS.", "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
	},
}

var tlsOther = tlsKind{
	summary: "no secure connection to %s came about", chromium: "net::ERR_SSL_PROTOCOL_ERROR",
	text: "Open the address in a tab to see the certificate, and mend it on the server or the proxy that ends TLS.",
}

func tlsKindOf(text string) tlsKind {
	text = strings.ToLower(text)
	for _, k := range tlsKinds {
		for _, s := range k.signs {
			if strings.Contains(text, s) {
				return k
			}
		}
	}
	return tlsOther
}

// otherNames tells the names a certificate has, where the transport does.
func otherNames(text string) string {
	_, rest, ok := strings.Cut(text, "certificate is valid for ")
	names, _, cut := strings.Cut(rest, ", not ")
	if !ok || !cut {
		return ""
	}
	list := asList(names)
	for i, name := range list {
		list[i] = quoted(name)
	}
	return ": " + listed(list)
}

func tlsFailed(r *reading, f *Finding) bool {
	kind := tlsKindOf(f.Seen)
	f.Summary = strings.Replace(kind.summary, "%s", r.targetHost(f), 1)
	f.Summary += otherNames(f.Seen)
	f.Fix.Text = notCORS + strings.ToLower(kind.text[:1]) + kind.text[1:]
	f.hint("Tools that skip certificate checks, and browsers where somebody clicked through a warning in a tab, hide this.")
	return true
}
