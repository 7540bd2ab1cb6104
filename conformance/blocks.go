package conformance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// attribute splits a line of a block into its key and its value. A key without a value is a flag.
func (p *parser) attribute(line span, repeatable ...string) (key string, value span, err error) {
	key, _, hasValue := strings.Cut(line.text, ":")
	if p.seen[key] && !slices.Contains(repeatable, key) {
		return "", span{}, p.fail(line, fmt.Sprintf("a second %q", key), "one")
	}
	p.seen[key] = true
	if !hasValue {
		return key, line.from(len(key)), nil
	}
	return key, line.from(len(key) + 1), nil
}

// word reads one of the words of a scenario's field, or free text where the field has none.
func word[T ~string](p *parser, field string, s span, to *T) error {
	text, err := p.value(s)
	if err != nil {
		return err
	}
	if text == "" {
		return p.fail(s, "nothing", "a value")
	}
	if want, ok := scenario.CheckWord(field, text); !ok {
		return p.fail(s, fmt.Sprintf("no %s is called %q", field, text), want)
	}
	*to = T(text)
	return nil
}

func (p *parser) flag(line, value span, to *bool) error {
	if strings.Contains(line.text, ":") {
		return p.fail(value, "a value", "the word alone")
	}
	*to = true
	return nil
}

func (p *parser) unknown(line span, what, key, want string) error {
	return p.fail(line, fmt.Sprintf("%s has no %q", what, key), want)
}

// page reads "page ORIGIN" and what follows.
func (p *parser) page(words []span) error {
	if p.paged || len(words) != 2 {
		return p.fail(words[0], "a page", "one page with one origin")
	}
	p.paged = true
	page := &p.c.Page
	var err error
	if page.Origin, err = p.opaqueOr(words[1]); err != nil {
		return err
	}
	p.block = func(line span) error {
		key, value, err := p.attribute(line)
		if err != nil {
			return err
		}
		switch key {
		case "top-level":
			page.TopLevel, err = p.opaqueOr(value)
			return err
		case "url":
			if page.URL, err = p.value(value); err != nil {
				return err
			}
			if _, err := fetch.ParseURL(page.URL); err != nil {
				return p.fail(value, fmt.Sprintf("%q is not a URL", page.URL), "an absolute URL")
			}
			return nil
		case "secure":
			return p.flag(line, value, &page.Secure)
		case "referrer-policy":
			return word(p, "referrerPolicy", value, &page.ReferrerPolicy)
		case "coep":
			return word(p, "coep", value, &page.COEP)
		case "address-space":
			return word(p, "addressSpace", value, &page.AddressSpace)
		}
		return p.unknown(line, "a page", key, "top-level, url, secure, referrer-policy, coep or address-space")
	}
	return nil
}

func (p *parser) opaqueOr(s span) (string, error) {
	text, err := p.value(s)
	if err != nil {
		return "", err
	}
	if _, err := origin.Parse(text); err != nil {
		return "", p.fail(s, fmt.Sprintf("%q is not an origin", text), "null, or scheme, host and perhaps a port, as browsers write them")
	}
	return text, nil
}

const longestBody = 1 << 20

// ask reads "ask METHOD URL" and what follows. The URL may be anything: what is wrong with it is the browser's to say.
func (p *parser) ask(words []span) error {
	if len(words) != 3 {
		return p.fail(words[0], "an ask", "ask METHOD URL")
	}
	p.c.Asks = append(p.c.Asks, Ask{})
	a := &p.c.Asks[len(p.c.Asks)-1]
	r := &a.Request
	var err error
	if r.Method, err = p.value(words[1]); err != nil {
		return err
	}
	if r.URL, err = p.value(words[2]); err != nil {
		return err
	}
	p.block = func(line span) error {
		key, value, err := p.attribute(line, "header")
		if err != nil {
			return err
		}
		switch key {
		case "after":
			if a.After, err = time.ParseDuration(value.text); err != nil || a.After <= 0 {
				return p.fail(value, fmt.Sprintf("%q is not a time to wait", value.text), "one such as 6s")
			}
			return nil
		case "as":
			return word(p, "initiator", value, &a.Initiator)
		case "mode":
			return word(p, key, value, &r.Mode)
		case "credentials":
			return word(p, key, value, &r.Credentials)
		case "redirect":
			return word(p, key, value, &r.Redirect)
		case "cache":
			return word(p, key, value, &r.Cache)
		case "crossorigin":
			return word(p, key, value, &r.CrossOrigin)
		case "referrer-policy":
			return word(p, "referrerPolicy", value, &r.ReferrerPolicy)
		case "destination":
			return word(p, key, value, &r.Destination)
		case "target-address-space":
			return word(p, "targetAddressSpace", value, &r.TargetAddressSpace)
		case "upload-listener":
			return p.flag(line, value, &r.UploadListener)
		case "stream":
			return p.flag(line, value, &r.Stream)
		case "keepalive":
			return p.flag(line, value, &r.Keepalive)
		case "header":
			f, err := p.field(value)
			r.Headers = append(r.Headers, f)
			return err
		case "body", "body-length":
			return p.body(key, line, value, r)
		}
		return p.unknown(line, "an ask", key, "after, as, mode, credentials, redirect, cache, crossorigin, referrer-policy, "+
			"destination, target-address-space, upload-listener, stream, keepalive, header, body or body-length")
	}
	return nil
}

func (p *parser) body(key string, line, value span, r *scenario.Request) error {
	if r.Body != nil {
		return p.fail(line, "a second body", "one")
	}
	if key == "body" {
		text, err := p.value(value)
		r.Body = &text
		return err
	}
	n, err := strconv.Atoi(value.text)
	if err != nil || n < 0 || n > longestBody {
		return p.fail(value, fmt.Sprintf("%q is not a length", value.text), fmt.Sprintf("a number of bytes up to %d", longestBody))
	}
	body := strings.Repeat("x", n)
	r.Body = &body
	return nil
}

// field reads "Name: value". The name is taken as it stands.
func (p *parser) field(s span) (wire.Field, error) {
	name, _, found := strings.Cut(s.text, ":")
	if !found || name == "" {
		return wire.Field{}, p.fail(s, fmt.Sprintf("%q", s.text), "a header's name, a colon and its value")
	}
	value, err := p.value(s.from(len(name) + 1))
	return wire.Field{Name: name, Value: value}, err
}

// answer reads the four kinds of answer and what follows.
func (p *parser) answer(words []span) error {
	a := Answer{Role: Role(words[0].text)}
	const want = "preflight URL, answer [METHOD] URL, stored [METHOD] URL, or worker TYPE [redirected] [range-requested] URL"
	if len(words) < 2 {
		return p.fail(words[0], "an answer to nothing", want)
	}
	var err error
	if a.URL, err = p.url(words[len(words)-1]); err != nil {
		return err
	}
	between := words[1 : len(words)-1]
	switch {
	case a.Role == FromWorker:
		err = p.workerWords(between, &a)
	case len(between) == 1 && a.Role != ToPreflight && wire.IsToken(between[0].text):
		a.Method = between[0].text
	case len(between) > 0:
		err = p.fail(between[0], fmt.Sprintf("%q too", between[0].text), want)
	}
	if err != nil {
		return err
	}
	var body []string
	first := true
	p.block = func(line span) error {
		wasFirst := first
		first = false
		switch {
		case wasFirst:
			return p.status(line, &a)
		case a.Failure != "":
			return p.fail(line, "a line after a failure", "nothing")
		case line.text == "|" || strings.HasPrefix(line.text, "| "):
			body = append(body, strings.TrimPrefix(line.text[1:], " "))
			return nil
		case body != nil:
			return p.fail(line, "a header after the body", `"| " and a line of the body`)
		}
		f, err := p.field(line)
		if err == nil && !wire.IsToken(f.Name) {
			err = p.fail(line, fmt.Sprintf("the header name %q", f.Name), "a token")
		}
		a.Header = append(a.Header, f)
		return err
	}
	p.closing = func() error {
		if first {
			return p.fail(words[0], "an answer that says nothing", "a status, or ! and a net- code")
		}
		a.Body = strings.Join(body, "\n")
		p.c.Answers = append(p.c.Answers, a)
		return nil
	}
	return nil
}

func (p *parser) workerWords(words []span, a *Answer) error {
	types := []fetch.ResponseType{fetch.TypeBasic, fetch.TypeCORS, fetch.TypeOpaque, fetch.TypeOpaqueRedirect, fetch.TypeError}
	for i, w := range words {
		switch {
		case i == 0 && slices.Contains(types, fetch.ResponseType(w.text)):
			a.Type = fetch.ResponseType(w.text)
		case i > 0 && w.text == "redirected" && !a.Redirected:
			a.Redirected = true
		case i > 0 && w.text == "range-requested" && !a.RangeRequested:
			a.RangeRequested = true
		default:
			return p.fail(w, fmt.Sprintf("a worker's %q", w.text), "a response type, then perhaps redirected and range-requested")
		}
	}
	return nil
}

// status reads an answer's first line.
func (p *parser) status(line span, a *Answer) error {
	if code, ok := strings.CutPrefix(line.text, "! "); ok {
		if a.Role != ToPreflight && a.Role != ToRequest || !slices.Contains(failures, transcript.Code(code)) {
			return p.fail(line, fmt.Sprintf("the failure %q", code), "one of the network's, in a preflight or an answer")
		}
		a.Failure = transcript.Code(code)
		return nil
	}
	n, err := strconv.Atoi(line.text)
	none := n == 0 && a.Role == FromWorker
	if err != nil || len(line.text) != 3 || n < 100 && !none {
		return p.fail(line, fmt.Sprintf("%q", line.text), "a status of three digits, or ! and a net- code")
	}
	a.Status = n
	return nil
}

// failures are what a network can do instead of answering.
var failures = []transcript.Code{
	transcript.NetDNS, transcript.NetRefused, transcript.NetUnreachable, transcript.NetReset, transcript.NetTLS,
	transcript.NetTimeout, transcript.NetProtocol, transcript.NetAborted,
}
