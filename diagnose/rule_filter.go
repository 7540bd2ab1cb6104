package diagnose

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// What the page gets to see of an answer.
var rulesFilter = map[transcript.Code]rule{
	transcript.CORPBlocked: resourcePolicy,
	transcript.ORBBlocked: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the answer is %s, and %s asked for it without CORS: the browser gives it nothing", quoted(f.Seen), r.asker())
		if r.answer(f).Status >= 400 {
			f.hint(fmt.Sprintf("The status is %d: an error page came in place of what was asked.", r.answer(f).Status))
		}
		f.hint(noCure)
		return true
	},
	transcript.NosniffBlocked: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("Content-Type is %s, %s has to stand there, and nosniff forbids guessing", quoted(f.Seen), f.Expected)
		r.wrongType(f)
		return true
	},
	transcript.MIMEBlocked: typeBlocked,
	transcript.RangeGuard: func(r *reading, f *Finding) bool {
		f.Summary = "a partial answer (" + f.Seen + ") came for a request of the whole"
		return true
	},
	transcript.HeaderHidden:   headerHidden,
	transcript.ExposeSyntax:   listSyntax,
	transcript.ResponseOpaque: responseOpaque,
}

// asker names what asked, in a sentence.
func (r *reading) asker() string {
	if r.t.Asked.Title != "" {
		return r.t.Asked.Title
	}
	return "the page"
}

// resourcePolicy asks for no more than the page needs: same-site where that is enough.
func resourcePolicy(r *reading, f *Finding) bool {
	e := r.answer(f)
	if f.Seen == "" {
		f.Summary = "the page's embedder policy wants Cross-Origin-Resource-Policy, and the answer does not carry it"
	} else {
		f.Summary = fmt.Sprintf("the answer says Cross-Origin-Resource-Policy: %s, and the page is at %s", quoted(f.Seen), r.t.Asked.Origin)
	}
	value := "cross-origin"
	page, err1 := origin.Parse(r.t.Asked.Origin)
	target, err2 := origin.Parse(originOfURL(e.URL))
	if err1 == nil && err2 == nil && origin.SchemelesslySameSite(page, target) && (page.Scheme() == "https" || target.Scheme() != "https") {
		value = "same-site"
	}
	f.edit(Set, wire.CrossOriginResourcePolicy, value)
	return true
}

// wrongType: an error page in a script's place is the usual cause, and then the type is right and the status tells.
func (r *reading) wrongType(f *Finding) {
	e := r.answer(f)
	if e.Status >= 400 || strings.HasPrefix(wire.Lower(f.Seen), "text/html") {
		f.hint(fmt.Sprintf("The status is %d: an error or fallback page seems to have come in place of what was asked.", e.Status))
		return
	}
	f.edit(Set, wire.ContentType, typeFor(f.Expected))
}

// typeFor is the type to send where one of that description is wanted.
func typeFor(wanted string) string {
	switch wanted {
	case "a JSON type":
		return "application/json"
	case "text/css", "text/event-stream":
		return wanted
	}
	return "text/javascript"
}

// typeBlocked: modules, imports, worklets and event streams take one kind of answer, classic scripts all but a few.
func typeBlocked(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	has := "the answer has no Content-Type"
	if f.Seen != "" {
		has = "Content-Type is " + quoted(f.Seen)
	}
	general, _ := Lookup(f.Code)
	switch {
	case f.Subject == "status":
		f.Summary = "the answer's status is " + quotedStatus(f.Seen) + ", and " + r.asker() + " takes 200 alone"
	case f.Expected == "" || f.Spec == general.Spec && f.Expected == "a JavaScript type":
		f.Summary = has + ", and a script's never is"
	default:
		f.Summary = has + ", and " + r.asker() + " takes " + f.Expected + " alone"
	}
	f.Fix.Text = "On the server of the resource: serve it as " + typeFor(f.Expected) + "."
	if f.Expected == "text/event-stream" || f.Subject == "status" {
		f.Fix.Text = "On the server: answer 200 with Content-Type: text/event-stream. An EventSource takes 200 and text/event-stream only."
	}
	if e.Status >= 400 {
		f.Fix.Text = fmt.Sprintf("First find out why the server answers %d: that is the error the page was not shown. ", e.Status) + f.Fix.Text
	}
	if f.Subject != "status" {
		r.wrongType(f)
	}
	return true
}

// headerHidden makes one finding of all hidden headers that pages ask for, and says nothing of the others.
func headerHidden(r *reading, f *Finding) bool {
	if !isUseful(f.Subject) {
		return false
	}
	name := f.Subject
	into := f
	for i := range r.findings {
		if r.findings[i].Code == transcript.HeaderHidden {
			into = &r.findings[i]
			into.Subject += ", " + name
		}
	}
	into.Expected = wire.AccessControlExposeHeaders + ": " + into.Subject
	into.Summary = "the page cannot read " + into.Subject + " of the answer: not named in Access-Control-Expose-Headers"
	into.edit(Add, wire.AccessControlExposeHeaders, name)
	if value, _ := r.answer(f).Response.Get(wire.AccessControlExposeHeaders); hasItem(value, "*") && r.credentialed() {
		into.hint("The page asked with credentials: there \"*\" exposes nothing but a header called \"*\".")
	}
	return into == f
}

func responseOpaque(r *reading, f *Finding) bool {
	f.Summary = fmt.Sprintf("%s asked without CORS, so the answer is opaque. What the page sees: %s", r.asker(), f.Seen)
	if r.t.Asked.Initiator == "fetch" {
		return true
	}
	f.Severity = Note
	f.Fix.Text = "If script has to read it, in the page: add crossorigin=\"anonymous\" to the element, on every page that loads this address, so that no copy without CORS is kept. On the server: allow the page's origin."
	return true
}
