package browsers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/transcript"
)

// A Script is what the page's script saw of one ask.
type Script struct {
	// State is shared, failed, threw (nothing was tried), unseen (script is told nothing), timeout, unsupported, or
	// broken: the page itself went wrong.
	State      string   `json:"state"`
	Type       string   `json:"type,omitempty"`
	Status     int      `json:"status,omitempty"`
	Redirected bool     `json:"redirected,omitempty"`
	Readable   []string `json:"readable,omitempty"`
	Clean      *bool    `json:"clean,omitempty"` // whether script may look into what it got; nil where it cannot tell
	Error      string   `json:"error,omitempty"`
}

// An Observation is what one engine did with one ask of a case.
type Observation struct {
	Case    string
	Ask     int // from 1
	Engine  string
	Wire    []Request
	Script  Script
	Reasons []Reason // the engine's own words, in order; the first counts
}

// Outcome is what the observation says on the question people ask first. Script cannot tell what CORS blocked from what
// never arrived: both are Blocked here. Unknown means that it cannot tell even that.
func (o Observation) Outcome() transcript.Outcome {
	switch s := o.Script; {
	case s.State == "failed" || s.State == "threw":
		return transcript.Blocked
	case s.State != "shared":
		return transcript.Unknown
	case s.Type == "opaque" || s.Type == "opaqueredirect" || s.Clean != nil && !*s.Clean:
		return transcript.Opaque
	}
	return transcript.Allowed
}

func (s *staged) observations(e Engine, _ *World) []Observation {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Observation
	for i, seen := range s.seen {
		list = append(list, Observation{
			Case: s.c.Name, Ask: i + 1, Engine: e.Name,
			Wire: slices.Clone(seen.wire), Script: seen.script, Reasons: slices.Clone(seen.reasons),
		})
	}
	return list
}

// Explain writes what was seen beside what was wrong with it.
func (o Observation) Explain(wrong []string) string {
	var b strings.Builder
	for _, line := range wrong {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	fmt.Fprintf(&b, "  seen by script: %s\n", o.seenByScript())
	for _, r := range o.Wire {
		fmt.Fprintf(&b, "  seen on the wire: %s at %s\n", r.sent(conformance.Sent{}), r.At.Format("05.000"))
	}
	for _, r := range o.Reasons {
		fmt.Fprintf(&b, "  said by %s: %s %s\n", o.Engine, r.Name, r.Text)
	}
	return b.String()
}
