// Package transcript is the record of one fetch: every message on the wire and every verdict, in order.
//
// The browser's half writes it, the script that asked never sees it, and everything a person reads is a reading of it.
// Its JSON form is stable and carries its version.
package transcript

import (
	"slices"
	"strconv"

	"github.com/corscope/corscope/wire"
)

// Version is the version of the JSON form.
const Version = 1

// A Transcript records one fetch as one browser performs it. It is plain data: nothing in it changes once the fetch
// has ended.
type Transcript struct {
	Version   int        `json:"version"`
	Profile   string     `json:"profile"` // standard, chromium, firefox, webkit
	Asked     Asked      `json:"asked"`
	Steps     []Step     `json:"steps"`
	Exchanges []Exchange `json:"exchanges"`
	Verdicts  []Verdict  `json:"verdicts"`
	Result    *Result    `json:"result,omitempty"` // nil where the page got no response
	Unsent    string     `json:"unsent,omitempty"` // why the request was held back, when it was
}

// Asked is what the page asked for, with the initiator's defaults filled in.
type Asked struct {
	Origin      string      `json:"origin"`   // the page's, serialized
	TopLevel    string      `json:"topLevel"` // the tab's
	Initiator   string      `json:"initiator"`
	Title       string      `json:"title"` // the initiator in a sentence
	Method      string      `json:"method"`
	URL         string      `json:"url"`
	Mode        string      `json:"mode"`
	Credentials string      `json:"credentials"`
	Redirect    string      `json:"redirect"`
	Header      wire.Header `json:"header"`    // what the page set, as given
	OnBlocked   string      `json:"onBlocked"` // what the page sees when it does not get the response
	OnShared    string      `json:"onShared"`  // and when it does
}

// A Step is a decision on the way that is neither good nor bad: same origin? preflight needed, and why?
type Step struct {
	Hop     int    `json:"hop"`
	Name    string `json:"name"`   // the question, such as "same-origin", "preflight", "preflight-cache"
	Answer  string `json:"answer"` // such as "no", "needed", "hit"
	Because string `json:"because,omitempty"`
}

// A Kind tells a preflight from the request it asks for.
type Kind string

// The kinds of exchange.
const (
	Preflight Kind = "preflight"
	Actual    Kind = "actual"
)

// A Source says where an answer came from. The zero Source is the network.
type Source string

// The sources of an answer other than the network.
const (
	FromServiceWorker Source = "service-worker"
	FromCache         Source = "http-cache"
	FromRecording     Source = "recording"
)

// An Exchange is one request and what came back. Headers are as they crossed, as far as the transport shows: an
// [net/http.RoundTripper] shows neither the order of different response headers nor their casing.
type Exchange struct {
	Kind        Kind        `json:"kind"`
	Hop         int         `json:"hop"`
	Method      string      `json:"method"`
	URL         string      `json:"url"`
	Request     wire.Header `json:"request"`
	Credentials bool        `json:"credentials"` // cookies and the like were allowed to travel
	Source      Source      `json:"source,omitempty"`
	Proto       string      `json:"proto,omitempty"` // such as HTTP/1.1
	Remote      string      `json:"remote,omitempty"`
	Status      int         `json:"status"` // 0 where there was no answer
	Response    wire.Header `json:"response"`
	Failure     *Failure    `json:"failure,omitempty"`
}

// A Failure is what kept an answer from coming.
type Failure struct {
	Code Code   `json:"code"` // one of the net- codes
	Text string `json:"text"` // the transport's own words
}

// A Phase is the part of a fetch a verdict belongs to.
type Phase string

// The phases, in order.
const (
	PhaseSetup     Phase = "setup"     // before anything is sent
	PhaseNetwork   Phase = "network"   // reaching the server
	PhasePreflight Phase = "preflight" // the answer to the preflight
	PhaseActual    Phase = "actual"    // the answer to the request, redirects included
	PhaseFilter    Phase = "filter"    // what the page gets to see of an answer that may be shared
)

// A Verdict is one judgement of the browser's half.
type Verdict struct {
	Code         Code   `json:"code"`
	Phase        Phase  `json:"phase"`
	Hop          int    `json:"hop"`                    // 0 for the first request, 1 after one redirect, up to 20
	Exchange     int    `json:"exchange,omitempty"`     // which exchange it judges, counted from 1; 0 for none
	Blocks       bool   `json:"blocks"`                 // the page does not get the response for this
	Hypothetical bool   `json:"hypothetical,omitempty"` // would hold if what failed before it were mended
	Subject      string `json:"subject"`                // what it is about: a header's name, a method, a URL
	Expected     string `json:"expected,omitempty"`
	Seen         string `json:"seen,omitempty"`
	Quirk        string `json:"quirk,omitempty"` // the profile's deviation that decided, where one did
	Spec         string `json:"spec"`
}

// String says what was judged, and how, in one line: for logs and failing tests.
func (v Verdict) String() string {
	s := string(v.Code) + " (" + string(v.Phase) + ", hop " + strconv.Itoa(v.Hop) + "): " + v.Subject
	if v.Seen != "" {
		s += " " + strconv.Quote(v.Seen)
	}
	if v.Expected != "" {
		s += ", want " + v.Expected
	}
	return s
}

// A Result is what the page got.
type Result struct {
	Type        string   `json:"type"` // basic, cors, opaque, opaqueredirect
	Status      int      `json:"status"`
	URL         string   `json:"url"`
	Readable    []string `json:"readable"` // names of the headers script can read, lower case, sorted
	Hidden      []string `json:"hidden"`   // names of those it cannot
	OriginClean bool     `json:"originClean"`
	// TimingAllowed: no hop kept its timing from the page.
	TimingAllowed bool   `json:"timingAllowed"`
	Page          string `json:"page"` // what that means for what asked
}

// An Outcome is the answer to the one question people ask first.
type Outcome string

// The outcomes.
const (
	Allowed Outcome = "allowed"
	Opaque  Outcome = "opaque"   // the page asked for a response it may not look into, and got it
	Unknown Outcome = "unknown"  // not sent, timed out, could not tell
	NotCORS Outcome = "not-cors" // stopped by something else
	Blocked Outcome = "blocked"  // by CORS
)

// Outcome reads the answer off the record. A transcript without a result or a blocking verdict is Unknown.
func (t *Transcript) Outcome() Outcome {
	if v := t.First(); v != nil {
		switch {
		case v.Code == NetTimeout, v.Code == NetAborted:
			return Unknown
		case v.Code.IsCORS():
			return Blocked
		}
		return NotCORS
	}
	switch {
	case t.Result == nil:
		return Unknown
	case t.Result.Type == "opaque", t.Result.Type == "opaqueredirect":
		return Opaque
	}
	return Allowed
}

// First is the verdict that blocked, or nil.
func (t *Transcript) First() *Verdict {
	for i := range t.Verdicts {
		if v := &t.Verdicts[i]; v.Blocks && !v.Hypothetical {
			return v
		}
	}
	return nil
}

// Worst is the least welcome of several outcomes: blocked, then not-cors, unknown, opaque, allowed. Of none it is
// Unknown.
func Worst(outcomes ...Outcome) Outcome {
	order := []Outcome{Allowed, Opaque, Unknown, NotCORS, Blocked}
	worst := -1
	for _, o := range outcomes {
		worst = max(worst, slices.Index(order, o))
	}
	if worst < 0 {
		return Unknown
	}
	return order[worst]
}
