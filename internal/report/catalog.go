package report

import (
	"io"
	"strings"

	"github.com/corscope/corscope/diagnose"
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
	var silencers []string
	for _, code := range e.DependsOn {
		silencers = append(silencers, string(code))
	}
	if silencers != nil {
		s.say("after", "not said beside "+strings.Join(silencers, ", "))
	}
	s.sayLines("spec", []string{e.Spec})
	return s.err
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
