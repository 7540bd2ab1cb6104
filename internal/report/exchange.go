package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// What is shown of what a server sends.
const (
	longest = 200 // characters of one header's value
	shown   = 8   // lines of headers
)

// exchange writes one exchange and, with a finding, the header that decided, with a caret under what is wrong with it.
// Without a finding it writes the answer's CORS headers. The number is the exchange's step, where steps are written; 0
// for none.
func (s *sheet) exchange(e transcript.Exchange, number int, f *diagnose.Finding) {
	gutter := "   "
	if number > 0 {
		gutter = fmt.Sprintf("%3d", number)
	}
	row := func(text string) {
		s.printf("%s %s\n", s.in(faint, gutter+" |"), text)
		gutter = "   "
	}
	rows := 0
	header := func(f wire.Field) {
		if rows++; rows <= shown {
			row(f.Name + ": " + cut(f.Value))
		}
	}
	line := e.Method + " " + e.URL + " -> "
	status := statusText(e)
	head := line + status
	if e.Failure != nil {
		head += " (" + e.Failure.Text + ")"
	}
	if f != nil && f.Maker != nil {
		head += s.in(faint, fmt.Sprintf("  (made by %s? %.0f%% sure)", f.Maker.Name, f.Maker.Confidence*100))
	}
	row(head)
	if f == nil {
		for _, field := range e.Response {
			if strings.HasPrefix(wire.Lower(field.Name), "access-control-") {
				header(field)
			}
		}
		return
	}
	switch {
	case e.Failure != nil:
	case f.Subject == "status":
		row(s.caret(line, status, f.Expected))
	case f.Code == transcript.PreflightRedirect: // the status is wrong, and where it leads is worth knowing
		row(s.caret(line, status, f.Expected))
		for _, field := range e.Response {
			if wire.EqualFold(field.Name, f.Subject) {
				header(field)
			}
		}
	case !isHeaderName(f.Subject):
	case !e.Response.Contains(f.Subject):
		absent := "(none)"
		row(f.Subject + ": " + s.in(faint, absent))
		row(s.caret(f.Subject+": ", absent, f.Expected))
	default:
		prefix, value := "", ""
		for _, field := range e.Response {
			if wire.EqualFold(field.Name, f.Subject) {
				if header(field); rows <= shown {
					prefix, value = field.Name+": ", cut(field.Value)
				}
			}
		}
		// The item that is wrong, where it is a part of the value.
		if at := strings.Index(value, f.Seen); at > 0 && f.Seen != "" {
			prefix, value = prefix+value[:at], f.Seen
		}
		row(s.caret(prefix, value, f.Expected))
	}
}

// caret underlines text where it stands after prefix, and says what should stand there. That null should is never
// said: no server does well to allow it.
func (s *sheet) caret(prefix, text, want string) string {
	marks := strings.Repeat("^", max(1, min(utf8.RuneCountInString(text), width)))
	if want != "" && want != "null" {
		marks += " want " + want
	}
	return strings.Repeat(" ", utf8.RuneCountInString(prefix)) + s.in(red, marks)
}

// isHeaderName tells a verdict's subject that is a header of the answer from a method, an address, a cookie.
func isHeaderName(subject string) bool {
	return subject == wire.Location || wire.IsToken(subject) && strings.Contains(subject, "-") && subject[0] >= 'A' && subject[0] <= 'Z'
}

func cut(value string) string {
	if utf8.RuneCountInString(value) <= longest {
		return value
	}
	return string([]rune(value)[:longest]) + "..."
}

// trace writes every message: > is what the browser sent, < what came back.
func (s *sheet) trace(t *transcript.Transcript) {
	for _, e := range t.Exchanges {
		s.printf("\n")
		s.printf("%s %s\n", s.in(cyan, ">"), s.in(bold, e.Method+" "+e.URL))
		for _, f := range e.Request {
			s.printf("%s %s: %s\n", s.in(cyan, ">"), f.Name, f.Value)
		}
		if e.Failure != nil {
			s.printf("%s no answer: %s\n", s.in(green, "<"), e.Failure.Text)
			continue
		}
		s.printf("%s %s\n", s.in(green, "<"), s.in(bold, strings.TrimSpace(e.Proto+" "+statusText(e))))
		for _, f := range e.Response {
			s.printf("%s %s: %s\n", s.in(green, "<"), f.Name, f.Value)
		}
	}
}
