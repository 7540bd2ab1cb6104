package browsers_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// The canary's scenarios and rules.
const (
	withinScenarios = 200  // may be needed to notice that a rule is broken
	drawnFrom       = 2000 // are drawn by the seed, to choose those from
	plainly         = 3    // have to show it, so that one that is lost does not count
	drawnRules      = 15   // at least are drawn from
)

// TestCanary breaks a rule on purpose and demands that the browsers notice: else nothing else they say counts.
func TestCanary(t *testing.T) {
	if testing.Short() && os.Getenv("CORSCOPE_BROWSERS") != "required" {
		t.Skip("-short leaves the canary out, as it does random scenarios")
	}
	seeds := seedsOfRun(t)
	seed := seeds[len(seeds)-1]
	for _, e := range browsers.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			require(t, e)
			w := world(t)
			p, _ := fetch.ProfileNamed(e.Name)
			good := canaryScenarios(t, w.Origins(), seed, p)
			m, broken, shows := drawn(t, seed, good, e, p)
			seen, err := w.Run(t.Context(), e, good)
			if err != nil {
				t.Fatal(err)
			}
			noticed := newly(browsers.Differences(good, seen), browsers.Differences(broken, seen))
			if noticed == 0 {
				t.Errorf("%s, and %s noticed nothing in %d scenarios of seed %d: want %d", m.Name, e.Name, len(good), seed, shows)
			}
			t.Logf("%s: %s noticed it in %d of %d scenarios, of %d that should show it", m.Name, e.Name, noticed, len(good), shows)
		})
	}
}

// often are the rules that the canary draws from.
func often(t *testing.T) []browsers.Mutation {
	t.Helper()
	var list []browsers.Mutation
	for _, m := range browsers.Mutations() {
		if m.Often {
			list = append(list, m)
		}
	}
	if len(list) < drawnRules {
		t.Fatalf("%d rules can be broken: want %d to draw from", len(list), drawnRules)
	}
	return list
}

// drawn breaks a rule that the seed draws, and says how many scenarios a browser that does all as predicted would notice
// it in. A rule that too few of the scenarios touch goes back, so that only a deaf harness can fail to notice.
func drawn(t *testing.T, seed uint64, good []conformance.Case, e browsers.Engine, p fetch.Profile) (browsers.Mutation, []conformance.Case, int) {
	t.Helper()
	mirrored := browsers.Mirror(good, e)
	if wrong := browsers.Differences(good, mirrored); len(wrong) > 0 {
		t.Fatalf("a browser that does all as predicted differs in %d scenarios: %s", len(wrong), wrong[0].Outline())
	}
	list := often(t)
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(list)) {
		broken := predictedBy(t, predictor(t, list[i]), good, p)
		if shows := len(browsers.Differences(broken, mirrored)); shows >= plainly {
			return list[i], broken, shows
		}
		t.Logf("%s: too few of the scenarios of seed %d show it", list[i].Name, seed)
	}
	t.Fatalf("the scenarios of seed %d show nothing at all", seed)
	panic("unreachable")
}

// newly counts the scenarios that differ after and did not before.
func newly(before, after []browsers.Difference) int {
	known := map[string]bool{}
	for _, d := range before {
		known[d.Case.Name] = true
	}
	n := 0
	for _, d := range after {
		if !known[d.Case.Name] {
			n++
		}
	}
	return n
}

// canaryScenarios are chosen from many so that whatever these reach, each does as often as others do: in turn one that
// reaches each thing, until there are enough.
func canaryScenarios(t *testing.T, origins conformance.Origins, seed uint64, p fetch.Profile) []conformance.Case {
	t.Helper()
	predicted, err := browsers.Predict(browsers.Generate(origins, seed, drawnFrom), p)
	if err != nil {
		t.Fatal(err)
	}
	reaching := map[string][]int{}
	for i, c := range predicted {
		for thing := range reached(c) {
			reaching[thing] = append(reaching[thing], i)
		}
	}
	things := slices.Sorted(maps.Keys(reaching))
	chosen := map[int]bool{}
	for turn := 0; len(chosen) < withinScenarios; turn++ {
		for _, thing := range things {
			if list := reaching[thing]; turn < len(list) && len(chosen) < withinScenarios {
				chosen[list[turn]] = true
			}
		}
	}
	var list []conformance.Case
	for _, i := range slices.Sorted(maps.Keys(chosen)) {
		list = append(list, predicted[i])
	}
	return list
}

// reached is what a prediction has come to, by any name: verdicts, hops, methods, what script can read.
func reached(c conformance.Case) map[string]bool {
	things := map[string]bool{}
	for _, e := range c.Expects {
		if e.First != nil {
			things[fmt.Sprintf("%s in the phase %s", e.First.Code, e.First.Phase)] = true
		}
		for _, v := range e.Notes {
			if v.Code != transcript.HeaderHidden { // nearly every answer hides one
				things[string(v.Code)] = true
			}
		}
		var methods []string
		for _, s := range e.Wire {
			if !s.Preflight {
				methods = append(methods, s.Method)
			}
		}
		for i := 1; i < len(methods); i++ {
			things[fmt.Sprintf("%s after %s", methods[i], methods[i-1])] = true
		}
		if e.First == nil {
			things[fmt.Sprintf("%s after %d hops", e.Outcome, len(methods))] = true
		}
		for _, name := range e.Readable {
			if !wire.IsCORSSafelistedResponseHeaderName(name) {
				things[fmt.Sprintf("%s shows %s", e.Type, name)] = true
			}
		}
	}
	return things
}

// A browser that does all as predicted agrees, and so nothing that the canary hears is the mirror's own doing.
func TestMirrorAgrees(t *testing.T) {
	for _, e := range browsers.Engines() {
		p, _ := fetch.ProfileNamed(e.Name)
		good := canaryScenarios(t, conformance.DefaultOrigins(), seeds[0], p)
		if len(good) != withinScenarios {
			t.Errorf("%s: %d scenarios were chosen: want %d", e.Name, len(good), withinScenarios)
		}
		mirrored := browsers.Mirror(good, e)
		for _, d := range browsers.Differences(good, mirrored) {
			t.Errorf("%s: %s\n%s", d.Case.Name, d.Outline(), d.Explain())
		}
		other := browsers.Differences(good[1:], mirrored[:len(good[0].Asks)])
		if len(other) != len(good)-1 {
			t.Errorf("%s: nothing was seen of %d scenarios, and %d of them differ", e.Name, len(good)-1, len(other))
		}
	}
}
