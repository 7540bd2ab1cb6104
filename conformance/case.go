// Package conformance holds questions whose answers are known: a page, what it asks, what the servers say to it, and
// what a browser then does. The cases are text files, and README.md describes them, so that any implementation of
// CORS can be held against them. There is no runner here.
//
// [Cases] gives them all. [Parse] reads one, with origins of the caller's choice in the place of the placeholders.
package conformance

import (
	"slices"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A Case is a story: one page in one browser asks once or several times, in order.
type Case struct {
	Name     string            // such as "cors-check/two-lines"
	Why      string            // the reason, in words
	Rule     string            // the rule it is about
	Triggers []transcript.Code // the codes it shows being given
	Nears    []transcript.Code // the codes it comes near to and must not give
	Page     scenario.Page
	Cookies  []Cookie // stored before the first ask
	Browser  Browser
	Asks     []Ask // at least one
	Answers  []Answer
	Expects  []Expect // at least one
}

// A Cookie is in the browser's store because its origin set it on a visit.
type Cookie struct {
	Origin string
	Line   string // in Set-Cookie's syntax
}

// A Browser is what the browser knows or was told, apart from its profile.
type Browser struct {
	HSTS        []string             // origins whose hosts are known to want https
	CSP         []string             // origins the page's Content-Security-Policy blocks
	Permissions []fetch.AddressSpace // spaces the user lets the page reach
	Spaces      []Space
}

// A Space says how near an origin's host is. Without any, the spaces of names are unknown.
type Space struct {
	Origin string
	Space  fetch.AddressSpace
}

// An Ask is one request of the page.
type Ask struct {
	After     time.Duration   // since the ask before it, or since the beginning
	Initiator fetch.Initiator // empty means fetch
	Request   scenario.Request
}

// A Role says which request an answer is for, and who gives it.
type Role string

// The roles.
const (
	ToPreflight Role = "preflight" // the server's, to a preflight
	ToRequest   Role = "answer"    // the server's, to the request itself
	FromWorker  Role = "worker"    // the service worker's; where there is none, it lets the request pass
	FromStore   Role = "stored"    // the HTTP cache's
)

// An Answer is what comes back for one URL. Several of one role for one URL are given in order, the last of them again
// and again.
type Answer struct {
	Role   Role
	Method string // empty means any; one that names the method goes before one that does not
	URL    string // as browsers write it, without a fragment

	// What a service worker's response is besides.
	Type           fetch.ResponseType
	Redirected     bool
	RangeRequested bool

	Status int
	Header wire.Header // names and values byte for byte; "{origin}" in a value stands for the Origin the request carried
	Body   string
	// Failure is what comes instead of an answer, one of the net- codes; empty means that an answer comes.
	Failure transcript.Code
}

// An Expect is what must be seen of one ask.
type Expect struct {
	Ask      int      // from 1
	Profiles []string // names of the profiles it is for; nil means all that have none of their own

	Wire     []Sent // every request that leaves the browser, in order
	Outcome  transcript.Outcome
	First    *Verdict  // what blocks; nil means nothing does
	Also     []Verdict // what would block next, in order
	Notes    []Verdict // what is noted besides; there may be more
	Type     fetch.ResponseType
	Status   *int     // as the page sees it; nil means that it is not looked at
	Readable []string // names of the headers script can read: lower case, sorted; nil means not looked at
}

// Sent is one request on the wire.
type Sent struct {
	Preflight   bool
	Method, URL string
	// Header holds the fields that must be there, names in lower case. Of those in [Telling] no others may be there;
	// of the rest there may be more.
	Header  wire.Header
	Without []string // names, in lower case, that must not be there
	Body    *string  // nil means that it is not looked at
}

// Telling lists the header names, in lower case, that a [Sent] always tells all about: where it does not name one, the
// request has none.
func Telling() []string {
	return []string{"origin", "access-control-request-method", "access-control-request-headers", "cookie", "authorization"}
}

// A Verdict is one of the browser's half. An empty Subject is not looked at.
type Verdict struct {
	Code    transcript.Code
	Phase   transcript.Phase
	Hop     int
	Subject string
}

// Expect finds what a profile must show at an ask, counted from 1: its own block or else the general one.
func (c Case) Expect(ask int, profile string) (e Expect, ok bool) {
	for _, candidate := range c.Expects {
		switch {
		case candidate.Ask != ask:
		case slices.Contains(candidate.Profiles, profile):
			return candidate, true
		case candidate.Profiles == nil:
			e, ok = candidate, true
		}
	}
	return e, ok
}

// Scenario is one of the case's asks as a question of its own.
func (c Case) Scenario(ask Ask) scenario.Scenario {
	return scenario.Scenario{Page: c.Page, Initiator: ask.Initiator, Request: ask.Request}
}
