package cookie_test

import (
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
)

func TestParseDate(t *testing.T) {
	for _, row := range []struct {
		text string
		why  string
		want string // RFC 3339; "" where it is no date
	}{
		{"Sun, 06 Nov 1994 08:49:37 GMT", "as HTTP writes it", "1994-11-06T08:49:37Z"},
		{"Sunday, 06-Nov-94 08:49:37 GMT", "as it was written before", "1994-11-06T08:49:37Z"},
		{"Sun Nov  6 08:49:37 1994", "as C writes it", "1994-11-06T08:49:37Z"},
		{"1994 nov 06 08:49:37", "a number of four digits is no day", "1994-11-06T08:49:37Z"},
		{"08:49:37 6 NOVEMBER 1994", "only three letters of the month count, in any case", "1994-11-06T08:49:37Z"},
		{"06/Nov/1994@08:49:37", "any punctuation parts, but the colon", "1994-11-06T08:49:37Z"},
		{"Mon, 06 Nov 1994 08:49:37 +0200", "the day of the week and the zone say nothing", "1994-11-06T08:49:37Z"},
		{"6th Nov 1994AD 8:9:7pm", "letters after a number say nothing", "1994-11-06T08:09:07Z"},
		{"06 Nov 1994 08:49:37 07 Dec 1995 09:50:38", "the first of each counts", "1994-11-06T08:49:37Z"},
		{"06 Nov 12:34:567 94 08:49:37", "a word that is no time may be the year", "2012-11-06T08:49:37Z"},
		{"06 Nov 69 00:00:00", "two digits up to 69 are this century", "2069-11-06T00:00:00Z"},
		{"06 Nov 70 00:00:00", "from 70 on the last one", "1970-11-06T00:00:00Z"},
		{"06 Nov 099 00:00:00", "three digits are two with a zero", "1999-11-06T00:00:00Z"},
		{"06 Nov 1601 23:59:59", "the first year there is", "1601-11-06T23:59:59Z"},
		{"31 Dec 9999 23:59:59", "the last one", "9999-12-31T23:59:59Z"},
		{"29 Feb 2024 00:00:00", "a leap year", "2024-02-29T00:00:00Z"},
		{"06 Nov 1994 08:49:37\xff\x01", "other bytes are part of a word", "1994-11-06T08:49:37Z"},

		{"29 Feb 2023 00:00:00", "a day the month does not have", ""},
		{"31 Apr 2024 00:00:00", "a day the month does not have", ""},
		{"0 Nov 1994 08:49:37", "days start at 1", ""},
		{"32 Nov 1994 08:49:37", "and end at 31", ""},
		{"006 Nov 1994 08:49:37", "three digits are no day, and then the year", ""},
		{"06 Nov 1600 08:49:37", "too early", ""},
		{"06 Nov 100 08:49:37", "three digits, too early", ""},
		{"06 Nov 19940 08:49:37", "five digits are no year", ""},
		{"06 Nov 4 08:49:37", "one digit is no year", ""},
		{"06 Nov 1994 24:00:00", "hours end at 23", ""},
		{"06 Nov 1994 08:60:00", "minutes at 59", ""},
		{"06 Nov 1994 08:00:60", "seconds at 59, leap or not", ""},
		{"06 Nov 1994 08:49", "a time has three parts", ""},
		{"06 Nov 1994 008:49:37", "of two digits at most", ""},
		{"06 No 1994 08:49:37", "a month has three letters at least", ""},
		{"Nov 1994 08:49:37", "no day", ""},
		{"06 Nov 08:49:37", "no year", ""},
		{"06 11 1994 08:49:37", "no month", ""},
		{"0", "nothing at all", ""},
		{"", "nothing at all", ""},
	} {
		got, ok := cookie.ParseDate(row.text)
		switch {
		case ok != (row.want != ""):
			t.Errorf("%q: got %v, %v\nwhy: %s", row.text, got, ok, row.why)
		case ok && got.Format(time.RFC3339) != row.want:
			t.Errorf("%q: got %s, want %s\nwhy: %s", row.text, got.Format(time.RFC3339), row.want, row.why)
		}
	}
}

func TestDateDelimiters(t *testing.T) {
	const delimiters = "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~"
	for b := range 256 {
		// Unless the byte parts them, the year swallows the time.
		text := "06 Nov 1994" + string([]byte{byte(b)}) + "08:49:37"
		want := strings.IndexByte(delimiters, byte(b)) >= 0
		if _, ok := cookie.ParseDate(text); ok != want {
			t.Errorf("byte %#02x: a date %v, want %v", b, ok, want)
		}
	}
}
