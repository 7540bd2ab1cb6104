package diagnose

import (
	"slices"

	"github.com/corscope/corscope/transcript"
)

//go:generate go run ../internal/gen/codes/main.go ../docs/codes.md

// Codes of findings that are no verdict of the browser's half: they are read off a whole transcript.
const (
	NotReached         transcript.Code = "not-reached"         // what comes after the first error has not been seen
	VaryMissing        transcript.Code = "vary-missing"        // an answer for one origin that caches may give to others
	CredentialsOmitted transcript.Code = "credentials-omitted" // cookies stayed at home because the page did not ask
	HSTSUpgraded       transcript.Code = "hsts-upgraded"       // the browser went to https by itself
	NullAllowed        transcript.Code = "null-allowed"        // a page of no origin is allowed, and any site can make one
	PNALegacy          transcript.Code = "pna-legacy"          // a header of the abandoned Private Network Access
)

// An Entry is what is known of a code, whatever the transcript.
type Entry struct {
	Code      transcript.Code   `json:"code"`
	Title     string            `json:"title"`
	What      string            `json:"what"` // what happened
	Why       string            `json:"why"`  // why browsers have the rule
	Fix       string            `json:"fix"`  // the smallest safe change, naming the layer
	Spec      string            `json:"spec"` // the definition
	Severity  Severity          `json:"severity"`
	DependsOn []transcript.Code `json:"dependsOn,omitempty"` // a finding with one of these codes makes this one idle
	Console   string            `json:"console,omitempty"`   // where browsers' messages point elsewhere, and what is meant
}

const (
	specFetch   = "https://fetch.spec.whatwg.org/#"
	specCheck   = specFetch + "concept-cors-check"
	specRequest = specFetch + "dom-request"
	specNetwork = specFetch + "concept-http-network-fetch"
	specAsk     = specFetch + "cors-preflight-fetch-0"
	specFollow  = specFetch + "concept-http-redirect-fetch"
	specMain    = specFetch + "concept-main-fetch"
	specLNA     = "https://wicg.github.io/local-network-access/#local-network-access-check"
	specHSTS    = "https://www.rfc-editor.org/rfc/rfc6797#section-8.3"
)

var entries = slices.Concat(entriesSetup, entriesNetwork, entriesCheck, entriesPreflight, entriesRedirect, entriesFilter, entriesNotes, entriesOwn)

// Catalog lists all codes: those of [transcript.Codes] in that order, then those only findings have.
func Catalog() []Entry {
	all := make([]Entry, len(entries))
	for i, e := range entries {
		e.DependsOn = slices.Clone(e.DependsOn)
		all[i] = e
	}
	return all
}

// Lookup finds what is known of a code.
func Lookup(code transcript.Code) (Entry, bool) {
	for _, e := range entries {
		if e.Code == code {
			e.DependsOn = slices.Clone(e.DependsOn)
			return e, true
		}
	}
	return Entry{}, false
}
