package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// serve starts a server and gives its origin.
func serve(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL
}

// pageAt is a net/http client that behaves as a page of that origin.
func pageAt(agent *fetch.Agent, page string, credentials fetch.Credentials) *http.Client {
	return &http.Client{Transport: agent.RoundTripper(fetch.Client{Origin: originOf(page)}, credentials)}
}

func send(t *testing.T, client *http.Client, method, target string, h http.Header, body io.Reader) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range h {
		req.Header[name] = values
	}
	resp, err := client.Do(req)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

func all(t *testing.T, resp *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRoundTripperShares(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "http://page.example")
		h.Set("Content-Type", "text/plain")
		h.Set("X-Hidden", "1")
		h.Set("X-Shown", "1")
		h.Set("Access-Control-Expose-Headers", "X-Shown")
		h.Add("Set-Cookie", "a=b")
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	})
	resp, err := send(t, pageAt(&fetch.Agent{}, "http://page.example", ""), "GET", server+"/x", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 418 || resp.Status != "418 I'm a teapot" || all(t, resp) != "short and stout" || resp.Request == nil || resp.Request.URL.String() != server+"/x" {
		t.Errorf("%+v", resp)
	}
	for name, want := range map[string]string{"X-Shown": "1", "Content-Type": "text/plain", "X-Hidden": "", "Set-Cookie": "", "Access-Control-Allow-Origin": ""} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestRoundTripperBlocks(t *testing.T) {
	requests := 0
	server := serve(t, func(http.ResponseWriter, *http.Request) { requests++ })
	_, err := send(t, pageAt(&fetch.Agent{}, "http://page.example", ""), "GET", server, nil, nil)
	var wrapped *url.Error
	if !errors.As(err, &wrapped) || wrapped.Err != fetch.ErrFailed || requests != 1 { //nolint:errorlint // nothing may be wrapped
		t.Errorf("%v after %d requests", err, requests)
	}
	if _, err = send(t, pageAt(&fetch.Agent{}, "http://page.example", ""), "PUT", server, nil, strings.NewReader("x")); err == nil || requests != 2 {
		t.Errorf("a preflight without a word: %v after %d requests", err, requests)
	}
	if _, err = (&fetch.Agent{}).RoundTripper(fetch.Client{}, "").RoundTrip(&http.Request{Method: "GET"}); err == nil {
		t.Error("a request without a URL is made")
	}
	if _, err = (&fetch.Agent{}).RoundTripper(fetch.Client{}, "").RoundTrip(&http.Request{Method: "GET", URL: &url.URL{Path: "/x"}}); err == nil {
		t.Error("a relative URL is asked for")
	}
	if _, err = send(t, pageAt(&fetch.Agent{}, "http://page.example", ""), "TRACE", server, nil, nil); err == nil || requests != 2 {
		t.Errorf("TRACE: %v", err)
	}
}

// Redirects are followed within, under the page's rules.
func TestRoundTripperFollows(t *testing.T) {
	final := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		io.WriteString(w, r.Method+" "+r.URL.Path+" from "+r.Header.Get("Origin"))
	})
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		http.Redirect(w, r, final+"/2", http.StatusFound)
	})
	resp, err := send(t, pageAt(&fetch.Agent{}, "http://page.example", ""), "POST", first+"/1", nil, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	if got := all(t, resp); got != "GET /2 from null" {
		t.Errorf("%q: a tainted GET", got)
	}
}

// The request's body is closed whatever happens, and its headers stay as they were.
func TestRoundTripperKeepsItsContract(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	for _, method := range []string{"POST", "PUT", "GET", "TRACE"} {
		body := &watchedBody{}
		u, err := url.Parse(server)
		if err != nil {
			t.Fatal(err)
		}
		req := &http.Request{Method: method, URL: u, Body: body, Header: http.Header{"Content-Type": {"text/plain"}}}
		resp, err := (&fetch.Agent{}).RoundTripper(fetch.Client{Origin: originOf(server)}, "").RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		if !body.closed || len(req.Header) != 1 {
			t.Errorf("%s: closed %v, header %v", method, body.closed, req.Header)
		}
	}
}

// A request whose body cannot be closed has failed, and its response is closed.
func TestRoundTripperBodyThatCannotBeClosed(t *testing.T) {
	watched := &watchedBody{}
	b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		return &fetch.NetworkResponse{Status: 200, Body: watched}, nil
	})
	req := &http.Request{Method: "POST", URL: &url.URL{Scheme: "https", Host: "page.example"}, Body: unclosable{strings.NewReader("x")}}
	resp, err := b.RoundTripper(b.client, "").RoundTrip(req)
	if resp != nil || err == nil || err.Error() != "secret" || !watched.closed {
		t.Errorf("%v, %v, closed %v", resp, err, watched.closed)
	}
}

func TestRoundTripperDecodes(t *testing.T) {
	zipped := packed(t, "plain", asGzip)
	for _, row := range []struct{ why, coding, body, want, length string }{
		{"gzip is undone, and the header with it", "gzip", zipped, "plain", ""},
		{"what is not undone stays", "br", "brotli", "brotli", "6"},
		{"no coding", "", "plain", "plain", "5"},
	} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Accept-Encoding"); got != "gzip, deflate" {
				t.Errorf("Accept-Encoding %q", got)
			}
			if row.coding != "" {
				w.Header().Set("Content-Encoding", row.coding)
			}
			io.WriteString(w, row.body)
		})
		resp, err := send(t, pageAt(&fetch.Agent{}, server, ""), "GET", server, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := all(t, resp); got != row.want || resp.Uncompressed != (row.coding == "gzip") || (resp.Header.Get("Content-Encoding") == "") != (row.coding != "br") || resp.Header.Get("Content-Length") != row.length {
			t.Errorf("%s: %q, %v, %v", row.why, got, resp.Uncompressed, resp.Header)
		}
	}
}

// Shared from elsewhere the coding is hidden from the page; the length of what it reads is not that of the wire.
func TestRoundTripperLengthOfDecoded(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, packed(t, "plain", asGzip))
	})
	resp, err := send(t, pageAt(&fetch.Agent{}, "http://page.example", ""), "GET", server, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := all(t, resp); got != "plain" || resp.ContentLength != -1 {
		t.Errorf("%q of length %d", got, resp.ContentLength)
	}
}

func TestRoundTripperCookies(t *testing.T) {
	var carried []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		carried = append(carried, r.Header.Get("Cookie"))
		w.Header().Set("Set-Cookie", "c=1")
	})
	agent := &fetch.Agent{Cookies: new(cookie.Jar)}
	for _, credentials := range []fetch.Credentials{"", fetch.CredentialsOmit, fetch.CredentialsInclude} {
		if _, err := send(t, pageAt(agent, server, credentials), "GET", server, http.Header{"Cookie": {"set=by-hand"}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"", "", "c=1"}; !slices.Equal(carried, want) {
		t.Errorf("%q, want %q", carried, want)
	}
}

// The first byte reaches the page before the handler has ended.
func TestRoundTripperStreams(t *testing.T) {
	release := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, " last")
	})
	resp, err := send(t, pageAt(&fetch.Agent{}, server, ""), "GET", server, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "first" {
		t.Errorf("%q, %v", first, err)
	}
	close(release)
	if got := all(t, resp); got != " last" {
		t.Errorf("%q", got)
	}
}

// A gzip stream is decoded as it comes.
func TestRoundTripperStreamsDecoded(t *testing.T) {
	zipped := packed(t, strings.Repeat("0123456789", 10), asGzip)
	release := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, zipped[:len(zipped)-4])
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, zipped[len(zipped)-4:])
	})
	defer func() {
		select {
		case <-release:
		default:
			close(release)
		}
	}()
	resp, err := send(t, pageAt(&fetch.Agent{}, server, ""), "GET", server, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 10)
	done := make(chan error, 1)
	go func() { _, err := io.ReadFull(resp.Body, first); done <- err }()
	select {
	case err := <-done:
		if err != nil || string(first) != "0123456789" {
			t.Errorf("%q, %v", first, err)
		}
	case <-time.After(5 * time.Second):
		t.Error("nothing came before the end")
	}
	close(release)
}

// Several goroutines share an agent.
func TestAgentIsSafeForConcurrentUse(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
		w.Header().Set("Set-Cookie", "a=b")
	})
	agent := &fetch.Agent{Cookies: new(cookie.Jar), Console: func(*transcript.Transcript) {}}
	done := make(chan error, 16)
	for range cap(done) {
		go func() {
			resp, err := agent.Fetch(t.Context(), &fetch.Request{Client: fetch.Client{Origin: originOf("http://page.example")}, URL: link(server), Method: "PUT"})
			if err == nil {
				err = resp.Body.Close()
			}
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
