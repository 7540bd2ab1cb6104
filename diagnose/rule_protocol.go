package diagnose

import (
	"strconv"
	"strings"

	"github.com/corscope/corscope/transcript"
)

// A protocolKind is one way for an answer to come and not to be one. Its texts hold "%s" where the host belongs.
type protocolKind struct {
	signs         []string // in the transport's words, lower case
	summary, text string
	chromium      string
	tells         func(text string) string // what is added to the summary; nil for nothing
}

const (
	onTheServer   = "On the server, or the proxy that made the answer: "
	notHTTPName   = "net::ERR_INVALID_HTTP_RESPONSE"
	webSocketName = "Error during WebSocket handshake: Unexpected response code"
)

// Answers of servers that do speak HTTP, and break its rules.
var protocolKinds = []protocolKind{
	{
		signs:   []string{"headers exceeded"},
		summary: "the answer's headers are too long", tells: tooLong,
		text:     onTheServer + "find what fills the headers, most often cookies without end or a Content-Security-Policy that grows. Browsers have limits of their own: Chromium's is 256 KiB.",
		chromium: "net::ERR_RESPONSE_HEADERS_TOO_BIG",
	},
	{
		signs:   []string{"too many 1xx"},
		summary: "%s sends one informational answer (1xx) after another and never the real one",
		text:    onTheServer + "send the final answer after at most a few of 100 to 199.", chromium: notHTTPName,
	},
	{
		signs:   []string{"multiple content-length"},
		summary: "the answer has contradictory Content-Length headers", tells: after("; got "),
		text:     onTheServer + "let one layer alone say Content-Length, with the length of the body that is sent.",
		chromium: "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH",
	},
	{
		signs:   []string{"bad content-length", "invalid content-length"},
		summary: "the answer has a Content-Length that is no number", tells: quote,
		text: onTheServer + "send the length of the body in decimal digits, or none.", chromium: notHTTPName,
	},
	{
		signs:   []string{"malformed mime header", "invalid header"},
		summary: "the answer has a broken header line", tells: quote,
		text:     onTheServer + "mend the line: a name, a colon, a value, and no blank before the colon. If the server's own log shows it whole, something on the way cut the answer short.",
		chromium: notHTTPName,
	},
	{
		signs:    []string{"chunk", "transfer encoding", "transfer-encoding"},
		summary:  "the answer's body is not framed as its Transfer-Encoding says",
		text:     onTheServer + "leave chunking to the HTTP library, and let no handler or proxy set Transfer-Encoding itself.",
		chromium: "net::ERR_INVALID_CHUNKED_ENCODING",
	},
}

func protocolKindOf(text string) (protocolKind, bool) {
	text = strings.ToLower(text)
	for _, k := range protocolKinds {
		for _, s := range k.signs {
			if strings.Contains(text, s) {
				return k, true
			}
		}
	}
	return protocolKind{}, false
}

// protocolName is what Chromium prints.
func protocolName(v transcript.Verdict) string {
	if kind, ok := protocolKindOf(v.Seen); ok {
		return kind.chromium
	}
	return notHTTPName
}

// isWebSocketRefused: an HTTP answer came, where the protocol was to be switched.
func isWebSocketRefused(subject, expected string) bool {
	return subject == "status" && expected == "101"
}

func protocolBroken(r *reading, f *Finding) bool {
	if isWebSocketRefused(f.Subject, f.Expected) {
		return webSocketRefused(r, f)
	}
	if kind, ok := protocolKindOf(f.Seen); ok {
		f.Summary = strings.Replace(kind.summary, "%s", r.targetHost(f), 1)
		if kind.tells != nil {
			f.Summary += kind.tells(f.Seen)
		}
		f.Fix.Text = kind.text
		return true
	}
	f.Summary = "what answers at " + r.targetHost(f) + " does not speak HTTP"
	if strings.Contains(f.Seen, `\x15\x03`) || strings.Contains(f.Seen, "\x15\x03") {
		f.Summary += ", but TLS"
		if rest, ok := strings.CutPrefix(r.answer(f).URL, "http:"); ok {
			f.Fix.URL = "https:" + rest
			f.Fix.Text = "In the page: ask " + f.Fix.URL + " instead."
		}
	}
	return true
}

func webSocketRefused(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	f.Summary = r.targetHost(f) + " answered " + quotedStatus(f.Seen) + " and did not switch to WebSocket"
	f.Why = "An ordinary answer is no consent to a WebSocket: only 101 says that the server knows what it opens."
	f.Fix.Text = "The route has no WebSocket handler, or the proxy on the way drops the Upgrade header. On the server: answer this address with 101. On the proxy: pass Upgrade and Connection on, over HTTP/1.1 (nginx: proxy_http_version 1.1 and proxy_set_header for both)."
	switch {
	case e.Status == 401 || e.Status == 403:
		f.Fix.Text = "The server refuses this page or this user: look into its list of origins for WebSockets, and whether the cookie or token came along. A WebSocket has no CORS; the server has to check Origin itself."
	case isRedirect(e.Status):
		f.Fix.Text = "In the page: ask the address the redirect leads to. Browsers do not follow redirects of WebSockets."
	}
	f.hint(layerOf(f.Maker, e.Status))
	return true
}

// quotedStatus is a status as it is; anything else in quotes.
func quotedStatus(s string) string {
	if _, err := strconv.Atoi(s); err == nil {
		return s
	}
	return quoted(s)
}

// tooLong tells the limit, which is the transport's.
func tooLong(text string) string {
	_, rest, _ := strings.Cut(text, "exceeded ")
	word, _, _ := strings.Cut(rest, " ")
	switch n, err := strconv.Atoi(word); {
	case err != nil || n <= 0:
		return ""
	case n%(1<<20) == 0:
		return ": over " + itoa(n>>20) + " MiB"
	default:
		return ": over " + itoa(n) + " bytes"
	}
}

// quote tells what the transport quotes at its end.
func quote(text string) string {
	at := strings.IndexByte(text, '"')
	if at < 0 {
		return ""
	}
	line, err := strconv.QuotedPrefix(text[at:])
	if err != nil {
		return ""
	}
	line, _ = strconv.Unquote(line) // QuotedPrefix found it sound
	return ": " + quoted(line)
}

// after tells what the transport's text has behind some words, without brackets and quotes.
func after(words string) func(string) string {
	return func(text string) string {
		_, rest, ok := strings.Cut(text, words)
		if !ok {
			return ""
		}
		var values []string
		for _, v := range strings.Fields(strings.Trim(rest, "[]")) {
			values = append(values, quoted(strings.Trim(v, `"`)))
		}
		return ": " + listed(values)
	}
}
