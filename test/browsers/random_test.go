package browsers_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
)

var replay = flag.String("replay", "", "put the scenario in this file to the browsers, in the place of random ones")

// The seeds of every run. Another comes from the commit, so that each commit asks something new.
var seeds = []uint64{1, 2, 3}

// How many scenarios share a browser.
const (
	batchSize      = 2000
	fragileStories = 40
)

// TestRandom puts random scenarios to every engine, and holds what it does against what its profile predicts. Nothing
// may be left unexplained.
func TestRandom(t *testing.T) {
	wanted(t)
	for _, e := range browsers.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			r := round{T: t, engine: e, version: require(t, e), world: world(t)}
			r.profile, _ = fetch.ProfileNamed(e.Name)
			if *replay != "" {
				r.replay(*replay)
				return
			}
			n := size(t)
			r.play(scenarios(r.world.Origins(), seedsOfRun(t), n))
			r.close(n)
		})
	}
}

// scenarios are of every seed as many.
func scenarios(origins conformance.Origins, seeds []uint64, n int) []conformance.Case {
	var cases []conformance.Case
	for i, seed := range seeds {
		share := n / len(seeds)
		if i < n%len(seeds) {
			share++
		}
		cases = append(cases, browsers.Generate(origins, seed, share)...)
	}
	return cases
}

func wanted(t *testing.T) {
	t.Helper()
	if *replay == "" && os.Getenv("CORSCOPE_N") == "" && testing.Short() && os.Getenv("CORSCOPE_BROWSERS") != "required" {
		t.Skip("-short leaves random scenarios out: CORSCOPE_N says how many to put to browsers all the same")
	}
}

// size is how many scenarios are put to each engine.
func size(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("CORSCOPE_N"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("CORSCOPE_N is %q: want a number of scenarios", text)
		}
		return n
	}
	return 2000
}

func seedsOfRun(t *testing.T) []uint64 {
	t.Helper()
	if text := os.Getenv("CORSCOPE_SEED"); text != "" {
		var list []uint64
		for _, word := range strings.Split(text, ",") {
			seed, err := strconv.ParseUint(strings.TrimSpace(word), 10, 64)
			if err != nil {
				t.Fatalf("CORSCOPE_SEED is %q: want numbers with commas between them", text)
			}
			list = append(list, seed)
		}
		return list
	}
	seed, ok := seedOfCommit()
	if !ok {
		t.Logf("seeds %v, and none from the commit, which is not known: CORSCOPE_SEED sets others", seeds)
		return seeds
	}
	list := append(slices.Clone(seeds), seed)
	t.Logf("seeds %v, the last from the commit: CORSCOPE_SEED sets others", list)
	return list
}

// seedOfCommit is made of the first digits of the commit's name. There is none outside a repository.
func seedOfCommit() (uint64, bool) {
	name, err := exec.Command("git", "rev-parse", "HEAD").Output()
	if err != nil {
		return 0, false
	}
	digits, err := hex.DecodeString(string(bytes.TrimSpace(name)))
	if err != nil || len(digits) < 4 {
		return 0, false
	}
	return uint64(binary.BigEndian.Uint32(digits)), true
}

// A round is all that is put to one engine in one test.
type round struct {
	*testing.T
	engine  browsers.Engine
	version string
	profile fetch.Profile
	world   *browsers.World
	tally

	asks, allowed, unexplained, unrepeated int
}

func (r *round) play(cases []conformance.Case) {
	r.Helper()
	var wrong []browsers.Difference
	for _, batch := range batches(cases) {
		predicted, err := browsers.Predict(batch, r.profile)
		if err != nil {
			r.Fatal(err)
		}
		seen, err := r.world.Run(r.Context(), r.engine, predicted)
		if err != nil {
			r.Error(err)
		}
		for _, o := range seen {
			r.asks++
			if o.Outcome() == transcript.Allowed {
				r.allowed++
			}
		}
		wrong = append(wrong, browsers.Differences(predicted, seen)...)
		byCase := map[string][]browsers.Observation{}
		for _, o := range seen {
			byCase[o.Case] = append(byCase[o.Case], o)
		}
		for _, c := range predicted {
			r.count(r.T, c, r.profile, byCase[c.Name]...)
		}
	}
	r.triage(wrong)
}

// batches keeps the stories with upload listeners apart, a few at a time. Firefox has room for a hundred preflights, and
// once that is full the first to go are those whose answer lists nothing, as an upload's may.
func batches(cases []conformance.Case) [][]conformance.Case {
	var sturdy, fragile []conformance.Case
	for _, c := range cases {
		if len(c.Asks) > 1 && slices.ContainsFunc(c.Asks, func(a conformance.Ask) bool { return a.Request.UploadListener }) {
			fragile = append(fragile, c)
		} else {
			sturdy = append(sturdy, c)
		}
	}
	return slices.AppendSeq(slices.Collect(slices.Chunk(sturdy, batchSize)), slices.Chunk(fragile, fragileStories))
}

// different puts cases to the engine and gives those that come out otherwise than its profile says.
func (r *round) different(ctx context.Context, cases []conformance.Case) ([]browsers.Difference, error) {
	predicted, err := browsers.Predict(cases, r.profile)
	if err != nil {
		return nil, err
	}
	seen, err := r.world.Run(ctx, r.engine, predicted)
	if err != nil {
		return nil, err
	}
	return browsers.Differences(predicted, seen), nil
}

func (r *round) replay(file string) {
	r.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		r.Fatal(err)
	}
	c, err := conformance.Parse("replayed", text, r.world.Origins())
	if err != nil {
		r.Fatal(err)
	}
	wrong, err := r.different(r.Context(), []conformance.Case{c})
	switch {
	case err != nil:
		r.Fatal(err)
	case len(wrong) > 0:
		r.Errorf("it comes out otherwise than predicted:\n%s", r.world.Unported(wrong[0].Explain()))
	default:
		r.Log("it comes out as predicted")
	}
}

// close demands that the scenarios were worth the while, and says what came of them.
func (r *round) close(n int) {
	r.Helper()
	percent := 100 * r.allowed / max(1, r.asks)
	if n >= enough {
		r.demand(r.T, r.profile)
		r.demandShown(r.T, r.profile)
		if percent < 35 || percent > 65 {
			r.Errorf("%d %% are allowed: want between 35 and 65, so that both sides are tried", percent)
		}
	}
	if r.unrepeated > 1+n/1000 {
		r.Errorf("%d scenarios came out otherwise once and not again: want one in a thousand at most", r.unrepeated)
	}
	r.Log(r.explained(r.profile))
	r.Logf("%s %s: %d scenarios, %d %% allowed, %d unexplained, %d not repeated", r.engine.Name, r.version, n, percent, r.unexplained, r.unrepeated)
}
