package probe_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/probe"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A server is a transport that answers by itself and counts.
type server struct {
	answer func(r *http.Request, n int) (status int, header http.Header, err error)
	asked  []string // methods, in order
	closed int      // bodies
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, r.Method)
	status, header, err := s.answer(r, len(s.asked))
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: header, Proto: "HTTP/1.1", Body: &body{s}, Request: r}, nil
}

// A body is never read: a server may send it for ever.
type body struct{ s *server }

func (b *body) Read([]byte) (int, error) { return 0, errors.New("the body was read") }
func (b *body) Close() error             { b.s.closed++; return nil }

func (s *server) methods() string { return strings.Join(s.asked, " ") }

// generous allows what it is asked for.
func generous(*http.Request, int) (int, http.Header, error) {
	return 200, http.Header{
		"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Methods": {"PUT, DELETE"}, "Access-Control-Allow-Headers": {"*"},
	}, nil
}

func question(method string, headers ...wire.Field) probe.Question {
	s := scenario.Scenario{
		Page:    scenario.Page{Origin: "https://app.example"},
		Request: scenario.Request{Method: method, URL: "https://api.example/x", Headers: headers},
	}
	return probe.Question{Request: s.FetchRequest}
}

func ask(t *testing.T, s *server, send bool, q probe.Question, profiles ...fetch.Profile) []*transcript.Transcript {
	t.Helper()
	records, err := probe.Asker{Transport: s, Send: send}.Ask(t.Context(), q, profiles...)
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(profiles) {
		t.Fatalf("%d records of %d browsers", len(records), len(profiles))
	}
	return records
}

func outcomes(records []*transcript.Transcript) string {
	var words []string
	for _, r := range records {
		words = append(words, string(r.Outcome()))
	}
	return strings.Join(words, " ")
}

func TestTheServerIsAskedOnce(t *testing.T) {
	for _, tt := range []struct {
		method, asked, outcomes string
		send                    bool
		why                     string
	}{
		{"GET", "GET", "allowed allowed allowed allowed", false, "one answer serves all"},
		{"HEAD", "HEAD", "allowed allowed allowed allowed", false, "HEAD is safe"},
		{"PUT", "OPTIONS", "unknown unknown unknown unknown", false, "the preflight is asked, the request held back"},
		{"PUT", "OPTIONS PUT", "allowed allowed allowed allowed", true, "sent, and once"},
		{"POST", "", "unknown unknown unknown unknown", false, "no preflight: nothing at all"},
		{"POST", "POST", "allowed allowed allowed allowed", true, "sent, and once"},
	} {
		s := &server{answer: generous}
		records := ask(t, s, tt.send, question(tt.method), fetch.Profiles()...)
		if got := s.methods(); got != tt.asked {
			t.Errorf("%s, send %v: the server was asked %q, want %q: %s", tt.method, tt.send, got, tt.asked, tt.why)
		}
		if got := outcomes(records); got != tt.outcomes {
			t.Errorf("%s, send %v: %s, want %s: %s", tt.method, tt.send, got, tt.outcomes, tt.why)
		}
		if s.closed != len(s.asked) {
			t.Errorf("%d bodies closed of %d", s.closed, len(s.asked))
		}
		for _, r := range records {
			if held := r.Unsent != ""; held != (r.Outcome() == transcript.Unknown) {
				t.Errorf("%s %s: unsent %q", tt.method, r.Outcome(), r.Unsent)
			}
		}
	}
}

func TestFailuresAreReplayedToo(t *testing.T) {
	s := &server{answer: func(*http.Request, int) (int, http.Header, error) { return 0, nil, errors.New("gone") }}
	records := ask(t, s, false, question("GET"), fetch.Profiles()...)
	if got := s.methods(); got != "GET" {
		t.Errorf("the server was asked %q: a host that is down is waited for once", got)
	}
	if got := outcomes(records); got != "not-cors not-cors not-cors not-cors" {
		t.Error(got)
	}
}

// Another browser takes another road: here Firefox, which sends a User-Agent that script set and so asks first.
func TestUnrecordedSafeRequestsAreMade(t *testing.T) {
	s := &server{answer: generous}
	records := ask(t, s, false, question("GET", wire.Field{Name: "User-Agent", Value: "mine"}), fetch.Chromium, fetch.Firefox)
	if got := s.methods(); got != "GET OPTIONS" {
		t.Errorf("the server was asked %q, want Chromium's GET and Firefox's OPTIONS", got)
	}
	if got := outcomes(records); got != "allowed allowed" {
		t.Error(got)
	}
}

// The standard stops at the preflight, since "*" does not cover Authorization; Chromium would go on.
func TestUnrecordedUnsafeRequestsAreNot(t *testing.T) {
	authorization := wire.Field{Name: "Authorization", Value: "Bearer x"}
	s := &server{answer: generous}
	records := ask(t, s, true, question("PUT", authorization), fetch.Standard, fetch.Chromium)
	if got := s.methods(); got != "OPTIONS" {
		t.Errorf("the server was asked %q, want OPTIONS alone: only the first browser sends", got)
	}
	if got := outcomes(records); got != "blocked unknown" {
		t.Error(got)
	}
	if !strings.Contains(records[1].Unsent, "PUT") {
		t.Errorf("unsent: %q", records[1].Unsent)
	}
}

func TestAnUnsafeRequestIsNotRepeated(t *testing.T) {
	s := &server{answer: func(r *http.Request, _ int) (int, http.Header, error) {
		status, header, err := generous(r, 0)
		if r.Method == "PUT" {
			status = 307
			header.Set("Location", "/x")
		}
		return status, header, err
	}}
	records := ask(t, s, true, question("PUT"), fetch.Profiles()...)
	if got := strings.Count(s.methods(), "PUT"); got != 1 {
		t.Errorf("%d PUT, want one: a redirect to itself is no reason", got)
	}
	if records[0].Outcome() != transcript.Unknown || records[0].Unsent == "" {
		t.Errorf("%s, unsent %q", records[0].Outcome(), records[0].Unsent)
	}
}

// A server that changes its mind is heard out once, and every browser hears it in that order.
func TestAnswersKeepTheirOrder(t *testing.T) {
	s := &server{answer: func(_ *http.Request, n int) (int, http.Header, error) {
		header := http.Header{"Access-Control-Allow-Origin": {"*"}, "X-N": {strconv.Itoa(n)}}
		if n < 3 {
			header.Set("Location", "/x")
			return 302, header, nil
		}
		return 200, header, nil
	}}
	for _, r := range ask(t, s, false, question("GET"), fetch.Chromium, fetch.Firefox) {
		if len(r.Exchanges) != 3 || r.Exchanges[2].Status != 200 {
			t.Fatalf("%s: %d exchanges", r.Profile, len(r.Exchanges))
		}
		for i, e := range r.Exchanges {
			if n, _ := e.Response.Get("X-N"); n != strconv.Itoa(i+1) {
				t.Errorf("%s: answer %s came as number %d", r.Profile, n, i+1)
			}
		}
	}
	if got := s.methods(); got != "GET GET GET" {
		t.Errorf("the server was asked %q", got)
	}
}

func TestTimeoutIsUnknown(t *testing.T) {
	s := &server{answer: func(r *http.Request, _ int) (int, http.Header, error) {
		<-r.Context().Done()
		return 0, nil, r.Context().Err()
	}}
	records, err := probe.Asker{Transport: s, Timeout: 10 * time.Millisecond}.Ask(t.Context(), question("GET"), fetch.Chromium, fetch.Firefox)
	if err != nil {
		t.Fatal(err)
	}
	if got := outcomes(records); got != "unknown unknown" || len(s.asked) != 1 {
		t.Errorf("%s after %d requests", got, len(s.asked))
	}
}

func TestImpossibleRequestsAreErrors(t *testing.T) {
	image := scenario.Scenario{
		Page: scenario.Page{Origin: "https://app.example"}, Initiator: fetch.ByImage,
		Request: scenario.Request{Method: "PUT", URL: "https://api.example/x"},
	}
	s := &server{answer: generous}
	_, err := probe.Asker{Transport: s}.Ask(t.Context(), probe.Question{Request: image.FetchRequest}, fetch.Chromium)
	if impossible := (*fetch.RequestError)(nil); !errors.As(err, &impossible) {
		t.Errorf("%v, want a request that cannot be made", err)
	}
	// What a page may try, and a browser refuses, is a finding.
	records := ask(t, s, false, question("TRACE"), fetch.Chromium)
	if first := records[0].First(); first == nil || first.Code != transcript.MethodForbidden {
		t.Errorf("%+v", first)
	}
	broken := errors.New("no question")
	_, err = probe.Asker{Transport: s}.Ask(t.Context(), probe.Question{Request: func() (*fetch.Request, error) { return nil, broken }}, fetch.Chromium)
	if !errors.Is(err, broken) {
		t.Errorf("%v, want the question's own error", err)
	}
	if len(s.asked) != 0 {
		t.Errorf("the server was asked %q", s.methods())
	}
}

func TestEveryBrowserHasItsOwnCookies(t *testing.T) {
	s := &server{answer: func(*http.Request, int) (int, http.Header, error) {
		return 200, http.Header{
			"Access-Control-Allow-Origin": {"https://app.example"}, "Access-Control-Allow-Credentials": {"true"},
			"Set-Cookie": {"seen=1; SameSite=None; Secure"},
		}, nil
	}}
	q := question("GET")
	made := 0
	var jars []*cookie.Jar
	q.Cookies = func() *cookie.Jar {
		made++
		jars = append(jars, new(cookie.Jar))
		return jars[made-1]
	}
	q.Request = scenario.Scenario{
		Page:    scenario.Page{Origin: "https://app.example"},
		Request: scenario.Request{URL: "https://api.example/x", Credentials: fetch.CredentialsInclude},
	}.FetchRequest
	ask(t, s, false, q, fetch.Chromium, fetch.WebKit)
	now := time.Now()
	if made != 2 || len(jars[0].All(now)) != 1 || len(jars[1].All(now)) != 0 {
		t.Errorf("%d jars: Chromium keeps a third party's cookie, WebKit does not", made)
	}
}

func TestCancelledIsUnknown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &server{answer: func(r *http.Request, _ int) (int, http.Header, error) {
		cancel()
		return 0, nil, r.Context().Err()
	}}
	records, err := probe.Asker{Transport: s}.Ask(ctx, question("GET"), fetch.Chromium)
	if err != nil || outcomes(records) != "unknown" {
		t.Errorf("%s, %v", outcomes(records), err)
	}
}
