package browsers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

// predictor builds a program that predicts with a rule broken.
func predictor(t *testing.T, m browsers.Mutation) (program string) {
	t.Helper()
	folder := t.TempDir()
	overlay, err := m.Overlay(folder)
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(folder, "predictor")
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, "./internal/predictor").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", m.Name, err, out)
	}
	return program
}

// predictedBy predicts with that program. The cases given hold a prediction too.
func predictedBy(t *testing.T, program string, cases []conformance.Case, p fetch.Profile) []conformance.Case {
	t.Helper()
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
			t.Fatalf("%v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var predicted []string
	if err := json.Unmarshal(out, &predicted); err != nil {
		t.Fatal(err)
	}
	list := make([]conformance.Case, len(predicted))
	for i, text := range predicted {
		if text == texts[i] {
			list[i] = cases[i]
			continue
		}
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
