package bench_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/test/bench"
)

// How long things take is not for a test to know; that they are all in the table is.
func TestMeasure(t *testing.T) {
	var steps []string
	table, err := bench.Measure(bench.Plan{
		Passes: 2, Budget: time.Microsecond,
		Only:     func(id string) bool { return id == "b" || id == "d2" || id == "g" || id == "k1" },
		Progress: func(what string) { steps = append(steps, what) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) == 0 {
		t.Error("no progress was told")
	}
	for _, row := range []string{"b", "d2", "g", "k1"} {
		for _, peer := range table.Peers {
			c := table.Cell(row, peer.Name)
			wordless := row == "d2" && (peer.Name == "gorilla" || peer.Name == bench.Hand) || row == "k1" && peer.Compile == nil
			if wordless {
				if c != nil {
					t.Errorf("%s has a cell in row %s", peer.Name, row)
				}
				continue
			}
			if c == nil || len(c.Passes) != 2 || c.Nanoseconds() <= 0 {
				t.Errorf("%s in row %s: %+v", peer.Name, row, c)
			}
		}
	}
	if c := table.Cell("b", bench.RS); c.Judgement != bench.SharedSlices {
		t.Errorf("rs/cors in row b: judged %q", c.Judgement)
	}
	if name, _ := table.Best("b"); name != "chi" {
		t.Errorf("the best ranked peer in row b is %q", name)
	}
	if name, best := table.Best("k1"); best != nil {
		t.Errorf("%s is ranked in row k1, where nothing is answered", name)
	}
	text := table.Markdown("the head")
	for _, line := range []string{"the head\n\n| | bare | by hand | corscope | rs/cors | chi | gorilla | gin | gin alone | ÷ best ranked |", "| b GET, allowed |", "| k1 compile 1,000 exact | – | – | **"} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
	if rows := strings.Count(text, "\n| "); rows != 5 {
		t.Errorf("%d lines, want a head and four rows:\n%s", rows, text)
	}
	claims := map[string]bench.Target{}
	for _, target := range table.Targets() {
		claims[target.Claim] = target
	}
	for _, claim := range []string{
		"b is at or below the best ranked peer, chi", "b aims at a part of rs/cors", "b is never above rs/cors", "d2 is within 1.3 times b",
		"k1 takes at most 8 times as long as with rs/cors",
	} {
		if claims[claim].Measured <= 0 || claims[claim].Limit <= 0 {
			t.Errorf("no target: %s", claim)
		}
	}
	if got := claims["b takes at most 1 allocations"]; !got.Met() || got.Measured != 1 {
		t.Errorf("row b: %v", got)
	}
	if got, ok := claims["g takes at most 0 allocations"]; !ok || !got.Met() {
		t.Errorf("row g: %v", got)
	}
}

func TestTarget(t *testing.T) {
	for _, tt := range []struct {
		target bench.Target
		met    bool
		want   string
		why    string
	}{
		{bench.Target{Claim: "x", Limit: 1, Measured: 1}, true, "met     1.00 of  1.00  x", "at the limit"},
		{bench.Target{Claim: "x", Limit: 1, Measured: 1.01}, false, "MISSED  1.01 of  1.00  x", "above it"},
		{bench.Target{Claim: "x", Limit: 1, Measured: 1.01, Goal: true}, false, "short   1.01 of  1.00  x", "a goal only"},
	} {
		if got := tt.target.String(); got != tt.want || tt.target.Met() != tt.met {
			t.Errorf("got %q, %v; want %q, %v: %s", got, tt.target.Met(), tt.want, tt.met, tt.why)
		}
	}
}

func TestWriteBetweenMarkers(t *testing.T) {
	for _, tt := range []struct{ before, want, why string }{
		{"# x\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nrest\n", "# x\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nrest\n", "the old one gives way"},
		{"<!-- bench:begin -->\n<!-- bench:end -->\n", "<!-- bench:begin -->\nnew\n<!-- bench:end -->\n", "the first one"},
		{"# x\n<!-- bench:begin -->\nold\n", "", "no end"},
		{"# x\n", "", "no place"},
	} {
		name := filepath.Join(t.TempDir(), "README.md")
		if err := os.WriteFile(name, []byte(tt.before), 0o600); err != nil {
			t.Fatal(err)
		}
		err := bench.WriteBetweenMarkers(name, "new\n")
		text, readErr := os.ReadFile(name)
		if readErr != nil {
			t.Fatal(readErr)
		}
		want := tt.want
		if want == "" {
			want = tt.before
		}
		if (err == nil) != (tt.want != "") || string(text) != want {
			t.Errorf("%q: got %q, %v; want %q: %s", tt.before, text, err, want, tt.why)
		}
	}
}
