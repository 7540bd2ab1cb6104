package play

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Predict is the case with what the profile makes of it in the place of its expectations: one for every ask, in the
// name of the profile. An error means that the case cannot be played.
func Predict(c conformance.Case, p fetch.Profile) (conformance.Case, error) {
	shown, err := Perform(NewTransport(c), c, p)
	if err != nil {
		return conformance.Case{}, err
	}
	name := p.Name
	if name == "" {
		name = fetch.Standard.Name
	}
	c.Expects = nil
	for i, s := range shown {
		e := s.expect(c.Asks[i].Request.Headers)
		e.Ask, e.Profiles = i+1, []string{name}
		c.Expects = append(c.Expects, e)
	}
	return c, nil
}

// expect writes what was shown as a case expects it.
func (s Shown) expect(set wire.Header) conformance.Expect {
	e := conformance.Expect{Outcome: transcript.Unknown}
	for _, r := range s.Wire {
		e.Wire = append(e.Wire, r.predicted(set))
	}
	if t := s.Transcript; t != nil {
		e.Outcome = t.Outcome()
		for _, v := range t.Verdicts {
			verdict := conformance.Verdict{Code: v.Code, Phase: v.Phase, Hop: v.Hop, Subject: v.Subject}
			switch {
			case !v.Blocks:
				e.Notes = append(e.Notes, verdict)
			case v.Hypothetical:
				e.Also = append(e.Also, verdict)
			case e.First == nil:
				e.First = &verdict
			}
		}
	}
	if r := s.Response; r != nil {
		status := r.Status
		e.Type, e.Status, e.Readable = r.Type, &status, append([]string{}, readable(r.Header)...)
	}
	return e
}

// predicted tells of a request what every case tells, what a server sees of the page's choices, and which of the
// headers the page set went along.
func (r Request) predicted(set wire.Header) conformance.Sent {
	sent := conformance.Sent{Preflight: r.Preflight, Method: r.Method, URL: r.URL, Body: &r.Body}
	for _, name := range conformance.Telling() {
		if value, ok := r.Header.Get(name); ok {
			sent.Header = append(sent.Header, wire.Field{Name: name, Value: value})
		}
	}
	names := []string{"referer"}
	for _, f := range set {
		if wire.IsToken(f.Name) {
			names = append(names, wire.Lower(f.Name))
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		value, ok := r.Header.Get(name)
		switch {
		case sent.Header.Contains(name), slices.Contains(ownAffair, name),
			slices.Contains(byBrowser, name) && value != strings.Join(set.Values(name), ", "):
		case ok:
			sent.Header = append(sent.Header, wire.Field{Name: name, Value: value})
		case !slices.Contains(conformance.Telling(), name):
			sent.Without = append(sent.Without, name)
		}
	}
	return sent
}

// byBrowser are headers of which each browser sends something of its own where the page's is not taken.
var byBrowser = []string{
	"accept", "accept-charset", "accept-encoding", "accept-language", "connection", "content-length", "date", "dnt", "expect",
	"host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
}

// ownAffair are headers whose value each browser writes in its own way: what it tells caches, and a Range once parsed.
var ownAffair = []string{"cache-control", "pragma", "range"}
