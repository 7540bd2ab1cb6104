package browsers

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/corscope/corscope/wire"
)

// A request is what came over a connection, header lines as they were.
type request struct {
	scheme, host string // host as the Host line says, port and all
	method       string
	target       string // path and query
	header       wire.Header
	body         []byte
}

// url is the request's address.
func (r *request) url() string { return r.scheme + "://" + r.host + r.target }

// path is the target without its query.
func (r *request) path() string {
	path, _, _ := strings.Cut(r.target, "?")
	return path
}

// query is what stands after the question mark.
func (r *request) query() string {
	_, query, _ := strings.Cut(r.target, "?")
	return query
}

// A reply is written as it stands; its end is the connection's end, so that no length is among its headers.
type reply struct {
	status int
	header wire.Header
	body   []byte
	drop   bool // no answer: the connection ends
	hold   bool // the connection stays until the other side ends it
}

const (
	longestHead     = 256 << 10
	longestBody     = 4 << 20
	longestPatience = 60 * time.Second
)

// A rawServer speaks HTTP/1.1 by itself, over TLS too where a connection begins like that.
type rawServer struct {
	listener net.Listener
	secure   *tls.Config
	answer   func(*request) reply
}

func (s *rawServer) serve() {
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go s.converse(conn)
	}
}

// peeked is a connection whose first byte was looked at.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

const tlsHandshake = 0x16 // the first byte of a TLS connection, and of no HTTP request

func (s *rawServer) converse(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // all was written
	if conn.SetDeadline(time.Now().Add(longestPatience)) != nil {
		return
	}
	r := bufio.NewReader(conn)
	first, err := r.Peek(1)
	if err != nil {
		return
	}
	scheme := "http"
	stream := conn
	if first[0] == tlsHandshake {
		scheme = "https"
		stream = tls.Server(peeked{conn, r}, s.secure)
		r = bufio.NewReader(stream)
	}
	defer stream.Close() //nolint:errcheck // likewise
	req, err := readRequest(r)
	if err != nil {
		return
	}
	req.scheme = scheme
	rep := s.answer(req)
	if rep.drop {
		return
	}
	if _, err := stream.Write(rep.bytes(req.method)); err != nil {
		return
	}
	if rep.hold {
		io.Copy(io.Discard, r) //nolint:errcheck // until the other side has had enough
	}
}

func (rep reply) bytes(method string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d \r\n", rep.status)
	for _, f := range rep.header {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	if method != "HEAD" {
		b.Write(rep.body)
	}
	return []byte(b.String())
}

var errNotHTTP = errors.New("not an HTTP/1.1 request")

func readRequest(r *bufio.Reader) (*request, error) {
	first, err := readLine(r)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(first, " ")
	if len(parts) != 3 || parts[2] != "HTTP/1.1" {
		return nil, errNotHTTP
	}
	req := &request{method: parts[0], target: parts[1]}
	for size := 0; ; {
		line, err := readLine(r)
		if err != nil {
			return nil, err
		}
		if line == "" {
			break
		}
		if size += len(line); size > longestHead {
			return nil, errNotHTTP
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, errNotHTTP
		}
		req.header = append(req.header, wire.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	req.host, _ = req.header.Get("Host")
	req.body, err = readBody(r, req.header)
	return req, err
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}

func readBody(r *bufio.Reader, h wire.Header) ([]byte, error) {
	if coding, ok := h.Get("Transfer-Encoding"); ok && wire.EqualFold(coding, "chunked") {
		return readChunks(r)
	}
	length, ok := h.Get(wire.ContentLength)
	if !ok {
		return nil, nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > longestBody {
		return nil, errNotHTTP
	}
	body := make([]byte, n)
	_, err = io.ReadFull(r, body)
	return body, err
}

func readChunks(r *bufio.Reader) ([]byte, error) {
	var body []byte
	for {
		line, err := readLine(r)
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if err != nil || len(body)+int(n) > longestBody {
			return nil, errNotHTTP
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, err
		}
		body = append(body, chunk...)
		if _, err := readLine(r); err != nil {
			return nil, err
		}
		if n == 0 {
			return body, nil
		}
	}
}
