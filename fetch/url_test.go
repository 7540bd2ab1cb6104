package fetch_test

import (
	"testing"

	"github.com/corscope/corscope/fetch"
)

func TestParseURL(t *testing.T) {
	for _, row := range []struct{ why, text, href, origin string }{
		{"a path is added", "https://a.example", "https://a.example/", "https://a.example"},
		{"scheme and host in lower case", "HTTPS://A.Example/P", "https://a.example/P", "https://a.example"},
		{"punycode", "https://münchen.example/", "https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example"},
		{"punycode in capitals", "https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example"},
		{"a full-width dot is a dot", "https://a。example/", "https://a.example/", "https://a.example"},
		{"https's default port", "https://a.example:443/", "https://a.example/", "https://a.example"},
		{"http's default port", "http://a.example:80/", "http://a.example/", "http://a.example"},
		{"ws's default port", "ws://a.example:80/", "ws://a.example/", "ws://a.example"},
		{"wss's default port", "wss://a.example:443/", "wss://a.example/", "wss://a.example"},
		{"the other scheme's default port", "http://a.example:443/", "http://a.example:443/", "http://a.example:443"},
		{"leading zeros of a port", "http://a.example:0081/", "http://a.example:81/", "http://a.example:81"},
		{"an empty port", "http://a.example:/", "http://a.example/", "http://a.example"},
		{"port 0 is a port", "http://a.example:0/", "http://a.example:0/", "http://a.example:0"},
		{"the largest port", "http://a.example:65535/", "http://a.example:65535/", "http://a.example:65535"},
		{"IPv4 in decimal", "http://2130706433/", "http://127.0.0.1/", "http://127.0.0.1"},
		{"IPv4 in hexadecimal", "http://0x7f.1/", "http://127.0.0.1/", "http://127.0.0.1"},
		{"IPv4 in octal", "http://0177.0.0.01/", "http://127.0.0.1/", "http://127.0.0.1"},
		{"IPv4 with a dot at the end", "http://127.0.0.1./", "http://127.0.0.1/", "http://127.0.0.1"},
		{"IPv6", "http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080/", "http://[::1]:8080"},
		{"IPv6 with IPv4 in it", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:7f00:1]"},
		{"a dot at the end of a name stays", "https://a.example./", "https://a.example./", "https://a.example."},
		{"user information is no part of the origin", "https://u:p@a.example/", "https://u:p@a.example/", "https://a.example"},
		{"a sign in the user name is no harm to an address", "http://a-b:c+d@1.2.3.4/", "http://a-b:c+d@1.2.3.4/", "http://1.2.3.4"},
		{"an empty user name goes", "https://@a.example/", "https://a.example/", "https://a.example"},
		{"backslashes are slashes", `https:\\a.example\b`, "https://a.example/b", "https://a.example"},
		{"dots in the path", "https://a.example/b/../c/./d", "https://a.example/c/d", "https://a.example"},
		{"blanks outside and newlines inside go", " https://a.exa\nmple/\t", "https://a.example/", "https://a.example"},
		{"percent-encoding", "https://a.example/ü?ö", "https://a.example/%C3%BC?%C3%B6", "https://a.example"},
		{"an invalid escape stays", "https://a.example/%zz", "https://a.example/%zz", "https://a.example"},
		{"the fragment is left out of Href", "https://a.example/#f", "https://a.example/", "https://a.example"},
		{"blob of a page", "blob:https://a.example/1-2", "blob:https://a.example/1-2", "https://a.example"},
		{"blob of a sandboxed page", "blob:null/1-2", "blob:null/1-2", "null"},
		{"blob of something else", "blob:ftp://a.example/1", "blob:ftp://a.example/1", "null"},
		{"data", "data:text/plain,x", "data:text/plain,x", "null"},
		{"file", "file:///etc/hosts", "file:///etc/hosts", "null"},
		{"about", "about:blank", "about:blank", "null"},
		{"an unknown scheme", "foo://a.example/", "foo://a.example/", "null"},
		{"ftp", "ftp://a.example:21/", "ftp://a.example/", "ftp://a.example"},
	} {
		u, err := fetch.ParseURL(row.text)
		if err != nil {
			t.Errorf("%s: %q: %v", row.why, row.text, err)
			continue
		}
		if u.Href() != row.href || u.Origin().String() != row.origin {
			t.Errorf("%s: %q: %s of %s, want %s of %s", row.why, row.text, u.Href(), u.Origin(), row.href, row.origin)
		}
		if again := link(u.String()); again.String() != u.String() {
			t.Errorf("%s: %q: %s becomes %s", row.why, row.text, u, again)
		}
	}
}

func TestParseURLErrors(t *testing.T) {
	for _, row := range []struct{ why, text string }{
		{"nothing", ""},
		{"relative", "/a"},
		{"no host", "https://"},
		{"no host before the port", "https://:80/"},
		{"a port too large", "https://a.example:65536/"},
		{"a port with letters", "https://a.example:8a/"},
		{"a blank in the host", "https://a b/"},
		{"a percent sign in the host", "https://a%zz.example/"},
		{"a number too large for an address", "http://4294967296/"},
		{"an address part too large", "http://1.2.3.256/"},
		{"a host that ends in a number is an address", "http://foo.0/"},
		{"an address with a sign in it", "http://-1.2.3.4/"},
		{"an address with a sign in it", "http://1.2.+3.4/?a@b"},
		{"IPv6 without end", "http://[::1/"},
		{"IPv6 with a zone", "http://[fe80::1%25eth0]/"},
	} {
		if u, err := fetch.ParseURL(row.text); err == nil {
			t.Errorf("%s: %q is %s, want an error", row.why, row.text, u)
		}
	}
}

func TestURLParts(t *testing.T) {
	u := link("https://u@münchen.example:8443/a/b?c#d")
	if u.Scheme() != "https" || u.Host() != "xn--mnchen-3ya.example" || u.Path() != "/a/b" {
		t.Errorf("%s: scheme %q, host %q, path %q", u, u.Scheme(), u.Host(), u.Path())
	}
	if !u.IncludesCredentials() || !link("https://:p@a.example/").IncludesCredentials() || link("https://a.example/").IncludesCredentials() {
		t.Error("credentials are a user name or a password")
	}
	if got := u.String(); got != "https://u@xn--mnchen-3ya.example:8443/a/b?c#d" {
		t.Errorf("String is %q", got)
	}
	if d := link("data:,"); !d.Origin().SameOrigin(d.Origin()) || d.Origin().SameOrigin(link("data:,").Origin()) {
		t.Error("the opaque origin of a URL is its own, at every call, and no other URL's")
	}
}

func TestResolve(t *testing.T) {
	for _, row := range []struct{ why, base, reference, want string }{
		{"absolute", "https://a.example/b", "http://c.example/d", "http://c.example/d"},
		{"scheme-relative", "https://a.example/b", "//c.example/d", "https://c.example/d"},
		{"from the root", "https://a.example/b/c", "/d", "https://a.example/d"},
		{"from the directory", "https://a.example/b/c", "d", "https://a.example/b/d"},
		{"upwards", "https://a.example/b/c/d", "../e", "https://a.example/b/e"},
		{"a query", "https://a.example/b?c", "?d", "https://a.example/b?d"},
		{"empty: all but the fragment", "https://a.example/b?c#d", "", "https://a.example/b?c"},
		{"a fragment", "https://a.example/b?c#d", "#e", "https://a.example/b?c#e"},
		{"backslashes", "https://a.example/b", `\\c.example`, "https://c.example/"},
		{"the scheme alone is relative", "https://a.example/b/c", "https:d", "https://a.example/b/d"},
		{"above ASCII", "https://a.example/b", "ü", "https://a.example/%C3%BC"},
		{"data", "https://a.example/b", "data:,x", "data:,x"},
		{"user information is taken along", "https://u:p@a.example/b", "c", "https://u:p@a.example/c"},
	} {
		got, err := link(row.base).Resolve(row.reference)
		if err != nil || got.String() != row.want {
			t.Errorf("%s: %q against %s: %v, %v, want %s", row.why, row.reference, row.base, got, err, row.want)
		}
	}
	if got, err := link("https://a.example/").Resolve("//u@-1.2.3.4/a"); err == nil {
		t.Errorf("an address with a sign in it resolves to %s", got)
	}
	if _, err := link("http://1.2.3.4/").Resolve("-a"); err != nil {
		t.Errorf("a sign elsewhere is no harm: %v", err)
	}
	if got, err := link("https://a.example/").Resolve("https://a b/"); err == nil {
		t.Errorf("a host with a blank in it resolves to %s", got)
	}
}

// An empty fragment is a fragment: it is written, and a redirect does not replace it.
func TestEmptyFragment(t *testing.T) {
	if got := link("https://a.example/#").String(); got != "https://a.example/#" {
		t.Errorf("String is %q, want the URL serializer's", got)
	}
}
