package diagnose

import (
	"fmt"

	"github.com/corscope/corscope/transcript"
)

// Cookies: none of it is CORS, and much of it is taken for CORS.
var rulesCookie = map[transcript.Code]rule{
	transcript.CookieWithheld: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the cookie %s was not sent. %s", quoted(f.Subject), f.Expected)
		cookieFix(f)
		return true
	},
	transcript.CookieRejected: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the cookie %s was not stored. %s", quoted(f.Subject), f.Expected)
		cookieFix(f)
		return true
	},
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
