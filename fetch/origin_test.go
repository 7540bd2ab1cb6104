package fetch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
)

func TestRedirectTaint(t *testing.T) {
	const a, aPort, aSub, aPlain = "https://a.example", "https://a.example:8443", "https://www.a.example", "http://a.example"
	const b, bSub, c = "https://b.example", "https://www.b.example", "https://c.example"
	for _, row := range []struct {
		why, page string
		chain     []string
		want      fetch.Taint
	}{
		{"no redirect", a, []string{b}, fetch.TaintSameOrigin},
		{"within the page's origin", a, []string{a, a}, fetch.TaintSameOrigin},
		{"away from home", a, []string{a, b}, fetch.TaintSameOrigin},
		{"away from home twice removed", a, []string{a, a, b}, fetch.TaintSameOrigin},
		{"within a foreign origin", a, []string{b, b}, fetch.TaintSameOrigin},
		{"away and within", a, []string{a, b, b}, fetch.TaintSameOrigin},
		{"from one foreign site to another", a, []string{b, c}, fetch.TaintCrossSite},
		{"back home", a, []string{b, a}, fetch.TaintCrossSite},
		{"home, away, home", a, []string{a, b, a}, fetch.TaintCrossSite},
		{"once tainted, tainted", a, []string{b, c, c}, fetch.TaintCrossSite},
		{"between foreign origins of one site", a, []string{b, bSub}, fetch.TaintSameSite},
		{"between origins of the page's site", a, []string{aSub, aPort}, fetch.TaintSameSite},
		{"back home within the site", a, []string{aSub, a}, fetch.TaintSameSite},
		{"the page's own site away to another: the page is same-site with where it came from", a, []string{aSub, b}, fetch.TaintSameSite},
		{"cross-site wins over same-site", a, []string{b, bSub, c}, fetch.TaintCrossSite},
		{"cross-site first", a, []string{b, c, a}, fetch.TaintCrossSite},
		{"another scheme is another site", a, []string{b, "http://b.example"}, fetch.TaintCrossSite},
		{"another scheme of the page's host is another site", a, []string{aPlain, a}, fetch.TaintCrossSite},
		{"a sandboxed page within one origin", "null", []string{b, b}, fetch.TaintSameOrigin},
		{"a sandboxed page across origins", "null", []string{b, bSub}, fetch.TaintSameSite},
		{"a sandboxed page across sites", "null", []string{b, c}, fetch.TaintCrossSite},
	} {
		page := originOf(row.page)
		var urls []*fetch.URL
		for _, u := range row.chain {
			urls = append(urls, link(u+"/"))
		}
		if got := fetch.RedirectTaint(page, urls); got != row.want {
			t.Errorf("%s: %s via %v: %s, want %s", row.why, row.page, row.chain, got, row.want)
		}
		want := row.page
		if row.want != fetch.TaintSameOrigin {
			want = "null"
		}
		if got := fetch.SerializeRequestOrigin(page, urls); got != want {
			t.Errorf("%s: %s via %v: Origin %s, want %s", row.why, row.page, row.chain, got, want)
		}
	}
	if got := fetch.SerializeRequestOrigin(origin.Origin{}, []*fetch.URL{link(a)}); got != "null" {
		t.Errorf("the zero Origin is %s, want null", got)
	}
}

// The matrix of two hops without credentials: which Access-Control-Allow-Origin on which hop lets a response through.
func TestRedirectOriginMatrix(t *testing.T) {
	places := map[string]string{"local": home, "remote": "https://remote.example", "other": "https://other.example"}
	values := []string{"absent", "*", home, "null", "https://remote.example"}
	type chain struct{ first, second string }
	for _, row := range []struct {
		why    string
		chain  chain
		origin string // what the second hop is told
		first  []string
		second []string
	}{
		{"all at home: CORS has no part", chain{"local", "local"}, "absent", values, values},
		{"away from home: the first hop needs nothing", chain{"local", "remote"}, home, values, []string{"*", home}},
		{"within one remote origin: both name the page", chain{"remote", "remote"}, home, []string{"*", home}, []string{"*", home}},
		{"back home: tainted, and checked all the same", chain{"remote", "local"}, "null", []string{"*", home}, []string{"*", "null"}},
		{"on to another remote: tainted", chain{"remote", "other"}, "null", []string{"*", home}, []string{"*", "null"}},
	} {
		for _, first := range values {
			for _, second := range values {
				name := fmt.Sprintf("%s: %s (%s) to %s (%s)", row.why, row.chain.first, first, row.chain.second, second)
				b := open(turns(
					reply(302, withACAO(first, "Location: "+places[row.chain.second]+"/2")...),
					reply(200, withACAO(second)...),
				))
				_, err := b.get(t, places[row.chain.first]+"/1")
				want := contains(row.first, first) && contains(row.second, second)
				if (err == nil) != want {
					t.Errorf("%s: %s, want shared: %v", name, b.verdict(), want)
				}
				if !contains(row.first, first) {
					if len(b.net.sent) != 1 {
						t.Errorf("%s: a redirect that is not shared is not followed", name)
					}
					continue
				}
				if got := b.net.last().get("Origin"); got != row.origin {
					t.Errorf("%s: the second hop is told %q, want %q", name, got, row.origin)
				}
			}
		}
	}
}

func withACAO(acao string, lines ...string) []string {
	if acao == "absent" {
		return lines
	}
	return append([]string{"Access-Control-Allow-Origin: " + acao}, lines...)
}

func contains(list []string, item string) bool {
	return strings.Contains("\n"+strings.Join(list, "\n")+"\n", "\n"+item+"\n")
}
