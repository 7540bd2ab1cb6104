package conformance

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

var (
	profiles = []string{"standard", "chromium", "firefox", "webkit"}
	outcomes = []transcript.Outcome{
		transcript.Allowed, transcript.Opaque, transcript.Unknown, transcript.NotCORS, transcript.Blocked,
	}
	phases = []transcript.Phase{
		transcript.PhaseSetup, transcript.PhaseNetwork, transcript.PhasePreflight, transcript.PhaseActual, transcript.PhaseFilter,
	}
)

// expect reads "expect [ASK] [PROFILE...]" and what follows.
func (p *parser) expect(words []span) error {
	e := Expect{Ask: 1}
	rest := words[1:]
	if len(rest) > 0 && strings.Trim(rest[0].text, "0123456789") == "" {
		e.Ask, _ = strconv.Atoi(rest[0].text)
		rest = rest[1:]
	}
	for _, w := range rest {
		if !slices.Contains(profiles, w.text) || slices.Contains(e.Profiles, w.text) {
			return p.fail(w, fmt.Sprintf("no other profile is called %q", w.text), "one of "+strings.Join(profiles, ", "))
		}
		e.Profiles = append(e.Profiles, w.text)
	}
	p.block = func(line span) error { return p.expectLine(line, &e) }
	p.closing = func() error {
		switch {
		case e.Ask < 1 || e.Ask > len(p.c.Asks):
			return p.fail(words[0], fmt.Sprintf("ask %d", e.Ask), fmt.Sprintf("1 to %d, and the asks before it", len(p.c.Asks)))
		case e.Outcome == "":
			return p.fail(words[0], "an expectation without an outcome", "outcome:")
		case slices.ContainsFunc(p.c.Expects, e.clashes):
			return p.fail(words[0], "a second expectation of the same", "one for each ask and profile")
		}
		p.c.Expects = append(p.c.Expects, e)
		return nil
	}
	return nil
}

// clashes reports whether one ask of one profile would have two expectations.
func (e Expect) clashes(other Expect) bool {
	if e.Ask != other.Ask || (e.Profiles == nil) != (other.Profiles == nil) {
		return false
	}
	return e.Profiles == nil || slices.ContainsFunc(e.Profiles, func(name string) bool { return slices.Contains(other.Profiles, name) })
}

func (p *parser) expectLine(line span, e *Expect) error {
	key, value, err := p.attribute(line, "wire", "also", "note")
	if err != nil {
		return err
	}
	words, err := p.words(value)
	if err != nil {
		return err
	}
	if len(words) == 0 && key != "readable" {
		return p.fail(line, fmt.Sprintf("%q says nothing", key), "a value")
	}
	switch key {
	case "wire":
		sent, err := p.sent(words)
		e.Wire = append(e.Wire, sent)
		return err
	case "code":
		v, err := p.verdict(words)
		e.First = &v
		return err
	case "also", "note":
		v, err := p.verdict(words)
		list := &e.Also
		if key == "note" {
			list = &e.Notes
		}
		*list = append(*list, v)
		return err
	case "readable":
		e.Readable = []string{}
		for _, w := range words {
			if !wire.IsToken(w.text) || wire.Lower(w.text) != w.text {
				return p.fail(w, fmt.Sprintf("%q", w.text), "names of headers in lower case")
			}
			e.Readable = append(e.Readable, w.text)
		}
		sort.Strings(e.Readable)
		return nil
	}
	text, err := p.only(words)
	if err != nil {
		return err
	}
	switch key {
	case "outcome":
		e.Outcome = transcript.Outcome(text)
		if !slices.Contains(outcomes, e.Outcome) {
			return p.fail(words[0], fmt.Sprintf("no outcome is called %q", text), "allowed, opaque, unknown, not-cors or blocked")
		}
	case "type":
		e.Type = fetch.ResponseType(text)
		types := []fetch.ResponseType{fetch.TypeBasic, fetch.TypeCORS, fetch.TypeOpaque, fetch.TypeOpaqueRedirect}
		if !slices.Contains(types, e.Type) {
			return p.fail(words[0], fmt.Sprintf("no response type is called %q", text), "basic, cors, opaque or opaqueredirect")
		}
	case "status":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 999 {
			return p.fail(words[0], fmt.Sprintf("%q", text), "a status")
		}
		e.Status = &n
	default:
		return p.unknown(line, "an expectation", key, "wire, outcome, code, also, note, type, status or readable")
	}
	return nil
}

// verdict reads "CODE PHASE HOP [SUBJECT]".
func (p *parser) verdict(words []span) (v Verdict, err error) {
	if len(words) != 3 && len(words) != 4 {
		return v, p.fail(words[0], "a verdict", "CODE PHASE HOP, and perhaps a subject")
	}
	var codes []transcript.Code
	if err := p.codes(words[:1], &codes); err != nil {
		return v, err
	}
	v.Code, v.Phase = codes[0], transcript.Phase(words[1].text)
	if !slices.Contains(phases, v.Phase) {
		return v, p.fail(words[1], fmt.Sprintf("no phase is called %q", words[1].text), "setup, network, preflight, actual or filter")
	}
	v.Hop, err = strconv.Atoi(words[2].text)
	if err != nil || v.Hop < 0 || v.Hop > 20 {
		return v, p.fail(words[2], fmt.Sprintf("%q is not a hop", words[2].text), "0 to 20")
	}
	if len(words) == 4 {
		v.Subject, err = p.value(words[3])
	}
	return v, err
}

// Two names are so long, and stand so often, that they are written short.
var short = map[string]string{"acrm": "access-control-request-method", "acrh": "access-control-request-headers"}

// sent reads "METHOD URL [preflight] [NAME=VALUE] [!NAME] [body=TEXT]".
func (p *parser) sent(words []span) (s Sent, err error) {
	if len(words) < 2 {
		return s, p.fail(words[0], "a request on the wire", "METHOD URL, and what is in it")
	}
	if s.Method, err = p.value(words[0]); err != nil {
		return s, err
	}
	if s.URL, err = p.url(words[1]); err != nil {
		return s, err
	}
	for i, w := range words[2:] {
		name, _, hasValue := strings.Cut(w.text, "=")
		bare := strings.TrimPrefix(name, "!")
		if long, ok := short[bare]; ok {
			bare = long
		}
		switch {
		case i == 0 && w.text == "preflight":
			s.Preflight = true
			continue
		case !wire.IsToken(bare) || wire.Lower(bare) != bare:
			return s, p.fail(w, fmt.Sprintf("%q", w.text), "preflight, NAME=VALUE, !NAME or body=TEXT")
		case !hasValue && bare != name:
			s.Without = append(s.Without, bare)
			continue
		case !hasValue:
			return s, p.fail(w, fmt.Sprintf("%q without a value", w.text), "NAME=VALUE")
		}
		value := w
		value.text = w.text[len(name)+1:]
		text, err := p.value(value)
		switch {
		case err != nil:
			return s, err
		case name == "body" && s.Body == nil:
			s.Body = &text
		case bare != name && short[name] == "" || name == "body" || s.Header.Contains(bare):
			return s, p.fail(w, fmt.Sprintf("%q", w.text), "each name once")
		default:
			s.Header = append(s.Header, wire.Field{Name: bare, Value: text})
		}
	}
	return s, nil
}
