package fetch

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A RequestError is a request that no page can make: a browser throws before anything is sent, and says why.
type RequestError struct {
	// Reason says what is wrong with the request, in words that repeat only what the caller gave.
	Reason string
}

func (e *RequestError) Error() string { return e.Reason }

// setUp makes the standard's request out of what the page asks: the constructor's checks, the initiator's defaults, and
// the headers every request has.
//
// Spec: https://fetch.spec.whatwg.org/#dom-request
func (f *fetching) setUp(req *Request) error {
	f.request = &request{client: &req.Client, origin: req.Client.Origin, tainting: TaintingBasic, urls: make([]*URL, 0, 4)}
	if req.URL == nil {
		return f.refuse(transcript.URLInvalid, "url", "an address", "none", "there is no URL")
	}
	r := f.request
	r.urls = append(r.urls, req.URL)
	info := req.Initiator.lookup()
	if info == nil {
		return &RequestError{fmt.Sprintf("no initiator is called %q", req.Initiator)}
	}
	r.info = info
	if err := f.setUpMethod(req); err != nil {
		return err
	}
	if err := f.setUpModes(req); err != nil {
		return err
	}
	if err := f.setUpBody(req); err != nil {
		return err
	}
	if err := f.setUpHeaders(req); err != nil {
		return err
	}
	if info.Name == ByWebSocket {
		r.setUpWebSocket()
	}
	// A beacon asks with CORS only where its type would need a preflight.
	if info.Name == ByBeacon {
		if contentType, ok := r.header.Get(wire.ContentType); ok && !isSafelisted(wire.ContentType, contentType, *f.profile) {
			r.mode = ModeCORS
		}
	}
	r.referrerPolicy = req.ReferrerPolicy
	if r.referrerPolicy == "" {
		r.referrerPolicy = req.Client.ReferrerPolicy
	}
	if r.referrerPolicy == "" {
		r.referrerPolicy = StrictOriginWhenCrossOrigin
	}
	if info.Name != ByWebSocket && info.Name != ByPing && info.Name != ByReport { // which tell nobody where they come from
		r.referrer = referrerOf(&req.Client)
	}
	return nil
}

// refuse records a setup verdict and gives the error the page sees.
func (f *fetching) refuse(code transcript.Code, subject, expected, seen, reason string) error {
	f.judge(transcript.PhaseSetup, 0, 0, []transcript.Verdict{{
		Code: code, Subject: subject, Expected: expected, Seen: seen, Spec: specBase + "dom-request",
	}})
	return &RequestError{reason}
}

func (f *fetching) setUpMethod(req *Request) error {
	r, info := f.request, f.request.info
	r.method = req.Method
	if r.method == "" {
		r.method = "GET"
		if info.Name == ByBeacon || info.Name == ByPing || info.Name == ByReport || info.Name == ByCSPReport {
			r.method = "POST"
		}
	}
	if !wire.IsToken(r.method) || wire.IsForbiddenMethod(r.method) {
		return f.refuse(transcript.MethodForbidden, "method", "a method scripts may use", r.method,
			fmt.Sprintf("method %q is not one a page may use", r.method))
	}
	r.method = NormalizeMethod(r.method)
	if info.Scriptable && !info.takesAnyRequest() {
		if r.method != "POST" && (r.method != "GET" || info.Name != ByNavigation) || !onlyContentType(req.Header) {
			return &RequestError{info.Title + " makes POST requests, and of headers the page sets at most Content-Type"}
		}
	}
	if !info.Scriptable {
		if r.method != "GET" || len(req.Header) > 0 || req.Body != nil {
			return &RequestError{info.Title + " makes GET requests, and the page sets no header and no body"}
		}
	}
	if req.URL.IncludesCredentials() && info.Name == ByFetch {
		return f.refuse(transcript.URLUserinfo, "url", "no user name and no password", req.URL.String(),
			"fetch() takes no URL with a user name or a password")
	}
	return nil
}

// takesAnyRequest: script alone decides on method and headers.
func (info *InitiatorInfo) takesAnyRequest() bool { return info.Name == ByFetch || info.Name == ByXHR }

func onlyContentType(h wire.Header) bool {
	return len(h) == 0 || len(h) == 1 && wire.EqualFold(h[0].Name, wire.ContentType)
}

// setUpModes: the initiator's, unless the page or a crossorigin attribute chooses.
func (f *fetching) setUpModes(req *Request) error {
	r, info := f.request, f.request.info
	r.mode, r.credentials, r.redirect, r.cache = info.Mode, info.Credentials, RedirectFollow, CacheDefault
	r.destination, r.unsafeRequest = info.Destination, info.UnsafeRequest
	if info.Name == ByClipPath && f.profile.has(quirkClipPathSameOrigin) {
		r.mode = ModeSameOrigin
	}
	if info.Name == ByPreload || info.Name == ByPrefetch {
		if r.destination = req.Destination; r.destination == "fetch" {
			r.destination = ""
		}
	}
	if info.Attribute {
		switch req.CrossOrigin {
		case CrossOriginAnonymous:
			r.mode, r.credentials = ModeCORS, CredentialsSameOrigin
		case CrossOriginUseCredentials:
			r.mode, r.credentials = ModeCORS, CredentialsInclude
		case "":
		default: // as an invalid value of the attribute
			r.mode, r.credentials = ModeCORS, CredentialsSameOrigin
		}
	}
	if req.Mode != "" && req.Mode != r.mode {
		if info.Name != ByFetch || !slices.Contains([]Mode{ModeSameOrigin, ModeCORS, ModeNoCORS}, req.Mode) {
			return &RequestError{fmt.Sprintf("%s does not ask in mode %q", info.Title, req.Mode)}
		}
		r.mode = req.Mode
	}
	if req.Credentials != "" && req.Credentials != r.credentials {
		chooses := info.Name == ByFetch || info.Name == ByXHR && req.Credentials != CredentialsOmit
		if !chooses || !slices.Contains([]Credentials{CredentialsOmit, CredentialsSameOrigin, CredentialsInclude}, req.Credentials) {
			return &RequestError{fmt.Sprintf("%s does not ask with credentials %q", info.Title, req.Credentials)}
		}
		r.credentials = req.Credentials
	}
	if req.Redirect != "" {
		if info.Name != ByFetch && req.Redirect != RedirectFollow || !slices.Contains([]Redirect{RedirectFollow, RedirectError, RedirectManual}, req.Redirect) {
			return &RequestError{fmt.Sprintf("%s does not choose redirect %q", info.Title, req.Redirect)}
		}
		r.redirect = req.Redirect
	}
	if info.Name == ByEventSource {
		r.cache = CacheNoStore
	}
	if req.Cache != "" {
		if !slices.Contains([]Cache{CacheDefault, CacheNoStore, CacheReload, CacheNoCache, CacheForceCache}, req.Cache) {
			return &RequestError{fmt.Sprintf("no cache mode is called %q", req.Cache)}
		}
		r.cache = req.Cache
	}
	r.keepalive = req.Keepalive || info.Name == ByBeacon || info.Name == ByPing
	r.targetAddressSpace = req.TargetAddressSpace
	r.useURLCredentials = info.Name != ByFetch && req.URL.IncludesCredentials()
	if r.mode == ModeNoCORS && info.Name == ByFetch && !wire.IsCORSSafelistedMethod(r.method) {
		return f.refuse(transcript.NoCORSMethod, "method", "GET, HEAD or POST", r.method,
			fmt.Sprintf("mode no-cors takes GET, HEAD and POST, not %s", r.method))
	}
	return nil
}

const streamAsText = "[object ReadableStream]"

// setUpBody reads a body that can be sent again, and marks one that cannot.
func (f *fetching) setUpBody(req *Request) error {
	r := f.request
	if req.Body != nil && (r.method == "GET" || r.method == "HEAD") {
		if r.info.Name == ByXHR { // send() drops it in silence
			return f.setUpUploadListener(req)
		}
		return f.refuse(transcript.BodyNotAllowed, "body", "no body for "+r.method, "a body",
			fmt.Sprintf("a %s request has no body", r.method))
	}
	switch {
	case req.Body == nil:
	case req.Stream && f.profile.has(quirkStreamAsText):
		r.body = &body{bytes: []byte(streamAsText)}
		r.header = wire.Header{{Name: wire.ContentType, Value: "text/plain;charset=UTF-8"}}
		f.step("stream", "sent as text", "this browser has no stream bodies")
	case req.Stream:
		if r.mode != ModeCORS && r.mode != ModeSameOrigin || r.keepalive || r.info.Name != ByFetch {
			return f.refuse(transcript.StreamMode, "body", "mode cors or same-origin, and no keepalive", string(r.mode),
				"a stream body needs mode cors or same-origin, and no keepalive")
		}
		r.body = &body{stream: req.Body}
		r.useCORSPreflight = true
	default:
		all, err := io.ReadAll(req.Body)
		if err != nil {
			return fmt.Errorf("reading the request's body: %w", err)
		}
		r.body = &body{bytes: all}
	}
	return f.setUpUploadListener(req)
}

func (f *fetching) setUpUploadListener(req *Request) error {
	if !req.UploadListener {
		return nil
	}
	if f.request.info.Name != ByXHR {
		return &RequestError{"only an XMLHttpRequest has upload listeners"}
	}
	if f.request.body != nil || !f.profile.has(quirkEmptyUploadNoPreflight) {
		f.request.useCORSPreflight = true
	}
	return nil
}

// setUpHeaders takes the page's headers through the guard and adds Accept and Accept-Language.
//
// Spec: https://fetch.spec.whatwg.org/#concept-headers-append
func (f *fetching) setUpHeaders(req *Request) error {
	r := f.request
	h := make(wire.Header, 0, len(req.Header)+3)
	for _, field := range req.Header {
		name, value := field.Name, wire.Normalize(field.Value)
		if !wire.IsToken(name) || !wire.IsValue(value) {
			return f.refuse(transcript.HeaderInvalid, name, "a header name and value HTTP can carry", value,
				fmt.Sprintf("header %q: %q cannot be sent", name, value))
		}
		switch {
		case wire.IsForbiddenRequestHeader(name, value):
			f.ignoreHeader(transcript.HeaderForbidden, name, "", "forbidden-request-header")
			continue
		case wire.EqualFold(name, wire.UserAgent) && f.profile.has(quirkUserAgentIgnored):
			f.ignoreHeader(transcript.HeaderForbidden, name, quirks[quirkUserAgentIgnored].ID, "forbidden-request-header")
			continue
		case r.mode == ModeNoCORS && r.info.Name == ByFetch:
			together := value
			if before, ok := h.Get(name); ok {
				together = before + ", " + value
			}
			if !isNoCORSSafelisted(name, together, *f.profile) {
				f.ignoreHeader(transcript.HeaderDropped, name, "", "no-cors-safelisted-request-header")
				continue
			}
		}
		if r.info.Name == ByXHR {
			h.Combine(name, value)
		} else {
			h.Append(name, value)
		}
	}
	if r.body != nil && r.info.ContentType != "" && !h.Contains(wire.ContentType) {
		h = append(h, wire.Field{Name: wire.ContentType, Value: r.info.ContentType})
	}
	for _, field := range r.header { // the body's own type, unless the page set one
		if !h.Contains(field.Name) {
			h = append(h, field)
		}
	}
	if !h.Contains("Accept") {
		h = append(h, wire.Field{Name: "Accept", Value: r.acceptFor()})
	}
	if !h.Contains("Accept-Language") {
		h = append(h, wire.Field{Name: "Accept-Language", Value: "en-US,en;q=0.5"})
	}
	if (r.info.Name == ByVideo || r.info.Name == ByAudio || r.info.Name == ByVideoCanvas) && !h.Contains(wire.Range) {
		h = append(h, wire.Field{Name: wire.Range, Value: "bytes=0-"})
	}
	if r.info.Name == ByPrefetch {
		h = append(h, wire.Field{Name: "Sec-Purpose", Value: "prefetch"})
	}
	r.header = h
	return nil
}

const acceptDocument = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// acceptFor is what a request says it would like, by what it is for.
//
// Spec: https://fetch.spec.whatwg.org/#concept-fetch
func (r *request) acceptFor() string {
	if r.info.Accept != "" {
		return r.info.Accept
	}
	switch r.destination {
	case "document":
		return acceptDocument
	case "image":
		return "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
	case "json":
		return "application/json,*/*;q=0.5"
	case "style":
		return "text/css,*/*;q=0.1"
	}
	return "*/*"
}

func (f *fetching) ignoreHeader(code transcript.Code, name, quirk, anchor string) {
	f.note(transcript.PhaseSetup, 0, transcript.Verdict{
		Code: code, Subject: name, Expected: "not sent", Seen: strings.ToLower(name), Quirk: quirk, Spec: specBase + anchor,
	})
}

// setUpWebSocket makes the opening handshake: no CORS, but always an Origin that the server has to look at.
//
// Spec: https://websockets.spec.whatwg.org/#concept-websocket-establish
func (r *request) setUpWebSocket() {
	switch u := r.current(); u.scheme {
	case "ws":
		r.urls[0] = u.withScheme("http")
	case "wss":
		r.urls[0] = u.withScheme("https")
	}
	var nonce [16]byte
	rand.Read(nonce[:]) // never fails
	r.redirect, r.serviceWorkersNone, r.cache = RedirectError, true, CacheNoStore
	r.header = append(
		r.header,
		wire.Field{Name: "Upgrade", Value: "websocket"},
		wire.Field{Name: "Connection", Value: "Upgrade"},
		wire.Field{Name: "Sec-WebSocket-Key", Value: base64.StdEncoding.EncodeToString(nonce[:])},
		wire.Field{Name: "Sec-WebSocket-Version", Value: "13"},
	)
}
