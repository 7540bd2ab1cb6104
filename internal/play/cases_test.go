package play_test

import (
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
)

func cases(t *testing.T) []conformance.Case {
	t.Helper()
	list, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Every browser shows in every case what the case expects.
func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		for _, p := range fetch.Profiles() {
			for _, difference := range play.Run(c, p) {
				t.Errorf("%s: %s: %s", c.Name, p.Name, difference)
			}
		}
	}
}
