package fetch_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// Whatever went wrong, the page learns one word, and nothing can be unwrapped from it.
func TestErrorOpacity(t *testing.T) {
	secret := errors.New("secret: 10.0.0.7 refused")
	fail := func(err error) func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		return func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) { return nil, err }
	}
	for _, row := range []struct {
		why    string
		answer func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error)
		req    fetch.Request
	}{
		{"the transport failed", fail(secret), fetch.Request{}},
		{"the transport failed in its own words", fail(&fetch.NetworkError{Code: transcript.NetDNS, Text: "secret", Err: secret}), fetch.Request{}},
		{"it was held back", fail(fmt.Errorf("%w: secret", fetch.ErrNotSent)), fetch.Request{}},
		{"a deadline passed", fail(context.DeadlineExceeded), fetch.Request{}},
		{"not shared", always(200), fetch.Request{}},
		{"the preflight failed", always(500), fetch.Request{Method: "PUT"}},
		{"a redirect to a secret place", always(302, acao+"*", "Location: foo:secret"), fetch.Request{}},
		{"the mode", always(200), fetch.Request{Mode: fetch.ModeSameOrigin}},
		{"CORP", always(200, "Cross-Origin-Resource-Policy: same-origin"), fetch.Request{Mode: fetch.ModeNoCORS}},
	} {
		b := open(row.answer)
		row.req.URL = link(api)
		_, err := b.ask(t, row.req)
		if err != fetch.ErrFailed { //nolint:errorlint // nothing may be wrapped
			t.Errorf("%s: %#v, want ErrFailed itself", row.why, err)
		}
		if errors.Unwrap(err) != nil || errors.Is(err, secret) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v leads further", row.why, err)
		}
	}
	if strings.Contains(fetch.ErrFailed.Error(), "CORS") {
		t.Error("ErrFailed says that it was CORS")
	}
}

// The console learns what the transport said.
func TestNetworkErrors(t *testing.T) {
	for _, row := range []struct {
		why  string
		err  error
		want transcript.Code
	}{
		{"a code of its own", fmt.Errorf("wrapped: %w", &fetch.NetworkError{Code: transcript.NetProtocol, Text: "x"}), transcript.NetProtocol},
		{"a name nobody knows", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}, transcript.NetDNS},
		{"a name server that did not answer is a timeout", &net.DNSError{Err: "timeout", IsTimeout: true}, transcript.NetTimeout},
		{"a deadline", context.DeadlineExceeded, transcript.NetTimeout},
		{"given up", context.Canceled, transcript.NetAborted},
		{"the end of the connection", io.EOF, transcript.NetReset},
		{"the end of the connection in the middle", io.ErrUnexpectedEOF, transcript.NetReset},
		{"something else", errors.New("something else"), transcript.NetReset},
		{"words that are not HTTP", errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"`), transcript.NetProtocol},
		{"an HTTP answer to a TLS greeting", errors.New("http: server gave HTTP response to HTTPS client"), transcript.NetTLS},
		{"no way there", &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, transcript.NetUnreachable},
		{"no network", syscall.ENETUNREACH, transcript.NetUnreachable},
		{"not allowed to try", syscall.EACCES, transcript.NetUnreachable},
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, transcript.NetRefused},
		{"reset", syscall.ECONNRESET, transcript.NetReset},
		{"a certificate of nobody's", x509.UnknownAuthorityError{}, transcript.NetTLS},
		{"a certificate for another", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a"}, transcript.NetTLS},
		{"a handshake", errors.New("remote error: tls: handshake failure"), transcript.NetTLS},
	} {
		b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) { return nil, row.err })
		b.get(t, api)
		v := b.record.First()
		if v == nil || v.Code != row.want || v.Phase != transcript.PhaseNetwork || v.Exchange != 1 {
			t.Errorf("%s: %+v, want %s", row.why, v, row.want)
			continue
		}
		if f := b.record.Exchanges[0].Failure; f == nil || f.Code != row.want || f.Text == "" {
			t.Errorf("%s: recorded %+v", row.why, f)
		}
		wanted := transcript.NotCORS
		if row.want == transcript.NetTimeout || row.want == transcript.NetAborted {
			wanted = transcript.Unknown
		}
		if got := b.record.Outcome(); got != wanted {
			t.Errorf("%s: %s, want %s", row.why, got, wanted)
		}
	}
	known := &fetch.NetworkError{Text: "said", Err: io.EOF}
	if known.Error() != "said" || !errors.Is(known, io.EOF) {
		t.Errorf("%v", known)
	}
}

// A request that was held back decides nothing.
func TestNotSent(t *testing.T) {
	b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		if r.Method == "OPTIONS" {
			return reply(200, acao+"*", acam+"PUT"), nil
		}
		return nil, fmt.Errorf("%w: PUT may change something", fetch.ErrNotSent)
	})
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
	if b.record.Outcome() != transcript.Unknown || b.record.First() != nil || !strings.Contains(b.record.Unsent, "PUT may change something") || len(b.record.Exchanges) != 1 {
		t.Errorf("%s, %+v, %q, %d exchanges", b.record.Outcome(), b.record.First(), b.record.Unsent, len(b.record.Exchanges))
	}
}

// Giving up ends a fetch at once, while the server hangs.
func TestCancelWhileServerHangs(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	}))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	var record *transcript.Transcript
	agent := &fetch.Agent{Console: func(t *transcript.Transcript) { record = t }}
	began := time.Now()
	resp, err := agent.Fetch(ctx, &fetch.Request{Client: fetch.Client{Origin: originOf(server.URL)}, URL: link(server.URL + "/")})
	if resp != nil || !errors.Is(err, context.Canceled) || time.Since(began) > 5*time.Second {
		t.Errorf("%v, %v after %s", resp, err, time.Since(began))
	}
	if record.First() == nil || record.First().Code != transcript.NetAborted || record.Outcome() != transcript.Unknown {
		t.Errorf("%+v", record.First())
	}
}

func TestDeadlineWhileServerHangs(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var record *transcript.Transcript
	agent := &fetch.Agent{Console: func(t *transcript.Transcript) { record = t }}
	resp, err := agent.Fetch(ctx, &fetch.Request{Client: fetch.Client{Origin: originOf(server.URL)}, URL: link(server.URL + "/")})
	if resp != nil || err == nil || record.First() == nil || record.First().Code != transcript.NetTimeout {
		t.Errorf("%v, %v, %+v", resp, err, record.First())
	}
}

// Whatever words a transport finds once the time is up, it is the time that was up.
func TestDeadlineInOtherWords(t *testing.T) {
	for _, row := range []struct {
		why     string
		after   time.Duration
		givesUp bool
		want    transcript.Code
	}{
		{"a deadline", 30 * time.Millisecond, false, transcript.NetTimeout},
		{"given up", time.Hour, true, transcript.NetAborted},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), row.after)
		defer cancel()
		b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			if row.givesUp {
				cancel()
			}
			<-ctx.Done()
			return nil, errors.New("broken pipe, or so")
		})
		if resp, err := b.Fetch(ctx, &fetch.Request{Client: b.client, URL: link(home + "/")}); resp != nil || err == nil {
			t.Errorf("%s: %v, %v", row.why, resp, err)
		}
		if v := b.record.First(); v == nil || v.Code != row.want {
			t.Errorf("%s: %+v, want %s", row.why, v, row.want)
		}
	}
}

// Closing a body says no more than reading it.
func TestBodyThatCannotBeClosed(t *testing.T) {
	b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		return &fetch.NetworkResponse{Status: 200, Body: unclosable{strings.NewReader("x")}}, nil
	})
	resp, err := b.get(t, home+"/")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != fetch.ErrFailed { //nolint:errorlint // nothing may be wrapped
		t.Errorf("%v, want ErrFailed itself", err)
	}
}

type unclosable struct{ io.Reader }

func (unclosable) Close() error { return errors.New("secret") }

// Giving up ends a body that is under way.
func TestCancelWhileBodyStreams(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	agent := &fetch.Agent{}
	resp, err := agent.Fetch(ctx, &fetch.Request{Client: fetch.Client{Origin: originOf(server.URL)}, URL: link(server.URL + "/")})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	buffer := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, buffer); err != nil || string(buffer) != "first" {
		t.Fatalf("%q, %v", buffer, err)
	}
	began := time.Now()
	cancel()
	if _, err := resp.Body.Read(buffer); err != fetch.ErrFailed || time.Since(began) > 5*time.Second { //nolint:errorlint // nothing may be wrapped
		t.Errorf("%v after %s, want ErrFailed at once", err, time.Since(began))
	}
}

// A context that has ended before the fetch sends nothing to a server that looks.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came") }))
	defer server.Close()
	agent := &fetch.Agent{}
	if resp, err := agent.Fetch(ctx, &fetch.Request{Client: fetch.Client{Origin: originOf(server.URL)}, URL: link(server.URL + "/")}); resp != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", resp, err)
	}
	// Nor to a transport that does not look.
	b := open(always(200))
	if resp, err := b.Fetch(ctx, &fetch.Request{Client: b.client, URL: link(home + "/")}); resp != nil || !errors.Is(err, context.Canceled) || len(b.net.sent) != 0 {
		t.Errorf("%v, %v, sent %s", resp, err, b.net.take())
	}
}

// A server that closes in the middle of a body.
func TestBrokenBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "short")
	}))
	defer server.Close()
	agent := &fetch.Agent{}
	resp, err := agent.Fetch(t.Context(), &fetch.Request{Client: fetch.Client{Origin: originOf(server.URL)}, URL: link(server.URL + "/")})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); string(got) != "short" || err != fetch.ErrFailed { //nolint:errorlint // nothing may be wrapped
		t.Errorf("%q, %#v, want ErrFailed itself", got, err)
	}
}

// The zero Agent is ready to use, and needs no console.
func TestZeroAgent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	defer server.Close()
	var agent fetch.Agent
	resp, err := agent.Fetch(t.Context(), &fetch.Request{Client: fetch.Client{Origin: originOf(server.URL)}, URL: link(server.URL + "/")})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text(t, resp) != "hello" {
		t.Error("another body came")
	}
	if _, err := agent.Fetch(t.Context(), &fetch.Request{URL: link(server.URL + "/")}); err != fetch.ErrFailed { //nolint:errorlint // nothing may be wrapped
		t.Errorf("the zero Client is a stranger everywhere: %v", err)
	}
}
