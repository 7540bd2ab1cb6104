package origin

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
)

// A Set is a list of patterns, compiled for matching: neither their number nor the bytes of a stranger make it slow. It
// does not change, so that any number of goroutines may use it. Nil and the zero Set hold nothing.
type Set struct {
	longest int              // the length in bytes no origin in the set is over
	every   int              // the rule of "*" and 1, or 0
	texts   map[string]int32 // origins that patterns name whole, and null, with their rules

	// Other patterns are looked up by scheme, then by host or by what follows their wildcard, then by port.
	branches []branch
	meetings []meeting
	leaves   []span
	runs     []run
	hosts    lengths // of whole hosts
	endings  lengths // of what follows wildcards
}

// A branch holds the patterns of one scheme.
type branch struct {
	scheme  string
	hosts   map[string]int32 // to leaves
	endings map[string]int32 // to meetings, by what follows a wildcard
}

// A meeting is where patterns meet that have the same text after their wildcard. All numbers are one more than the index
// they stand for, and 0 is none.
type meeting struct {
	any, one int32
	within   map[string]int32 // by what precedes a wildcard within its label
	befores  uint64           // the lengths of those, in bits
}

// lengths of hosts and of their ends, so that most of what strangers send is never looked up.
type lengths [maxHost/64 + 1]uint64

func (l *lengths) add(n int)      { l[n/64] |= 1 << (n % 64) }
func (l *lengths) has(n int) bool { return l[n/64]>>(n%64)&1 == 1 }

// span is a part of the runs: the ports of one leaf, in order and apart, each with its rule.
type span struct{ from, to int32 }

type run struct {
	lo, hi uint16
	rule   int32
}

// NewSet compiles patterns. It keeps no hold of the slice.
func NewSet(patterns []Pattern) *Set {
	s := &Set{texts: make(map[string]int32, len(patterns))}
	var ends []end
	for i, p := range patterns {
		rule := int32(i)
		switch _, exact := p.Exact(); {
		case p.kind == nothing:
		case p.kind == everything:
			s.longest = maxOrigin
			if s.every == 0 {
				s.every = i + 1
			}
		case p.kind == opaqueOnly || exact:
			s.longest = max(s.longest, len(p.text))
			if _, known := s.texts[p.text]; !known {
				s.texts[p.text] = rule
			}
		default:
			s.longest = max(s.longest, len(p.scheme)+len("://")+maxHost+len(":65535"))
			if ends == nil { // there may be as many as are left
				ends = make([]end, 0, len(patterns)-i)
				s.leaves = make([]span, 0, len(patterns)-i)
			}
			ends = append(ends, end{s.hang(p, len(patterns)-i), rule})
		}
	}
	s.settle(ends, patterns)
	return s
}

// An end is the leaf at which a pattern ends.
type end struct{ leaf, rule int32 }

// hang finds or makes the leaf of a pattern, the first of so many.
func (s *Set) hang(p Pattern, left int) (leaf int32) {
	b := s.branch(p.scheme)
	if b == nil {
		s.branches = append(s.branches, branch{scheme: p.scheme})
		b = &s.branches[len(s.branches)-1]
	}
	if p.kind == wholeHost {
		if b.hosts == nil {
			b.hosts = make(map[string]int32, left)
		}
		s.hosts.add(len(p.after))
		n := b.hosts[p.after]
		leaf = s.grow(&n)
		b.hosts[p.after] = n
		return leaf
	}
	if b.endings == nil {
		b.endings = make(map[string]int32, left)
		s.meetings = slices.Grow(s.meetings, left)
	}
	s.endings.add(len(p.after))
	at := b.endings[p.after]
	if at == 0 {
		s.meetings = append(s.meetings, meeting{})
		at = int32(len(s.meetings)) //nolint:gosec // no list is so long
		b.endings[p.after] = at
	}
	e := &s.meetings[at-1]
	if p.kind == anyLabels {
		return s.grow(&e.any)
	}
	if p.kind == oneLabel {
		return s.grow(&e.one)
	}
	if e.within == nil {
		e.within = map[string]int32{}
	}
	e.befores |= 1 << len(p.before)
	n := e.within[p.before]
	leaf = s.grow(&n)
	e.within[p.before] = n
	return leaf
}

// grow makes a leaf where n numbers none.
func (s *Set) grow(n *int32) (leaf int32) {
	if *n == 0 {
		s.leaves = append(s.leaves, span{})
		*n = int32(len(s.leaves)) //nolint:gosec // no list is so long
	}
	return *n - 1
}

// branch is that of a scheme: policies have one or two.
func (s *Set) branch(scheme string) *branch {
	for i := range s.branches {
		if s.branches[i].scheme == scheme {
			return &s.branches[i]
		}
	}
	return nil
}

// settle writes down which port leads to which rule. Patterns that end at one leaf may share ports; there the first
// pattern has them.
func (s *Set) settle(ends []end, patterns []Pattern) {
	slices.SortFunc(ends, func(a, b end) int { return cmp.Or(int(a.leaf-b.leaf), int(a.rule-b.rule)) })
	s.runs = make([]run, 0, len(ends))
	var shared []run
	for i := 0; i < len(ends); {
		leaf, from := ends[i].leaf, len(s.runs)
		shared = shared[:0]
		for ; i < len(ends) && ends[i].leaf == leaf; i++ {
			for j, p := 0, patterns[ends[i].rule].ports; j < p.runs(); j++ {
				lo, hi := p.run(j)
				shared = append(shared, run{lo, hi, ends[i].rule})
			}
		}
		s.runs = appendApart(s.runs, shared)
		s.leaves[leaf] = span{int32(from), int32(len(s.runs))} //nolint:gosec // no list is so long
	}
}

// appendApart appends shared in order and without overlap: of two runs that hold a port, the earlier keeps it.
func appendApart(to, shared []run) []run {
	if shared[0].rule == shared[len(shared)-1].rule {
		return append(to, shared...) // as one pattern has them
	}
	var cuts []int // where runs start and where they have ended
	for _, r := range shared {
		cuts = append(cuts, int(r.lo), int(r.hi)+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	owner := make([]int32, len(cuts)) // of the ports from one cut to the next: a rule and 1
	free := make([]int, len(cuts))    // the next cut without an owner, or a step on the way there
	for i := range free {
		free[i] = i
	}
	next := func(i int) int {
		for free[i] != i {
			free[i] = free[free[i]]
			i = free[i]
		}
		return i
	}
	for _, r := range shared {
		stop := sort.SearchInts(cuts, int(r.hi)+1)
		for i := next(sort.SearchInts(cuts, int(r.lo))); i < stop; i = next(i) {
			owner[i], free[i] = r.rule+1, i+1
		}
	}
	for i, rule := range owner {
		if rule != 0 {
			to = append(to, run{uint16(cuts[i]), uint16(cuts[i+1] - 1), rule - 1}) //nolint:gosec // ports
		}
	}
	return to
}

// Match finds the pattern that holds o, as [Pattern.Matches] does, and gives its index in the list; -1 where there is
// none. Of several it is the most specific one, whatever their order: a single origin or null, else a whole host, else the
// longest literal after a wildcard, then the longest before it, {label} before *., and "*" last of all. Where two patterns
// differ in nothing but their ports, it is the first in the list.
//
// Match allocates nothing, and no origin longer than the longest there can be is read.
func (s *Set) Match(o string) (rule int, ok bool) {
	if s == nil || len(o) > s.longest {
		return -1, false
	}
	if rule, ok := s.texts[o]; ok {
		return int(rule), true
	}
	if len(s.branches) > 0 {
		if rule, ok := s.matchHost(o); ok {
			return rule, true
		}
	}
	if s.every > 0 && isSerialized(o) {
		return s.every - 1, true
	}
	return -1, false
}

func (s *Set) matchHost(o string) (rule int, ok bool) {
	scheme, host, port, ok := split(o)
	if !ok || len(host) > maxHost {
		return -1, false
	}
	b := s.branch(scheme)
	if b == nil {
		return -1, false
	}
	if s.hosts.has(len(host)) {
		if rule, ok := s.ruleOf(b.hosts[host], port); ok {
			return rule, true
		}
	}
	first := true // still in the first label
	for i := 1; i < len(host); i++ {
		isDot := host[i] == '.'
		if (isDot || first && host[i] == '-') && s.endings.has(len(host)-i) {
			if at := b.endings[host[i:]]; at != 0 {
				if rule, ok := s.matchWildcard(&s.meetings[at-1], host, i, port, first); ok {
					return rule, true
				}
			}
		}
		first = first && !isDot
	}
	return -1, false
}

// matchWildcard looks at the patterns in which host[n:] follows the wildcard.
func (s *Set) matchWildcard(e *meeting, host string, n int, port uint16, first bool) (rule int, ok bool) {
	if first && e.befores != 0 {
		lengths := e.befores
		if n < 64 {
			lengths &= 1<<n - 1
		}
		for lengths != 0 {
			long := bits.Len64(lengths) - 1
			lengths &^= 1 << long
			if leaf := e.within[host[:long]]; leaf != 0 && isWithinLabel(host, long, n) {
				if rule, ok := s.ruleOf(leaf, port); ok {
					return rule, true
				}
			}
		}
	}
	if !areLabels(host[:n]) {
		return -1, false
	}
	if first {
		if rule, ok := s.ruleOf(e.one, port); ok {
			return rule, true
		}
	}
	return s.ruleOf(e.any, port)
}

// ruleOf finds the rule of a port at the leaf of that number.
func (s *Set) ruleOf(leaf int32, port uint16) (rule int, ok bool) {
	if leaf == 0 {
		return -1, false
	}
	in := s.leaves[leaf-1]
	from, to := in.from, in.to
	for from < to { // the first run that does not end before port
		if mid := (from + to) / 2; s.runs[mid].hi < port {
			from = mid + 1
		} else {
			to = mid
		}
	}
	if from == in.to || s.runs[from].lo > port {
		return -1, false
	}
	return int(s.runs[from].rule), true
}
