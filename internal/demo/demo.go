// Package demo is an API that gets CORS wrong in the usual ways, the questions that show it, and a server for it on
// loopback.
//
// Every route is a handler as people write it, with its mistake left in. [API.Apply] mends an answer from outside, so
// that advice can be put to the test.
package demo

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// The page that asks, and the API it asks.
const (
	Page = "https://app.example"
	Host = "api.example"
)

// A Case is one way to get it wrong.
type Case struct {
	Name     string // the route: the first element of its path
	Title    string // the mistake, in a sentence
	Scenario scenario.Scenario
}

// An API is the broken one. It is safe for concurrent use.
type API struct {
	mu    sync.Mutex
	edits map[string][]diagnose.Edit // by route
	asked map[string]int             // by method and path
}

// New makes an API in which nothing is mended yet.
func New() *API {
	return &API{edits: map[string][]diagnose.Edit{}, asked: map[string]int{}}
}

// Apply mends a route: from now on, the edits are made to its answers, those of preflights to preflights. A hop is not
// looked at: of the routes that redirect, none has two answers to mend.
func (a *API) Apply(route string, edits []diagnose.Edit) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.edits[route] = append(a.edits[route], edits...)
}

// Asked counts the requests that came for a path with a method.
func (a *API) Asked(method, path string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[method+" "+path]
}

// ServeHTTP answers as the route does, edits included.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	a.mu.Lock()
	a.asked[r.Method+" "+r.URL.Path]++
	edits := slices.Clone(a.edits[name])
	a.mu.Unlock()

	handler, ok := routes[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	draft := &draft{header: http.Header{}, status: http.StatusOK}
	handler(draft, r)
	draft.send(w, edits, phaseOf(r))
}

func phaseOf(r *http.Request) transcript.Phase {
	if r.Method == http.MethodOptions && r.Header.Get(wire.AccessControlRequestMethod) != "" {
		return transcript.PhasePreflight
	}
	return transcript.PhaseActual
}

// A draft is an answer that is not sent yet.
type draft struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (d *draft) Header() http.Header         { return d.header }
func (d *draft) WriteHeader(status int)      { d.status = status }
func (d *draft) Write(p []byte) (int, error) { return d.body.Write(p) }

// send makes the edits that are meant for this answer, and sends it.
func (d *draft) send(w http.ResponseWriter, edits []diagnose.Edit, phase transcript.Phase) {
	var head wire.Header
	for name, values := range d.header {
		for _, value := range values {
			head = append(head, wire.Field{Name: name, Value: value})
		}
	}
	for _, edit := range edits {
		if edit.Phase == phase {
			edit.Apply(&d.status, &head)
		}
	}
	for _, field := range head {
		w.Header().Add(field.Name, field.Value)
	}
	if d.status == http.StatusNoContent {
		d.body.Reset()
	} else {
		w.Header().Set(wire.ContentLength, strconv.Itoa(d.body.Len()))
	}
	w.WriteHeader(d.status)
	w.Write(d.body.Bytes()) //nolint:errcheck // whoever asked may have gone
}
