package report

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Curl is a command line that makes the exchange again, quoted for a POSIX shell; bash and zsh where bytes had to be
// escaped. Curl enforces nothing of CORS: what it shows is what the browser judged. Headers are left out that browsers
// send on everything and curl has its own of.
func Curl(e transcript.Exchange, body *string, reach []string) string {
	words := []string{"curl", "-i"}
	words = append(words, reach...)
	sent := body != nil && e.Kind == transcript.Actual
	switch {
	case e.Method == "HEAD":
		words = append(words, "-I")
	case e.Method == "GET" && !sent, e.Method == "POST" && sent:
	default:
		words = append(words, "-X", e.Method)
	}
	for _, f := range e.Request {
		if isIncidental(f) {
			continue
		}
		if f.Value == "" {
			words = append(words, "-H", f.Name+";") // how curl is told of an empty header
			continue
		}
		words = append(words, "-H", f.Name+": "+f.Value)
	}
	if sent {
		words = append(words, "--data-raw", *body)
	}
	words = append(words, e.URL)
	for i, word := range words {
		words[i] = quote(word)
	}
	return strings.Join(words, " ")
}

func isIncidental(f wire.Field) bool {
	switch name := wire.Lower(f.Name); name {
	case "user-agent", "accept-encoding", "accept-language", "content-length":
		return true
	case "accept":
		return f.Value == "*/*"
	default:
		return strings.HasPrefix(name, "sec-fetch-") || strings.HasPrefix(name, "sec-ch-")
	}
}

// quote makes one word of a shell's of any text.
func quote(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,=") == "" {
		return word
	}
	if isPrintable(word) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var out strings.Builder
	out.WriteString("$'")
	for i := range len(word) { // byte by byte: what is not ASCII need not be text
		switch c := word[i]; {
		case c == '\'', c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&out, `\x%02x`, c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteString("'")
	return out.String()
}
