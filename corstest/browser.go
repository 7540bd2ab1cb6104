package corstest

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
)

// A Browser is what several pages share: a profile, the cookies, the preflight cache, a clock, and the servers it can
// reach. Its fetches take turns; otherwise it is safe for concurrent use. [NewBrowser] makes one.
type Browser struct {
	agent  *fetch.Agent
	jar    *cookie.Jar
	hosts  map[string]http.RoundTripper // by serialized origin
	live   *http.Transport              // for targets that listen
	ahead  atomic.Int64                 // how far its clock was moved on, in nanoseconds
	turn   chan struct{}                // holds one token: the agent's console does not tell whose fetch it reports
	record *transcript.Transcript       // of the fetch whose turn it is
}

// An Option is a [BrowserOption] or a [PageOption].
type Option interface{ isOption() }

// A BrowserOption says something of a whole browser.
type BrowserOption func(*Browser) error

func (BrowserOption) isOption() {}

// Profile says which browser this is: chromium, firefox, webkit or standard. Without it, it is chromium.
func Profile(name string) BrowserOption {
	return func(b *Browser) error {
		p, ok := fetch.ProfileNamed(name)
		if !ok {
			return fmt.Errorf("there is no profile %q: want chromium, firefox, webkit or standard", name)
		}
		b.agent.Profile = p
		return nil
	}
}

// Serve names a host that pages may come to, by a redirect or with its origin as the target of [Tab.Fetch]. What answers
// there is a target as [Tab.Fetch] takes them. Of a base URL the origin counts: what listens there answers, be it under
// another name. The host's origin is written as in an Origin header.
func Serve(at string, target any) BrowserOption {
	return func(b *Browser) error {
		o, err := tupleOrigin(at)
		if err != nil {
			return fmt.Errorf("Serve: %w", err)
		}
		found, err := b.find(target)
		if err != nil {
			return fmt.Errorf("Serve %s: %w", at, err)
		}
		b.hosts[o.String()] = found.transport
		return nil
	}
}

// NewBrowser starts a browser without cookies, whose preflight cache is empty. What it holds open is closed when the
// test ends. An option that makes no sense ends the test.
func NewBrowser(t testing.TB, options ...BrowserOption) *Browser {
	t.Helper()
	b := &Browser{
		jar: new(cookie.Jar), hosts: map[string]http.RoundTripper{}, turn: make(chan struct{}, 1),
		live: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, DisableCompression: true, MaxResponseHeaderBytes: 1 << 20},
	}
	b.agent = &fetch.Agent{
		Transport: network{b}, Cookies: b.jar, Profile: fetch.Chromium, Clock: b.now,
		Console: func(record *transcript.Transcript) { b.record = record },
	}
	t.Cleanup(b.live.CloseIdleConnections)
	for _, option := range options {
		if err := option(b); err != nil {
			t.Fatalf("corstest: %v", err)
		}
	}
	return b
}

// Advance moves the browser's clock on, for what cookies and the preflight cache forget with time. It does not wait.
func (b *Browser) Advance(d time.Duration) { b.ahead.Add(int64(d)) }

func (b *Browser) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

// SetCookie puts cookies in as if the server at that origin had set them on a page of its own, to one who opened it
// from the address bar. A line is the value of a Set-Cookie header; one that the browser would not keep ends the test.
func (b *Browser) SetCookie(t testing.TB, at string, lines ...string) {
	t.Helper()
	o, err := tupleOrigin(at)
	if err != nil {
		t.Fatalf("corstest: SetCookie: %v", err)
	}
	visit := cookie.Context{
		Scheme: o.Scheme(), Host: o.Host(), Port: o.Port(), Path: "/",
		SiteForCookies: o, Initiator: o, TopLevelNavigation: true,
	}
	for _, rejected := range b.jar.Store(visit, b.agent.Profile.Cookies, lines, b.now()) {
		t.Fatalf("corstest: the browser does not keep the cookie %q of %s: %s", rejected.Name, at, rejected.Reason.Text())
	}
}

// Cookies lists what the browser keeps, sorted by domain, path and name.
func (b *Browser) Cookies() []cookie.Cookie { return b.jar.All(b.now()) }

// ask makes one fetch, when its turn comes. The record is nil where ctx ended while it waited.
func (b *Browser) ask(ctx context.Context, req *fetch.Request) (*fetch.Response, *transcript.Transcript, error) {
	select {
	case b.turn <- struct{}{}: // though ctx be over: the record says so
	default:
		select {
		case b.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	defer func() { <-b.turn }()
	resp, err := b.agent.Fetch(ctx, req)
	return resp, b.record, err
}

// tupleOrigin reads an origin that a server can have.
func tupleOrigin(text string) (origin.Origin, error) {
	o, err := origin.Parse(text)
	switch {
	case err != nil:
		return origin.Origin{}, err
	case o.Scheme() != "http" && o.Scheme() != "https":
		return origin.Origin{}, fmt.Errorf("%q is no origin of a server: want http or https", text)
	}
	return o, nil
}
