package cookie_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/wire"
)

// FuzzParse: whatever is read fits into a header again, and is read from there as the same cookie.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		"a=1", "a", "=a=b", " a = \t1 ; Secure", `a="1"; Path=/x; HttpOnly`, "a=1; Domain=.Shop.TEST; Domain=. x",
		"a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=0", "a=1; Max-Age=-99999999999999999999; SameSite=lax",
		"a=1; Max-Age=34560001; SameSite=x; Partitioned", "a=1;;=;Path=;Path", "a=\xff; Domain=\xff", "a=\x00",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, err := cookie.Parse(line)
		if err != nil {
			if c != (cookie.Cookie{}) {
				t.Fatalf("an error and a cookie: %+v, %v", c, err)
			}
			return
		}
		written := c.String()
		if !wire.IsValue(written) {
			t.Fatalf("%q is no header value", written)
		}
		again, err := cookie.Parse(written)
		if err != nil || again != c {
			t.Fatalf("%q was read as\n%+v\nand written as %q, which is read as\n%+v, %v", line, c, written, again, err)
		}
		if n := len(c.Name) + len(c.Value); n == 0 || n > 4096 {
			t.Fatalf("a pair of %d bytes", n)
		}
		if strings.Contains(c.Name, "=") || strings.ContainsAny(c.Name+c.Value+c.Path+c.Domain, ";\r\n\x00") {
			t.Fatalf("parts in the wrong place: %+v", c)
		}

		// What a jar takes, it sends back to the same place as the same pair.
		var jar cookie.Jar
		page := visit("https://www.shop.test/a/b")
		rejected := jar.Store(page, chromium, []string{line}, start)
		all := jar.All(start)
		switch {
		case len(rejected) == 1 && len(all) != 0, len(rejected) > 1, len(all) > 1:
			t.Fatalf("rejected %v, holds %v", rejected, all)
		case len(all) == 1 && (all[0].Name != c.Name || all[0].Value != c.Value || all[0].MaxAge != 0):
			t.Fatalf("%+v was stored as %+v", c, all[0])
		case len(all) == 1:
			page.Path = all[0].Path
			sent, withheld := jar.Header(page, chromium, start)
			if want := strings.TrimPrefix(c.Name+"="+c.Value, "="); c.Name != "" && sent != want || c.Name == "" && sent != c.Value {
				t.Fatalf("%+v was sent as %q, withheld %v", all[0], sent, withheld)
			}
		}
	})
}

// FuzzParseDate: whatever is a date is one that HTTP can write, and is read from there as the same.
func FuzzParseDate(f *testing.F) {
	for _, text := range []string{
		"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "29 Feb 2023 0:0:0",
		"6th nov 069 1:2:3z", "12:34:567 1:1:1 jan 99", "31 Dec 9999 23:59:59", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := cookie.ParseDate(text)
		if !ok {
			return
		}
		if got.Year() < 1601 || got.Year() > 9999 || got.Nanosecond() != 0 || got.Location() != time.UTC {
			t.Fatalf("%q is %v", text, got)
		}
		written := got.Format(http.TimeFormat)
		if again, ok := cookie.ParseDate(written); !ok || !again.Equal(got) {
			t.Fatalf("%q is %v, written as %q and read as %v, %v", text, got, written, again, ok)
		}
		if std, err := http.ParseTime(written); err != nil || !std.Equal(got) {
			t.Fatalf("%q is %v here and %v to net/http", written, got, std)
		}
	})
}
