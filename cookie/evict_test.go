package cookie_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
)

// many are n lines, the i-th named i.
func many(n int, attributes string) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("%d=x%s", i, attributes)
	}
	return lines
}

func names(cookies []cookie.Cookie) map[string]bool {
	found := make(map[string]bool)
	for _, c := range cookies {
		found[c.Name] = true
	}
	return found
}

func TestEvictPerDomain(t *testing.T) {
	page := visit("https://shop.test/")
	for _, row := range []struct {
		name   string
		why    string
		first  []string // fills the domain at start
		use    string   // the path asked for a second later
		second string   // arrives after that
		gone   string
		stays  string
		left   int
	}{
		{
			"full is not over", "180 fit",
			many(179, ""), "/", "new=1", "", "0 new", 180,
		},
		{
			"the oldest", "of cookies never sent, the oldest goes",
			many(180, ""), "/", "new=1", "0", "1 new", 180,
		},
		{
			"not used for longest", "what was sent lately stays",
			append(many(90, "; Path=/used"), many(180, "; Path=/unused")[90:]...), "/used", "new=1", "90", "0 91 new", 180,
		},
		{
			"insecure first", "a Secure cookie outlives an insecure one that was used later",
			append(many(179, "; Secure; Path=/unused"), "plain=1; Path=/used"), "/used", "new=1; Secure", "plain", "0 new", 180,
		},
		{
			"insecure newcomer", "an insecure answer cannot push out what https stored",
			many(180, "; Secure"), "/", "new=1", "new", "0 179", 180,
		},
		{
			"expired first", "what is over makes room before anything else goes",
			append(many(179, ""), "brief=1; Secure; Max-Age=2"), "/", "new=1", "brief", "0 new", 180,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			var jar cookie.Jar
			jar.Store(page, chromium, row.first, start)
			jar.Header(visit("https://shop.test"+row.use), chromium, start.Add(time.Second))
			if rejected := jar.Store(page, chromium, []string{row.second}, start.Add(3*time.Second)); rejected != nil {
				t.Errorf("rejected %v", rejected)
			}
			all := jar.All(start.Add(3 * time.Second))
			found := names(all)
			if len(all) != row.left {
				t.Errorf("the jar holds %d, want %d", len(all), row.left)
			}
			for _, name := range strings.Fields(row.gone) {
				if found[name] {
					t.Errorf("%q is still there\nwhy: %s", name, row.why)
				}
			}
			for _, name := range strings.Fields(row.stays) {
				if !found[name] {
					t.Errorf("%q is gone\nwhy: %s", name, row.why)
				}
			}
		})
	}
}

func TestEvictPerPartition(t *testing.T) {
	var jar cookie.Jar
	const attributes = "; Secure; SameSite=None; Partitioned"
	jar.Store(fetch("https://one.test", "https://embed.test/"), chromium, []string{"mine=1" + attributes}, start)
	jar.Store(fetch("https://two.test", "https://embed.test/"), chromium, many(300, attributes), start)
	if got := len(jar.All(start)); got != 181 {
		t.Errorf("the jar holds %d, want 181", got)
	}
	if got, _ := jar.Header(fetch("https://one.test", "https://embed.test/"), chromium, start); got != "mine=1" {
		t.Errorf("one top-level site pushed out another's cookie: sent %q", got)
	}
}

func TestEvictInAll(t *testing.T) {
	var jar cookie.Jar
	host := func(i int) cookie.Context { return visit(fmt.Sprintf("https://h%d.test/", i)) }
	for i := range 30 {
		jar.Store(host(i), chromium, many(100, "; Secure"), start.Add(time.Duration(i)*time.Second))
	}
	later := start.Add(time.Minute)
	if got := len(jar.All(later)); got != 3000 {
		t.Fatalf("the jar holds %d, want 3000", got)
	}
	jar.Header(host(0), chromium, later)
	jar.Store(host(30), chromium, []string{"a=1", "b=2"}, later)
	if got := len(jar.All(later)); got != 3000 {
		t.Errorf("the jar holds %d, want 3000", got)
	}
	count := func(i int) int {
		value, _ := jar.Header(host(i), chromium, later)
		return strings.Count(value, "=")
	}
	for i, want := range map[int]int{0: 100, 1: 98, 2: 100, 30: 2} {
		if got := count(i); got != want {
			t.Errorf("host %d has %d cookies, want %d: the ones not sent for longest go, Secure or not", i, got, want)
		}
	}
}
