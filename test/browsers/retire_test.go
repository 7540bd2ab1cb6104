package browsers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

// retired names the quirk that an engine has no more, if what it made of a quirk's witness says so: it is what the
// profile would predict without.
func retired(c conformance.Case, seen []browsers.Observation, p fetch.Profile) (id string, ok bool) {
	id, witness := strings.CutPrefix(c.Name, "quirks/")
	if !witness || !slices.ContainsFunc(p.Quirks(), func(q fetch.Quirk) bool { return q.ID == id }) {
		return "", false
	}
	with, err := browsers.Predict([]conformance.Case{c}, p)
	if err != nil {
		return "", false
	}
	without, err := browsers.Predict([]conformance.Case{c}, p.Without(id))
	if err != nil {
		return "", false
	}
	return id, len(browsers.Differences(with, seen)) > 0 && len(browsers.Differences(without, seen)) == 0
}

// An engine that loses any one of its quirks is noticed by the quirk's witness, and the failure says which to retire.
func TestRetired(t *testing.T) {
	w := world(t)
	cases, _ := carried(t, w)
	for _, e := range browsers.Engines() {
		p, _ := fetch.ProfileNamed(e.Name)
		for _, c := range cases {
			id, witness := strings.CutPrefix(c.Name, "quirks/")
			if !witness || !slices.ContainsFunc(p.Quirks(), func(q fetch.Quirk) bool { return q.ID == id }) {
				continue
			}
			for _, has := range []bool{true, false} {
				profile := p
				if !has {
					profile = p.Without(id)
				}
				predicted, err := browsers.Predict([]conformance.Case{c}, profile)
				if err != nil {
					t.Fatal(err)
				}
				if got, ok := retired(c, browsers.Mirror(predicted, e), p); ok == has || ok && got != id {
					t.Errorf("%s has %s: %t; to be retired: %t %q", e.Name, id, has, ok, got)
				}
			}
		}
	}
}
