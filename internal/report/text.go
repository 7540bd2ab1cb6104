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
	number := steps.number
	if style.Short {
		number = func(int) int { return 0 } // the steps are not written
	}

	s.verdict(r)
	first := firstCause(run.Findings)
	if first != nil {
		s.cause(run, *first, number, style)
		s.next(run.Findings)
	}
	s.answer(run.Transcript, number, style)
	s.asides(run.Findings, style)
	if style.Short {
		return s.err
	}
	if first != nil {
		s.references(run, *first)
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
	who := asked.Origin
	if who == "null" {
		who = "an opaque origin (null)"
	}
	s.printf("%s  %s from %s  %s\n", s.in(named.ink, named.word), s.in(bold, what), s.in(bold, who), s.in(faint, "("+agreement(r)+")"))
	engines := r.engines()
	want := engines[0].Standing()
	switch {
	case slices.ContainsFunc(engines, func(run Run) bool { return run.Standing().Outcome != want.Outcome }):
		for _, run := range r.Runs {
			standing := run.Standing()
			s.printf("  %s\n", strings.TrimRight(pad(run.Transcript.Profile, 9)+" "+pad(string(standing.Outcome), 8)+" "+string(standing.Code), " "))
		}
		return
	case slices.ContainsFunc(engines, func(run Run) bool { return run.Standing() != want }):
		s.printf("  named first: %s\n", namedFirst(engines))
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

// namedFirst says which of several faults each browser complains of.
func namedFirst(engines []Run) string {
	var codes []transcript.Code
	by := map[transcript.Code][]string{}
	for _, run := range engines {
		code := run.Standing().Code
		if by[code] == nil {
			codes = append(codes, code)
		}
		by[code] = append(by[code], run.Transcript.Profile)
	}
	clauses := make([]string, len(codes))
	for i, code := range codes {
		clauses[i] = string(code) + " by " + strings.Join(by[code], ", ")
	}
	return strings.Join(clauses, "; ")
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
func (s *sheet) cause(run Run, f diagnose.Finding, number func(exchange int) int, style Style) {
	s.printf("\n")
	s.heading(f)
	if f.Exchange > 0 && f.Exchange <= len(run.Transcript.Exchanges) {
		s.exchange(run.Transcript.Exchanges[f.Exchange-1], number(f.Exchange), &f)
	}
	s.say("why", f.Why)
	s.fix(f.Fix.Text)
	if style.Short {
		if len(f.Hints) > 0 {
			s.say("hint", s.once(f.Hints[0]))
		}
		return
	}
	for _, snippet := range f.Snippets() {
		s.snippet(snippet)
	}
	for _, hint := range f.Hints {
		s.say("hint", s.once(hint))
	}
}

// references writes where else to look: what browsers call it, what there is to read, what the page makes of it.
func (s *sheet) references(run Run, f diagnose.Finding) {
	var names []string
	for _, b := range f.Browsers {
		names = append(names, b.Engine+": "+b.Name)
	}
	s.sayLines("names", pack(names, "   ", width-labelIndent-labelWidth))
	s.sayLines("see", []string{"corscope codes " + string(f.Code) + "   " + f.Spec})
	s.say("page", run.Transcript.Asked.OnBlocked)
}

func (s *sheet) heading(f diagnose.Finding) {
	label := string(f.Severity) + "[" + string(f.Code) + "]:"
	text := strings.Join(wrap(label+" "+s.once(f.Summary), width), "\n  ")
	s.printf("%s%s\n", s.in(inkOf(f.Severity), label), text[len(label):])
}

func (s *sheet) fix(text string) {
	rest := s.once(text)
	if rest != text {
		rest = sentence(rest)
	}
	s.say("fix", rest)
}

func (s *sheet) snippet(snippet diagnose.Snippet) {
	indent := strings.Repeat(" ", labelIndent+labelWidth)
	s.printf("%s%s\n", indent, s.in(faint, snippet.Stack))
	for line := range strings.Lines(snippet.Text) {
		s.printf("%s  %s\n", indent, escape(strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "    ")))
	}
}

// next writes what would fail once the first cause is mended, or what nobody has seen yet.
func (s *sheet) next(findings []diagnose.Finding) {
	alike := tally{}
	for _, f := range findings {
		switch {
		case f.Code == diagnose.NotReached:
			s.say("next", s.once(f.Summary))
		case f.Hypothetical && f.Severity == diagnose.Error:
			if alike.admits(f) {
				s.say("next", string(f.Code)+": "+s.once(f.Summary))
			}
		}
	}
	for _, f := range findings {
		s.say("next", alike.rest(f))
	}
}

// asides writes what blocks nothing.
func (s *sheet) asides(findings []diagnose.Finding, style Style) {
	for _, severity := range []diagnose.Severity{diagnose.Warning, diagnose.Note} {
		alike := tally{}
		for _, f := range findings {
			if f.Severity != severity || f.Code == diagnose.NotReached || !alike.admits(f) {
				continue
			}
			s.heading(f)
			s.fix(f.Fix.Text)
			if style.Short {
				continue
			}
			for _, hint := range f.Hints {
				s.say("hint", s.once(hint))
			}
		}
		for _, f := range findings {
			if rest := alike.rest(f); rest != "" {
				s.printf("%s\n", s.in(inkOf(severity), string(severity)+": ")+rest)
			}
		}
	}
}

// answer writes what the page has of it.
func (s *sheet) answer(t *transcript.Transcript, number func(exchange int) int, style Style) {
	switch result := t.Result; {
	case result != nil && (result.Type == "basic" || result.Type == "cors"):
		if !readsHeads(t.Asked) {
			s.say("page", t.Asked.OnShared)
			return
		}
		s.say("read", "status "+strconv.Itoa(result.Status)+", the body, and these headers: "+list(result.Readable))
		if !style.Short {
			s.say("hidden", list(result.Hidden))
		}
	case result != nil:
		s.say("page", result.Page)
	case t.Unsent != "":
		s.soFar(t, number)
	}
}

// readsHeads reports whether what asked is handed a response. An element, a worker, a font has only what was made of one.
func readsHeads(asked transcript.Asked) bool {
	return asked.Initiator == "fetch" || asked.Initiator == "xhr"
}

// listed is how many names are written one after the other.
const listed = 100

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if more := len(names) - listed; more > 0 {
		return strings.Join(names[:listed], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(names, ", ")
}

// soFar writes what is known of a request that was held back.
func (s *sheet) soFar(t *transcript.Transcript, number func(exchange int) int) {
	so := "no preflight is needed: a browser sends this at once, and judges the answer"
	for i, exchange := range t.Exchanges {
		if exchange.Kind == transcript.Preflight {
			s.exchange(exchange, number(i+1), nil)
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
	switch {
	case len(r.Runs[0].Transcript.Exchanges) == 0:
		return "as " + enumeration(titles)
	case len(titles) == 1:
		return "live, as " + titles[0]
	case len(titles) == 2:
		return "live, as " + titles[0] + "; " + titles[1] + " was given the same answers"
	}
	return "live, as " + titles[0] + "; " + enumeration(titles[1:]) + " were given the same answers"
}

func enumeration(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// decidingCurl makes the exchange again that decided.
func (r Report) decidingCurl() string {
	t := r.Deciding().Transcript
	number := len(t.Exchanges)
	if first := t.First(); first != nil {
		number = first.Exchange
	}
	if number == 0 || number > len(t.Exchanges) {
		return ""
	}
	return Curl(t.Exchanges[number-1], r.Body, r.Reach)
}
