package cors

import (
	"cmp"
	"slices"

	"github.com/corscope/corscope/origin"
)

// Lint finds all that is wrong with a policy, at once: errors, which keep it from being compiled, and warnings. The
// order is that of the fields, then of their entries. A policy without faults gives nil.
//
// Lint compares what is allowed, not how it is spelt.
func Lint(p Policy) []Fault {
	l := linter{policy: p, warnings: true}
	l.run()
	return l.sorted()
}

// A linter goes through a policy once.
type linter struct {
	policy   Policy
	warnings bool // whether to look for them at all

	patterns []origin.Pattern // the policy's origins; zero for one that cannot be read
	needed   []Risk           // the risks that the policy would have to accept
	faults   []Fault
}

func (l *linter) run() {
	l.lintOrigins()
	l.lintMethods()
	l.lintRequestHeaders()
	l.lintExposedHeaders()
	l.lintMaxAge()
	l.lintWords()
	l.lintRisks()
}

// A place is where in a policy something stands.
type place struct {
	field  string
	index  int // -1 for the whole field
	offset int
	value  string
}

// report notes a fault: what is wrong here, and what to do. Why it matters is in the catalog.
func (l *linter) report(code FaultCode, at place, what, fix string) {
	e := known[code]
	if e.Severity == SeverityWarning && !l.warnings {
		return
	}
	l.faults = append(l.faults, Fault{
		Code: code, Severity: e.Severity, Field: at.field, Index: at.index, Offset: at.offset, Value: at.value,
		Message: what + ". " + e.Why, Fix: fix, Spec: e.Spec,
	})
}

// accepts notes that the policy needs the risk, and reports whether it accepts it.
func (l *linter) accepts(r Risk) bool {
	if !slices.Contains(l.needed, r) {
		l.needed = append(l.needed, r)
	}
	return l.policy.accepts(r)
}

func (l *linter) sorted() []Fault {
	slices.SortStableFunc(l.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(slices.Index(fields, a.Field), slices.Index(fields, b.Field)), cmp.Compare(a.Index, b.Index))
	})
	return l.faults
}

// The beginnings of fixes for several fields.
const (
	entryEach      = "an entry each: "
	leaveOutEither = `leave out "*", or all the others`
)

// lintDuplicates finds entries with the same key as an earlier one.
func (l *linter) lintDuplicates(field string, list []string, key func(i int) string) {
	if !l.warnings {
		return
	}
	first := make(map[string]int, len(list))
	for i, value := range list {
		k := key(i)
		earlier, seen := first[k]
		if !seen {
			first[k] = i
			continue
		}
		l.report(Duplicate, place{field, i, 0, value}, "This is the same as "+Fault{Field: field, Index: earlier}.Where(), "leave it out")
	}
}
