package origin_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nlnwa/whatwg-url/url"

	"github.com/corscope/corscope/origin"
)

// FuzzParse holds Parse to its promise (what it accepts, it writes back) and compares it with a URL parser that shares
// no code with it: what such a parser serializes unchanged is an origin, and nothing else is.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"null", "https://example.com", "http://a_b.example", "http://-a-.b", "https://xn--bcher-kva.example",
		"https://xn--", "https://xn--a", "https://xn--abc-", "http://[::ffff:102:304]", "http://[::ffff:1.2.3.4]",
		"http://[1:2:3:4:5:6:0:8]", "http://[1::4:0:0:7:8]", "http://[::1%25eth0]", "http://[::ffff:0:1]:8",
		"http://1.2.3", "http://1.2.3.4", "http://1.2.3.4.", "http://256.1.1.1", "http://0x7f.1", "http://a.0x", "http://a.0x1g",
		"http://09", "http://a.", "http://a..", "http://.a", "http://a:0", "http://a:00080", "http://a:80", "http://a:65535",
		"http://a:65536", "https://*.a", "https://a,b", "https://a/", "https://u@a", "HTTP://a", "http://A", "http:a", "ws://a:80",
		"x://a:0", "x://a:1", "http://" + strings.Repeat("a.", 128) + "a", "https://a\n", "https://\u00fc.example",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := origin.Parse(text)
		if err == nil {
			if got := o.String(); got != text {
				t.Fatalf("Parse(%q) writes back %q", text, got)
			}
			again, err := origin.Parse(o.String())
			if err != nil {
				t.Fatalf("Parse(%q) accepts once and not twice: %v", text, err)
			}
			if tuple := text != "null"; o.SameOrigin(again) != tuple || (o == again) != tuple || (origin.SiteOf(o) == origin.SiteOf(again)) != tuple {
				t.Fatalf("Parse(%q) twice: same origin and same site must be %v", text, tuple)
			}
			if !o.SameOrigin(o) || !origin.SameSite(o, o) {
				t.Fatalf("%q is not the same as itself", text)
			}
			if d := origin.RegistrableDomain(o.Host()); !strings.HasSuffix(o.Host(), d) || origin.IsPublicSuffix(d) {
				t.Fatalf("RegistrableDomain(%q) = %q", o.Host(), d)
			}
		}
		compareWithURL(t, text)
	})
}

// TestParseAgreesWithURLs walks small worlds whole, where a fuzzer would only visit.
func TestParseAgreesWithURLs(t *testing.T) {
	octets := []string{"", "0", "1", "00", "01", "9", "255", "256", "0x1", "a"}
	short := strings.Split("0 1 8 a x - _ . : [ ]", " ")
	var words func(parts []string, sep, prefix string, n int)
	words = func(parts []string, sep, prefix string, n int) {
		compareWithURL(t, "http://"+prefix)
		if n == 0 {
			return
		}
		for _, p := range parts {
			next := p
			if prefix != "" {
				next = prefix + sep + p
			}
			words(parts, sep, next, n-1)
		}
	}
	words(short, "", "", 4)
	words(octets, ".", "", 4)

	for bits := range 1 << 8 { // every pattern of zeros in an IPv6 address
		pieces := make([]string, 8)
		for i := range pieces {
			pieces[i] = strconv.Itoa(bits >> i & 1)
		}
		long := "http://[" + strings.Join(pieces, ":") + "]"
		canonical, ok := byURL(long)
		if !ok {
			t.Fatalf("the URL parser refuses %q", long)
		}
		compareWithURL(t, long)
		compareWithURL(t, canonical)
	}
}

// compareWithURL fails where Parse and the URL parser differ, but for the exceptions named below.
func compareWithURL(t *testing.T, text string) {
	t.Helper()
	o, err := origin.Parse(text)
	urlOrigin, ok := byURL(text)
	switch {
	case err == nil && (o.Scheme() == "http" || o.Scheme() == "https"):
		if urlOrigin != text && !hasPunycode(o.Host()) && !endsInSignedNumber(o.Host()) {
			t.Fatalf("Parse accepts %q, a URL parser makes %q of it", text, urlOrigin)
		}
	case ok && urlOrigin == text:
		_, host, _ := strings.Cut(text, "://")
		host, _, _ = strings.Cut(host, ":")
		if !isOutsideABNF(host) {
			t.Fatalf("Parse(%q): %v; a URL parser serializes it unchanged", text, err)
		}
	}
}

// byURL is the serialized origin of an http or https URL.
func byURL(text string) (serialized string, ok bool) {
	u, err := url.Parse(text)
	if err != nil || u.Protocol() != "http:" && u.Protocol() != "https:" {
		return "", false
	}
	return u.Protocol() + "//" + u.Host(), true
}

// hasPunycode: Parse takes a label that starts with xn-- for letters, as the ABNF does. Whether it decodes to a name
// depends on the URL parser's version of Unicode, so it is no question of syntax.
func hasPunycode(host string) bool {
	return slices.ContainsFunc(strings.Split(host, "."), func(label string) bool { return strings.HasPrefix(label, "xn--") })
}

// endsInSignedNumber: the standard's IPv4 numbers have no sign, so "0x-1" is a name. The URL parser here reads minus one
// and makes an address of it.
//
// Spec: https://url.spec.whatwg.org/#ipv4-number-parser
func endsInSignedNumber(host string) bool { return signedNumber.MatchString(host) }

var signedNumber = regexp.MustCompile(`(^|\.)(0x-[0-9a-f]+|0?-[0-9]+)\.?$`)

// isOutsideABNF: hosts that URL parsers pass and Parse refuses on purpose. No name service can hold them, the ABNF of
// Origin has no place for them, and in an Access-Control-Allow-Origin they are mistakes: a pattern, a list, a template.
func isOutsideABNF(host string) bool {
	return strings.ContainsAny(host, "!\"$&'()*+,;=`{}~") || strings.HasPrefix(host, ".") || strings.Contains(host, "..") ||
		len(host) > 254
}
