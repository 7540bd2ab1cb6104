package browsers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
)

// A step is one page the tab goes to, and then goes on: a visit that sets cookies, or a page with its cases.
type step struct {
	visit  string // an origin; empty for a page
	page   scenario.Page
	csp    []string
	stages []*staged
}

// plan orders cases into steps: the cases of one kind of page together, the visits they need before them. Those where a
// browser got stuck before come last, so that the others are not lost with them.
func plan(stages []*staged) []*step {
	groups := map[string]*step{}
	for _, s := range stages {
		key := fmt.Sprintf("%t %+v %v", s.stuck, s.c.Page, s.c.Browser.CSP)
		if groups[key] == nil {
			groups[key] = &step{page: s.c.Page, csp: s.c.Browser.CSP}
		}
		groups[key].stages = append(groups[key].stages, s)
	}
	var steps []*step
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		group := groups[key]
		visitors := map[string][]*staged{}
		for _, s := range group.stages {
			for _, c := range s.c.Cookies {
				if !slices.Contains(visitors[c.Origin], s) {
					visitors[c.Origin] = append(visitors[c.Origin], s)
				}
			}
		}
		for _, origin := range slices.Sorted(maps.Keys(visitors)) {
			steps = append(steps, &step{visit: origin, stages: visitors[origin]})
		}
		steps = append(steps, group)
	}
	return steps
}

const longestWait = 70 * time.Second // that a story may sleep

// Uncarried says why a case cannot be put to a real engine here; empty where it can.
func (w *World) Uncarried(c conformance.Case) string {
	switch {
	case len(c.Browser.HSTS) > 0:
		return "a browser keeps what it knows of https for the whole host, other cases' too"
	case len(c.Browser.Spaces) > 0 || c.Page.AddressSpace != "":
		return "every origin is on the loopback interface, so address spaces cannot differ"
	case len(c.Browser.Permissions) > 0:
		return "there is nobody to give a permission"
	case c.Page.Secure && strings.HasPrefix(c.Page.Origin, "http:"):
		return "no page that comes over http is a secure context under these names"
	case strings.HasPrefix(c.Page.TopLevel, "https:") && strings.HasPrefix(c.Page.Origin, "http:"):
		return "a page that comes over http does not load in a tab that came over https"
	case !w.hasPage(c.Page.Origin), !w.hasPage(c.Page.TopLevel):
		return "the page's origin is none of the world's"
	}
	for _, e := range c.Expects {
		for _, sent := range e.Wire {
			if u, err := fetch.ParseURL(sent.URL); err != nil || !w.has(u.Origin().String()) {
				return "it asks a server that is not in the world"
			}
		}
	}
	var wait time.Duration
	for _, ask := range c.Asks {
		wait += ask.After
		if ask.Initiator == fetch.ByWorklet && !strings.HasPrefix(c.Page.Origin, "https:") {
			return "worklets are for secure contexts"
		}
		if why, ok := unseen[ask.Initiator]; ok {
			return why
		}
	}
	if wait > longestWait {
		return fmt.Sprintf("it would take %s of real time", wait)
	}
	for _, a := range c.Answers {
		switch {
		case a.Role == conformance.FromWorker:
			return "it needs a service worker's answer"
		case a.Role == conformance.FromStore:
			return "it needs an answer that is in the HTTP cache from the beginning"
		case a.Failure != "":
			return "browsers try again by themselves when a connection fails, a number of times of their own"
		}
		for _, f := range a.Header {
			if strings.EqualFold(f.Name, "Set-Cookie") && strings.Contains(f.Value, "__Host-") {
				return hostCookie
			}
		}
	}
	for _, c := range c.Cookies {
		if strings.HasPrefix(c.Line, "__Host-") {
			return hostCookie
		}
	}
	return ""
}

const hostCookie = "a __Host- cookie has the path /, and other cases would meet it"

// unseen are the initiators that no page can be made to use in time.
var unseen = map[fetch.Initiator]string{
	fetch.ByManifest:  "a headless browser does not load manifests",
	fetch.ByReport:    "a browser sends reports when it likes",
	fetch.ByCSPReport: "a browser sends reports when it likes",
}

// hasPage: an opaque page stands in a frame, and an empty origin is the default.
func (w *World) hasPage(origin string) bool {
	return origin == "" || origin == "null" || w.has(origin)
}

func (w *World) has(origin string) bool {
	return slices.Contains(w.everyOrigin(), origin)
}
