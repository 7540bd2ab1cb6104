package fetch_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// allowing answers every request at once and in memory.
type allowing struct{ preflight, actual fetch.NetworkResponse }

func (a *allowing) Exchange(_ context.Context, r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	answer := a.actual
	if r.Method == "OPTIONS" {
		answer = a.preflight
	}
	return &answer, nil
}

func (*allowing) RoundTrip(*http.Request) (*http.Response, error) {
	panic("an Exchanger is used as one")
}

func preflightedPut(tb testing.TB, console func(*transcript.Transcript)) (*fetch.Agent, *fetch.Request) {
	tb.Helper()
	const page = "https://app.example"
	from, err := origin.Parse(page)
	if err != nil {
		tb.Fatal(err)
	}
	target, err := fetch.ParseURL("https://api.example.net/orders/7")
	if err != nil {
		tb.Fatal(err)
	}
	root, err := fetch.ParseURL(page + "/")
	if err != nil {
		tb.Fatal(err)
	}
	transport := &allowing{
		preflight: fetch.NetworkResponse{Status: 204, Header: wire.Header{
			{Name: wire.AccessControlAllowOrigin, Value: page},
			{Name: wire.AccessControlAllowMethods, Value: "GET, PUT"},
			{Name: wire.AccessControlAllowHeaders, Value: "content-type, x-request-id"},
			{Name: wire.AccessControlMaxAge, Value: "0"}, // every request asks anew
			{Name: wire.Vary, Value: "Origin"},
		}},
		actual: fetch.NetworkResponse{Status: 200, Header: wire.Header{
			{Name: wire.AccessControlAllowOrigin, Value: page},
			{Name: wire.ContentType, Value: "application/json"},
			{Name: wire.Vary, Value: "Origin"},
		}},
	}
	agent := &fetch.Agent{Transport: transport, Console: console}
	return agent, &fetch.Request{
		Client: fetch.Client{Origin: from, URL: root}, Method: "PUT", URL: target,
		Header: wire.Header{{Name: wire.ContentType, Value: "application/json"}, {Name: "X-Request-Id", Value: "7"}},
	}
}

func simpleRequest(tb testing.TB, page, url string) *fetch.Request {
	tb.Helper()
	from, err := origin.Parse(page)
	if err != nil {
		tb.Fatal(err)
	}
	target, err := fetch.ParseURL(url)
	if err != nil {
		tb.Fatal(err)
	}
	return &fetch.Request{Client: fetch.Client{Origin: from}, URL: target}
}

// A PUT with two headers that need a preflight, judged in memory: the preflight and the request.
func BenchmarkPreflightedPut(b *testing.B) {
	for name, console := range map[string]func(*transcript.Transcript){
		"transcript=off": nil, "transcript=on": func(*transcript.Transcript) {},
	} {
		b.Run(name, func(b *testing.B) {
			agent, req := preflightedPut(b, console)
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				resp, err := agent.Fetch(ctx, req)
				if err != nil {
					b.Fatal(err)
				}
				if err := resp.Body.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A simple request over loopback: the agent beside a plain http.Client on the same server.
func BenchmarkLoopback(b *testing.B) {
	const page = "http://app.example"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(wire.AccessControlAllowOrigin, page)
		io.WriteString(w, "hello")
	}))
	defer server.Close()
	drain := func(b *testing.B, body io.ReadCloser, err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			b.Fatal(err)
		}
		if err := body.Close(); err != nil {
			b.Fatal(err)
		}
	}
	// The same headers for both: what a browser sends, and the server has to read.
	var sent http.Header
	b.Run("client=http", func(b *testing.B) {
		client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
		agent := &fetch.Agent{Console: func(t *transcript.Transcript) {
			sent = http.Header{}
			for _, f := range t.Exchanges[0].Request {
				sent.Set(f.Name, f.Value)
			}
		}}
		resp, err := agent.Fetch(context.Background(), simpleRequest(b, page, server.URL))
		drain(b, resp.Body, err)
		b.ReportAllocs()
		for b.Loop() {
			req, err := http.NewRequest(http.MethodGet, server.URL, http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			req.Header = sent
			resp, err := client.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			drain(b, resp.Body, err)
		}
	})
	b.Run("client=agent", func(b *testing.B) {
		agent := &fetch.Agent{}
		req := simpleRequest(b, page, server.URL)
		b.ReportAllocs()
		for b.Loop() {
			resp, err := agent.Fetch(context.Background(), req)
			drain(b, resp.Body, err)
		}
	})
}

// The work for a judged request is bounded, and small.
func TestPreflightedPutAllocations(t *testing.T) {
	agent, req := preflightedPut(t, nil)
	allocations := testing.AllocsPerRun(100, func() {
		resp, err := agent.Fetch(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 30 {
		t.Errorf("%v allocations for a preflighted PUT, want at most 30", allocations)
	}
}
