package scenario

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
)

// Client makes the page that asks. An opaque origin is a new one at every call: a page that asks several times is made
// once, and its requests with [Scenario.RequestFor].
func (p Page) Client() (fetch.Client, error) {
	c := fetch.Client{Secure: p.Secure, AddressSpace: p.AddressSpace, ReferrerPolicy: p.ReferrerPolicy, COEP: p.COEP}
	var err error
	if c.Origin, err = origin.Parse(p.Origin); err != nil {
		return fetch.Client{}, fmt.Errorf("the page's origin: %w", err)
	}
	if p.TopLevel != "" {
		if c.TopLevel, err = origin.Parse(p.TopLevel); err != nil {
			return fetch.Client{}, fmt.Errorf("the origin of the page's tab: %w", err)
		}
	}
	if p.URL != "" {
		if c.URL, err = fetch.ParseURL(p.URL); err != nil {
			return fetch.Client{}, fmt.Errorf("the page's address: %w", err)
		}
	}
	return c, nil
}

// FetchRequest makes the request and the page that asks it. Each call gives a request of its own, body included.
func (s Scenario) FetchRequest() (*fetch.Request, error) {
	client, err := s.Page.Client()
	if err != nil {
		return nil, err
	}
	return s.RequestFor(client)
}

// RequestFor makes the request for a page that exists already.
func (s Scenario) RequestFor(client fetch.Client) (*fetch.Request, error) {
	u, err := fetch.ParseURL(s.Request.URL)
	if err != nil {
		return nil, fmt.Errorf("the request's address: %w", err)
	}
	r := s.Request
	req := &fetch.Request{
		Client: client, Initiator: s.Initiator, Method: r.Method, URL: u, Header: r.Headers.Clone(), Stream: r.Stream,
		Mode: r.Mode, Credentials: r.Credentials, Redirect: r.Redirect, Cache: r.Cache, CrossOrigin: r.CrossOrigin,
		ReferrerPolicy: r.ReferrerPolicy, Destination: r.Destination, UploadListener: r.UploadListener,
		Keepalive: r.Keepalive, TargetAddressSpace: r.TargetAddressSpace,
	}
	if r.Body != nil {
		req.Body = strings.NewReader(*r.Body)
	}
	return req, nil
}
