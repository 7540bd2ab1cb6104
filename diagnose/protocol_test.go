package diagnose_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// errorOfGo is what net/http says of an answer it cannot read.
func errorOfGo(t *testing.T, answer string) string {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
	if err == nil {
		resp.Body.Close()
		t.Fatalf("net/http takes %q", answer)
	}
	return err.Error()
}

// A server that speaks HTTP badly is not told that it speaks something else.
func TestBrokenAnswers(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\n"
	for _, tt := range []struct{ text, says, fix, chromium, why string }{
		{"net/http: server response headers exceeded 1048576 bytes; aborted", "the answer's headers are too long: over 1 MiB", "what fills the headers", "net::ERR_RESPONSE_HEADERS_TOO_BIG", "our own limit"},
		{"net/http: server response headers exceeded 1000 bytes; aborted", "too long: over 1000 bytes", "what fills the headers", "net::ERR_RESPONSE_HEADERS_TOO_BIG", "another transport's"},
		{"net/http: too many 1xx informational responses", "api.example sends one informational answer", "the final answer", "net::ERR_INVALID_HTTP_RESPONSE", "hints without end"},
		{errorOfGo(t, head+"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), `contradictory Content-Length headers: "1" and "2"`, "one layer alone", "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH", "two layers count"},
		{errorOfGo(t, head+"Content-Length: x\r\n\r\n"), `a Content-Length that is no number: "x"`, "decimal digits", "net::ERR_INVALID_HTTP_RESPONSE", "no length"},
		{errorOfGo(t, head+"Oops\r\n\r\n"), `a broken header line: "Oops"`, "a name, a colon", "net::ERR_INVALID_HTTP_RESPONSE", "no colon"},
		{errorOfGo(t, head+" X: 1\r\n\r\n"), `a broken header line: " X: 1"`, "a name, a colon", "net::ERR_INVALID_HTTP_RESPONSE", "a blank before the name"},
		{errorOfGo(t, head+"Transfer-Encoding: x\r\n\r\n"), "not framed as its Transfer-Encoding says", "leave chunking", "net::ERR_INVALID_CHUNKED_ENCODING", "an encoding nobody knows"},
		{"malformed chunked encoding", "not framed as its Transfer-Encoding says", "leave chunking", "net::ERR_INVALID_CHUNKED_ENCODING", "bad chunks"},
		{errorOfGo(t, "SSH-2.0-OpenSSH_9.2\r\n"), "api.example does not speak HTTP", "check the port and the scheme", "net::ERR_INVALID_HTTP_RESPONSE", "another protocol"},
		{errorOfGo(t, "HTTP/1.1 abc OK\r\n\r\n"), "api.example does not speak HTTP", "check the port and the scheme", "net::ERR_INVALID_HTTP_RESPONSE", "almost HTTP"},
	} {
		text := strings.NewReplacer("\r", "", "\n", "").Replace(tt.text)
		f := firstOf(t, story{url: api, script: "GET " + api + " -> net-protocol " + text})
		if f.Code != transcript.NetProtocol || !strings.Contains(f.Summary, tt.says) || !strings.Contains(f.Fix.Text, tt.fix) || nameOf(f.Browsers, "chromium") != tt.chromium {
			t.Errorf("%s: %s %q, fix %q, %v; want %q, %q, %s: %s", text, f.Code, f.Summary, f.Fix.Text, f.Browsers, tt.says, tt.fix, tt.chromium, tt.why)
		}
		if !strings.HasPrefix(f.Fix.Text, "This is not CORS") {
			t.Errorf("%s: fix %q", text, f.Fix.Text)
		}
	}
}

func TestWebSocketsThatWereNotSwitchedTo(t *testing.T) {
	const url = "wss://api.example/live"
	for _, tt := range []struct{ answer, fix, why string }{
		{"200", "the route has no WebSocket handler, or the proxy on the way drops the Upgrade header", "an ordinary route"},
		{"404\nServer: nginx", "the route has no WebSocket handler", "no route"},
		{"403", "list of origins for WebSockets", "refused on purpose"},
	} {
		f := firstOf(t, story{initiator: fetch.ByWebSocket, url: url, script: "GET https://api.example/live -> " + tt.answer})
		says := "api.example answered " + tt.answer[:3] + " and did not switch to WebSocket"
		if f.Code != transcript.NetProtocol || f.Summary != says || !strings.Contains(strings.ToLower(f.Fix.Text), strings.ToLower(tt.fix)) || !strings.Contains(f.Why, "only 101") || strings.Contains(f.Summary+f.Fix.Text, "speak HTTP") {
			t.Errorf("%s: %s %q, fix %q; want %q and %q: %s", tt.answer, f.Code, f.Summary, f.Fix.Text, says, tt.fix, tt.why)
		}
		if !strings.Contains(nameOf(f.Browsers, "chromium"), "WebSocket handshake") || hasHint(f, "Cross-Origin Request Blocked") {
			t.Errorf("%s: names %v, hints %q", tt.answer, f.Browsers, f.Hints)
		}
	}
	f := diagnose.Diagnose(told(transcript.Verdict{Code: transcript.NetProtocol, Blocks: true, Subject: "status", Expected: "101", Seen: "302"}, transcript.Exchange{Status: 302}))[0]
	if !strings.Contains(f.Fix.Text, "do not follow redirects of WebSockets") {
		t.Errorf("a redirect: fix %q", f.Fix.Text)
	}
}

// What an element takes is said in its own words.
func TestTypesThatElementsTake(t *testing.T) {
	for _, tt := range []struct {
		initiator       fetch.Initiator
		answer          string
		says, fix, edit string
		why             string
	}{
		{fetch.ByModule, "200\nContent-Type: text/plain", `"text/plain", and a module <script> takes a JavaScript type alone`, "serve it as text/javascript", "text/javascript", "a server that knows no .mjs"},
		{fetch.ByWorklet, "200\nContent-Type: text/plain", "addModule() of a worklet takes a JavaScript type alone", "serve it as text/javascript", "text/javascript", "likewise"},
		{fetch.ByModule, "200", "the answer has no Content-Type", "serve it as text/javascript", "text/javascript", "no type at all"},
		{fetch.ByJSONModule, "200\nContent-Type: text/plain", "an import of JSON takes a JSON type alone", "serve it as application/json", "application/json", "data"},
		{fetch.ByCSSModule, "200\nContent-Type: text/plain", "an import of CSS takes text/css alone", "serve it as text/css", "text/css", "a style"},
		{fetch.ByEventSource, "200\nContent-Type: application/json", "an EventSource takes text/event-stream alone", "An EventSource takes 200 and text/event-stream only", "text/event-stream", "another answer"},
		{fetch.ByEventSource, "503\nContent-Type: text/event-stream", "status is 503, and an EventSource takes 200 alone", "First find out why the server answers 503", "", "the status decides"},
		{fetch.ByModule, "404\nContent-Type: text/html", "a module <script> takes", "First find out why the server answers 404", "", "an error page"},
	} {
		f := firstOf(t, story{initiator: tt.initiator, url: api, script: "GET " + api + " -> " + tt.answer + "\nAccess-Control-Allow-Origin: *"})
		if f.Code != transcript.MIMEBlocked || !strings.Contains(f.Summary, tt.says) || !strings.Contains(f.Fix.Text, tt.fix) {
			t.Errorf("%v, %s: %s %q, fix %q; want %q and %q: %s", tt.initiator, tt.answer, f.Code, f.Summary, f.Fix.Text, tt.says, tt.fix, tt.why)
		}
		edit := ""
		if len(f.Fix.Edits) > 0 {
			edit = f.Fix.Edits[0].Value
		}
		if edit != tt.edit {
			t.Errorf("%v, %s: edits %v, want %q: %s", tt.initiator, tt.answer, f.Fix.Edits, tt.edit, tt.why)
		}
	}
}
