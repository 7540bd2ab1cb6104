package origin_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/origin"
)

// compareWithOracle builds a policy from a seed and asks it about text, and about origins near the policy's own.
func compareWithOracle(t *testing.T, seed uint64, text string) (asked, held int) {
	t.Helper()
	w := newWorld(seed)
	models, patterns := w.policy(1 + w.IntN(24))
	set := origin.NewSet(patterns)
	order := w.Perm(len(patterns))
	var shuffled []origin.Pattern
	for _, i := range order {
		shuffled = append(shuffled, patterns[i])
		if w.IntN(2) == 0 {
			shuffled = append(shuffled, patterns[w.IntN(len(patterns))])
		}
	}
	other := origin.NewSet(shuffled)
	texts := []string{text, w.nearMiss(text + "a")}
	for range 24 {
		if len(models) == 0 {
			break
		}
		o := w.member(models[w.IntN(len(models))])
		near := w.nearMiss(o)
		texts = append(texts, o, near, w.nearMiss(near+"a"))
	}
	for _, o := range texts {
		want, ok := oracle(models, o)
		if got, gotOK := set.Match(o); got != want || gotOK != ok {
			t.Fatalf("seed %d: %q: Match(%q) = %d, %v; want %d, %v", seed, patterns, o, got, gotOK, want, ok)
		}
		for i, p := range patterns {
			if got, want := p.Matches(o), models[i].holds(o); got != want {
				t.Fatalf("%q.Matches(%q) = %v, want %v", p, o, got, want)
			}
		}
		rule, again := other.Match(o)
		if again != ok {
			t.Fatalf("seed %d: %q: Match(%q) = %v; in another order and with duplicates it is %v", seed, patterns, o, ok, again)
		}
		asked++
		if ok {
			held++
			a, b := patterns[want], shuffled[rule]
			beforeA, afterA, _ := a.Wildcard()
			beforeB, afterB, _ := b.Wildcard()
			if a.Scheme() != b.Scheme() || a.Host() != b.Host() || beforeA != beforeB || afterA != afterB {
				t.Fatalf("seed %d: Match(%q) finds %q, and in another order %q", seed, o, a, b)
			}
		}
	}
	return asked, held
}

func FuzzSet(f *testing.F) {
	for seed := range uint64(16) {
		f.Add(seed, "https://a-a.b.com")
	}
	f.Add(uint64(3), "https://evil.org/.a.com")
	f.Add(uint64(4), "null")
	f.Fuzz(func(t *testing.T, seed uint64, text string) { compareWithOracle(t, seed, text) })
}

var policies = flag.Uint64("policies", 3000, "how many random policies are held against the oracle")

func TestSetAgreesWithOracle(t *testing.T) {
	asked, held := 0, 0
	for seed := range *policies {
		a, h := compareWithOracle(t, seed, "")
		asked, held = asked+a, held+h
	}
	t.Logf("%d policies, %d origins, %d of them held", *policies, asked, held)
	if held < asked/5 || held > asked*4/5 {
		t.Errorf("of %d origins %d are held: this asks for too little", asked, held)
	}
}

// Covers is inclusion: if it says yes, no origin of the one may be missing in the other, and if it says no, one is found.
func TestCovers(t *testing.T) {
	yes, no := 0, 0
	for seed := range uint64(2000) {
		w := newWorld(seed)
		models, patterns := w.policy(2)
		if len(models) < 2 {
			continue
		}
		if w.IntN(3) > 0 { // mostly of one family, or inclusion is rare
			relative := models[0]
			if len(relative.rest) > 0 && len(models[1].rest) > 0 {
				relative.scheme, relative.rest = models[1].scheme, models[1].rest
				if w.IntN(3) == 0 && !strings.HasPrefix(relative.rest[0], "[") {
					relative.rest = append([]string{w.label()}, relative.rest...)
				}
			}
			p, err := origin.ParsePattern(relative.String())
			if err != nil {
				continue
			}
			models[0], patterns[0] = relative, p
		}
		for _, pair := range [][2]int{{0, 1}, {1, 0}, {0, 0}} {
			p, q, large, small := patterns[pair[0]], patterns[pair[1]], models[pair[0]], models[pair[1]]
			witness := w.witness(small, large)
			if covers := p.Covers(q); covers != (witness == "") {
				t.Fatalf("%q.Covers(%q) = %v, and of the second the first lacks %q", p, q, covers, witness)
			}
			if p.Covers(q) && q.Covers(p) && p != q {
				t.Fatalf("%q and %q hold the same origins and are not equal", p, q)
			}
			if witness == "" {
				yes++
			} else {
				no++
			}
		}
	}
	if yes < 1000 || no < 1000 {
		t.Errorf("%d pairs include and %d do not: too few of one sort", yes, no)
	}
	var none origin.Pattern
	every := pattern(t, "*")
	if !none.Covers(none) || !every.Covers(none) || none.Covers(every) || !every.Covers(pattern(t, "null")) {
		t.Error("the zero Pattern holds nothing, and * everything")
	}
}

// witness looks for an origin of small that large does not hold.
func (w world) witness(small, large model) string {
	for range 150 {
		o := w.member(small)
		texts := []string{o, "null", "y://elsewhere.example"}
		scheme, host, tuple := strings.Cut(o, "://")
		if host, _, _ = strings.Cut(host, ":"); tuple && !strings.HasSuffix(o, "]") && host != "[" {
			texts = append(texts, scheme+"://"+host+":0", origin.New(scheme, host, 2).String())
			for _, r := range slices.Concat(small.ports, large.ports) { // the edges, from both sides
				for _, port := range []int{r[0] - 1, r[0], r[1], r[1] + 1} {
					texts = append(texts, origin.New(scheme, host, port).String())
				}
			}
		}
		for _, text := range texts {
			if small.holds(text) && !large.holds(text) {
				return text
			}
		}
	}
	return ""
}

func TestMatchAllocatesNothing(t *testing.T) {
	patterns := []origin.Pattern{
		pattern(t, "https://app.example.com"), pattern(t, "https://*.example.com"), pattern(t, "https://{label}.example.org:*"),
		pattern(t, "https://deploy-*--site.example.app"), pattern(t, "http://localhost:{3000,5173-5180}"), pattern(t, "null"), pattern(t, "*"),
	}
	texts := []string{
		"https://app.example.com", "https://a.b.example.com", "https://a.example.org:81", "https://deploy-1--site.example.app", "http://localhost:5174",
		"null", "http://[::1]", "http://[::ffff:102:304]", "http://[::1", "http://[1:2", "http://1.2.3", "http://a:99999999", "https://a:443", "", "https",
		"https://evil.example/.example.com", "https://u@x.example.com", "https://\u00fc.example.com", "https://" + strings.Repeat("a.", 120) + "example.com",
		strings.Repeat("a", 1<<20),
	}
	for n := range patterns {
		set := origin.NewSet(patterns[n:])
		for _, o := range texts {
			if allocs := testing.AllocsPerRun(10, func() { set.Match(o) }); allocs != 0 {
				t.Errorf("%q.Match(%.60q) makes %v allocations", patterns[n:], o, allocs)
			}
			if allocs := testing.AllocsPerRun(10, func() { patterns[n].Matches(o) }); allocs != 0 {
				t.Errorf("%q.Matches(%.60q) makes %v allocations", patterns[n], o, allocs)
			}
		}
	}
}

// A megabyte of origin is not read: it costs what a kilobyte costs, where reading it would cost a thousand times that.
func TestMatchReadsNoMegabyte(t *testing.T) {
	var patterns []origin.Pattern
	for _, text := range []string{"https://a.example", "https://*.a.example", "https://a-*.a.example", "http://a.example:*", "*", "null"} {
		patterns = append(patterns, pattern(t, text))
	}
	fastest := func(match func(string) bool, o string) time.Duration {
		best := time.Hour
		for range 20 {
			start := time.Now()
			for range 100 {
				if match(o) {
					t.Fatalf("%.40q is held", o)
				}
			}
			best = min(best, time.Since(start))
		}
		return max(best, time.Microsecond)
	}
	matchers := []func(string) bool{func(o string) bool { _, ok := origin.NewSet(patterns).Match(o); return ok }}
	for _, p := range patterns {
		matchers = append(matchers, p.Matches)
	}
	for i, match := range matchers {
		for _, unit := range []string{"a", "a.", "a-", ":", "1"} {
			long, short := "https://"+strings.Repeat(unit, 1<<20/len(unit)), "https://"+strings.Repeat(unit, 1<<10/len(unit))
			if l, s := fastest(match, long), fastest(match, short); l > 50*s {
				t.Errorf("matcher %d, %q: a megabyte takes %v, a kilobyte %v", i, unit, l, s)
			}
		}
	}
}

func TestSetOfNothing(t *testing.T) {
	var nobody *origin.Set
	for name, set := range map[string]*origin.Set{"nil": nobody, "zero": {}, "no patterns": origin.NewSet(nil), "zero patterns": origin.NewSet(make([]origin.Pattern, 3))} {
		for _, o := range []string{"", "null", "*", "https://a.example"} {
			if rule, ok := set.Match(o); rule != -1 || ok {
				t.Errorf("%s: Match(%q) = %d, %v; want -1, false", name, o, rule, ok)
			}
		}
	}
}

// What strangers send and other matchers have let in.
func TestSetRefusesLookalikes(t *testing.T) {
	set := origin.NewSet([]origin.Pattern{pattern(t, "https://*.example.com"), pattern(t, "https://deploy-*--site.example.app"), pattern(t, "https://foo.com"), pattern(t, "https://bar.com")})
	for text, why := range map[string]string{
		"https://example.com":                                              "the wildcard stands for one label or more",
		"https://evilexample.com":                                          "and ends before the dot",
		"https://a.example.com.evil.org":                                   "the end is the end",
		"https://a.example.community":                                      "to the last byte",
		"https://barfoo.com":                                               "two patterns are not one",
		"https://evil.org/.example.com":                                    "a path",
		"https://evil.org#.example.com":                                    "a fragment",
		"https://u@x.example.com":                                          "user information",
		"https://a b.example.com":                                          "a blank",
		"https://..example.com":                                            "an empty label",
		"https://.example.com":                                             "nothing before the dot",
		"https://a..example.com":                                           "an empty label within",
		"https://a.example.com.":                                           "the root's dot",
		"https://A.example.com":                                            "upper case",
		"https://*.example.com":                                            "the pattern itself",
		"https://a.example.com:443":                                        "the default port",
		"https://a.example.com:":                                           "no port after the colon",
		"https://a.example.com, https://b.example.com":                     "a list",
		"http://a.example.com":                                             "another scheme",
		"https://a.example.com:8443":                                       "another port",
		"https://" + strings.Repeat("a", 64) + ".example.com":              "a label too long",
		"https://" + strings.Repeat("aa.", 81) + "example.com":             "a host too long",
		"https://deploy---site.example.app":                                "nothing for the wildcard",
		"https://deploy-a.b--site.example.app":                             "a dot in it",
		"https://deploy-a_b--site.example.app":                             "nor an underscore",
		"https://deploy-" + strings.Repeat("a", 51) + "--site.example.app": "a label too long around it",
		"https://evil-deploy-1--site.example.app":                          "something before it",
		"https://x.deploy-1--site.example.app":                             "a label before it",
		"https://deploy-1--site.example.app.evil.org":                      "and behind",
	} {
		if rule, ok := set.Match(text); ok {
			t.Errorf("Match(%q) = %d; want it refused: %s", text, rule, why)
		}
	}
}

// More schemes than anybody has, so that the set's table must grow while it is built.
func TestSetOfManySchemes(t *testing.T) {
	var patterns []origin.Pattern
	for i := range 500 {
		patterns = append(patterns, pattern(t, fmt.Sprintf("s%d://*.a%d.example", i, i)))
	}
	set := origin.NewSet(patterns)
	for i := range patterns {
		for j := range 3 {
			want := i
			if j > 0 {
				want = -1
			}
			o := fmt.Sprintf("s%d://b.a%d.example", i, i+j)
			if rule, ok := set.Match(o); rule != want || ok != (j == 0) {
				t.Fatalf("Match(%q) = %d, %v; want %d", o, rule, ok, want)
			}
		}
	}
}

// The limits are the last lengths that pass.
func TestMatchAtTheLimits(t *testing.T) {
	room := strings.Repeat("a.", 120) // 240 bytes of the 253
	for _, tt := range []struct {
		pattern, text string
		want          bool
		why           string
	}{
		{"https://*.example.com", "https://" + room + "a.example.com", true, "253 bytes"},
		{"https://*.example.com:*", "https://" + room + "a.example.com:65535", true, "and the longest port"},
		{"https://*.example.com", "https://" + room + "aa.example.com", false, "254"},
		{"https://*.example.com", "https://" + longestLabel + ".example.com", true, "the longest label"},
		{"https://*.example.com", "https://a." + longestLabel + "a.example.com", false, "one byte more"},
		{"https://{label}.example.com", "https://" + longestLabel + ".example.com", true, "the longest label alone"},
		{"https://a-*-a.example.com", "https://a-" + longestLabel[4:] + "-a.example.com", true, "the wildcard fills the label"},
		{"https://a-*-a.example.com", "https://a-" + longestLabel[3:] + "-a.example.com", false, "and bursts it"},
		{"https://a*.example.com", "https://ab.example.com", true, "one byte is enough"},
		{"https://a*.example.com", "https://a.example.com", false, "none is not"},
		{"https://" + longHost, "https://" + longHost, true, "the longest host"},
		{"https://" + longHost + ":*", "https://" + longHost + ":65535", true, "with a port"},
		{"*", "https://" + longHostDot + ":65535", true, "every origin, the root's dot too"},
		{"*", longScheme + "://" + longHostDot + ":65535", true, "with the longest scheme"},
		{"*", longScheme + "a://a", false, "a longer one no browser has"},
		{longScheme + "://*.a:*", longScheme + "://a.a:65535", true, "a pattern of that scheme"},
	} {
		p := pattern(t, tt.pattern)
		if got := p.Matches(tt.text); got != tt.want {
			t.Errorf("%q.Matches(%q) = %v: %s", p, tt.text, got, tt.why)
		}
		if _, got := origin.NewSet([]origin.Pattern{p}).Match(tt.text); got != tt.want {
			t.Errorf("a set of %q: Match(%q) = %v: %s", p, tt.text, got, tt.why)
		}
	}
}

// Thousands of patterns at one place in the tree, which a chain would make slow and a careless merge wrong.
func TestSetSharesPorts(t *testing.T) {
	var patterns []origin.Pattern
	first := map[int]int{}
	w := newWorld(1)
	for i := range 3000 {
		lo := 1 + w.IntN(60000)
		hi := lo + w.IntN(40)
		patterns = append(patterns, pattern(t, fmt.Sprintf("https://*.example.com:{%d-%d,%d}", lo, hi, hi+2)))
		for port := lo; port <= hi+2; port++ {
			if _, taken := first[port]; !taken && port != hi+1 {
				first[port] = i
			}
		}
	}
	set := origin.NewSet(patterns)
	for port := range 65536 {
		o := origin.New("https", "a.example.com", port).String()
		if port == 0 {
			o = "https://a.example.com:0"
		}
		want, ok := first[port]
		if !ok {
			want = -1
		}
		if got, gotOK := set.Match(o); got != want || gotOK != ok {
			t.Fatalf("Match(%q) = %d, %v; want %d, %v", o, got, gotOK, want, ok)
		}
	}
}

func TestMatchNamesTheMostSpecific(t *testing.T) {
	texts := []string{
		"*", "https://*.com", "https://*.example.com", "https://{label}.example.com", "https://a*.example.com", "https://app*.example.com", "https://*-x.example.com",
		"https://app-1-x.example.com:*", "https://app-1-x.example.com", "https://*.app-1-x.example.com",
	}
	rules := map[string]int{}
	var patterns []origin.Pattern
	for i, text := range texts {
		rules[text], patterns = i, append(patterns, pattern(t, text))
	}
	set := origin.NewSet(patterns)
	for o, want := range map[string]string{
		"https://app-1-x.example.com":      "https://app-1-x.example.com",
		"https://app-1-x.example.com:81":   "https://app-1-x.example.com:*",
		"https://b.app-1-x.example.com":    "https://*.app-1-x.example.com",
		"https://app-2-x.example.com":      "https://*-x.example.com",
		"https://app-2.example.com":        "https://app*.example.com",
		"https://ap.example.com":           "https://a*.example.com",
		"https://a.example.com":            "https://{label}.example.com",
		"https://b.a.example.com":          "https://*.example.com",
		"https://example.com":              "https://*.com",
		"https://com":                      "*",
		"null":                             "*",
		"http://app-1-x.example.com":       "*",
		"https://app-2-x.example.com:8080": "*",
	} {
		if rule, _ := set.Match(o); rule != rules[want] {
			t.Errorf("Match(%q) names %d; want %d, %q", o, rule, rules[want], want)
		}
	}
	if len(rules) != len(texts) {
		t.Fatal("a text stands here twice")
	}
}
