package report

import (
	"io"
	"slices"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// Catalog writes a list of codes with their titles.
func Catalog(w io.Writer, entries []diagnose.Entry, style Style) error {
	s := &sheet{w: w, colour: style.Colour}
	longest := 0
	for _, e := range entries {
		longest = max(longest, len(e.Code))
	}
	for _, e := range entries {
		s.printf("%s  %s\n", s.in(bold, pad(string(e.Code), longest)), e.Title)
	}
	return s.err
}

// Entry writes what is known of one code.
func Entry(w io.Writer, e diagnose.Entry, style Style) error {
	s := &sheet{w: w, colour: style.Colour}
	s.printf("%s: %s\n\n", s.in(inkOf(e.Severity), string(e.Severity)+"["+string(e.Code)+"]"), e.Title)
	s.say("what", e.What)
	s.say("why", e.Why)
	s.say("fix", e.Fix)
	s.say("console", e.Console)
	if len(e.DependsOn) > 0 {
		codes := make([]string, len(e.DependsOn))
		for i, code := range e.DependsOn {
			codes[i] = string(code)
		}
		s.say("unsaid", "beside "+enumeration(codes)+", which explains it")
	}
	s.sayLines("names", pack(namesOf(e.Code), "   ", width-labelIndent-labelWidth))
	s.sayLines("spec", []string{e.Spec})
	return s.err
}

// namesOf lists what browsers call a code. Some have a name of their own for a preflight.
func namesOf(code transcript.Code) []string {
	var names []string
	for _, phase := range []transcript.Phase{transcript.PhaseActual, transcript.PhasePreflight} {
		for _, b := range diagnose.BrowserNames(transcript.Verdict{Code: code, Phase: phase}) {
			if name := b.Engine + ": " + b.Name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func inkOf(severity diagnose.Severity) ink {
	switch severity {
	case diagnose.Error:
		return red
	case diagnose.Warning:
		return yellow
	case diagnose.Note:
	}
	return cyan
}
