package browsers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
)

// enough is how many scenarios have to reach everything that can be reached.
const enough = 2000

// A tally counts what scenarios reach.
type tally struct {
	scenarios, quirky int // quirky are those that come out otherwise without any quirk
	verdicts          map[place]int
	quirks            map[string]part
}

type place struct {
	code  transcript.Code
	phase transcript.Phase
}

// A part is what a quirk has to do with scenarios.
type part struct {
	decides int // scenarios that are predicted otherwise without it
	shown   int // those of them in which a browser was seen to have it
}

// count takes a scenario with its prediction, and what was seen of it if anything was.
func (n *tally) count(t *testing.T, predicted conformance.Case, p fetch.Profile, seen ...browsers.Observation) {
	t.Helper()
	if n.verdicts == nil {
		n.verdicts, n.quirks = map[place]int{}, map[string]part{}
	}
	n.scenarios++
	for _, e := range predicted.Expects {
		if e.First != nil {
			n.verdicts[place{e.First.Code, e.First.Phase}]++
		}
		for _, v := range e.Notes {
			n.verdicts[place{v.Code, v.Phase}]++
		}
	}
	list, visible := p.Quirks(), browsers.Visible(predicted)
	without := func(ids ...fetch.Quirk) (cases []conformance.Case, otherwise bool) {
		fewer := p
		for _, q := range ids {
			fewer = fewer.Without(q.ID)
		}
		cases, err := browsers.Predict([]conformance.Case{predicted}, fewer)
		if err != nil {
			t.Fatal(err)
		}
		return cases, browsers.Visible(cases[0]) != visible
	}
	quirky := 0
	for _, group := range strangers(list) {
		if _, otherwise := without(group...); !otherwise { // as mostly: quicker than to try without each
			continue
		}
		for _, q := range group {
			cases, otherwise := without(q)
			if !otherwise {
				continue
			}
			quirky = 1
			sum := n.quirks[q.ID]
			sum.decides++
			if len(seen) > 0 && len(browsers.Differences(cases, seen)) > 0 {
				sum.shown++
			}
			n.quirks[q.ID] = sum
		}
	}
	n.quirky += quirky
}

// strangers are groups of quirks that stand far from one another in the list, which is by subject: two that undo each
// other would be missed together.
func strangers(list []fetch.Quirk) [5][]fetch.Quirk {
	var groups [5][]fetch.Quirk
	for i, q := range list {
		groups[i%len(groups)] = append(groups[i%len(groups)], q)
	}
	return groups
}

// twice are the codes that an answer to a preflight can have as well as one to the request.
var twice = []transcript.Code{
	transcript.ACAOMissing, transcript.ACAOMultiple, transcript.ACAOInvalid, transcript.ACAOMismatch, transcript.StarCredentials, transcript.ACACNotTrue,
}

// The codes that no random scenario leads to, and why.
var beyond = map[transcript.Code]string{
	transcript.URLInvalid:       "every address that is asked for is one of the world's",
	transcript.StreamMode:       "streams are left to the cases",
	transcript.RedirectStream:   "streams are left to the cases",
	transcript.NetStreamHTTP1:   "streams are left to the cases",
	transcript.KeepaliveTooLong: "bodies are short",
	transcript.BadPort:          "every address that is asked for is one of the world's",
	transcript.MixedContent:     "a page over https asks only over https",
	transcript.CSPBlocked:       "the pages have no policy",
	transcript.SchemeNotHTTP:    "every address that is asked for is one of the world's",
	transcript.NetDNS:           "browsers try again by themselves",
	transcript.NetRefused:       "browsers try again by themselves",
	transcript.NetUnreachable:   "browsers try again by themselves",
	transcript.NetReset:         "browsers try again by themselves",
	transcript.NetTLS:           "browsers try again by themselves",
	transcript.NetTimeout:       "browsers try again by themselves",
	transcript.NetProtocol:      "browsers try again by themselves",
	transcript.NetAborted:       "there is an answer to everything",
	transcript.NetScheme:        "every address that is asked for is one of the world's",
	transcript.LNADenied:        "every origin is on the loopback interface",
	transcript.LNAInsecure:      "every origin is on the loopback interface",
	transcript.LNAMismatch:      "every origin is on the loopback interface",
	transcript.WorkerResponse:   "the pages have no service worker",
	transcript.NosniffBlocked:   "only elements ask for scripts and styles",
	transcript.MIMEBlocked:      "only elements ask for scripts and styles",
	transcript.RangeGuard:       "only elements ask for parts by themselves",
}

// The quirks that no random scenario turns on, and why.
var beyondQuirks = map[string]string{
	"stream-as-text":           "streams are left to the cases",
	"opaque-response-blocking": "fetch() gets an opaque response all the same",
	"origin-at-home":           "only elements do",
	"clip-path-same-origin":    "only elements do",
	"keepalive-unlimited":      "bodies are short",
	"password-anywhere":        "no server asks for a password: a browser would ask its user",
}

// seldom is the quirk that need not be reached: where nothing but an empty list is kept, Firefox drops it as soon as its
// hundred places are taken. The cases have it.
const seldom = "empty-methods-absent"

// demand fails where something that can be reached was not.
func (n *tally) demand(t *testing.T, p fetch.Profile) {
	t.Helper()
	for _, code := range transcript.Codes() {
		hits := 0
		for at, count := range n.verdicts {
			if at.code == code {
				hits += count
			}
		}
		why := beyond[code]
		switch {
		case why != "" && hits > 0:
			t.Errorf("%s was reached %d times, although %s", code, hits, why)
		case why == "" && hits == 0:
			t.Errorf("no scenario leads to %s", code)
		}
		if slices.Contains(twice, code) {
			for _, phase := range []transcript.Phase{transcript.PhasePreflight, transcript.PhaseActual} {
				if n.verdicts[place{code, phase}] == 0 {
					t.Errorf("no scenario leads to %s in the phase %s", code, phase)
				}
			}
		}
	}
	for _, q := range p.Quirks() {
		why, hits := beyondQuirks[q.ID], n.quirks[q.ID].decides
		switch {
		case why != "" && hits > 0:
			t.Errorf("the quirk %s has a part in %d scenarios, although %s", q.ID, hits, why)
		case why == "" && hits == 0 && q.ID != seldom:
			t.Errorf("the quirk %s has a part in no scenario", q.ID)
		case percentage(hits, n.scenarios) > mostExplainedByOne:
			t.Errorf("the quirk %s has a part in %d of %d scenarios: want %d in a hundred at most", q.ID, hits, n.scenarios, mostExplainedByOne)
		}
	}
}

// fewHits may be disturbed, all of them. Each is then a difference of its own.
const fewHits = 2

// demandShown fails where scenarios hang on a quirk and the browser was never seen to have it.
func (n *tally) demandShown(t *testing.T, p fetch.Profile) {
	t.Helper()
	for _, q := range p.Quirks() {
		if part := n.quirks[q.ID]; part.decides > fewHits && part.shown == 0 {
			t.Errorf("the quirk %s is predicted to show in %d scenarios, and shows in none: retire it", q.ID, part.decides)
		}
	}
}

// mostExplainedByOne is how many scenarios in a hundred a quirk may have a part in. One that explains more is a bug in
// disguise, or the scenarios are all alike.
const mostExplainedByOne = 12

func percentage(part, whole int) int { return 100 * part / max(1, whole) }

// explained says how many scenarios each quirk has a part in, and in how many of those the browser was seen to have it.
func (n *tally) explained(p fetch.Profile) string {
	var words []string
	for _, q := range p.Quirks() {
		words = append(words, fmt.Sprintf("%s %d (%d)", q.ID, n.quirks[q.ID].decides, n.quirks[q.ID].shown))
	}
	return fmt.Sprintf("scenarios that quirks have a part in: %d of %d; each, and shown by the browser: %s", n.quirky, n.scenarios, strings.Join(words, ", "))
}

// TestSeedsReach: what the seeds of every run reach is everything, so that no commit's own seed decides whether a run is
// green.
func TestSeedsReach(t *testing.T) {
	fixed := enough * len(seeds) / (len(seeds) + 1) // the rest is the commit's
	for _, p := range []fetch.Profile{fetch.Chromium, fetch.Firefox} {
		t.Run(p.Name, func(t *testing.T) {
			predicted, err := browsers.Predict(scenarios(conformance.DefaultOrigins(), seeds, fixed), p)
			if err != nil {
				t.Fatal(err)
			}
			var n tally
			for _, c := range predicted {
				n.count(t, c, p)
			}
			n.demand(t, p)
		})
	}
}
