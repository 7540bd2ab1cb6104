package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// jar keeps one cookie per host, each for all sites.
func jar(t testing.TB, b *tab, lines ...string) {
	t.Helper()
	b.Cookies = new(cookie.Jar)
	for _, line := range lines {
		host, set, _ := strings.Cut(line, " ")
		o := originOf("https://" + host)
		c := cookie.Context{Scheme: "https", Host: host, Path: "/", SiteForCookies: o, Initiator: o}
		if rejected := b.Cookies.Store(c, b.Profile.Cookies, []string{set}, b.at); len(rejected) > 0 {
			t.Fatalf("%s: %s", line, rejected[0].Reason)
		}
	}
}

const everywhere = "; SameSite=None; Secure"

// Whether cookies travel is decided on every hop.
func TestCookiesPerHop(t *testing.T) {
	const a, b2 = "https://a.example", "https://b.example"
	for _, row := range []struct {
		why         string
		credentials fetch.Credentials
		mode        fetch.Mode
		chain       []string
		want        string // the cookies of each hop
	}{
		{"same-origin, at home", fetch.CredentialsSameOrigin, "", []string{home}, "page=1"},
		{"same-origin, elsewhere", fetch.CredentialsSameOrigin, "", []string{a}, "absent"},
		{"same-origin, away", fetch.CredentialsSameOrigin, "", []string{home, a}, "page=1 absent"},
		{"same-origin, back home: tainting is no longer basic", fetch.CredentialsSameOrigin, "", []string{a, home}, "absent absent"},
		{"same-origin, home, away, home", fetch.CredentialsSameOrigin, "", []string{home, a, home}, "page=1 absent absent"},
		{"include, everywhere", fetch.CredentialsInclude, "", []string{home, a, b2, home}, "page=1 a=1 b=1 page=1"},
		{"omit, at home", fetch.CredentialsOmit, "", []string{home}, "absent"},
		{"omit, elsewhere", fetch.CredentialsOmit, "", []string{a}, "absent"},
		{"no-cors, same-origin, elsewhere", fetch.CredentialsSameOrigin, fetch.ModeNoCORS, []string{a}, "absent"},
		{"no-cors, include", fetch.CredentialsInclude, fetch.ModeNoCORS, []string{a}, "a=1"},
		{"no-cors, same-origin, back home", fetch.CredentialsSameOrigin, fetch.ModeNoCORS, []string{a, home}, "absent absent"},
	} {
		n := 0
		b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			origin := "null"
			for _, f := range r.Header {
				if f.Name == "Origin" {
					origin = f.Value
				}
			}
			allow := []string{acao + origin, acac + "true"}
			if n++; n < len(row.chain) {
				return reply(302, append(allow, "Location: "+row.chain[n]+"/")...), nil
			}
			return reply(200, allow...), nil
		})
		jar(t, b, "page.example page=1"+everywhere, "a.example a=1"+everywhere, "b.example b=1"+everywhere)
		if _, err := b.ask(t, fetch.Request{URL: link(row.chain[0] + "/"), Credentials: row.credentials, Mode: row.mode}); err != nil {
			t.Fatalf("%s: %+v", row.why, b.record.First())
		}
		var got []string
		for i, s := range b.net.sent {
			got = append(got, s.get("Cookie"))
			if carried := b.record.Exchanges[i].Credentials; carried != (s.get("Cookie") != "absent") {
				t.Errorf("%s: hop %d is recorded with credentials %v", row.why, i, carried)
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

// SameSite and third-party policies as each browser has them.
func TestCookiesOfOthers(t *testing.T) {
	const site = "https://www.page.example/"
	for _, row := range []struct {
		why, set, target                    string
		standard, chromium, firefox, webkit string
	}{
		{"Strict, to the site", "www.page.example c=1; SameSite=Strict; Secure", site, "c=1", "c=1", "c=1", "c=1"},
		{"Lax, to the site", "www.page.example c=1; SameSite=Lax; Secure", site, "c=1", "c=1", "c=1", "c=1"},
		{"unset, to the site", "www.page.example c=1; Secure", site, "c=1", "c=1", "c=1", "c=1"},
		{"None, to the site", "www.page.example c=1; SameSite=None; Secure", site, "c=1", "c=1", "c=1", "c=1"},
		{"Strict, to another site", "api.example c=1; SameSite=Strict; Secure", api, "absent", "absent", "absent", "absent"},
		{"Lax, to another site", "api.example c=1; SameSite=Lax; Secure", api, "absent", "absent", "absent", "absent"},
		{"unset, to another site: who takes it for Lax", "api.example c=1; Secure", api, "absent", "absent", "absent", "absent"},
		{"None, to another site: third-party policy decides", "api.example c=1; SameSite=None; Secure", api, "c=1", "c=1", "absent", "absent"},
	} {
		for p, want := range map[*fetch.Profile]string{&fetch.Standard: row.standard, &fetch.Chromium: row.chromium, &fetch.Firefox: row.firefox, &fetch.WebKit: row.webkit} {
			b := openIn(*p, home+"/", always(200, acao+home, acac+"true"))
			jar(t, b, row.set)
			b.ask(t, fetch.Request{URL: link(row.target), Credentials: fetch.CredentialsInclude})
			if got := b.net.last().get("Cookie"); got != want {
				t.Errorf("%s in %s: Cookie %s, want %s", row.why, p.Name, got, want)
			}
			if got := len(b.noted("cookie-withheld")); (got == 1) != (want == "absent") && p != &fetch.Firefox {
				t.Errorf("%s in %s: %d cookies noted as withheld", row.why, p.Name, got)
			}
			if b.verdict() != "cors" {
				t.Errorf("%s in %s: %s: a cookie that stays at home blocks nothing", row.why, p.Name, b.verdict())
			}
		}
	}
}

// A chain that came through another site is cross-site, though it ends at home.
func TestCookiesAfterForeignRedirect(t *testing.T) {
	for _, row := range []struct{ why, start, want string }{
		{"within the site", "https://www.page.example/1", "strict=1; lax=1; none=1"},
		{"through another site", "https://api.example/1", "none=1"},
	} {
		b := open(turns(reply(302, acao+home, acac+"true", "Location: "+home+"/2"), reply(200, acao+"null", acac+"true")))
		jar(t, b, "page.example strict=1; SameSite=Strict; Secure", "page.example lax=1; SameSite=Lax; Secure", "page.example none=1"+everywhere)
		b.ask(t, fetch.Request{URL: link(row.start), Credentials: fetch.CredentialsInclude})
		if got := b.net.last().get("Cookie"); got != row.want {
			t.Errorf("%s: Cookie %q, want %q", row.why, got, row.want)
		}
	}
}

// Set-Cookie is stored though the page may not see the answer, and only where credentials travel.
func TestSetCookie(t *testing.T) {
	const set = "Set-Cookie: c=1; SameSite=None; Secure"
	for _, row := range []struct {
		why      string
		req      fetch.Request
		answers  []*fetch.NetworkResponse
		want     string // what blocks
		kept     int
		rejected int
	}{
		{"shared", fetch.Request{Credentials: fetch.CredentialsInclude}, []*fetch.NetworkResponse{reply(200, acao+home, acac+"true", set)}, "cors", 1, 0},
		{"blocked, and kept all the same", fetch.Request{Credentials: fetch.CredentialsInclude}, []*fetch.NetworkResponse{reply(200, set)}, "acao-missing", 1, 0},
		{"no credentials, nothing kept", fetch.Request{}, []*fetch.NetworkResponse{reply(200, acao+"*", set)}, "cors", 0, 0},
		{"omit, nothing kept", fetch.Request{URL: link(home + "/"), Credentials: fetch.CredentialsOmit}, []*fetch.NetworkResponse{reply(200, set)}, "basic", 0, 0},
		{"at home", fetch.Request{URL: link(home + "/")}, []*fetch.NetworkResponse{reply(200, "Set-Cookie: c=1", "Set-Cookie: d=1")}, "basic", 2, 0},
		{"an image", fetch.Request{Initiator: fetch.ByImage}, []*fetch.NetworkResponse{reply(200, set)}, "opaque", 1, 0},
		{"a preflight's are ignored", fetch.Request{Method: "PUT", Credentials: fetch.CredentialsInclude}, []*fetch.NetworkResponse{reply(200, acao+home, acac+"true", acam+"PUT", set), reply(200, acao+home, acac+"true")}, "cors", 0, 0},
		{"on redirects", fetch.Request{Credentials: fetch.CredentialsInclude}, []*fetch.NetworkResponse{reply(302, acao+home, acac+"true", set, "Location: /2"), reply(200)}, "acao-missing", 1, 0},
		{"one that may not be set", fetch.Request{Credentials: fetch.CredentialsInclude}, []*fetch.NetworkResponse{reply(200, acao+home, acac+"true", "Set-Cookie: c=1; SameSite=Strict")}, "cors", 0, 1},
	} {
		b := open(turns(row.answers...))
		jar(t, b)
		if row.req.URL == nil {
			row.req.URL = link(api)
		}
		b.ask(t, row.req)
		if got, kept, rejected := b.verdict(), len(b.Cookies.All(b.at)), len(b.noted("cookie-rejected")); got != row.want || kept != row.kept || rejected != row.rejected {
			t.Errorf("%s: %s, %d kept and %d rejected, want %s, %d and %d", row.why, got, kept, rejected, row.want, row.kept, row.rejected)
		}
	}
}

// A preflight carries no cookie, though the request will.
func TestPreflightCarriesNoCookie(t *testing.T) {
	b := open(always(200, acao+home, acac+"true", acam+"PUT"))
	jar(t, b, "api.example c=1"+everywhere)
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT", Credentials: fetch.CredentialsInclude})
	if got := []string{b.net.sent[0].get("Cookie"), b.net.sent[1].get("Cookie")}; got[0] != "absent" || got[1] != "c=1" {
		t.Errorf("Cookie %q, want none on the preflight and one on the request", got)
	}
}

// Cookies expire by the agent's clock.
func TestCookiesByTheClock(t *testing.T) {
	b := open(always(200, "Set-Cookie: c=1; Max-Age=60"))
	b.Cookies = new(cookie.Jar)
	b.get(t, home+"/")
	b.net.answer = always(200)
	for _, row := range []struct{ after, want string }{{"59s", "c=1"}, {"1s", "absent"}} {
		b.at = b.at.Add(duration(row.after))
		b.get(t, home+"/")
		if got := b.net.last().get("Cookie"); got != row.want {
			t.Errorf("%s later: Cookie %s, want %s", row.after, got, row.want)
		}
	}
}

// COEP: credentialless takes credentials from no-cors requests to other origins, and from no others.
func TestCredentialless(t *testing.T) {
	for _, row := range []struct {
		why, target string
		req         fetch.Request
		want        string
	}{
		{"an image elsewhere", api, fetch.Request{Initiator: fetch.ByImage}, "absent"},
		{"an image at home", home + "/", fetch.Request{Initiator: fetch.ByImage}, "page=1"},
		{"with CORS", api, fetch.Request{Credentials: fetch.CredentialsInclude}, "api=1"},
		{"an image with CORS", api, fetch.Request{Initiator: fetch.ByImage, CrossOrigin: fetch.CrossOriginUseCredentials}, "api=1"},
		{"an image in a page that is no secure context", api, fetch.Request{Initiator: fetch.ByImage, Client: fetch.Client{Origin: originOf("http://page.example"), COEP: fetch.COEPCredentialless}}, "api=1"},
		{"unless the tab makes it one", api, fetch.Request{Initiator: fetch.ByImage, Client: fetch.Client{Origin: originOf("http://page.example"), COEP: fetch.COEPCredentialless, Secure: true}}, "absent"},
	} {
		b := open(always(200, acao+home, acac+"true"))
		jar(t, b, "page.example page=1"+everywhere, "api.example api=1"+everywhere)
		b.client.COEP = fetch.COEPCredentialless
		row.req.URL = link(row.target)
		b.ask(t, row.req)
		if got := b.net.last().get("Cookie"); got != row.want {
			t.Errorf("%s: Cookie %s, want %s", row.why, got, row.want)
		}
	}
}

// A chain that went astray is without credentials for good, though it ends at home.
func TestCredentiallessAfterRedirect(t *testing.T) {
	b := open(turns(reply(302, "Location: "+home+"/2"), reply(200)))
	jar(t, b, "page.example page=1"+everywhere, "api.example api=1"+everywhere)
	b.client.COEP = fetch.COEPCredentialless
	b.ask(t, fetch.Request{Initiator: fetch.ByImage, URL: link(api)})
	if got := []string{b.net.sent[0].get("Cookie"), b.net.sent[1].get("Cookie")}; got[0] != "absent" || got[1] != "absent" {
		t.Errorf("Cookie %q, want none", got)
	}
}

// A password in an XMLHttpRequest's URL is sent when the server asks for one, at home only.
func TestURLCredentials(t *testing.T) {
	const basic = "Basic dTpwOnE=" // u:p:q
	for _, row := range []struct {
		why, target string
		req         fetch.Request
		answers     []*fetch.NetworkResponse
		want        string // Authorization on the wire
		status      int
	}{
		{"asked for", "https://u:p%3Aq@page.example/", fetch.Request{}, []*fetch.NetworkResponse{reply(401), reply(200)}, "absent, " + basic, 200},
		{"not asked for", "https://u:p@page.example/", fetch.Request{}, []*fetch.NetworkResponse{reply(200)}, "absent", 200},
		{"asked for and wrong", "https://u:p%3Aq@page.example/", fetch.Request{}, []*fetch.NetworkResponse{reply(401), reply(401)}, "absent, " + basic, 401},
		{"nothing in the URL", home + "/", fetch.Request{}, []*fetch.NetworkResponse{reply(401)}, "absent", 401},
		{"elsewhere a 401 is an answer", "https://u:p@api.example/", fetch.Request{Credentials: fetch.CredentialsInclude}, []*fetch.NetworkResponse{reply(401, acao+home, acac+"true")}, "absent", 401},
		{"the page's own header is stronger", "https://u:p@page.example/", fetch.Request{Header: headers("Authorization: x")}, []*fetch.NetworkResponse{reply(401), reply(200)}, "x, x", 200},
		{"a body is sent again", "https://u:p%3Aq@page.example/", fetch.Request{Method: "POST", Body: strings.NewReader("b")}, []*fetch.NetworkResponse{reply(401), reply(200)}, "absent, " + basic, 200},
		{"403 is no question", "https://u:p@page.example/", fetch.Request{}, []*fetch.NetworkResponse{reply(403)}, "absent", 403},
	} {
		b := open(turns(row.answers...))
		row.req.Initiator, row.req.URL = fetch.ByXHR, link(row.target)
		resp, err := b.ask(t, row.req)
		if err != nil {
			t.Fatalf("%s: %+v", row.why, b.record.First())
		}
		var got []string
		for _, s := range b.net.sent {
			got = append(got, s.get("Authorization"))
			if row.req.Body != nil && s.Body != "b" {
				t.Errorf("%s: body %q", row.why, s.Body)
			}
		}
		if strings.Join(got, ", ") != row.want || resp.Status != row.status {
			t.Errorf("%s: %q and %d, want %q and %d", row.why, got, resp.Status, row.want, row.status)
		}
		if len(b.record.Exchanges) != len(row.answers) {
			t.Errorf("%s: %d exchanges recorded, want %d", row.why, len(b.record.Exchanges), len(row.answers))
		}
	}
	// An element's URL may hold one too. Without credentials it stays there.
	for _, row := range []struct {
		why  string
		with fetch.CrossOrigin
		want string
	}{
		{"an image", "", "absent, Basic dTpw"},
		{"an anonymous image", fetch.CrossOriginAnonymous, "absent"},
		{"an image with CORS, elsewhere", fetch.CrossOriginUseCredentials, "absent"},
	} {
		req := fetch.Request{Initiator: fetch.ByImage, URL: link("https://u:p@api.example/"), CrossOrigin: row.with}
		if got := after401(t, fetch.Standard, req, 401); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
	// The 401's body is closed before the second try.
	watched := &watchedBody{}
	first := reply(401)
	first.Body = watched
	b := open(turns(first, reply(200)))
	b.ask(t, fetch.Request{Initiator: fetch.ByXHR, URL: link("https://u:p@page.example/")})
	if !watched.closed {
		t.Error("the 401's body stays open")
	}
	if b.step("authentication").Answer == "" || b.record.Outcome() != transcript.Allowed {
		t.Errorf("the second try is not told: %+v", b.record.Steps)
	}
}
