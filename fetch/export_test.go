package fetch

import (
	"time"

	"github.com/corscope/corscope/wire"
)

// What the tests need of the inside.
var (
	ParseSingleRange = parseSingleRange
	ParseDataURL     = parseDataURL
	MIMEEssence      = mimeEssence
	IsBadPort        = isBadPort
	LongestMaxAge    = time.Duration(longestMaxAge)
	MaxEntriesPerKey = maxEntriesPerKey
	MaxKeys          = maxKeys
)

// ParseMaxAge reads Access-Control-Max-Age as profile p does.
func ParseMaxAge(h wire.Header, p Profile) (time.Duration, bool) { return parseMaxAge(h, &p) }

// PreflightsKept counts the keys and entries of the agent's preflight cache.
func (a *Agent) PreflightsKept() (keys, entries int) {
	a.preflights.mu.Lock()
	defer a.preflights.mu.Unlock()
	for _, list := range a.preflights.entries {
		entries += len(list)
	}
	return len(a.preflights.entries), entries
}
