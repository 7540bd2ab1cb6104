package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A SyntaxError says where a text stops being a scenario, what stands there and what was expected.
type SyntaxError struct {
	Line, Column int    // both from 1; columns count characters
	What         string // what stands there
	Want         string // what was expected; may be empty
}

func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.What)
	if e.Want != "" {
		text += ", want " + e.Want
	}
	return text
}

// Parse reads a scenario's JSON. It is strict: unknown or repeated fields, words no browser knows, addresses that are
// none and anything after the end are errors, each a *[SyntaxError]. What it accepts makes a request:
// [Scenario.FetchRequest] does not fail for it.
func Parse(data []byte) (Scenario, error) {
	r := &reader{data: data}
	if err := r.wellFormed(); err != nil {
		return Scenario{}, err
	}
	r.tokens = json.NewDecoder(bytes.NewReader(data))
	r.tokens.UseNumber() // some numbers fit no float, and no field takes one
	var s Scenario
	err := r.object("scenario", map[string]field{
		"page":      func() error { return r.page(&s.Page) },
		"initiator": text(r, "initiator", &s.Initiator),
		"request":   func() error { return r.request(&s.Request) },
	}, "page", "request")
	if err != nil {
		return Scenario{}, err
	}
	return s, nil
}

func (r *reader) page(p *Page) error {
	return r.object("page", map[string]field{
		"origin":         r.origin(&p.Origin),
		"topLevel":       r.origin(&p.TopLevel),
		"url":            r.url(&p.URL),
		"secure":         r.flag(&p.Secure),
		"referrerPolicy": text(r, "referrerPolicy", &p.ReferrerPolicy),
		"coep":           text(r, "coep", &p.COEP),
		"addressSpace":   text(r, "addressSpace", &p.AddressSpace),
	}, "origin")
}

func (r *reader) request(q *Request) error {
	return r.object("request", map[string]field{
		"method":             text(r, "method", &q.Method),
		"url":                r.url(&q.URL),
		"headers":            func() error { return r.headers(&q.Headers) },
		"body":               r.body(&q.Body),
		"stream":             r.flag(&q.Stream),
		"mode":               text(r, "mode", &q.Mode),
		"credentials":        text(r, "credentials", &q.Credentials),
		"redirect":           text(r, "redirect", &q.Redirect),
		"cache":              text(r, "cache", &q.Cache),
		"crossorigin":        text(r, "crossorigin", &q.CrossOrigin),
		"referrerPolicy":     text(r, "referrerPolicy", &q.ReferrerPolicy),
		"destination":        text(r, "destination", &q.Destination),
		"uploadListener":     r.flag(&q.UploadListener),
		"keepalive":          r.flag(&q.Keepalive),
		"targetAddressSpace": text(r, "targetAddressSpace", &q.TargetAddressSpace),
	}, "url")
}

func (r *reader) headers(list *wire.Header) error {
	at, token := r.next()
	if token != json.Delim('[') {
		return r.fail(at, "headers is "+kind(token), `a list of {"name", "value"}`)
	}
	for r.tokens.More() {
		var f wire.Field
		err := r.object("header", map[string]field{
			"name":  text(r, "name", &f.Name),
			"value": text(r, "value", &f.Value),
		}, "name", "value")
		if err != nil {
			return err
		}
		*list = append(*list, f)
	}
	r.next()
	return nil
}

func (r *reader) origin(to *string) field {
	return func() error {
		at, s, err := r.text("the origin")
		if err != nil {
			return err
		}
		if _, err := origin.Parse(s); err != nil {
			var syntax *origin.SyntaxError
			errors.As(err, &syntax)
			return r.fail(at, fmt.Sprintf("%q is not an origin", s), fmt.Sprintf("%s at its byte %d", syntax.Want, syntax.Offset))
		}
		*to = s
		return nil
	}
}

func (r *reader) url(to *string) field {
	return func() error {
		at, s, err := r.text("the URL")
		if err != nil {
			return err
		}
		if _, err := fetch.ParseURL(s); err != nil {
			return r.fail(at, fmt.Sprintf("%q is not a URL", s), "an absolute URL, such as https://api.example/items")
		}
		*to = s
		return nil
	}
}

func (r *reader) flag(to *bool) field {
	return func() error {
		at, token := r.next()
		b, ok := token.(bool)
		if !ok {
			return r.fail(at, kind(token), "true or false")
		}
		*to = b
		return nil
	}
}

func (r *reader) body(to **string) field {
	return func() error {
		_, s, err := r.text("the body")
		if err == nil {
			*to = &s
		}
		return err
	}
}

// text reads free text, or for the fields that have them one of their words.
func text[T ~string](r *reader, name string, to *T) field {
	return func() error {
		at, s, err := r.text(name)
		if err != nil {
			return err
		}
		if want, ok := CheckWord(name, s); !ok {
			return r.fail(at, fmt.Sprintf("no %s is called %q", name, s), want)
		}
		*to = T(s)
		return nil
	}
}

// A field reads one field's value.
type field func() error

// A reader walks well-formed JSON and knows where it is.
type reader struct {
	data   []byte
	tokens *json.Decoder
}

// wellFormed finds what is not JSON at all, so that the walk need not expect it.
func (r *reader) wellFormed() error {
	if !utf8.Valid(r.data) {
		at := 0
		for at < len(r.data) {
			c, size := utf8.DecodeRune(r.data[at:])
			if c == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return r.fail(at, "a byte that is not UTF-8", "JSON in UTF-8")
	}
	var raw json.RawMessage
	err := json.Unmarshal(r.data, &raw)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at := int(syntax.Offset)
		if at > 0 && strings.HasPrefix(syntax.Error(), "invalid character") {
			at-- // the offset counts the character itself
		}
		return r.fail(at, syntax.Error(), "one JSON object")
	}
	return err
}

// next gives the next token and where it starts. The text is well formed, so there is one and no error.
func (r *reader) next() (at int, token json.Token) {
	at = int(r.tokens.InputOffset())
	for at < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[at]) >= 0 {
		at++
	}
	token, _ = r.tokens.Token()
	return at, token
}

// object reads an object: every field at most once, none that is not known, and those that must be there.
func (r *reader) object(what string, fields map[string]field, required ...string) error {
	start, token := r.next()
	if token != json.Delim('{') {
		return r.fail(start, "the "+what+" is "+kind(token), "an object")
	}
	seen := map[string]bool{}
	for r.tokens.More() {
		at, token := r.next()
		name, _ := token.(string)
		read, known := fields[name]
		switch {
		case !known:
			return r.fail(at, fmt.Sprintf("a %s has no field %q", what, name), oneOf(slices.Sorted(maps.Keys(fields))))
		case seen[name]:
			return r.fail(at, fmt.Sprintf("a second %q", name), "each field once")
		}
		seen[name] = true
		if err := read(); err != nil {
			return err
		}
	}
	r.next()
	for _, name := range required {
		if !seen[name] {
			return r.fail(start, fmt.Sprintf("a %s without %q", what, name), fmt.Sprintf("the field %q", name))
		}
	}
	return nil
}

func (r *reader) text(what string) (at int, s string, err error) {
	at, token := r.next()
	s, ok := token.(string)
	if !ok {
		return at, "", r.fail(at, what+" is "+kind(token), "a string")
	}
	return at, s, nil
}

func kind(token json.Token) string {
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return "an object"
		}
		return "a list"
	case string:
		return "a string"
	case bool:
		return fmt.Sprint(t)
	case nil:
		return "null"
	}
	return "a number"
}

func (r *reader) fail(at int, what, want string) error {
	before := r.data[:min(at, len(r.data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[1+bytes.LastIndexByte(before, '\n'):])
	return &SyntaxError{Line: line, Column: column, What: what, Want: want}
}
