package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
)

func TestCatalogListsEveryCode(t *testing.T) {
	var out strings.Builder
	if err := report.Catalog(&out, diagnose.Catalog(), report.Style{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(diagnose.Catalog()) {
		t.Fatalf("%d lines for %d codes", len(lines), len(diagnose.Catalog()))
	}
	for i, e := range diagnose.Catalog() {
		if code, title, _ := strings.Cut(lines[i], " "); code != string(e.Code) || strings.TrimSpace(title) != e.Title {
			t.Errorf("line %q for %s: %s", lines[i], e.Code, e.Title)
		}
	}
}

// What is known of a code is all said, and so that any terminal can show it.
func TestEntrySaysAll(t *testing.T) {
	for _, e := range diagnose.Catalog() {
		var out strings.Builder
		if err := report.Entry(&out, e, report.Style{}); err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(out.String()), " ")
		for _, want := range []string{string(e.Severity) + "[" + string(e.Code) + "]: " + e.Title, "what " + e.What, "why " + e.Why, "fix " + e.Fix, e.Console, "spec " + e.Spec} {
			if !strings.Contains(words, strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s: %q is missing in\n%s", e.Code, want, &out)
			}
		}
		for _, line := range strings.Split(out.String(), "\n") {
			named := slices.ContainsFunc(diagnose.BrowserNames(transcript.Verdict{Code: e.Code}), func(b diagnose.BrowserName) bool {
				return strings.Contains(line, b.Name) // a name is to be copied, and stays whole
			})
			if n := len([]rune(line)); n > 100 && !named {
				t.Errorf("%s: a line of %d characters: %s", e.Code, n, line)
			}
		}
	}
	var out strings.Builder
	missing, _ := diagnose.Lookup("acao-missing")
	if err := report.Entry(&out, missing, report.Style{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"chromium: MissingAllowOriginHeader", "chromium: PreflightMissingAllowOriginHeader", "firefox: ", "webkit: "} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("%q is missing in\n%s", name, &out)
		}
	}
}
