package cors

import (
	"encoding/json"
	"math/rand/v2"
	"sync/atomic"
)

// Count has the middleware count requests, for [Middleware.Stats]. It takes some ten nanoseconds a request.
func Count() Option { return func(m *Middleware) { m.counts = new(counters) } }

// Stats counts requests since a middleware was made with [Count]. How many numbers there are does not depend on who asks, so that
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

// Stats is a copy of the numbers; all are zero without [Count]. They are read one after the other while requests are served, so that their sum may be
// off by those of the moment.
func (m *Middleware) Stats() Stats {
	var s Stats
	if m == nil || m.counts == nil {
		return s
	}
	for n := range m.counts {
		c := &m.counts[n]
		s.Plain += c.plain.Load()
		s.SameOrigin += c.sameOrigin.Load()
		s.Blocked += c.blocked.Load()
		for i := range s.Actual {
			s.Actual[i] += c.actual[i].Load()
			s.Preflight[i] += c.preflight[i].Load()
		}
	}
	return s
}

// counters are what Stats is the sum of. Requests that are served at once mostly count in different shards, so that the
// processors need not pass one line of memory around.
type counters [16]shard

type shard struct {
	_          [64]byte // a line of memory, so that no two shards, nor a shard and the engine, share one
	plain      atomic.Uint64
	sameOrigin atomic.Uint64
	blocked    atomic.Uint64
	actual     [len(reasons)]atomic.Uint64
	preflight  [len(reasons)]atomic.Uint64
}

func (c *counters) add(d *Decision, own, blocked bool) {
	s := &c[rand.Uint32()%uint32(len(c))] //nolint:gosec // any will do
	switch {
	case d.kind == Plain:
		s.plain.Add(1)
	case d.kind == Preflight:
		s.preflight[d.reason].Add(1)
	case own:
		s.sameOrigin.Add(1)
	default:
		s.actual[d.reason].Add(1)
	}
	if blocked {
		s.blocked.Add(1)
	}
}
