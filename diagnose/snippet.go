package diagnose

import (
	"strconv"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Snippets writes the fix for several kinds of server: Go's net/http, nginx, and as plain header lines. There are none
// where the fix is no change of an answer, and none of an edit that HTTP could not carry.
//
// They are for the one case that was seen. A policy for all pages of a server belongs in its CORS configuration.
func (f Finding) Snippets() []Snippet {
	if len(f.Fix.Edits) == 0 {
		return nil
	}
	for _, e := range f.Fix.Edits {
		if !e.isSound() {
			return nil
		}
	}
	list := []Snippet{{"go", goSnippet(f.Fix.Edits)}}
	if text := nginxSnippet(f.Fix.Edits); text != "" {
		list = append(list, Snippet{"nginx", text})
	}
	return append(list, Snippet{"http", httpSnippet(f.Fix.Edits)})
}

// isSound: the name is a token, the value has no control characters, a status is a number.
func (e Edit) isSound() bool {
	switch e.Op {
	case Status:
		n, err := strconv.Atoi(e.Value)
		return err == nil && n >= 200 && n <= 599
	case Add, Set:
		return wire.IsToken(e.Header) && wire.IsValue(e.Value) && strings.IndexFunc(e.Value, isControl) < 0
	case Remove:
		return wire.IsToken(e.Header)
	}
	return false
}

func isControl(c rune) bool {
	return c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c == '\u2028' || c == '\u2029'
}

func whereOf(edits []Edit) string {
	where := "the answer"
	if edits[0].Phase == transcript.PhasePreflight {
		where = "the answer to the preflight (OPTIONS)"
	}
	if edits[0].Hop > 0 {
		where += ", on the server after " + itoa(edits[0].Hop) + " redirect"
		if edits[0].Hop > 1 {
			where += "s"
		}
	}
	return where
}

// goSnippet is written for a handler or middleware with a ResponseWriter w.
func goSnippet(edits []Edit) string {
	var b strings.Builder
	b.WriteString("// On " + whereOf(edits) + ", before anything is written:\n")
	status := ""
	for _, e := range edits {
		switch e.Op {
		case Add:
			b.WriteString("w.Header().Add(" + strconv.Quote(e.Header) + ", " + strconv.Quote(e.Value) + ")\n")
		case Set:
			b.WriteString("w.Header().Set(" + strconv.Quote(e.Header) + ", " + strconv.Quote(e.Value) + ")\n")
		case Remove:
			b.WriteString("w.Header().Del(" + strconv.Quote(e.Header) + ")\n")
		case Status:
			status = e.Value
		}
	}
	if status != "" {
		b.WriteString("w.WriteHeader(" + status + ")\n")
	}
	return b.String()
}

// nginxSnippet is written for the location that answers. Lines stand for preflight and answer alike, which does no
// harm: what one of them does not need it ignores. proxy_hide_header keeps the backend's line from standing beside
// the new one; nginx's own it does not touch, so the reader has to take that away. What is added to a list leaves the
// others of its name alone. A "$" would begin a variable, and only a variable can hold one.
func nginxSnippet(edits []Edit) string {
	var head, lines strings.Builder
	var replaced []string
	dollar := false
	for _, e := range edits {
		if e.Op == Set || e.Op == Remove {
			replaced = append(replaced, e.Header)
		}
		switch e.Op {
		case Set:
			lines.WriteString("proxy_hide_header " + nginxWord(e.Header, nil) + ";\n")
			lines.WriteString("add_header " + nginxWord(e.Header, nil) + " " + nginxWord(e.Value, &dollar) + " always;\n")
		case Add:
			lines.WriteString("add_header " + nginxWord(e.Header, nil) + " " + nginxWord(e.Value, &dollar) + " always;\n")
		case Remove:
			lines.WriteString("proxy_hide_header " + nginxWord(e.Header, nil) + ";\n")
		case Status:
			if e.Phase != transcript.PhasePreflight {
				return "" // nginx cannot change the status of what it passes on
			}
			lines.WriteString("# nginx answers the preflight itself: the Access-Control lines have to stand here too\n")
			lines.WriteString("if ($request_method = OPTIONS) { return " + e.Value + "; }\n")
		}
	}
	if dollar {
		head.WriteString("# outside of server: a dollar sign can only be written as a variable\n")
		head.WriteString("geo $corscope_dollar { default \"$\"; }\n")
	}
	if strings.Contains(lines.String(), "add_header ") {
		lines.WriteString("# One add_header in a location drops all that it would inherit:\n# the other Access-Control lines have to stand here too.\n")
	}
	head.WriteString("# In the location that makes " + whereOf(edits))
	if len(replaced) > 0 {
		head.WriteString(",\n# in place of any add_header for " + strings.Join(replaced, " and "))
	}
	return head.String() + ":\n" + lines.String()
}

// nginxWord quotes a word of nginx's configuration. Where dollar is nil the word is one in which nginx knows no
// variables, as in header names.
func nginxWord(s string, dollar *bool) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"', c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '$' && dollar != nil:
			*dollar = true
			b.WriteString("${corscope_dollar}")
		default:
			b.WriteByte(s[i])
		}
	}
	b.WriteByte('"')
	return b.String()
}

// httpSnippet is the answer's head, as far as it changes.
func httpSnippet(edits []Edit) string {
	var b strings.Builder
	b.WriteString("# On " + whereOf(edits) + ":\n")
	for _, e := range edits {
		switch e.Op {
		case Status:
			b.WriteString("HTTP/1.1 " + e.Value + "\n")
		case Add, Set:
			b.WriteString(e.Header + ": " + e.Value + "\n")
		case Remove:
			b.WriteString("# without " + e.Header + "\n")
		}
	}
	return b.String()
}
