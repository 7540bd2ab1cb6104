package conformance

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// String writes the case as [Parse] reads it. Origins stand where placeholders stood.
func (c Case) String() string {
	var w writer
	for line := range strings.SplitSeq(c.Why, "\n") {
		w.line(0, strings.TrimRight("# "+line, " "))
	}
	w.line(0, "rule: "+quoted(c.Rule, true))
	w.codes("trigger: ", c.Triggers)
	w.codes("near: ", c.Nears)
	w.page(c.Page)
	for _, cookie := range c.Cookies {
		w.line(0, "cookie "+cookie.Origin+": "+quoted(cookie.Line, false))
	}
	w.browser(c.Browser)
	for _, a := range c.Asks {
		w.ask(a)
	}
	for _, a := range c.Answers {
		w.answer(a)
	}
	for _, e := range c.Expects {
		w.expect(e)
	}
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) line(indent int, text string) {
	w.WriteString(strings.Repeat(" ", indent) + text + "\n")
}

// attribute writes a line of a block, if there is something to write.
func (w *writer) attribute(key, value string) {
	if value != "" {
		w.line(2, key+": "+quoted(value, false))
	}
}

func (w *writer) flag(key string, on bool) {
	if on {
		w.line(2, key)
	}
}

func (w *writer) codes(key string, codes []transcript.Code) {
	for _, c := range codes {
		w.line(0, key+string(c))
	}
}

func (w *writer) page(p scenario.Page) {
	w.line(0, "\npage "+p.Origin)
	w.attribute("top-level", p.TopLevel)
	w.attribute("url", p.URL)
	w.flag("secure", p.Secure)
	w.attribute("referrer-policy", string(p.ReferrerPolicy))
	w.attribute("coep", string(p.COEP))
	w.attribute("address-space", string(p.AddressSpace))
}

func (w *writer) browser(b Browser) {
	for _, o := range b.HSTS {
		w.line(0, "hook: hsts "+o)
	}
	for _, o := range b.CSP {
		w.line(0, "hook: csp "+o)
	}
	for _, s := range b.Permissions {
		w.line(0, "hook: permission "+string(s))
	}
	for _, s := range b.Spaces {
		w.line(0, "hook: space "+s.Origin+" "+string(s.Space))
	}
}

// A body of this length or more that is all x is written by its length.
const longBody = 64

func (w *writer) ask(a Ask) {
	r := a.Request
	w.line(0, "\nask "+quoted(r.Method, true)+" "+quoted(r.URL, true))
	if a.After != 0 {
		w.attribute("after", a.After.String())
	}
	w.attribute("as", string(a.Initiator))
	w.attribute("mode", string(r.Mode))
	w.attribute("credentials", string(r.Credentials))
	w.attribute("redirect", string(r.Redirect))
	w.attribute("cache", string(r.Cache))
	w.attribute("crossorigin", string(r.CrossOrigin))
	w.attribute("referrer-policy", string(r.ReferrerPolicy))
	w.attribute("destination", r.Destination)
	w.attribute("target-address-space", string(r.TargetAddressSpace))
	w.flag("upload-listener", r.UploadListener)
	w.flag("stream", r.Stream)
	w.flag("keepalive", r.Keepalive)
	for _, f := range r.Headers {
		w.line(2, strings.TrimRight("header: "+f.Name+": "+quoted(f.Value, false), " "))
	}
	switch {
	case r.Body == nil:
	case len(*r.Body) >= longBody && strings.Trim(*r.Body, "x") == "":
		w.line(2, fmt.Sprintf("body-length: %d", len(*r.Body)))
	default:
		w.line(2, strings.TrimRight("body: "+quoted(*r.Body, false), " "))
	}
}

func (w *writer) answer(a Answer) {
	line := "\n" + string(a.Role)
	if a.Type != "" {
		line += " " + string(a.Type)
	}
	if a.Redirected {
		line += " redirected"
	}
	if a.RangeRequested {
		line += " range-requested"
	}
	if a.Method != "" {
		line += " " + a.Method
	}
	w.line(0, line+" "+quoted(a.URL, true))
	if a.Failure != "" {
		w.line(2, "! "+string(a.Failure))
		return
	}
	w.line(2, fmt.Sprintf("%03d", a.Status))
	for _, f := range a.Header {
		w.line(2, strings.TrimRight(f.Name+": "+quoted(f.Value, false), " "))
	}
	if a.Body != "" {
		for line := range strings.SplitSeq(a.Body, "\n") {
			w.line(2, strings.TrimRight("| "+line, " "))
		}
	}
}

func (w *writer) expect(e Expect) {
	line := "\nexpect"
	if e.Ask != 1 {
		line += fmt.Sprintf(" %d", e.Ask)
	}
	w.line(0, strings.Join(append([]string{line}, e.Profiles...), " "))
	for _, s := range e.Wire {
		w.line(2, "wire: "+s.String())
	}
	w.attribute("outcome", string(e.Outcome))
	if e.First != nil {
		w.line(2, "code: "+e.First.String())
	}
	for _, v := range e.Also {
		w.line(2, "also: "+v.String())
	}
	for _, v := range e.Notes {
		w.line(2, "note: "+v.String())
	}
	w.attribute("type", string(e.Type))
	if e.Status != nil {
		w.line(2, fmt.Sprintf("status: %d", *e.Status))
	}
	if e.Readable != nil {
		w.line(2, strings.TrimRight("readable: "+strings.Join(e.Readable, " "), " "))
	}
}

// String writes the verdict as it stands in a case.
func (v Verdict) String() string {
	text := fmt.Sprintf("%s %s %d", v.Code, v.Phase, v.Hop)
	if v.Subject != "" {
		text += " " + quoted(v.Subject, true)
	}
	return text
}

// String writes the request as it stands in a case.
func (s Sent) String() string {
	var b strings.Builder
	b.WriteString(quoted(s.Method, true) + " " + quoted(s.URL, true))
	if s.Preflight {
		b.WriteString(" preflight")
	}
	for _, f := range s.Header {
		b.WriteString(" " + shorten(f.Name) + "=" + quoted(f.Value, true))
	}
	for _, name := range s.Without {
		b.WriteString(" !" + shorten(name))
	}
	if s.Body != nil {
		b.WriteString(" body=" + quoted(*s.Body, true))
	}
	return b.String()
}

func shorten(name string) string {
	for abbreviation, long := range short {
		if wire.EqualFold(name, long) {
			return abbreviation
		}
	}
	return name
}
