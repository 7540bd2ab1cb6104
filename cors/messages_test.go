package cors_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

var update = flag.Bool("update", false, "rewrite the golden files with what the tests see")

// All that Lint can say, as a person reads it, below a policy that brings it about. Who changes a word sees all that it
// changes: go test ./cors -run TestMessages -update.
func TestMessages(t *testing.T) {
	const golden = "testdata/faults.golden"
	var all strings.Builder
	show := func(p cors.Policy, code cors.FaultCode) {
		found := cors.Lint(p)
		i := slices.IndexFunc(found, func(f cors.Fault) bool { return f.Code == code })
		if i < 0 {
			t.Fatalf("%v has no %s", p, code)
		}
		all.WriteString(p.String() + "\n" + found[i].String() + "\n\n")
	}
	for _, tt := range patterns {
		show(origins(tt.wrong), cors.FaultCode("origin-"+tt.reason))
	}
	for _, tt := range faults {
		show(tt.wrong, tt.code)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("with -update it is rewritten:\n%s", diff)
	}
}
