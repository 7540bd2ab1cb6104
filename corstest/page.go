package corstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// A PageOption says something of one page.
type PageOption func(*scenario.Page)

func (PageOption) isOption() {}

// TopLevel says which page the tab shows, by its origin, where that is another: the page is a frame in it.
func TopLevel(at string) PageOption { return func(p *scenario.Page) { p.TopLevel = at } }

// Address is the page's full address, for the Referer header. Without it, it is the root of the page's origin.
func Address(url string) PageOption { return func(p *scenario.Page) { p.URL = url } }

// ReferrerPolicy is the page's. Without it, it is strict-origin-when-cross-origin.
func ReferrerPolicy(policy fetch.ReferrerPolicy) PageOption {
	return func(p *scenario.Page) { p.ReferrerPolicy = policy }
}

// EmbedderPolicy is the page's Cross-Origin-Embedder-Policy. Without it, it is unsafe-none.
func EmbedderPolicy(policy fetch.COEP) PageOption {
	return func(p *scenario.Page) { p.COEP = policy }
}

// A Tab is a page that asks, and the way it asks: as fetch() does, unless told otherwise. It is not changed once made,
// and safe for concurrent use as far as its test is.
type Tab struct {
	t           testing.TB
	browser     *Browser
	client      fetch.Client
	by          fetch.Initiator
	credentials bool
	changes     []func(*fetch.Request)
}

// Page opens a page in a browser of its own. The origin is as in an Origin header; "null" makes a page with an opaque
// origin, such as a sandboxed frame. An option that makes no sense ends the test.
func Page(t testing.TB, origin string, options ...Option) *Tab {
	t.Helper()
	var ofBrowser []BrowserOption
	var ofPage []PageOption
	for _, option := range options {
		switch option := option.(type) {
		case BrowserOption:
			ofBrowser = append(ofBrowser, option)
		case PageOption:
			ofPage = append(ofPage, option)
		}
	}
	return NewBrowser(t, ofBrowser...).Page(t, origin, ofPage...)
}

// Page opens a page, as [Page] does. The test may be another than the browser's, such as one of its subtests: it is the
// one that this page's assertions end.
func (b *Browser) Page(t testing.TB, origin string, options ...PageOption) *Tab {
	t.Helper()
	page := scenario.Page{Origin: origin}
	for _, option := range options {
		option(&page)
	}
	for field, word := range map[string]string{"referrerPolicy": string(page.ReferrerPolicy), "coep": string(page.COEP)} {
		if want, ok := scenario.CheckWord(field, word); word != "" && !ok {
			t.Fatalf("corstest: the page's %s is %q: want %s", field, word, want)
		}
	}
	client, err := page.Client()
	if err != nil {
		t.Fatalf("corstest: %v", err)
	}
	return &Tab{t: t, browser: b, client: client}
}

// By is the page asking by something else: an image, a font, a worker.
func (tab *Tab) By(initiator fetch.Initiator) *Tab {
	tab.t.Helper()
	if _, ok := initiator.Info(); !ok {
		tab.t.Fatalf("corstest: no initiator is called %q", initiator)
	}
	other := *tab
	other.by = initiator
	return &other
}

// XHR is the page asking by XMLHttpRequest.
func (tab *Tab) XHR() *Tab {
	tab.t.Helper()
	return tab.By(fetch.ByXHR)
}

// WithCredentials is the page asking with its cookies: credentials "include" of fetch(), withCredentials of an
// XMLHttpRequest, crossorigin="use-credentials" of an element.
func (tab *Tab) WithCredentials() *Tab {
	other := *tab
	other.credentials = true
	return &other
}

// NoCORS is the page asking by fetch() in mode no-cors, for a response it will not look into.
func (tab *Tab) NoCORS() *Tab {
	return tab.With(func(r *fetch.Request) { r.Mode = fetch.ModeNoCORS })
}

// With is the page asking with whatever else a page can choose: redirect and cache modes, a crossorigin attribute, an
// upload listener. The change is made to every request, last.
func (tab *Tab) With(change func(*fetch.Request)) *Tab {
	other := *tab
	other.changes = slices.Concat(tab.changes, []func(*fetch.Request){change})
	return &other
}

// Fetch asks, and waits for the whole answer: of an EventSource and a WebSocket for its head alone. The target is a
// [net/http.Handler] or its function, a [net/http/httptest.Server], or a base URL.
//
// A handler and a test server stand at the origin of r's URL, whatever it is; if that is a path alone, at [Somewhere]
// or at the server's own address. A base URL stands where it says, and r's URL is taken relative to it: it is a host
// that [Serve] named, or else what listens there. Of r, method, URL, header and body count, as far as a page decides on
// them, and the context. The same r may be used again.
//
// A handler is served as over HTTP/1.1. It may flush; one that hijacks, as for a WebSocket, wants a test server.
//
// Blocked is a result. What ends the test is a request that no page can make, or a target that is none. A host that the
// test did not name and a handler that panics are errors of the test, and to the page a network that fails. The fetch
// ends with the test's context or r's, and is unknown then.
func (tab *Tab) Fetch(target any, r *http.Request) *Result {
	t := tab.t
	t.Helper()
	f, err := tab.browser.find(target)
	if err != nil {
		t.Fatalf("corstest: %v", err)
	}
	req, body, err := tab.request(f, r)
	if err != nil {
		t.Fatalf("corstest: %v", err)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	if t.Context().Err() != nil {
		cancel() // at once: what is told of a context that is over comes later
	}
	defer context.AfterFunc(t.Context(), cancel)()
	v := visit{t: t, transport: f.transport}
	if req.URL != nil { // With may have taken it
		v.at = hostOrigin(req.URL).String()
	}
	if host := tab.browser.hosts[v.at]; host != nil && f.pinned {
		v.transport = host // a base URL may be a name that Serve gave
	}
	resp, record, err := tab.browser.ask(context.WithValue(ctx, visitKey{}, v), req)
	if record == nil {
		t.Fatalf("corstest: %s %s never had its turn: %v", req.Method, req.URL, err)
	}
	if impossible := (*fetch.RequestError)(nil); errors.As(err, &impossible) && record.First() == nil {
		t.Fatalf("corstest: no page can ask that: %v", impossible)
	}
	result := &Result{t: t, record: record, findings: diagnose.Diagnose(record), title: tab.browser.agent.Profile.Title, sent: body}
	if resp != nil {
		result.read(resp, req.Initiator)
	}
	return result
}

// request is what the page asks, and the body on its own.
func (tab *Tab) request(f found, r *http.Request) (*fetch.Request, *string, error) {
	u, err := f.address(r)
	if err != nil {
		return nil, nil, err
	}
	req := &fetch.Request{Client: tab.client, Initiator: tab.by, Method: r.Method, URL: u}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			req.Header = append(req.Header, wire.Field{Name: name, Value: value})
		}
	}
	if tab.credentials {
		if info, _ := tab.by.Info(); info.Attribute {
			req.CrossOrigin = fetch.CrossOriginUseCredentials
		} else {
			req.Credentials = fetch.CredentialsInclude
		}
	}
	var sent *string
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(body)) // so that it can be asked again
		if err != nil {
			return nil, nil, fmt.Errorf("the request's body: %w", err)
		}
		if len(body) > 0 {
			text := string(body)
			req.Body, sent = bytes.NewReader(body), &text
		}
	}
	for _, change := range tab.changes {
		change(req)
	}
	return req, sent, nil
}
