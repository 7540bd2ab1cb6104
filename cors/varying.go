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

// lacksOrigin gives what the lines of Vary lack to name Origin; empty if they do.
func lacksOrigin(lines []string) string {
	if len(lines) > 0 && varies(lines, wire.Origin) {
		return ""
	}
	return wire.Origin
}

// lacksPreflight gives what the lines of Vary lack to name all that an answer to OPTIONS depends on.
func lacksPreflight(lines []string) string {
	lacking := make([]string, 0, len(preflightVaries))
	for _, name := range preflightVaries {
		if !varies(lines, name) {
			lacking = append(lacking, name)
		}
	}
	if len(lacking) == len(preflightVaries) {
		return preflightVary
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
