package origin_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/origin"
)

// FuzzParsePattern: what is accepted is written back and holds what it says; what is refused is explained, and the fix is
// a pattern. An origin that browsers send and name services hold is always a pattern.
func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{
		"*", "null", "https://a.example", "https://*.a.example:*", "https://{label}.a.example", "https://a-*-b.a.example", "http://a:{1,2,80}",
		"http://a:{1-9,3-20,30}", "http://a:3-1", "http://[::1]:*", "http://::1", "HTTPS://A.example:443/", `^https:\/\/.*\.a\.example$`, "a,b", "https://*a.example",
		"https://b\u00fccher.example", "https://*.b\u00fccher.example:0443", "https://${x}.a.example", "http:/a", "http*://a.b", "https://u:p@a.b", "10.0.0.0/8", "'null'",
		"https://a:{", "https://[", "https://]", "://", ":", "[", "{}", "https://a:[1", "https://xn--a.\u00fc", "file://", "https://a:*:*", "https://a..b", "-", "*.", "**",
	} {
		f.Add(seed)
	}
	reasons := origin.PatternReasons()
	f.Fuzz(func(t *testing.T, text string) {
		p, err := origin.ParsePattern(text)
		o, errOrigin := origin.Parse(text)
		if err != nil {
			var bad *origin.PatternError
			if !errors.As(err, &bad) || bad.Pattern != text || bad.Offset < 0 || bad.Offset > len(text) || bad.Want == "" || !slices.Contains(reasons, bad.Reason) {
				t.Fatalf("ParsePattern(%q): %#v", text, err)
			}
			if p != (origin.Pattern{}) {
				t.Fatalf("ParsePattern(%q) gives %q and an error", text, p)
			}
			if fixed, err := origin.ParsePattern(bad.Fix); bad.Fix != "" && (err != nil || fixed.String() != bad.Fix || bad.Fix == text) {
				t.Fatalf("ParsePattern(%q): the fix %q is no better: %v", text, bad.Fix, err)
			}
			if errOrigin == nil && !isOutsidePatterns(o) {
				t.Fatalf("ParsePattern(%q): %v; it is an origin", text, err)
			}
			return
		}
		if again, err := origin.ParsePattern(p.String()); err != nil || again != p || again.String() != p.String() {
			t.Fatalf("ParsePattern(%q) = %q, and that reads %q, %v", text, p, again, err)
		}
		if !p.Covers(p) || !pattern(t, "*").Covers(p) || p.IsEvery() != p.Covers(pattern(t, "*")) {
			t.Fatalf("%q does not cover what it should", p)
		}
		exact, isExact := p.Exact()
		if isExact {
			if again, err := origin.Parse(exact); err != nil || again.String() != exact {
				t.Fatalf("%q is exactly %q: %v", p, exact, err)
			}
		}
		if isExact && !p.Matches(exact) || errOrigin == nil && !p.Matches(text) {
			t.Fatalf("%q does not match itself", p)
		}
		if rule, ok := origin.NewSet([]origin.Pattern{p}).Match(text); ok != p.Matches(text) || ok != (rule == 0) {
			t.Fatalf("a set of %q answers %d, %v for %q", p, rule, ok, text)
		}
	})
}

// isOutsidePatterns: origins that may be sent, and that nobody means.
func isOutsidePatterns(o origin.Origin) bool {
	labels := strings.Split(o.Host(), ".")
	return len(o.Host()) > 253 || len(o.Scheme()) > 64 || strings.HasSuffix(o.Host(), ".") || strings.HasSuffix(o.String(), ":0") ||
		slices.ContainsFunc(labels, func(l string) bool { return len(l) > 63 }) ||
		slices.Contains([]string{"file", "data", "blob", "about", "javascript", "view-source"}, o.Scheme())
}
