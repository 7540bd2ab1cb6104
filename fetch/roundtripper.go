package fetch

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/wire"
)

// RoundTripper makes requests as fetch() of a page would, for clients that know only net/http. Redirects are followed
// within, and the response's Request.URL is the last address; what the page may not read is not there; a blocked request
// is an error.
//
// Credentials are the mode for every request. Empty means same-origin, as for fetch().
func (a *Agent) RoundTripper(client Client, credentials Credentials) http.RoundTripper {
	return &pageTripper{agent: a, client: client, credentials: credentials}
}

type pageTripper struct {
	agent       *Agent
	client      Client
	credentials Credentials
}

func (t *pageTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.fetch(r)
	if r.Body != nil {
		if closing := r.Body.Close(); err == nil && closing != nil {
			resp.Body.Close() // the first error is told
			return nil, closing
		}
	}
	return resp, err
}

func (t *pageTripper) fetch(r *http.Request) (*http.Response, error) {
	if r.URL == nil {
		return nil, errors.New("the request has no URL")
	}
	u, err := ParseURL(r.URL.String())
	if err != nil {
		return nil, err
	}
	req := &Request{Client: t.client, Method: r.Method, URL: u, Credentials: t.credentials, Header: headerOf(r.Header)}
	if r.Body != nil && r.Body != http.NoBody {
		req.Body = r.Body
	}
	resp, err := t.agent.Fetch(r.Context(), req)
	if err != nil {
		return nil, err
	}
	out := &http.Response{
		Status: strings.TrimSpace(strconv.Itoa(resp.Status) + " " + http.StatusText(resp.Status)), StatusCode: resp.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, len(resp.Header)), Body: resp.Body, ContentLength: -1, Request: r,
	}
	for _, f := range resp.Header {
		out.Header.Add(f.Name, f.Value)
	}
	if final, err := url.Parse(resp.URL); err == nil && resp.Redirected {
		out.Request = r.Clone(r.Context())
		out.Request.URL = final // as a page's response.url
	}
	if codings := out.Header.Values("Content-Encoding"); len(codings) > 0 && undone(codings) {
		out.Header.Del("Content-Encoding")
		out.Header.Del("Content-Length")
		out.Uncompressed = true
	}
	return out, nil
}

// undone reports whether the body has been decoded, so that its coding and length no longer describe it.
func undone(codings []string) bool {
	names, err := wire.Header{{Name: "E", Value: strings.Join(codings, ",")}}.ExtractTokens("E")
	return err == nil && !slices.ContainsFunc(names, func(n string) bool {
		n = strings.ToLower(n)
		return n != "gzip" && n != "x-gzip" && n != "deflate" && n != "identity"
	})
}
