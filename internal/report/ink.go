package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An ink is a way to write on a terminal, as the numbers of its escape sequence.
type ink string

const (
	plain  ink = ""
	bold   ink = "1"
	faint  ink = "2"
	red    ink = "1;31"
	green  ink = "1;32"
	yellow ink = "1;33"
	cyan   ink = "1;36"
)

// width is where prose is wrapped; what is to be copied or compared is not.
const width = 100

// A sheet is what is written on. It keeps the first error.
type sheet struct {
	w      io.Writer
	colour bool
	said   bool // that something is not CORS
	err    error
}

// notCORS is how findings begin that are about something else.
const notCORS = "This is not CORS"

// once leaves it out of prose that something is not CORS, where that was said before.
func (s *sheet) once(prose string) string {
	if !strings.Contains(prose, notCORS) {
		return prose
	}
	if !s.said {
		s.said = true
		return prose
	}
	prose = strings.ReplaceAll(prose, notCORS+": ", "")
	return strings.TrimSpace(strings.ReplaceAll(prose, notCORS+".", ""))
}

// sentence begins prose with a capital.
func sentence(prose string) string {
	first, size := utf8.DecodeRuneInString(prose)
	if size == 0 {
		return prose
	}
	return string(unicode.ToUpper(first)) + prose[size:]
}

// in writes text in an ink, if there is colour.
func (s *sheet) in(i ink, text string) string {
	if !s.colour || i == plain || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + string(i) + "m" + text + "\x1b[0m"
}

func (s *sheet) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

// Prose stands in a column of its own, beside its label.
const (
	labelIndent = 2
	labelWidth  = 8
)

// say writes prose under a label. Nothing is said of nothing.
func (s *sheet) say(label, prose string) {
	s.sayLines(label, wrap(prose, width-labelIndent-labelWidth))
}

func (s *sheet) sayLines(label string, lines []string) {
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		s.printf("%*s%s%s\n", labelIndent, "", s.in(faint, pad(label, labelWidth)), line)
	}
}

func pad(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text)))
}

// wrap breaks prose at blanks. A word that is too long stays whole: it is to be copied.
func wrap(prose string, limit int) []string {
	return pack(strings.Fields(prose), " ", limit)
}

// pack joins words into lines.
func pack(words []string, separator string, limit int) []string {
	var lines []string
	for _, word := range words {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last]+separator+word) <= limit {
			lines[last] += separator + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
