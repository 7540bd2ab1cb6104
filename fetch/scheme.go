package fetch

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// schemeFetch answers data: URLs itself and hands http and https on. Other schemes have no answer here: about:, blob:
// and file: belong to a page's own memory and machine.
//
// Spec: https://fetch.spec.whatwg.org/#concept-scheme-fetch
func (f *fetching) schemeFetch() *response {
	switch u := f.request.current(); u.scheme {
	case "http", "https":
		return f.httpFetch(preflightNeed{})
	case "data":
		if contentType, body, ok := parseDataURL(u); ok {
			return &response{
				status: 200, header: wire.Header{{Name: wire.ContentType, Value: contentType}},
				body: io.NopCloser(bytes.NewReader(body)),
			}
		}
	}
	return f.block(transcript.PhaseNetwork, 0, transcript.Verdict{
		Code: transcript.NetScheme, Subject: f.request.current().String(), Expected: "http, https or data", Seen: f.request.current().scheme,
		Spec: specBase + "concept-scheme-fetch",
	})
}

// parseDataURL reads the content of a data: URL.
//
// Spec: https://fetch.spec.whatwg.org/#data-url-processor
func parseDataURL(u *URL) (contentType string, body []byte, ok bool) {
	kind, data, found := strings.Cut(strings.TrimPrefix(u.Href(), "data:"), ",")
	if !found {
		return "", nil, false
	}
	text := percentDecode(data)
	kind = strings.Trim(kind, " ")
	if bare, coded := cutBase64(kind); coded {
		decoded, err := forgivingBase64(text)
		if err != nil {
			return "", nil, false
		}
		kind, text = bare, string(decoded)
	}
	if strings.HasPrefix(kind, ";") {
		kind = "text/plain" + kind
	}
	if _, valid := mimeEssence(kind); !valid {
		kind = "text/plain;charset=US-ASCII"
	}
	return kind, []byte(text), true
}

// cutBase64 takes a trailing ";base64" off, blanks before the word allowed.
func cutBase64(kind string) (bare string, ok bool) {
	at := strings.LastIndexByte(kind, ';')
	if at < 0 || !wire.EqualFold(strings.TrimLeft(kind[at+1:], " "), "base64") {
		return kind, false
	}
	return kind[:at], true
}

// forgivingBase64 passes over blanks and does without padding, but takes no padding that is too long or too short.
//
// Spec: https://infra.spec.whatwg.org/#forgiving-base64-decode
func forgivingBase64(text string) ([]byte, error) {
	text = strings.Map(dropWhitespace, text)
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	return base64.RawStdEncoding.DecodeString(text)
}

func dropWhitespace(r rune) rune {
	if strings.ContainsRune("\t\n\f\r ", r) {
		return -1
	}
	return r
}

// percentDecode decodes what is well formed and leaves the rest.
func percentDecode(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if decoded, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(decoded)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
