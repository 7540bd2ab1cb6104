package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
)

func TestReferer(t *testing.T) {
	const full = "https://page.example/dir/index.html?q"
	const root = "https://page.example/"
	const plainFull, plainRoot = "http://plain.example/x", "http://plain.example/"
	for _, row := range []struct {
		policy                              fetch.ReferrerPolicy
		same, cross, downgrade, plain, home string
	}{
		{fetch.NoReferrer, "absent", "absent", "absent", "absent", "absent"},
		{fetch.NoReferrerWhenDowngrade, full, full, "absent", plainFull, plainFull},
		{fetch.ReferrerSameOrigin, full, "absent", "absent", "absent", plainFull},
		{fetch.ReferrerOrigin, root, root, root, plainRoot, plainRoot},
		{fetch.StrictOrigin, root, root, "absent", plainRoot, plainRoot},
		{fetch.OriginWhenCrossOrigin, full, root, root, plainRoot, plainFull},
		{fetch.StrictOriginWhenCrossOrigin, full, root, "absent", plainRoot, plainFull},
		{fetch.UnsafeURL, full, full, full, plainFull, plainFull},
		{"", full, root, "absent", plainRoot, plainFull}, // the default
	} {
		for _, to := range []struct{ why, page, target, want string }{
			{"same origin", "https://u:p@page.example/dir/index.html?q#f", "https://page.example/", row.same},
			{"another origin", "https://u:p@page.example/dir/index.html?q#f", "https://api.example/", row.cross},
			// A navigation: nothing else of a secure page may go to plain http.
			{"a downgrade", "https://u:p@page.example/dir/index.html?q#f", "http://api.example/", row.downgrade},
			{"a plain page elsewhere", "http://plain.example/x", "https://api.example/", row.plain},
			{"a plain page at home", "http://plain.example/x", "http://plain.example/y", row.home},
		} {
			b := openIn(fetch.Standard, to.page, always(200))
			b.ask(t, fetch.Request{Initiator: fetch.ByNavigation, URL: link(to.target), ReferrerPolicy: row.policy})
			if got := b.net.last().get("Referer"); got != to.want {
				t.Errorf("%s, %s: Referer %s, want %s", row.policy, to.why, got, to.want)
			}
		}
	}
}

func TestRefererSource(t *testing.T) {
	b := open(always(200))
	b.client.ReferrerPolicy = fetch.UnsafeURL
	b.ask(t, fetch.Request{URL: link(home + "/")})
	if got := b.net.last().get("Referer"); got != home+"/dir/index.html?q" {
		t.Errorf("the client's policy: Referer %s", got)
	}
	b.ask(t, fetch.Request{URL: link(home + "/"), ReferrerPolicy: fetch.NoReferrer})
	if got := b.net.last().get("Referer"); got != "absent" {
		t.Errorf("the request's policy is stronger than the client's: Referer %s", got)
	}
	b.client.URL = nil
	b.ask(t, fetch.Request{URL: link(home + "/")})
	if got := b.net.last().get("Referer"); got != home+"/" {
		t.Errorf("a page with an origin only: Referer %s, want its root", got)
	}
	b.client.URL = link("about:srcdoc")
	b.ask(t, fetch.Request{URL: link(home + "/")})
	if got := b.net.last().get("Referer"); got != "absent" {
		t.Errorf("a page that is not of the web: Referer %s, want none", got)
	}
	long := home + "/" + strings.Repeat("a", 4096-len(home)-1)
	for _, row := range []struct{ why, page, want string }{
		{"4096 bytes", long, long},
		{"4097 bytes", long + "a", home + "/"},
	} {
		b.client.URL = link(row.page)
		b.ask(t, fetch.Request{URL: link(home + "/")})
		if got := b.net.last().get("Referer"); got != row.want {
			t.Errorf("%s: a Referer of %d bytes, want %d", row.why, len(got), len(row.want))
		}
	}
	sandboxed := openIn(fetch.Standard, "null", always(200))
	sandboxed.ask(t, fetch.Request{URL: link(home + "/"), Mode: fetch.ModeNoCORS})
	if got := sandboxed.net.last().get("Referer"); got != "absent" {
		t.Errorf("a sandboxed page without an address: Referer %s, want none", got)
	}
}

// A redirect may name the policy for what follows.
func TestReferrerPolicyOnRedirect(t *testing.T) {
	const full = home + "/dir/index.html?q"
	for _, row := range []struct{ why, header, want string }{
		{"none named: as before", "X: y", full},
		{"one named", "Referrer-Policy: no-referrer", "absent"},
		{"the last that is known counts", "Referrer-Policy: no-referrer, origin", home + "/"},
		{"unknown ones are passed over", "Referrer-Policy: origin, most-referrer", home + "/"},
		{"only unknown ones", "Referrer-Policy: most-referrer", full},
		{"what is no list of tokens changes nothing", `Referrer-Policy: origin, "no-referrer"`, full},
		{"empty", "Referrer-Policy:", full},
	} {
		b := open(turns(reply(302, "Location: /2", row.header), reply(200)))
		b.get(t, home+"/1")
		if got := b.net.last().get("Referer"); got != row.want {
			t.Errorf("%s: %s: Referer %s, want %s", row.why, row.header, got, row.want)
		}
	}
}

// Main fetch determines the referrer on every hop from the one before: what has been cut stays cut.
func TestRefererStaysCut(t *testing.T) {
	for _, row := range []struct {
		why    string
		policy fetch.ReferrerPolicy
		want   string
	}{
		{"cut to the origin away from home", fetch.StrictOriginWhenCrossOrigin, home + "/"},
		{"gone away from home", fetch.ReferrerSameOrigin, "absent"},
	} {
		b := open(turns(
			reply(302, "Access-Control-Allow-Origin: *", "Location: "+home+"/2"),
			reply(200, "Access-Control-Allow-Origin: *"),
		))
		b.ask(t, fetch.Request{URL: link("https://api.example/1"), ReferrerPolicy: row.policy})
		if got := b.net.last().get("Referer"); got != row.want {
			t.Errorf("%s, %s: back home Referer is %s, want %s", row.why, row.policy, got, row.want)
		}
	}
}
