package diagnose

import (
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// lookAtAnswers finds what no verdict says: it is read off the answers.
func (r *reading) lookAtAnswers() {
	for i := range r.t.Exchanges {
		r.varyMissing(i + 1)
		r.legacyHeader(i + 1)
	}
	r.nullAllowed()
	r.credentialsOmitted()
	r.upgraded()
}

// nullAllowed tells of the first answer that gives the origin null by name what it asks for.
func (r *reading) nullAllowed() {
	for i := range r.t.Exchanges {
		e := &r.t.Exchanges[i]
		sent, _ := e.Request.Get(wire.Origin)
		allowed, _ := e.Response.Get(wire.AccessControlAllowOrigin)
		if sent != "null" || allowed != "null" {
			continue
		}
		f := r.about(NullAllowed, i+1)
		f.Subject, f.Expected, f.Seen = wire.AccessControlAllowOrigin, "an origin that one site alone has", "null"
		f.Maker = makerOf(e)
		f.Summary = whichAnswer(&f) + " allows the origin null, and any site can get that origin from a sandboxed frame"
		if e.Response.Contains(wire.AccessControlAllowCredentials) {
			f.hint("It allows credentials too: any site may read what the server shows its users.")
		}
		r.findings = append(r.findings, f)
		return
	}
}

// about starts a finding on an exchange.
func (r *reading) about(code transcript.Code, exchange int) Finding {
	f := r.open(code)
	e := r.exchange(exchange)
	f.Exchange, f.Hop, f.Phase = exchange, e.Hop, transcript.PhaseActual
	if e.Kind == transcript.Preflight {
		f.Phase = transcript.PhasePreflight
	}
	return f
}

// varyMissing: the answer names the page's origin, and caches are not told that it depends on it. Answers to OPTIONS
// are not cached.
func (r *reading) varyMissing(exchange int) {
	e := r.exchange(exchange)
	sent, asked := e.Request.Get(wire.Origin)
	allowed, _ := e.Response.Get(wire.AccessControlAllowOrigin)
	if e.Kind != transcript.Actual || !asked || sent == "null" || allowed != sent || e.Response.VaryCovers(wire.Origin) {
		return
	}
	f := r.about(VaryMissing, exchange)
	f.Subject, f.Expected = wire.Vary, wire.Origin
	f.Seen, _ = e.Response.Get(wire.Vary)
	f.Maker = makerOf(e)
	f.Summary = whichAnswer(&f) + " is for " + sent + " alone and does not say Vary: Origin: a cache may give it to another origin's page"
	f.hint("If every answer of this address names the same origin, whoever asks, caches do no harm.")
	if age, ok := e.Response.Get("Age"); ok {
		f.hint("A cache is on the way: Age: " + quoted(age))
	} else if cache, ok := e.Response.Get("X-Cache"); ok {
		f.hint("A cache is on the way: X-Cache: " + quoted(cache))
	}
	f.edit(Add, wire.Vary, wire.Origin)
	r.findings = append(r.findings, f)
}

// legacyHeader: Private Network Access is gone.
func (r *reading) legacyHeader(exchange int) {
	e := r.exchange(exchange)
	for _, field := range e.Response {
		switch wire.Lower(field.Name) {
		case "access-control-allow-private-network", "private-network-access-id", "private-network-access-name":
		default:
			continue
		}
		f := r.about(PNALegacy, exchange)
		f.Subject, f.Seen = field.Name, field.Value
		f.Summary = whichAnswer(&f) + " carries " + field.Name + ", which no browser reads any more"
		f.edit(Remove, field.Name, "")
		r.findings = append(r.findings, f)
		return
	}
}

// credentialsOmitted: the answer speaks of cookies or of a login, and the page did not ask with credentials.
func (r *reading) credentialsOmitted() {
	last := len(r.t.Exchanges)
	if r.t.Result == nil || r.t.Result.Type != "cors" || last == 0 {
		return
	}
	e := r.exchange(last)
	refused := (e.Status == 401 || e.Status == 403) && !e.Request.Contains(wire.Authorization)
	if e.Credentials || e.Source != "" && e.Source != transcript.FromRecording || !refused && !e.Response.Contains(wire.SetCookie) {
		return
	}
	f := r.about(CredentialsOmitted, last)
	f.Subject, f.Expected, f.Seen = "credentials", "include", r.t.Asked.Credentials
	f.Summary = "the answer sets a cookie, which is ignored: the page did not ask with credentials"
	if refused {
		f.Summary = "the answer is " + itoa(e.Status) + ", and no cookies went along: the page did not ask with credentials"
	}
	r.findings = append(r.findings, f)
}

// upgraded: the http address was never asked.
func (r *reading) upgraded() {
	for _, s := range r.t.Steps {
		if s.Name != "hsts" {
			continue
		}
		f := r.open(HSTSUpgraded)
		f.Phase, f.Hop, f.Subject, f.Expected, f.Seen = transcript.PhaseNetwork, s.Hop, r.t.Asked.URL, "https", "http"
		f.Summary = "the browser asked over https by itself, because the host wants that (HSTS)"
		if rest, ok := strings.CutPrefix(r.t.Asked.URL, "http:"); ok && s.Hop == 0 {
			f.Fix.URL = "https:" + rest
			f.Fix.Text = "In the page: write " + f.Fix.URL + "."
		}
		r.findings = append(r.findings, f)
		return
	}
}

// lookAtWhatIsMissing says that more may follow, where the fetch ended before its last answer.
func (r *reading) lookAtWhatIsMissing() {
	first := r.t.First()
	if first == nil && r.t.Unsent == "" {
		return
	}
	f := r.open(NotReached)
	f.Phase, f.Hypothetical = transcript.PhaseActual, true
	if first != nil {
		f.Hop = first.Hop
	}
	last := &transcript.Exchange{}
	if n := len(r.t.Exchanges); n > 0 {
		last = r.exchange(n)
	}
	switch {
	case r.t.Unsent != "":
		f.Summary = "the request was not sent (" + r.t.Unsent + "): nothing is known of its answer"
		if last.Kind == transcript.Preflight && first == nil {
			f.Summary = "the preflight passed and the request was not sent (" + r.t.Unsent + "): its answer must carry the CORS headers too"
		}
	case first.Phase == transcript.PhaseSetup:
		return
	case first.Exchange == 0 && first.Hop == 0:
		f.Summary = "nothing was sent: whether the server allows the page is not known"
	case last.Status == 0:
		f.Summary = "nothing answered: whether the server allows the page is not known"
	case last.Kind == transcript.Preflight:
		f.Summary = "the request itself was not sent: its answer must carry Access-Control-Allow-Origin too, and has not been seen"
	case isRedirect(last.Status) && r.t.Asked.Redirect != "manual":
		f.Summary = "the redirect was not followed: the answers behind it must carry Access-Control-Allow-Origin too, and have not been seen"
	default:
		return
	}
	r.findings = append(r.findings, f)
}
