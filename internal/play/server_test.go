package play_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/transcript"
)

// certificate is one for all hosts of the cases, and the pool that trusts it.
func certificate(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"*.example.test", "other.test", "third.test", "localhost"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func listen(t *testing.T, certificate *tls.Certificate) *play.Server {
	t.Helper()
	s, err := play.Listen(certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func parse(t *testing.T, text string) conformance.Case {
	t.Helper()
	c, err := conformance.Parse("case", []byte("# Why.\nrule: r\npage {app}\nask GET {api}/x\n"+text+"\nexpect\n  outcome: allowed\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// overNetwork is net/http between the browser's half and the server.
type overNetwork struct {
	*http.Transport
	server *play.Server
}

func (n overNetwork) Taken() []play.Request { return n.server.Taken() }

func stage(s *play.Server, pool *x509.CertPool, patience time.Duration) overNetwork {
	to := func(addr func() string) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr())
		}
	}
	return overNetwork{&http.Transport{
		DialContext: to(s.Addr), DisableCompression: true, ResponseHeaderTimeout: patience,
		DialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := to(s.TLSAddr)(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			host, _, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			secure := tls.Client(conn, &tls.Config{RootCAs: pool, ServerName: host})
			return secure, secure.HandshakeContext(ctx)
		},
	}, s}
}

// beyondNetHTTP says why a case cannot be carried by net/http and this server; "" means that it can.
func beyondNetHTTP(c conformance.Case) string {
	for _, a := range c.Answers {
		switch a.Failure {
		case transcript.NetDNS, transcript.NetRefused, transcript.NetUnreachable, transcript.NetTLS, transcript.NetAborted:
			return "a server that is reached cannot cause it"
		}
	}
	return exceptions[c.Name]
}

const noHTTP2 = "a stream needs HTTP/2, and the server speaks HTTP/1.1"

var exceptions = map[string]string{
	"setup/stream":                                  noHTTP2,
	"redirect/stream":                               noHTTP2,
	"redirect/stream-see-other":                     noHTTP2,
	"quirks/stream-as-text":                         noHTTP2,
	"request-headers/accept-with-control-character": "net/http sends no control characters",
	"quirks/repeated-empty":                         "net/http trims values, and a blank at the end is what it is about",
}

// The verdicts are the same with a network in between.
func TestCasesOverNetHTTP(t *testing.T) {
	cert, pool := certificate(t)
	server := listen(t, cert)
	for _, c := range cases(t) {
		reason := beyondNetHTTP(c)
		disagrees := false
		for _, p := range fetch.Profiles() {
			over := stage(server, pool, patienceWith(c))
			server.Play(c)
			for _, difference := range play.RunOn(over, c, p) {
				disagrees = true
				if reason == "" {
					t.Errorf("%s: %s: %s", c.Name, p.Name, difference)
				}
			}
			over.CloseIdleConnections()
		}
		if reason != "" && !disagrees {
			t.Errorf("%s is carried well, although %s", c.Name, reason)
		}
	}
	for name := range exceptions {
		if !exists(t, name) {
			t.Errorf("the exception %s is no case", name)
		}
	}
}

// patienceWith is short only where nothing will come.
func patienceWith(c conformance.Case) time.Duration {
	for _, a := range c.Answers {
		if a.Failure == transcript.NetTimeout {
			return 100 * time.Millisecond
		}
	}
	return time.Minute
}

func exists(t *testing.T, name string) bool {
	for _, c := range cases(t) {
		if c.Name == name {
			return true
		}
	}
	return false
}

func dial(t *testing.T, s *play.Server) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close() //nolint:errcheck // the server may have ended it already
	})
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
}

// expect reads exactly that much, and that it is that.
func expect(t *testing.T, r io.Reader, want string) {
	t.Helper()
	want = strings.ReplaceAll(want, "\n", "\r\n")
	got := make([]byte, len(want))
	n, err := io.ReadFull(r, got)
	if err != nil || string(got) != want {
		t.Fatalf("got %q, %v, want %q", got[:n], err, want)
	}
}

func expectEnd(t *testing.T, r io.Reader) {
	t.Helper()
	rest, _ := io.ReadAll(r) // a reset is an end too
	if len(rest) > 0 {
		t.Errorf("%q follows", rest)
	}
}

func TestServerByteForByte(t *testing.T) {
	server := listen(t, nil)
	server.Play(parse(t, `
answer {api}/x?y
  299
  X-oDd: "  a\tb \xff "
  access-control-allow-ORIGIN: {origin}
  X-oDd: again
  | one
  | two
answer {api}/x?y
  204
preflight {api}/x?y
  200
  Content-Length: 1
  | more than one`))
	conn, r := dial(t, server)
	send(t, conn, "GET /x?y HTTP/1.1\nhOST: api.example.test\nOrigin: http://me\nX-a:1\nx-A:   2\t\n\n")
	expect(t, r, "HTTP/1.1 299 \nX-oDd:   a\tb \xff \naccess-control-allow-ORIGIN: http://me\nX-oDd: again\nTransfer-Encoding: chunked\n\n7\n")
	expect(t, r, "one")
	if c, _ := r.ReadByte(); c != '\n' {
		t.Fatalf("got %q between the lines of the body", c)
	}
	expect(t, r, "two\n0\n\n")

	// The connection goes on, with a body in pieces, a body by its length, and the last answer again and again.
	send(t, conn, "POST http://api.example.test/x?y HTTP/1.1\nHost: api.example.test\nTransfer-Encoding: chunked\n\n3;x\nabc\n2\nde\n0\nT: 1\n\n")
	expect(t, r, "HTTP/1.1 204 \n\n")
	send(t, conn, "POST /x?y HTTP/1.1\nHost: api.example.test\nContent-Length: 3\n\nabc")
	expect(t, r, "HTTP/1.1 204 \n\n")
	send(t, conn, "GET /elsewhere HTTP/1.1\nHost: api.example.test\n\n")
	expect(t, r, "HTTP/1.1 404 \nTransfer-Encoding: chunked\n\n0\n\n")
	send(t, conn, "HEAD /elsewhere HTTP/1.1\nHost: api.example.test\n\n")
	expect(t, r, "HTTP/1.1 404 \n\n")
	send(t, conn, "OPTIONS /x?y HTTP/1.1\nHost: api.example.test\naccess-control-request-method: PUT\n\n")
	expect(t, r, "HTTP/1.1 200 \nContent-Length: 1\n\nmore than one")
	expectEnd(t, r)

	taken := server.Taken()
	if len(taken) != 6 {
		t.Fatalf("%d requests arrived: %+v", len(taken), taken)
	}
	first := taken[0]
	if first.URL != "http://api.example.test/x?y" || len(first.Header) != 4 || first.Header[0].Name != "hOST" ||
		first.Header[2].Name != "X-a" || first.Header[3].Name != "x-A" || first.Header[2].Value != "1" || first.Header[3].Value != "2\t" {
		t.Errorf("the first request arrived as %+v", first)
	}
	if taken[1].Body != "abcde" || taken[1].URL != first.URL || taken[2].Body != "abc" || !taken[5].Preflight || taken[0].Preflight {
		t.Errorf("the others arrived as %+v", taken[1:])
	}
	if len(server.Taken()) != 0 {
		t.Error("what was taken is there again")
	}
}

func TestServerRefuses(t *testing.T) {
	server := listen(t, nil)
	tests := []struct{ why, text, reason string }{
		{"no HTTP", "hello\n\n", "want METHOD TARGET HTTP/1.1"},
		{"an old version", "GET / HTTP/1.0\nHost: a\n\n", "want METHOD TARGET HTTP/1.1"},
		{"no host", "GET / HTTP/1.1\n\n", "want a Host"},
		{"no header", "GET / HTTP/1.1\nHost\n\n", "want NAME: VALUE"},
		{"a folded line", "GET / HTTP/1.1\nHost: a\n b: c\n\n", "want NAME: VALUE"},
		{"a head without end", "GET /" + strings.Repeat("x", 70000), "too long"},
		{"very many headers", "GET / HTTP/1.1\n" + strings.Repeat("A: b\n", 20000), "too long"},
		{"a body too long", "PUT / HTTP/1.1\nHost: a\nContent-Length: 1048577\n\n", "want a shorter body"},
		{"a body of negative length", "PUT / HTTP/1.1\nHost: a\nContent-Length: -1\n\n", "want a shorter body"},
		{"a chunk too long", "PUT / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n100001\n", "want a shorter body"},
		{"an unknown coding", "PUT / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip\n\n", "want chunked"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			conn, r := dial(t, server)
			go io.WriteString(conn, strings.ReplaceAll(tt.text, "\n", "\r\n")) //nolint:errcheck // it need not be read to the end
			expect(t, r, "HTTP/1.1 400 "+tt.reason+"\nContent-Length: 0\nConnection: close\n\n")
			expectEnd(t, r)
		})
	}
	if taken := server.Taken(); len(taken) > 0 {
		t.Errorf("requests that are none arrived: %+v", taken)
	}
}

func TestServerFails(t *testing.T) {
	server := listen(t, nil)
	for _, code := range []string{"net-reset", "net-dns"} {
		server.Play(parse(t, "answer {api}/x\n  ! "+code))
		conn, r := dial(t, server)
		send(t, conn, "GET /x HTTP/1.1\nHost: api.example.test\n\n")
		expectEnd(t, r)
	}
	server.Play(parse(t, "answer {api}/x\n  ! net-protocol"))
	conn, r := dial(t, server)
	send(t, conn, "GET /x HTTP/1.1\nHost: api.example.test\n\n")
	expect(t, r, "This is not HTTP.\n\n")
	expectEnd(t, r)
}

// Close ends what hangs, what idles and what is half said.
func TestServerClose(t *testing.T) {
	server, err := play.Listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	server.Play(parse(t, "answer {api}/x\n  ! net-timeout"))
	var readers []io.Reader
	for _, text := range []string{"GET /x HTTP/1.1\nHost: api.example.test\n\n", "", "GET /x HT"} {
		conn, r := dial(t, server)
		send(t, conn, text)
		readers = append(readers, r)
	}
	for len(server.Taken()) == 0 { // until the first request hangs
		time.Sleep(time.Millisecond)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	for _, r := range readers {
		expectEnd(t, r)
	}
	if conn, err := net.Dial("tcp", server.Addr()); err == nil {
		t.Error("a closed server takes connections", conn.Close())
	}
}

func TestServerTLS(t *testing.T) {
	if s := listen(t, nil); s.TLSAddr() != "" {
		t.Errorf("without a certificate there is TLS at %s", s.TLSAddr())
	}
	cert, pool := certificate(t)
	server := listen(t, cert)
	server.Play(parse(t, "answer {sapi}/x\n  200\n  | secret\nanswer {api}/x\n  200\n  | open"))
	client := &http.Client{Transport: stage(server, pool, time.Minute)}
	for url, want := range map[string]string{"https://api.example.test/x": "secret", "http://api.example.test/x": "open"} {
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || string(body) != want {
			t.Errorf("%s: %q, %v", url, body, err)
		}
	}
	client.CloseIdleConnections()
}
