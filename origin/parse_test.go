package origin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/corscope/corscope/origin"
)

var (
	longHost     = strings.Repeat("a.", 126) + "a"   // 253 bytes, the longest DNS name
	longHostDot  = longHost + "."                    // 254 with the root's dot
	tooLongHost  = strings.Repeat("a.", 126) + "abc" // 255
	longestLabel = strings.Repeat("a", 63)
)

func TestParseAccepts(t *testing.T) {
	for _, tt := range []struct {
		text, scheme, host string
		port               int
		why                string
	}{
		{"https://example.com", "https", "example.com", 443, "the plain case: the port is the scheme's"},
		{"http://example.com", "http", "example.com", 80, "http has its own default port"},
		{"http://example.com:443", "http", "example.com", 443, "another scheme's default is no default"},
		{"https://example.com:80", "https", "example.com", 80, "and the other way round"},
		{"http://localhost:3000", "http", "localhost", 3000, "a single label is a domain"},
		{"http://a:0", "http", "a", 0, "port 0 is a port, and not http's default"},
		{"http://a:1", "http", "a", 1, "the shortest port"},
		{"http://a:65535", "http", "a", 65535, "the last port"},
		{"http://a_b.example", "http", "a_b.example", 80, "outside the ABNF, and browsers send it: the URL parser lets _ stand"},
		{"http://-a-.example", "http", "-a-.example", 80, "outside the ABNF, and browsers send it: hyphens at a label's ends"},
		{"https://example.com.", "https", "example.com.", 443, "outside the ABNF, and browsers send it: the root's dot stays"},
		{"https://xn--bcher-kva.example", "https", "xn--bcher-kva.example", 443, "an international name as it is sent"},
		{"https://ab--cd.example", "https", "ab--cd.example", 443, "two hyphens mean something only after xn"},
		{"https://1.example", "https", "1.example", 443, "a number is an address only in the last label"},
		{"https://a.0x1g", "https", "a.0x1g", 443, "g is no hexadecimal digit, so this is a name"},
		{"https://a.1e1", "https", "a.1e1", 443, "without 0x a letter makes a name"},
		{"https://" + longestLabel + ".example", "https", longestLabel + ".example", 443, "the longest label"},
		{"https://" + longHost, "https", longHost, 443, "the longest name"},
		{"https://" + longHostDot, "https", longHostDot, 443, "and with the root's dot"},
		{"http://0.0.0.0", "http", "0.0.0.0", 80, "an octet may be a single zero"},
		{"http://255.249.199.10:8080", "http", "255.249.199.10", 8080, "every kind of octet"},
		{"http://[::]", "http", "[::]", 80, "all zeros"},
		{"http://[::1]:8080", "http", "[::1]", 8080, "the colon after the bracket is the port's"},
		{"http://[1:2:3:4:5:6:7:8]", "http", "[1:2:3:4:5:6:7:8]", 80, "nothing to shorten"},
		{"http://[1:2:3:4:5:6:0:8]", "http", "[1:2:3:4:5:6:0:8]", 80, "a lone zero is not shortened"},
		{"http://[1::4:0:0:7:8]", "http", "[1::4:0:0:7:8]", 80, "of two runs alike the first is shortened"},
		{"http://[1:0:0:4::8]", "http", "[1:0:0:4::8]", 80, "the longer run is shortened"},
		{"http://[::ffff:102:304]", "http", "[::ffff:102:304]", 80, "a mapped IPv4 address in hexadecimal, as URLs write it"},
		{"http://[::ffff:0:1]", "http", "[::ffff:0:1]", 80, "a mapped address keeps its zeros after the run that is shortened"},
		{"http://[::ffff:0:0]", "http", "[::ffff:0:0]", 80, "both halves zero"},
		{"chrome-extension://abcdefghijklmnop", "chrome-extension", "abcdefghijklmnop", 0, "a scheme without a default port has none"},
		{"a+b-c.1://x:7", "a+b-c.1", "x", 7, "everything a scheme may hold"},
		{"ws://a", "ws", "a", 80, "ws is http's twin"},
		{"wss://a", "wss", "a", 443, "wss is https's twin"},
		{"ftp://a", "ftp", "a", 21, "ftp has a default port"},
	} {
		o, err := origin.Parse(tt.text)
		if err != nil {
			t.Errorf("Parse(%q): %v; want it accepted: %s", tt.text, err, tt.why)
			continue
		}
		if o.IsOpaque() || o.Scheme() != tt.scheme || o.Host() != tt.host || o.Port() != tt.port {
			t.Errorf("Parse(%q) = %q, %q, %d; want %q, %q, %d: %s",
				tt.text, o.Scheme(), o.Host(), o.Port(), tt.scheme, tt.host, tt.port, tt.why)
		}
		if got := o.String(); got != tt.text {
			t.Errorf("Parse(%q).String() = %q, want it back byte for byte: %s", tt.text, got, tt.why)
		}
	}
}

func TestParseNull(t *testing.T) {
	a, errA := origin.Parse("null")
	b, errB := origin.Parse("null")
	if errA != nil || errB != nil || !a.IsOpaque() || a.String() != "null" {
		t.Fatalf(`Parse("null") = %q, %v, %v; want an opaque origin`, a, errA, errB)
	}
	if !a.SameOrigin(a) {
		t.Error("an opaque origin is same origin with itself")
	}
	if a.SameOrigin(b) {
		t.Error("two readings of null must be two origins: nobody knows that the senders were one")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		text   string
		offset int
		names  string // the word the message must hold
		why    string
	}{
		{"", 0, "scheme", "nothing is no origin, and not null"},
		{"Null", 0, "scheme", "null is case-sensitive"},
		{"null ", 4, "://", "null and a blank is not null"},
		{"*", 0, "scheme", "the wildcard is no origin"},
		{" https://a", 0, "scheme", "blanks are not passed over"},
		{"HTTPS://a", 0, "scheme", "serialized schemes are in lower case"},
		{"httpS://a", 4, "://", "in every letter"},
		{"1http://a", 0, "scheme", "a scheme starts with a letter"},
		{"+http://a", 0, "scheme", "and not with a plus"},
		{"ht_tp://a", 2, "://", "a scheme has no underscore"},
		{"https", 5, "://", "a scheme alone"},
		{"https:a", 5, "://", "an opaque path is no origin"},
		{"https:/a", 5, "://", "one slash is not two"},
		{"example.com", 11, "://", "people forget the scheme"},
		{"localhost:3000", 9, "://", "with a port too"},
		{"//a", 0, "scheme", "relative to a scheme"},

		{"https://", 8, "host", "no host at all"},
		{"https:///", 8, "host", "an empty host"},
		{"http://:80", 7, "host", "a port without a host"},
		{"file://", 7, "host", "a file has an opaque origin"},
		{"https://Example.com", 8, "lower-case", "hosts are in lower case"},
		{"https://exAmple.com", 10, "lower-case", "in every letter"},
		{"https://b\u00fccher.example", 9, "ASCII", "an international name stands in its xn-- form"},
		{"https://a%2eb", 9, "host", "a host is not percent-encoded"},
		{"https://*.example.com", 8, "host", "a pattern is no origin, though URL parsers take it: browsers compare bytes"},
		{"https://api.*.example.com", 12, "host", "nor within"},
		{"https://.a", 8, "label", "a name does not start with a dot"},
		{"https://.", 8, "label", "a dot alone is no name"},
		{"https://a..b", 10, "label", "an empty label"},
		{"https://a..", 10, "label", "two dots at the end"},
		{"https://" + tooLongHost, 8 + 254, "254", "no name is so long"},
		{"https://a!b", 9, "end", "URL parsers take !, the ABNF does not and no name service holds it"},
		{"https://a,https://b", 9, "end", "two origins in one line"},
		{"https://a, https://b", 9, "end", "two origins, as Get joins them"},
		{"https://a https://b", 9, "end", "two origins and a blank"},

		{"http://1.2.3", 7, "IPv4", "a URL parser reads it as 1.2.0.3"},
		{"http://1", 7, "IPv4", "a URL parser reads it as 0.0.0.1"},
		{"http://256.1.1.1", 7, "255", "an octet that does not fit"},
		{"http://1.2.3.256", 7, "255", "in any place"},
		{"http://1.2.3.1000", 7, "255", "nor with four digits"},
		{"http://0x7f.1", 7, "decimal", "hexadecimal is not canonical"},
		{"http://1.2.3.0x4", 7, "decimal", "0x makes a number too"},
		{"http://a.0x", 7, "decimal", "and 0x alone is zero"},
		{"http://01.2.3.4", 7, "decimal", "a leading zero means octal to URL parsers"},
		{"http://1.2.3.04", 7, "decimal", "in any place"},
		{"http://1.2.3.4.", 7, "decimal", "an address loses its last dot"},
		{"http://1.2.3.4.5", 7, "four", "five numbers"},
		{"http://a.1", 7, "number", "a name may not end in a number"},
		{"http://a.1.", 7, "number", "nor with the root's dot"},
		{"http://a.b.c.9", 7, "number", "nor make up the four"},

		{"http://[::1", 11, "]", "an open bracket"},
		{"http://[]", 8, "IPv6", "nothing in the brackets"},
		{"http://[1.2.3.4]", 8, "IPv6", "IPv4 has no brackets"},
		{"http://[::FFFF]", 8, "lower case", "hexadecimal in lower case"},
		{"http://[::01]", 8, "shortest", "no leading zeros"},
		{"http://[0:0:0:0:0:0:0:1]", 8, "shortest", "the run of zeros must be shortened"},
		{"http://[1:2:3:4:5:6::8]", 8, "shortest", "and a lone zero must not"},
		{"http://[1:0:0:4:5::8]", 8, "shortest", "the first of two runs alike"},
		{"http://[::ffff:1.2.3.4]", 8, "shortest", "no dotted tail: URLs write it in hexadecimal"},
		{"http://[::1%25eth0]", 8, "zone", "URLs have no zones"},
		{"http://[fe80::1%eth0]", 8, "zone", "in either spelling"},
		{"http://[::1]a", 12, "port", "nothing follows the bracket but a port"},
		{"http://[::1].", 12, "port", "not even a dot"},
		{"http://::1", 7, "host", "IPv6 needs its brackets"},

		{"https://a/", 9, "slash", "the commonest mistake: a trailing slash"},
		{"https://a/b", 9, "path", "an origin has no path"},
		{"https://a?b", 9, "query", "and no query"},
		{"https://a#b", 9, "end", "and no fragment"},
		{"https://u@a", 9, "end", "and no user"},
		{"https://u:p@a", 10, "port", "and no password"},
		{"https://a\\b", 9, "end", "a backslash is a slash to URL parsers only"},
		{"https://a\n", 9, "end", "URL parsers drop newlines"},

		{"http://a:", 9, "port", "a colon and no port"},
		{"http://a:80", 8, "default", "browsers leave http's port out"},
		{"https://a:443", 9, "default", "and https's"},
		{"http://[::1]:80", 12, "default", "after an address too"},
		{"http://a:00080", 9, "zeros", "URL parsers drop leading zeros"},
		{"http://a:00", 9, "zeros", "zero is written once"},
		{"http://a:65536", 9, "65535", "one too many"},
		{"http://a:99999", 9, "65535", "five digits that do not fit"},
		{"http://a:100000", 9, "65535", "six digits"},
		{"http://a:99999999999999999999", 9, "65535", "more than any integer"},
		{"http://a:-1", 9, "port", "no sign"},
		{"http://a:8o8", 9, "port", "digits only"},
		{"http://a:80/", 9, "port", "a path after the port"},
		{"http://a:*", 9, "port", "no pattern"},
		{"x://a:0", 6, "1 to", "without a default, port 0 could not be told from none"},
	} {
		o, err := origin.Parse(tt.text)
		var bad *origin.SyntaxError
		if !errors.As(err, &bad) {
			t.Errorf("Parse(%q) = %q, %v; want a *SyntaxError: %s", tt.text, o, err, tt.why)
			continue
		}
		if o != (origin.Origin{}) {
			t.Errorf("Parse(%q) gave %q beside the error; want the zero Origin", tt.text, o)
		}
		if bad.Text != tt.text || bad.Offset != tt.offset {
			t.Errorf("Parse(%q) stops at byte %d of %q; want byte %d of the text: %s", tt.text, bad.Offset, bad.Text, tt.offset, tt.why)
		}
		if !strings.Contains(bad.Want, tt.names) || !strings.Contains(err.Error(), bad.Want) {
			t.Errorf("Parse(%q): %q does not name %q: %s", tt.text, err, tt.names, tt.why)
		}
	}
}

func TestSyntaxErrorSaysWhere(t *testing.T) {
	err := &origin.SyntaxError{Text: "https://a/", Offset: 9, Want: "the end"}
	if got, want := err.Error(), `origin "https://a/", byte 9: want the end`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
