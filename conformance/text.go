package conformance

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/corscope/corscope/origin"
)

// A SyntaxError says where a text stops being a case, what stands there and what was expected.
type SyntaxError struct {
	File         string
	Line, Column int // both from 1; columns count characters
	What         string
	Want         string // may be empty
}

func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.What)
	if e.Want != "" {
		text += ", want " + e.Want
	}
	return text
}

// A span is a piece of a line that remembers where it stands.
type span struct {
	line, column int
	text         string
}

func (p *parser) fail(at span, what, want string) error {
	return &SyntaxError{File: p.file, Line: at.line, Column: at.column, What: what, Want: want}
}

// from is s without its first n bytes and the blanks after them.
func (s span) from(n int) span {
	rest := strings.TrimLeft(s.text[n:], " ")
	s.column += utf8.RuneCountInString(s.text[:len(s.text)-len(rest)])
	s.text = rest
	return s
}

// lines splits a file into spans without trailing blanks. Only characters that show may be in it.
func (p *parser) lines(text []byte) ([]span, error) {
	var list []span
	for i, line := range strings.Split(string(text), "\n") {
		for at, c := range line {
			if c == utf8.RuneError || !strconv.IsPrint(c) {
				where := span{line: i + 1, column: 1 + utf8.RuneCountInString(line[:at])}
				return nil, p.fail(where, fmt.Sprintf("the character %q", c), `only printing characters; others can be escaped in "quotes"`)
			}
		}
		list = append(list, span{i + 1, 1, strings.TrimRight(line, " ")})
	}
	return list, nil
}

// words splits at blanks. A word may be a quoted string or end in one, after a "=": blanks in it do not split.
func (p *parser) words(s span) ([]span, error) {
	var list []span
	for s.text != "" {
		end := strings.IndexByte(s.text, ' ')
		if quoted := strings.IndexByte(s.text, '"'); quoted >= 0 && (end < 0 || quoted < end) && (quoted == 0 || s.text[quoted-1] == '=') {
			prefix, err := strconv.QuotedPrefix(s.text[quoted:])
			if err != nil {
				return nil, p.fail(s.from(quoted), "a quoted string without an end", `a closing "`)
			}
			end = quoted + len(prefix)
			if end < len(s.text) && s.text[end] != ' ' {
				return nil, p.fail(s.from(end), "a quoted string goes on", "a blank after it")
			}
		}
		if end < 0 || end == len(s.text) {
			return append(list, s), nil
		}
		word := s
		word.text = s.text[:end]
		list = append(list, word)
		s = s.from(end)
	}
	return list, nil
}

// value is what a span stands for: placeholders replaced, quotes undone.
func (p *parser) value(s span) (string, error) {
	text, err := p.expand(s)
	if err != nil || !strings.HasPrefix(text, `"`) {
		return text, err
	}
	text, err = strconv.Unquote(text)
	if err != nil {
		return "", p.fail(s, s.text+" is not a quoted string", `Go's syntax; a text that begins with " is quoted itself`)
	}
	return text, nil
}

// expand replaces {app} by the origin of that name and {app.host} by its host and port. {origin} stays: it is replaced
// in the playing.
func (p *parser) expand(s span) (string, error) {
	var out strings.Builder
	for at := 0; ; {
		open := strings.IndexByte(s.text[at:], '{')
		if open < 0 {
			out.WriteString(s.text[at:])
			return out.String(), nil
		}
		open += at
		out.WriteString(s.text[at:open])
		end := open + 1
		for end < len(s.text) && (s.text[end] == '.' || 'a' <= s.text[end] && s.text[end] <= 'z') {
			end++
		}
		if end == len(s.text) || s.text[end] != '}' || end == open+1 { // a brace and no more
			out.WriteByte('{')
			at = open + 1
			continue
		}
		at = end + 1
		name := s.text[open+1 : end]
		if name == "origin" {
			out.WriteString("{origin}")
			continue
		}
		bare, isHost := strings.CutSuffix(name, ".host")
		o, known := p.origins[bare]
		if !known {
			where := s
			where.column += utf8.RuneCountInString(s.text[:open])
			return "", p.fail(where, "the placeholder {"+name+"} stands for nothing", "one of "+p.originNames())
		}
		if isHost {
			o = o[strings.Index(o, "://")+3:]
		}
		out.WriteString(o)
	}
}

// quoted writes a text so that value reads it back: as it is where that will do. A word ends at a blank.
func quoted(text string, isWord bool) string {
	bare := text != "" || !isWord
	for _, c := range text {
		bare = bare && c != utf8.RuneError && strconv.IsPrint(c) && (c != ' ' || !isWord)
	}
	bare = bare && !strings.HasPrefix(text, `"`) && strings.Trim(text, " ") == text &&
		!strings.Contains(strings.ReplaceAll(text, "{origin}", ""), "{") && !(isWord && strings.Contains(text, `="`))
	if bare {
		return text
	}
	return strings.ReplaceAll(strconv.Quote(text), "{", `\x7b`)
}

func checkOrigins(origins Origins) error {
	for name, o := range origins {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" || name == "origin" || name == "" {
			return fmt.Errorf("the placeholder {%s}: want a name in lower-case letters other than origin", name)
		}
		if parsed, err := origin.Parse(o); err != nil || parsed.IsOpaque() {
			return fmt.Errorf("the placeholder {%s} stands for %q: want scheme, host and perhaps a port", name, o)
		}
	}
	return nil
}
