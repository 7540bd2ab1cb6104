package cors

import (
	"encoding/json"
	"sync/atomic"
)

// Stats counts requests since a middleware was made. How many numbers there are does not depend on who asks, so that
// they are safe as labels. Its JSON form suits [expvar.Func].
type Stats struct {
	Plain      uint64 `json:"plain"`      // requests without Origin
	Actual     Counts `json:"actual"`     // requests with Origin, by reason; without those counted next
	SameOrigin uint64 `json:"sameOrigin"` // requests of the server's own pages, where the policy does not name them
	Preflight  Counts `json:"preflight"`  // by reason
	Blocked    uint64 `json:"blocked"`    // requests that [Enforce] kept from the handler; counted in Actual too
}

// Counts has a number for every [Reason], which is its index.
type Counts [len(reasons)]uint64

// MarshalJSON writes an object with a member for every reason that there can be, zero or not: a chart that waits for the
// first refusal shows nothing until then.
func (c Counts) MarshalJSON() ([]byte, error) {
	named := make(map[string]uint64, len(c))
	for i, n := range c {
		if Reason(i) != NoOrigin { // such a request is plain
			named[Reason(i).String()] = n
		}
	}
	return json.Marshal(named)
}

// Stats is a copy of the numbers. They are read one after the other while requests are served, so that their sum may be
// off by those of the moment.
func (m *Middleware) Stats() Stats {
	var s Stats
	if m == nil {
		return s
	}
	s.Plain = m.counts.plain.Load()
	s.SameOrigin = m.counts.sameOrigin.Load()
	s.Blocked = m.counts.blocked.Load()
	for i := range s.Actual {
		s.Actual[i] = m.counts.actual[i].Load()
		s.Preflight[i] = m.counts.preflight[i].Load()
	}
	return s
}

const cacheLine = 64

// counters are what Stats is a copy of. They keep away from the engine, which every request reads and nobody writes.
type counters struct {
	_          [cacheLine]byte
	plain      atomic.Uint64
	sameOrigin atomic.Uint64
	blocked    atomic.Uint64
	actual     [len(reasons)]atomic.Uint64
	preflight  [len(reasons)]atomic.Uint64
	_          [cacheLine]byte
}

func (c *counters) add(d *Decision, own, blocked bool) {
	switch {
	case d.kind == Plain:
		c.plain.Add(1)
	case d.kind == Preflight:
		c.preflight[d.reason].Add(1)
	case own:
		c.sameOrigin.Add(1)
	default:
		c.actual[d.reason].Add(1)
	}
	if blocked {
		c.blocked.Add(1)
	}
}
