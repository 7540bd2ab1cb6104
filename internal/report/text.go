package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// A Style says how text is written. The zero Style is complete, and without colour.
type Style struct {
	Colour bool
	Short  bool // the verdict, the first cause, the fix, what comes next
	Trace  bool // every message that crossed
}

// Text writes the report for a person: the verdict first, then its cause.
func (r Report) Text(w io.Writer, style Style) error {
	curl := r.decidingCurl() // quoted for the shell, which has escapes of its own
	r = r.printable()
	s := &sheet{w: w, colour: style.Colour}
	run := r.Deciding()
	steps := trailOf(run.Transcript)

	s.verdict(r)
	first := firstCause(run.Findings)
	if first != nil {
		s.cause(run, *first, steps, style)
		s.next(run.Findings)
	}
	s.answer(run.Transcript, steps, first)
	s.asides(run.Findings)
	if style.Short {
		return s.err
	}
	s.sayLines("steps", pack(steps.numbered(), "  ", width-labelIndent-labelWidth))
	if curl != "" {
		s.sayLines("curl", []string{curl})
	}
	s.say("asked", askedOf(r))
	if style.Trace {
		s.trace(run.Transcript)
	}
	return s.err
}

var outcomes = map[transcript.Outcome]struct {
	word string
	ink  ink
}{
	transcript.Allowed: {"ALLOWED", green},
	transcript.Opaque:  {"OPAQUE", cyan},
	transcript.Unknown: {"UNKNOWN", yellow},
	transcript.NotCORS: {"NOT CORS", red},
	transcript.Blocked: {"BLOCKED", red},
}

// verdict writes the first line, and who does not agree with it.
func (s *sheet) verdict(r Report) {
	asked := r.Deciding().Transcript.Asked
	named := outcomes[r.Outcome()]
	what := asked.Method + " " + asked.URL
	if asked.Initiator != "fetch" && asked.Title != "" {
		what += " for " + asked.Title
	}
	s.printf("%s  %s from %s  %s\n", s.in(named.ink, named.word), s.in(bold, what), s.in(bold, asked.Origin), s.in(faint, "("+agreement(r)+")"))
	engines := r.engines()
	want := engines[0].Standing()
	if slices.ContainsFunc(engines, func(run Run) bool { return run.Standing() != want }) {
		for _, run := range r.Runs {
			standing := run.Standing()
			s.printf("  %s %s %s\n", pad(run.Transcript.Profile, 9), pad(string(standing.Outcome), 8), standing.Code)
		}
		return
	}
	for _, run := range r.Runs {
		if standing := run.Standing(); run.Transcript.Profile == standard && standing.Outcome != want.Outcome {
			text := "by the standard alone this is " + string(standing.Outcome)
			if standing.Code != "" {
				text += ": " + string(standing.Code)
			}
			s.printf("%s %s\n", s.in(yellow, "warning:"), text)
		}
	}
}

// agreement says which browsers stand behind the verdict.
func agreement(r Report) string {
	var names []string
	outcome, differ := r.Outcome(), false
	for _, run := range r.engines() {
		names = append(names, run.Transcript.Profile)
		differ = differ || run.Transcript.Outcome() != outcome
	}
	switch {
	case differ:
		return strings.Join(names, ", ") + " differ"
	case len(names) == 1:
		return names[0]
	}
	return strings.Join(names, ", ") + " agree"
}

func firstCause(findings []diagnose.Finding) *diagnose.Finding {
	for i, f := range findings {
		if f.Severity == diagnose.Error && !f.Hypothetical {
			return &findings[i]
		}
	}
	return nil
}

// cause writes what blocked, where, why, and how to mend it.
func (s *sheet) cause(run Run, f diagnose.Finding, steps trail, style Style) {
	s.printf("\n")
	s.heading(f, red)
	if f.Exchange > 0 && f.Exchange <= len(run.Transcript.Exchanges) {
		s.exchange(run.Transcript.Exchanges[f.Exchange-1], steps.number(f.Exchange), &f)
	}
	s.say("why", f.Why)
	s.say("fix", f.Fix.Text)
	if !style.Short {
		for _, snippet := range f.Snippets() {
			s.snippet(snippet)
		}
	}
	for _, hint := range f.Hints {
		s.say("hint", hint)
	}
	if style.Short {
		return
	}
	var names []string
	for _, b := range f.Browsers {
		names = append(names, b.Engine+": "+b.Name)
	}
	s.sayLines("names", pack(names, "   ", width-labelIndent-labelWidth))
	s.sayLines("see", []string{"corscope codes " + string(f.Code) + "   " + f.Spec})
	s.say("page", run.Transcript.Asked.OnBlocked)
}

func (s *sheet) heading(f diagnose.Finding, i ink) {
	s.printf("%s: %s\n", s.in(i, string(f.Severity)+"["+string(f.Code)+"]"), strings.Join(wrap(f.Summary, width), "\n  "))
}

func (s *sheet) snippet(snippet diagnose.Snippet) {
	indent := strings.Repeat(" ", labelIndent+labelWidth)
	s.printf("%s%s\n", indent, s.in(faint, snippet.Stack))
	for line := range strings.Lines(snippet.Text) {
		s.printf("%s  %s\n", indent, escape(strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "    ")))
	}
}

// next writes what would fail once the first cause is mended.
func (s *sheet) next(findings []diagnose.Finding) {
	for _, f := range findings {
		if f.Hypothetical && f.Severity == diagnose.Error {
			s.say("next", string(f.Code)+": "+f.Summary)
		}
	}
}

// asides writes what blocks nothing. Findings of one code stand together: a server hides a dozen headers at once.
func (s *sheet) asides(findings []diagnose.Finding) {
	for _, severity := range []diagnose.Severity{diagnose.Warning, diagnose.Note} {
		said := map[transcript.Code]bool{}
		for i, f := range findings {
			if f.Severity != severity || said[f.Code] || f.Code == transcript.HeaderHidden {
				continue
			}
			said[f.Code] = true
			i, more := i+1, []string{}
			for _, other := range findings[i:] {
				if other.Code == f.Code && other.Severity == severity {
					more = append(more, other.Subject)
				}
			}
			if len(more) > 0 {
				f.Summary += " (likewise " + strings.Join(more, ", ") + ")"
			}
			if severity == diagnose.Warning {
				s.heading(f, yellow)
			} else {
				s.heading(f, cyan)
			}
			s.say("fix", f.Fix.Text)
		}
	}
}

// answer writes what the page has of it.
func (s *sheet) answer(t *transcript.Transcript, steps trail, first *diagnose.Finding) {
	switch result := t.Result; {
	case result != nil && (result.Type == "basic" || result.Type == "cors"):
		s.say("read", "status "+strconv.Itoa(result.Status)+", the body, and these headers: "+list(result.Readable))
		s.say("hidden", list(result.Hidden))
	case result != nil:
		s.say("page", result.Page)
	case t.Unsent != "":
		s.soFar(t, steps, first)
	}
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// soFar writes what is known of a request that was held back.
func (s *sheet) soFar(t *transcript.Transcript, steps trail, first *diagnose.Finding) {
	so := "no preflight is needed: a browser sends this at once, and judges the answer"
	for i, exchange := range t.Exchanges {
		if exchange.Kind == transcript.Preflight && first == nil {
			s.exchange(exchange, steps.number(i+1), nil)
			so = "the preflight allows the request; whether its answer may be shared is not known"
		}
	}
	s.say("so far", so)
	s.say("unsent", t.Unsent)
}

// askedOf says who asked the server, and who was given the answers.
func askedOf(r Report) string {
	var titles []string
	for _, run := range r.Runs {
		titles = append(titles, run.Title)
	}
	switch len(titles) {
	case 1:
		return "live, as " + titles[0]
	case 2:
		return "live, as " + titles[0] + "; " + titles[1] + " was given the same answers"
	}
	last := len(titles) - 1
	return "live, as " + titles[0] + "; " + strings.Join(titles[1:last], ", ") + " and " + titles[last] + " were given the same answers"
}

// decidingCurl makes the exchange again that decided.
func (r Report) decidingCurl() string {
	t := r.Deciding().Transcript
	number := len(t.Exchanges)
	if first := t.First(); first != nil {
		number = first.Exchange
	}
	if number == 0 {
		return ""
	}
	return Curl(t.Exchanges[number-1], r.Body, r.Reach)
}
