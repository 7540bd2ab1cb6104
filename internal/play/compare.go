package play

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// compare says where what was shown differs from what was expected.
func compare(want conformance.Expect, got Shown) []string {
	var list []string
	differ := func(what string, got, want any) {
		list = append(list, fmt.Sprintf("%s: got %v, want %v", what, got, want))
	}
	for i := range max(len(got.Wire), len(want.Wire)) {
		what := fmt.Sprintf("wire %d", i+1)
		switch {
		case i >= len(got.Wire):
			differ(what, "nothing", want.Wire[i])
		case i >= len(want.Wire):
			differ(what, told(got.Wire[i], conformance.Sent{}), "nothing")
		case !crossed(got.Wire[i], want.Wire[i]):
			differ(what, told(got.Wire[i], want.Wire[i]), want.Wire[i])
		}
	}
	if got.Transcript == nil {
		return append(list, "the console was told nothing")
	}
	if outcome := got.Transcript.Outcome(); outcome != want.Outcome {
		differ("outcome", outcome, want.Outcome)
	}
	if shared := want.Outcome == transcript.Allowed || want.Outcome == transcript.Opaque; shared != (got.Err == nil) {
		differ("the page's error", got.Err, want.Outcome)
	}
	list = append(list, compareVerdicts(want, got.Transcript)...)
	return append(list, compareResponse(want, got.Response)...)
}

func compareVerdicts(want conformance.Expect, got *transcript.Transcript) []string {
	var list []string
	if first := got.First(); (first == nil) != (want.First == nil) || first != nil && !same(*want.First, *first) {
		list = append(list, fmt.Sprintf("code: got %v, want %v", written(first), want.First))
	}
	var also, notes []transcript.Verdict
	for _, v := range got.Verdicts {
		switch {
		case v.Blocks && v.Hypothetical:
			also = append(also, v)
		case !v.Blocks:
			notes = append(notes, v)
		}
	}
	if !slices.EqualFunc(want.Also, also, same) {
		var texts []string
		for _, v := range also {
			texts = append(texts, written(&v))
		}
		list = append(list, fmt.Sprintf("also: got %v, want %v", texts, want.Also))
	}
	for _, note := range want.Notes {
		if !slices.ContainsFunc(notes, func(v transcript.Verdict) bool { return same(note, v) }) {
			list = append(list, fmt.Sprintf("note: %v is missing", note))
		}
	}
	return list
}

func same(want conformance.Verdict, got transcript.Verdict) bool {
	return want.Code == got.Code && want.Phase == got.Phase && want.Hop == got.Hop &&
		(want.Subject == "" || want.Subject == got.Subject)
}

func written(v *transcript.Verdict) string {
	if v == nil {
		return "<nil>"
	}
	return conformance.Verdict{Code: v.Code, Phase: v.Phase, Hop: v.Hop, Subject: v.Subject}.String()
}

func compareResponse(want conformance.Expect, got *fetch.Response) []string {
	if got == nil {
		if want.Type != "" || want.Status != nil || want.Readable != nil {
			return []string{"the page got no response"}
		}
		return nil
	}
	var list []string
	if want.Type != "" && got.Type != want.Type {
		list = append(list, fmt.Sprintf("type: got %s, want %s", got.Type, want.Type))
	}
	if want.Status != nil && got.Status != *want.Status {
		list = append(list, fmt.Sprintf("status: got %d, want %d", got.Status, *want.Status))
	}
	if names := readable(got.Header); want.Readable != nil && !slices.Equal(names, want.Readable) {
		list = append(list, fmt.Sprintf("readable: got %v, want %v", names, want.Readable))
	}
	return list
}

func readable(h wire.Header) []string {
	var names []string
	for _, f := range h {
		names = append(names, wire.Lower(f.Name))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// crossed reports whether a request is the one that was expected.
func crossed(got Request, want conformance.Sent) bool {
	if got.Preflight != want.Preflight || got.Method != want.Method || got.URL != want.URL || want.Body != nil && got.Body != *want.Body {
		return false
	}
	for _, f := range want.Header {
		if value, ok := got.Header.Get(f.Name); !ok || value != f.Value {
			return false
		}
	}
	return !slices.ContainsFunc(want.Without, got.Header.Contains) &&
		!slices.ContainsFunc(conformance.Telling(), func(name string) bool {
			return got.Header.Contains(name) && !want.Header.Contains(name)
		})
}

// told writes a request as a case does: what always counts, and what was asked about.
func told(got Request, want conformance.Sent) conformance.Sent {
	s := conformance.Sent{Preflight: got.Preflight, Method: got.Method, URL: got.URL}
	names := conformance.Telling()
	for _, f := range want.Header {
		names = append(names, f.Name)
	}
	names = append(names, want.Without...)
	for _, name := range names {
		if value, ok := got.Header.Get(name); ok && !s.Header.Contains(name) {
			s.Header = append(s.Header, wire.Field{Name: strings.ToLower(name), Value: value})
		}
	}
	if want.Body != nil {
		s.Body = &got.Body
	}
	return s
}
