package browsers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

// withinScenarios is how many may be needed to notice that a rule is broken.
const withinScenarios = 200

// TestCanary breaks a rule on purpose and demands that the browsers notice: else nothing else they say counts.
func TestCanary(t *testing.T) {
	seeds := seedsOfRun(t)
	seed := seeds[len(seeds)-1]
	var common []browsers.Mutation
	for _, m := range browsers.Mutations() {
		if m.Often {
			common = append(common, m)
		}
	}
	if len(common) < 15 {
		t.Fatalf("%d rules can be broken: want 15 to draw from", len(common))
	}
	m := common[rand.New(rand.NewPCG(seed, 0)).IntN(len(common))]
	for _, e := range browsers.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			require(t, e)
			w := world(t)
			p, _ := fetch.ProfileNamed(e.Name)
			good, err := browsers.Predict(browsers.Generate(w.Origins(), seed, withinScenarios), p)
			if err != nil {
				t.Fatal(err)
			}
			seen, err := w.Run(t.Context(), e, good)
			if err != nil {
				t.Fatal(err)
			}
			before := browsers.Differences(good, seen)
			after := browsers.Differences(predictedWith(t, m, good, p), seen)
			if len(after) <= len(before) {
				t.Errorf("%s, and %s noticed nothing in %d scenarios of seed %d", m.Name, e.Name, withinScenarios, seed)
			}
			t.Logf("%s: %s noticed it in %d of %d scenarios", m.Name, e.Name, len(after)-len(before), withinScenarios)
		})
	}
}

// predictedWith predicts with a rule broken.
func predictedWith(t *testing.T, m browsers.Mutation, cases []conformance.Case, p fetch.Profile) []conformance.Case {
	t.Helper()
	folder := t.TempDir()
	overlay, err := m.Overlay(folder)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, "predictor")
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, "./internal/predictor").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", m.Name, err, out)
	}
	var texts []string
	for _, c := range cases {
		texts = append(texts, c.String())
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, p.Name)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%s: %v\n%s", m.Name, err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var predicted []string
	if err := json.Unmarshal(out, &predicted); err != nil {
		t.Fatal(err)
	}
	list := make([]conformance.Case, len(predicted))
	for i, text := range predicted {
		if list[i], err = conformance.Parse(cases[i].Name, []byte(text), nil); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// Every rule that can be broken is one that is there.
func TestMutationsApply(t *testing.T) {
	for _, m := range browsers.Mutations() {
		if _, err := m.Overlay(t.TempDir()); err != nil {
			t.Error(err)
		}
	}
}

// TestMutations breaks every rule in turn. The main module's own tests have to turn red each time, without a browser;
// and what happens often has to be seen in the scenarios of the canary.
func TestMutations(t *testing.T) {
	if os.Getenv("CORSCOPE_MUTATIONS") == "" {
		t.Skip("it takes minutes: CORSCOPE_MUTATIONS=1 or make mutations runs it")
	}
	origins := conformance.DefaultOrigins()
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
			for _, p := range []fetch.Profile{fetch.Chromium, fetch.Firefox} {
				good, err := browsers.Predict(browsers.Generate(origins, seeds[0], withinScenarios), p)
				if err != nil {
					t.Fatal(err)
				}
				broken := predictedWith(t, m, good, p)
				others := 0
				for i := range good {
					if browsers.Visible(good[i]) != browsers.Visible(broken[i]) {
						others++
					}
				}
				t.Logf("%d of %d scenarios come out otherwise for %s, red tests: %s", others, withinScenarios, p.Name, red(out))
				if m.Often && others == 0 {
					t.Errorf("%s, and %d scenarios do not show it", m.Name, withinScenarios)
				}
			}
		})
	}
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
