package cors

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// An Engine is a compiled policy. It never changes and is safe for concurrent use. The zero Engine, and a nil one,
// allows nothing.
type Engine struct {
	policy   Policy
	patterns []origin.Pattern // those of the policy, one by one

	origins *origin.Set
	only    string // the one origin, where the policy names one and no pattern
	every   bool   // "*": the answers to all requests but preflights are the same
	rule    int32  // the index of "*" in the policy

	methods    []string // all that may be asked for, GET, HEAD and POST first; or "*" alone
	anyMethod  bool
	allMethods string // what a full answer names
	headers    headerTable
	full       bool

	timing        bool
	preflightVary bool

	shared   form // answers that a page may read
	withheld form // those it may not
	granted  form // answers to preflights that are allowed
}

// Compile makes an engine of a policy. The error is a *[PolicyError] with every fault of severity error; warnings do not
// stop it, see [Engine.Warnings].
func Compile(p Policy) (*Engine, error) {
	l := linter{policy: p}
	l.run()
	if len(l.faults) > 0 {
		return nil, &PolicyError{Faults: l.sorted()}
	}
	e := &Engine{
		policy:        p.clone(),
		patterns:      l.patterns,
		origins:       origin.NewSet(l.patterns),
		rule:          int32(slices.Index(p.Origins, star)), //nolint:gosec // an index of a list in memory
		headers:       newHeaderTable(p.RequestHeaders, p.Credentials),
		full:          p.Disclose == DiscloseFull,
		timing:        p.TimingAllowOrigin,
		preflightVary: p.PreflightVary,
	}
	e.every = e.rule >= 0
	if len(l.patterns) == 1 {
		e.only, _ = l.patterns[0].Exact()
	}
	e.compileMethods(p.Methods)
	e.writeForms(p)
	return e, nil
}

func (e *Engine) compileMethods(methods []string) {
	if e.anyMethod = slices.Contains(methods, star); e.anyMethod {
		e.methods, e.allMethods = []string{star}, star
		return
	}
	named := unique(methods, normalizeMethod)
	for i, m := range named {
		named[i] = normalizeMethod(m)
	}
	e.allMethods = strings.Join(named, listSeparator)
	e.methods = append([]string{"GET", "HEAD", "POST"}, slices.DeleteFunc(named, wire.IsCORSSafelistedMethod)...)
}

// writeForms writes what answers have in common.
func (e *Engine) writeForms(p Policy) {
	if e.every {
		e.shared.add(wire.AccessControlAllowOrigin, star)
		e.granted.add(wire.AccessControlAllowOrigin, star)
		if e.timing {
			e.shared.add(wire.TimingAllowOrigin, star)
		}
	}
	if p.Credentials {
		e.shared.add(wire.AccessControlAllowCredentials, "true")
		e.granted.add(wire.AccessControlAllowCredentials, "true")
	}
	e.shared.add(wire.AccessControlExposeHeaders, strings.Join(unique(p.ExposedHeaders, wire.Lower), listSeparator))
	e.shared.add(wire.CrossOriginResourcePolicy, p.ResourcePolicy)
	e.withheld.add(wire.CrossOriginResourcePolicy, p.ResourcePolicy)
	e.granted.add(wire.AccessControlMaxAge, p.MaxAge.seconds())
}

// Policy is the policy the engine was compiled from. Compiling it again makes an engine that decides the same.
func (e *Engine) Policy() Policy {
	if e == nil {
		return Policy{}
	}
	return e.policy.clone()
}

// Warnings lists what [Lint] warns of.
func (e *Engine) Warnings() []Fault {
	if e == nil {
		return nil
	}
	return Lint(e.policy)
}

// AllowsOrigin reports whether the policy allows pages of that serialized origin: for other doors that ask the same
// question, such as the handshake of a WebSocket. It takes no allocation.
func (e *Engine) AllowsOrigin(serialized string) bool {
	if e == nil {
		return false
	}
	_, ok := e.origins.Match(serialized)
	return ok
}

// listSeparator stands between the names of a list that is sent.
const listSeparator = ", "

// unique keeps the first of those that have the same key.
func unique(names []string, key func(string) string) []string {
	seen := make(map[string]bool, len(names))
	kept := make([]string, 0, len(names))
	for _, n := range names {
		if k := key(n); !seen[k] {
			seen[k] = true
			kept = append(kept, n)
		}
	}
	return kept
}

// normalizeMethod gives the method as browsers send it: the six they know in upper case, all others as typed.
//
// Spec: https://fetch.spec.whatwg.org/#concept-method-normalize
func normalizeMethod(method string) string {
	for _, known := range [...]string{"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"} {
		if wire.EqualFold(method, known) {
			return known
		}
	}
	return method
}
