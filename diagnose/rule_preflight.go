package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// The rest of a preflight's answer.
var rulesPreflight = map[transcript.Code]rule{
	transcript.PreflightStatus:   preflightStatus,
	transcript.PreflightRedirect: preflightRedirect,
	transcript.ACAMSyntax:        listSyntax,
	transcript.ACAHSyntax:        listSyntax,
	transcript.MethodNotAllowed:  methodNotAllowed,
	transcript.HeaderNotAllowed:  headerNotAllowed,
	transcript.StarAuthorization: starAuthorization,
	transcript.MaxAgeSyntax:      maxAgeSyntax,
	transcript.MaxAgeCapped: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("Access-Control-Max-Age: %s is more than this browser keeps: %s seconds", quoted(f.Seen), f.Expected)
		return true
	},
}

func preflightStatus(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	f.Summary = fmt.Sprintf("the preflight was answered %d, and browsers need 200 to 299; the request was not sent", e.Status)
	switch e.Status {
	case 403:
		refusedWithoutAWord(e, f)
	case 401, 407, 511:
		f.Fix.Text = "Authentication runs before CORS here, and browsers send no credentials with a preflight, so it can never pass. On the layer that authenticates: let OPTIONS requests with Access-Control-Request-Method pass, or put CORS outside it (in Go: cors(auth(handler)), not auth(cors(handler)))."
	case 404, 405, 501:
		f.Fix.Text = "No route answers OPTIONS at this address. In the application's router: answer OPTIONS with 204 and the CORS headers, or put CORS outside the router (in Go a pattern such as \"POST /orders\" matches no OPTIONS)."
	case 429, 503:
		f.Fix.Text = "Preflights count against a limit, or meet a server that is down. On the layer that limits: leave OPTIONS out, and let CORS answer before it."
	case 400, 415, 422:
		f.Fix.Text = "Something takes the preflight for a request with missing data. In the application: answer OPTIONS requests with Access-Control-Request-Method with 204 before validation."
	default:
		if e.Status >= 500 {
			f.Fix.Text = "The server fails on OPTIONS. Look into its log; then let CORS answer preflights with 204 before any handler runs."
		}
	}
	if auth, ok := e.Response.Get("WWW-Authenticate"); ok {
		f.hint("The answer asks for a login: WWW-Authenticate: " + quoted(auth))
	}
	if allow, ok := e.Response.Get("Allow"); ok {
		f.hint("The server's own list of methods for this address: Allow: " + quoted(allow))
	}
	f.hint(layerOf(f.Maker, e.Status))
	f.hint(r.whyPreflight(f.Hop))
	if e.Status != 403 { // which is no accident, and whose remedy is no status
		f.edit(Status, "", "204")
	}
	return true
}

// refusedWithoutAWord is for a 403. CORS layers of many kinds refuse so, and do not say what it is that they do not allow.
func refusedWithoutAWord(e *transcript.Exchange, f *Finding) {
	asked := "the origin " + headerOr(e, wire.Origin) + ", the method " + headerOr(e, wire.AccessControlRequestMethod)
	if names, ok := e.Request.Get(wire.AccessControlRequestHeaders); ok {
		asked += ", the headers " + names
	}
	f.Fix.Text = "A 403 to a preflight is mostly a CORS policy that does not allow all that was asked for, and does not say what is missing: " +
		asked + ". In the server's CORS policy: add what of these is meant to be allowed, no more; its log may name it. " +
		"If the policy has them all, a layer before it refuses: let OPTIONS requests with Access-Control-Request-Method pass there."
}

func headerOr(e *transcript.Exchange, name string) string {
	value, ok := e.Request.Get(name)
	if !ok {
		return "(none)"
	}
	return value
}

// whyPreflight tells why the browser asked first.
func (r *reading) whyPreflight(hop int) string {
	for _, s := range r.t.Steps {
		if s.Hop == hop && s.Name == "preflight" && s.Because != "" {
			text := "The browser asked first because of: " + s.Because + "."
			if strings.Contains(s.Because, "header content-type") {
				text += " " + jsonNeedsPreflight
			}
			return text
		}
	}
	return ""
}

const jsonNeedsPreflight = "A Content-Type other than the three that forms send, such as application/json, needs a preflight for POST too."

func preflightRedirect(r *reading, f *Finding) bool {
	e := r.answer(f)
	f.Maker = makerOf(e)
	target, ok := locationOf(e)
	if !ok {
		f.Summary = fmt.Sprintf("the preflight was answered with a redirect (%d) without a usable Location; the request was not sent", e.Status)
		f.edit(Status, "", "204")
		return true
	}
	f.Summary = fmt.Sprintf("the preflight was redirected (%d) to %s, and browsers do not follow that; the request was not sent", e.Status, shown(target.String()))
	if isHSTS(e) {
		f.Summary = "the browser itself redirected the preflight to https (HSTS), and does not follow that; the request was not sent"
	}
	if looksLikeLogin(e, target) {
		f.Fix.Text = "The redirect seems to lead to a login: authentication runs before CORS here, and browsers send no credentials with a preflight. On the layer that authenticates: let OPTIONS requests with Access-Control-Request-Method pass, and answer API calls with 401 and not with a login page."
		f.edit(Status, "", "204")
		return true
	}
	if r.askInstead(f, target) {
		f.Fix.Text = "In the page: ask " + f.Fix.URL + " instead."
		f.hint(redirectHint(e))
	}
	f.hint(layerOf(f.Maker, e.Status))
	return true
}

func listSyntax(r *reading, f *Finding) bool {
	f.Summary = fmt.Sprintf("%s cannot be parsed because of %s, so all of it counts for nothing", f.Subject, quoted(f.Seen))
	mended := f.mendList(f.Subject, r.answer(f))
	if len(mended) > 0 {
		f.Fix.Text += " Here: " + f.Subject + ": " + strings.Join(mended, ", ")
	}
	return true
}

// foretellAfterSyntax says what would fail once a list can be parsed: the browser's half stops at the syntax.
func (r *reading) foretellAfterSyntax() {
	for _, f := range slices.Clone(r.findings) {
		if f.Code != transcript.ACAMSyntax && f.Code != transcript.ACAHSyntax {
			continue
		}
		e := r.answer(&f)
		after := e.Response.Clone()
		status := e.Status
		for _, edit := range f.Fix.Edits {
			edit.Apply(&status, &after)
		}
		items, _ := after.ExtractTokens(f.Subject)
		seen, _ := after.Get(f.Subject)
		star := !r.credentialed() && slices.Contains(items, "*")
		foretell := func(code transcript.Code, expected string) {
			r.judge(&transcript.Verdict{
				Code: code, Phase: f.Phase, Hop: f.Hop, Exchange: f.Exchange, Blocks: true, Hypothetical: true,
				Subject: f.Subject, Expected: expected, Seen: seen, Spec: specAsk,
			})
		}
		if f.Code == transcript.ACAMSyntax {
			method, _ := e.Request.Get(wire.AccessControlRequestMethod)
			if !star && !wire.IsCORSSafelistedMethod(method) && !slices.Contains(items, method) {
				foretell(transcript.MethodNotAllowed, method)
			}
			continue
		}
		var missing []string
		for _, name := range asks(e) {
			covered := star && (!wire.IsCORSNonWildcardRequestHeaderName(name) || r.t.Profile != "standard")
			if !covered && !slices.ContainsFunc(items, func(i string) bool { return wire.EqualFold(i, name) }) {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			foretell(transcript.HeaderNotAllowed, strings.Join(missing, ", "))
		}
	}
}

func methodNotAllowed(r *reading, f *Finding) bool {
	method := f.Expected
	f.Maker = makerOf(r.answer(f))
	if f.Seen == "" {
		f.Summary = fmt.Sprintf("the request uses %s, and the preflight's answer allows no methods", method)
	} else {
		f.Summary = fmt.Sprintf("the request uses %s, and the preflight's answer allows %s", method, quoted(f.Seen))
	}
	if hasItem(f.Seen, "*") && r.credentialed() {
		f.hint("The page asks with credentials: there \"*\" is no wildcard but the name of a method called \"*\".")
	}
	if upper := strings.ToUpper(method); upper != method && isWellKnown(upper) {
		f.Summary += "; methods differ by letter case, and browsers write only DELETE, GET, HEAD, OPTIONS, POST and PUT in capitals by themselves"
		f.Fix = Fix{Text: "In the page: write the method in capitals: " + upper + "."}
		return true
	}
	for item := range strings.SplitSeq(f.Seen, ",") {
		if item = strings.TrimSpace(item); item != method && wire.EqualFold(item, method) {
			f.hint("The answer has it as " + quoted(item) + ": methods differ by letter case.")
		}
	}
	f.edit(Add, wire.AccessControlAllowMethods, method)
	return true
}

func isWellKnown(method string) bool {
	return slices.Contains([]string{"PATCH", "QUERY", "PROPFIND", "PROPPATCH", "REPORT", "SEARCH", "MKCOL", "MOVE", "COPY", "LOCK", "UNLOCK", "LINK", "UNLINK", "PURGE"}, method)
}

// headerNotAllowed makes one finding of all headers that an answer does not allow.
func headerNotAllowed(r *reading, f *Finding) bool {
	told := func(g Finding) bool { return g.Code == f.Code && g.Exchange == f.Exchange && g.Hop == f.Hop }
	if slices.ContainsFunc(r.findings, told) {
		return false
	}
	names := r.alike(f, func(v *transcript.Verdict) string { return v.Expected }, func(v *transcript.Verdict) bool { return v.Exchange == f.Exchange && v.Hop == f.Hop }, asList(f.Expected)...)
	f.Expected = strings.Join(names, ", ")
	f.Maker = makerOf(r.answer(f))
	f.Summary = "the request carries the " + several("header", "headers", names) + ", and the preflight's answer allows "
	if f.Seen == "" {
		f.Summary += "no headers"
	} else {
		f.Summary += quoted(f.Seen)
	}
	answers, others := parted(names)
	if len(others) > 1 {
		f.Fix.Text = "Take out of the page what it does not need of them. Else in the server's CORS configuration: list their names. \"*\" stands for all names only in requests without credentials, and never for Authorization."
	}
	if len(answers) > 0 {
		text := "In the page: remove the " + several("header", "headers", answers) + ". Access-Control headers are answers of the server; in a request they allow nothing and only make the browser ask first."
		if len(others) == 0 {
			f.Fix = Fix{Text: text}
			return true
		}
		f.Fix.Text = text + " Of the others: " + f.Fix.Text
	}
	r.hintHeaders(f, others)
	for _, name := range others {
		f.edit(Add, wire.AccessControlAllowHeaders, name)
	}
	return true
}

// parted takes Access-Control headers out: no server is to allow those.
func parted(names []string) (answers, others []string) {
	for _, name := range names {
		if strings.HasPrefix(wire.Lower(name), "access-control-") {
			answers = append(answers, name)
		} else {
			others = append(others, name)
		}
	}
	return answers, others
}

// hintHeaders says what is known of the headers that were not allowed.
func (r *reading) hintHeaders(f *Finding, names []string) {
	if hasItem(f.Seen, "*") {
		switch {
		case r.credentialed():
			f.hint("The page asks with credentials: there \"*\" is no wildcard but the name of a header called \"*\".")
		case slices.ContainsFunc(names, wire.IsCORSNonWildcardRequestHeaderName):
			f.hint("\"*\" does not cover Authorization: it has to be named.")
		}
	}
	var adders []string
	added := map[string][]string{}
	for _, name := range names {
		if who := whoAdds(name); who != "" {
			if added[who] == nil {
				adders = append(adders, who)
			}
			added[who] = append(added[who], name)
		}
	}
	for _, who := range adders {
		f.hint("The page's author may not have written " + listed(added[who]) + ": added by " + who + ". Configure that, or allow what it adds.")
	}
	if slices.ContainsFunc(names, func(name string) bool { return wire.EqualFold(name, wire.ContentType) }) {
		f.hint(jsonNeedsPreflight)
	}
	for _, item := range asList(f.Seen) {
		for _, name := range names {
			if len(f.Hints) < longestList && almost(item, name) {
				f.hint("The answer allows " + quoted(item) + ", which is almost the same name as " + name + ".")
			}
		}
	}
}

func starAuthorization(r *reading, f *Finding) bool {
	f.Summary = "only \"*\" allows the Authorization header: browsers let it pass today, the standard says no"
	f.edit(Add, wire.AccessControlAllowHeaders, wire.Authorization)
	return true
}

func maxAgeSyntax(r *reading, f *Finding) bool {
	f.Summary = fmt.Sprintf("Access-Control-Max-Age: %s is not one number of seconds: browsers keep the answer for five seconds, or not at all", quoted(f.Seen))
	digits := f.Seen[:len(f.Seen)-len(strings.TrimLeft(f.Seen, "0123456789"))]
	switch {
	case strings.HasPrefix(f.Seen, "-"):
		f.edit(Set, wire.AccessControlMaxAge, "0")
	case digits != "":
		f.edit(Set, wire.AccessControlMaxAge, digits)
	default:
		f.edit(Remove, wire.AccessControlMaxAge, "")
	}
	return true
}

func hasItem(list, item string) bool {
	for piece := range strings.SplitSeq(list, ",") {
		if strings.Trim(piece, " \t") == item {
			return true
		}
	}
	return false
}
