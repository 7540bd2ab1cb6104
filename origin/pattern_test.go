package origin_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/origin"
)

func pattern(tb testing.TB, text string) origin.Pattern {
	tb.Helper()
	p, err := origin.ParsePattern(text)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

var longScheme = strings.Repeat("a", 64)

func TestParsePatternAccepts(t *testing.T) {
	for _, tt := range []struct {
		text, canonical, scheme, host string
		before, after                 string
		wild, exact                   bool
		why                           string
	}{
		{"https://app.example.com", "", "https", "app.example.com", "", "", false, true, "an origin is a pattern"},
		{"https://app.example.com:8443", "", "https", "app.example.com", "", "", false, true, "with its port"},
		{"http://localhost", "", "http", "localhost", "", "", false, true, "a single label is a host"},
		{"http://a_b.example", "", "http", "a_b.example", "", "", false, true, "URL parsers let _ stand"},
		{"http://127.0.0.1:3000", "", "http", "127.0.0.1", "", "", false, true, "an address"},
		{"http://[::1]:3000", "", "http", "[::1]", "", "", false, true, "in brackets too"},
		{"chrome-extension://abcdefgh", "", "chrome-extension", "abcdefgh", "", "", false, true, "no default port, no port"},
		{"https://*.example.com", "", "https", "example.com", "", "", true, false, "subdomains"},
		{"https://*.com", "", "https", "com", "", "", true, false, "too wide, but that is for a policy to judge"},
		{"http://*.localhost:*", "", "http", "localhost", "", "", true, false, "host and port at once"},
		{"https://{label}.example.com", "", "https", "example.com", "", "", true, false, "one label"},
		{"https://deploy-*--site.example.app", "", "https", "example.app", "deploy-", "--site", true, false, "within a label"},
		{"https://pr*.example.app", "", "https", "example.app", "pr", "", true, false, "at its end"},
		{"https://*-site.example.app", "", "https", "example.app", "", "-site", true, false, "at its start, where a hyphen follows"},
		{"http://localhost:*", "", "http", "localhost", "", "", false, false, "any port"},
		{"http://[::1]:*", "", "http", "[::1]", "", "", false, false, "of an address"},
		{"http://localhost:{3000,5173}", "", "http", "localhost", "", "", false, false, "a list of ports"},
		{"http://localhost:{5173,3000}", "http://localhost:{3000,5173}", "http", "localhost", "", "", false, false, "is sorted"},
		{"http://localhost:3000-3010", "", "http", "localhost", "", "", false, false, "a range of ports"},
		{"http://localhost:{3000,3001,3002}", "http://localhost:3000-3002", "http", "localhost", "", "", false, false, "neighbours are a range"},
		{"http://localhost:{3000-3010,3005-3020,80}", "http://localhost:{80,3000-3020}", "http", "localhost", "", "", false, false, "ranges in a list join"},
		{"http://localhost:{1-9,20,30-40,10-19}", "http://localhost:{1-20,30-40}", "http", "localhost", "", "", false, false, "a late one closes a gap"},
		{"http://localhost:{3000}", "http://localhost:3000", "http", "localhost", "", "", false, true, "a list of one is a port"},
		{"http://localhost:3000-3000", "http://localhost:3000", "http", "localhost", "", "", false, true, "so is a range of one"},
		{"https://a.example:{443,8443}", "", "https", "a.example", "", "", false, false, "in a list the default port stands for none"},
		{"https://a.example:{443}", "https://a.example", "https", "a.example", "", "", false, true, "and alone is left out"},
		{"https://a.example:1-65535", "", "https", "a.example", "", "", false, false, "the widest range is still not any port: 0 is one"},
		{longScheme + "://a", "", longScheme, "a", "", "", false, true, "the longest scheme"},
		{"https://" + longHost, "", "https", longHost, "", "", false, true, "the longest host"},
		{"*", "", "", "", "", "", false, false, "every origin"},
		{"null", "", "", "", "", "", false, false, "opaque origins"},
	} {
		p, err := origin.ParsePattern(tt.text)
		if err != nil {
			t.Errorf("%v; want it accepted: %s", err, tt.why)
			continue
		}
		if tt.canonical == "" {
			tt.canonical = tt.text
		}
		if p.String() != tt.canonical || p.Scheme() != tt.scheme || p.Host() != tt.host {
			t.Errorf("%q reads %q, %q, %q; want %q, %q, %q: %s", tt.text, p, p.Scheme(), p.Host(), tt.canonical, tt.scheme, tt.host, tt.why)
		}
		if again := pattern(t, p.String()); again != p {
			t.Errorf("%q is another pattern when it is read again: %#v, %#v", tt.text, p, again)
		}
		if before, after, wild := p.Wildcard(); before != tt.before || after != tt.after || wild != tt.wild {
			t.Errorf("%q: Wildcard() = %q, %q, %v; want %q, %q, %v: %s", tt.text, before, after, wild, tt.before, tt.after, tt.wild, tt.why)
		}
		want := ""
		if tt.exact {
			want = tt.canonical
		}
		if got, ok := p.Exact(); got != want || ok != tt.exact {
			t.Errorf("%q: Exact() = %q, %v; want %q, %v: %s", tt.text, got, ok, want, tt.exact, tt.why)
		}
		if p.IsEvery() != (tt.text == "*") || p.IsNull() != (tt.text == "null") {
			t.Errorf("%q: IsEvery() = %v, IsNull() = %v", tt.text, p.IsEvery(), p.IsNull())
		}
	}
}

// The mistakes people make. A fix is never wider than what was meant, and is empty where only they know.
func TestParsePatternRefuses(t *testing.T) {
	seen := map[origin.PatternReason]bool{}
	for _, tt := range []struct {
		text   string
		reason origin.PatternReason
		offset int
		fix    string
		why    string
	}{
		{"", origin.ReasonEmpty, 0, "", "nothing"},
		{" \t", origin.ReasonEmpty, 0, "", "nothing to see"},
		{" https://a.example", origin.ReasonBlank, 0, "https://a.example", "a blank before"},
		{"https://a.example\n", origin.ReasonBlank, 17, "https://a.example", "a line read from a file"},
		{"https://exa mple.com", origin.ReasonBlank, 11, "", "a blank within: left out, or a typing mistake?"},
		{`"https://a.example"`, origin.ReasonQuote, 0, "https://a.example", "quoted twice in YAML"},
		{"'null'", origin.ReasonQuote, 0, "null", "quoted as in a content security policy"},
		{"'self'", origin.ReasonQuote, 0, "", "another policy's word is no host"},
		{"\u201chttps://a.example\u201d", origin.ReasonQuote, 0, "https://a.example", "a word processor's quotes"},
		{"https://a.example,https://b.example", origin.ReasonList, 17, "", "an environment variable nobody split"},
		{"https://a.example, https://b.example", origin.ReasonList, 17, "", "with a blank"},
		{"https://a.example https://b.example", origin.ReasonList, 17, "", "parted by blanks"},
		{"https://a.example;https://b.example", origin.ReasonList, 17, "", "or semicolons"},
		{"https://a.example,", origin.ReasonList, 17, "https://a.example", "the comma of a list"},
		{" https://a.example https://b.example", origin.ReasonList, 18, "", "with a blank before"},
		{"a.example,b.example", origin.ReasonList, 9, "", "hosts in a list"},
		{`^https://app\.example\.com$`, origin.ReasonRegex, 0, "https://app.example.com", "an anchored expression for one origin"},
		{`^https://.*\.example\.com$`, origin.ReasonRegex, 0, "https://*.example.com", "for subdomains"},
		{`/https:\/\/.+\.example\.com$/`, origin.ReasonRegex, 7, "https://*.example.com", "as JavaScript writes it"},
		{`https://[a-z0-9-]+\.example\.com`, origin.ReasonRegex, 8, "https://{label}.example.com", "one label"},
		{`https://pr-\d+\.example\.com`, origin.ReasonRegex, 11, "https://pr-*.example.com", "within a label"},
		{`https://.*example.com`, origin.ReasonRegex, 7, "https://*.example.com", "the classic that holds evilexample.com"},
		{`https://(a|b).example.com`, origin.ReasonRegex, 8, "", "alternatives are two patterns"},
		{`https?://localhost(:\d+)?`, origin.ReasonRegex, 5, "", "an optional port: perhaps :*, perhaps not"},
		{`.*`, origin.ReasonSchemeMissing, 0, "", "everything, by accident"},

		{"example.com", origin.ReasonSchemeMissing, 0, "https://example.com", "the commonest of all"},
		{"example.com:8443", origin.ReasonSchemeMissing, 0, "https://example.com:8443", "with a port"},
		{"example.com:443", origin.ReasonSchemeMissing, 0, "https://example.com", "the port says https, and is then left out"},
		{"example.com:80", origin.ReasonSchemeMissing, 0, "http://example.com", "the port says http"},
		{"*.example.com", origin.ReasonSchemeMissing, 0, "https://*.example.com", "as certificates write it"},
		{"localhost:3000", origin.ReasonSchemeMissing, 0, "http://localhost:3000", "nobody serves https there"},
		{"127.0.0.1", origin.ReasonSchemeMissing, 0, "http://127.0.0.1", "nor there"},
		{"[::1]:3000", origin.ReasonSchemeMissing, 0, "http://[::1]:3000", "nor there"},
		{"//example.com", origin.ReasonSchemeMissing, 0, "https://example.com", "relative to a scheme"},
		{"://example.com", origin.ReasonSchemeMissing, 0, "https://example.com", "a template without its value"},
		{"all", origin.ReasonSchemeMissing, 0, "", "a word of another program is no host"},
		{"*:*", origin.ReasonSchemeMissing, 0, "", "every origin, or none?"},
		{"https:/example.com", origin.ReasonSchemeSeparator, 5, "https://example.com", "a slash got lost"},
		{"https//example.com", origin.ReasonSchemeSeparator, 5, "https://example.com", "the colon got lost"},
		{"http:example.com", origin.ReasonSchemeSeparator, 4, "http://example.com", "both slashes"},
		{`https:\\example.com`, origin.ReasonSchemeSeparator, 5, "https://example.com", "slashes of another system"},
		{"http*://example.com", origin.ReasonSchemeWildcard, 4, "https://example.com", "of the two the safe one"},
		{"*://example.com", origin.ReasonSchemeWildcard, 0, "https://example.com", "as browser extensions write it"},
		{"*://*/*", origin.ReasonSchemeWildcard, 0, "", "all of it"},
		{"ht_tp://example.com", origin.ReasonScheme, 2, "", "what is meant?"},
		{"file://", origin.ReasonOpaqueScheme, 0, "", "files have opaque origins"},
		{"file:///home/me/index.html", origin.ReasonOpaqueScheme, 0, "", "with a path too"},
		{"data:text/html", origin.ReasonOpaqueScheme, 0, "", "and data"},
		{"HTTPS://example.com", origin.ReasonUpperCase, 0, "https://example.com", "a loud scheme"},
		{"https://Example.com", origin.ReasonUpperCase, 8, "https://example.com", "browsers send lower case"},
		{"https://example.COM", origin.ReasonUpperCase, 16, "https://example.com", "in every letter"},
		{"NULL", origin.ReasonUpperCase, 0, "null", "null is case-sensitive"},

		{"https://user:secret@example.com", origin.ReasonUserinfo, 8, "https://example.com", "an address that was copied"},
		{"https://example.com@evil.example", origin.ReasonUserinfo, 8, "https://evil.example", "the host is what follows the sign"},
		{"https://", origin.ReasonHostMissing, 8, "", "a scheme alone"},
		{"https:///", origin.ReasonHostMissing, 8, "", "no host before the path"},
		{"https://:8443", origin.ReasonHostMissing, 8, "", "a port alone"},
		{"https://a%2eb.example", origin.ReasonHost, 9, "", "percent signs"},
		{"https://a!b.example", origin.ReasonHost, 9, "", "no name service holds it"},
		{"http://[::1]x", origin.ReasonHost, 12, "", "something after an address"},
		{"https://b\u00fccher.example", origin.ReasonIDN, 9, "https://xn--bcher-kva.example", "an international name"},
		{"https://\u00fcnal.example", origin.ReasonIDN, 8, "https://xn--nal-goa.example", "from its first letter"},
		{"https://*.B\u00fccher.example", origin.ReasonUpperCase, 10, "https://*.xn--bcher-kva.example", "two mistakes and one fix"},
		{"https://*.b\u00fccher.example:443/", origin.ReasonIDN, 11, "https://*.xn--bcher-kva.example", "three"},
		{"https://.example.com", origin.ReasonLeadingDot, 8, "https://*.example.com", "as cookies write subdomains"},
		{"https://example.com.", origin.ReasonTrailingDot, 19, "https://example.com", "the root's dot makes another origin"},
		{"https://a..example.com", origin.ReasonEmptyLabel, 10, "", "what stood there?"},
		{"http://127.1", origin.ReasonAddress, 7, "", "an address cut short"},
		{"http://256.1.1.1", origin.ReasonAddress, 7, "", "no address"},
		{"http://::1", origin.ReasonAddress, 7, "http://[::1]", "without brackets"},
		{"http://[::1", origin.ReasonAddress, 11, "http://[::1]", "an open bracket"},
		{"http://[0:0:0:0:0:0:0:1]:80", origin.ReasonAddress, 8, "http://[::1]", "not in its shortest form"},
		{"http://[FE80::1]", origin.ReasonAddress, 8, "http://[fe80::1]", "in upper case"},
		{"http://[fe80::1%eth0]", origin.ReasonAddress, 8, "", "browsers know no zones"},
		{"http://[::g]", origin.ReasonAddress, 8, "", "no address at all"},
		{"http://10.0.0.0/x", origin.ReasonPath, 15, "http://10.0.0.0", "a path behind an address is no network"},
		{"http://10.0.0.0/8", origin.ReasonNetwork, 15, "", "a network"},
		{"https://" + strings.Repeat("a", 64) + ".example", origin.ReasonTooLong, 8, "", "a label no name service holds"},
		{"https://" + strings.Repeat("a.", 126) + "ab", origin.ReasonTooLong, 8, "", "a name likewise"},
		{"https://*." + strings.Repeat("a.", 95) + "a", origin.ReasonTooLong, 8, "", "no room for a label before it"},
		{strings.Repeat("a", 65) + "://a", origin.ReasonTooLong, 64, "", "no scheme is so long"},
		{"https://*", origin.ReasonEveryHost, 8, "", "every host is no policy"},
		{"https://**", origin.ReasonEveryHost, 8, "", "in any spelling"},
		{"https://*:*", origin.ReasonEveryHost, 8, "", "with any port"},
		{"https://{label}", origin.ReasonEveryHost, 8, "", "every host of one label"},
		{"https://app-*", origin.ReasonEveryHost, 8, "", "the wildcard would end the name"},
		{"https://{tenant}.example.com", origin.ReasonPlaceholder, 8, "https://{label}.example.com", "another name for one label"},
		{"https://${tenant}.example.com", origin.ReasonPlaceholder, 8, "https://{label}.example.com", "a shell's"},
		{"https://<tenant>.example.com", origin.ReasonPlaceholder, 8, "https://{label}.example.com", "a manual's"},
		{"https://{}.example.com", origin.ReasonPlaceholder, 8, "", "an empty one"},
		{"https://{a.b}.example.com", origin.ReasonPlaceholder, 8, "", "with a dot in it"},
		{"https://+.example.com", origin.ReasonPlaceholder, 8, "https://{label}.example.com", "and another sign"},
		{"https://pr-{label}.example.com", origin.ReasonPlaceholder, 11, "https://pr-*.example.com", "within a label it is a star"},
		{"https://a.{label}.com", origin.ReasonPlaceholder, 10, "", "in the wrong label"},
		{"https://example.com/", origin.ReasonTrailingSlash, 19, "https://example.com", "copied from the address bar"},
		{"https://example.com:8443/", origin.ReasonTrailingSlash, 24, "https://example.com:8443", "after a port"},
		{"https://example.com/api/", origin.ReasonPath, 19, "https://example.com", "an origin has no path"},
		{"https://*.example.com/*", origin.ReasonPath, 21, "https://*.example.com", "nor one with a star"},
		{"https://example.com?x=1", origin.ReasonPath, 19, "https://example.com", "nor a query"},
		{"https://example.com#top", origin.ReasonPath, 19, "https://example.com", "nor a fragment"},
		{"https://evil.example/.example.com", origin.ReasonPath, 20, "https://evil.example", "what a path hides"},

		{"https://api.*.example.com", origin.ReasonWildcardPlace, 12, "", "a moved star holds other hosts"},
		{"https://example.*", origin.ReasonWildcardEnd, 16, "", "anybody registers under another end"},
		{"http://192.168.1.*", origin.ReasonWildcardEnd, 17, "", "and an address is no name"},
		{"https://*.example.*", origin.ReasonWildcardEnd, 18, "", "the worse of two wildcards"},
		{"https://*.*.example.com", origin.ReasonWildcardTwice, 10, "", "two or more labels cannot be said"},
		{"https://**.example.com", origin.ReasonWildcardTwice, 9, "https://*.example.com", "as paths write it"},
		{"https://a-*-b-*.example.com", origin.ReasonWildcardTwice, 14, "", "two within a label"},
		{"https://*example.com", origin.ReasonWildcardGlued, 9, "https://*.example.com", "would hold evilexample.com"},
		{"https://dev*example.com", origin.ReasonWildcardGlued, 12, "", "so would this"},
		{"http://*.0.0.1", origin.ReasonWildcardAddress, 7, "", "addresses have no subdomains"},
		{"http://{label}.1", origin.ReasonWildcardAddress, 7, "", "nor labels"},
		{"http://1*.0.0.1", origin.ReasonWildcardAddress, 7, "", "nor parts of one"},

		{"https://example.com:", origin.ReasonPortMissing, 19, "https://example.com", "a template without its value"},
		{"https://example.com:443", origin.ReasonPortDefault, 19, "https://example.com", "browsers leave it out"},
		{"http://*.example.com:80", origin.ReasonPortDefault, 20, "http://*.example.com", "after a wildcard too"},
		{"http://localhost:0", origin.ReasonPortZero, 17, "", "any port, or a mistake?"},
		{"http://localhost:0-9", origin.ReasonPortZero, 17, "", "in a range too"},
		{"http://localhost:99999", origin.ReasonPortRange, 17, "", "no port"},
		{"http://localhost:123456", origin.ReasonPortRange, 17, "", "six digits"},
		{"http://localhost:{80,70000}", origin.ReasonPortRange, 21, "", "in a list too"},
		{"http://localhost:08080", origin.ReasonPortZeros, 17, "http://localhost:8080", "a leading zero"},
		{"https://example.com:0443", origin.ReasonPortZeros, 20, "https://example.com", "before a default port"},
		{"http://localhost:3010-3000", origin.ReasonPortOrder, 22, "http://localhost:3000-3010", "the wrong way round"},
		{"http://localhost:3000,5173", origin.ReasonPort, 17, "http://localhost:{3000,5173}", "a list without braces"},
		{"http://localhost:[3000,5173]", origin.ReasonPort, 17, "http://localhost:{3000,5173}", "another framework's brackets"},
		{"http://localhost:[*]", origin.ReasonPort, 17, "http://localhost:*", "and its any"},
		{"http://localhost:{3000, 5173}", origin.ReasonBlank, 23, "http://localhost:{3000,5173}", "a blank in a list"},
		{"http://localhost:{3000", origin.ReasonPort, 22, "http://localhost:3000", "an open brace"},
		{"http://localhost:{}", origin.ReasonPort, 18, "http://localhost", "an empty list"},
		{"http://localhost:{,3000}", origin.ReasonPort, 18, "http://localhost:3000", "a comma before the first"},
		{"http://localhost:{3000,}", origin.ReasonPort, 23, "http://localhost:3000", "a comma too many"},
		{"http://localhost:{*}", origin.ReasonPort, 18, "", "a star in a list"},
		{"http://localhost:30*", origin.ReasonPort, 17, "", "part of a port"},
		{"http://localhost:port", origin.ReasonPort, 17, "", "a name"},
		{"http://a.example:1:2", origin.ReasonPort, 17, "", "two ports"},
	} {
		seen[tt.reason] = true
		p, err := origin.ParsePattern(tt.text)
		var bad *origin.PatternError
		if !errors.As(err, &bad) {
			t.Errorf("ParsePattern(%q) = %q, %v; want a *PatternError: %s", tt.text, p, err, tt.why)
			continue
		}
		if p != (origin.Pattern{}) || bad.Pattern != tt.text {
			t.Errorf("ParsePattern(%q) gives %q beside the error, which is about %q", tt.text, p, bad.Pattern)
		}
		if bad.Reason != tt.reason || bad.Offset != tt.offset || bad.Fix != tt.fix {
			t.Errorf("ParsePattern(%q): %s at %d, fix %q; want %s at %d, fix %q: %s", tt.text, bad.Reason, bad.Offset, bad.Fix, tt.reason, tt.offset, tt.fix, tt.why)
		}
		if !strings.Contains(err.Error(), bad.Want) || bad.Want == "" || bad.Fix != "" && !strings.Contains(err.Error(), bad.Fix) {
			t.Errorf("ParsePattern(%q) keeps what it knows to itself: %v", tt.text, err)
		}
	}
	reasons := origin.PatternReasons()
	for _, r := range reasons {
		if !seen[r] {
			t.Errorf("no mistake here is %q", r)
		}
	}
	if len(seen) != len(reasons) || len(slices.Compact(slices.Sorted(slices.Values(reasons)))) != len(reasons) {
		t.Errorf("the mistakes here have %d reasons, PatternReasons lists %d", len(seen), len(reasons))
	}
}
