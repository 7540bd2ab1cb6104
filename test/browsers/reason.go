package browsers

import "strings"

// A Reason is what the engine itself says of a failure.
type Reason struct {
	URL  string // the address it names
	Name string // the engine's own name for it; empty where the text is not known
	Text string
}

func chromiumReason(line string) (Reason, bool) {
	if !strings.Contains(line, "CONSOLE") {
		return Reason{}, false
	}
	println(line)
	return Reason{}, false
}

func firefoxReason(line string) (Reason, bool) {
	if !strings.Contains(line, "PageMessages") {
		return Reason{}, false
	}
	println(line)
	return Reason{}, false
}
