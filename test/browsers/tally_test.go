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
	verdicts map[place]int
	quirks   map[string]int // scenarios in which a quirk has a part
}

type place struct {
	code  transcript.Code
	phase transcript.Phase
}

func (n *tally) count(t *testing.T, predicted conformance.Case, p fetch.Profile) {
	t.Helper()
	if n.verdicts == nil {
		n.verdicts, n.quirks = map[place]int{}, map[string]int{}
	}
	for _, e := range predicted.Expects {
		if e.First != nil {
			n.verdicts[place{e.First.Code, e.First.Phase}]++
		}
		for _, v := range e.Notes {
			n.verdicts[place{v.Code, v.Phase}]++
		}
	}
	for _, q := range p.Quirks() {
		decides, err := browsers.Decides(q.ID, predicted, p)
		if err != nil {
			t.Fatal(err)
		}
		if decides {
			n.quirks[q.ID]++
		}
	}
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
		why, hits := beyondQuirks[q.ID], n.quirks[q.ID]
		switch {
		case why != "" && hits > 0:
			t.Errorf("the quirk %s has a part in %d scenarios, although %s", q.ID, hits, why)
		case why == "" && hits == 0:
			t.Errorf("the quirk %s has a part in no scenario", q.ID)
		}
	}
}

// explained says how many scenarios each quirk has a part in. One that explains many is a bug in disguise.
func (n *tally) explained(p fetch.Profile) string {
	var words []string
	for _, q := range p.Quirks() {
		words = append(words, fmt.Sprintf("%s %d", q.ID, n.quirks[q.ID]))
	}
	return "scenarios that a quirk has a part in: " + strings.Join(words, ", ")
}
