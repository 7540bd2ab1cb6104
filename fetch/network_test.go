package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A network answers by a script and remembers what was asked.
type network struct {
	answer func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error)

	mu   sync.Mutex
	sent []sent
	read int // how many of sent have been taken
}

type sent struct {
	Method, URL string
	Header      wire.Header
	Body        string
}

// get is the one value of a header, "absent" where there is none and all of them where there are several.
func (s sent) get(name string) string {
	values := s.Header.Values(name)
	if len(values) == 0 {
		return "absent"
	}
	return strings.Join(values, " AND ")
}

func (n *network) Exchange(_ context.Context, r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	s := sent{Method: r.Method, URL: r.URL.String(), Header: r.Header.Clone()}
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		s.Body = string(text)
	}
	n.mu.Lock()
	n.sent = append(n.sent, s)
	n.mu.Unlock()
	return n.answer(r)
}

func (*network) RoundTrip(*http.Request) (*http.Response, error) {
	panic("an Exchanger is used as one")
}

// take lists the requests since the last take, as "METHOD URL".
func (n *network) take() string {
	var lines []string
	for _, s := range n.sent[n.read:] {
		lines = append(lines, s.Method+" "+s.URL)
	}
	n.read = len(n.sent)
	return strings.Join(lines, ", ")
}

func (n *network) last() sent { return n.sent[len(n.sent)-1] }

// turns gives one answer after the other; a nil answer, and all after the last, is a refused connection.
func turns(answers ...*fetch.NetworkResponse) func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	n := 0
	return func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		if n++; n > len(answers) || answers[n-1] == nil {
			return nil, syscall.ECONNREFUSED
		}
		return answers[n-1], nil
	}
}

// always gives the same answer to everything.
func always(status int, lines ...string) func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	return func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) { return reply(status, lines...), nil }
}

// reply is an answer with header lines "Name: value", and a body after an empty line.
func reply(status int, lines ...string) *fetch.NetworkResponse {
	answer := &fetch.NetworkResponse{Status: status}
	if at := slices.Index(lines, ""); at >= 0 {
		answer.Body = io.NopCloser(strings.NewReader(strings.Join(lines[at+1:], "\n")))
		lines = lines[:at]
	}
	answer.Header = headers(lines...)
	return answer
}

// headers reads "Name: value" lines.
func headers(lines ...string) wire.Header {
	var h wire.Header
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		if !found {
			panic("a header without a colon: " + line)
		}
		h = append(h, wire.Field{Name: name, Value: strings.Trim(value, " ")})
	}
	return h
}

// A tab is a page in a browser on a network.
type tab struct {
	fetch.Agent
	net    *network
	client fetch.Client
	at     time.Time
	record *transcript.Transcript
}

const home = "https://page.example"

var noon = time.Date(2026, 7, 2, 12, 0, 0, 0, time.UTC)

// open shows the page at home in the standard's browser.
func open(answer func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error)) *tab {
	return openIn(fetch.Standard, home+"/dir/index.html?q#f", answer)
}

// openIn shows a page in some browser; "null" stands for a sandboxed one.
func openIn(p fetch.Profile, page string, answer func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error)) *tab {
	b := &tab{net: &network{answer: answer}, at: noon}
	b.Transport, b.Profile = b.net, p
	b.Clock = func() time.Time { return b.at }
	b.Console = func(t *transcript.Transcript) { b.record = t }
	if page == "null" {
		b.client.Origin = origin.NewOpaque()
	} else {
		b.client.URL = link(page)
		b.client.Origin = b.client.URL.Origin()
	}
	return b
}

func link(text string) *fetch.URL {
	u, err := fetch.ParseURL(text)
	if err != nil {
		panic(err)
	}
	return u
}

func originOf(text string) origin.Origin {
	o, err := origin.Parse(text)
	if err != nil {
		panic(err)
	}
	return o
}

// ask makes a request as the page, and checks what holds of every fetch.
func (b *tab) ask(t testing.TB, req fetch.Request) (*fetch.Response, error) {
	t.Helper()
	if req.Client == (fetch.Client{}) {
		req.Client = b.client
	}
	b.record = nil
	resp, err := b.Fetch(t.Context(), &req)
	if resp != nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	checkConsistent(t, b.record, resp, err)
	return resp, err
}

// get is ask for a bare GET.
func (b *tab) get(t testing.TB, target string) (*fetch.Response, error) {
	t.Helper()
	return b.ask(t, fetch.Request{URL: link(target)})
}

// verdict is the code that blocked the last fetch, or the response's type.
func (b *tab) verdict() string {
	if v := b.record.First(); v != nil {
		return string(v.Code)
	}
	if b.record.Result != nil {
		return b.record.Result.Type
	}
	return "nothing"
}

// noted lists the subjects of the verdicts with that code.
func (b *tab) noted(code transcript.Code) []string {
	var subjects []string
	for _, v := range b.record.Verdicts {
		if v.Code == code {
			subjects = append(subjects, v.Subject)
		}
	}
	return subjects
}

// checkConsistent: the page gets a response or an error, never both, and the console agrees with it.
func checkConsistent(t testing.TB, record *transcript.Transcript, resp *fetch.Response, err error) {
	t.Helper()
	if (resp == nil) == (err == nil) {
		t.Fatalf("response %v and error %v: want exactly one", resp, err)
	}
	if record == nil {
		t.Fatal("the console was told nothing")
	}
	deciding := 0
	for _, v := range record.Verdicts {
		if v.Blocks && !v.Hypothetical {
			deciding++
		}
		if v.Spec == "" || v.Phase == "" {
			t.Errorf("verdict %+v has no spec or no phase", v)
		}
		if v.Exchange < 0 || v.Exchange > len(record.Exchanges) {
			t.Errorf("verdict %+v judges an exchange that is not there", v)
		}
	}
	if deciding > 1 {
		t.Errorf("%d verdicts decided, want at most one: %+v", deciding, record.Verdicts)
	}
	if resp != nil {
		if deciding != 0 || record.Result == nil {
			t.Errorf("the page got a response; the console says %+v", record.Verdicts)
		}
		if resp.Body == nil {
			t.Error("the body is nil")
		}
		return
	}
	if record.Result != nil {
		t.Errorf("the page got an error; the console has result %+v", record.Result)
	}
	var made *fetch.RequestError
	if !errors.Is(err, fetch.ErrFailed) && !errors.As(err, &made) && !errors.Is(err, context.Canceled) {
		t.Errorf("the page got %v, want ErrFailed or a RequestError", err)
	}
	if errors.Is(err, fetch.ErrFailed) && deciding != 1 && record.Unsent == "" {
		t.Errorf("failed with %d deciding verdicts", deciding)
	}
}

// text reads what the page may read.
func text(t testing.TB, resp *fetch.Response) string {
	t.Helper()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}
