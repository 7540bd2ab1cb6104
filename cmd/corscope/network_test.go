package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corscope/corscope/transcript"
)

// A talker is a server that says whatever it likes to a request, byte by byte, and counts requests.
type talker struct {
	addr string
	mu   sync.Mutex
	seen []string // methods
}

func (s *talker) methods() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.seen, " ")
}

// times counts one method.
func (s *talker) times(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := 0
	for _, m := range s.seen {
		if m == method {
			count++
		}
	}
	return count
}

// talk starts a talker. What it says to a request is reply's; the connection is kept while reply says so.
func talk(t *testing.T, reply func(c net.Conn, r *http.Request) (keep bool)) *talker {
	t.Helper()
	s := &talker{}
	s.addr = accept(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		for {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.seen = append(s.seen, r.Method)
			s.mu.Unlock()
			if !reply(c, r) {
				return
			}
		}
	})
	return s
}

// accept gives every connection to a function, and closes it after. At the test's end all of them are closed.
func accept(t *testing.T, serve func(net.Conn)) (addr string) {
	t.Helper()
	listener := listen(t)
	var mu sync.Mutex
	var open []net.Conn
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range open {
			_ = c.Close()
		}
	})
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			go func() {
				defer func() { _ = c.Close() }()
				serve(c)
			}()
		}
	}()
	return listener.Addr().String()
}

func say(c net.Conn, text string) bool {
	_, err := c.Write([]byte(text))
	return err == nil
}

// yes is a preflight's answer that gives leave for everything these tests ask, on a connection that is kept.
const yes = "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: http://app.example\r\nAccess-Control-Allow-Credentials: true\r\n" +
	"Access-Control-Allow-Methods: PUT, POST, DELETE, PATCH, NOTIFY\r\n" +
	"Access-Control-Allow-Headers: x-shop, content-type, idempotency-key, x-idempotency-key\r\nVary: Origin\r\n\r\n"

// hush keeps a connection open and says nothing, until the other side is gone.
func hush(c net.Conn) bool {
	_, _ = io.Copy(io.Discard, c)
	return false
}

// reset ends a connection the hard way.
func reset(c net.Conn) bool {
	_ = c.(*net.TCPConn).SetLinger(0)
	return false
}

// nobody is an address that refuses connections. It is one end of a connection, so that no listener gets it by chance.
func nobody(t *testing.T) (addr string) {
	t.Helper()
	c, err := net.Dial("tcp", listen(t).Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.LocalAddr().String()
}

func TestBadCertificates(t *testing.T) {
	t.Parallel()
	ca, err := trusted()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	named := x509.Certificate{DNSNames: []string{"api.example"}}
	for _, tt := range []struct {
		name     string
		signer   *authority
		template x509.Certificate
		says     []string
	}{
		{"expired", ca, x509.Certificate{DNSNames: named.DNSNames, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)}, []string{"has expired", "enew the certificate"}},
		{"not yet valid", ca, x509.Certificate{DNSNames: named.DNSNames, NotBefore: now.Add(24 * time.Hour), NotAfter: now.Add(48 * time.Hour)}, []string{"not yet valid"}},
		{"for another host", ca, x509.Certificate{DNSNames: []string{"shop.example"}}, []string{"for other host names", "shop.example"}},
		{"of an unknown authority", stranger, named, []string{"an authority nobody here knows", "full chain"}},
		{"self-signed", nil, named, []string{"self-signed"}},
	} {
		for _, method := range []string{"GET", "PUT"} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				t.Parallel()
				certificate, err := certified(tt.signer, tt.template)
				if err != nil {
					t.Fatal(err)
				}
				p := serve(t, fine)
				listener := listen(t)
				start(t, &http.Server{
					TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
					Handler:   http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came through") }),
				}, listener)
				told := ask(t, "https://api.example/orders", "-X", method, "--send", "--origin", "https://app.example", "--cacert", p.cacert, "--resolve", "api.example:443:"+listener.Addr().String())
				told.expect(t, transcript.NetTLS, network, append(tt.says, "This is not CORS", "api.example")...)
				if told.Outcome != transcript.NotCORS || told.took > bound {
					t.Errorf("%s after %v", told.Outcome, told.took)
				}
			})
		}
	}
}

// Two that cannot agree on how to be secure.
func TestNoAgreementOnTLS(t *testing.T) {
	t.Parallel()
	ca, err := trusted()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := certified(ca, x509.Certificate{DNSNames: []string{"api.example"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		config *tls.Config
		says   string
	}{
		{"an old version", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, "no TLS version or cipher in common"},
		{"a client certificate", &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}, "wants a certificate of the client"},
		{"a client certificate, before TLS 1.3", &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}, "a certificate of the client"},
		{"another protocol over TLS", &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"imap"}}, "This is not CORS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, fine)
			tt.config.Certificates = []tls.Certificate{certificate}
			addr := accept(t, func(c net.Conn) {
				secure := tls.Server(c, tt.config)
				if secure.Handshake() == nil {
					_, _ = secure.Read(make([]byte, 1))
				}
			})
			for _, method := range []string{"GET", "PUT"} {
				told := ask(t, "https://api.example/orders", "-X", method, "--send", "--origin", "https://app.example", "--cacert", p.cacert, "--resolve", "api.example:443:"+addr)
				told.expect(t, transcript.NetTLS, network, tt.says, "This is not CORS")
				if told.Outcome != transcript.NotCORS || told.took > bound {
					t.Errorf("%s %s after %v", method, told.Outcome, told.took)
				}
			}
		})
	}
}

// A wait is how long a command is told to wait for a server.
const wait = 1500 * time.Millisecond

func TestBadServers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://app.example\r\nVary: Origin\r\n"
	afterwards := func(then func(c net.Conn) bool) func(net.Conn, *http.Request) bool {
		return func(c net.Conn, r *http.Request) bool {
			if r.Method == http.MethodOptions {
				return say(c, yes)
			}
			return then(c)
		}
	}
	at := func(then func(c net.Conn) bool) func(net.Conn, *http.Request) bool {
		return func(c net.Conn, _ *http.Request) bool { return then(c) }
	}
	saying := func(text string) func(net.Conn, *http.Request) bool {
		return at(func(c net.Conn) bool { say(c, text); return false })
	}
	for _, tt := range []struct {
		name    string
		scheme  string // unless http
		flags   string
		reply   func(net.Conn, *http.Request) bool
		code    transcript.Code
		outcome transcript.Outcome
		says    string
		sees    string // the methods that arrive, each counted once in a row; "" where net/http may ask again
	}{
		{name: "hangs", reply: at(hush), code: transcript.NetTimeout, outcome: transcript.Unknown, says: "did not answer in time", sees: "GET"},
		{name: "hangs at the preflight", flags: "-X PUT --send", reply: at(hush), code: transcript.NetTimeout, outcome: transcript.Unknown, says: "did not answer in time", sees: "OPTIONS"},
		{name: "hangs after the preflight", flags: "-X PUT --send", reply: afterwards(hush), code: transcript.NetTimeout, outcome: transcript.Unknown, says: "did not answer in time", sees: "OPTIONS PUT"},
		{name: "hangs at TLS", scheme: "https", reply: at(hush), code: transcript.NetTimeout, outcome: transcript.Unknown, says: "did not answer in time"},
		{
			name: "drips headers", code: transcript.NetTimeout, outcome: transcript.Unknown, says: "did not answer in time", sees: "GET",
			reply: at(func(c net.Conn) bool {
				for ok := say(c, head); ok; ok = say(c, "X-Drop: 1\r\n") {
					time.Sleep(20 * time.Millisecond)
				}
				return false
			}),
		},
		{
			name: "drips hints", code: transcript.NetTimeout, outcome: transcript.Unknown, says: "did not answer in time", sees: "GET",
			reply: at(func(c net.Conn) bool {
				for say(c, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n") {
					time.Sleep(20 * time.Millisecond)
				}
				return false
			}),
		},
		{
			name: "floods with headers", code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "This is not CORS", sees: "GET",
			reply: at(func(c net.Conn) bool {
				for ok := say(c, head); ok; ok = say(c, strings.Repeat("X-Flood: "+strings.Repeat("x", 1000)+"\r\n", 64)) {
				}
				return false
			}),
		},
		{
			name: "floods with one header", code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "This is not CORS", sees: "GET",
			reply: at(func(c net.Conn) bool {
				for ok := say(c, head+"X-Flood: "); ok; ok = say(c, strings.Repeat("x", 1<<16)) {
				}
				return false
			}),
		},
		{
			name: "floods with hints", code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "This is not CORS", sees: "GET",
			reply: at(func(c net.Conn) bool {
				for say(c, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1000)) {
				}
				return false
			}),
		},
		{
			name: "floods with a body", code: "", outcome: transcript.Allowed, sees: "GET",
			reply: at(func(c net.Conn) bool {
				for ok := say(c, head+"\r\n"); ok; ok = say(c, strings.Repeat("x", 1<<16)) {
				}
				return false
			}),
		},
		{name: "drops the connection", reply: at(func(net.Conn) bool { return false }), code: transcript.NetReset, outcome: transcript.NotCORS, says: "closed the connection without an answer", sees: "GET"},
		{name: "resets the connection", reply: at(reset), code: transcript.NetReset, outcome: transcript.NotCORS, says: "closed the connection without an answer", sees: "GET"},
		{name: "drops at the preflight", flags: "-X PUT --send", reply: at(func(net.Conn) bool { return false }), code: transcript.NetReset, outcome: transcript.NotCORS, says: "without an answer to the preflight", sees: "OPTIONS"},
		{name: "drops after the preflight", flags: "-X PUT --send", reply: afterwards(func(net.Conn) bool { return false }), code: transcript.NetReset, outcome: transcript.NotCORS, says: "closed the connection without an answer", sees: "OPTIONS PUT"},
		{name: "drops after the preflight of a GET", flags: "-H X-Shop:_1", reply: afterwards(func(net.Conn) bool { return false }), code: transcript.NetReset, outcome: transcript.NotCORS, says: "closed the connection without an answer"},
		{name: "drops inside the head", reply: saying(head + "X-Half: 1\r\n"), code: transcript.NetReset, outcome: transcript.NotCORS, says: "closed the connection", sees: "GET"},
		// net/http cannot tell a line cut short from one without a colon.
		{name: "drops inside a line", reply: saying(head + "X-Ha"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "This is not CORS", sees: "GET"},
		{name: "drops inside the body", reply: saying(head + "Content-Length: 10\r\n\r\nfour"), code: "", outcome: transcript.Allowed, sees: "GET"},
		{name: "speaks SSH", reply: saying("SSH-2.0-OpenSSH_9.2\r\n"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "does not speak HTTP", sees: "GET"},
		{name: "speaks TLS", reply: saying("\x15\x03\x01\x00\x02\x02\x46"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "but TLS", sees: "GET"},
		{name: "babbles", reply: saying("\x00\xff\x1b[31m\r\n\r\n"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "does not speak HTTP", sees: "GET"},
		{name: "has no such status", reply: saying("HTTP/1.1 abc OK\r\n\r\n"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "does not speak HTTP", sees: "GET"},
		{name: "has a header without a colon", reply: saying(head + "Oops\r\n\r\n"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "a broken header line", sees: "GET"},
		{name: "has two lengths", reply: saying(head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), code: transcript.NetProtocol, outcome: transcript.NotCORS, says: "contradictory Content-Length", sees: "GET"},
		{name: "speaks HTTP where TLS is asked", scheme: "https", reply: saying("HTTP/1.1 400 Bad Request\r\n\r\n"), code: transcript.NetTLS, outcome: transcript.NotCORS, says: "speaks plain http on this port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := talk(t, tt.reply)
			if tt.scheme == "https" { // it is not asked in HTTP, and says its piece at once
				s.addr = accept(t, func(c net.Conn) {
					_, _ = c.Read(make([]byte, 1))
					tt.reply(c, nil)
				})
			}
			arguments := []string{"http://api.example/orders", "--origin", "http://app.example", "--resolve", "api.example:80:" + s.addr}
			if tt.scheme == "https" {
				arguments = []string{"https://api.example/orders", "--origin", "https://app.example", "--resolve", "api.example:443:" + s.addr}
			}
			if tt.outcome == transcript.Unknown {
				arguments = append(arguments, "--timeout", wait.String())
			}
			for _, flag := range strings.Fields(tt.flags) {
				arguments = append(arguments, strings.ReplaceAll(flag, "_", " "))
			}
			told := ask(t, arguments...)
			if tt.code == "" {
				if len(told.Findings) > 0 {
					t.Errorf("found %+v", told.Findings)
				}
			} else {
				told.expect(t, tt.code, network, tt.says, "This is not CORS")
			}
			if told.Outcome != tt.outcome {
				t.Errorf("%s, want %s", told.Outcome, tt.outcome)
			}
			if told.took > bound || tt.outcome == transcript.Unknown && told.took < wait {
				t.Errorf("it took %v", told.took)
			}
			if tt.sees != "" && s.methods() != tt.sees {
				t.Errorf("the server saw %q, want %q", s.methods(), tt.sees)
			}
		})
	}
}

// What text for people says of the same is bounded too, and leaves the terminal alone.
func TestBadServersInWords(t *testing.T) {
	t.Parallel()
	s := talk(t, func(c net.Conn, _ *http.Request) bool { say(c, "\x1b[31m\x07red\x00\r\n\r\n"); return false })
	exit, stdout, stderr := runBuilt(t, "explain", "http://api.example/", "--origin", "http://app.example", "--resolve", "api.example:80:"+s.addr)
	if exit != 1 || stderr != "" || !strings.HasPrefix(stdout, "NOT CORS  GET http://api.example/") {
		t.Errorf("exit %d, stderr %q, stdout %q", exit, stderr, stdout)
	}
	if i := strings.IndexFunc(stdout, func(r rune) bool { return r < ' ' && r != '\n' }); i >= 0 {
		t.Errorf("a control character at %d of %q", i, stdout)
	}
}

func TestHTTPOnAnHTTPSPort(t *testing.T) {
	t.Parallel()
	p := serve(t, fine)
	// Go's server answers in HTTP what was no TLS.
	told := ask(t, "http://api.example/orders", "--origin", "http://app.example", "--resolve", "api.example:80:"+p.https)
	told.expect(t, transcript.ACAOMissing, actual, "400")
	// And one that speaks HTTP only has no TLS to offer.
	told = ask(t, "https://api.example/orders", "--origin", "https://app.example", "--resolve", "api.example:443:"+p.http)
	told.expect(t, transcript.NetTLS, network, "speaks plain http on this port", "This is not CORS")
	if len(p.asked()) > 0 {
		t.Errorf("the server saw %q", p.asked())
	}
}

func TestRedirectLoops(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		says    string
	}{
		{"to itself", answer(302, app, vary, "Location: /orders"), "go in a circle: https://api.example/orders"},
		{"ever longer", func(w http.ResponseWriter, r *http.Request) {
			answer(302, app, vary, "Location: "+r.URL.Path+"x")(w, r)
		}, "twenty redirects"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, tt.handler)
			told := ask(t, append([]string{"https://api.example/orders", "--origin", "https://app.example"}, p.reach()...)...)
			told.expect(t, transcript.RedirectLimit, actual, tt.says, "This is not CORS")
			if first := told.first(t); first.Hop != 20 {
				t.Errorf("on hop %d", first.Hop)
			}
			if len(p.asked()) != 21 || told.Outcome != transcript.NotCORS || told.took > bound {
				t.Errorf("%s after %v and %d requests, want 21", told.Outcome, told.took, len(p.asked()))
			}
		})
	}
}

// A proxy that fails is not the server's failure.
func TestProxies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, url, proxy, says string
	}{
		{"refused", "http://api.example/orders", "http://" + nobody(t), "proxy"},
		{"refused, for a tunnel", "https://api.example/orders", "http://" + nobody(t), "proxy"},
		{"no tunnel", "https://api.example/orders", "http://" + talk(t, func(c net.Conn, _ *http.Request) bool {
			say(c, "HTTP/1.1 403 Forbidden\r\n\r\n")
			return false
		}).addr, "403"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page, _, _ := strings.Cut(tt.url, "api.example")
			environment := []string{"HTTP_PROXY=" + tt.proxy, "HTTPS_PROXY=" + tt.proxy}
			exit, stdout, stderr := runBuiltIn(t, environment, "explain", tt.url, "--origin", page+"app.example")
			verdict, report, _ := strings.Cut(stdout, "\n")
			if exit != 1 || stderr != "" || !strings.HasPrefix(verdict, "NOT CORS ") {
				t.Errorf("exit %d, stderr %q, %s", exit, stderr, verdict)
			}
			cause, _, _ := strings.Cut(report, "\n  why ")
			if cause, _, _ = strings.Cut(cause, "|"); !strings.Contains(cause, "proxy") || !strings.Contains(cause, tt.says) {
				t.Errorf("the cause is given as %q, want a word of the proxy and %q", cause, tt.says)
			}
		})
	}
}

func TestNoSuchHost(t *testing.T) {
	t.Parallel()
	told := ask(t, "https://api.invalid/orders", "--origin", "https://app.example", "--timeout", "20s")
	told.expect(t, transcript.NetDNS, network, "This is not CORS", "the host name api.invalid has no address")
	if told.Outcome != transcript.NotCORS || told.took > bound {
		t.Errorf("%s after %v", told.Outcome, told.took)
	}
}

const all = "chromium,firefox,webkit,standard"

// Nothing that could change a server reaches it unasked, and with leave it does so once, whoever asks and whatever the
// preflight says.
func TestUnsafeRequests(t *testing.T) {
	t.Parallel()
	allowing := reflecting(plain, "PUT, POST, DELETE, PATCH, NOTIFY", "Content-Type, X-Shop")
	silent := answer(200)
	for _, method := range []string{"PUT", "POST", "DELETE", "PATCH", "NOTIFY"} {
		for _, tt := range []struct {
			name      string
			flags     []string
			server    http.Handler
			preflight int    // requests
			held      int    // exit code without --send
			sends     int    // how often the request arrives with it
			outcome   string // with --send
			engines   []string
		}{
			{"preflight passes", []string{"-H", "X-Shop: 1"}, allowing, 1, 3, 1, "allowed", []string{"chromium", "firefox", "webkit", "standard", all}},
			{"preflight refused", []string{"-H", "X-Shop: 1"}, split(plain, fine), 1, 1, 0, "blocked", []string{"chromium", "firefox", "webkit", "standard", all}},
			{"preflight passes and the answer is not shared", []string{"-H", "X-Shop: 1"}, split(allowing, silent), 1, 3, 1, "blocked", []string{all}},
			{"preflight is no route", []string{"-H", "X-Shop: 1"}, routes(method + " /orders"), 1, 1, 0, "blocked", []string{all}},
			{"JSON", []string{"-H", "Content-Type: application/json", "--data", "{}"}, allowing, 1, 3, 1, "allowed", []string{all}},
		} {
			t.Run(method+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				for _, who := range tt.engines {
					p := serve(t, tt.server)
					arguments := slices.Concat([]string{"https://api.example/orders", "--origin", "https://app.example", "-X", method, "--profile", who}, tt.flags, p.reach())
					if told := ask(t, arguments...); told.exit != tt.held {
						t.Errorf("%s: exit %d, want %d", who, told.exit, tt.held)
					}
					if got := strings.Count(p.methods(), method); got != 0 {
						t.Errorf("%s: the server saw %q without leave", who, p.methods())
					}
					before := len(p.asked())
					if told := ask(t, append(arguments, "--send")...); string(told.Outcome) != tt.outcome {
						t.Errorf("%s: %s, want %s", who, told.Outcome, tt.outcome)
					}
					if got := strings.Count(p.methods(), method); got != tt.sends {
						t.Errorf("%s: %d of %q, want %d", who, got, p.methods(), tt.sends)
					}
					if before != tt.preflight || len(p.asked())-before != tt.preflight+tt.sends {
						t.Errorf("%s: the server saw %q", who, p.asked())
					}
				}
			})
		}
	}
}

// Requests that no preflight stands before are held back as well.
func TestUnsafeRequestsWithoutPreflight(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		why   string
		flags string
	}{
		{"a form's POST", "-X POST"},
		{"the method in lower case", "-X post"},
		{"--data alone makes a POST", "--data a=1"},
		{"an empty body is one", "--data="},
		{"no-cors sends POST blindly", "--mode no-cors -X POST"},
		{"at home there is no preflight", "--origin https://api.example -X PUT"},
		{"nor for DELETE", "--origin https://api.example -X DELETE"},
		{"an XMLHttpRequest", "--as xhr -X POST --data x"},
		{"a beacon is a POST", "--as beacon"},
		{"so is a ping", "--as ping"},
		{"and a form's submission", "--as navigation -X POST"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			p := serve(t, fine)
			arguments := slices.Concat([]string{"https://api.example/orders"}, strings.Fields(tt.flags), p.reach())
			if !strings.Contains(tt.flags, "--origin") {
				arguments = append(arguments, "--origin", "https://app.example")
			}
			if told := ask(t, arguments...); told.exit != 3 || len(p.asked()) != 0 {
				t.Errorf("exit %d; the server saw %q", told.exit, p.asked())
			}
			ask(t, append(arguments, "--send")...)
			if len(p.asked()) != 1 || strings.HasPrefix(p.methods(), "GET") {
				t.Errorf("with leave the server saw %q", p.asked())
			}
		})
	}
}

// A connection that breaks is no reason to send again what may have been done, also where net/http would: on a
// connection that is reused, with a key that promises the second time does no harm, or without a body.
func TestUnsafeRequestsAreNotRepeated(t *testing.T) {
	t.Parallel()
	endings := map[string]func(net.Conn) bool{
		"drops":               func(net.Conn) bool { return false },
		"resets":              reset,
		"drops in the status": func(c net.Conn) bool { say(c, "HTTP/1.1 2"); return false },
		"drops in the head":   func(c net.Conn) bool { say(c, "HTTP/1.1 200 OK\r\nAccess-Con"); return false },
		"is not sure": func(c net.Conn) bool {
			say(c, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")
			return false
		},
		"wants a login": func(c net.Conn) bool {
			return say(c, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
		},
		"was misdirected": func(c net.Conn) bool { return say(c, "HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\n\r\n") },
		"wants it again later": func(c net.Conn) bool {
			return say(c, "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
		},
	}
	for name, ending := range endings {
		for _, flags := range []string{
			"-X PUT -H X-Shop:1", "-X PUT -H Idempotency-Key:1", "-X DELETE -H X-Idempotency-Key:1", "-X POST -H Idempotency-Key:1 --data=",
			"-X PATCH -H Idempotency-Key:1 --data x", "-X POST -H Idempotency-Key:1", "-X NOTIFY -H idempotency-key:1", "-X POST --data x",
		} {
			t.Run(name+" "+flags, func(t *testing.T) {
				t.Parallel()
				s := talk(t, func(c net.Conn, r *http.Request) bool {
					if r.Method == http.MethodOptions {
						return say(c, yes)
					}
					return ending(c)
				})
				fields := strings.Fields(flags)
				told := ask(t, append([]string{"http://api.example/orders", "--origin", "http://app.example", "--send", "--resolve", "api.example:80:" + s.addr}, fields...)...)
				if s.times(fields[1]) != 1 || told.exit != 1 || told.took > bound {
					t.Errorf("exit %d after %v, and the server saw %q", told.exit, told.took, s.methods())
				}
			})
		}
	}
}

// The same over HTTP/2, where a stream breaks and the connection stays.
func TestUnsafeRequestsAreNotRepeatedOverHTTP2(t *testing.T) {
	t.Parallel()
	p := serve(t, reflecting(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("it came over %s", r.Proto)
		}
		panic(http.ErrAbortHandler)
	}), "PUT", "Idempotency-Key"))
	told := ask(t, append([]string{"https://api.example/orders", "--origin", "https://app.example", "-X", "PUT", "-H", "Idempotency-Key: 1", "--send"}, p.reach()...)...)
	told.expect(t, transcript.NetReset, network, "This is not CORS")
	if p.methods() != "OPTIONS PUT" {
		t.Errorf("the server saw %q", p.methods())
	}
}

// A redirect is another request, and each address gets one; one that leads back gets none.
func TestUnsafeRequestsOverRedirects(t *testing.T) {
	t.Parallel()
	const a, b = "https://api.example/a", "https://api.example/b"
	for _, tt := range []struct {
		name  string
		leads map[string]string // from address to Location
		want  map[string]int    // how often each gets the request
		exit  int
	}{
		{"to another address", map[string]string{a: "/b"}, map[string]int{a: 1, b: 1}, 0},
		{"to itself", map[string]string{a: "/a"}, map[string]int{a: 1}, 3},
		{"to itself with a fragment", map[string]string{a: "/a#again"}, map[string]int{a: 1}, 3},
		{"to itself, written otherwise", map[string]string{a: "https://API.EXAMPLE:443/x/../a"}, map[string]int{a: 1}, 3},
		{"there and back", map[string]string{a: "/b", b: "/a"}, map[string]int{a: 1, b: 1}, 3},
		{"to another question", map[string]string{a: "/a?1"}, map[string]int{a: 1, a + "?1": 1}, 0},
		{"to another host", map[string]string{a: "https://cdn.example/a"}, map[string]int{a: 1, "https://cdn.example/a": 1}, 0},
	} {
		for _, status := range []int{307, 308} {
			t.Run(fmt.Sprintf("%d %s", status, tt.name), func(t *testing.T) {
				t.Parallel()
				for _, who := range []string{"firefox", "standard,webkit,firefox,chromium"} {
					p := serve(t, reflecting(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if to := tt.leads["https://"+r.Host+r.RequestURI]; to != "" {
							answer(status, "Location: "+to)(w, r)
						}
					}), "PUT", ""))
					arguments := append([]string{a, "--origin", "https://app.example", "-X", "PUT", "--profile", who}, p.reach()...)
					if ask(t, arguments...); strings.Contains(p.methods(), "PUT") {
						t.Errorf("%s: without leave the server saw %q", who, p.asked())
					}
					told := ask(t, append(arguments, "--send")...)
					got := map[string]int{}
					for _, line := range p.asked() {
						if address, ok := strings.CutPrefix(line, "PUT "); ok {
							got[address]++
						}
					}
					if fmt.Sprint(got) != fmt.Sprint(tt.want) || told.exit != tt.exit {
						t.Errorf("%s: exit %d, want %d; the server saw %v, want %v", who, told.exit, tt.exit, got, tt.want)
					}
				}
			})
		}
	}
}

// Where the browsers part ways, only the first sends.
func TestOnlyTheFirstBrowserSends(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]int{"chromium,standard": 1, "standard,chromium": 0, "standard": 0, "webkit,firefox,chromium": 1} {
		p := serve(t, answer(200, anyone, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *"))
		ask(t, append([]string{"https://api.example/orders", "--origin", "https://app.example", "-X", "PUT", "-H", "Authorization: Bearer x", "--send", "--profile", who}, p.reach()...)...)
		if got := strings.Count(p.methods(), "PUT"); got != want {
			t.Errorf("%s: the server saw %q, want %d PUT", who, p.methods(), want)
		}
	}
}

// A question from a file is held to the same.
func TestUnsafeScenario(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "scenario.json")
	question := `{"page": {"origin": "https://app.example"}, "request": {"method": "DELETE", "url": "https://api.example/orders"}}`
	if err := os.WriteFile(file, []byte(question), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serve(t, reflecting(plain, "DELETE", ""))
	if told := ask(t, append([]string{"--scenario", file}, p.reach()...)...); told.exit != 3 || p.methods() != "OPTIONS" {
		t.Errorf("exit %d; the server saw %q", told.exit, p.methods())
	}
	if told := ask(t, append([]string{"--scenario", file, "--send"}, p.reach()...)...); told.exit != 0 || p.methods() != "OPTIONS OPTIONS DELETE" {
		t.Errorf("exit %d; the server saw %q", told.exit, p.methods())
	}
}

// A server that closes after every answer, and does not say so, gets the request all the same: on a connection of its
// own, and once. Browsers manage that too.
func TestUnsafeRequestAfterASilentClose(t *testing.T) {
	t.Parallel()
	for range 40 {
		s := talk(t, func(c net.Conn, r *http.Request) bool {
			if r.Method == http.MethodOptions {
				say(c, yes)
				return false
			}
			say(c, "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://app.example\r\nVary: Origin\r\nContent-Length: 0\r\n\r\n")
			return false
		})
		told := ask(t, "http://api.example/orders", "--origin", "http://app.example", "-X", "PUT", "--data", "x", "--send", "--resolve", "api.example:80:"+s.addr)
		if told.Outcome != transcript.Allowed || s.methods() != "OPTIONS PUT" {
			t.Fatalf("%s, and the server saw %q", told.Outcome, s.methods())
		}
	}
}
