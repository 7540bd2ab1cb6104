package diagnose

import (
	"fmt"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// The CORS check, on a preflight's answer or the request's own.
var rulesCheck = map[transcript.Code]rule{
	transcript.ACAOMissing:     allowOriginMissing,
	transcript.ACAOMultiple:    allowOriginWrong,
	transcript.ACAOInvalid:     allowOriginWrong,
	transcript.ACAOMismatch:    allowOriginWrong,
	transcript.StarCredentials: starCredentials,
	transcript.ACACNotTrue:     allowCredentialsNotTrue,
}

func allowOriginMissing(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	layer := layerOf(f.Maker, e.Status)
	switch {
	case f.Phase == transcript.PhasePreflight:
		f.Summary = fmt.Sprintf("%s (%d) does not carry Access-Control-Allow-Origin", whichAnswer(f), e.Status)
	case isRedirect(e.Status):
		r.bareRedirect(f, e)
	case e.Status >= 400:
		f.Summary = fmt.Sprintf("behind the CORS error stands a %d: %s has that status and no Access-Control-Allow-Origin", e.Status, whichAnswer(f))
		if f.Maker != nil {
			f.Summary += ", and seems to come from " + f.Maker.Name
		}
		f.Fix.Text = fmt.Sprintf("First find out why the server answers %d: that is the error the page was not shown. Then let error answers carry Access-Control-Allow-Origin and Vary: Origin too, by putting CORS on the outermost layer.", e.Status)
	default:
		f.Summary = fmt.Sprintf("%s (%d) does not carry Access-Control-Allow-Origin", whichAnswer(f), e.Status)
	}
	f.hint(layer)
	f.hint(misspelt(e, wire.AccessControlAllowOrigin))
	if f.Phase != transcript.PhasePreflight && r.preflightAllowed(f.Hop) {
		f.hint("The preflight's answer had the header, so something there knows CORS: this answer did not pass it, or only OPTIONS was given the header.")
	}
	if !isHSTS(e) { // no server sent it
		r.allow(f, e)
	}
	return true
}

// bareRedirect: every answer on the way has to be shared, redirects too.
func (r *reading) bareRedirect(f *Finding, e *transcript.Exchange) {
	f.Summary = fmt.Sprintf("%s is a redirect (%d) that does not carry Access-Control-Allow-Origin", whichAnswer(f), e.Status)
	if isHSTS(e) {
		f.Summary = "the browser itself made this redirect (HSTS), and such a redirect carries no Access-Control-Allow-Origin"
	}
	target, ok := locationOf(e)
	if !ok {
		return
	}
	switch {
	case looksLikeLogin(e, target): // see allow
	case r.askInstead(f, target):
		f.Fix.Text = "In the page: ask " + f.Fix.URL + " instead, so that nothing is redirected."
		if !isHSTS(e) {
			f.Fix.Text += " Or on the server that redirects: send the CORS headers with redirects too."
		}
		f.hint(redirectHint(e))
	}
}

// allowOriginWrong: there is a value, and it is not the page's origin.
func allowOriginWrong(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	switch f.Code {
	case transcript.ACAOMultiple:
		lines := len(e.Response.Values(wire.AccessControlAllowOrigin))
		if lines > 1 {
			f.Summary = fmt.Sprintf("%s carries Access-Control-Allow-Origin %d times: %s", whichAnswer(f), lines, quoted(f.Seen))
		} else {
			f.Summary = fmt.Sprintf("%s allows a list, %s, where one origin has to stand", whichAnswer(f), quoted(f.Seen))
		}
	case transcript.ACAOInvalid:
		f.Summary = fmt.Sprintf("%s allows %s, which is no origin; the request came from %s", whichAnswer(f), quoted(f.Seen), f.Expected)
	default:
		f.Summary = fmt.Sprintf("%s allows %s; the request came from %s", whichAnswer(f), quoted(f.Seen), f.Expected)
	}
	f.hint(sentence(nearMiss(f.Expected, f.Seen)))
	f.hint(sentence(r.nearTarget(f)))
	if f.Maker != nil && f.Code == transcript.ACAOMultiple {
		f.hint("One of the layers is " + f.Maker.Name + ".")
	}
	r.allow(f, e)
	return true
}

// nearTarget: some servers are given their own origin where the page's belongs.
func (r *reading) nearTarget(f *Finding) string {
	if own := originOfURL(r.answer(f).URL); own != "" && own == f.Seen && own != f.Expected {
		return "the value is the server's own origin: it has to be the page's"
	}
	return ""
}

func starCredentials(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	f.Summary = whichAnswer(f) + " allows any origin (\"*\"), and the page asked with credentials, which needs its own origin there"
	if r.t.Asked.Initiator != "fetch" && r.t.Asked.Initiator != "xhr" {
		f.hint(sentence(r.t.Asked.Title + " asks with credentials; crossorigin=\"anonymous\" would ask without"))
	}
	r.allow(f, e)
	return true
}

// toLogin: sharing a redirect to a login page would help nobody. It gives the remedy, and reports whether it did.
func toLogin(f *Finding, e *transcript.Exchange) bool {
	target, ok := locationOf(e)
	if !ok || !isRedirect(e.Status) || !looksLikeLogin(e, target) {
		return false
	}
	f.Fix = Fix{Text: "The redirect seems to lead to a login: the request came without a session. On the layer that authenticates: answer API calls with 401 and the CORS headers, not with a login page. In the page: send the credentials the API wants."}
	f.hint("Following the redirect would not help: a login page is for people, and its origin allows no page to read it.")
	return true
}

// allow adds the edits that name the page's origin, or says why there are none.
func (r *reading) allow(f *Finding, e *transcript.Exchange) {
	if toLogin(f, e) {
		return
	}
	f.allowOrigin(f.Expected)
	if f.Expected != "null" {
		return
	}
	if r.t.Asked.Origin == "null" {
		f.Summary += "; the page's origin is null"
		f.Fix = Fix{Text: "Serve the page from a real origin: local files from a local web server, a sandboxed frame with allow-same-origin if its content is yours. Do not allow null: every sandboxed frame of every site has that origin."}
		f.hint("A page has the origin null if it is a local file, a data: document or a sandboxed frame.")
		return
	}
	f.Summary += "; the redirect to another origin made the request's origin null"
	f.Fix = Fix{
		Text: "In the page: ask " + e.URL + " itself, so that nothing is redirected across origins. Do not allow null on the server: every sandboxed frame of every site has that origin.",
		URL:  e.URL,
	}
	f.hint("Chromium's message names " + r.t.Asked.Origin + " as the origin; what the server was told is null.")
}

func allowCredentialsNotTrue(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	if !e.Response.Contains(wire.AccessControlAllowCredentials) {
		f.Summary = "the page asked with credentials, and " + whichAnswer(f) + " does not carry Access-Control-Allow-Credentials"
		f.hint(misspelt(e, wire.AccessControlAllowCredentials))
	} else {
		f.Summary = fmt.Sprintf("the page asked with credentials, and %s says Access-Control-Allow-Credentials: %s, not exactly \"true\"", whichAnswer(f), quoted(f.Seen))
	}
	switch {
	case strings.EqualFold(f.Seen, "true"):
		f.hint("The value is compared letter by letter: it has to be in lower case.")
	case strings.Contains(f.Seen, ","):
		f.hint("The header came more than once: two layers add it.")
	case f.Seen == "1" || strings.EqualFold(f.Seen, "yes") || strings.Trim(f.Seen, "\"' ") == "true":
		f.hint("Only the four letters true count, without quotes.")
	case f.Seen == "false":
		f.hint("false means the same as no header; whoever configured it may have meant it.")
	}
	if sent, _ := e.Request.Get(wire.Origin); sent != "null" && !toLogin(f, e) {
		f.edit(Set, wire.AccessControlAllowCredentials, "true")
	}
	return true
}

// preflightAllowed: the preflight of that hop named an origin.
func (r *reading) preflightAllowed(hop int) bool {
	for _, e := range r.t.Exchanges {
		if e.Kind == transcript.Preflight && e.Hop == hop && e.Response.Contains(wire.AccessControlAllowOrigin) {
			return true
		}
	}
	return false
}

// misspelt finds a response header whose name is almost the one that is missing.
func misspelt(e *transcript.Exchange, name string) string {
	for _, field := range e.Response {
		if almost(field.Name, name) {
			return "The answer carries " + quoted(field.Name) + ": surely " + name + " was meant."
		}
	}
	return ""
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
