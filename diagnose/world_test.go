package diagnose_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A story is a page's request and the servers it meets. Its script holds answers, one a paragraph: a line
// "METHOD URL -> status" or "METHOD URL -> net-code the transport's words", then the header.
type story struct {
	page        string // empty means https://app.example; "null" a sandboxed frame
	initiator   fetch.Initiator
	crossOrigin fetch.CrossOrigin
	method, url string
	header      wire.Header
	mode        fetch.Mode
	credentials fetch.Credentials
	redirect    fetch.Redirect
	profile     fetch.Profile
	cookies     []cookie.Cookie
	hsts        string // a host that wants https
	script      string
}

type answer struct {
	status  int
	header  wire.Header
	failure *fetch.NetworkError
	held    bool
}

// A world plays a script, after the edits, and records what its browser sees.
type world struct {
	t       testing.TB
	answers map[string]answer
	edits   []diagnose.Edit
	hop     int // answers to the request itself so far
}

func (w *world) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("an Exchanger is used as one")
}

func (w *world) Exchange(_ context.Context, r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	key := r.Method + " " + r.URL.Href()
	a, ok := w.answers[key]
	if !ok {
		w.t.Fatalf("the script has no answer to %s", key)
	}
	if a.held {
		return nil, fetch.ErrNotSent
	}
	if a.failure != nil {
		return nil, a.failure
	}
	phase := transcript.PhaseActual
	if r.Method == "OPTIONS" && r.Header.Contains(wire.AccessControlRequestMethod) {
		phase = transcript.PhasePreflight
	}
	status, header := a.status, a.header.Clone()
	for _, e := range w.edits {
		if e.Phase == phase && e.Hop == w.hop {
			e.Apply(&status, &header)
		}
	}
	if phase == transcript.PhaseActual {
		w.hop++
	}
	return &fetch.NetworkResponse{Status: status, Header: header, Body: io.NopCloser(strings.NewReader("")), Proto: "HTTP/1.1"}, nil
}

func parseScript(t testing.TB, script string) map[string]answer {
	t.Helper()
	answers := map[string]answer{}
	var key string
	for lines := bufio.NewScanner(strings.NewReader(script)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if before, after, ok := strings.Cut(line, " -> "); ok {
			key = before
			word, rest, _ := strings.Cut(after, " ")
			a := answer{}
			if n, err := strconv.Atoi(word); err == nil {
				a.status = n
			} else if a.held = word == "held"; !a.held {
				a.failure = &fetch.NetworkError{Code: transcript.Code(word), Text: rest}
			}
			answers[key] = a
		} else if line != "" {
			name, value, _ := strings.Cut(line, ":")
			a := answers[key]
			a.header = append(a.header, wire.Field{Name: name, Value: strings.TrimSpace(value)})
			answers[key] = a
		}
	}
	return answers
}

func mustOrigin(t testing.TB, text string) origin.Origin {
	t.Helper()
	if text == "" {
		text = "https://app.example"
	}
	o, err := origin.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var noon = time.Date(2026, 7, 2, 12, 0, 0, 0, time.UTC)

// play fetches what the story asks, of servers repaired by the edits.
func (s story) play(t testing.TB, edits ...diagnose.Edit) *transcript.Transcript {
	t.Helper()
	w := &world{t: t, answers: parseScript(t, s.script), edits: edits}
	jar := &cookie.Jar{}
	for _, c := range s.cookies {
		jar.Set(c, noon)
	}
	var record *transcript.Transcript
	agent := &fetch.Agent{
		Transport: w, Profile: s.profile, Cookies: jar, Clock: func() time.Time { return noon },
		Console: func(t *transcript.Transcript) { record = t },
		HSTS:    func(host string) bool { return host == s.hsts },
	}
	u, err := fetch.ParseURL(s.url)
	if err != nil {
		t.Fatal(err)
	}
	req := &fetch.Request{
		Client: fetch.Client{Origin: mustOrigin(t, s.page)}, Initiator: s.initiator, Method: s.method, URL: u, Header: s.header,
		Mode: s.mode, Credentials: s.credentials, Redirect: s.redirect, CrossOrigin: s.crossOrigin,
	}
	resp, err := agent.Fetch(context.Background(), req)
	if err == nil {
		resp.Body.Close()
	}
	if record == nil {
		t.Fatal("nothing was recorded")
	}
	return record
}

// repairs collects what all errors ask of the servers.
func repairs(findings []diagnose.Finding) []diagnose.Edit {
	var edits []diagnose.Edit
	for _, f := range findings {
		if f.Severity == diagnose.Error {
			edits = append(edits, f.Fix.Edits...)
		}
	}
	return edits
}

// foretold reports whether the findings speak of a code that stands first once they are mended: by name, or as
// something that has not been seen.
func foretold(findings []diagnose.Finding, next *transcript.Verdict) bool {
	return slices.ContainsFunc(findings, func(f diagnose.Finding) bool {
		return f.Hypothetical && (f.Code == next.Code || f.Code == diagnose.NotReached)
	})
}

func codesOf(findings []diagnose.Finding) []transcript.Code {
	var codes []transcript.Code
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func hasHint(f diagnose.Finding, part string) bool {
	return slices.ContainsFunc(f.Hints, func(h string) bool { return strings.Contains(h, part) })
}

func field(name, value string) wire.Header { return wire.Header{{Name: name, Value: value}} }
