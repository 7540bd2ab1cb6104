package cookie

import (
	"strings"
	"time"

	"github.com/corscope/corscope/wire"
)

// parseDate reads the date of an Expires attribute. It looks for a time, a day, a month and a year among the words, in
// whatever order and among whatever else: real servers write a dozen forms.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.1
func parseDate(text string) (time.Time, bool) {
	var (
		clock                                      [3]int
		day, year                                  int
		month                                      time.Month
		foundTime, foundDay, foundMonth, foundYear bool
	)
	// Steps 1 and 2: each word fills the first of the four that is still open and that it can be.
	for word := range strings.FieldsFuncSeq(text, isDateDelimiter) {
		if !foundTime {
			if clock, foundTime = parseClock(word); foundTime {
				continue
			}
		}
		if !foundDay {
			if day, foundDay = leadingNumber(word, 1, 2); foundDay {
				continue
			}
		}
		if !foundMonth {
			if month, foundMonth = parseMonth(word); foundMonth {
				continue
			}
		}
		if !foundYear {
			year, foundYear = leadingNumber(word, 2, 4)
		}
	}
	// Steps 3 and 4: two digits mean 1970 to 2069.
	switch {
	case 70 <= year && year <= 99:
		year += 1900
	case year <= 69:
		year += 2000
	}
	// Step 5.
	if !foundTime || !foundDay || !foundMonth || !foundYear || year < 1601 || clock[0] > 23 || clock[1] > 59 || clock[2] > 59 {
		return time.Time{}, false
	}
	// Step 6: a day the month does not have comes back from time.Date as another one.
	t := time.Date(year, month, day, clock[0], clock[1], clock[2], 0, time.UTC)
	return t, t.Day() == day
}

func isDateDelimiter(r rune) bool {
	return r == '\t' || 0x20 <= r && r <= 0x2f || 0x3b <= r && r <= 0x40 || 0x5b <= r && r <= 0x60 || 0x7b <= r && r <= 0x7e
}

// parseClock reads hours:minutes:seconds of one or two digits each, and passes over what follows them.
func parseClock(word string) (clock [3]int, ok bool) {
	for i := range clock {
		if i > 0 {
			if word, ok = strings.CutPrefix(word, ":"); !ok {
				return clock, false
			}
		}
		if clock[i], ok = leadingNumber(word, 1, 2); !ok {
			return clock, false
		}
		word = word[digits(word):]
	}
	return clock, true
}

var months = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// parseMonth looks at the first three letters only.
func parseMonth(word string) (time.Month, bool) {
	if len(word) < 3 {
		return 0, false
	}
	for i, name := range months {
		if wire.EqualFold(word[:3], name) {
			return time.Month(i + 1), true
		}
	}
	return 0, false
}

// leadingNumber reads the number word starts with, if that has at least low and at most high digits.
func leadingNumber(word string, low, high int) (int, bool) {
	n := digits(word)
	if n < low || n > high {
		return 0, false
	}
	return number(word[:n]), true
}

// digits counts the digits s starts with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// number is the value of a few digits.
func number(digits string) (n int) {
	for i := 0; i < len(digits); i++ {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
