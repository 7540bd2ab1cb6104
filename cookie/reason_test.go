package cookie_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
)

// A pair is a story that ends in a reason, and one as near to it as can be that does not.
type pair struct {
	reason  cookie.Reason
	why     string // what makes the difference
	policy  cookie.Policy
	before  []step // in both
	trigger step
	miss    step
}

const (
	shop  = "https://shop.test"
	other = "https://other.test"
)

func pairs() []pair {
	sent := []step{set(visit(shop+"/"), "id=1; Secure")}
	strict := []step{set(visit(shop+"/"), "id=1; SameSite=Strict")}
	lax := []step{set(visit(shop+"/"), "id=1; SameSite=Lax")}
	none := []step{set(visit(shop+"/"), "id=1; Secure; SameSite=None")}
	chip := []step{set(fetch(other, shop+"/"), "id=1; Secure; SameSite=None; Partitioned")}
	return []pair{
		{
			reason: cookie.SecureNeeded, why: "this machine counts as secure, another one over http does not", policy: chromium,
			before:  []step{set(visit("https://localhost/"), "id=1; Secure"), sent[0]},
			trigger: ask(visit("http://shop.test/"), "").keeps("id: secure-needed"),
			miss:    ask(visit("http://localhost:3000/"), "id=1"),
		},
		{
			reason: cookie.StrictCrossSite, why: "a sibling host is the same site", policy: chromium, before: strict,
			trigger: ask(fetch(other, shop+"/"), "").keeps("id: samesite-strict"),
			miss:    ask(fetch("https://www.shop.test", shop+"/"), "id=1"),
		},
		{
			reason: cookie.StrictCrossSite, why: "a redirect through another site spoils the chain", policy: chromium, before: strict,
			trigger: ask(redirected(visit(shop+"/")), "").keeps("id: samesite-strict"),
			miss:    ask(visit(shop+"/"), "id=1"),
		},
		{
			reason: cookie.LaxCrossSite, why: "a link takes Lax cookies along, a form that posts does not", policy: chromium, before: lax,
			trigger: ask(follow(other, "POST", shop+"/"), "").keeps("id: samesite-lax"),
			miss:    ask(follow(other, "GET", shop+"/"), "id=1"),
		},
		{
			reason: cookie.UnsetCrossSite, why: "this browser takes none for Lax, so only None travels", policy: chromium,
			before:  sent,
			trigger: ask(fetch(other, shop+"/"), "").keeps("id: samesite-unset"),
			miss:    ask(fetch("https://www.shop.test", shop+"/"), "id=1"),
		},
		{
			reason: cookie.PartitionedElsewhere, why: "a Partitioned cookie is there under its own top-level site only", policy: chromium, before: chip,
			trigger: ask(fetch("https://third.test", shop+"/"), "").keeps("id: partitioned-elsewhere"),
			miss:    ask(fetch("https://www.other.test", shop+"/"), "id=1"),
		},
		{
			reason: cookie.PartitionedElsewhere, why: "this browser keeps every third-party cookie apart", policy: firefox, before: none,
			trigger: ask(fetch(other, shop+"/"), "").keeps("id: partitioned-elsewhere"),
			miss:    ask(visit(shop+"/"), "id=1"),
		},
		{
			reason: cookie.ThirdPartyBlocked, why: "a visit makes the other site the first party", policy: incognito, before: none,
			trigger: ask(fetch(other, shop+"/"), "").keeps("id: third-party-blocked"),
			miss:    ask(follow(other, "POST", shop+"/"), "id=1"),
		},
		{
			reason: cookie.ThirdPartyBlocked, why: "only a Partitioned cookie is stored for a third party", policy: incognito,
			trigger: set(fetch(other, shop+"/"), "id=1; Secure; SameSite=None").rejects("id: third-party-blocked"),
			miss:    set(fetch(other, shop+"/"), "id=1; Secure; SameSite=None; Partitioned"),
		},
		{
			reason: cookie.Empty, why: "an empty value is enough, if there is a name", policy: chromium,
			trigger: set(visit(shop+"/"), " = ; Path=/").rejects(": empty"),
			miss:    set(visit(shop+"/"), "id="),
		},
		{
			reason: cookie.TooLong, why: "name and value together may have 4096 bytes", policy: chromium,
			trigger: set(visit(shop+"/"), "id="+strings.Repeat("x", 4095)).rejects("id: too-long"),
			miss:    set(visit(shop+"/"), "id="+strings.Repeat("x", 4094)),
		},
		{
			reason: cookie.ControlCharacter, why: "a tab is a blank, any other control voids the line, even in an attribute", policy: chromium,
			trigger: set(visit(shop+"/"), "id=1; Other=\x01").rejects(": control-character"),
			miss:    set(visit(shop+"/"), "id=1\t; Other=\t"),
		},
		{
			reason: cookie.PublicSuffixDomain, why: "co.uk is everybody's, shop.co.uk is not", policy: chromium,
			trigger: set(visit("https://www.shop.co.uk/"), "id=1; Domain=co.uk").rejects("id: public-suffix-domain"),
			miss:    set(visit("https://www.shop.co.uk/"), "id=1; Domain=shop.co.uk"),
		},
		{
			reason: cookie.PublicSuffixDomain, why: "a host of many users is a suffix like any other", policy: chromium,
			trigger: set(visit("https://me.github.io/"), "id=1; Domain=github.io").rejects("id: public-suffix-domain"),
			miss:    set(visit("https://me.github.io/"), "id=1; Domain=me.github.io"),
		},
		{
			reason: cookie.PublicSuffixDomain, why: "every name under localhost is a site of its own", policy: chromium,
			trigger: set(visit("http://app.localhost/"), "id=1; Domain=localhost").rejects("id: public-suffix-domain"),
			miss:    set(visit("http://app.localhost/"), "id=1; Domain=app.localhost"),
		},
		{
			reason: cookie.DomainMismatch, why: "a host may set cookies for itself and above, not below or beside", policy: chromium,
			trigger: set(visit(shop+"/"), "id=1; Domain=www.shop.test").rejects("id: domain-mismatch"),
			miss:    set(visit("https://www.shop.test/"), "id=1; Domain=www.shop.test"),
		},
		{
			reason: cookie.DomainMismatch, why: "a name ends at a dot", policy: chromium,
			trigger: set(visit("https://notshop.test/"), "id=1; Domain=shop.test").rejects("id: domain-mismatch"),
			miss:    set(visit("https://not.shop.test/"), "id=1; Domain=shop.test"),
		},
		{
			reason: cookie.SecureFromInsecure, why: "this machine itself counts as secure, a name that looks like it does not", policy: chromium,
			trigger: set(visit("http://127.0.0.1.test/"), "id=1; Secure").rejects("id: secure-from-insecure"),
			miss:    set(visit("http://127.0.0.1:8080/"), "id=1; Secure"),
		},
		{
			reason: cookie.OverwriteSecure, why: "a longer path would hide the Secure cookie, a shorter one does not", policy: chromium,
			before:  []step{set(visit(shop+"/"), "id=1; Secure; Path=/login")},
			trigger: set(visit("http://shop.test/"), "id=2; Path=/login/en").rejects("id: overwrite-secure"),
			miss:    set(visit("http://shop.test/"), "id=2; Path=/log"),
		},
		{
			reason: cookie.OverwriteSecure, why: "it may stand above or below in the domain, not beside", policy: chromium,
			before:  []step{set(visit("https://www.shop.test/"), "id=1; Secure")},
			trigger: set(visit("http://api.shop.test/"), "id=2; Domain=shop.test").rejects("id: overwrite-secure"),
			miss:    set(visit("http://api.shop.test/"), "id=2"),
		},
		{
			reason: cookie.OverwriteSecure, why: "another name hides nothing", policy: chromium,
			before:  []step{set(visit("https://shop.test/"), "id=1; Secure; Domain=shop.test")},
			trigger: set(visit("http://api.shop.test/"), "id=; Max-Age=0").rejects("id: overwrite-secure"),
			miss:    set(visit("http://api.shop.test/"), "ID=; Max-Age=0"),
		},
		{
			reason: cookie.SetCrossSite, why: "a visit may set any cookie, a fetch from elsewhere None only", policy: chromium,
			trigger: set(fetch(other, shop+"/"), "a=1; SameSite=Lax", "b=2; SameSite=Strict", "c=3", "d=4; SameSite=None; Secure").
				rejects("a: samesite-cross-site; b: samesite-cross-site; c: samesite-cross-site"),
			miss: set(follow(other, "POST", shop+"/"), "a=1; SameSite=Lax", "b=2; SameSite=Strict", "c=3"),
		},
		{
			reason: cookie.SetCrossSite, why: "where unset is not taken for Lax, only what is written counts", policy: firefoxOpen,
			trigger: set(fetch(other, shop+"/"), "a=1; SameSite=Lax").rejects("a: samesite-cross-site"),
			miss:    set(fetch(other, shop+"/"), "a=1; SameSite=other"),
		},
		{
			reason: cookie.NoneWithoutSecure, why: "None must be Secure, even at home", policy: chromium,
			trigger: set(visit(shop+"/"), "id=1; SameSite=none").rejects("id: none-without-secure"),
			miss:    set(visit(shop+"/"), "id=1; samesite=NONE; secure"),
		},
		{
			reason: cookie.Prefix, why: "__Secure- promises Secure, in any case", policy: chromium,
			trigger: set(visit(shop+"/"), "__Secure-a=1", "__SECURE-b=2").rejects("__Secure-a: prefix; __SECURE-b: prefix"),
			miss:    set(visit(shop+"/"), "__Secure-a=1; Secure; Domain=shop.test", "_Secure-b=2", "x__Secure-c=3"),
		},
		{
			reason: cookie.Prefix, why: "__Host- promises Secure, the root written out, and no Domain", policy: chromium,
			trigger: set(visit(shop+"/"), "__Host-a=1; Secure", "__host-b=2; Path=/", "__Host-c=3; Secure; Path=/; Domain=shop.test", "__Host-d=4; Secure; Path=/x").
				rejects("__Host-a: prefix; __host-b: prefix; __Host-c: prefix; __Host-d: prefix"),
			miss: set(visit(shop+"/"), "__Host-a=1; Secure; Path=/"),
		},
		{
			reason: cookie.Prefix, why: "__Http- promises HttpOnly too, __Host-Http- all of it", policy: chromium,
			trigger: set(visit(shop+"/"), "__Http-a=1; Secure", "__Http-b=2; HttpOnly", "__Host-Http-c=3; Secure; Path=/", "__Host-Http-d=4; Secure; HttpOnly").
				rejects("__Http-a: prefix; __Http-b: prefix; __Host-Http-c: prefix; __Host-Http-d: prefix"),
			miss: set(visit(shop+"/"), "__Http-a=1; Secure; HttpOnly", "__Host-Http-b=2; Secure; HttpOnly; Path=/"),
		},
		{
			reason: cookie.Prefix, why: "a nameless cookie must not pass for one with such a name", policy: chromium,
			trigger: set(visit(shop+"/"), "=__Host-a=1; Secure; Path=/", "__secure-; Secure", "=__Http-c; Secure; HttpOnly").
				rejects(": prefix; : prefix; : prefix"),
			miss: set(visit(shop+"/"), "=a__Host-=1; Secure; Path=/"),
		},
		{
			reason: cookie.PartitionedWithoutSecure, why: "Partitioned must be Secure, even at home", policy: chromium,
			trigger: set(visit(shop+"/"), "id=1; Partitioned").rejects("id: partitioned-without-secure"),
			miss:    set(visit(shop+"/"), "id=1; Partitioned; Secure"),
		},
		{
			reason: cookie.NoPartition, why: "an opaque page has no site to keep a cookie by", policy: chromium,
			trigger: set(fetch("null", shop+"/"), "id=1; Secure; SameSite=None; Partitioned").rejects("id: no-partition"),
			miss:    set(sandboxed(other, shop+"/"), "id=1; Secure; SameSite=None; Partitioned"),
		},
		{
			reason: cookie.NoPartition, why: "nor has it one for a browser that keeps all apart", policy: firefox,
			trigger: set(fetch("null", shop+"/"), "id=1").rejects("id: no-partition"),
			miss:    set(fetch(other, shop+"/"), "id=1"),
		},
	}
}

func TestReasons(t *testing.T) {
	for _, p := range pairs() {
		steps := func(last step) []step { return append(p.before[:len(p.before):len(p.before)], last) }
		tell(t, []story{
			{name: string(p.reason), why: p.why, policy: p.policy, steps: steps(p.trigger)},
			{name: string(p.reason) + " near miss", why: p.why, policy: p.policy, steps: steps(p.miss)},
		})
		if !strings.Contains(p.trigger.rejected+p.trigger.withheld, ": "+string(p.reason)) {
			t.Errorf("%s: its trigger does not expect it", p.reason)
		}
		if p.miss.rejected != "" || p.miss.withheld != "" {
			t.Errorf("%s: its near miss must come to nothing", p.reason)
		}
	}
}

// TestEveryReason reads the source, lest a Reason be added without a sentence, a trigger and a near miss.
func TestEveryReason(t *testing.T) {
	tested := make(map[cookie.Reason]bool)
	for _, p := range pairs() {
		tested[p.reason] = true
	}
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Reason" {
			return true
		}
		declared++
		slug, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		reason := cookie.Reason(slug)
		if text := reason.Text(); text == slug || !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\n") {
			t.Errorf("%s: %q is no sentence", slug, text)
		}
		if !tested[reason] {
			t.Errorf("%s: no trigger and near miss", slug)
		}
		return true
	})
	if declared < 18 {
		t.Errorf("found %d reasons in reason.go, want at least 18", declared)
	}
	if got := cookie.Reason("new").Text(); got != "new" {
		t.Errorf("an unknown reason reads %q, want its slug", got)
	}
}

// TestFirstReason: of several reasons the one a site has to mend first is given.
func TestFirstReason(t *testing.T) {
	cross := fetch(other, "http://shop.test/")
	tell(t, []story{
		{
			name: "withheld", why: "partition, then Secure, then SameSite, then what the browser does to third parties", policy: incognito,
			steps: []step{
				set(visit(shop+"/"), "a=1; Secure; SameSite=Strict", "b=2; SameSite=Lax", "c=3; Secure; SameSite=None; Partitioned"),
				ask(cross, "").keeps("a: secure-needed; b: samesite-lax; c: partitioned-elsewhere"),
				ask(fetch(other, shop+"/"), "").keeps("a: samesite-strict; b: samesite-lax; c: partitioned-elsewhere"),
			},
		},
		{
			name: "rejected", why: "grammar, Domain, Secure, SameSite, prefix, and last the third-party policy", policy: incognito,
			steps: []step{
				set(cross, "a=1; Domain=test; Secure", "b=2; Domain=x.test; Secure", "c=3; Secure; SameSite=Lax", "d=4; SameSite=Lax", "__Host-e=5; SameSite=None").
					rejects("a: public-suffix-domain; b: domain-mismatch; c: secure-from-insecure; d: samesite-cross-site; __Host-e: none-without-secure"),
				set(fetch(other, shop+"/"), "__Host-f=6; Secure; SameSite=None").rejects("__Host-f: prefix"),
			},
		},
	})
}

// TestGone: an expired Secure cookie shields nothing.
func TestGone(t *testing.T) {
	tell(t, []story{{
		name: "expired", why: "a cookie past its time is not there, not even to be covered", policy: chromium,
		steps: []step{
			set(visit(shop+"/"), "id=1; Secure; Max-Age=5"),
			set(visit("http://shop.test/"), "id=2").rejects("id: overwrite-secure"),
			set(visit("http://shop.test/"), "id=2").later(5 * time.Second),
			ask(visit("http://shop.test/"), "id=2"),
		},
	}})
}

func TestRejectedLine(t *testing.T) {
	var jar cookie.Jar
	got := jar.Store(visit(shop+"/"), chromium, []string{"fine=1", "id=1; Domain=test"}, start)
	want := cookie.Rejected{Line: "id=1; Domain=test", Name: "id", Reason: cookie.PublicSuffixDomain}
	if len(got) != 1 || got[0] != want {
		t.Errorf("rejected %+v, want %+v alone", got, want)
	}
}
