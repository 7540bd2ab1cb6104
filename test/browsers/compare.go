package browsers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Disagreements says where the observation differs from what the case expects of the engine's profile, in one line each.
// None means that they agree as far as the page and the wire can tell.
func (o Observation) Disagreements(c conformance.Case) []string {
	want, ok := c.Expect(o.Ask, o.Engine)
	if !ok {
		return nil
	}
	var list []string
	differ := func(what string, seen, expected any) {
		list = append(list, fmt.Sprintf("%s: expected %v, seen %v", what, expected, seen))
	}
	for i := range max(len(o.Wire), len(want.Wire)) {
		what := fmt.Sprintf("wire %d", i+1)
		switch {
		case i >= len(o.Wire):
			differ(what, "nothing", want.Wire[i])
		case i >= len(want.Wire):
			differ(what, o.Wire[i].sent(conformance.Sent{}), "nothing")
		case !o.Wire[i].is(want.Wire[i]):
			differ(what, o.Wire[i].sent(want.Wire[i]), want.Wire[i])
		}
	}
	if s := o.Script.State; s == "timeout" || s == "broken" || s == "" {
		return append(list, fmt.Sprintf("script: %s %s", s, o.Script.Error))
	}
	if seen := o.Outcome(); seen != transcript.Unknown && seen != asScript(want.Outcome) && !o.tellsLess(want.Outcome) {
		differ("outcome", o.seenByScript(), want.Outcome)
	}
	if o.Script.State == "shared" {
		list = append(list, o.responseDisagreements(want)...)
	}
	return append(list, o.reasonDisagreements(want, o.expectedName(c, want.First))...)
}

// asScript is an outcome as script can tell it.
func asScript(o transcript.Outcome) transcript.Outcome {
	if o == transcript.NotCORS || o == transcript.Unknown {
		return transcript.Blocked
	}
	return o
}

// tellsLess: what was got has no sign by which script could tell whether it may look into it.
func (o Observation) tellsLess(want transcript.Outcome) bool {
	return o.Script.State == "shared" && o.Script.Type == "" && o.Script.Clean == nil && o.Script.Status == 0 && want == transcript.Opaque
}

func (o Observation) seenByScript() string {
	text := o.Script.State
	if o.Script.Type != "" {
		text += " " + o.Script.Type
	}
	if o.Script.Clean != nil && !*o.Script.Clean {
		text += ", not to be looked into"
	}
	if o.Script.Error != "" {
		text += " (" + o.Script.Error + ")"
	}
	return text
}

func (o Observation) responseDisagreements(want conformance.Expect) []string {
	var list []string
	s := o.Script
	if s.Type != "" && want.Type != "" && s.Type != string(want.Type) {
		list = append(list, fmt.Sprintf("type: expected %s, seen %s", want.Type, s.Type))
	}
	told := s.Type != "" || s.Status != 0
	if told && want.Status != nil && s.Status != *want.Status {
		list = append(list, fmt.Sprintf("status: expected %d, seen %d", *want.Status, s.Status))
	}
	if told && want.Readable != nil && !slices.Equal(s.Readable, want.Readable) && len(s.Readable)+len(want.Readable) > 0 {
		list = append(list, fmt.Sprintf("readable: expected %v, seen %v", want.Readable, s.Readable))
	}
	return list
}

// reasonDisagreements holds the engine's own word against the name that the expected code has in that engine.
func (o Observation) reasonDisagreements(want conformance.Expect, expected string) []string {
	seen := o.Reason()
	switch {
	case seen == Unmapped:
		return []string{fmt.Sprintf("reason: not known: %s", o.Reasons[0].Text)}
	case seen == expected:
		return nil
	case seen == firefoxDead && want.First != nil && !want.First.Code.IsCORS():
		return nil // it says no more of anything that is not CORS
	case seen == "" && (o.Script.State != "failed" || expected == firefoxDead || !logged(o.Engine, expected)):
		return nil
	}
	return []string{fmt.Sprintf("reason: expected %q, seen %q", expected, seen)}
}

// firefoxDead is what Firefox says where it got no answer, for whatever reason, and sometimes it says nothing.
const firefoxDead = "CORSDidNotSucceed2"

// expectedName is what the engine calls the verdict the case expects. Names depend on the whole transcript: it is that of
// the case played in memory, if that comes to the same verdict at all.
func (o Observation) expectedName(c conformance.Case, want *conformance.Verdict) string {
	if want == nil {
		return ""
	}
	if profile, ok := fetch.ProfileNamed(o.Engine); ok {
		if shown, err := play.Perform(play.NewTransport(c), c, profile); err == nil && o.Ask <= len(shown) {
			t := shown[o.Ask-1].Transcript
			if v := t.First(); v != nil && v.Code == want.Code && v.Phase == want.Phase && v.Hop == want.Hop {
				return o.nameIn(diagnose.ConsoleNames(t))
			}
		}
	}
	return o.nameIn(diagnose.BrowserNames(transcript.Verdict{Code: want.Code, Phase: want.Phase, Hop: want.Hop, Subject: want.Subject}))
}

func (o Observation) nameIn(list []diagnose.BrowserName) string {
	for _, n := range list {
		if n.Engine == o.Engine {
			return n.Name
		}
	}
	return ""
}

// Reason is the engine's own name for what went wrong: the first, because a failed preflight has a second line that says
// less. Empty where it said nothing.
func (o Observation) Reason() string {
	for _, r := range o.Reasons {
		if r.Name != "" {
			return r.Name
		}
	}
	return ""
}

// logged reports whether an engine writes a name to its log at all.
func logged(engine, name string) bool {
	phrases := chromiumPhrases
	if engine == Firefox.Name {
		phrases = firefoxPhrases
	}
	return slices.ContainsFunc(phrases, func(p phrase) bool {
		return p.name == name || "Preflight"+p.name == name
	})
}

// is reports whether a request is the one that was expected.
func (r Request) is(want conformance.Sent) bool {
	if r.Preflight != want.Preflight || r.Method != want.Method || r.URL != want.URL || want.Body != nil && r.Body != *want.Body {
		return false
	}
	for _, f := range want.Header {
		// Blanks round a value are lost on the wire.
		if value, ok := r.Header.Get(f.Name); !ok || value != strings.Trim(f.Value, " \t") {
			return false
		}
	}
	return !slices.ContainsFunc(want.Without, r.Header.Contains) &&
		!slices.ContainsFunc(conformance.Telling(), func(name string) bool {
			return r.Header.Contains(name) && !want.Header.Contains(name)
		})
}

// sent writes a request as a case does: what always counts, and what was asked about.
func (r Request) sent(want conformance.Sent) conformance.Sent {
	s := conformance.Sent{Preflight: r.Preflight, Method: r.Method, URL: r.URL}
	names := conformance.Telling()
	for _, f := range want.Header {
		names = append(names, f.Name)
	}
	for _, name := range append(names, want.Without...) {
		if value, ok := r.Header.Get(name); ok && !s.Header.Contains(name) {
			s.Header = append(s.Header, wire.Field{Name: strings.ToLower(name), Value: value})
		}
	}
	if want.Body != nil {
		s.Body = &r.Body
	}
	return s
}
