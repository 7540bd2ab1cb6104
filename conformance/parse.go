package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
)

// Parse reads one case. The name is the file's, with or without ".case"; origins stand for the placeholders, nil means
// [DefaultOrigins]. An error in the text is a *[SyntaxError].
func Parse(name string, text []byte, origins Origins) (Case, error) {
	if origins == nil {
		origins = DefaultOrigins()
	}
	if err := checkOrigins(origins); err != nil {
		return Case{}, err
	}
	p := &parser{file: name, origins: origins}
	p.c.Name = strings.TrimSuffix(name, ".case")
	lines, err := p.lines(text)
	if err != nil {
		return Case{}, err
	}
	for _, line := range lines {
		if err := p.take(line); err != nil {
			return Case{}, err
		}
	}
	if err := p.end(lines[len(lines)-1]); err != nil {
		return Case{}, err
	}
	return p.c, nil
}

type parser struct {
	file    string
	origins Origins
	c       Case
	why     []string
	block   func(span) error // takes the lines of the block that is open
	closing func() error     // looks at the block once it is whole
	begun   bool             // something but comments was read
	seen    map[string]bool  // keys of the block that is open
	paged   bool
}

func (p *parser) originNames() string {
	return strings.Join(slices.Sorted(maps.Keys(p.origins)), ", ")
}

// take reads one line: a comment, a line of the block that is open, or the beginning of something new.
func (p *parser) take(line span) error {
	switch {
	case line.text == "":
		return nil
	case line.text[0] == '#':
		if !p.begun {
			p.why = append(p.why, strings.TrimSpace(line.text[1:]))
		}
		return nil
	case line.text[0] == ' ':
		if p.block == nil {
			return p.fail(line, "an indented line", "a block to which it belongs")
		}
		return p.block(line.from(0))
	}
	p.begun = true
	if err := p.closeBlock(); err != nil {
		return err
	}
	p.seen = map[string]bool{}
	opener, _, _ := strings.Cut(line.text, " ")
	switch opener {
	case "rule:", "trigger:", "near:", "hook:":
		return p.header(opener, line)
	case "cookie":
		return p.cookie(line)
	}
	words, err := p.words(line)
	if err != nil {
		return err
	}
	switch opener {
	case "page":
		return p.page(words)
	case "ask":
		return p.ask(words)
	case string(ToPreflight), string(ToRequest), string(FromWorker), string(FromStore):
		return p.answer(words)
	case "expect":
		return p.expect(words)
	}
	return p.fail(line, fmt.Sprintf("%q begins nothing", opener),
		"rule:, trigger:, near:, hook:, cookie, page, ask, preflight, answer, worker, stored or expect")
}

func (p *parser) closeBlock() error {
	closing := p.closing
	p.block, p.closing = nil, nil
	if closing == nil {
		return nil
	}
	return closing()
}

// end looks at the whole.
func (p *parser) end(last span) error {
	if err := p.closeBlock(); err != nil {
		return err
	}
	p.c.Why = strings.Join(p.why, "\n")
	c := &p.c
	missing := ""
	switch {
	case strings.TrimSpace(c.Why) == "":
		missing = "a comment at the top that says why"
	case c.Rule == "":
		missing = "rule:"
	case !p.paged:
		missing = "page"
	case len(c.Asks) == 0:
		missing = "ask"
	case len(c.Expects) == 0:
		missing = "expect"
	}
	if missing != "" {
		return p.fail(last, "the end of the case", missing)
	}
	return nil
}

// header reads a line of the form "key: value".
func (p *parser) header(key string, line span) error {
	words, err := p.words(line.from(len(key)))
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return p.fail(line, key+" says nothing", "a value")
	}
	switch key {
	case "rule:":
		if p.c.Rule != "" {
			return p.fail(line, "a second rule:", "one")
		}
		p.c.Rule, err = p.only(words)
	case "trigger:":
		err = p.codes(words, &p.c.Triggers)
	case "near:":
		err = p.codes(words, &p.c.Nears)
	case "hook:":
		err = p.hook(words)
	}
	return err
}

func (p *parser) only(words []span) (string, error) {
	if len(words) > 1 {
		return "", p.fail(words[1], fmt.Sprintf("%q too", words[1].text), "one word")
	}
	return p.value(words[0])
}

func (p *parser) codes(words []span, to *[]transcript.Code) error {
	for _, w := range words {
		code := transcript.Code(w.text)
		if !slices.Contains(transcript.Codes(), code) {
			return p.fail(w, fmt.Sprintf("no code is called %q", w.text), "one of transcript.Codes")
		}
		*to = append(*to, code)
	}
	return nil
}

// hook reads what the browser knows.
func (p *parser) hook(words []span) error {
	arguments := map[string]int{"hsts": 1, "csp": 1, "permission": 1, "space": 2}
	want, known := arguments[words[0].text]
	switch {
	case !known:
		return p.fail(words[0], fmt.Sprintf("no hook is called %q", words[0].text), "hsts, csp, permission or space")
	case len(words)-1 != want:
		return p.fail(words[0], fmt.Sprintf("%s with %d words after it", words[0].text, len(words)-1), fmt.Sprint(want))
	}
	b := &p.c.Browser
	var (
		who   string
		space fetch.AddressSpace
		err   error
	)
	if words[0].text != "permission" {
		who, err = p.origin(words[1])
	}
	if words[0].text == "permission" || words[0].text == "space" {
		space, err = p.space(words[len(words)-1], err)
	}
	if err != nil {
		return err
	}
	switch words[0].text {
	case "hsts":
		b.HSTS = append(b.HSTS, who)
	case "csp":
		b.CSP = append(b.CSP, who)
	case "permission":
		b.Permissions = append(b.Permissions, space)
	case "space":
		b.Spaces = append(b.Spaces, Space{who, space})
	}
	return nil
}

// space reads an address space, unless something was wrong before it.
func (p *parser) space(s span, before error) (space fetch.AddressSpace, err error) {
	if before != nil {
		return "", before
	}
	return space, word(p, "addressSpace", s, &space)
}

// cookie reads a line of the form "cookie ORIGIN: LINE".
func (p *parser) cookie(line span) error {
	rest := line.from(len("cookie"))
	who, _, found := strings.Cut(rest.text, ": ")
	if !found {
		return p.fail(rest, "a cookie", "an origin, a colon and Set-Cookie's syntax")
	}
	setter := rest
	setter.text = who
	o, err := p.origin(setter)
	if err != nil {
		return err
	}
	value, err := p.value(rest.from(len(who) + 1))
	p.c.Cookies = append(p.c.Cookies, Cookie{o, value})
	return err
}

// origin reads an origin, opaque ones apart.
func (p *parser) origin(s span) (string, error) {
	text, err := p.value(s)
	if err != nil {
		return "", err
	}
	if o, err := origin.Parse(text); err != nil || o.IsOpaque() {
		return "", p.fail(s, fmt.Sprintf("%q is not an origin", text), "scheme, host and perhaps a port, as browsers write them")
	}
	return text, nil
}

// url reads the address of something that crosses the wire.
func (p *parser) url(s span) (string, error) {
	text, err := p.value(s)
	if err != nil {
		return "", err
	}
	u, err := fetch.ParseURL(text)
	switch {
	case err != nil:
		return "", p.fail(s, fmt.Sprintf("%q is not a URL", text), "an absolute URL")
	case u.Href() != text:
		return "", p.fail(s, fmt.Sprintf("%q is not how browsers write it", text), u.Href())
	}
	return text, nil
}
