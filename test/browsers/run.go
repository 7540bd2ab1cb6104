package browsers

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
)

// patience is for everything that may never come.
type patience struct {
	contact time.Duration // from the launch to the first request, and once more
	stall   time.Duration // without a sign from the page, its own sleeps apart
	run     time.Duration // for one engine, in all
}

var usualPatience = patience{contact: time.Minute, stall: 30 * time.Second, run: 10 * time.Minute}

// A run is one batch of cases in one browser.
type run struct {
	world   *World
	engine  Engine
	origins []string
	workers int
	stages  []*staged
	steps   []*step
	byURL   map[string]*staged // for addresses without a number; nil where several cases have one

	mu       sync.Mutex
	at       int       // the step the tab is at
	last     time.Time // when the page gave a sign last; zero before the first
	failure  error
	finished bool
	done     chan struct{} // closed when the last step has ended, or a failure came
}

// A LostError says that a browser did not come to the end.
type LostError struct {
	Why  string
	Open []string // names of the cases without a result
	Log  string   // the browser's last lines
}

func (e *LostError) Error() string {
	return fmt.Sprintf("%s; %d cases have no result: %s\nthe browser's last lines:\n%s", e.Why, len(e.Open), strings.Join(e.Open, ", "), e.Log)
}

// Run puts cases to an engine and gives an observation for every ask of every case, in their order. The cases were read
// with the world's origins, and [Uncarried] has nothing against them. The error is a *[LostError] if the browser did
// not come to the end twice; the observations of the cases it finished are given all the same.
func (w *World) Run(ctx context.Context, e Engine, cases []conformance.Case) ([]Observation, error) {
	ctx, cancel := context.WithTimeout(ctx, w.patience.run)
	defer cancel()
	var hosts, origins []string
	for _, o := range w.everyOrigin() {
		origins = append(origins, o)
		hosts = append(hosts, hostOf(o))
	}
	stages := make([]*staged, len(cases))
	for i, c := range cases {
		stages[i] = stage(c, i+1, hosts)
	}
	var err error
	left := stages
	for range 2 {
		if err = w.runOnce(ctx, e, stages, left, origins); err == nil || ctx.Err() != nil {
			break
		}
		left = nil
		for i, s := range stages {
			if !s.isSettled() { // again from its beginning, under a new number
				stages[i] = stage(s.c, s.number+len(stages), hosts)
				stages[i].stuck = s.stuck
				left = append(left, stages[i])
			}
		}
	}
	var list []Observation
	for _, s := range stages {
		list = append(list, s.observations(e, w)...)
	}
	return list, err
}

func (w *World) runOnce(ctx context.Context, e Engine, stages, left []*staged, origins []string) error {
	r := &run{
		world: w, engine: e, origins: origins, workers: 32, stages: stages, steps: plan(left),
		byURL: map[string]*staged{}, done: make(chan struct{}),
	}
	for _, s := range left {
		for _, a := range s.c.Asks {
			r.remember(s, s.place(a.Request.URL))
		}
	}
	w.mu.Lock()
	w.run = r
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.run = nil
		w.mu.Unlock()
	}()
	browser, err := r.launch()
	if err != nil {
		return err
	}
	err = r.wait(ctx, browser)
	if errors.Is(err, errNoContact) {
		if err := browser.close(); err != nil {
			return err
		}
		if browser, err = r.launch(); err != nil {
			return err
		}
		err = r.wait(ctx, browser)
	}
	if err == nil {
		time.Sleep(300 * time.Millisecond) // for the last lines of the log
	}
	if closing := browser.close(); closing != nil {
		err = errors.Join(err, fmt.Errorf("ending the browser: %w", closing))
	}
	if err != nil {
		lost := &LostError{Why: err.Error(), Log: browser.lastWords()}
		r.markStuck()
		for _, s := range left {
			if !s.isSettled() {
				lost.Open = append(lost.Open, s.c.Name)
			}
		}
		return lost
	}
	return nil
}

// remember notes an address that has no number in it: as the log names it, and as a request does.
func (r *run) remember(s *staged, address string) {
	forms := []string{address}
	if u, err := fetch.ParseURL(address); err == nil {
		href, _, _ := strings.Cut(u.Href(), "#")
		forms = append(forms, href)
	}
	for _, form := range slices.Compact(forms) {
		if other, taken := r.byURL[form]; taken && other != s {
			r.byURL[form] = nil // of nobody then
		} else {
			r.byURL[form] = s
		}
	}
}

func (r *run) launch() (*running, error) {
	start := r.world.Origins()["app"] + "/~/start"
	return r.engine.launch(r.world, start, r.hear)
}

var errNoContact = errors.New("the browser asked for nothing")

// wait returns when all steps have ended, or when there is no hope that they will.
func (r *run) wait(ctx context.Context, b *running) error {
	started := time.Now()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-r.done:
			return r.failed()
		case <-b.ended:
			return errors.New("the browser ended by itself")
		case <-ctx.Done():
			return fmt.Errorf("the run took too long: %w", ctx.Err())
		case <-tick.C:
		}
		r.mu.Lock()
		last, at := r.last, r.at
		r.mu.Unlock()
		switch {
		case last.IsZero() && time.Since(started) > r.world.patience.contact:
			return errNoContact
		case !last.IsZero() && time.Since(last) > r.world.patience.stall+r.sleeps(at):
			return fmt.Errorf("the page at %s, step %d of %d, gave no sign for %s", r.address(at), at+1, len(r.steps), r.world.patience.stall)
		}
	}
}

// markStuck marks the cases of the step at which the browser was lost.
func (r *run) markStuck() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.steps[r.at].stages {
		s.stuck = true
	}
}

// sleeps is the longest time a story of a step sleeps.
func (r *run) sleeps(n int) (longest time.Duration) {
	if n < 0 || n >= len(r.steps) {
		return 0
	}
	for _, s := range r.steps[n].stages {
		var sum time.Duration
		for _, a := range s.c.Asks {
			sum += a.After
		}
		longest = max(longest, sum)
	}
	return longest
}

func (r *run) beat() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = time.Now()
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = err
	}
	r.finish()
}

// finish is called with the lock held.
func (r *run) finish() {
	if !r.finished {
		r.finished = true
		close(r.done)
	}
}

func (r *run) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

func (r *run) staged(number int) *staged {
	for _, s := range r.stages {
		if s.number == number {
			return s
		}
	}
	return nil
}

// stagedAt finds the case a request belongs to.
func (r *run) stagedAt(q *request) *staged {
	if number, ok := numberIn(q.target); ok && strings.HasPrefix(q.target, casePrefix) {
		return r.staged(number)
	}
	return r.byURL[q.url()]
}

var quotedAddress = regexp.MustCompile(`[a-z][a-z0-9+.-]*:[^'"“”‘’ ]+`)

// hear takes a line of the browser's log. It belongs to the case whose address is in it.
func (r *run) hear(line string) {
	reason, ok := r.engine.reason(line)
	if !ok {
		return
	}
	var s *staged
	if number, ok := numberIn(reason.Text); ok {
		s = r.staged(number)
	}
	for _, address := range quotedAddress.FindAllString(reason.Text, -1) {
		if s == nil {
			s = r.byURL[strings.TrimSuffix(address, ".")]
		}
	}
	if s != nil {
		s.reason(reason)
	}
}

func (s *staged) isSettled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settled
}
