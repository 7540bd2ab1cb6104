package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// An Agent is one browser. The zero Agent follows the standard, keeps no cookies, has nobody reading its console, and
// is ready to use. An Agent is safe for concurrent use; its fields are not to be changed once it is used.
type Agent struct {
	// Transport carries requests. Nil means a transport like net/http's default. One that is also an [Exchanger] is
	// used as one. It must not follow redirects, add cookies or decode bodies.
	Transport http.RoundTripper
	// Cookies keeps cookies. Nil means none are kept.
	Cookies *cookie.Jar
	// Profile says which browser this is. The zero Profile is the standard.
	Profile Profile
	// Clock tells the time. Nil means the system's.
	Clock func() time.Time
	// Console is told of every fetch once its headers are judged. Nil means that nothing is recorded, which is faster.
	// It may be called from several goroutines.
	Console func(*transcript.Transcript)

	// What the agent cannot know by itself. Each may be nil.

	// HSTS reports whether a host is known to want https. Nil means none is.
	HSTS func(host string) bool
	// CSP reports whether the page's Content-Security-Policy blocks a URL for a destination. Nil means it never does.
	CSP func(u *URL, destination string) bool
	// ServiceWorker may answer in the server's place; nil as an answer lets the request pass.
	ServiceWorker func(ctx context.Context, method string, u *URL, h wire.Header) *WorkerResponse
	// Stored gives what the HTTP cache holds for a request; nil as an answer means nothing.
	Stored func(method string, u *URL, h wire.Header) *NetworkResponse
	// AddressSpace says how near a URL's host is, for Local Network Access; empty means unknown. Nil means that only
	// literal addresses and localhost are known before connecting.
	AddressSpace func(*URL) AddressSpace
	// Permission reports whether the user lets the page reach an address space. Nil means no.
	Permission func(AddressSpace) bool

	preflights preflightCache
}

// A WorkerResponse is what a service worker gives for a request.
type WorkerResponse struct {
	Type           ResponseType // what kind of response it passes on
	Status         int
	Header         wire.Header
	Body           io.ReadCloser
	URL            *URL // where it came from; nil means the request's own address
	Credentialed   bool // it answers a request with credentials
	Redirected     bool // its URL list has more than one item
	RangeRequested bool // it answers a request that had a Range
}

// ErrFailed is all a page learns of a request that failed.
var ErrFailed = errors.New("failed to fetch")

// Fetch makes a request as a page would. It returns as soon as the response's headers are judged; the body streams and
// must be closed.
//
// The error is [ErrFailed] whatever went wrong on the way, the context's error if the caller gave up, or a
// *[RequestError] for a request that no page can make.
//
// Spec: https://fetch.spec.whatwg.org/#concept-fetch
func (a *Agent) Fetch(ctx context.Context, req *Request) (*Response, error) {
	profile := &a.Profile
	f := &fetching{ctx: ctx, agent: a, profile: profile}
	if a.Console != nil {
		name := profile.Name
		if name == "" {
			name = Standard.Name
		}
		f.record = &transcript.Transcript{Version: transcript.Version, Profile: name}
	}
	resp, err := f.fetch(req)
	if f.record != nil {
		a.Console(f.record)
	}
	return resp, err
}

func (f *fetching) fetch(req *Request) (*Response, error) {
	err := f.setUp(req)
	f.recordAsked(req)
	if err != nil {
		return nil, err
	}
	resp := f.mainFetch()
	if !resp.failed {
		if blocked := f.blockAfterFetch(resp); blocked != nil {
			resp = blocked
		}
	}
	if resp.failed {
		if err := f.ctx.Err(); errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, ErrFailed
	}
	return f.filter(resp), nil
}

func (a *Agent) now() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

func (a *Agent) exchanger() Exchanger {
	switch t := a.Transport.(type) {
	case nil:
		return roundTripper{defaultTransport}
	case Exchanger:
		return t
	default:
		return roundTripper{t}
	}
}
