package diagnose_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

var own = []transcript.Code{diagnose.NotReached, diagnose.VaryMissing, diagnose.CredentialsOmitted, diagnose.HSTSUpgraded, diagnose.NullAllowed, diagnose.PNALegacy}

func TestCatalogIsWhole(t *testing.T) {
	want := slices.Concat(transcript.Codes(), own)
	var got []transcript.Code
	for _, e := range diagnose.Catalog() {
		got = append(got, e.Code)
		for name, text := range map[string]string{"title": e.Title, "what": e.What, "why": e.Why, "fix": e.Fix, "spec": e.Spec} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", e.Code, name)
			}
		}
		if strings.HasSuffix(e.Title, ".") || !strings.HasSuffix(e.What, ".") || !strings.HasSuffix(e.Why, ".") || !strings.HasSuffix(e.Fix, ".") {
			t.Errorf("%s: a title is no sentence, and the others end with a full stop", e.Code)
		}
		if !strings.HasPrefix(e.Spec, "https://") || !strings.Contains(e.Spec, "#") {
			t.Errorf("%s: %q is no link to a definition", e.Code, e.Spec)
		}
		if !slices.Contains([]diagnose.Severity{diagnose.Error, diagnose.Warning, diagnose.Note}, e.Severity) {
			t.Errorf("%s has severity %q", e.Code, e.Severity)
		}
		for _, d := range e.DependsOn {
			if d == e.Code || !slices.Contains(want, d) {
				t.Errorf("%s depends on %q", e.Code, d)
			}
			if below, _ := diagnose.Lookup(d); slices.Contains(below.DependsOn, e.Code) {
				t.Errorf("%s and %s silence each other", e.Code, d)
			}
		}
		names := diagnose.BrowserNames(transcript.Verdict{Code: e.Code, Phase: transcript.PhaseActual})
		if e.Severity == diagnose.Error && nameOf(names, "chromium") == "" {
			t.Errorf("%s blocks, and Chromium has no name for it", e.Code)
		}
		found, ok := diagnose.Lookup(e.Code)
		if !ok || found.Title != e.Title {
			t.Errorf("Lookup does not find %s", e.Code)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the catalog has\n%v, want\n%v", got, want)
	}
	for _, c := range transcript.Codes() {
		if e, _ := diagnose.Lookup(c); strings.HasPrefix(string(c), "net-") && c != transcript.NetAborted && c != transcript.NetScheme && c != transcript.NetStreamHTTP1 &&
			(!strings.Contains(e.What, "This is not CORS") || !strings.HasPrefix(e.Fix, "This is not CORS")) {
			t.Errorf("%s does not say that it is not CORS", c)
		}
	}
	if _, ok := diagnose.Lookup("made-up"); ok {
		t.Error("Lookup finds what there is not")
	}
}

func TestCatalogIsACopy(t *testing.T) {
	e, _ := diagnose.Lookup(transcript.ACAOMissing)
	e.DependsOn[0] = "changed"
	for _, c := range diagnose.Catalog() {
		if len(c.DependsOn) > 0 {
			c.DependsOn[0] = "changed"
		}
	}
	if again, _ := diagnose.Lookup(transcript.ACAOMissing); again.DependsOn[0] == "changed" {
		t.Error("what a caller changed is changed for all")
	}
}

// docs/codes.md is what the generator writes.
func TestCodesPageIsUpToDate(t *testing.T) {
	want, err := exec.Command("go", "run", "../internal/gen/codes/main.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../docs/codes.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("docs/codes.md is out of date: run go generate ./diagnose")
	}
	for _, e := range diagnose.Catalog() {
		if !strings.Contains(string(got), "\n## "+string(e.Code)+"\n") {
			t.Errorf("docs/codes.md has no section for %s", e.Code)
		}
	}
}
