package cors

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A Step is one question of a decision, its answer and the reason, as in a transcript, with the rule's definition.
type Step struct {
	transcript.Step
	Spec string `json:"spec"`
}

// The names of steps.
const (
	stepKind    = "kind"
	stepOrigin  = "origin-allowed"
	stepMethod  = "method-allowed"
	stepHeader  = "header-allowed"
	stepVerdict = "verdict"
	stepAnswer  = "answer"
)

const (
	specCORSRequest = specFetch + "cors-request"
	specPreflight   = specFetch + "cors-preflight-request"
	specAllowOrigin = specFetch + "http-access-control-allow-origin"
)

// Explain goes the way of [Engine.Decide] slowly and says what is asked at each step, and why the answer is what it is.
// It does not stop at the first refusal, so that what would be refused next is seen at once. The last steps are the
// verdict, which is the decision's reason, and what [Decision.Apply] writes.
func (e *Engine) Explain(q Request) []Step {
	d := e.Decide(q)
	x := explanation{engine: e, policy: e.Policy()}
	x.kind(d, &q)
	if d.kind != Plain {
		x.origin(d, q.Origin)
	}
	if d.kind == Preflight {
		x.method(q.RequestMethod[0])
		x.headers(q.RequestHeaders)
	}
	x.step(stepVerdict, d.reason.String(), "", specProtocol)
	h := http.Header{}
	answer := "go on to the handler"
	if status := d.Apply(h); status != 0 {
		answer = "status " + strconv.Itoa(status)
	}
	x.step(stepAnswer, answer, lines(h), specProtocol)
	return x.steps
}

type explanation struct {
	engine *Engine
	policy Policy
	steps  []Step
}

func (x *explanation) step(name, answer, because, spec string) {
	x.steps = append(x.steps, Step{transcript.Step{Name: name, Answer: answer, Because: because}, spec})
}

func (x *explanation) judge(name string, allowed bool, because, spec string) {
	answer := "no"
	if allowed {
		answer = "yes"
	}
	x.step(name, answer, because, spec)
}

func (x *explanation) kind(d Decision, q *Request) {
	because, spec := "", specCORSRequest
	switch {
	case d.kind == Plain:
		because = "it has no Origin: a page of the same origin, a link that was followed, or no browser at all"
	case d.kind == Preflight:
		because, spec = "OPTIONS, with an Origin and an Access-Control-Request-Method", specPreflight
	case q.Method != http.MethodOptions:
		because = "it has an Origin"
	case len(q.RequestMethod) == 0 || len(q.RequestMethod) == 1 && q.RequestMethod[0] == "":
		because, spec = "OPTIONS, but without Access-Control-Request-Method no preflight", specPreflight
	case len(q.RequestMethod) > 1:
		because, spec = "OPTIONS, but no preflight has several lines of Access-Control-Request-Method", specPreflight
	default:
		because, spec = "OPTIONS, but no preflight has several lines of Origin", specPreflight
	}
	x.step(stepKind, d.kind.String(), because, spec)
}

func (x *explanation) origin(d Decision, received []string) {
	if i := d.Rule(); i >= 0 {
		because := rule(fieldOrigins, i, x.policy.Origins[i])
		if len(received) == 1 {
			because += " holds " + quoted(received[0])
		}
		x.judge(stepOrigin, true, because, specAllowOrigin)
		return
	}
	because := "the policy names no origin"
	switch {
	case len(received) > 1:
		because = strconv.Itoa(len(received)) + " lines of Origin: no browser sends that"
	case len(x.policy.Origins) > 0:
		because = x.whyNoOrigin(received[0])
	}
	x.judge(stepOrigin, false, because, specAllowOrigin)
}

// whyNoOrigin says why no pattern holds an origin, and which nearly does.
func (x *explanation) whyNoOrigin(received string) string {
	if received == "null" {
		return "no pattern is null, as which browsers write sandboxed frames and local files"
	}
	o, err := origin.Parse(received[:min(len(received), 512)])
	if err != nil || len(received) > 512 {
		return quoted(received) + " is not an origin as browsers write it"
	}
	because := "no pattern holds " + quoted(received)
	for i, p := range x.engine.patterns {
		switch {
		case p.Host() != o.Host():
		case p.Scheme() != o.Scheme():
			return because + "; " + rule(fieldOrigins, i, p.String()) + " is of another scheme"
		default:
			if _, _, wild := p.Wildcard(); wild {
				return because + "; " + rule(fieldOrigins, i, p.String()) + " holds what is under it, not the name itself"
			}
			return because + "; " + rule(fieldOrigins, i, p.String()) + " is of another port"
		}
	}
	return because
}

func (x *explanation) method(asked string) {
	methods := x.policy.Methods
	i := slices.IndexFunc(methods, func(m string) bool { return normalizeMethod(m) == asked })
	starred := slices.Index(methods, star)
	switch {
	case wire.IsCORSSafelistedMethod(asked):
		x.judge(stepMethod, true, asked+" needs no mention", specFetch+"cors-safelisted-method")
	case starred >= 0:
		x.judge(stepMethod, true, rule(fieldMethods, starred, star), specMethods)
	case i >= 0:
		x.judge(stepMethod, true, rule(fieldMethods, i, methods[i]), specMethods)
	case len(methods) == 0:
		x.judge(stepMethod, false, quoted(asked)+": the policy names no method", specMethods)
	default:
		because := "methods does not name " + quoted(asked)
		if i := slices.IndexFunc(methods, func(m string) bool { return wire.EqualFold(m, asked) }); i >= 0 {
			because += "; " + rule(fieldMethods, i, methods[i]) + " is another, as methods are told apart by case"
		}
		x.judge(stepMethod, false, because, specMethods)
	}
}

func (x *explanation) headers(received []string) {
	if len(received) == 0 {
		return
	}
	var t headerTable // of a nil engine: nothing is allowed
	if x.engine != nil {
		t = x.engine.headers
	}
	if t.mode == headersStarred {
		x.judge(stepHeader, true, "the answer names "+quoted(t.joined)+", and the browser judges", specHeaders)
		return
	}
	if _, reason := t.judge(received); reason == HeadersTooLong {
		x.judge(stepHeader, false, "the list that is asked for is longer than any that could be allowed", specHeaders)
		return
	}
	for _, line := range received {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.Trim(name, " \t"); name != "" {
				x.header(&t, name)
			}
		}
	}
}

func (x *explanation) header(t *headerTable, name string) {
	_, reason := t.find(name)
	i := slices.IndexFunc(x.policy.RequestHeaders, func(n string) bool { return wire.EqualFold(n, name) })
	switch {
	case reason == HeaderInvalid:
		x.judge(stepHeader, false, quoted(name)+" cannot be the name of a header", specHeaders)
	case reason != Allowed:
		x.judge(stepHeader, false, fieldRequestHeaders+" does not name "+quoted(name), specHeaders)
	case i >= 0:
		x.judge(stepHeader, true, rule(fieldRequestHeaders, i, x.policy.RequestHeaders[i]), specHeaders)
	default:
		x.judge(stepHeader, true, rule(fieldRequestHeaders, slices.Index(x.policy.RequestHeaders, star), star)+" holds "+quoted(name), specHeaders)
	}
}

// rule names an entry of the policy.
func rule(field string, i int, value string) string {
	return Fault{Field: field, Index: i}.Where() + " (" + value + ")"
}

// quoted quotes what a request says, cut where it is too long to read.
func quoted(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}

// lines writes a header as it is sent, in the order of its names.
func lines(h http.Header) string {
	var all []string
	for name, values := range h {
		for _, v := range values {
			all = append(all, name+": "+v)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}
