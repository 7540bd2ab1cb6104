package play

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A Stage carries requests to something that plays a case, and tells what arrived there.
type Stage interface {
	http.RoundTripper
	// Taken gives the requests that arrived since the last call, in order.
	Taken() []Request
}

// Run plays a case in memory as one browser and says where it differs from what the case expects. None means that the
// two agree.
func Run(c conformance.Case, p fetch.Profile) []string { return RunOn(NewTransport(c), c, p) }

// RunOn is [Run] on a stage of the caller's.
func RunOn(stage Stage, c conformance.Case, p fetch.Profile) []string {
	shown, err := Perform(stage, c, p)
	if err != nil {
		return []string{err.Error()}
	}
	name := p.Name
	if name == "" {
		name = fetch.Standard.Name
	}
	var differences []string
	for i, s := range shown {
		want, ok := c.Expect(i+1, name)
		if !ok {
			continue
		}
		for _, d := range compare(want, s) {
			differences = append(differences, fmt.Sprintf("ask %d: %s", i+1, d))
		}
	}
	return differences
}

// Shown is what one ask of a case came to.
type Shown struct {
	Wire       []Request
	Transcript *transcript.Transcript
	Response   *fetch.Response // nil where the page got none; its body is read and closed
	Err        error           // what the page saw
}

// Perform plays a case as one browser, on one agent from the first ask to the last. An error means that the case cannot
// be played; what a browser makes of it is no error.
func Perform(stage Stage, c conformance.Case, p fetch.Profile) ([]Shown, error) {
	b, err := newBrowser(stage, c, p)
	if err != nil {
		return nil, err
	}
	page, err := c.Page.Client()
	if err != nil {
		return nil, err
	}
	shown := make([]Shown, 0, len(c.Asks))
	for _, ask := range c.Asks {
		s, err := b.ask(stage, page, c, ask)
		if err != nil {
			return nil, err
		}
		shown = append(shown, s)
	}
	return shown, nil
}

// A browser is an agent with what a case tells it, and hands on the clock and the console.
type browser struct {
	agent *fetch.Agent
	now   time.Time
	told  *transcript.Transcript
}

// The day on which every case begins.
var dawn = time.Date(2026, time.July, 2, 9, 0, 0, 0, time.UTC)

func newBrowser(stage Stage, c conformance.Case, p fetch.Profile) (*browser, error) {
	b := &browser{now: dawn}
	b.agent = &fetch.Agent{
		Transport: stage, Cookies: new(cookie.Jar), Profile: p,
		Clock:   func() time.Time { return b.now },
		Console: func(t *transcript.Transcript) { b.told = t },
		CSP: func(u *fetch.URL, _ string) bool {
			return slices.Contains(c.Browser.CSP, u.Origin().String())
		},
		Permission: func(s fetch.AddressSpace) bool { return slices.Contains(c.Browser.Permissions, s) },
	}
	for _, set := range c.Cookies {
		if err := b.visit(set, p); err != nil {
			return nil, err
		}
	}
	hosts := map[string]bool{}
	for _, o := range c.Browser.HSTS {
		parsed, err := origin.Parse(o)
		if err != nil {
			return nil, err
		}
		hosts[parsed.Host()] = true
	}
	b.agent.HSTS = func(host string) bool { return hosts[host] }
	if len(c.Browser.Spaces) > 0 {
		b.agent.AddressSpace = func(u *fetch.URL) fetch.AddressSpace {
			for _, s := range c.Browser.Spaces {
				if s.Origin == u.Origin().String() {
					return s.Space
				}
			}
			return ""
		}
	}
	b.hook(newScript(c))
	return b, nil
}

// visit stores a cookie as its origin does when the user goes there.
func (b *browser) visit(set conformance.Cookie, p fetch.Profile) error {
	o, err := origin.Parse(set.Origin)
	if err != nil {
		return err
	}
	visit := cookie.Context{
		Scheme: o.Scheme(), Host: o.Host(), Port: o.Port(), SiteForCookies: o, Initiator: o, TopLevelNavigation: true,
	}
	for _, refused := range b.agent.Cookies.Store(visit, p.Cookies, []string{set.Line}, b.now) {
		return fmt.Errorf("the cookie %s of %s cannot be stored: %s", refused.Name, set.Origin, refused.Reason.Text())
	}
	return nil
}

// hook lets the service worker and the HTTP cache answer, where the case has answers of theirs.
func (b *browser) hook(answers *script) {
	b.agent.ServiceWorker = func(_ context.Context, method string, u *fetch.URL, _ wire.Header) *fetch.WorkerResponse {
		a, ok := answers.next(conformance.FromWorker, method, u.Href())
		if !ok {
			return nil
		}
		return &fetch.WorkerResponse{
			Type: a.Type, Status: a.Status, Header: parsed(a.Header), Body: io.NopCloser(strings.NewReader(a.Body)),
			Redirected: a.Redirected, RangeRequested: a.RangeRequested,
		}
	}
	b.agent.Stored = func(method string, u *fetch.URL, _ wire.Header) *fetch.NetworkResponse {
		a, ok := answers.next(conformance.FromStore, method, u.Href())
		if !ok {
			return nil
		}
		return &fetch.NetworkResponse{Status: a.Status, Header: parsed(a.Header), Body: io.NopCloser(strings.NewReader(a.Body))}
	}
}

func (b *browser) ask(stage Stage, page fetch.Client, c conformance.Case, ask conformance.Ask) (Shown, error) {
	question := c.Scenario(ask)
	req, err := question.RequestFor(page)
	if err != nil { // the page has no URL then either
		question.Request.URL = "about:blank"
		if req, err = question.RequestFor(page); err != nil {
			return Shown{}, err
		}
		req.URL = nil
	}
	b.now = b.now.Add(ask.After)
	b.told = nil
	s := Shown{}
	s.Response, s.Err = b.agent.Fetch(context.Background(), req)
	if s.Response != nil {
		_, err := io.Copy(io.Discard, s.Response.Body)
		s.Response.Body.Close()
		if err != nil {
			return Shown{}, fmt.Errorf("the body of %s: %w", ask.Request.URL, err)
		}
	}
	s.Wire, s.Transcript = stage.Taken(), b.told
	return s, nil
}
