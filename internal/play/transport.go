package play

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A Transport gives a case's answers without a network. It is a [fetch.Exchanger], so that order, casing and bytes of
// headers reach the browser's half as they stand in the case, and an [http.RoundTripper] for what knows only those.
// It is safe for concurrent use.
type Transport struct{ script *script }

// NewTransport makes a transport that begins with the case's first answers.
func NewTransport(c conformance.Case) *Transport { return &Transport{newScript(c)} }

// Taken gives the requests that arrived since the last call, in order.
func (t *Transport) Taken() []Request { return t.script.taken() }

// Exchange gives the next answer for the request. A case that has none is a [fetch.NetworkError].
func (t *Transport) Exchange(_ context.Context, r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
	received := Request{
		Preflight: isPreflight(r.Method, r.Header), Method: r.Method, URL: onWire(r.URL), Header: r.Header.Clone(),
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		received.Body = string(body)
	}
	a, ok := t.script.receive(received)
	switch {
	case !ok:
		return nil, &fetch.NetworkError{Code: transcript.NetAborted, Text: fmt.Sprintf("the case has no answer to %s %s", r.Method, r.URL)}
	case a.Failure != "":
		return nil, &fetch.NetworkError{Code: a.Failure, Text: "the case says so"}
	}
	answer := &fetch.NetworkResponse{Status: a.Status, Header: parsed(a.Header), Proto: "HTTP/1.1"}
	if r.URL.Scheme() == "https" {
		answer.Proto = "HTTP/2.0"
	}
	if r.Method != http.MethodHead {
		answer.Body = io.NopCloser(strings.NewReader(a.Body))
	}
	return answer, nil
}

// onWire is an address as a server sees it: without user information.
func onWire(u *fetch.URL) string {
	scheme, rest, _ := strings.Cut(u.Href(), "://")
	end := len(rest)
	if slash := strings.IndexAny(rest, "/?"); slash >= 0 {
		end = slash
	}
	return scheme + "://" + rest[1+strings.LastIndexByte(rest[:end], '@'):]
}

// parsed is a header as it comes out of a parser: without the blanks round its values.
func parsed(h wire.Header) wire.Header {
	h = h.Clone()
	for i := range h {
		h[i].Value = strings.Trim(h[i].Value, " \t")
	}
	return h
}

// RoundTrip is [Transport.Exchange] for net/http.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	u, err := fetch.ParseURL(r.URL.String())
	if err != nil {
		return nil, err
	}
	sent := &fetch.NetworkRequest{Method: r.Method, URL: u, ContentLength: r.ContentLength}
	for name, values := range r.Header {
		for _, value := range values {
			sent.Header = append(sent.Header, wire.Field{Name: name, Value: value})
		}
	}
	if r.Body != nil {
		defer r.Body.Close()
		sent.Body = r.Body
	}
	answer, err := t.Exchange(r.Context(), sent)
	if err != nil {
		return nil, err
	}
	resp := &http.Response{
		Status: fmt.Sprintf("%d %s", answer.Status, http.StatusText(answer.Status)), StatusCode: answer.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: answer.Body, ContentLength: -1, Request: r,
	}
	for _, f := range answer.Header {
		resp.Header.Add(f.Name, f.Value)
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	return resp, nil
}
