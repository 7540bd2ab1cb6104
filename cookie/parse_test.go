package cookie_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
)

func TestParse(t *testing.T) {
	date := time.Date(2026, time.July, 3, 8, 9, 10, 0, time.UTC)
	long := strings.Repeat("x", 1024)
	for _, row := range []struct {
		line string
		why  string
		want cookie.Cookie
	}{
		{"a=1", "the least there is", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{" a \t=\t 1 ;", "blanks go, also round the equals sign", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=b=c", "the first equals sign parts", cookie.Cookie{Name: "a", Value: "b=c", HostOnly: true}},
		{"a", "without one it is all value", cookie.Cookie{Value: "a", HostOnly: true}},
		{"=a", "an empty name is none", cookie.Cookie{Value: "a", HostOnly: true}},
		{"a=", "an empty value is a value", cookie.Cookie{Name: "a", HostOnly: true}},
		{`a="1; 2"`, "quotes neither protect nor go", cookie.Cookie{Name: "a", Value: `"1`, HostOnly: true}},
		{"a b=c, d", "blanks and commas inside stay", cookie.Cookie{Name: "a b", Value: "c, d", HostOnly: true}},
		{"a=\xff%41é", "bytes are kept as they are", cookie.Cookie{Name: "a", Value: "\xff%41é", HostOnly: true}},
		{
			"a=1; EXPIRES=Fri, 03 Jul 2026 08:09:10 GMT;max-age=60;dOMAIN=Shop.Test ; Path=/x ;SECURE;httponly;samesite=sTRICT;PARTITIONED",
			"attribute names and words have no case",
			cookie.Cookie{
				Name: "a", Value: "1", Domain: "shop.test", Path: "/x", Secure: true, HTTPOnly: true, Partitioned: true,
				SameSite: cookie.SameSiteStrict, Expires: date, MaxAge: time.Minute,
			},
		},
		{"a=1; Secure=no; HttpOnly=0; Partitioned=", "a flag's value says nothing", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, Secure: true, HTTPOnly: true, Partitioned: true}},
		{"a=1;; ;=;Secured;Priority=High;Secure", "what is unknown is passed over", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, Secure: true}},
		{"a=1; Domain=.shop.test", "one leading dot goes", cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test"}},
		{"a=1; Domain=..shop.test", "and one only", cookie.Cookie{Name: "a", Value: "1", Domain: ".shop.test"}},
		{"a=1; Domain=.", "a dot alone is no domain", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=1; Domain=b.test; Domain=c.test", "the last one counts", cookie.Cookie{Name: "a", Value: "1", Domain: "c.test"}},
		{"a=1; Path=/b; Path=/c", "the last one counts", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, Path: "/c"}},
		{"a=1; Path=/b; Path=c", "even where it means the default", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=1; SameSite=Lax; SameSite=Loose", "even where it means unset", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=1; SameSite=None", "None", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, SameSite: cookie.SameSiteNone}},
		{"a=1; Path=/" + long[1:], "1024 bytes are not too many", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, Path: "/" + long[1:]}},
		{"a=1; Path=/b; Path=/" + long, "a longer attribute is passed over", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, Path: "/b"}},
		{"a=1; Max-Age=0", "zero is at once", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, MaxAge: -time.Second}},
		{"a=1; Max-Age=-0", "and so is less", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, MaxAge: -time.Second}},
		{"a=1; Max-Age=-99999999999999999999", "however much less", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, MaxAge: -time.Second}},
		{"a=1; Max-Age=007", "zeros in front say nothing", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, MaxAge: 7 * time.Second}},
		{"a=1; Max-Age=34560001", "400 days are the most", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, MaxAge: 400 * 24 * time.Hour}},
		{"a=1; Max-Age=99999999999999999999", "however much more", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, MaxAge: 400 * 24 * time.Hour}},
		{"a=1; Max-Age=+5", "digits, and a minus sign at most", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=1; Max-Age=--5", "digits, and a minus sign at most", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=1; Max-Age=5.0", "digits, and a minus sign at most", cookie.Cookie{Name: "a", Value: "1", HostOnly: true}},
		{"a=1; Expires=Fri, 03 Jul 2026 08:09:10 GMT; Expires=soon", "a date that is none leaves the earlier one", cookie.Cookie{Name: "a", Value: "1", HostOnly: true, Expires: date}},
	} {
		got, err := cookie.Parse(row.line)
		if err != nil {
			t.Errorf("%q: %v\nwhy: %s", row.line, err, row.why)
			continue
		}
		if got != row.want {
			t.Errorf("%q\n got %+v\nwant %+v\nwhy: %s", row.line, got, row.want, row.why)
		}
		if again, err := cookie.Parse(got.String()); err != nil || again != got {
			t.Errorf("%q: written as %q, which is read as %+v, %v", row.line, got.String(), again, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, row := range []struct {
		line string
		why  string
		want cookie.SyntaxError
	}{
		{"", "nothing", cookie.SyntaxError{Reason: cookie.Empty}},
		{" \t; Path=/", "blanks are nothing", cookie.SyntaxError{Reason: cookie.Empty}},
		{"=", "nor is an equals sign", cookie.SyntaxError{Reason: cookie.Empty}},
		{"a=1\r\nB: 2", "a line is one line", cookie.SyntaxError{Offset: 3, Reason: cookie.ControlCharacter}},
		{"a=\x00", "NUL", cookie.SyntaxError{Offset: 2, Reason: cookie.ControlCharacter}},
		{"a=\x7f", "DEL", cookie.SyntaxError{Offset: 2, Reason: cookie.ControlCharacter}},
		{"a=\x1f", "the last of the low ones", cookie.SyntaxError{Offset: 2, Reason: cookie.ControlCharacter}},
		{"a=1; x=\x08", "in an attribute too", cookie.SyntaxError{Offset: 7, Reason: cookie.ControlCharacter}},
		{"a=" + strings.Repeat("é", 2048), "bytes count, not letters", cookie.SyntaxError{Name: "a", Reason: cookie.TooLong}},
		{strings.Repeat("n", 4000) + "=" + strings.Repeat("v", 97), "name and value together", cookie.SyntaxError{Name: strings.Repeat("n", 4000), Reason: cookie.TooLong}},
	} {
		c, err := cookie.Parse(row.line)
		var got *cookie.SyntaxError
		if !errors.As(err, &got) || *got != row.want {
			t.Errorf("%q: got %+v, %v, want %+v\nwhy: %s", row.line, c, err, row.want, row.why)
			continue
		}
		if !strings.Contains(err.Error(), row.want.Reason.Text()) {
			t.Errorf("%q: %q does not say why", row.line, err)
		}
	}
}

func TestString(t *testing.T) {
	for _, row := range []struct {
		cookie cookie.Cookie
		want   string
	}{
		{cookie.Cookie{Name: "a", Value: "1", Domain: "shop.test", HostOnly: true, Path: "/"}, "a=1; Path=/"},
		{cookie.Cookie{Value: "1"}, "=1"},
		{
			cookie.Cookie{
				Name: "a", Value: "1", Domain: "shop.test", Path: "/x", Secure: true, HTTPOnly: true, Partitioned: true,
				SameSite: cookie.SameSiteNone, MaxAge: 1500 * time.Millisecond, Expires: start.In(time.FixedZone("", 3600)),
			},
			"a=1; Domain=shop.test; Path=/x; Expires=Thu, 02 Jul 2026 12:00:00 GMT; Max-Age=2; Secure; HttpOnly; SameSite=None; Partitioned",
		},
		{cookie.Cookie{Name: "a", MaxAge: -time.Hour}, "a=; Max-Age=0"},
	} {
		if got := row.cookie.String(); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
