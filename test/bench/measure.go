package bench

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/corscope/corscope/cors"
)

// A Plan says how carefully to measure.
type Plan struct {
	Passes int           // how often every cell is measured; its figure is the median
	Budget time.Duration // of processor time for a cell in a pass, about
	Only   func(id string) bool
	// Progress is told what comes next. Nil means nobody wants to know.
	Progress func(string)
}

// A Cell is what was measured of one peer in one row.
type Cell struct {
	Judgement Judgement
	Passes    []float64 // nanoseconds of processor time per request, one for every pass
	Allocs    float64   // per request
}

// Nanoseconds is the median of the passes.
func (c *Cell) Nanoseconds() float64 { return quantile(c.Passes, 0.5) }

// Spread is how far apart the middle half of the passes lies, as a part of the median.
func (c *Cell) Spread() float64 {
	return (quantile(c.Passes, 0.75) - quantile(c.Passes, 0.25)) / c.Nanoseconds()
}

// ratio is how many times as much c takes as other. Both were measured side by side in every pass: comparing there
// leaves out what disturbed both.
func (c *Cell) ratio(other *Cell) float64 {
	if c == nil || other == nil {
		return 0
	}
	var each []float64
	for i := range min(len(c.Passes), len(other.Passes)) {
		each = append(each, c.Passes[i]/other.Passes[i])
	}
	return quantile(each, 0.5)
}

// quantile of what is measured: 0.5 is the median.
func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

// A subject is a cell to be measured.
type subject struct {
	cell  *Cell
	run   func(n int)
	n     int     // so often in a pass
	bytes float64 // that one allocates
}

// Measure judges all peers and measures them. Policies of large sizes are measured after the others, beside row b, so
// that their memory is in nobody else's way.
func Measure(plan Plan) (*Table, error) {
	if plan.Progress == nil {
		plan.Progress = func(string) {}
	}
	if plan.Only == nil {
		plan.Only = func(string) bool { return true }
	}
	peers := Peers()
	t := &Table{Peers: peers, Passes: plan.Passes, cells: map[cellKey]*Cell{}}
	var small, large []Row
	for _, row := range Rows() {
		switch {
		case !plan.Only(row.ID):
		case row.Sizes.IsLarge():
			large = append(large, row)
		default:
			small = append(small, row)
		}
	}
	compiles := slices.DeleteFunc(Compilations(), func(c Compilation) bool { return !plan.Only(c.ID) })
	if err := t.measure(plan, small, compiles); err != nil {
		return nil, err
	}
	if len(large) == 0 {
		return t, nil
	}
	yardstick := Rows()[1]
	yardstick.ID = besideLarge
	return t, t.measure(plan, append(large, yardstick), nil)
}

func (t *Table) measure(plan Plan, rows []Row, compiles []Compilation) error {
	var lines [][]*subject // of one row each
	handlers := map[handlerKey]http.Handler{}
	policies := map[Size]cors.Policy{}
	for _, row := range rows {
		plan.Progress("judging " + row.ID)
		if _, ok := policies[row.Sizes]; !ok {
			policies[row.Sizes] = row.Sizes.Policy()
		}
		var line []*subject
		for _, peer := range t.Peers {
			s, err := t.prepare(peer, row, policies[row.Sizes], handlers)
			if errors.Is(err, ErrNoWords) {
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", peer.Name, err)
			}
			line = append(line, s)
		}
		lines = append(lines, line)
		t.add(row.ID, row.Title)
	}
	for _, c := range compiles {
		policy := c.Sizes.Policy()
		var line []*subject
		for _, peer := range t.Peers {
			if peer.Compile == nil || isWildcard(policy) && peer.Name == "gorilla" {
				continue
			}
			cell := &Cell{}
			t.cells[cellKey{c.ID, peer.Name}] = cell
			line = append(line, &subject{cell: cell, run: func(n int) {
				for range n {
					peer.Compile(policy)
				}
			}})
		}
		lines = append(lines, line)
		t.add(c.ID, c.Title)
	}
	plan.Progress("calibrating")
	for _, line := range lines {
		for _, s := range line {
			s.calibrate(plan.Budget)
		}
	}
	for pass := range plan.Passes {
		plan.Progress(fmt.Sprintf("pass %d of %d", pass+1, plan.Passes))
		for _, line := range lines {
			for i := range line { // nobody is always first
				line[(i+pass)%len(line)].measure()
			}
		}
	}
	return nil
}

type handlerKey struct {
	peer  string
	sizes Size
}

// prepare judges one peer in one row. What it makes to be measured answers with two bytes.
func (t *Table) prepare(peer Peer, row Row, policy cors.Policy, handlers map[handlerKey]http.Handler) (*subject, error) {
	key := handlerKey{peer.Name, row.Sizes}
	if _, ok := handlers[key]; !ok {
		h, err := peer.Wrap(policy, http.HandlerFunc(two))
		if err != nil {
			return nil, err
		}
		handlers[key] = h
	}
	cell := &Cell{}
	if peer.Ranked {
		judgement, err := Judge(row, func(h http.Handler) (http.Handler, error) { return peer.Wrap(policy, h) })
		if err != nil {
			return nil, err
		}
		cell.Judgement = judgement
	}
	t.cells[cellKey{row.ID, peer.Name}] = cell
	return &subject{cell: cell, run: func(n int) { Serve(handlers[key], row, n) }}, nil
}

var twoBytes = []byte("ok")

func two(w http.ResponseWriter, _ *http.Request) { w.Write(twoBytes) } //nolint:errcheck // into nothing

// Serve has a handler answer a row's request n times, in the row's way.
func Serve(h http.Handler, row Row, n int) {
	switch row.How {
	case InParallel:
		procs := runtime.GOMAXPROCS(0)
		var all sync.WaitGroup
		for range procs {
			all.Go(func() { serve(h, row.Request(), (n+procs-1)/procs) })
		}
		all.Wait()
	case FreshMap:
		r := row.Request()
		for range n {
			h.ServeHTTP(&sink{header: http.Header{}}, r)
		}
	case Reused:
		serve(h, row.Request(), n)
	}
}

func serve(h http.Handler, r *http.Request, n int) {
	w := &sink{header: http.Header{}}
	for range n {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

// A sink is a response that nobody reads.
type sink struct{ header http.Header }

// Header implements [http.ResponseWriter].
func (s *sink) Header() http.Header { return s.header }

// WriteHeader implements [http.ResponseWriter].
func (s *sink) WriteHeader(int) {}

// Write implements [http.ResponseWriter].
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// calibrate finds how many requests take about the budget, and what they allocate.
func (s *subject) calibrate(budget time.Duration) {
	s.n = 1
	for {
		took := stopwatch(func() { s.run(s.n) })
		if took >= budget/4 || s.n >= 1e9 {
			s.n = max(1, int(float64(s.n)*float64(budget)/float64(max(took, 1))))
			break
		}
		s.n *= 4
	}
	counted := min(s.n, 1000)
	mallocs, bytes := s.allocated(1) // what is there once, whatever the number
	manyMallocs, manyBytes := s.allocated(1 + counted)
	s.cell.Allocs = (manyMallocs - mallocs) / float64(counted)
	s.bytes = (manyBytes - bytes) / float64(counted)
}

func (s *subject) allocated(n int) (mallocs, bytes float64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s.run(n)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)
}

// measure makes one pass. Garbage is collected between requests, and each request is charged its part of that: beside
// them, what else the machine does would decide how many of them feel it.
func (s *subject) measure() {
	const most = 4 << 20 // bytes of garbage, as Go would let pile up here
	runtime.GC()         // what others left behind is not this peer's doing
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	room := roomForGarbage()
	atOnce := s.n
	if s.bytes > 0 {
		atOnce = min(s.n, max(1, int(most/s.bytes)))
	}
	var running, collecting, collections float64
	for left := s.n; left > 0; left -= atOnce {
		running += float64(stopwatch(func() { s.run(min(left, atOnce)) }))
		collecting += float64(stopwatch(runtime.GC))
		collections++
	}
	s.cell.Passes = append(s.cell.Passes, running/float64(s.n)+collecting/collections*s.bytes/room)
}

// roomForGarbage is how many bytes are allocated from one collection to the next: as many as are in use, which on a
// server are more than here.
func roomForGarbage() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return max(smallServer, float64(m.HeapAlloc))
}

const smallServer = 64 << 20

func stopwatch(f func()) time.Duration {
	before := processorTime()
	f()
	return processorTime() - before
}

// A Compilation is a policy made ready for use.
type Compilation struct {
	ID    string
	Title string
	Sizes Size
}

// Compilations lists those that are measured.
func Compilations() []Compilation {
	return []Compilation{
		{"k1", "compile 1,000 exact", Exact1k},
		{"k2", "compile 1,000 `*.`", Wildcard1k},
	}
}
