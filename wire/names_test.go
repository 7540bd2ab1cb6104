package wire_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/wire"
)

// The standard's sets, written down once more. Each is checked both ways: its members are in, and the members of all
// the others, and everything that looks like one, are out.
var sets = []struct {
	name    string
	in      func(string) bool
	members []string
}{
	{
		"forbidden request-header", func(n string) bool { return wire.IsForbiddenRequestHeader(n, "GET") },
		[]string{
			"Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Connection",
			"Content-Length", "Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie",
			"TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
			"Proxy-Authorization", "Proxy-", "Sec-Fetch-Mode", "Sec-", // by their beginnings
		},
	},
	{"forbidden response-header name", wire.IsForbiddenResponseHeaderName, []string{"Set-Cookie", "Set-Cookie2"}},
	{
		"CORS-safelisted response-header name", wire.IsCORSSafelistedResponseHeaderName,
		[]string{"Cache-Control", "Content-Language", "Content-Length", "Content-Type", "Expires", "Last-Modified", "Pragma"},
	},
	{"CORS non-wildcard request-header name", wire.IsCORSNonWildcardRequestHeaderName, []string{"Authorization"}},
	{
		"request-body-header name", wire.IsRequestBodyHeaderName,
		[]string{"Content-Encoding", "Content-Language", "Content-Location", "Content-Type"},
	},
	{"forbidden method", wire.IsForbiddenMethod, []string{"CONNECT", "TRACE", "TRACK"}},
}

// others are names that belong to no set, and might by a slip.
var others = []string{
	"", "Accept", "Accept-Language", "Age", "Allow", "ETag", "Link", "Location", "Range", "Content-Range", "Content-Disposition",
	"User-Agent", "Vary", "Last-Event-ID", "Priority", "Cookie3", "Set-Cookie3", "Proxy", "Sec", "Security", "Proxyx",
	"X-Sec-A", "X-Proxy-A", "Authorisation", "WWW-Authenticate", "Content-Security-Policy", "Content-MD5",
	"Access-Control-Allow-Origin", "Access-Control-Request-Private-Network", "Timing-Allow-Origin",
	"X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "GET", "POST", "OPTIONS", "CONNECTS",
	"\u212aeep-Alive", "Coo\u212aie", "\u017fec-Fetch-Mode", "Set-Coo\u212aie", "Expire\u017f", "TRAC\u212a",
}

func TestNameSets(t *testing.T) {
	for _, set := range sets {
		universe := slices.Clone(others)
		for _, s := range sets {
			universe = append(universe, s.members...)
		}
		for _, m := range set.members {
			for _, spelt := range []string{m, strings.ToLower(m), strings.ToUpper(m)} {
				if !set.in(spelt) {
					t.Errorf("%q is a %s", spelt, set.name)
				}
			}
			universe = append(universe, "X-"+m, " "+m, m[1:], strings.ReplaceAll(m, "-", "_")+"_")
			if !strings.HasSuffix(m, "-") && !strings.Contains(m, "Proxy-") && !strings.Contains(m, "Sec-") {
				universe = append(universe, m+"x", m+" ", m[:len(m)-1])
			}
		}
		for _, n := range universe {
			want := slices.ContainsFunc(set.members, func(m string) bool { return strings.EqualFold(m, n) && !hasUnicodeTwin(n) })
			if got := set.in(n); got != want {
				t.Errorf("%q is a %s: %v, want %v", n, set.name, got, want)
			}
		}
	}
}

// hasUnicodeTwin: strings.EqualFold folds the Kelvin sign to k, and the standard does not.
func hasUnicodeTwin(s string) bool { return strings.ContainsAny(s, "\u212a\u017f") }

func TestCORSSafelistedMethod(t *testing.T) {
	for method, want := range map[string]bool{
		"GET": true, "HEAD": true, "POST": true,
		"get": false, "Head": false, "pOST": false, "": false, "GETS": false, " GET": false,
		"PUT": false, "PATCH": false, "DELETE": false, "OPTIONS": false, "QUERY": false, "CONNECT": false, "TRACE": false, "*": false,
	} {
		if got := wire.IsCORSSafelistedMethod(method); got != want {
			t.Errorf("%q is safelisted: %v, want %v", method, got, want)
		}
	}
}

func TestMethodOverride(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  bool
		why   string
	}{
		{"CONNECT", true, "a forbidden method"},
		{"trace", true, "in any case"},
		{"TrAcK", true, "each of the three"},
		{"PUT, TRACE", true, "anywhere in the list"},
		{"\tTRACE ,PUT", true, "blanks are trimmed"},
		{",,TRACE", true, "empty pieces do not matter"},
		{"", false, "nothing"},
		{"PUT", false, "a method that is not forbidden"},
		{"TRACES", false, "a longer name"},
		{`"TRACE"`, false, "the pieces keep their quotes"},
		{`"PUT, TRACE"`, false, "and a quoted comma does not split"},
		{"PUT TRACE", false, "nor does a blank"},
	} {
		for _, name := range []string{"X-HTTP-Method", "x-http-method-override", "X-METHOD-OVERRIDE"} {
			if got := wire.IsForbiddenRequestHeader(name, tt.value); got != tt.want {
				t.Errorf("%s: %q forbidden: %v, want %v: %s", name, tt.value, got, tt.want, tt.why)
			}
		}
		for _, name := range []string{"X-HTTP-Methods", "X-Method", "Method-Override", "X-HTTP-Override"} {
			if wire.IsForbiddenRequestHeader(name, tt.value) {
				t.Errorf("%s: %q forbidden, and the standard does not know the name", name, tt.value)
			}
		}
	}
}

// A value never frees a name that is forbidden by itself.
func TestForbiddenWhateverTheValue(t *testing.T) {
	for _, value := range []string{"", "GET", "TRACE"} {
		for _, name := range []string{"Origin", "Sec-Fetch-Site", "Proxy-Connection"} {
			if !wire.IsForbiddenRequestHeader(name, value) {
				t.Errorf("%s: %q is forbidden", name, value)
			}
		}
		if wire.IsForbiddenRequestHeader("X-Custom", value) {
			t.Errorf("X-Custom: %q is free", value)
		}
	}
}

func TestVaryCovers(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  bool
		why   string
	}{
		{nil, false, "no Vary"},
		{[]string{""}, false, "an empty one"},
		{[]string{"Origin"}, true, "named"},
		{[]string{"oRIGIN"}, true, "without regard to case"},
		{[]string{"Accept-Encoding, Origin"}, true, "among others"},
		{[]string{"Accept-Encoding", "Origin"}, true, "in another line"},
		{[]string{"*"}, true, "everything"},
		{[]string{"Accept, *"}, true, "everything, among others"},
		{[]string{"Accept-Encoding"}, false, "others only"},
		{[]string{"X-Origin, Origin-X"}, false, "names that contain it"},
		{[]string{`"Origin"`}, false, "a Vary that cannot be parsed covers nothing"},
		{[]string{"Origin, a b"}, false, "not even what it names first"},
		{[]string{"Origin", "a b"}, false, "or in another line"},
		{[]string{"Origin; Accept"}, false, "a semicolon is no comma"},
	} {
		if got := lines("Vary", tt.lines...).VaryCovers("Origin"); got != tt.want {
			t.Errorf("Vary %q covers Origin: %v, want %v: %s", tt.lines, got, tt.want, tt.why)
		}
	}
}
