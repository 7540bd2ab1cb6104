package diagnose

import (
	"net/url"
	"slices"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
)

// nearMiss says in what way a configured value falls short of the origin it was surely meant to be. Empty where it is
// simply another one.
func nearMiss(want, seen string) string {
	value := strings.TrimSpace(seen)
	switch {
	case value == "":
		return "the value is empty"
	case strings.HasPrefix(value, "$"), strings.Contains(value, "${"), strings.Contains(value, "{{"):
		return "the value is a variable's name: nothing put the variable's content in its place"
	case value == "undefined", value == "None", value == "nil", value == "<nil>":
		return quoted(value) + " is what a program writes for a setting that has no value"
	case strings.EqualFold(value, "true"), strings.EqualFold(value, "false"):
		return quoted(value) + " is no origin: it belongs in Access-Control-Allow-Credentials, or is a switch of the configuration that was written out"
	case strings.ContainsAny(value, ", "):
		return severalOrigins(want, value)
	case strings.Contains(value, "*"):
		if value == "*" {
			return ""
		}
		return "a \"*\" inside a value is no pattern: browsers compare it letter by letter; the pattern belongs in the server's configuration, the answer names one origin"
	case value == "null":
		return "null is the origin of sandboxed frames and local files, not of this page; the server may have been given its configuration's text for \"nothing\""
	}
	page, err := origin.Parse(want)
	if err != nil || page.IsOpaque() {
		return ""
	}
	var slips []string
	if bare := strings.Trim(value, "\"'"); bare != value {
		slips, value = append(slips, "quotes around it"), bare
	}
	if !strings.Contains(value, "://") {
		slips = append(slips, "no scheme")
		value = page.Scheme() + "://" + strings.TrimPrefix(value, "//")
	}
	at, err := url.Parse(value)
	if err != nil || at.Host == "" {
		return ""
	}
	if lowered := strings.ToLower(at.Scheme + "://" + at.Host); !strings.HasPrefix(value, lowered) {
		slips = append(slips, "upper-case letters")
	}
	switch {
	case at.Path == "/" && at.RawQuery == "":
		slips = append(slips, "a trailing slash")
	case at.Path != "" || at.RawQuery != "":
		slips = append(slips, "a path")
	}
	if port := at.Port(); port != "" && port == itoa(origin.DefaultPort(at.Scheme)) {
		slips = append(slips, "the default port, which browsers leave out")
	}
	near, related := compareOrigins(page, at)
	if !related {
		return ""
	}
	slips = append(slips, near...)
	if len(slips) == 0 {
		return ""
	}
	return "the value is almost the page's origin " + want + "; it has " + strings.Join(slips, ", and ")
}

// compareOrigins names the differences between an origin and a parsed address that is surely meant to be it, or
// reports that they have nothing to do with each other.
func compareOrigins(o origin.Origin, seen *url.URL) (slips []string, related bool) {
	host := strings.ToLower(bracketed(seen))
	switch {
	case host == o.Host():
	case "www."+host == o.Host():
		slips = append(slips, "no www.")
	case host == "www."+o.Host():
		slips = append(slips, "a www. too many")
	case origin.IsLoopbackHost(host) && origin.IsLoopbackHost(o.Host()):
		slips = append(slips, host+" instead of "+o.Host()+": both are this machine, and they are two origins")
	default:
		return nil, false
	}
	if scheme := strings.ToLower(seen.Scheme); scheme != o.Scheme() {
		slips = append(slips, scheme+" instead of "+o.Scheme())
		if seen.Port() == "" && o.Port() == origin.DefaultPort(o.Scheme()) {
			return slips, true
		}
	}
	if port := portOf(seen); port != o.Port() {
		slips = append(slips, "port "+itoa(port)+" instead of "+itoa(o.Port()))
	}
	return slips, true
}

func bracketed(u *url.URL) string {
	if host := u.Hostname(); strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return u.Hostname()
}

func portOf(u *url.URL) int {
	port := 0
	for _, c := range u.Port() {
		port = port*10 + int(c-'0')
	}
	if port == 0 {
		port = origin.DefaultPort(strings.ToLower(u.Scheme))
	}
	return port
}

func severalOrigins(want, value string) string {
	pieces := strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == ' ' })
	if pieces = slices.Compact(slices.Sorted(slices.Values(pieces))); len(pieces) == 1 {
		what := quoted(pieces[0])
		if pieces[0] == want {
			what = "the page's origin"
		}
		return what + " stands there more than once: two layers add the header, for example the application and the proxy before it"
	}
	if slices.Contains(pieces, "*") {
		return "\"*\" and an origin stand there together: two layers add the header, and one of them allows any origin; one of the two has to go"
	}
	for _, p := range pieces {
		if p == want {
			return "the page's origin is in the list, but the header names one origin; the list belongs in the server's configuration"
		}
	}
	return "the header names one origin and no list, and the page's origin is not in this one either"
}

// addressDifference says how a redirect's target differs from what was asked; empty where they share nothing.
func addressDifference(asked, target *url.URL) string {
	switch {
	case asked.Scheme == "http" && target.Scheme == "https" && sameHost(asked, target) && asked.Path == target.Path:
		return "http to https"
	case "www."+asked.Host == target.Host && asked.Path == target.Path:
		return "to the host with www"
	case asked.Host == "www."+target.Host && asked.Path == target.Path:
		return "to the host without www"
	case asked.Scheme != target.Scheme || asked.Host != target.Host:
		return ""
	case asked.Path+"/" == target.Path:
		return "a trailing slash is added"
	case asked.Path == target.Path+"/":
		return "a trailing slash is taken away"
	case strings.EqualFold(asked.Path, target.Path):
		return "upper and lower case in the path"
	}
	return ""
}

func sameHost(a, b *url.URL) bool { return a.Hostname() == b.Hostname() }

// looksLikeLogin: a redirect that sends whoever asks to a page for people. What stood in the address before tells
// nothing.
func looksLikeLogin(e *transcript.Exchange, target *url.URL) bool {
	asked, text := strings.ToLower(e.URL), strings.ToLower(target.Host+target.Path)
	for _, sign := range [...]string{"login", "logon", "signin", "sign-in", "sign_in", "/auth", "auth.", "oauth", "sso", "saml", "accounts.", "/cas/", "idp."} {
		if strings.Contains(text, sign) && !strings.Contains(asked, sign) {
			return !isHSTS(e)
		}
	}
	return false
}
