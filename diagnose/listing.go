package diagnose

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/transcript"
)

// longestList is how many names a sentence bears.
const longestList = 10

// listed writes names in a sentence: at most ten, then how many more there are.
func listed(names []string) string {
	if more := len(names) - longestList; more > 0 {
		names = append(slices.Clone(names[:longestList]), itoa(more)+" more")
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// several is listed with a noun before it, in the number that fits.
func several(one, many string, names []string) string {
	if len(names) == 1 {
		return one + " " + names[0]
	}
	return many + " " + listed(names)
}

// alike gathers one detail of all verdicts that say the same as a finding, in their order and each once, beginning
// with the finding's own.
func (r *reading) alike(f *Finding, detail func(*transcript.Verdict) string, same func(*transcript.Verdict) bool, own ...string) []string {
	all := slices.Clone(own)
	seen := map[string]bool{}
	for _, name := range own {
		seen[name] = true
	}
	for i := range r.t.Verdicts {
		v := &r.t.Verdicts[i]
		if name := detail(v); v.Code == f.Code && same(v) && !seen[name] {
			seen[name], all = true, append(all, name)
		}
	}
	return all
}
