package corscope_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// The halves meet on the wire and nowhere else. This is where they are held against each other: what a policy says in
// plain words, what the server's half answers, and what every browser's half makes of the answer.

// A question is one page asking one server under a policy.
type question struct {
	policy      cors.Policy
	page        string
	method      string
	headers     []string
	credentials bool
}

func (q question) String() string {
	return fmt.Sprintf("%s: %s %v, credentials %t, under %s", q.page, q.method, q.headers, q.credentials, q.policy)
}

// allows is the policy read as a person reads it, one entry after the other.
func (q question) allows(p fetch.Profile) bool {
	return q.allowsOrigin() && (!q.credentials || q.policy.Credentials) && q.allowsMethod() &&
		!slices.ContainsFunc(q.headers, func(h string) bool { return !q.allowsHeader(h, p) })
}

func (q question) allowsOrigin() bool {
	return slices.ContainsFunc(q.policy.Origins, func(text string) bool {
		pattern, err := origin.ParsePattern(text)
		return err == nil && pattern.Matches(q.page)
	})
}

func (q question) allowsMethod() bool {
	return slices.Contains([]string{"GET", "HEAD", "POST"}, q.method) ||
		slices.Contains(q.policy.Methods, q.method) || slices.Contains(q.policy.Methods, "*")
}

func (q question) allowsHeader(name string, p fetch.Profile) bool {
	if slices.ContainsFunc(q.policy.RequestHeaders, func(h string) bool { return strings.EqualFold(h, name) }) {
		return true
	}
	star := slices.Contains(q.policy.RequestHeaders, "*")
	if strings.EqualFold(name, "Authorization") && !q.policy.Credentials {
		// The standard excepts it from the star. Engines do not, and the server cannot tell who asks.
		return star && slices.ContainsFunc(p.Quirks(), func(quirk fetch.Quirk) bool { return quirk.ID == "authorization-star" })
	}
	return star
}

// exposes: which of the answer's own headers the page reads.
func (q question) exposes(name string) bool {
	listed := slices.ContainsFunc(q.policy.ExposedHeaders, func(h string) bool { return strings.EqualFold(h, name) })
	return listed || slices.Contains(q.policy.ExposedHeaders, "*") && !q.credentials
}

// served answers as a handler behind the engine does, and notes what the engine decided.
type served struct {
	engine  *cors.Engine
	refused bool
}

func (s *served) RoundTrip(r *http.Request) (*http.Response, error) {
	h := http.Header{}
	decision := s.engine.Decide(cors.RequestOf(r))
	s.refused = s.refused || decision.Kind() != cors.Plain && !decision.Allowed()
	status := decision.Apply(h)
	if status == 0 {
		status = http.StatusOK
		h.Set("X-Total", "1")
		h.Set("Content-Type", "text/plain")
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(&bytes.Buffer{}), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
}

func pickOne[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// some takes each of the list with a chance of one in so many.
func some[T any](r *rand.Rand, in int, list ...T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(T) bool { return r.IntN(in) > 0 })
}

// draw draws a policy that compiles, and a question that it may or may not allow.
func draw(r *rand.Rand) (question, *cors.Engine) {
	for {
		q := question{
			policy: cors.Policy{
				Credentials:    r.IntN(2) == 0,
				Methods:        some(r, 2, "PUT", "PATCH", "DELETE", "CHICKEN"),
				RequestHeaders: some(r, 2, "X-A", "x-b", "Content-Type", "Authorization", "X-C", "X-D", "X-E", "X-F"),
				ExposedHeaders: some(r, 2, "X-Total", "ETag"),
				MaxAge:         pickOne[cors.MaxAge](r, 0, cors.NoCache, 600e9),
				Disclose:       pickOne(r, "", cors.DiscloseAsked, cors.DiscloseFull),
				PreflightVary:  r.IntN(4) == 0,
				Risks:          some(r, 2, cors.AnyRequestHeader, cors.NullOrigin, cors.InsecureOrigins),
			},
			page: pickOne(r, "https://app.example", "https://a.app.example", "https://b.a.app.example", "https://evilapp.example",
				"https://app.example:8443", "http://app.example", "http://localhost:3000", "null", "https://pr-7--site.example", "https://pr---site.example"),
			method:      pickOne(r, "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "CHICKEN", "patch"),
			headers:     some(r, 5, "X-A", "X-B", "Authorization", "x-c"),
			credentials: r.IntN(2) == 0,
		}
		if r.IntN(4) == 0 {
			q.policy.Origins = []string{"*"}
		} else {
			q.policy.Origins = some(r, 2, "https://app.example", "https://*.app.example", "https://{label}.app.example", "https://app.example:*",
				"http://localhost:{3000,5173}", "https://pr-*--site.example", "null", "http://app.example")
		}
		for _, list := range []*[]string{&q.policy.Methods, &q.policy.RequestHeaders, &q.policy.ExposedHeaders} {
			if r.IntN(5) == 0 {
				*list = append(*list, "*")
			}
		}
		if engine, err := cors.Compile(q.policy); err == nil {
			return q, engine
		}
	}
}

// judge asks as every browser and holds what comes of it against the policy. It reports how many may read.
func (q question) judge(t *testing.T, server http.RoundTripper) (allowed int) {
	t.Helper()
	for _, p := range fetch.Profiles() {
		record, resp := q.ask(t, server, p)
		want := q.allows(p)
		if got := record.Outcome() == transcript.Allowed; got != want {
			t.Fatalf("%s\nthe policy allows it: %t; %s shares it: %t, %v", q, want, p.Name, got, record.First())
		}
		if !want {
			continue
		}
		allowed++
		if reads := resp.Header.Contains("X-Total"); reads != q.exposes("X-Total") {
			t.Fatalf("%s\nX-Total is exposed: %t; %s reads it: %t", q, q.exposes("X-Total"), p.Name, reads)
		}
	}
	return allowed
}

func TestHalvesAgree(t *testing.T) {
	const questions = 20000
	r := rand.New(rand.NewPCG(1, 2))
	allowed := 0
	for range questions {
		q, engine := draw(r)
		server := &served{engine: engine}
		may := q.judge(t, server)
		if server.refused && may == len(fetch.Profiles()) {
			t.Fatalf("%s\nthe policy allows it, and the engine refused", q)
		}
		allowed += may
	}
	if share := 100 * allowed / (4 * questions); share < 10 || share > 90 {
		t.Errorf("%d %% are allowed: want both sides tried", share)
	}
}

// The same with the middleware, and a connection between the halves.
func TestHalvesAgreeOverTheWire(t *testing.T) {
	protect := cors.NewMiddleware(nil)
	server := httptest.NewTLSServer(protect.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Total", "1")
	})))
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	transport.TLSClientConfig.ServerName = "example.com" // as its certificate has it
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		q, engine := draw(r)
		protect.Swap(engine)
		q.judge(t, transport)
	}
}

func FuzzHalvesAgree(f *testing.F) {
	f.Add(uint64(1), uint64(1))
	f.Fuzz(func(t *testing.T, one, two uint64) {
		q, engine := draw(rand.New(rand.NewPCG(one, two)))
		q.judge(t, &served{engine: engine})
	})
}

// ask has the page ask, across origins whatever the page.
func (q question) ask(t *testing.T, server http.RoundTripper, p fetch.Profile) (record *transcript.Transcript, resp *fetch.Response) {
	t.Helper()
	page, err := origin.Parse(q.page)
	if err != nil {
		t.Fatal(err)
	}
	url, err := fetch.ParseURL("https://api.example/")
	if err != nil {
		t.Fatal(err)
	}
	agent := fetch.Agent{Transport: server, Profile: p, Console: func(done *transcript.Transcript) { record = done }}
	req := &fetch.Request{Client: fetch.Client{Origin: page}, Method: q.method, URL: url}
	for _, name := range q.headers {
		req.Header = append(req.Header, wire.Field{Name: name, Value: "1"})
	}
	if q.credentials {
		req.Credentials = fetch.CredentialsInclude
	}
	resp, err = agent.Fetch(context.Background(), req)
	if err != nil && !errors.Is(err, fetch.ErrFailed) {
		t.Fatalf("%s\n%v", q, err)
	}
	if resp != nil {
		resp.Body.Close()
	}
	return record, resp
}
