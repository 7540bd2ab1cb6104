package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
)

// The byte rules again, as tables instead of conditions.
const (
	unsafeBytes = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f" +
		"\"():<>?@[\\]{}\x7f"
	languageBytes = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;="
)

func TestSafelistBytes(t *testing.T) {
	for c := range 256 {
		b := string([]byte{byte(c)})
		plain := !strings.Contains(unsafeBytes, b)
		language := strings.Contains(languageBytes, b)
		for _, row := range []struct {
			name, value string
			want        bool
		}{
			{"Accept", b, plain},
			{"accept", "a" + b + "z", plain},
			{"Content-Type", "text/plain; a=" + b + "z", plain},
			{"Accept-Language", b, language},
			{"accept-language", "en" + b + "de", language},
			{"Content-Language", b, language},
			{"content-language", "en" + b + "de", language},
			{"Range", "bytes=0" + b + "9", c == '-'},
			{"Range", "bytes=0-9" + b, '0' <= c && c <= '9'},
		} {
			if got := fetch.IsCORSSafelistedRequestHeader(row.name, row.value); got != row.want {
				t.Errorf("%s: %q: %v, want %v", row.name, row.value, got, row.want)
			}
		}
	}
}

func TestSafelistLength(t *testing.T) {
	zeros := strings.Repeat("0", 200)
	for _, row := range []struct {
		name  string
		value func(n int) string // n bytes long
	}{
		{"Accept", func(n int) string { return zeros[:n] }},
		{"Accept-Language", func(n int) string { return zeros[:n] }},
		{"Content-Language", func(n int) string { return zeros[:n] }},
		{"Content-Type", func(n int) string { return "text/plain;" + zeros[:n-11] }},
		{"Range", func(n int) string { return "bytes=" + zeros[:n-7] + "-" }},
	} {
		for n, want := range map[int]bool{127: true, 128: true, 129: false} {
			value := row.value(n)
			if len(value) != n {
				t.Fatalf("%s: a value of %d bytes, want %d", row.name, len(value), n)
			}
			if got := fetch.IsCORSSafelistedRequestHeader(row.name, value); got != want {
				t.Errorf("%s of %d bytes: %v, want %v (step 1)", row.name, n, got, want)
			}
		}
	}
	if fetch.IsCORSSafelistedRequestHeader("Accept", strings.Repeat("é", 65)) {
		t.Error("130 bytes in 65 runes are safelisted: step 1 counts bytes")
	}
}

func TestSafelistNames(t *testing.T) {
	for _, row := range []struct {
		why, name, value string
		want             bool
	}{
		{"an empty Accept", "Accept", "", true},
		{"an empty Accept-Language", "Accept-Language", "", true},
		{"an empty Content-Language", "Content-Language", "", true},
		{"an empty Content-Type is no MIME type", "Content-Type", "", false},
		{"an empty Range is no range", "Range", "", false},
		{"names fold ASCII case", "aCCePT", "*/*", true},
		{"and no other: U+212A folds to k in Unicode", "content-\u212aanguage", "en", false},
		{"any other name", "X-Requested-With", "a", false},
		{"Authorization", "Authorization", "Basic eA==", false},
		{"User-Agent is not forbidden, and not safelisted", "User-Agent", "a", false},
		{"Last-Event-ID is not safelisted", "Last-Event-ID", "1", false},
		{"client hints are not in the standard", "DPR", "2", false},
		{"nor Save-Data", "Save-Data", "on", false},
		{"Content-Length is forbidden rather than safelisted", "Content-Length", "0", false},
		{"the star", "*", "a", false},
		{"no name", "", "", false},
		{"a name that begins like one", "Accept-Charset", "utf-8", false},
		{"TAB is not a language byte", "Accept-Language", "en\tde", false},
		{"nor is the underscore", "Content-Language", "en_US", false},
	} {
		if got := fetch.IsCORSSafelistedRequestHeader(row.name, row.value); got != row.want {
			t.Errorf("%s: %s: %q: %v, want %v", row.why, row.name, row.value, got, row.want)
		}
	}
}

func TestSafelistContentType(t *testing.T) {
	for _, row := range []struct {
		why, value string
		want       bool
	}{
		{"one of three", "application/x-www-form-urlencoded", true},
		{"one of three", "multipart/form-data", true},
		{"one of three", "text/plain", true},
		{"essences fold case", "TEXT/Plain", true},
		{"parameters do not count", "text/plain;charset=UTF-8", true},
		{"blanks round the semicolon", "text/plain ; charset=UTF-8", true},
		{"tabs too", "text/plain\t;\tcharset=UTF-8", true},
		{"an empty parameter", "text/plain;", true},
		{"a parameter without value", "text/plain;garbage", true},
		{"a parameter without name", "text/plain;=x", true},
		{"a boundary", "multipart/form-data; boundary=----x", true},
		{"quotes are unsafe bytes", `multipart/form-data; boundary="x"`, false},
		{"a comma ends nothing", "text/plain,", false},
		{"two types are not one", "text/plain, text/plain", false},
		{"two types are not one", "text/plain, application/json", false},
		{"but after the semicolon it is a parameter", "text/plain; x, application/json", true},
		{"a blank in the type", "text /plain", false},
		{"a blank before the subtype", "text/ plain", false},
		{"no subtype", "text/", false},
		{"no type", "/plain", false},
		{"no slash", "text", false},
		{"blanks only", "  ", false},
		{"outer blanks are stripped by the parser", " text/plain ", true},
		{"another type", "application/json", false},
		{"another type", "text/html", false},
		{"another type", "application/csp-report", false},
		{"a longer subtype", "text/plainx", false},
		{"a second slash is no token", "text/plain/x", false},
		{"above ASCII in a parameter", "text/plain; x=é", true},
		{"above ASCII in the type is no token", "téxt/plain", false},
		{"a colon is unsafe", "text/plain; x:y", false},
	} {
		if got := fetch.IsCORSSafelistedRequestHeader("Content-Type", row.value); got != row.want {
			t.Errorf("%s: %q: %v, want %v", row.why, row.value, got, row.want)
		}
	}
}

func TestMIMEEssence(t *testing.T) {
	for _, row := range []struct{ why, value, want string }{
		{"lower case", "Text/HTML; Charset=X", "text/html"},
		{"newlines outside are stripped", "\r\ntext/html\r\n", "text/html"},
		{"newlines after the subtype too", "text/html\n;x", "text/html"},
		{"form feed is no HTTP whitespace", "\ftext/html", ""},
		{"token characters", "!#$%/&'*+-.^_`|~", "!#$%/&'*+-.^_`|~"},
		{"nothing", "", ""},
	} {
		got, ok := fetch.MIMEEssence(row.value)
		if got != row.want || ok != (row.want != "") {
			t.Errorf("%s: %q: %q, %v, want %q", row.why, row.value, got, ok, row.want)
		}
	}
}

func TestSafelistRange(t *testing.T) {
	long := strings.Repeat("7", 119)
	for _, row := range []struct {
		why, value string
		want       bool
	}{
		{"from the start", "bytes=0-", true},
		{"both ends", "bytes=0-499", true},
		{"one byte", "bytes=7-7", true},
		{"leading zeros are digits", "bytes=007-8", true},
		{"leading zeros do not make a number large", "bytes=000000000000000000000010-11", true},
		{"zeros are equal however many", "bytes=000-0", true},
		{"start beyond end", "bytes=10-5", false},
		{"start beyond end by length", "bytes=10-9", false},
		{"a suffix has no start", "bytes=-500", false},
		{"neither end", "bytes=-", false},
		{"no dash", "bytes=5", false},
		{"no digits at all", "bytes=", false},
		{"no unit", "0-5", false},
		{"another unit", "items=0-5", false},
		{"the unit in other case", "Bytes=0-5", false},
		{"the unit in other case", "BYTES=0-", false},
		{"a blank before =", "bytes =0-5", false},
		{"a blank after =", "bytes= 0-5", false},
		{"a blank before -", "bytes=0 -5", false},
		{"a blank after -", "bytes=0- 5", false},
		{"a tab at the end", "bytes=0-5\t", false},
		{"a blank at the start", " bytes=0-5", false},
		{"two ranges", "bytes=0-5,7-9", false},
		{"an empty second range", "bytes=0-5,", false},
		{"a sign", "bytes=+0-5", false},
		{"two dashes", "bytes=0--5", false},
		{"hexadecimal", "bytes=0x0-5", false},
		{"digits of another script", "bytes=٠-٥", false},
		{"119 digits", "bytes=" + long + "-", true},
		{"120 digits", "bytes=7" + long + "-", true},
		{"two numbers beyond any integer, in order", "bytes=" + long[:55] + "-" + long[:56], true},
		{"two numbers beyond any integer, in disorder", "bytes=" + long[:56] + "-" + long[:55], false},
		{"20 digits are no overflow in the standard", "bytes=99999999999999999999-", true},
		{"20 digits in disorder by the last", "bytes=99999999999999999999-99999999999999999998", false},
	} {
		if got := fetch.IsCORSSafelistedRequestHeader("Range", row.value); got != row.want {
			t.Errorf("%s: %q: %v, want %v", row.why, row.value, got, row.want)
		}
	}
}

func TestNoCORSSafelist(t *testing.T) {
	for _, row := range []struct {
		why, name, value string
		want             bool
	}{
		{"one of four", "Accept", "a", true},
		{"one of four", "accept-language", "en", true},
		{"one of four", "Content-LANGUAGE", "en", true},
		{"one of four", "content-type", "text/plain", true},
		{"the value counts", "Content-Type", "application/json", false},
		{"the value counts", "Accept", "(", false},
		{"its length too", "Accept", strings.Repeat("a", 129), false},
		{"Range is not among them", "Range", "bytes=0-", false},
		{"nor anything else", "X-A", "b", false},
	} {
		if got := fetch.IsNoCORSSafelistedRequestHeader(row.name, row.value); got != row.want {
			t.Errorf("%s: %s: %q: %v, want %v", row.why, row.name, row.value, got, row.want)
		}
	}
}
