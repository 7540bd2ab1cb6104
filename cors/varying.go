package cors

import (
	"strings"

	"github.com/corscope/corscope/wire"
)

// What the answer to an OPTIONS request depends on: whether it is a preflight on two headers, the verdict on the third.
var (
	preflightVaries = [...]string{wire.Origin, wire.AccessControlRequestMethod, wire.AccessControlRequestHeaders}
	preflightVary   = strings.Join(preflightVaries[:], listSeparator)
)

// lacks gives those of the names that the lines of Vary do not have, in one line; empty if they have them all.
func lacks(lines []string, names string) string {
	all, none := true, true
	for name := range strings.SplitSeq(names, listSeparator) {
		if varies(lines, name) {
			all = false
		} else {
			none = false
		}
	}
	switch {
	case all:
		return names
	case none:
		return ""
	}
	var lacking []string
	for name := range strings.SplitSeq(names, listSeparator) {
		if !varies(lines, name) {
			lacking = append(lacking, name)
		}
	}
	return strings.Join(lacking, listSeparator)
}

// varies reports whether the lines of Vary hold the name, or "*", which holds all.
func varies(lines []string, name string) bool {
	for _, line := range lines {
		for more := true; more; {
			var element string
			element, line, more = strings.Cut(line, ",")
			if element = strings.Trim(element, " \t"); element == star || wire.EqualFold(element, name) {
				return true
			}
		}
	}
	return false
}
