package wire_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/wire"
)

// lines makes a header of one name, with other fields between its lines.
func lines(name string, values ...string) wire.Header {
	h := wire.Header{{"X-Before", "("}}
	for i, v := range values {
		if i%2 == 1 {
			name = strings.ToLower(name)
		}
		h = append(h, wire.Field{Name: name, Value: v}, wire.Field{Name: "X-Between", Value: "("})
	}
	return h
}

func TestExtractTokens(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  []string // nil for absent
		why   string
	}{
		{nil, nil, "absent is nil"},
		{[]string{""}, []string{}, "present and empty is a list, and an empty one"},
		{[]string{" \t "}, []string{}, "blanks alone are empty"},
		{[]string{","}, []string{}, "so is a comma"},
		{[]string{", ,\t,"}, []string{}, "and several"},
		{[]string{"", ""}, []string{}, "two empty lines"},
		{[]string{"GET"}, []string{"GET"}, "one token"},
		{[]string{"get"}, []string{"get"}, "the case stays"},
		{[]string{"*"}, []string{"*"}, "the wildcard is a token like any"},
		{[]string{"GET,PUT"}, []string{"GET", "PUT"}, "a comma is enough"},
		{[]string{"GET , \tPUT\t"}, []string{"GET", "PUT"}, "blanks and tabs round commas"},
		{[]string{" GET"}, []string{"GET"}, "blanks in front of a value that was not trimmed"},
		{[]string{",GET,,PUT,"}, []string{"GET", "PUT"}, "empty elements are passed over"},
		{[]string{"GET,GET"}, []string{"GET", "GET"}, "duplicates stay"},
		{[]string{"GET", "PUT, DELETE"}, []string{"GET", "PUT", "DELETE"}, "lines follow each other"},
		{[]string{"", "PUT"}, []string{"PUT"}, "an empty line and a full one"},
		{[]string{"!#$%&'*+-.^_`|~09azAZ"}, []string{"!#$%&'*+-.^_`|~09azAZ"}, "every kind of token byte"},
	} {
		got, err := lines("A", tt.lines...).ExtractTokens("A")
		if err != nil || !slices.Equal(got, tt.want) || (got == nil) != (tt.want == nil) {
			t.Errorf("%q: got %#v, %v; want %#v: %s", tt.lines, got, err, tt.want, tt.why)
		}
	}
}

func TestExtractTokensRefuses(t *testing.T) {
	for _, tt := range []struct {
		lines        []string
		line, offset int
		item         string
		why          string
	}{
		{[]string{`"GET"`}, 0, 0, `"GET"`, "tokens are not quoted"},
		{[]string{`GET, "PUT, POST"`}, 0, 5, `"PUT`, "and quotes do not hold a list together"},
		{[]string{"GET;PUT"}, 0, 0, "GET;PUT", "a semicolon is no comma"},
		{[]string{"GET PUT"}, 0, 0, "GET PUT", "nor is a blank"},
		{[]string{"GET\tPUT"}, 0, 0, "GET\tPUT", "nor a tab"},
		{[]string{"GET,\t P T ,X"}, 0, 6, "P T", "the offset is the item's, without the blanks round it"},
		{[]string{",,,a b"}, 0, 3, "a b", "empty elements count in the offset"},
		{[]string{"[GET]"}, 0, 0, "[GET]", "somebody printed a list"},
		{[]string{"X-A:1"}, 0, 0, "X-A:1", "a header and its value"},
		{[]string{"X-\u00c4"}, 0, 0, "X-\u00c4", "tokens are ASCII"},
		{[]string{"GET\n"}, 0, 0, "GET\n", "a newline is no blank here"},
		{[]string{"GET", "PUT, a b"}, 1, 5, "a b", "a bad second line voids the first, and says which it is"},
		{[]string{"", "", "(", ")"}, 2, 0, "(", "lines of other names do not count; the first fault is told"},
		{[]string{"a/b, c/d"}, 0, 0, "a/b", "the first of two in a line"},
	} {
		h := lines("X-List", tt.lines...)
		got, err := h.ExtractTokens("X-List")
		checkSyntaxError(t, err, wire.SyntaxError{Name: "X-List", Line: tt.line, Offset: tt.offset, Item: tt.item}, tt.why)
		if got != nil {
			t.Errorf("%q: %q beside the error, want nil: %s", tt.lines, got, tt.why)
		}
	}
}

func TestExtractDeltaSeconds(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  string
		why   string
	}{
		{nil, "", "absent"},
		{[]string{"0"}, "0", "zero is a number of seconds"},
		{[]string{"600"}, "600", "ten minutes"},
		{[]string{"007"}, "007", "leading zeros stand as sent"},
		{[]string{" \t600\t "}, "600", "blanks round it, in a value that was not trimmed"},
		{[]string{"99999999999999999999999999"}, "99999999999999999999999999", "more than any integer holds"},
	} {
		if got, err := lines("A", tt.lines...).ExtractDeltaSeconds("a"); got != tt.want || err != nil {
			t.Errorf("%q: got %q, %v; want %q: %s", tt.lines, got, err, tt.want, tt.why)
		}
	}
	for _, tt := range []struct {
		lines        []string
		line, offset int
		item         string
		why          string
	}{
		{[]string{""}, 0, 0, "", "present and empty is no number"},
		{[]string{"  "}, 0, 2, "", "nor are blanks"},
		{[]string{"-1"}, 0, 0, "-1", "no sign, though some engines read minus one"},
		{[]string{"+1"}, 0, 0, "+1", "no plus"},
		{[]string{"1.5"}, 0, 0, "1.5", "no fraction"},
		{[]string{"1e3"}, 0, 0, "1e3", "no exponent"},
		{[]string{"0x10"}, 0, 0, "0x10", "decimal only"},
		{[]string{"600s"}, 0, 0, "600s", "no unit"},
		{[]string{" 6 0"}, 0, 1, "6 0", "no blank within"},
		{[]string{"600,600"}, 0, 0, "600,600", "no list"},
		{[]string{`"600"`}, 0, 0, `"600"`, "no quotes"},
		{[]string{"\u0661"}, 0, 0, "\u0661", "digits are ASCII"},
		{[]string{"600", "600"}, 1, 0, "600", "a second line, though it says the same"},
		{[]string{"600", ""}, 1, 0, "", "or nothing"},
		{[]string{"x", "600"}, 0, 0, "x", "the first fault is told"},
	} {
		got, err := lines("X-Age", tt.lines...).ExtractDeltaSeconds("X-Age")
		checkSyntaxError(t, err, wire.SyntaxError{Name: "X-Age", Line: tt.line, Offset: tt.offset, Item: tt.item}, tt.why)
		if got != "" {
			t.Errorf("%q: %q beside the error, want nothing: %s", tt.lines, got, tt.why)
		}
	}
}

func checkSyntaxError(t *testing.T, err error, want wire.SyntaxError, why string) {
	t.Helper()
	var got *wire.SyntaxError
	if !errors.As(err, &got) {
		t.Errorf("got %v, want a *SyntaxError at %q: %s", err, want.Item, why)
		return
	}
	if got.Want == "" {
		t.Errorf("%v does not say what was expected: %s", err, why)
	}
	want.Want = got.Want
	if *got != want {
		t.Errorf("got %+v, want %+v: %s", *got, want, why)
	}
}

func TestSyntaxErrorSaysWhere(t *testing.T) {
	for _, tt := range []struct {
		err  wire.SyntaxError
		want string
	}{
		{wire.SyntaxError{Name: "A", Offset: 3, Item: "b c", Want: "a token"}, `A, byte 3: "b c" is not a token`},
		{wire.SyntaxError{Name: "A", Line: 1, Offset: 3, Item: "b c", Want: "a token"}, `A, line 2, byte 3: "b c" is not a token`},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestGetDecodeAndSplit(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  []string
		why   string
	}{
		{nil, nil, "absent is nil"},
		{[]string{""}, []string{""}, "present and empty is one empty piece"},
		{[]string{"nosniff"}, []string{"nosniff"}, "one piece"},
		{[]string{"nosniff,"}, []string{"nosniff", ""}, "an empty piece behind the comma stays"},
		{[]string{"nosniff", ""}, []string{"nosniff", ""}, "from an empty line too"},
		{[]string{",nosniff"}, []string{"", "nosniff"}, "and in front"},
		{[]string{"a \t,\t b"}, []string{"a", "b"}, "blanks and tabs round commas go"},
		{[]string{"a / b,,,1"}, []string{"a / b", "", "", "1"}, "blanks within stay, and so do empty pieces"},
		{[]string{"a / b", ",", "1"}, []string{"a / b", "", "", "1"}, "lines are joined first"},
		{[]string{`"1,2", 3`}, []string{`"1,2"`, "3"}, "a quoted comma does not split, and quotes stay"},
		{[]string{`a;b="c,d",e`}, []string{`a;b="c,d"`, "e"}, "a quoted string within a piece"},
		{[]string{`a"b"c"d,e"f, g`}, []string{`a"b"c"d,e"f`, "g"}, "several in one piece"},
		{[]string{`text/html;", x/x`}, []string{`text/html;", x/x`}, "an open quote runs to the end"},
		{[]string{`text/html;"`, "x/x"}, []string{`text/html;", x/x`}, "and over the line's end"},
		{[]string{`"a\",b", c`}, []string{`"a\",b"`, "c"}, "a backslash takes a quote's meaning"},
		{[]string{`"a\\",b`}, []string{`"a\\"`, "b"}, "and another backslash's"},
		{[]string{`a\",b", c`}, []string{`a\",b"`, "c"}, "but outside quotes it means nothing"},
		{[]string{`a\,b`}, []string{`a\`, "b"}, "so that it does not save a comma"},
		{[]string{`"a\`}, []string{`"a\`}, "a backslash at the end"},
		{[]string{`" a ", " b`}, []string{`" a "`, `" b`}, "blanks in quotes stay"},
		{[]string{"a\n,b"}, []string{"a\n", "b"}, "only tabs and blanks are trimmed"},
	} {
		got := lines("A", tt.lines...).GetDecodeAndSplit("a")
		if !slices.Equal(got, tt.want) || (got == nil) != (tt.want == nil) {
			t.Errorf("%q: got %#v, want %#v: %s", tt.lines, got, tt.want, tt.why)
		}
	}
}
