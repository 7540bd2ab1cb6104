package fetch

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/corscope/corscope/wire"
)

// roundTripper makes an exchange with net/http.
//
// What net/http does not show: the order of response headers of different names, and their casing. What it would add
// by itself (User-Agent, Accept-Encoding) is always set before, so that it adds nothing. It cannot send an empty
// User-Agent and leaves it out.
type roundTripper struct{ http.RoundTripper }

func (t roundTripper) Exchange(ctx context.Context, r *NetworkRequest) (*NetworkResponse, error) {
	var remote string
	if r.Remote {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			GotConn: func(info httptrace.GotConnInfo) { remote = info.Conn.RemoteAddr().String() },
		})
	}
	target := netURL(r.URL)
	req := &http.Request{
		Method: r.Method, URL: target, Host: target.Host, Header: make(http.Header, len(r.Header)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	values := make([]string, 0, len(r.Header)) // one backing array for all
	for _, f := range r.Header {
		switch {
		case wire.EqualFold(f.Name, wire.ContentLength):
			continue // framing is the transport's
		case wire.EqualFold(f.Name, wire.UserAgent):
			f.Name = wire.UserAgent // the one spelling in which net/http sees that it is there
		case wire.EqualFold(f.Name, "Idempotency-Key"), wire.EqualFold(f.Name, "X-Idempotency-Key"):
			// net/http takes these for leave to send a request twice by itself, but knows them in one spelling only.
			f.Name = wire.Lower(f.Name)
		}
		values = append(values, f.Value)
		if before := req.Header[f.Name]; before != nil {
			req.Header[f.Name] = append(before, f.Value)
			continue
		}
		req.Header[f.Name] = values[len(values)-1 : len(values) : len(values)]
	}
	if r.Body != nil {
		req.Body, req.ContentLength = io.NopCloser(r.Body), r.ContentLength
		if r.ContentLength == 0 {
			req.Body = http.NoBody
		}
	}
	resp, err := t.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	return &NetworkResponse{
		Status: resp.StatusCode, Header: headerOf(resp.Header), Body: resp.Body, Proto: resp.Proto, Remote: remote,
	}, nil
}

// netURL is u for net/http: the same request target, byte for byte, and no user information. A path that begins with
// two slashes is the exception: it is escaped as net/url thinks right.
func netURL(u *URL) *url.URL {
	raw := u.requestTarget()
	target, err := url.Parse(u.href)
	if err != nil || target.RequestURI() != raw && !strings.HasPrefix(raw, "//") {
		return &url.URL{Scheme: u.scheme, Host: u.record.Host(), Opaque: raw} // as browsers write it
	}
	target.User = nil
	return target
}

// headerOf lists net/http's headers by name: the order they came in is lost, but for those of one name.
func headerOf(h http.Header) wire.Header {
	list := make(wire.Header, 0, len(h))
	for name, values := range h {
		for _, value := range values {
			list = append(list, wire.Field{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(list, func(a, b wire.Field) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// defaultTransport is used by agents that are given none: like net/http's, without its own decoding, and with bounds.
var defaultTransport = &http.Transport{
	Proxy:                  http.ProxyFromEnvironment,
	ForceAttemptHTTP2:      true,
	DisableCompression:     true,
	MaxIdleConns:           100,
	IdleConnTimeout:        90 * time.Second,
	TLSHandshakeTimeout:    10 * time.Second,
	MaxResponseHeaderBytes: 1 << 20,
}
