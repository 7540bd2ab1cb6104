//go:build mutations

// These take minutes: make mutations runs them.

package browsers_test

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

// TestMutations breaks every rule in turn. The main module's own tests have to turn red each time, without a browser.
func TestMutations(t *testing.T) {
	for _, m := range browsers.Mutations() {
		t.Run(strings.ReplaceAll(m.Name, " ", "-"), func(t *testing.T) {
			overlay, err := m.Overlay(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("go", "test", "-overlay", overlay, "-count=1", "./fetch", "./internal/play")
			cmd.Dir = filepath.Join("..", "..")
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			switch {
			case err == nil:
				t.Errorf("%s, and no test turns red", m.Name)
			case !errors.As(err, &exit), bytes.Contains(out, []byte("[build failed]")):
				t.Errorf("%v\n%s", err, out)
			}
			t.Logf("red tests: %s", red(out))
		})
	}
}

// seedsOfCanary is how many seeds TestMutationsAreHeard tries.
const seedsOfCanary = 200

// TestMutationsAreHeard breaks every rule that the canary may draw, and demands for many seeds that the scenarios chosen for
// each show it, as far as a browser does all as predicted. There is no browser to it.
func TestMutationsAreHeard(t *testing.T) {
	origins := conformance.DefaultOrigins()
	programs := map[string]string{}
	for _, m := range often(t) {
		programs[m.Name] = predictor(t, m)
	}
	for _, e := range browsers.Engines() {
		p, _ := fetch.ProfileNamed(e.Name)
		var good []conformance.Case
		for seed := range uint64(seedsOfCanary) {
			good = append(good, canaryScenarios(t, origins, seed, p)...)
		}
		mirrored := browsers.Mirror(good, e)
		drawable := make([]int, seedsOfCanary) // rules that a seed's scenarios show plainly
		for _, m := range often(t) {
			noticed := make([]int, seedsOfCanary)
			for _, d := range browsers.Differences(predictedBy(t, programs[m.Name], good, p), mirrored) {
				noticed[seedOf(d.Case.Name)]++
			}
			for seed, n := range noticed {
				if n >= plainly {
					drawable[seed]++
				}
			}
			least := slices.Min(noticed)
			t.Logf("%s: %s shows in %d scenarios at least, mostly in %d", e.Name, m.Name, least, slices.Sorted(slices.Values(noticed))[seedsOfCanary/2])
			if least == 0 {
				t.Errorf("%s: %s, and none of %d scenarios of seed %d shows it", e.Name, m.Name, withinScenarios, slices.Index(noticed, 0))
			}
		}
		if n := slices.Min(drawable); n < drawnRules {
			t.Errorf("%s: seed %d can draw from %d rules: want %d", e.Name, slices.Index(drawable, n), n, drawnRules)
		}
	}
}

// seedOf is the seed in a random scenario's name.
func seedOf(name string) int {
	var seed, number int
	fmt.Sscanf(name, "random/%d-%d", &seed, &number) //nolint:errcheck // the generator gave the name
	return seed
}

// red lists the top-level tests that failed.
func red(out []byte) string {
	var names []string
	for line := range strings.SplitSeq(string(out), "\n") {
		if name, ok := strings.CutPrefix(line, "--- FAIL: "); ok {
			names = append(names, strings.Fields(name)[0])
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
