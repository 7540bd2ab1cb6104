package fetch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// blockBeforeFetch looks for what stops the current hop before it starts. None of it is CORS.
//
// Spec: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) blockBeforeFetch() *response {
	r := f.request
	u := r.current()
	switch {
	case u.isHTTP() && isBadPort(u.origin.Port()):
		return f.block(transcript.PhaseNetwork, 0, transcript.Verdict{
			Code: transcript.BadPort, Subject: u.String(), Expected: "a port browsers talk to", Seen: strconv.Itoa(u.origin.Port()),
			Spec: specBase + "block-bad-port",
		})
	case f.isMixedContent():
		return f.block(transcript.PhaseNetwork, 0, transcript.Verdict{
			Code: transcript.MixedContent, Subject: u.String(), Expected: "https", Seen: u.scheme,
			Spec: "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch",
		})
	case f.agent.CSP != nil && f.agent.CSP(u, r.destination):
		return f.block(transcript.PhaseNetwork, 0, transcript.Verdict{
			Code: transcript.CSPBlocked, Subject: u.String(), Expected: "an address the page's Content-Security-Policy allows", Seen: u.origin.String(),
			Spec: "https://w3c.github.io/webappsec-csp/#should-block-request",
		})
	}
	return nil
}

// prohibitsMixedContent: the page, or the tab it stands in, came over https.
//
// Spec: https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object
func (f *fetching) prohibitsMixedContent() bool {
	c := f.request.client
	return c.Origin.Scheme() == "https" || c.topLevel().Scheme() == "https"
}

// isMixedContent: loopback addresses and names under localhost are exempt, navigations are too.
//
// Spec: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
func (f *fetching) isMixedContent() bool {
	r := f.request
	u := r.current()
	if u.scheme != "http" && u.scheme != "ws" {
		return false
	}
	return f.prohibitsMixedContent() && !u.origin.IsPotentiallyTrustworthy() && r.mode != ModeNavigate
}

// badPorts are the ports browsers never talk HTTP to.
//
// Spec: https://fetch.spec.whatwg.org/#bad-port
var badPorts = []int{
	0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
	110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
	532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
	5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
}

func isBadPort(port int) bool {
	_, found := slices.BinarySearch(badPorts, port)
	return found
}

// blockAfterFetch looks at an answer that may be shared and still may not be used.
//
// Spec: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) blockAfterFetch(resp *response) *response {
	r := f.request
	contentType, _ := resp.header.Get(wire.ContentType)
	essence, known := extractMIMEType(resp.header)
	fault := func(code transcript.Code, subject, expected, seen, spec string) *response {
		closeBody(resp)
		return f.block(transcript.PhaseFilter, resp.exchange, transcript.Verdict{Code: code, Subject: subject, Expected: expected, Seen: seen, Spec: spec})
	}
	switch {
	case r.mode == ModeWebSocket && resp.status != 101:
		return fault(transcript.NetProtocol, "status", "101", strconv.Itoa(resp.status), "https://websockets.spec.whatwg.org/#concept-websocket-establish")
	case !takesType(r.info.Type, essence):
		return fault(transcript.MIMEBlocked, wire.ContentType, r.info.Type, contentType, specOfType(r.info.Type))
	case r.info.Type == typeEventStream && resp.status != 200:
		return fault(transcript.MIMEBlocked, "status", "200", strconv.Itoa(resp.status), specOfType(r.info.Type))
	case isScriptLike(r.destination) && known && isNeverScript(essence):
		return fault(transcript.MIMEBlocked, wire.ContentType, "a JavaScript type", contentType, specBase+"should-response-to-request-be-blocked-due-to-mime-type?")
	case nosniff(resp.header) && (isScriptLike(r.destination) && !isJavaScript(essence) || r.destination == "style" && essence != "text/css"):
		return fault(transcript.NosniffBlocked, wire.ContentType, nosniffWants(r.destination), contentType, specBase+"should-response-to-request-be-blocked-due-to-nosniff?")
	case f.responseType(resp) == TypeOpaque && (resp.status == 206 || resp.status == 416) && resp.rangeRequested && !r.header.Contains(wire.Range):
		return fault(transcript.RangeGuard, "status", "an answer to the whole request", strconv.Itoa(resp.status), specBase+"concept-main-fetch")
	case f.responseType(resp) == TypeOpaque && isOpaqueBlocklisted(essence, resp.header) && f.profile.has(quirkOpaqueResponseBlocking):
		if r.destination != "" {
			return fault(transcript.ORBBlocked, wire.ContentType, "a type for "+r.destination, contentType, specORB)
		}
		// fetch() and its kin get an opaque response all the same, with nothing in it.
		f.note(transcript.PhaseFilter, resp.exchange, transcript.Verdict{
			Code: transcript.ORBBlocked, Subject: wire.ContentType, Expected: "nothing: script cannot read an opaque body", Seen: contentType, Spec: specORB,
		})
	}
	return nil
}

const specORB = "https://github.com/annevk/orb#the-algorithm"

func nosniffWants(destination string) string {
	if destination == "style" {
		return "text/css"
	}
	return "a JavaScript type"
}

// nosniff reads X-Content-Type-Options: its first value counts.
//
// Spec: https://fetch.spec.whatwg.org/#determine-nosniff
func nosniff(h wire.Header) bool {
	values := h.GetDecodeAndSplit(wire.XContentTypeOptions)
	return len(values) > 0 && wire.EqualFold(values[0], "nosniff")
}

// isScriptLike: destinations that run code.
//
// Spec: https://fetch.spec.whatwg.org/#request-destination-script-like
func isScriptLike(destination string) bool {
	switch destination {
	case "audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker":
		return true
	}
	return false
}

// isNeverScript: types that are never run as a script.
//
// Spec: https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?
func isNeverScript(essence string) bool {
	return strings.HasPrefix(essence, "audio/") || strings.HasPrefix(essence, "image/") || strings.HasPrefix(essence, "video/") || essence == "text/csv"
}

// isJavaScript: the JavaScript MIME type essences.
//
// Spec: https://mimesniff.spec.whatwg.org/#javascript-mime-type
func isJavaScript(essence string) bool {
	switch essence {
	case "application/ecmascript", "application/javascript", "application/x-ecmascript", "application/x-javascript",
		"text/ecmascript", "text/javascript", "text/javascript1.0", "text/javascript1.1", "text/javascript1.2",
		"text/javascript1.3", "text/javascript1.4", "text/javascript1.5", "text/jscript", "text/livescript",
		"text/x-ecmascript", "text/x-javascript":
		return true
	}
	return false
}

// isOpaqueBlocklisted: HTML, JSON and XML are kept out of pages that did not ask with CORS. Only what headers decide is
// decided here: without nosniff browsers look at the body first.
//
// Spec: https://github.com/annevk/orb#the-algorithm
func isOpaqueBlocklisted(essence string, h wire.Header) bool {
	if !nosniff(h) {
		return false
	}
	switch essence {
	case "text/html", "application/json", "text/json", "text/xml", "application/xml", "text/plain":
		return true
	}
	return strings.HasSuffix(essence, "+json") || strings.HasSuffix(essence, "+xml") && essence != "image/svg+xml"
}
