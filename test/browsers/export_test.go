package browsers

import (
	"time"

	"github.com/corscope/corscope/conformance"
)

// What the tests that need no browser look at.

// Picture and Font are bodies that browsers take for what they are.
var Picture, Font = picture, font

func ChromiumReason(line string) (Reason, bool) { return chromiumReason(line) }

func FirefoxReason(line string) (Reason, bool) { return firefoxReason(line) }

// Placed moves an address under the prefix of case 7, and back.
func Placed(w *World, text string) (there, back string) {
	var hosts []string
	for _, o := range w.everyOrigin() {
		hosts = append(hosts, hostOf(o))
	}
	s := stage(conformance.Case{}, 7, hosts)
	there = s.place(text)
	return there, s.replace(there)
}

// KeptApart is a Set-Cookie line as case 7 sets it.
func KeptApart(line string) string { return stage(conformance.Case{}, 7, nil).cookie(line) }

// EngineOf is an engine whose program is a script's path, called with the page's address as its last argument.
func EngineOf(program string) Engine {
	return Engine{
		Name: "chromium", Package: "none", binaries: []string{program}, reason: chromiumReason,
		prepare: func(string, *World) ([]string, []string, error) { return nil, nil, nil },
	}
}

// Hurry shortens what the world waits for.
func (w *World) Hurry(contact, stall time.Duration) {
	w.patience = patience{contact, stall, time.Minute}
}
