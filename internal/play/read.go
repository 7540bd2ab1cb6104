package play

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/corscope/corscope/wire"
)

// A requestError is what the other side did wrong.
type requestError string

func (e requestError) Error() string { return string(e) }

// readRequest reads one request. Header lines stay as they came, but for the blanks before a value.
func readRequest(r *bufio.Reader, scheme string) (Request, error) {
	left := longestHead
	line, err := readLine(r, &left)
	if err != nil {
		return Request{}, err
	}
	parts := strings.Split(line, " ")
	if len(parts) != 3 || parts[2] != "HTTP/1.1" || !wire.IsToken(parts[0]) {
		return Request{}, requestError("want METHOD TARGET HTTP/1.1")
	}
	req := Request{Method: parts[0]}
	for {
		line, err = readLine(r, &left)
		if err != nil {
			return Request{}, err
		}
		if line == "" {
			break
		}
		name, value, found := strings.Cut(line, ":")
		if !found || !wire.IsToken(name) {
			return Request{}, requestError("want NAME: VALUE")
		}
		req.Header = append(req.Header, wire.Field{Name: name, Value: strings.TrimLeft(value, " \t")})
	}
	host, ok := req.Header.Get("Host")
	if !ok {
		return Request{}, requestError("want a Host")
	}
	req.URL = parts[1]
	if strings.HasPrefix(req.URL, "/") {
		req.URL = scheme + "://" + host + req.URL
	}
	req.Preflight = isPreflight(req.Method, req.Header)
	req.Body, err = readBody(r, req.Header)
	return req, err
}

// readLine reads up to a line feed and takes its length off what is left.
func readLine(r *bufio.Reader, left *int) (string, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece...)
		if *left -= len(piece); *left < 0 {
			return "", requestError("too long")
		}
		switch {
		case err == bufio.ErrBufferFull: //nolint:errorlint // ReadSlice returns it bare
		case err != nil:
			return "", err
		default:
			return strings.TrimSuffix(string(line[:len(line)-1]), "\r"), nil
		}
	}
}

func readBody(r *bufio.Reader, h wire.Header) (string, error) {
	if coding, ok := h.Get("Transfer-Encoding"); ok {
		if !wire.EqualFold(coding, "chunked") {
			return "", requestError("want chunked")
		}
		return readChunks(r)
	}
	length, ok := h.Get(wire.ContentLength)
	if !ok {
		return "", nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > longestBody {
		return "", requestError("want a shorter body")
	}
	body := make([]byte, n)
	_, err = io.ReadFull(r, body)
	return string(body), err
}

func readChunks(r *bufio.Reader) (string, error) {
	var body []byte
	left := longestHead
	for {
		line, err := readLine(r, &left)
		if err != nil {
			return "", err
		}
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if err != nil || len(body)+int(n) > longestBody {
			return "", requestError("want a shorter body")
		}
		if n == 0 {
			break
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return "", err
		}
		body = append(body, chunk...)
		if _, err := readLine(r, &left); err != nil {
			return "", err
		}
	}
	for { // trailers
		if line, err := readLine(r, &left); line == "" || err != nil {
			return string(body), err
		}
	}
}

func wantsClose(h wire.Header) bool {
	value, _ := h.Get("Connection")
	return wire.EqualFold(value, "close")
}
