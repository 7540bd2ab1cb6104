package corstest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
)

// Somewhere is where a handler stands for a request that names a path alone: at an origin of its own, of another site
// than any page that does not ask for this one.
const Somewhere = "https://somewhere.test"

// A found target: where it stands unless the request says otherwise, and how to reach it.
type found struct {
	base      *fetch.URL
	transport http.RoundTripper
	pinned    bool // it stands at base and nowhere else
}

// find makes out what a test means by a target.
func (b *Browser) find(target any) (found, error) {
	switch target := target.(type) {
	case http.Handler:
		return foundAt(Somewhere, memory{target}, false)
	case func(http.ResponseWriter, *http.Request):
		return foundAt(Somewhere, memory{http.HandlerFunc(target)}, false)
	case *httptest.Server:
		if target == nil || target.URL == "" {
			return found{}, fmt.Errorf("the *httptest.Server is not started")
		}
		var transport http.RoundTripper = b.live
		if target.TLS != nil {
			transport = target.Client().Transport // it knows the certificate
		}
		return foundAt(target.URL, transport, false)
	case string:
		return foundAt(target, b.live, true)
	}
	return found{}, fmt.Errorf("the target is a %T: want an http.Handler, an *httptest.Server, or a base URL", target)
}

func foundAt(base string, transport http.RoundTripper, pinned bool) (found, error) {
	u, err := fetch.ParseURL(base)
	if err != nil {
		return found{}, fmt.Errorf("the target %q: want an address such as https://api.example.com: %w", base, err)
	}
	if _, err := tupleOrigin(u.Origin().String()); err != nil {
		return found{}, fmt.Errorf("the target: %w", err)
	}
	if _, served := transport.(memory); !served {
		transport = relay{u.Scheme(), strings.TrimPrefix(u.Origin().String(), u.Scheme()+"://"), transport}
	}
	return found{u, transport, pinned}, nil
}

// address is where a request to the target goes. A path, or any reference without a scheme, is one to its base.
func (f found) address(r *http.Request) (*fetch.URL, error) {
	if r.URL == nil {
		return nil, fmt.Errorf("the request has no URL")
	}
	u, err := f.base.Resolve(r.URL.String())
	if err != nil {
		return nil, fmt.Errorf("the request's address %q: %w", r.URL, err)
	}
	at := hostOrigin(u)
	if f.pinned && !at.IsOpaque() && at != hostOrigin(f.base) {
		return nil, fmt.Errorf("the request goes to %s and the target is %s: name one of them", at, f.base.Origin())
	}
	// httptest.NewRequest says example.com of its own accord.
	if r.Host != "" && r.Host != r.URL.Host && (r.URL.Host != "" || r.Host != "example.com") {
		return nil, fmt.Errorf("the request's Host is %q and its URL is %q: a page sets no Host, its URL says it all", r.Host, r.URL)
	}
	return u, nil
}

// hostOrigin is the origin as the network knows it: WebSockets are asked for over HTTP.
func hostOrigin(u *fetch.URL) origin.Origin {
	o := u.Origin()
	switch o.Scheme() {
	case "ws":
		return origin.New("http", o.Host(), o.Port())
	case "wss":
		return origin.New("https", o.Host(), o.Port())
	}
	return o
}

// A visit is one fetch as the network sees it: whose it is, and the target of this one alone.
type visit struct {
	t         testing.TB
	at        string // serialized origin
	transport http.RoundTripper
}

type visitKey struct{}

// A network is all the hosts a browser can reach.
type network struct{ browser *Browser }

// RoundTrip asks the host, if the test named it.
func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	at := r.URL.Scheme + "://" + r.URL.Host
	v := r.Context().Value(visitKey{}).(visit)
	if v.at == at {
		return v.transport.RoundTrip(r)
	}
	if host := n.browser.hosts[at]; host != nil {
		return host.RoundTrip(r)
	}
	if r.Body != nil {
		r.Body.Close()
	}
	text := fmt.Sprintf("the test names no host %s: corstest.Serve(%q, ...) does", at, at)
	v.t.Errorf("corstest: %s %s went nowhere: %s", r.Method, r.URL, text)
	return nil, &fetch.NetworkError{Code: transcript.NetDNS, Text: text}
}

// A relay asks a host that listens. The server sees the name that was asked for, wherever it listens.
type relay struct {
	scheme, host string
	live         http.RoundTripper
}

func (l relay) RoundTrip(r *http.Request) (*http.Response, error) {
	there := *r.URL
	there.Scheme, there.Host = l.scheme, l.host
	sent := r.WithContext(r.Context()) // a copy: a RoundTripper changes no request
	sent.URL = &there
	return l.live.RoundTrip(sent)
}
