package play_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
)

// What is predicted of a case is what comes out when it is played, for every browser; and it is all that counts: played
// by a browser that does otherwise, it comes out otherwise.
func TestPredict(t *testing.T) {
	for _, c := range cases(t) {
		for _, p := range fetch.Profiles() {
			predicted, err := play.Predict(c, p)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			if len(predicted.Expects) != len(c.Asks) {
				t.Fatalf("%s: %d expectations of %d asks", c.Name, len(predicted.Expects), len(c.Asks))
			}
			for _, difference := range play.Run(predicted, p) {
				t.Errorf("%s: %s: %s", c.Name, p.Name, difference)
			}
		}
		if rest, ok := strings.CutPrefix(c.Name, "quirks/"); ok {
			seesQuirk(t, c, rest)
		}
	}
}

func seesQuirk(t *testing.T, c conformance.Case, id string) {
	t.Helper()
	i := slices.IndexFunc(fetch.Quirks(), func(q fetch.Quirk) bool { return q.ID == id })
	if i < 0 || len(c.Expects) < 2 {
		return // a near miss
	}
	p, _ := fetch.ProfileNamed(fetch.Quirks()[i].Engines[0])
	if len(play.Run(c, p.Without(id))) == 0 {
		return // hidden behind another quirk
	}
	predicted, err := play.Predict(c, p)
	if err != nil {
		t.Fatal(err)
	}
	if len(play.Run(predicted, p.Without(id))) == 0 {
		t.Errorf("%s: what is predicted of %s does not show the quirk", c.Name, p.Name)
	}
}
