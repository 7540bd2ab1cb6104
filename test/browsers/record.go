package browsers

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/transcript"
)

// A Record is what one engine did with all cases, as data: whoever has no browser holds its profile against it.
type Record struct {
	Engine  string  `json:"engine"`
	Version string  `json:"version"`
	Date    string  `json:"date"` // of the run, such as 2026-07-02
	Asks    []Entry `json:"asks"` // sorted by case and ask
}

// An Entry is what was seen of one ask. Origins are placeholders.
type Entry struct {
	Case    string             `json:"case"`
	Ask     int                `json:"ask"`
	Wire    []string           `json:"wire"`    // as a case writes it, with every header its expectations ask about
	Outcome transcript.Outcome `json:"outcome"` // blocked means failed, for whatever reason; unknown where script is told nothing
	Script  Script             `json:"script"`
	Reason  string             `json:"reason,omitempty"` // the engine's own name for what went wrong
}

// NewRecord makes a record of observations. The cases are those that were put to the engine.
func NewRecord(w *World, version, date string, cases []conformance.Case, list []Observation) Record {
	byName := map[string]conformance.Case{}
	for _, c := range cases {
		byName[c.Name] = c
	}
	var r Record
	for _, o := range list {
		r.Engine = o.Engine
		e := Entry{Case: o.Case, Ask: o.Ask, Wire: []string{}, Outcome: o.Outcome(), Script: o.Script, Reason: o.Reason()}
		e.Script.Error = w.Unported(unnumbered(o.Script.Error))
		asked := askedAbout(byName[o.Case], o.Ask)
		for _, request := range o.Wire {
			e.Wire = append(e.Wire, w.Unported(request.sent(asked).String()))
		}
		r.Asks = append(r.Asks, e)
	}
	r.Version, r.Date = version, date
	slices.SortFunc(r.Asks, func(a, b Entry) int {
		if order := strings.Compare(a.Case, b.Case); order != 0 {
			return order
		}
		return a.Ask - b.Ask
	})
	return r
}

// askedAbout gathers what any of an ask's expectations looks at on the wire.
func askedAbout(c conformance.Case, ask int) conformance.Sent {
	var all conformance.Sent
	for _, e := range c.Expects {
		if e.Ask != ask {
			continue
		}
		for _, s := range e.Wire {
			all.Header = append(all.Header, s.Header...)
			all.Without = append(all.Without, s.Without...)
			if s.Body != nil {
				all.Body = s.Body
			}
		}
	}
	return all
}

func unnumbered(text string) string {
	return numbered.ReplaceAllString(text, "$2")
}

// Observations gives the record back as observations, with the cases' default origins.
func (r Record) Observations() ([]Observation, error) {
	var list []Observation
	for _, e := range r.Asks {
		o := Observation{Case: e.Case, Ask: e.Ask, Engine: r.Engine, Script: e.Script}
		if e.Reason != "" {
			o.Reasons = []Reason{{Name: e.Reason}}
		}
		// What a case's expectation says of the wire is read by the cases' own parser.
		text := "# Seen.\nrule: seen\npage {app}\nask GET {app}/\nexpect\n"
		for _, line := range e.Wire {
			text += "  wire: " + line + "\n"
		}
		seen, err := conformance.Parse(e.Case, []byte(text+"  outcome: unknown\n"), nil)
		if err != nil {
			return nil, err
		}
		for _, s := range seen.Expects[0].Wire {
			q := Request{Preflight: s.Preflight, Method: s.Method, URL: s.URL, Header: s.Header}
			if s.Body != nil {
				q.Body = *s.Body
			}
			o.Wire = append(o.Wire, q)
		}
		list = append(list, o)
	}
	return list, nil
}

// ReadRecord reads what [Record.Write] wrote.
func ReadRecord(file string) (r Record, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// Write puts the record into a file.
func (r Record) Write(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
