package cors

import (
	"slices"
	"strconv"
	"time"

	"github.com/corscope/corscope/wire"
)

// How long browsers keep the answer to a preflight at most.
const (
	chromiumKeeps = MaxAge(2 * time.Hour)
	firefoxKeeps  = MaxAge(24 * time.Hour)
)

func (l *linter) lintMaxAge() {
	m := l.policy.MaxAge
	at := place{fieldMaxAge, -1, 0, m.String()}
	switch {
	case m == NoCache:
	case m < 0:
		l.report(MaxAgeNegative, at, "A time cannot be negative", noCacheText)
	case m%MaxAge(time.Second) != 0:
		whole := min(m, firefoxKeeps-1) // so that rounding up stays in range
		fix := (whole + MaxAge(time.Second) - whole%MaxAge(time.Second)).String()
		if m < MaxAge(time.Millisecond) { // a bare number
			seconds := strconv.FormatInt(int64(m), 10)
			fix = seconds + "s, in Go cors.MaxAge(" + seconds + " * time.Second)"
		}
		l.report(MaxAgeFraction, at, "This is not a whole number of seconds", fix)
	case m > firefoxKeeps:
		l.report(MaxAgeOverCap, at, "No browser keeps an answer that long", firefoxKeeps.String()+", or "+chromiumKeeps.String())
	case m > chromiumKeeps:
		l.report(MaxAgeOverCap, at, "Firefox keeps an answer that long, Chromium does not", chromiumKeeps.String())
	}
}

// lintWords looks at the fields that hold one word out of a few.
func (l *linter) lintWords() {
	if d := l.policy.Disclose; d != "" && d != DiscloseAsked && d != DiscloseFull {
		known := []string{string(DiscloseAsked), string(DiscloseFull)}
		l.report(DisclosureUnknown, place{fieldDisclose, -1, 0, string(d)}, "There is no such disclosure", nearest(string(d), known))
	}
	known := []string{"same-origin", "same-site", "cross-origin"}
	if r := l.policy.ResourcePolicy; r != "" && !slices.Contains(known, r) {
		l.report(ResourcePolicyUnknown, place{fieldResourcePolicy, -1, 0, r}, "There is no such resource policy", nearest(r, known))
	}
}

func (l *linter) lintRisks() {
	var known []string
	for _, r := range risks {
		known = append(known, string(r))
	}
	named := make([]string, len(l.policy.Risks))
	for i, r := range l.policy.Risks {
		named[i] = string(r)
		at := place{fieldRisks, i, 0, string(r)}
		switch {
		case !slices.Contains(risks, r):
			l.report(RiskUnknown, at, "There is no such risk", nearest(string(r), known))
		case !slices.Contains(l.needed, r):
			l.report(RiskUnused, at, "Nothing in the policy needs this risk", "leave it out")
		}
	}
	l.lintDuplicates(fieldRisks, named, func(i int) string { return named[i] })
}

// nearest is the known word that was surely meant, but for its case, or all of them.
func nearest(word string, known []string) string {
	list := ""
	for i, k := range known {
		if wire.EqualFold(k, word) {
			return k
		}
		switch {
		case i > 0 && i == len(known)-1:
			list += " or "
		case i > 0:
			list += listSeparator
		}
		list += strconv.Quote(k)
	}
	return list
}
