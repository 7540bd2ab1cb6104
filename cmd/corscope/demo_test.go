package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/demo"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
)

// understood is what a program reads of corscope's answer.
type understood struct {
	Version  int                `json:"version"`
	Outcome  transcript.Outcome `json:"outcome"`
	Findings []diagnose.Finding `json:"findings"`
}

func (e understood) first() *diagnose.Finding {
	for i, f := range e.Findings {
		if f.Severity == diagnose.Error && !f.Hypothetical {
			return &e.Findings[i]
		}
	}
	return nil
}

// foretold reports whether an earlier answer said that f would come, or that something had not been seen yet.
func (e understood) foretold(f *diagnose.Finding) bool {
	return slices.ContainsFunc(e.Findings, func(earlier diagnose.Finding) bool {
		return earlier.Hypothetical && earlier.Code == f.Code && earlier.Phase == f.Phase ||
			earlier.Code == diagnose.NotReached && f.Phase == transcript.PhaseActual
	})
}

// The advice works: who does what each finding says, and asks again, gets there, and meets nothing on the way that was
// not foretold.
func TestAdviceMends(t *testing.T) {
	t.Parallel()
	for _, one := range demo.Cases() {
		t.Run(one.Name, func(t *testing.T) {
			t.Parallel()
			server, err := demo.Start()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			certificate := filepath.Join(t.TempDir(), "demo.pem")
			if err := os.WriteFile(certificate, server.PEM, 0o600); err != nil {
				t.Fatal(err)
			}
			s := one.Scenario
			var before understood
			for round := 0; ; round++ {
				now := explainOnce(t, s, server.Addr, certificate)
				if now.Outcome == transcript.Allowed {
					break
				}
				first := now.first()
				if first == nil {
					t.Fatalf("%s without a cause: %+v", now.Outcome, now.Findings)
				}
				if round > 0 && !before.foretold(first) {
					t.Errorf("round %d: %s in the %s phase was not foretold by %+v", round, first.Code, first.Phase, before.Findings)
				}
				if round == 5 {
					t.Fatalf("still %s after five repairs", first.Code)
				}
				switch {
				case first.Fix.URL != "":
					s.Request.URL = first.Fix.URL
				case len(first.Fix.Edits) > 0:
					server.API.Apply(one.Name, first.Fix.Edits)
				default:
					t.Fatalf("%s has no remedy to apply: %s", first.Code, first.Fix.Text)
				}
				before = now
			}
		})
	}
}

// explainOnce runs the command.
func explainOnce(t *testing.T, s scenario.Scenario, addr, certificate string) (got understood) {
	t.Helper()
	question, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "scenario.json")
	if err := os.WriteFile(file, question, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	command := exec.Command("corscope", "explain", "--scenario", file, "--output", "json", "--send", "--cacert", certificate, "--resolve", demo.Host+":443:"+addr)
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%v: %s", err, &stderr)
	}
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, &stdout)
	}
	if allowed := got.Outcome == transcript.Allowed; allowed != (err == nil) || got.Version != 1 {
		t.Errorf("%s with exit %v in version %d", got.Outcome, err, got.Version)
	}
	return got
}

// Every case of the demo says something of its own, and both ends are there: what fails, and what works.
func TestDemoCases(t *testing.T) {
	command := exec.Command("corscope", "explain", "--demo")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(out), "\n── ")[1:]
	if len(sections) != len(demo.Cases()) {
		t.Fatalf("%d sections for %d cases", len(sections), len(demo.Cases()))
	}
	blocked, allowed := 0, 0
	for i, one := range demo.Cases() {
		section := sections[i]
		if !strings.Contains(section, one.Name+": "+one.Title) {
			t.Errorf("%s: its heading is missing in %s", one.Name, section)
		}
		blocked += strings.Count(section, "\nBLOCKED  ")
		allowed += strings.Count(section, "\nALLOWED  ")
	}
	if blocked < 10 || allowed < 1 || blocked+allowed != len(sections) {
		t.Errorf("%d blocked and %d allowed of %d", blocked, allowed, len(sections))
	}
}
