package play_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/transcript"
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

// The cases that only servers on default ports can play: an upgrade to https leaves a port as it is.
var needsDefaultPorts = []string{"main-fetch/hsts", "main-fetch/hsts-makes-another-origin", "main-fetch/mixed-content-image"}

// The placeholders can stand for origins with ports of their own.
func TestCasesAtOtherOrigins(t *testing.T) {
	origins := conformance.DefaultOrigins()
	for name, o := range origins {
		port := ":8080"
		if strings.HasPrefix(o, "https:") {
			port = ":8443"
		}
		origins[name] = o + port
	}
	list, err := conformance.CasesAt(origins)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		differences := play.Run(c, fetch.Chromium)
		if slices.Contains(needsDefaultPorts, c.Name) != (len(differences) > 0) {
			t.Errorf("%s: %v", c.Name, differences)
		}
	}
}

// A case says what comes of its last ask in every browser, and stands in the directory of its rule.
func TestCasesAreWhole(t *testing.T) {
	for _, c := range cases(t) {
		for _, p := range fetch.Profiles() {
			if _, ok := c.Expect(len(c.Asks), p.Name); !ok {
				t.Errorf("%s: nothing is expected of the last ask in %s", c.Name, p.Name)
			}
		}
		if dir, _, _ := strings.Cut(c.Name, "/"); dir != c.Rule {
			t.Errorf("%s is about %s", c.Name, c.Rule)
		}
	}
}

// given lists the codes a browser gives in the course of a case.
func given(t *testing.T, c conformance.Case, p fetch.Profile) []transcript.Code {
	t.Helper()
	shown, err := play.Perform(play.NewTransport(c), c, p)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	var codes []transcript.Code
	for _, s := range shown {
		for _, v := range s.Transcript.Verdicts {
			codes = append(codes, v.Code)
		}
	}
	return codes
}

// Every code has a case in which some browser gives it, and one that comes near to it and in which none does.
func TestCodesHaveTriggerAndNearMiss(t *testing.T) {
	triggered, missed := map[transcript.Code]bool{}, map[transcript.Code]bool{}
	for _, c := range cases(t) {
		var codes []transcript.Code
		for _, p := range fetch.Profiles() {
			codes = append(codes, given(t, c, p)...)
		}
		for _, code := range c.Triggers {
			triggered[code] = true
			if !slices.Contains(codes, code) {
				t.Errorf("%s does not trigger %s", c.Name, code)
			}
		}
		for _, code := range c.Nears {
			missed[code] = true
			if slices.Contains(codes, code) {
				t.Errorf("%s is no near miss: it triggers %s", c.Name, code)
			}
		}
	}
	for _, code := range transcript.Codes() {
		if !triggered[code] {
			t.Errorf("no case triggers %s", code)
		}
		if !missed[code] {
			t.Errorf("no case comes near to %s", code)
		}
	}
}

// The quirks that are hidden behind another quirk of the same browser, and which.
var behind = map[string]string{
	"firefox max-age-negative": "max-age-malformed",
}

// Every quirk has a witness: a case that a browser with the quirk agrees with, and would not without it. And it has a
// near miss, which asks for almost the same and where the quirk plays no part.
func TestQuirksHaveWitnesses(t *testing.T) {
	byName := map[string]conformance.Case{}
	for _, c := range cases(t) {
		byName[c.Name] = c
	}
	for _, q := range fetch.Quirks() {
		witness, ok := byName["quirks/"+q.ID]
		near, ok2 := byName["quirks/"+q.ID+"-near"]
		if !ok || !ok2 {
			t.Errorf("the quirk %s has no witness or no near miss", q.ID)
			continue
		}
		for _, engine := range q.Engines {
			p, ok := fetch.ProfileNamed(engine)
			if !ok {
				t.Fatalf("no profile is called %s", engine)
			}
			seen := len(play.Run(witness, p.Without(q.ID))) > 0
			if cover := behind[engine+" "+q.ID]; cover != "" {
				if seen || len(play.Run(witness, p.Without(q.ID).Without(cover))) == 0 {
					t.Errorf("%s: %s is not hidden behind %s", engine, q.ID, cover)
				}
			} else if !seen {
				t.Errorf("%s without %s plays its witness as if it had the quirk", engine, q.ID)
			}
			if d := play.Run(near, p.Without(q.ID)); len(d) > 0 {
				t.Errorf("%s without %s plays its near miss otherwise: %v", engine, q.ID, d)
			}
		}
	}
}

// Everything in a page that can ask has a case in which it gets its answer, and one in which it does not.
func TestInitiatorsSucceedAndFail(t *testing.T) {
	got, missed := map[fetch.Initiator]bool{}, map[fetch.Initiator]bool{}
	for _, c := range cases(t) {
		for i, ask := range c.Asks {
			initiator := ask.Initiator
			if initiator == "" {
				initiator = fetch.ByFetch
			}
			switch e, _ := c.Expect(i+1, fetch.Standard.Name); e.Outcome {
			case transcript.Allowed, transcript.Opaque:
				got[initiator] = true
			case transcript.Blocked, transcript.NotCORS:
				missed[initiator] = true
			case transcript.Unknown:
			}
		}
	}
	for _, info := range fetch.Initiators() {
		if !got[info.Name] || !missed[info.Name] {
			t.Errorf("%s: a case with an answer %v, one without %v", info.Name, got[info.Name], missed[info.Name])
		}
	}
}
