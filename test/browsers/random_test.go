package browsers_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

const batchSize = 1000

// TestRandom puts random scenarios to every engine, and holds what it does against what its profile predicts. Nothing
// may be left unexplained.
func TestRandom(t *testing.T) {
	onlyIfAsked(t)
	for _, e := range browsers.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			r := round{T: t, engine: e, version: require(t, e), world: world(t)}
			r.profile, _ = fetch.ProfileNamed(e.Name)
			if *replay != "" {
				r.replay(*replay)
				return
			}
			list, n := seedsOfRun(t), size(t)
			for i, seed := range list {
				share := n / len(list)
				if i < n%len(list) {
					share++
				}
				r.play(browsers.Generate(r.world.Origins(), seed, share))
			}
			r.close(n)
		})
	}
}

// onlyIfAsked: some two in a hundred random scenarios are not explained yet, so they are looked at by make browsers and
// hold up no other work.
func onlyIfAsked(t *testing.T) {
	t.Helper()
	if os.Getenv("CORSCOPE_N") == "" && *replay == "" {
		t.Skip("random scenarios are put to browsers by make browsers alone: CORSCOPE_N says how many")
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
	list := slices.Clone(seeds)
	if seed, ok := seedOfCommit(); ok {
		list = append(list, seed)
	}
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

	asks, allowed, unexplained, unrepeated, triaged int
}

func (r *round) play(cases []conformance.Case) {
	r.Helper()
	predicted, err := browsers.Predict(cases, r.profile)
	if err != nil {
		r.Fatal(err)
	}
	for batch := range slices.Chunk(predicted, batchSize) {
		seen, err := r.world.Run(r.Context(), r.engine, batch)
		if err != nil {
			r.Error(err)
		}
		for _, o := range seen {
			r.asks++
			if o.Outcome() == transcript.Allowed {
				r.allowed++
			}
		}
		wrong := browsers.Differences(batch, seen)
		for _, d := range wrong {
			r.triage(d)
		}
		for _, c := range batch {
			r.count(r.T, c, r.profile)
		}
	}
}

// mostTriaged is how many differences are looked into: what is wrong once is often wrong many times. With -short none is.
const mostTriaged = 4

// triage asks again in a browser of its own, and makes the scenario as small as it can be and still be wrong.
func (r *round) triage(d browsers.Difference) {
	r.Helper()
	if r.triaged++; r.triaged > mostTriaged || testing.Short() {
		r.unexplained++
		r.Errorf("%s: %s", d.Case.Name, r.world.Unported(d.Outline()))
		return
	}
	alone, err := r.different([]conformance.Case{d.Case})
	if err != nil {
		r.Error(err)
	}
	if len(alone) == 0 {
		r.unrepeated++
		r.Logf("%s came out otherwise, and alone it does not: %s", d.Case.Name, r.world.Unported(d.Outline()))
		return
	}
	r.unexplained++
	smallest, err := browsers.Shrink(alone[0].Case, r.first)
	if err != nil {
		r.Error(err)
	}
	if last, err := r.different([]conformance.Case{smallest}); err == nil && len(last) == 1 {
		alone = last
	}
	file := filepath.Join(os.TempDir(), fmt.Sprintf("corscope-%s-%s.case", r.engine.Name, filepath.Base(d.Case.Name)))
	if err := os.WriteFile(file, []byte(r.world.Unported(alone[0].Case.String())), 0o600); err != nil {
		r.Error(err)
	}
	r.Errorf("%s: %s\n%s\nto see it again: go test -run 'TestRandom/%s' -replay %s",
		d.Case.Name, r.world.Unported(d.Outline()), r.world.Unported(alone[0].Explain()), r.engine.Name, file)
}

// different puts cases to the engine and gives those that come out otherwise than its profile says.
func (r *round) different(cases []conformance.Case) ([]browsers.Difference, error) {
	predicted, err := browsers.Predict(cases, r.profile)
	if err != nil {
		return nil, err
	}
	seen, err := r.world.Run(r.Context(), r.engine, predicted)
	if err != nil {
		return nil, err
	}
	return browsers.Differences(predicted, seen), nil
}

// first finds the first of several smaller cases that still disagrees. What cannot be played, or leaves a request
// without an answer, is no smaller case.
func (r *round) first(smaller []conformance.Case) (int, error) {
	var playable []conformance.Case
	place := map[string]int{}
	for i, c := range smaller {
		c.Name = fmt.Sprintf("%s/%d", c.Name, i)
		list, err := browsers.Predict([]conformance.Case{c}, r.profile)
		if err != nil || slices.ContainsFunc(list[0].Expects, unanswered) {
			continue
		}
		place[c.Name] = i
		playable = append(playable, list[0])
	}
	if len(playable) == 0 {
		return -1, nil
	}
	wrong, err := r.different(playable)
	if err != nil || len(wrong) == 0 {
		return -1, err
	}
	return place[wrong[0].Case.Name], nil
}

func unanswered(e conformance.Expect) bool {
	return e.First != nil && e.First.Code == transcript.NetAborted
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
	wrong, err := r.different([]conformance.Case{c})
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
