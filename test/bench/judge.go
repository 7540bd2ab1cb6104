package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A Judgement is what is wrong with a peer's answer to a row. The zero Judgement finds nothing wrong.
type Judgement uint8

// What may be wrong.
const (
	OtherVerdict Judgement = 1 << iota // a browser decides otherwise than the policy means
	WrongVary                          // a cache may give one origin's answer to another, or Vary of others is lost
	SharedSlices                       // what is done to one response's values is seen in another
)

// String has a letter for each: v, y, s.
func (j Judgement) String() string {
	var b strings.Builder
	for i, letter := range "vys" {
		if j>>i&1 == 1 {
			b.WriteRune(letter)
		}
	}
	return b.String()
}

// Judge asks what a peer's answer is worth. The wrap puts the peer's policy of the row in front of a handler. The error
// says that the question could not be put.
func Judge(row Row, wrap func(http.Handler) (http.Handler, error)) (Judgement, error) {
	h, err := wrap(http.HandlerFunc(total))
	if err != nil {
		return 0, err
	}
	var j Judgement
	allowed, err := verdict(row, h)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", row.ID, err)
	}
	if allowed != row.Allowed {
		j |= OtherVerdict
	}
	if !variesRight(row, h) {
		j |= WrongVary
	}
	if !isAliasSafe(row, h) {
		j |= SharedSlices
	}
	return j, nil
}

// total is a handler whose answer holds a header that the policy exposes.
func total(w http.ResponseWriter, _ *http.Request) {
	w.Header()["X-Total"] = []string{"42"}
	io.WriteString(w, "ok") //nolint:errcheck // in memory
}

// verdict asks the browser's half: may the page read what the policy lets it read?
func verdict(row Row, h http.Handler) (allowed bool, err error) {
	answer := respond(h, row.Request(), http.Header{})
	page := row.Page
	switch {
	case page.Origin == "" && !row.IsPreflight(): // no page has such an origin, but the check stands on its own
		faults := fetch.CORSCheck(row.Header.Get("Origin"), credentials(row), fields(answer.header))
		return len(faults) == 0, nil
	case page.Origin == "": // no browser asks so; would it find more in the answer than the policy allows?
		page = Page{Origin: row.Header.Get("Origin"), Method: "PUT", Header: []string{"X-Evil"}}
	}
	at, err := origin.Parse(page.Origin)
	if err != nil {
		return false, err
	}
	target, err := fetch.ParseURL(api)
	if err != nil {
		return false, err
	}
	var header wire.Header
	for _, name := range page.Header {
		header.Append(name, "application/json")
	}
	agent := &fetch.Agent{Transport: server{h, row, answer}}
	got, err := agent.Fetch(context.Background(), &fetch.Request{
		Client: fetch.Client{Origin: at}, URL: target, Method: page.Method, Header: header, Credentials: credentials(row),
	})
	if err != nil {
		return false, nil //nolint:nilerr // a page that is told nothing: that is the verdict
	}
	defer got.Body.Close()
	_, readable := got.Header.Get("X-Total")
	body, err := io.ReadAll(got.Body)
	return readable && string(body) == "ok", err
}

func credentials(row Row) fetch.Credentials {
	if row.Sizes == Every {
		return fetch.CredentialsOmit
	}
	return fetch.CredentialsInclude
}

// A server answers a browser: to requests such as the row's, with the answer to that; to others as the handler does.
type server struct {
	handler http.Handler
	row     Row
	answer  *response
}

// RoundTrip implements [http.RoundTripper].
func (s server) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := s.answer
	if r.Method != s.row.Method {
		answer = respond(s.handler, r, http.Header{})
	}
	return &http.Response{
		StatusCode: answer.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: answer.header.Clone(), Body: io.NopCloser(bytes.NewReader(answer.body.Bytes())), ContentLength: int64(answer.body.Len()),
	}, nil
}

// variesRight reports whether Vary names Origin where the answer depends on it and a cache may keep it, and whether what
// an outer handler wrote there is left. Answers to OPTIONS are not kept by caches.
func variesRight(row Row, h http.Handler) bool {
	for _, before := range [][]string{nil, {"Accept-Encoding"}} {
		header := http.Header{}
		if before != nil {
			header["Vary"] = slices.Clone(before)
		}
		got := fields(respond(h, row.Request(), header).header)
		if before != nil && !got.VaryCovers(before[0]) {
			return false
		}
		if !row.IsPreflight() && row.Sizes != Every && !got.VaryCovers("Origin") {
			return false
		}
	}
	return true
}

// isAliasSafe lets a handler do its worst to one value after the other, and looks at the other values of that response,
// at a response before it and at one after it.
func isAliasSafe(row Row, h http.Handler) bool {
	ask := func() http.Header { return respond(h, row.Request(), http.Header{}).header }
	earlier := ask()
	want := earlier.Clone()
	same := func(a, b http.Header) bool { return maps.EqualFunc(a, b, slices.Equal[[]string]) }
	for name := range want {
		spoilt := ask()
		mend := spoil(spoilt[name])
		others := maps.Clone(spoilt)
		others[name] = want[name]
		safe := same(others, want) && same(earlier, want) && same(ask(), want)
		mend()
		if !safe {
			return false
		}
	}
	return true
}

// spoil changes a value's lines and the room behind them, where append would write. A peer that shares it with all its
// responses, even those of other policies, would stay spoilt for good: mend takes it back.
func spoil(lines []string) (mend func()) {
	all := lines[:cap(lines)]
	kept := slices.Clone(all)
	for i := range all {
		all[i] = "spoilt"
	}
	return func() { copy(all, kept) }
}

// fields is a header as it is sent.
func fields(h http.Header) (list wire.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			list.Append(name, value)
		}
	}
	return list
}

// A response is what a handler wrote.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func respond(h http.Handler, r *http.Request, header http.Header) *response {
	w := &response{header: header}
	h.ServeHTTP(w, r)
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w
}

// Header implements [http.ResponseWriter].
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *response) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements [http.ResponseWriter].
func (w *response) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}
