package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// tellTainted asks for one address as the page, then for one that a foreign redirect leads to another, and gives what
// the redirect's target saw.
func tellTainted(t *testing.T, p fetch.Profile, first, target string) string {
	t.Helper()
	const start = "https://api.example/there"
	b := openIn(p, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		h := []string{acao + "*", acam + "PUT", "Access-Control-Max-Age: 60"}
		if r.URL.String() == start && r.Method != "OPTIONS" {
			return reply(307, append(h, "Location: "+target)...), nil
		}
		return reply(200, h...), nil
	})
	b.ask(t, fetch.Request{URL: link(first), Method: "PUT"})
	b.net.take()
	b.ask(t, fetch.Request{URL: link(start), Method: "PUT"})
	return strings.TrimPrefix(b.net.take(), "OPTIONS "+start+", PUT "+start+", ")
}

// strictCookie follows a redirect from one origin to another, which has a cookie for its own site, and gives what
// arrives there.
func strictCookie(t *testing.T, p fetch.Profile, start, end string) string {
	t.Helper()
	b := openIn(p, home+"/", turns(reply(302, acao+home, acac+"true", "Location: "+end+"/"), reply(200, acao+"null", acac+"true")))
	jar(t, b, strings.TrimPrefix(end, "https://")+" c=1; SameSite=Strict; Secure")
	b.ask(t, fetch.Request{URL: link(start + "/"), Credentials: include})
	return b.net.last().get("Cookie")
}

// after401 has a server that answers with that status until it sees Authorization, and gives what it saw.
func after401(t *testing.T, p fetch.Profile, req fetch.Request, status int) string {
	t.Helper()
	allow := []string{acao + home, acac + "true"}
	b := openIn(p, home+"/", turns(reply(status, allow...), reply(200, allow...)))
	b.ask(t, req)
	var saw []string
	for _, s := range b.net.sent {
		saw = append(saw, s.get(wire.Authorization))
	}
	return strings.Join(saw, ", ")
}

// Firefox looks for the page's own name, but still for the same address.
func TestUntaintedCacheEnds(t *testing.T) {
	const one, two = "https://other.example/1", "https://other.example/2"
	for _, row := range []struct{ why, first, target, want string }{
		{"the same address", two, two, "PUT " + two},
		{"another address", one, two, "OPTIONS " + two + ", PUT " + two},
		{"another fragment", two + "#a", two + "#b", "OPTIONS " + two + "#b, PUT " + two + "#b"},
	} {
		if got := tellTainted(t, fetch.Firefox, row.first, row.target); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
	// The other way round too: what nobody was told serves the page.
	for p, want := range map[*fetch.Profile]string{&fetch.Firefox: "PUT " + two, &fetch.Standard: "OPTIONS " + two + ", PUT " + two} {
		b := openIn(*p, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			h := []string{acao + "*", acam + "PUT", "Access-Control-Max-Age: 60"}
			if r.URL.Host() == "api.example" && r.Method != "OPTIONS" {
				return reply(307, append(h, "Location: "+two)...), nil
			}
			return reply(200, h...), nil
		})
		b.ask(t, fetch.Request{URL: link("https://api.example/"), Method: "PUT"})
		b.net.take()
		b.ask(t, fetch.Request{URL: link(two), Method: "PUT"})
		if got := b.net.take(); got != want {
			t.Errorf("%s, after a redirect there: %s, want %s", p.Name, got, want)
		}
	}
}

// Chromium forgets how a request came to a site, not which page made it.
func TestForgottenRedirectsEnd(t *testing.T) {
	const site, foreign = "https://www.page.example", "https://api.example"
	for _, row := range []struct {
		why        string
		p          fetch.Profile
		start, end string
		want       string
	}{
		{"home through another site", fetch.Chromium, foreign, site, "c=1"},
		{"to another site", fetch.Chromium, site, foreign, "absent"},
		{"within another site", fetch.Chromium, foreign, "https://www.api.example", "absent"},
		{"within the site", fetch.Firefox, home, site, "c=1"},
		{"home through another site", fetch.Firefox, foreign, site, "absent"},
	} {
		if got := strictCookie(t, row.p, row.start, row.end); got != row.want {
			t.Errorf("%s in %s: Cookie %s, want %s", row.why, row.p.Name, got, row.want)
		}
	}
}

// Firefox gives a password to whoever asks for it, but only to them, and only where credentials go.
func TestPasswordAnywhereEnds(t *testing.T) {
	const secret = "https://u:p@api.example/"
	for _, row := range []struct {
		why    string
		p      fetch.Profile
		req    fetch.Request
		status int
		want   string
	}{
		{"asked for", fetch.Firefox, fetch.Request{URL: link(secret), Credentials: include}, 401, "absent, Basic dTpw"},
		{"asked for in Chromium", fetch.Chromium, fetch.Request{URL: link(secret), Credentials: include}, 401, "absent"},
		{"forbidden, not asked for", fetch.Firefox, fetch.Request{URL: link(secret), Credentials: include}, 403, "absent"},
		{"without credentials", fetch.Firefox, fetch.Request{URL: link(secret)}, 401, "absent"},
		{"an image with CORS", fetch.Firefox, fetch.Request{URL: link(secret), Initiator: fetch.ByImage, CrossOrigin: fetch.CrossOriginUseCredentials}, 401, "absent, Basic dTpw"},
		{"nothing to give", fetch.Firefox, fetch.Request{URL: link("https://api.example/"), Credentials: include}, 401, "absent"},
	} {
		if row.req.Initiator == "" {
			row.req.Initiator = fetch.ByXHR
		}
		if got := after401(t, row.p, row.req, row.status); got != row.want {
			t.Errorf("%s: Authorization %s, want %s", row.why, got, row.want)
		}
	}
}

// What Firefox names twice it named as it was appended. It is refused once.
func TestNamesRepeatedEnd(t *testing.T) {
	twice := headers("X-B: 1", "X-B: 2")
	for _, row := range []struct {
		why  string
		p    fetch.Profile
		req  fetch.Request
		want string
	}{
		{"appended", fetch.Firefox, fetch.Request{Header: twice}, "x-b,x-b"},
		{"appended in Chromium", fetch.Chromium, fetch.Request{Header: twice}, "x-b"},
		{"set by an XMLHttpRequest, which joins them", fetch.Firefox, fetch.Request{Initiator: fetch.ByXHR, Header: twice}, "x-b"},
		{"safe ones are not named at all", fetch.Firefox, fetch.Request{Header: headers("X-B: 1", "Accept: a", "Accept: b")}, "x-b"},
	} {
		b := openIn(row.p, home+"/", always(200, acao+"*"))
		row.req.URL = link("https://api.example/")
		b.ask(t, row.req)
		if got := b.net.last().get(wire.AccessControlRequestHeaders); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
		if list := faults(b.record); len(list) != 1 || list[0].Code != "header-not-allowed" || list[0].Expected != "x-b" {
			t.Errorf("%s: %+v, want one refusal of x-b", row.why, list)
		}
	}
}

// Chromium's no-cors POST keeps its origin under the two policies that have no exception.
func TestOriginKeptEnds(t *testing.T) {
	const target, loopback = "https://api.example/", "http://localhost/"
	for _, row := range []struct {
		why    string
		p      fetch.Profile
		target string
		policy fetch.ReferrerPolicy
		want   string
	}{
		{"no-referrer", fetch.Chromium, target, fetch.NoReferrer, home},
		{"same-origin", fetch.Chromium, target, fetch.ReferrerSameOrigin, home},
		{"same-origin in Firefox", fetch.Firefox, target, fetch.ReferrerSameOrigin, "null"},
		{"a downgrade under strict-origin", fetch.Chromium, loopback, fetch.StrictOrigin, "null"},
		{"a downgrade under the default", fetch.Chromium, loopback, "", "null"},
		{"the default", fetch.Chromium, target, "", home},
	} {
		b := openIn(row.p, home+"/", always(200))
		b.ask(t, fetch.Request{URL: link(row.target), Mode: fetch.ModeNoCORS, Method: "POST", ReferrerPolicy: row.policy})
		if got := b.net.last().get(wire.Origin); got != row.want {
			t.Errorf("%s: Origin %s, want %s", row.why, got, row.want)
		}
	}
}

// A verdict that only a quirk gives says so.
func TestUserinfoVerdictNamesItsQuirk(t *testing.T) {
	for _, row := range []struct{ why, start, location, want string }{
		{"at home", home, "https://u:p@page.example/2", "redirect-userinfo-always"},
		{"away", home, "https://u:p@api.example/", ""},
		{"the way home", "https://api.example", "https://u:p@page.example/2", ""},
	} {
		b := openIn(fetch.Chromium, home+"/", always(302, acao+"*", "Location: "+row.location))
		b.get(t, row.start+"/")
		if v := b.record.First(); v == nil || v.Code != "redirect-userinfo" || v.Quirk != row.want {
			t.Errorf("%s: %+v, want redirect-userinfo by %q", row.why, v, row.want)
		}
	}
}
