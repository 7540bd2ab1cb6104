package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A NetworkRequest is one request on its way to a server, complete: nothing may be added but what framing needs.
type NetworkRequest struct {
	Method        string
	URL           *URL
	Header        wire.Header
	Body          io.Reader // nil for none
	ContentLength int64     // -1 for a stream
	Remote        bool      // the address that answers is asked for
}

// A NetworkResponse is what a server answered.
type NetworkResponse struct {
	Status int
	Header wire.Header
	Body   io.ReadCloser // nil for none
	Proto  string        // such as HTTP/1.1; may be empty
	Remote string        // the address that answered, host:port; may be empty
}

// An Exchanger makes one exchange: no redirects, no cookies, no decoding. An [net/http.RoundTripper] that is also an
// Exchanger is used as one, so that headers keep their order, casing and bytes.
//
// An error that is a *[NetworkError] keeps its code; any other is classified.
type Exchanger interface {
	Exchange(ctx context.Context, r *NetworkRequest) (*NetworkResponse, error)
}

// ErrNotSent is what an [Exchanger] returns, or wraps, for a request it holds back. The fetch ends there without a
// verdict: its outcome is unknown, and the transcript says why.
var ErrNotSent = errors.New("held back")

// httpNetworkFetch makes the exchange.
//
// Spec: https://fetch.spec.whatwg.org/#concept-http-network-fetch
func (f *fetching) httpNetworkFetch(r *request, kind transcript.Kind, h wire.Header, include bool) *response {
	space := f.addressSpace(r)
	if blocked := f.localNetworkAccessCheck(r, space, 0); blocked != nil {
		return blocked
	}
	sent := &NetworkRequest{Method: r.method, URL: r.current(), Header: h, Remote: f.listening() || r.client.AddressSpace != ""}
	if r.body != nil {
		if r.body.stream != nil {
			// A stream needs HTTP/2, which plain http never is.
			if r.current().scheme == "http" {
				return f.block(transcript.PhaseNetwork, 0, transcript.Verdict{
					Code: transcript.NetStreamHTTP1, Subject: r.current().String(), Expected: "HTTP/2", Seen: "http",
					Spec: specBase + "concept-http-network-fetch",
				})
			}
			sent.Body, sent.ContentLength = r.body.stream, -1
		} else {
			sent.Body, sent.ContentLength = bytes.NewReader(r.body.bytes), int64(len(r.body.bytes))
		}
	}
	if f.ctx.Err() != nil {
		return f.fail(r, kind, h, include, f.ctx.Err())
	}
	answer, err := f.agent.exchanger().Exchange(f.ctx, sent)
	if errors.Is(err, ErrNotSent) {
		if f.record != nil {
			f.record.Unsent = err.Error()
		}
		f.dead = true
		return networkError
	}
	if err != nil {
		return f.fail(r, kind, h, include, err)
	}
	resp := &response{status: answer.Status, header: answer.Header, body: bodyOrEmpty(answer.Body)}
	f.recordAnswer(r, kind, h, include, answer, "", resp)
	// Deviates: the connection's address is known only now, so a request whose address was not known before has been
	// sent when it is refused. Callers who care give Agent.AddressSpace.
	if space == "" {
		if blocked := f.localNetworkAccessCheck(r, spaceOfAddress(answer.Remote), resp.exchange); blocked != nil {
			closeBody(resp)
			return blocked
		}
	}
	if r.body != nil && r.body.stream != nil && (answer.Proto == "HTTP/1.1" || answer.Proto == "HTTP/1.0") {
		closeBody(resp)
		return f.block(transcript.PhaseNetwork, resp.exchange, transcript.Verdict{
			Code: transcript.NetStreamHTTP1, Subject: r.current().String(), Expected: "HTTP/2", Seen: answer.Proto,
			Spec: specBase + "concept-http-network-fetch",
		})
	}
	// Cookies are kept even if the answer will not be shared.
	if include {
		f.storeCookies(r, resp.exchange, answer.Header)
	}
	return resp
}

// storedResponse asks the hook for the HTTP cache.
func (f *fetching) storedResponse(r *request, kind transcript.Kind, h wire.Header, include bool) *response {
	if f.agent.Stored == nil || kind == transcript.Preflight || r.method != "GET" && r.method != "HEAD" {
		return nil
	}
	answer := f.agent.Stored(r.method, r.current(), h.Clone())
	if answer == nil {
		return nil
	}
	resp := &response{status: answer.Status, header: answer.Header, body: bodyOrEmpty(answer.Body)}
	f.recordAnswer(r, kind, h, include, answer, transcript.FromCache, resp)
	return resp
}

// recordAnswer writes an exchange down and tells the response its number.
func (f *fetching) recordAnswer(r *request, kind transcript.Kind, h wire.Header, include bool, answer *NetworkResponse, source transcript.Source, resp *response) {
	if f.record == nil {
		return
	}
	f.record.Exchanges = append(f.record.Exchanges, transcript.Exchange{
		Kind: kind, Hop: f.hop(), Method: r.method, URL: r.current().Href(), Request: h, Credentials: include, Source: source,
		Proto: answer.Proto, Remote: answer.Remote, Status: answer.Status, Response: answer.Header.Clone(),
	})
	resp.exchange = len(f.record.Exchanges)
}

// fail writes an exchange without an answer down, and blocks.
func (f *fetching) fail(r *request, kind transcript.Kind, h wire.Header, include bool, err error) *response {
	failure := classify(f.ctx, err)
	exchange := 0
	if f.record != nil {
		f.record.Exchanges = append(f.record.Exchanges, transcript.Exchange{
			Kind: kind, Hop: f.hop(), Method: r.method, URL: r.current().Href(), Request: h, Credentials: include,
			Failure: &transcript.Failure{Code: failure.Code, Text: failure.Text},
		})
		exchange = len(f.record.Exchanges)
	}
	return f.block(transcript.PhaseNetwork, exchange, transcript.Verdict{
		Code: failure.Code, Subject: r.current().String(), Seen: failure.Text, Spec: specBase + "concept-http-network-fetch",
	})
}

func closeBody(r *response) {
	if r.body != nil {
		r.body.Close()
	}
}

func bodyOrEmpty(b io.ReadCloser) io.ReadCloser {
	if b == nil {
		return emptyBody{}
	}
	return b
}

type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }
