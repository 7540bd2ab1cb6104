package corstest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// A memory serves requests by a handler as net/http does over HTTP/1.1, with no connection between. A handler that
// flushes streams; nobody can hijack what is not there.
type memory struct{ handler http.Handler }

// RoundTrip calls the handler on a goroutine of its own, so that one that hangs ends with the request's context.
func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	ctx := r.Context()
	a := newAnswer(r.Method)
	context.AfterFunc(ctx, func() { a.end(context.Cause(ctx)) })
	go m.serve(a, received(r, body), r.URL.String())
	return a.response(r)
}

// serve runs the handler. A panic is a connection that breaks, and an error of the test.
func (m memory) serve(a *answer, r *http.Request, asked string) {
	returned := false
	defer func() {
		switch reason := recover(); {
		case returned:
			a.end(context.Cause(r.Context())) // what comes after the client has gone, nobody gets
		case reason == nil: // as FailNow does
			a.end(&fetch.NetworkError{Code: transcript.NetReset, Text: "the handler left without an answer"})
		case aborts(reason):
			a.end(&fetch.NetworkError{Code: transcript.NetReset, Text: "the handler aborted the answer"})
		default:
			stack := debug.Stack()
			broken := &fetch.NetworkError{Code: transcript.NetReset, Text: fmt.Sprintf("the handler panicked: %v", reason)}
			a.endWith(broken, func() {
				t := r.Context().Value(visitKey{}).(visit).t
				t.Errorf("corstest: %s %s: the handler panicked: %v\n\n%s", r.Method, asked, reason, stack)
			})
		}
	}()
	if r.URL == nil {
		refuse(a)
	} else {
		m.handler.ServeHTTP(a, r)
	}
	returned = true
}

// aborts: to panic with this error is to mean it.
func aborts(reason any) bool {
	err, ok := reason.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// refuse answers a request that net/http cannot read, in its words: a browser's address may be none to it.
func refuse(w http.ResponseWriter) {
	h := w.Header()
	h["Date"], h["Content-Length"] = nil, nil // neither is sent
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, "400 Bad Request")
}

// received is a client's request as a server sees it. Its URL is nil where a server would not read it.
func received(r *http.Request, body []byte) *http.Request {
	in := &http.Request{
		Method: r.Method, RequestURI: r.URL.RequestURI(), Host: r.Host, RemoteAddr: "192.0.2.1:1234",
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header, len(r.Header)),
		ContentLength: int64(len(body)), Body: http.NoBody,
	}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if u, err := url.ParseRequestURI(in.RequestURI); err == nil {
		in.URL = u
	}
	for name, values := range r.Header {
		for _, value := range values {
			in.Header.Add(name, value)
		}
	}
	switch {
	case r.ContentLength < 0:
		in.TransferEncoding, in.ContentLength = []string{"chunked"}, -1
	case len(body) > 0, r.Method == http.MethodPost, r.Method == http.MethodPut, r.Method == http.MethodPatch:
		in.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	if len(body) > 0 {
		in.Body = io.NopCloser(bytes.NewReader(body))
	}
	if r.URL.Scheme == "https" {
		in.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	return in.WithContext(r.Context())
}

// response waits until the head of the answer is known.
func (a *answer) response(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.head == nil && !a.ended {
		a.changed.Wait()
	}
	if a.head == nil {
		return nil, a.err
	}
	resp := &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.head, Body: a, ContentLength: a.declared, Request: r,
	}
	return resp, nil
}

// Read gives the body once it is whole: nobody here reads half of one.
func (a *answer) Read(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for !a.ended {
		a.changed.Wait()
	}
	switch {
	case len(a.body) > 0:
		n := copy(p, a.body)
		a.body = a.body[n:]
		return n, nil
	case a.err != nil:
		return 0, a.err
	}
	return 0, io.EOF
}

var errClosed = errors.New("the page closed the answer")

// Close lets the handler write to nobody. It hears of it by its context, which ends with the fetch.
func (a *answer) Close() error {
	a.end(errClosed)
	return nil
}
