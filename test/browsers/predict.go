package browsers

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
)

// Predict gives the scenarios with what a profile makes of them in the place of their expectations.
func Predict(cases []conformance.Case, p fetch.Profile) ([]conformance.Case, error) {
	list := make([]conformance.Case, len(cases))
	for i, c := range cases {
		predicted, err := play.Predict(c, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		list[i] = predicted
	}
	return list, nil
}

// A Difference is a scenario of which an engine made something else than was predicted.
type Difference struct {
	Case  conformance.Case // with the prediction
	Seen  []Observation    // of every ask
	Wrong [][]string       // of every ask, a line for each thing
}

// Differences holds what was seen of scenarios against what was predicted of them.
func Differences(predicted []conformance.Case, seen []Observation) []Difference {
	byName := map[string][]Observation{}
	for _, o := range seen {
		byName[o.Case] = append(byName[o.Case], o)
	}
	var list []Difference
	for _, c := range predicted {
		d := Difference{Case: c, Seen: byName[c.Name]}
		wrong := len(d.Seen) != len(c.Asks)
		for _, o := range d.Seen {
			lines := o.Disagreements(c)
			wrong = wrong || len(lines) > 0
			d.Wrong = append(d.Wrong, lines)
		}
		if wrong {
			list = append(list, d)
		}
	}
	return list
}

// Explain writes the scenario as a case, with what was predicted, and beside it what was seen.
func (d Difference) Explain() string {
	var b strings.Builder
	b.WriteString(d.Case.String())
	for i, o := range d.Seen {
		fmt.Fprintf(&b, "\nask %d as %s made it:\n%s", o.Ask, o.Engine, o.Explain(d.Wrong[i]))
	}
	return b.String()
}

// Outline is the one line that tells most about what is wrong.
func (d Difference) Outline() string {
	for i, lines := range d.Wrong {
		if len(lines) > 0 {
			return fmt.Sprintf("ask %d: %s", i+1, lines[0])
		}
	}
	return "nothing was seen"
}

// Decides reports whether a quirk has a part in what its profile makes of a scenario, on the wire or for the page.
func Decides(quirk string, c conformance.Case, p fetch.Profile) (bool, error) {
	with, err := play.Predict(c, p)
	if err != nil {
		return false, err
	}
	without, err := play.Predict(c, p.Without(quirk))
	if err != nil {
		return false, err
	}
	return Visible(with) != Visible(without), nil
}

// Visible is what can be seen of a prediction from outside.
func Visible(c conformance.Case) string {
	seen := conformance.Case{}
	for _, e := range c.Expects {
		e.Also, e.Notes = nil, nil
		seen.Expects = append(seen.Expects, e)
	}
	return seen.String()
}
