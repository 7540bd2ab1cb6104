package cookie_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
)

func TestScope(t *testing.T) {
	tell(t, []story{
		{
			name: "host only", why: "without Domain a cookie belongs to its host, not to names under or beside it",
			steps: []step{
				set(visit("https://shop.test/"), "id=1"),
				ask(visit("https://shop.test/"), "id=1"),
				ask(visit("https://api.shop.test/"), ""),
				ask(visit("https://shop.test.evil.test/"), ""),
				ask(visit("https://notshop.test/"), ""),
			},
		},
		{
			name: "port and scheme", why: "cookies know neither port nor scheme, but for Secure",
			steps: []step{
				set(visit("https://shop.test:8443/"), "id=1"),
				ask(visit("http://shop.test/"), "id=1"),
			},
		},
		{
			name: "domain", why: "Domain covers the host and every name under it, with or without a leading dot, in any case",
			steps: []step{
				set(visit("https://www.shop.test/"), "a=1; Domain=shop.test", "b=2; Domain=.SHOP.test", "c=3; Domain=www.shop.test"),
				ask(visit("https://shop.test/"), "a=1; b=2"),
				ask(visit("https://x.www.shop.test/"), "a=1; b=2; c=3"),
				ask(visit("https://notshop.test/"), ""),
			},
		},
		{
			name: "last domain counts", why: "of two Domain attributes the last one counts, an empty one means host only",
			steps: []step{
				set(visit("https://www.shop.test/"), "a=1; Domain=www.shop.test; Domain=shop.test", "b=2; Domain=shop.test; Domain="),
				ask(visit("https://shop.test/"), "a=1"),
				ask(visit("https://www.shop.test/"), "a=1; b=2"),
			},
		},
		{
			name: "address", why: "an address is no name: nothing lies under it, and a Domain must be the address itself",
			steps: []step{
				set(visit("http://10.0.0.1/"), "a=1; Domain=10.0.0.1", "b=2; Domain=0.0.1", "c=3").rejects("b: domain-mismatch"),
				ask(visit("http://10.0.0.1/"), "a=1; c=3"),
				set(visit("http://[2001:db8::1]/"), "six=1", "dom=2; Domain=[2001:db8::1]"),
				ask(visit("http://[2001:db8::1]/"), "six=1; dom=2"),
				ask(visit("http://[2001:db8::2]/"), ""),
			},
		},
		{
			name: "public suffix's own", why: "a host that is a public suffix may name itself, and gets a host-only cookie",
			steps: []step{
				set(visit("https://github.io/"), "id=1; Domain=github.io"),
				ask(visit("https://github.io/"), "id=1"),
				ask(visit("https://someone.github.io/"), ""),
			},
		},
		{
			name: "paths", why: "longer paths first, then the older cookie; a path ends at a slash",
			steps: []step{
				set(visit("https://shop.test/a/b"), "root=1; Path=/", "dir=2", "deep=3; Path=/a/b"),
				set(visit("https://shop.test/a/b"), "late=4", "odd=5; Path=elsewhere", "slash=6; Path=/a/"),
				ask(visit("https://shop.test/a/b"), "deep=3; slash=6; dir=2; late=4; odd=5; root=1"),
				ask(visit("https://shop.test/a"), "dir=2; late=4; odd=5; root=1"),
				ask(visit("https://shop.test/ab"), "root=1"),
				ask(visit("https://shop.test/a/bc"), "slash=6; dir=2; late=4; odd=5; root=1"),
				ask(visit("https://shop.test"), "root=1"),
			},
		},
		{
			name: "default paths", why: "the default is the request's directory, and the root where there is none",
			steps: []step{
				set(visit("https://shop.test/one/two"), "a=1"),
				set(visit("https://shop.test/file"), "b=2"),
				set(visit("https://shop.test"), "c=3"),
				set(visit("https://shop.test/one/"), "d=4"),
				ask(visit("https://shop.test/one"), "a=1; d=4; b=2; c=3"),
				ask(visit("https://shop.test/other"), "b=2; c=3"),
			},
		},
		{
			name: "nameless", why: "a cookie without a name is sent as its value alone",
			steps: []step{
				set(visit("https://shop.test/"), "alone", "=also=this"),
				ask(visit("https://shop.test/"), "also=this"),
			},
		},
		{
			name: "same time", why: "cookies of one answer are sent in the order of its lines",
			steps: []step{
				set(visit("https://shop.test/"), "c=1", "a=2", "b=3"),
				ask(visit("https://shop.test/"), "c=1; a=2; b=3"),
			},
		},
		{
			name: "replaced", why: "a new value takes the old one's place in the order; another domain or path makes another cookie",
			steps: []step{
				set(visit("https://shop.test/"), "a=1"),
				set(visit("https://shop.test/"), "b=2"),
				set(visit("https://shop.test/"), "a=3", "a=4; Domain=shop.test"),
				ask(visit("https://shop.test/"), "a=3; b=2; a=4"),
			},
		},
		{
			name: "websocket", why: "a handshake is an HTTP request to the same site",
			policy: chromium,
			steps: []step{
				set(visit("https://shop.test/"), "id=1; Secure; SameSite=Strict"),
				ask(fetch("https://shop.test", "wss://shop.test/live"), "id=1"),
				ask(fetch("http://shop.test", "ws://shop.test/live"), "").keeps("id: secure-needed"),
			},
		},
	})
}

func TestLifetime(t *testing.T) {
	const hour = time.Hour
	page := visit("https://shop.test/")
	tell(t, []story{
		{
			name: "max-age", why: "Max-Age counts from its arrival; at the second it names, the cookie is gone",
			steps: []step{
				set(page, "a=1; Max-Age=10"),
				ask(page, "a=1").later(8 * time.Second),
				ask(page, ""),
			},
		},
		{
			name: "max-age wins", why: "Max-Age beats Expires, whichever stands first",
			steps: []step{
				set(page, "a=1; Max-Age=7200; Expires=Thu, 02 Jul 2026 12:30:00 GMT", "b=2; Expires=Thu, 02 Jul 2026 23:00:00 GMT; Max-Age=1800"),
				ask(page, "a=1").later(hour),
			},
		},
		{
			name: "session", why: "a cookie without a date outlives any clock",
			steps: []step{
				set(page, "a=1"),
				ask(page, "a=1").later(20 * 365 * 24 * hour),
			},
		},
		{
			name: "400 days", why: "no date keeps a cookie for longer than 400 days",
			steps: []step{
				set(page, "a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", "b=2; Max-Age=99999999999999999999"),
				ask(page, "a=1; b=2").later(400*24*hour - 2*time.Second),
				ask(page, ""),
			},
		},
		{
			name: "deleted", why: "a past date or a Max-Age of zero removes, and is no rejection",
			steps: []step{
				set(page, "a=1", "b=2", "c=3", "d=4"),
				set(page, "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "b=; Max-Age=0", "c=; Max-Age=-5", "d=; Max-Age=0; Path=/other"),
				ask(page, "d=4"),
			},
		},
		{
			name: "bad dates", why: "an attribute that cannot be read is passed over; the last that can be counts",
			steps: []step{
				set(page, "a=1; Max-Age=soon", "b=2; Max-Age=1; Max-Age=1e9", "c=3; Expires=Thu, 02 Jul 2026 12:00:30 GMT; Expires=never", "d=4; Max-Age=", "e=5; Max-Age=-"),
				ask(page, "a=1; d=4; e=5").later(hour),
			},
		},
	})
}

// TestMeasured holds the store to what browsers did when asked with credentials and no user gesture.
func TestMeasured(t *testing.T) {
	victim := visit("https://victim.test/")
	lines := []string{
		"strict=1; Secure; SameSite=Strict", "lax=1; Secure; SameSite=Lax", "unset=1; Secure",
		"none=1; Secure; SameSite=None", "chip=1; Secure; SameSite=None; Partitioned",
	}
	const all = "strict=1; lax=1; unset=1; none=1; chip=1"
	browsers := []struct {
		name   string
		policy cookie.Policy
	}{
		{"chromium", chromium},
		{"chromium, third parties blocked", incognito},
		{"firefox", firefox},
		{"firefox, third parties allowed", firefoxOpen},
	}
	for _, row := range []struct {
		position string
		why      string
		context  cookie.Context
		want     [4]string
	}{
		{
			"cross-site", "only SameSite decides, where the browser does not keep third parties apart",
			fetch("https://attacker.test", "https://victim.test/"),
			[4]string{"none=1", "", "", "unset=1; none=1"},
		},
		{
			"sandboxed frame on the attacker's page", "an opaque origin is cross-site to everything",
			sandboxed("https://attacker.test", "https://victim.test/"),
			[4]string{"none=1", "", "", "unset=1; none=1"},
		},
		{
			"sibling subdomain", "a sibling is the same site: every browser sends everything",
			fetch("https://sibling.victim.test", "https://victim.test/"),
			[4]string{all, all, all, all},
		},
		{
			"sandboxed frame in the victim's page", "not even what the victim keeps for its own pages",
			sandboxed("https://victim.test", "https://victim.test/"),
			[4]string{"none=1", "", "", "unset=1; none=1"},
		},
	} {
		for i, b := range browsers {
			t.Run(row.position+"/"+b.name, func(t *testing.T) {
				var jar cookie.Jar
				if rejected := jar.Store(victim, b.policy, lines, start); rejected != nil {
					t.Fatalf("rejected: %v", rejected)
				}
				got, withheld := jar.Header(row.context, b.policy, start)
				if got != row.want[i] {
					t.Errorf("sent %q, want %q\nwithheld: %v\nwhy: %s", got, row.want[i], withheld, row.why)
				}
			})
		}
	}
}

func TestAll(t *testing.T) {
	var jar cookie.Jar
	if got := jar.All(start); len(got) != 0 {
		t.Errorf("a new jar holds %v", got)
	}
	jar.Store(visit("https://www.shop.test/a/b"), chromium, []string{
		"b=2; Domain=shop.test; Path=/; HttpOnly; Secure; SameSite=lax; Max-Age=60",
		"a=1; Expires=Fri, 03 Jul 2026 12:00:00 GMT",
		"chip=3; Path=/; Secure; Partitioned",
		"gone=4; Max-Age=1",
		"a=5; Domain=www.shop.test",
		"z=6; Domain=www.shop.test",
		"z=7",
	}, start)
	jar.Header(visit("https://shop.test/"), chromium, start.Add(2*time.Second))
	got := jar.All(start.Add(2 * time.Second))
	want := []cookie.Cookie{
		{
			Name: "b", Value: "2", Domain: "shop.test", Path: "/", Secure: true, HTTPOnly: true, SameSite: cookie.SameSiteLax,
			Expires: start.Add(time.Minute), Created: start, LastAccess: start.Add(2 * time.Second),
		},
		{
			Name: "chip", Value: "3", Domain: "www.shop.test", HostOnly: true, Path: "/", Secure: true, Partitioned: true,
			Partition: "https://shop.test", Created: start, LastAccess: start,
		},
		{
			Name: "a", Value: "1", Domain: "www.shop.test", HostOnly: true, Path: "/a", Expires: start.Add(24 * time.Hour),
			Created: start, LastAccess: start,
		},
		{Name: "a", Value: "5", Domain: "www.shop.test", Path: "/a", Created: start, LastAccess: start},
		{Name: "z", Value: "7", Domain: "www.shop.test", HostOnly: true, Path: "/a", Created: start, LastAccess: start},
		{Name: "z", Value: "6", Domain: "www.shop.test", Path: "/a", Created: start, LastAccess: start},
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the jar holds\n%+v\nwant\n%+v", got, want)
	}
	got[0].Value = "changed"
	if again := jar.All(start); again[0].Value != "2" {
		t.Error("All hands out the jar's own cookies")
	}
}

func TestSet(t *testing.T) {
	now := start
	for _, row := range []struct {
		name   string
		why    string
		cookie cookie.Cookie
		ask    cookie.Context
		want   string
	}{
		{
			"domain", "a Domain covers the names under it, as given",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test"},
			visit("https://api.shop.test/x"), "a=1",
		},
		{
			"host only", "and does not where the caller says so",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", HostOnly: true},
			visit("https://api.shop.test/x"), "",
		},
		{
			"no rule applies", "an insecure None cookie could not be stored, but an older browser would have it",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", SameSite: cookie.SameSiteNone},
			fetch("https://other.test", "http://shop.test/"), "a=1",
		},
		{
			"localhost", "a name without anything under it takes host-only cookies",
			cookie.Cookie{Name: "a", Value: "1", Domain: "localhost"},
			visit("http://localhost:8080/"), "a=1",
		},
		{
			"under localhost", "other names under localhost are other sites",
			cookie.Cookie{Name: "a", Value: "1", Domain: "localhost"},
			visit("http://app.localhost:8080/"), "",
		},
		{
			"partitioned", "a Partitioned cookie without a Partition was set on its own site",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", Secure: true, Partitioned: true},
			visit("https://api.shop.test/x"), "a=1",
		},
		{
			"partitioned elsewhere", "and is not there on another",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", SameSite: cookie.SameSiteNone, Secure: true, Partitioned: true},
			fetch("https://other.test", "https://shop.test/"), "",
		},
		{
			"given partition", "unless the caller says so",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", SameSite: cookie.SameSiteNone, Secure: true, Partitioned: true, Partition: "https://other.test"},
			fetch("https://other.test", "https://shop.test/"), "a=1",
		},
		{
			"address", "nor does an address have anything under it",
			cookie.Cookie{Name: "a", Value: "1", Domain: "10.0.0.1"},
			visit("http://10.0.0.1/"), "a=1",
		},
		{
			"IPv6 address", "of either kind",
			cookie.Cookie{Name: "a", Value: "1", Domain: "[2001:db8::1]"},
			visit("http://[2001:db8::1]/"), "a=1",
		},
		{
			"path", "a path given is kept",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", Path: "/x"},
			visit("https://shop.test/y"), "",
		},
		{
			"max-age", "a Max-Age counts from now",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", MaxAge: time.Minute},
			visit("https://shop.test/"), "a=1",
		},
		{
			"over", "a cookie past its time is not there",
			cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", Expires: now.Add(-time.Second)},
			visit("https://shop.test/"), "",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			var jar cookie.Jar
			jar.Set(row.cookie, now)
			if got, _ := jar.Header(row.ask, chromium, now); got != row.want {
				t.Errorf("sent %q, want %q\nwhy: %s", got, row.want, row.why)
			}
		})
	}

	t.Run("older first", func(t *testing.T) {
		var jar cookie.Jar
		jar.Set(cookie.Cookie{Name: "new", Value: "1", Domain: "shop.test", Created: now}, now)
		jar.Set(cookie.Cookie{Name: "old", Value: "2", Domain: "shop.test", Created: now.Add(-time.Hour)}, now)
		if got, _ := jar.Header(visit("https://shop.test/"), chromium, now); got != "old=2; new=1" {
			t.Errorf("sent %q: the age given decides the order", got)
		}
	})

	t.Run("host only", func(t *testing.T) {
		var jar cookie.Jar
		for _, domain := range []string{"localhost", "10.0.0.1", "[::1]", "co.uk"} {
			jar.Set(cookie.Cookie{Name: "a", Domain: domain}, now)
		}
		for _, c := range jar.All(now) {
			if !c.HostOnly {
				t.Errorf("a cookie for %s and every name under it", c.Domain)
			}
		}
	})

	t.Run("replaces", func(t *testing.T) {
		var jar cookie.Jar
		c := cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", MaxAge: time.Minute}
		jar.Set(c, now)
		c.Value = "2"
		jar.Set(c, now.Add(time.Second))
		all := jar.All(now.Add(time.Second))
		if len(all) != 1 || all[0].Value != "2" || !all[0].Created.Equal(now) || !all[0].Expires.Equal(now.Add(61*time.Second)) {
			t.Errorf("the jar holds %+v", all)
		}
	})
}

// TestConcurrent is for the race detector: everything at once, in one jar.
func TestConcurrent(t *testing.T) {
	var jar cookie.Jar
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			target := visit(fmt.Sprintf("https://h%d.shop.test/", i%3))
			for n := range 200 {
				now := start.Add(time.Duration(n) * time.Second)
				jar.Store(target, chromium, []string{fmt.Sprintf("c%d=%d; Domain=shop.test; Max-Age=50", n%7, n)}, now)
				jar.Header(target, firefox, now)
				jar.Set(cookie.Cookie{Name: fmt.Sprint("set", i), Value: "1", Domain: "shop.test"}, now)
				jar.All(now)
			}
		})
	}
	wg.Wait()
	if got := len(jar.All(start.Add(200 * time.Second))); got != 7+8 {
		t.Errorf("the jar holds %d cookies, want 15", got)
	}
}
