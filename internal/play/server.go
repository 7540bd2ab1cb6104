package play

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/transcript"
)

// A Server plays a case to whoever connects: it is every origin at once, by the Host a request names. It reads and
// writes HTTP/1.1 by itself, because header lines must come and go byte for byte. It is safe for concurrent use.
//
// Of the failures it can show three: net-reset drops the connection, net-timeout never answers, net-protocol answers
// with what is not HTTP. The others it shows by dropping the connection too.
type Server struct {
	plain, secure net.Listener // secure is nil without a certificate

	mu     sync.Mutex
	script *script
	conns  map[net.Conn]bool
	closed bool
	done   sync.WaitGroup
}

const (
	longestHead     = 64 << 10
	longestBody     = 1 << 20
	longestPatience = 30 * time.Second // for a request to come, to go on, or to be given up
	mostRequests    = 1000             // on one connection
	mostConns       = 512
)

// Listen begins to serve on a port of 127.0.0.1, and with a certificate on a second port with TLS. Until [Server.Play]
// is called every answer is a 404. The caller closes the server.
func Listen(certificate *tls.Certificate) (*Server, error) {
	s := &Server{script: newScript(conformance.Case{}), conns: map[net.Conn]bool{}}
	var err error
	if s.plain, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.done.Add(1)
	go s.accept(s.plain, "http")
	if certificate == nil {
		return s, nil
	}
	config := &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.secure = tls.NewListener(inner, config)
	s.done.Add(1)
	go s.accept(s.secure, "https")
	return s, nil
}

// Addr is where http is served, as host:port.
func (s *Server) Addr() string { return s.plain.Addr().String() }

// TLSAddr is where https is served, as host:port; empty without a certificate.
func (s *Server) TLSAddr() string {
	if s.secure == nil {
		return ""
	}
	return s.secure.Addr().String()
}

// Play puts a case's answers in the place of those before, from the first one on, and forgets what was asked.
func (s *Server) Play(c conformance.Case) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = newScript(c)
}

// Taken gives the requests that arrived since the last call, in order.
func (s *Server) Taken() []Request { return s.current().taken() }

func (s *Server) current() *script {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.script
}

// Close stops listening, ends every connection and waits until all is still.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		conn.Close() //nolint:errcheck // it is ended either way
	}
	s.mu.Unlock()
	err := s.plain.Close()
	if s.secure != nil {
		err = errors.Join(err, s.secure.Close())
	}
	s.done.Wait()
	return err
}

func (s *Server) accept(l net.Listener, scheme string) {
	defer s.done.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(10 * time.Millisecond) // too many open files and the like
			continue
		}
		if !s.admit(conn) {
			conn.Close() //nolint:errcheck // nothing was said on it
			continue
		}
		go func() {
			defer s.dismiss(conn)
			s.serve(conn, scheme)
		}()
	}
}

func (s *Server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) == mostConns {
		return false
	}
	s.conns[conn] = true
	s.done.Add(1)
	return true
}

func (s *Server) dismiss(conn net.Conn) {
	conn.Close() //nolint:errcheck // all was written
	s.mu.Lock()
	delete(s.conns, conn)
	s.mu.Unlock()
	s.done.Done()
}

// serve answers requests until one side wants no more.
func (s *Server) serve(conn net.Conn, scheme string) {
	r := bufio.NewReader(conn)
	for range mostRequests {
		if conn.SetDeadline(time.Now().Add(longestPatience)) != nil {
			return
		}
		req, err := readRequest(r, scheme)
		if err != nil {
			var bad requestError
			if errors.As(err, &bad) {
				fmt.Fprintf(conn, "HTTP/1.1 400 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", bad)
				linger(conn)
			}
			return
		}
		if !s.answer(conn, req) {
			return
		}
	}
}

// answer writes the case's answer and reports whether the connection goes on.
func (s *Server) answer(conn net.Conn, req Request) bool {
	a, ok := s.current().receive(req)
	if !ok {
		a.Status = 404
	}
	switch a.Failure {
	case "":
	case transcript.NetTimeout:
		conn.Read(make([]byte, 1)) //nolint:errcheck // until the client gives up, or the server closes
		return false
	case transcript.NetProtocol:
		conn.Write([]byte("This is not HTTP.\r\n\r\n")) //nolint:errcheck // the connection ends anyway
		return false
	default:
		drop(conn)
		return false
	}
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %d \r\n", a.Status)
	for _, f := range a.Header {
		head.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	goesOn := !wantsClose(req.Header) && a.Status >= 200
	switch {
	case req.Method == "HEAD", a.Status < 200, a.Status == 204, a.Status == 304:
		head.WriteString("\r\n")
	case a.Header.Contains("Content-Length"), a.Header.Contains("Transfer-Encoding"): // the case's own framing, right or wrong
		head.WriteString("\r\n" + a.Body)
		goesOn = false
	default:
		// In chunks, because pages can read a Content-Length and would see one that the case does not have.
		head.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		if a.Body != "" {
			fmt.Fprintf(&head, "%x\r\n%s\r\n", len(a.Body), a.Body)
		}
		head.WriteString("0\r\n\r\n")
	}
	_, err := conn.Write([]byte(head.String()))
	return err == nil && goesOn
}

// linger reads on for a while: a connection closed with something unread is reset, and what was answered is lost.
func linger(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.CloseWrite() //nolint:errcheck // then the other side hears of the end later
	}
	if conn.SetDeadline(time.Now().Add(time.Second)) == nil {
		io.CopyN(io.Discard, conn, longestBody) //nolint:errcheck // it is not wanted
	}
}

// drop ends a connection so that the other side notices at once.
func drop(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // without it the end is only less abrupt
	}
	conn.Close() //nolint:errcheck // that is the point
}
