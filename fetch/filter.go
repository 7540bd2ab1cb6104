package fetch

import (
	"errors"
	"io"
	"slices"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A ResponseType says how much of a response the page may see.
//
// Spec: https://fetch.spec.whatwg.org/#concept-response-type
type ResponseType string

// The response types.
const (
	TypeBasic          ResponseType = "basic"
	TypeCORS           ResponseType = "cors"
	TypeOpaque         ResponseType = "opaque"
	TypeOpaqueRedirect ResponseType = "opaqueredirect"
	TypeError          ResponseType = "error"
)

// A Response is what the page gets: no more than a browser shows it. The record of how it came is not reachable from
// here.
//
// Spec: https://fetch.spec.whatwg.org/#response
type Response struct {
	Type       ResponseType
	Status     int    // 0 for opaque responses
	URL        string // empty for opaque responses
	Redirected bool
	Header     wire.Header // what script may read
	// Body streams. It is never nil, must be closed, and holds nothing for opaque responses.
	Body io.ReadCloser
	// OriginClean says that the response may be drawn to a canvas that is read afterwards.
	OriginClean bool
}

// responseType: what the response will be filtered to.
func (f *fetching) responseType(resp *response) ResponseType {
	switch {
	case resp.kind != "":
		return resp.kind
	case f.request.tainting == TaintingCORS:
		return TypeCORS
	case f.request.tainting == TaintingOpaque:
		return TypeOpaque
	}
	return TypeBasic
}

// filter gives the page its response.
//
// Spec: https://fetch.spec.whatwg.org/#concept-filtered-response
func (f *fetching) filter(resp *response) *Response {
	r := f.request
	kind := f.responseType(resp)
	if kind == TypeCORS {
		f.exposeHeaders(resp)
	}
	out := &Response{Type: kind, Body: emptyBody{}, OriginClean: kind == TypeBasic || kind == TypeCORS}
	switch kind {
	case TypeBasic, TypeCORS:
		out.Status, out.URL, out.Redirected = resp.status, r.current().Href(), len(r.urls) > 1 || resp.redirected
		out.Header = make(wire.Header, 0, len(resp.header))
		for _, field := range resp.header {
			if readable(kind, field.Name, resp) {
				out.Header = append(out.Header, field)
			}
		}
		if r.method != "HEAD" && !isNullBodyStatus(resp.status) {
			out.Body = &pageBody{decoded(resp)}
		} else {
			closeBody(resp)
		}
	case TypeOpaqueRedirect:
		out.URL = r.current().Href()
		closeBody(resp)
	case TypeOpaque, TypeError:
		closeBody(resp)
	}
	f.recordResult(resp, out)
	return out
}

// exposeHeaders reads Access-Control-Expose-Headers. One that cannot be parsed exposes nothing.
//
// Deviates: the text says "non-null or failure" and so would take a failure for a list; its authors' intent, and what
// all engines do, is that a failure exposes nothing (whatwg/fetch#433).
//
// Spec: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) exposeHeaders(resp *response) {
	names, err := resp.header.ExtractTokens(wire.AccessControlExposeHeaders)
	if err != nil {
		f.note(transcript.PhaseFilter, resp.exchange, transcript.Verdict{
			Code: transcript.ExposeSyntax, Subject: wire.AccessControlExposeHeaders, Expected: "a list of header names", Seen: badItem(err),
			Spec: specBase + "concept-main-fetch",
		})
		return
	}
	if f.request.credentials != CredentialsInclude && slices.Contains(names, "*") {
		resp.exposeAll = true
		return
	}
	resp.exposed = names
}

// readable reports whether script may read a header of that name.
//
// Spec: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
func readable(kind ResponseType, name string, resp *response) bool {
	if wire.IsForbiddenResponseHeaderName(name) {
		return false
	}
	return kind == TypeBasic || resp.exposeAll || wire.IsCORSSafelistedResponseHeaderName(name) || containsFold(resp.exposed, name)
}

// recordResult tells the console what the page got, and what it cannot see.
func (f *fetching) recordResult(resp *response, out *Response) {
	if f.record == nil {
		return
	}
	info := f.request.info
	result := &transcript.Result{Type: string(out.Type), Status: out.Status, URL: out.URL, Readable: []string{}, Hidden: []string{}, OriginClean: out.OriginClean, TimingAllowed: !f.request.timingAllowFailed}
	for _, field := range resp.header {
		name := wire.Lower(field.Name)
		if out.Header.Contains(name) {
			result.Readable = append(result.Readable, name)
		} else {
			result.Hidden = append(result.Hidden, name)
		}
	}
	slices.Sort(result.Readable)
	slices.Sort(result.Hidden)
	result.Readable, result.Hidden = slices.Compact(result.Readable), slices.Compact(result.Hidden)
	switch out.Type {
	case TypeOpaque:
		result.Page = info.OnOpaque
		f.note(transcript.PhaseFilter, resp.exchange, transcript.Verdict{
			Code: transcript.ResponseOpaque, Subject: string(f.request.mode), Expected: "mode cors", Seen: info.OnOpaque,
			Spec: specBase + "concept-filtered-response-opaque",
		})
	case TypeOpaqueRedirect:
		result.Page = "an opaque-redirect response: script learns that there was a redirect, not where to"
	case TypeBasic, TypeError:
	case TypeCORS:
		for _, name := range result.Hidden {
			if !wire.IsForbiddenResponseHeaderName(name) {
				f.note(transcript.PhaseFilter, resp.exchange, transcript.Verdict{
					Code: transcript.HeaderHidden, Subject: name, Expected: wire.AccessControlExposeHeaders + ": " + name,
					Seen: listed(resp.exposed), Spec: specBase + "concept-filtered-response-cors",
				})
			}
		}
	}
	f.record.Result = result
}

// isNullBodyStatus: statuses that never have a body.
//
// Spec: https://fetch.spec.whatwg.org/#null-body-status
func isNullBodyStatus(status int) bool {
	return status == 101 || status == 103 || status == 204 || status == 205 || status == 304
}

// pageBody keeps a transport's reasons from the page: reading fails with one word.
type pageBody struct{ io.ReadCloser }

func (b *pageBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = ErrFailed
	}
	return n, err
}

// Close ends the transfer.
func (b *pageBody) Close() error {
	if b.ReadCloser.Close() != nil {
		return ErrFailed
	}
	return nil
}
