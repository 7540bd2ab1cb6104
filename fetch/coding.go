package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
)

// decoded undoes the content codings that were asked for. It reads nothing before the page does.
//
// Spec: https://fetch.spec.whatwg.org/#handle-content-codings
func decoded(resp *response) io.ReadCloser {
	codings, err := resp.header.ExtractTokens("Content-Encoding")
	if err != nil {
		return resp.body
	}
	body := resp.body
	for i := len(codings) - 1; i >= 0; i-- {
		switch strings.ToLower(codings[i]) {
		case "gzip", "x-gzip":
			body = &decoder{source: body, open: openGzip}
		case "deflate":
			body = &decoder{source: body, open: openDeflate}
		case "identity":
		default: // a coding nobody asked for stays
			return resp.body
		}
	}
	return body
}

// A decoder opens its coding at the first read, so that a slow body holds up nobody but its reader.
type decoder struct {
	source io.ReadCloser
	open   func(io.Reader) (io.Reader, error)
	plain  io.Reader
	err    error
}

func (d *decoder) Read(p []byte) (int, error) {
	if d.plain == nil && d.err == nil {
		d.plain, d.err = d.open(d.source)
	}
	if d.err != nil {
		return 0, d.err
	}
	return d.plain.Read(p)
}

func (d *decoder) Close() error { return d.source.Close() }

func openGzip(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }

// openDeflate: the name means the zlib format, and some servers send bare deflate all the same.
func openDeflate(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}
