package cookie_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/origin"
)

// TestSameSite asks a jar with one cookie of each kind from every position.
func TestSameSite(t *testing.T) {
	const (
		all   = "strict lax unset none"
		loose = "lax unset none"
	)
	schemeless := cookie.Policy{LaxByDefault: true, Schemeless: true}
	for _, row := range []struct {
		name    string
		why     string
		policy  cookie.Policy
		context cookie.Context
		want    string
	}{
		{"own page", "same site", chromium, visit(shop + "/"), all},
		{"subdomain's page", "one registrable domain", chromium, fetch("https://www.shop.test", shop+"/"), all},
		{"other port", "sites have no ports", chromium, fetch("https://shop.test:8443", shop+"/"), all},
		{"another site", "cross-site", chromium, fetch(other, shop+"/"), "none"},
		{"suffix neighbour", "shop.test and other.test share a public suffix only", chromium, fetch("https://shop.test.other.test", shop+"/"), "none"},
		{"http page", "schemes make sites different", chromium, fetch("http://shop.test", shop+"/"), "none"},
		{"http page, schemeless", "unless the browser looks past them", schemeless, fetch("http://shop.test", shop+"/"), all},
		{"sandboxed on own page", "an opaque document is cross-site to all", chromium, sandboxed(shop, shop+"/"), "none"},
		{"sandboxed, schemeless", "whatever the schemes", schemeless, sandboxed(shop, shop+"/"), "none"},
		{"opaque top level", "nothing is same-site with it", chromium, framed("null", shop, shop+"/"), "none"},
		{"own frame on another's page", "the site in the address bar decides", chromium, framed(other, shop, shop+"/"), "none"},
		{"another's frame on own page", "and so does the document that asks", chromium, framed(shop, other, shop+"/"), "none"},
		{"redirected", "the chain passed through another site", chromium, redirected(visit(shop + "/")), "none"},
		{"no page given", "the zero origins deny", chromium, to(shop + "/"), "none"},
		{"link", "a visit that only asks takes Lax along", chromium, follow(other, "GET", shop+"/"), loose},
		{"link, no method", "an empty method is GET", chromium, follow(other, "", shop+"/"), loose},
		{"HEAD", "HEAD only asks too", chromium, follow(other, "HEAD", shop+"/"), loose},
		{"form", "a POST does more than ask", chromium, follow(other, "POST", shop+"/"), "none"},
		{"form, lower case", "methods are case-sensitive", chromium, follow(other, "get", shop+"/"), "none"},
		{"own form", "same site, any method", chromium, follow(shop, "POST", shop+"/"), all},
		{"redirected link", "still a visit", chromium, redirected(follow(shop, "GET", shop+"/")), loose},
		{"sandboxed link", "still a visit", chromium, follow("null", "GET", shop+"/"), loose},
		{"fetch with GET", "Lax is for visits, not for safe methods", chromium, fetch(other, shop+"/"), "none"},
		{"unset is none", "without Lax by default an unset one travels", firefoxOpen, fetch(other, shop+"/"), "unset none"},
		{"unset is none, form", "in a POST too", firefoxOpen, follow(other, "POST", shop+"/"), "unset none"},
		{"zero policy", "allows third parties, and takes unset for none", cookie.Policy{}, fetch(other, shop+"/"), "unset none"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var jar cookie.Jar
			jar.Store(visit(shop+"/"), row.policy, []string{
				"strict=; Secure; SameSite=Strict", "lax=; Secure; SameSite=Lax", "unset=; Secure", "none=; Secure; SameSite=None",
			}, start)
			value, withheld := jar.Header(row.context, row.policy, start)
			got := strings.NewReplacer("=", "", ";", "").Replace(value)
			if got != row.want {
				t.Errorf("sent %q, want %q\nwhy: %s", got, row.want, row.why)
			}
			if n := len(strings.Fields(got)) + len(withheld); n != 4 {
				t.Errorf("%d of 4 cookies accounted for", n)
			}
		})
	}
}

// TestSecure: which hosts count as secure, to send as to store.
func TestSecure(t *testing.T) {
	for target, want := range map[string]bool{
		"https://shop.test/":        true,
		"http://shop.test/":         false,
		"http://localhost/":         true,
		"http://app.localhost:123/": true,
		"http://localhost.test/":    false,
		"http://127.0.0.1/":         true,
		"http://127.9.9.9:80/":      true,
		"http://128.0.0.1/":         false,
		"http://[::1]:8080/":        true,
		"http://[::2]/":             false,
		"http://10.0.0.1/":          false,
	} {
		var jar cookie.Jar
		page := visit(target)
		stored := jar.Store(page, chromium, []string{"id=1; Secure"}, start) == nil
		if stored != want {
			t.Errorf("%s stores a Secure cookie: %v, want %v", target, stored, want)
		}
		jar.Set(cookie.Cookie{Name: "id", Value: "1", Domain: page.Host, Path: "/", HostOnly: true, Secure: true}, start)
		if value, _ := jar.Header(page, chromium, start); (value == "id=1") != want {
			t.Errorf("%s is sent %q, want a Secure cookie: %v", target, value, want)
		}
	}
}

func TestPartitions(t *testing.T) {
	const chip = "; Secure; SameSite=None; Partitioned"
	embed := "https://embed.test/"
	tell(t, []story{
		{
			name: "allowed", why: "without the attribute one cookie serves under every site, with it one under each", policy: chromium,
			steps: []step{
				set(fetch(shop, embed), "id=shop; Secure; SameSite=None", "chip=shop"+chip),
				set(fetch(other, embed), "id=other; Secure; SameSite=None", "chip=other"+chip),
				ask(fetch(shop, embed), "id=other; chip=shop").keeps("chip: partitioned-elsewhere"),
				ask(fetch(other, embed), "id=other; chip=other").keeps("chip: partitioned-elsewhere"),
				ask(visit(embed), "id=other").keeps("chip: partitioned-elsewhere; chip: partitioned-elsewhere"),
			},
		},
		{
			name: "blocked", why: "only what asked to be kept apart lives under other sites", policy: incognito,
			steps: []step{
				set(visit(embed), "id=home; Secure; SameSite=None", "chip=home"+chip),
				set(fetch(shop, embed), "id=shop; Secure; SameSite=None", "chip=shop"+chip).rejects("id: third-party-blocked"),
				ask(fetch(shop, embed), "chip=shop").keeps("id: third-party-blocked; chip: partitioned-elsewhere"),
				ask(visit(embed), "id=home; chip=home").keeps("chip: partitioned-elsewhere"),
			},
		},
		{
			name: "all apart", why: "every third-party cookie has a jar by top-level site, the attribute or not", policy: firefox,
			steps: []step{
				set(visit(embed), "id=home; Secure", "chip=home"+chip),
				set(fetch(shop, embed), "id=shop; Secure", "chip=shop"+chip),
				ask(fetch(shop, embed), "id=shop; chip=shop").keeps("id: partitioned-elsewhere; chip: partitioned-elsewhere"),
				ask(fetch("https://www.shop.test", embed), "id=shop; chip=shop").keeps("id: partitioned-elsewhere; chip: partitioned-elsewhere"),
				ask(fetch(other, embed), "").keeps("id: partitioned-elsewhere; chip: partitioned-elsewhere; id: partitioned-elsewhere; chip: partitioned-elsewhere"),
				ask(visit(embed), "id=home; chip=home").keeps("id: partitioned-elsewhere; chip: partitioned-elsewhere"),
			},
		},
		{
			name: "scheme of the top", why: "a partition is a site, and a site has a scheme", policy: chromium,
			steps: []step{
				set(fetch(shop, embed), "chip=1"+chip),
				ask(fetch("http://shop.test", embed), "").keeps("chip: partitioned-elsewhere"),
			},
		},
		{
			name: "frames", why: "what a frame stores is found by every frame of its site under the same page", policy: incognito,
			steps: []step{
				set(framed(shop, "https://embed.test", embed), "chip=1"+chip),
				ask(framed(shop, "https://www.embed.test", embed), "chip=1"),
				ask(fetch(shop, embed), "chip=1"),
				ask(visit(embed), "").keeps("chip: partitioned-elsewhere"),
			},
		},
		{
			name: "a frame's way back", why: "a frame of another site asks the page's own site as a third party, with a jar of its own", policy: incognito,
			steps: []step{
				set(visit(shop+"/"), "id=1; Secure; SameSite=None", "chip=home"+chip),
				ask(framed(shop, "https://embed.test", shop+"/"), "").keeps("id: third-party-blocked; chip: partitioned-elsewhere"),
				set(framed(shop, "https://embed.test", shop+"/"), "chip=frame"+chip),
				ask(sandboxed(shop, shop+"/"), "chip=frame").keeps("id: third-party-blocked; chip: partitioned-elsewhere"),
				ask(visit(shop+"/"), "id=1; chip=home").keeps("chip: partitioned-elsewhere"),
			},
		},
		{
			name: "visit", why: "a visit opens the target's own partition, whatever page held the link", policy: incognito,
			steps: []step{
				set(follow(other, "GET", shop+"/"), "chip=1"+chip),
				ask(visit(shop+"/"), "chip=1"),
				ask(follow("null", "POST", shop+"/"), "chip=1"),
			},
		},
		{
			name: "redirected", why: "a redirect makes a request cross-site, not a third party's", policy: incognito,
			steps: []step{
				set(redirected(visit(shop+"/")), "id=1; Secure; SameSite=None"),
				ask(redirected(visit(shop+"/")), "id=1"),
			},
		},
		{
			name: "opaque top", why: "an opaque page finds no partition, not even another opaque page's", policy: incognito,
			steps: []step{
				set(fetch(shop, embed), "chip=1"+chip),
				ask(fetch("null", embed), "").keeps("chip: partitioned-elsewhere"),
			},
		},
		{
			name: "overwriting", why: "each partition is its own: a Secure cookie in one does not shield its name in another", policy: firefox,
			steps: []step{
				set(visit(embed), "id=home; Secure"),
				set(fetch(other, "http://embed.test/"), "id=plain"),
				set(visit("http://embed.test/"), "id=plain").rejects("id: overwrite-secure"),
			},
		},
		{
			name: "unknown treatment", why: "a policy nobody knows blocks", policy: cookie.Policy{ThirdParty: "perhaps"},
			steps: []step{
				set(fetch(other, shop+"/"), "id=1").rejects("id: third-party-blocked"),
			},
		},
	})
}

// TestPartitionName: what All shows is the top-level site as people write it.
func TestPartitionName(t *testing.T) {
	for _, row := range []struct {
		context cookie.Context
		want    string
	}{
		{visit("https://www.shop.test/"), "https://shop.test"},
		{fetch("https://a.b.other.co.uk:8443", shop+"/"), "https://other.co.uk"},
		{fetch("http://localhost:3000", shop+"/"), "http://localhost"},
		{sandboxed("https://www.shop.test", shop+"/"), "https://shop.test (cross-site ancestor)"},
		{sandboxed(other, shop+"/"), "https://other.test"},
		{cookie.Context{Scheme: "https", Host: "shop.test", TopLevelNavigation: true, SiteForCookies: origin.NewOpaque()}, "https://shop.test"},
	} {
		var jar cookie.Jar
		jar.Store(row.context, chromium, []string{"chip=1; Secure; SameSite=None; Partitioned"}, start)
		all := jar.All(start)
		if len(all) != 1 || all[0].Partition != row.want {
			t.Errorf("%+v: the jar holds %+v, want one in partition %q", row.context, all, row.want)
		}
	}
}
