package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
)

func packed(t testing.TB, plain string, open func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asGzip(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func asZlib(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
func asFlate(w io.Writer) io.WriteCloser {
	f, err := flate.NewWriter(w, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	return f
}

func TestContentCodings(t *testing.T) {
	plain := strings.Repeat("plain text. ", 500)
	gz, z, raw := packed(t, plain, asGzip), packed(t, plain, asZlib), packed(t, plain, asFlate)
	for _, row := range []struct {
		why    string
		codes  []string
		body   string
		want   string
		broken bool
	}{
		{"none", nil, plain, plain, false},
		{"gzip", []string{"gzip"}, gz, plain, false},
		{"gzip in capitals", []string{"GZIP"}, gz, plain, false},
		{"its older name", []string{"x-gzip"}, gz, plain, false},
		{"deflate, which is zlib", []string{"deflate"}, z, plain, false},
		{"deflate, as some servers have it", []string{"deflate"}, raw, plain, false},
		{"identity", []string{"identity"}, plain, plain, false},
		{"two codings, the last undone first", []string{"deflate, gzip"}, packed(t, z, asGzip), plain, false},
		{"two codings in two lines", []string{"deflate", "gzip"}, packed(t, z, asGzip), plain, false},
		{"a coding nobody asked for stays", []string{"br"}, "brotli", "brotli", false},
		{"and what is round it too", []string{"br, gzip"}, gz, gz, false},
		{"what cannot be parsed stays", []string{"gzip;q=1"}, gz, gz, false},
		{"an empty list", []string{""}, plain, plain, false},
		{"empty elements", []string{", gzip,"}, gz, plain, false},
		{"not gzip at all", []string{"gzip"}, "plain", "", true},
		{"not deflate at all", []string{"deflate"}, "\xff\xff\xff", "", true},
		{"gzip cut short", []string{"gzip"}, gz[:len(gz)/2], "", true},
		{"gzip with a wrong sum", []string{"gzip"}, gz[:len(gz)-8] + "12345678", "", true},
	} {
		b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			answer := reply(200)
			for _, c := range row.codes {
				answer.Header.Append("Content-Encoding", c)
			}
			answer.Body = io.NopCloser(strings.NewReader(row.body))
			return answer, nil
		})
		resp, err := b.get(t, home+"/")
		if err != nil {
			t.Fatalf("%s: %v: a coding is looked at when the body is read", row.why, err)
		}
		got, err := io.ReadAll(resp.Body)
		if row.broken {
			if err != fetch.ErrFailed { //nolint:errorlint // nothing may be wrapped
				t.Errorf("%s: %v, want ErrFailed itself", row.why, err)
			}
			continue
		}
		if err != nil || string(got) != row.want {
			t.Errorf("%s: %.20q, %v, want %.20q", row.why, got, err, row.want)
		}
	}
}

// Nothing is read of a body before the page reads, and closing the page's body closes the transport's.
func TestCodingReadsNothingBefore(t *testing.T) {
	for _, coding := range []string{"gzip", "deflate", "identity"} {
		watched := &watchedBody{}
		b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			answer := reply(200, "Content-Encoding: "+coding)
			answer.Body = watched
			return answer, nil
		})
		resp, err := b.get(t, home+"/")
		if err != nil || watched.read || watched.closed {
			t.Fatalf("%s: %v, read %v, closed %v", coding, err, watched.read, watched.closed)
		}
		if _, err := resp.Body.Read(make([]byte, 1)); err != fetch.ErrFailed || errors.Unwrap(err) != nil { //nolint:errorlint // nothing may be wrapped
			t.Errorf("%s: a broken body says %v", coding, err)
		}
		if err := resp.Body.Close(); err != nil || !watched.closed {
			t.Errorf("%s: %v, closed %v", coding, err, watched.closed)
		}
	}
}
