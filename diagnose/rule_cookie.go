package diagnose

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/transcript"
)

// Cookies: none of it is CORS, and much of it is taken for CORS.
var rulesCookie = map[transcript.Code]rule{
	transcript.CookieWithheld: cookiesNot("sent"),
	transcript.CookieRejected: cookiesNot("stored"),
}

// cookiesNot makes one finding of all cookies of a hop that one reason keeps back.
func cookiesNot(done string) rule {
	return func(r *reading, f *Finding) bool {
		told := func(g Finding) bool { return g.Code == f.Code && g.Hop == f.Hop && g.Seen == f.Seen }
		if slices.ContainsFunc(r.findings, told) {
			return false
		}
		names := r.alike(f, func(v *transcript.Verdict) string { return v.Subject }, func(v *transcript.Verdict) bool { return v.Hop == f.Hop && v.Seen == f.Seen }, f.Subject)
		inQuotes := make([]string, len(names))
		for i, name := range names {
			inQuotes[i] = quoted(name)
		}
		was, reason := " was not ", f.Expected
		if len(names) > 1 {
			was, f.Subject = " were not ", listed(names)
			if rest, ok := strings.CutPrefix(reason, "The cookie"); ok {
				reason = "Each cookie" + rest
			}
		}
		f.Summary = "the " + several("cookie", "cookies", inQuotes) + was + done + ". " + reason
		cookieFix(f)
		return true
	}
}

// What to do about each reason of package cookie.
var cookieFixes = map[string]string{
	"secure-needed":              "In the page: ask the address over https.",
	"samesite-strict":            "If the cookie has to travel with other sites' requests, on the server that sets it: SameSite=None; Secure, and guard against forgery by other means. Better: serve page and API from one site.",
	"samesite-lax":               "If the cookie has to travel with other sites' requests, on the server that sets it: SameSite=None; Secure, and guard against forgery by other means. Better: serve page and API from one site.",
	"samesite-unset":             "On the server that sets the cookie: say SameSite=None; Secure if it has to travel with other sites' requests, and guard against forgery by other means. Better: serve page and API from one site.",
	"samesite-cross-site":        "On the server that sets the cookie: say SameSite=None; Secure if it has to work across sites. Better: serve page and API from one site.",
	"partitioned-elsewhere":      "The cookie belongs to another site's visit. Set it again under this one, or serve page and API from one site.",
	"third-party-blocked":        "Serve page and API from one site, such as app.example.com and api.example.com; or on the server that sets the cookie: SameSite=None; Secure; Partitioned; or use a token in Authorization.",
	"none-without-secure":        "On the server that sets the cookie: add Secure, and set it over https.",
	"secure-from-insecure":       "Set the cookie over https.",
	"overwrite-secure":           "Set the cookie over https, or under another name.",
	"partitioned-without-secure": "On the server that sets the cookie: add Secure.",
	"no-partition":               "A sandboxed frame at the top has no site to keep the cookie under: open the page from a real origin.",
	"prefix":                     "On the server that sets the cookie: give it the attributes its name promises: Secure for __Secure-; Secure, Path=/ and no Domain for __Host-.",
	"public-suffix-domain":       "On the server that sets the cookie: leave Domain out, or name a domain that is your own.",
	"domain-mismatch":            "On the server that sets the cookie: leave Domain out, or name a domain above the host that answers.",
	"too-long":                   "On the server that sets the cookie: store less in it, for example a key to data kept on the server.",
	"empty":                      "On the server that sets the cookie: give it a name.",
	"control-character":          "On the server that sets the cookie: encode its value.",
}

func cookieFix(f *Finding) {
	if text, ok := cookieFixes[f.Seen]; ok {
		f.Fix.Text = text
	}
	f.hint("The Access-Control headers have no part in this: an answer may be shared and the cookie stay at home.")
}
