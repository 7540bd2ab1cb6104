package diagnose

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Redirects of the request itself, and what they do to it.
var rulesRedirect = map[transcript.Code]rule{
	transcript.RedirectUserinfo: func(r *reading, f *Finding) bool {
		f.Summary = whichAnswer(f) + " redirects to an address with a user name or a password, which browsers do not follow across origins"
		if r.verdictOf(f).Quirk == quirkUserinfoAlways {
			f.Summary = whichAnswer(f) + " redirects to an address with a user name or a password, which Chromium never follows"
			f.Fix.Text = notCORS + "take the user name and the password out of Location, on the server that redirects."
		}
		if target, ok := locationOf(r.answer(f)); ok {
			target.User = nil
			f.edit(Set, wire.Location, target.String())
		}
		return true
	},
	transcript.RedirectLimit: func(r *reading, f *Finding) bool {
		f.Summary = "twenty redirects, and the next would lead to " + quoted(shown(f.Seen))
		f.hint(r.circle())
		return true
	},
	transcript.RedirectLocation: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("%s redirects, and its Location %s is not %s", whichAnswer(f), quoted(shown(f.Seen)), f.Expected)
		if values := slices.Compact(r.answer(f).Response.Values(wire.Location)); len(values) == 1 && f.Expected == "one Location" {
			f.hint("The lines are equal: two layers add the header.")
			f.edit(Set, wire.Location, values[0])
		}
		return true
	},
	transcript.RedirectScheme: func(r *reading, f *Finding) bool {
		f.Summary = whichAnswer(f) + " redirects to " + quoted(shown(f.Seen)) + ", which is neither http nor https"
		return true
	},
	transcript.RedirectStream: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("%s redirects (%s), and the body was a stream that cannot be sent again", whichAnswer(f), f.Seen)
		r.askTarget(f)
		return true
	},
	transcript.RedirectError: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("%s redirects (%s), and the page asked for no redirects", whichAnswer(f), f.Seen)
		r.askTarget(f)
		return true
	},
	transcript.AuthorizationDropped: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the redirect from %s to %s took the Authorization header away", f.Expected, f.Seen)
		r.askTarget(f)
		return true
	},
	transcript.OriginNull: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("a redirect from one foreign origin to another made the request's origin null; before it was %s", f.Expected)
		r.askTarget(f)
		return true
	},
}

// askTarget: the page could have asked the final address itself.
func (r *reading) askTarget(f *Finding) {
	if target, ok := locationOf(r.answer(f)); ok {
		r.askInstead(f, target)
	}
}

// askInstead makes a redirect's target the remedy, unless the page could not ask it either. It reports whether it did.
func (r *reading) askInstead(f *Finding, target *url.URL) bool {
	switch {
	case target.Scheme == "http" && strings.HasPrefix(r.t.Asked.Origin, "https:") && !origin.IsLoopbackHost(bracketed(target)):
		f.Fix.Text = "The redirect leads down to plain http, which a secure page may not ask. On the server that redirects: build Location with https; behind a proxy that ends TLS the server has to be told (X-Forwarded-Proto)."
		return false
	case target.User != nil || target.Scheme != "http" && target.Scheme != "https":
		f.Fix.Text = "On the server that redirects: lead to an http or https address without a user name and password."
		return false
	}
	f.Fix.URL = target.String()
	return true
}

// circle says which addresses come again.
func (r *reading) circle() string {
	seen := map[string]int{}
	for _, e := range r.t.Exchanges {
		if e.Kind == transcript.Actual {
			seen[e.URL]++
		}
	}
	var again []string
	for _, e := range r.t.Exchanges {
		if seen[e.URL] > 1 && !slices.Contains(again, e.URL) {
			again = append(again, e.URL)
		}
	}
	if len(again) == 0 || len(again) > 4 {
		return ""
	}
	return "The redirects go in a circle: " + strings.Join(again, ", ") + "."
}

func isRedirect(status int) bool {
	return slices.Contains([]int{301, 302, 303, 307, 308}, status)
}

// isHSTS: Chromium shows its own step to https as a redirect that no server sent.
func isHSTS(e *transcript.Exchange) bool {
	reason, _ := e.Response.Get("Non-Authoritative-Reason")
	return strings.EqualFold(reason, "HSTS")
}

// locationOf resolves an answer's Location.
func locationOf(e *transcript.Exchange) (*url.URL, bool) {
	values := e.Response.Values(wire.Location)
	base, err := url.Parse(e.URL)
	if err != nil || len(values) == 0 {
		return nil, false
	}
	target, err := base.Parse(values[0])
	if err != nil || target.Host == "" {
		return nil, false
	}
	return target, true
}

// redirectHint says what a redirect is about.
func redirectHint(e *transcript.Exchange) string {
	asked, err := url.Parse(e.URL)
	target, ok := locationOf(e)
	if err != nil || !ok {
		return ""
	}
	if what := addressDifference(asked, target); what != "" {
		return "What the redirect changes: " + what + "."
	}
	return ""
}

// originOfURL is scheme, host and port of an address; empty where it has none.
func originOfURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return ""
	}
	if port := u.Port(); port != "" && (u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443") {
		return u.Scheme + "://" + strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.Scheme + "://" + u.Host
}
