package diagnose

import (
	"maps"
	"slices"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Diagnose judges a transcript. The findings come in the order in which a person needs them: the first cause, what
// would fail next once it is mended (marked Hypothetical), then warnings, then notes. None means that nothing is to be
// said.
//
// The first cause is not always what the browser names first: a preflight that is answered 404 without any CORS header
// is an address without a route for OPTIONS, whatever the message says of the header. What the engines print for it
// stands in the finding's Browsers.
//
// Diagnose reads t and keeps nothing of it.
func Diagnose(t *transcript.Transcript) []Finding {
	r := &reading{t: t}
	for i := range t.Verdicts {
		r.judge(&t.Verdicts[i])
	}
	r.foretellAfterSyntax()
	r.lookAtAnswers()
	r.lookAtWhatIsMissing()
	r.silence()
	r.order()
	r.tellNames()
	return r.findings
}

// A reading is one transcript being judged.
type reading struct {
	t        *transcript.Transcript
	findings []Finding
}

// A rule says what a verdict means in its transcript: it fills in the summary, and refines the catalog's fix. It
// reports whether there is anything to say.
type rule func(*reading, *Finding) bool

// judge makes a finding of a verdict, by the rule for its code. A code without a rule is one that a newer version of
// the browser's half gives: the verdict is told as it stands.
func (r *reading) judge(v *transcript.Verdict) {
	f := r.open(v.Code)
	f.Phase, f.Hop, f.Exchange, f.Hypothetical = v.Phase, v.Hop, v.Exchange, v.Hypothetical
	f.Subject, f.Expected, f.Seen = v.Subject, v.Expected, v.Seen
	if v.Spec != "" {
		f.Spec = v.Spec
	}
	switch {
	case v.Blocks:
		f.Severity = Error
	case f.Severity == Error:
		f.Severity = Note
	}
	if apply, ok := rules[v.Code]; ok && !apply(r, &f) {
		return
	}
	if e, _ := Lookup(v.Code); strings.Contains(e.What, apart) && !strings.HasPrefix(f.Fix.Text, apart) {
		f.Fix.Text = apart + ". " + f.Fix.Text // once, and here: a summary stands under a headline that says so
	}
	if f.Summary == "" {
		f.Summary = strings.TrimSpace(string(v.Code) + ": " + v.Subject)
	}
	r.findings = append(r.findings, f)
}

// open starts a finding with what the catalog knows.
func (r *reading) open(code transcript.Code) Finding {
	e, _ := Lookup(code)
	return Finding{Code: code, Severity: e.Severity, Why: e.Why, Fix: Fix{Text: e.Fix}, Spec: e.Spec}
}

// rules holds one rule a code.
var rules = together(rulesSetup, rulesNetwork, rulesCheck, rulesPreflight, rulesRedirect, rulesFilter, rulesCookie)

func together(groups ...map[transcript.Code]rule) map[transcript.Code]rule {
	all := map[transcript.Code]rule{}
	for _, group := range groups {
		maps.Copy(all, group)
	}
	return all
}

// silence drops findings that another one makes idle.
func (r *reading) silence() {
	present := map[transcript.Code]bool{}
	for _, f := range r.findings {
		present[f.Code] = true
	}
	r.findings = slices.DeleteFunc(r.findings, func(f Finding) bool {
		e, _ := Lookup(f.Code)
		return slices.ContainsFunc(e.DependsOn, func(c transcript.Code) bool { return present[c] })
	})
}

// order sorts by severity, and errors by what has to be mended first. Only the first error is not hypothetical.
func (r *reading) order() {
	slices.SortStableFunc(r.findings, func(a, b Finding) int {
		if a.Severity != b.Severity {
			return place(a.Severity) - place(b.Severity)
		}
		if a.Severity == Error && a.Exchange == b.Exchange {
			return precedence(a.Code) - precedence(b.Code)
		}
		if a.Severity == Note && a.Code != b.Code { // what comes next is asked first
			return isNext(b.Code) - isNext(a.Code)
		}
		return 0
	})
	for i := range r.findings {
		if r.findings[i].Severity == Error {
			r.findings[i].Hypothetical = i > 0
		}
	}
}

func place(s Severity) int { return slices.Index([]Severity{Error, Warning, Note}, s) }

// precedence: an answer whose status says that it comes from the wrong place is to be mended first; its headers are
// that place's, not those of the server that was meant.
func precedence(c transcript.Code) int {
	if c == transcript.PreflightRedirect || c == transcript.PreflightStatus {
		return 0
	}
	return 1
}

func isNext(c transcript.Code) int {
	if c == NotReached {
		return 1
	}
	return 0
}

// tellNames adds what the engines print: for the first error what they print for the whole answer, for others what
// they would print for them alone.
func (r *reading) tellNames() {
	for i := range r.findings {
		f := &r.findings[i]
		if f.Severity == Error && !f.Hypothetical && r.t.First() != nil {
			f.Browsers = r.printed()
			r.explainConsole(f)
			continue
		}
		f.Browsers = r.namesOf(r.verdictOf(f))
	}
}

// verdictOf is the verdict a finding was made of, or one that says the same.
func (r *reading) verdictOf(f *Finding) transcript.Verdict {
	for _, v := range r.t.Verdicts {
		if v.Code == f.Code && v.Exchange == f.Exchange && v.Phase == f.Phase && v.Hop == f.Hop && v.Subject == f.Subject {
			return v
		}
	}
	return transcript.Verdict{
		Code: f.Code, Phase: f.Phase, Hop: f.Hop, Exchange: f.Exchange, Subject: f.Subject, Expected: f.Expected, Seen: f.Seen,
	}
}

// explainConsole says so where an engine's message is about something else than the first cause, or misleads by itself.
func (r *reading) explainConsole(f *Finding) {
	if rulesCheck[f.Code] != nil && r.t.Asked.Initiator == "fetch" {
		f.hint(noCure)
	}
	var elsewhere []string
	for _, e := range [...]struct{ engine, title string }{{engineChromium, "Chromium"}, {engineFirefox, "Firefox"}} {
		if v := r.noticed(e.engine); v.Code != f.Code && v.Exchange == f.Exchange {
			elsewhere = append(elsewhere, e.title)
		}
	}
	switch v := r.noticed(engineChromium); {
	case len(elsewhere) > 0 && v.Code != f.Code && v.Code == transcript.ACAOMissing:
		f.hint(strings.Join(elsewhere, " and ") + " will name the missing Access-Control-Allow-Origin instead. Adding only that header would not help.")
	case len(elsewhere) > 0:
		f.hint(strings.Join(elsewhere, " and ") + " will complain of another fault of the same answer.")
	case rulesCheck[f.Code] == nil && f.Code != transcript.PreflightStatus:
		e, _ := Lookup(f.Code)
		if r.t.Asked.Mode == "websocket" && strings.HasPrefix(e.Console, consoleDead) {
			return // Firefox does not print that of a WebSocket
		}
		f.hint(e.Console)
	}
}

func (f *Finding) hint(text string) {
	if text != "" && !slices.Contains(f.Hints, text) {
		f.Hints = append(f.Hints, text)
	}
}

// exchange gives the exchange with that number; nil for none.
func (r *reading) exchange(n int) *transcript.Exchange {
	if n < 1 || n > len(r.t.Exchanges) {
		return nil
	}
	return &r.t.Exchanges[n-1]
}

// answer is the exchange a finding is about; an empty one where there is none.
func (r *reading) answer(f *Finding) *transcript.Exchange {
	if e := r.exchange(f.Exchange); e != nil {
		return e
	}
	return &transcript.Exchange{URL: r.t.Asked.URL, Method: r.t.Asked.Method, Hop: f.Hop}
}

// edit adds a change of the answer a finding is about.
func (f *Finding) edit(op Op, header, value string) {
	phase := f.Phase
	if phase != transcript.PhasePreflight {
		phase = transcript.PhaseActual
	}
	f.Fix.Edits = append(f.Fix.Edits, Edit{Phase: phase, Hop: f.Hop, Op: op, Header: header, Value: value})
}

// credentialed: the page asked with credentials, so that "*" is no wildcard.
func (r *reading) credentialed() bool { return r.t.Asked.Credentials == "include" }

// whichAnswer names an answer in a sentence.
func whichAnswer(f *Finding) string {
	what := "the answer"
	if f.Phase == transcript.PhasePreflight {
		what = "the preflight's answer"
	}
	switch f.Hop {
	case 0:
		return what
	case 1:
		return what + " after the redirect"
	}
	return what + " after " + itoa(f.Hop) + " redirects"
}

// asks lists the names a preflight asked for.
func asks(e *transcript.Exchange) []string {
	value, _ := e.Request.Get(wire.AccessControlRequestHeaders)
	return asList(value)
}

// asList takes a list with commas apart, without its empty items.
func asList(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
