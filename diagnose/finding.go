// Package diagnose reads transcripts as a person would want them read: what went wrong first, who answered, why the
// rule exists, the smallest safe fix, and what would fail next.
//
// [Diagnose] gives the findings of one transcript. [Catalog] holds what is known of every code, whatever the
// transcript.
package diagnose

import "github.com/corscope/corscope/transcript"

// A Severity says what a finding means for the page.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the page does not get what it asked for
	Warning Severity = "warning" // it works, and something is wrong or will be
	Note    Severity = "note"    // worth knowing
)

// A Finding is one judgement of a transcript, with the remedy.
type Finding struct {
	Code         transcript.Code  `json:"code"`
	Phase        transcript.Phase `json:"phase"`
	Hop          int              `json:"hop"`
	Exchange     int              `json:"exchange,omitempty"` // counted from 1; 0 for none
	Severity     Severity         `json:"severity"`
	Subject      string           `json:"subject"` // what it is about, such as a header's name
	Expected     string           `json:"expected,omitempty"`
	Seen         string           `json:"seen,omitempty"`
	Summary      string           `json:"summary"` // one line, for this case
	Why          string           `json:"why"`     // why browsers have the rule
	Fix          Fix              `json:"fix"`
	Hints        []string         `json:"hints,omitempty"`    // near misses and what else is worth a look
	Maker        *Maker           `json:"maker,omitempty"`    // who seems to have made the answer
	Browsers     []BrowserName    `json:"browsers,omitempty"` // what the engines call it
	Spec         string           `json:"spec"`
	Hypothetical bool             `json:"hypothetical"` // holds once the findings before it are mended
}

// A BrowserName is what one engine calls a finding: a code, a console category, a message's beginning.
type BrowserName struct {
	Engine string `json:"engine"` // chromium, firefox, webkit
	Name   string `json:"name"`
}

// A Maker is a guess at the software that made an answer.
type Maker struct {
	Name       string  `json:"name"`       // such as nginx
	Because    string  `json:"because"`    // the header that tells
	Confidence float64 `json:"confidence"` // 0 to 1
}

// A Fix is the smallest safe change that mends a finding.
type Fix struct {
	Text  string `json:"text"`            // what to do, in a sentence or two, naming the layer
	Edits []Edit `json:"edits,omitempty"` // the same as data, where an answer's head is what must change
	URL   string `json:"url,omitempty"`   // the address the page should ask instead, where that is the remedy
}

// An Op is what an edit does.
type Op string

// The operations.
const (
	Add    Op = "add"    // add the value to a comma-separated list, making the header if there is none
	Set    Op = "set"    // make the value the only one
	Remove Op = "remove" // take all lines of that header away
	Status Op = "status" // answer with the status in Value
)

// An Edit changes one answer of the server.
type Edit struct {
	Phase  transcript.Phase `json:"phase"` // preflight or actual: which answer
	Hop    int              `json:"hop"`
	Op     Op               `json:"op"`
	Header string           `json:"header,omitempty"`
	Value  string           `json:"value,omitempty"`
}

// A Snippet is a fix written for one kind of server.
type Snippet struct {
	Stack string `json:"stack"` // go, nginx, http
	Text  string `json:"text"`
}
