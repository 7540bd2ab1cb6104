package wire_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/wire"
)

func TestGet(t *testing.T) {
	for _, tt := range []struct {
		header wire.Header
		want   string
		ok     bool
		values []string
		why    string
	}{
		{nil, "", false, nil, "no list, no value"},
		{wire.Header{{"B", "1"}}, "", false, nil, "another name"},
		{wire.Header{{"AA", "1"}, {"", "2"}}, "", false, nil, "a longer and an empty name"},
		{wire.Header{{"A", "1"}}, "1", true, []string{"1"}, "one line"},
		{wire.Header{{"a", "1"}}, "1", true, []string{"1"}, "names compare without case"},
		{wire.Header{{"A", ""}}, "", true, []string{""}, "present and empty is present"},
		{wire.Header{{"A", "1"}, {"B", "x"}, {"a", "2"}}, "1, 2", true, []string{"1", "2"}, "two lines join with comma and space, in order"},
		{wire.Header{{"A", "*"}, {"A", "*"}}, "*, *", true, []string{"*", "*"}, "equal lines join too: two stars are no star"},
		{wire.Header{{"A", ""}, {"A", ""}, {"A", "3"}}, ", , 3", true, []string{"", "", "3"}, "empty lines join"},
	} {
		got, ok := tt.header.Get("A")
		if got != tt.want || ok != tt.ok {
			t.Errorf("%q.Get = %q, %v; want %q, %v: %s", tt.header, got, ok, tt.want, tt.ok, tt.why)
		}
		if got := tt.header.Contains("A"); got != tt.ok {
			t.Errorf("%q.Contains = %v, want %v: %s", tt.header, got, tt.ok, tt.why)
		}
		if got := tt.header.Values("A"); !slices.Equal(got, tt.values) || (got == nil) != (tt.values == nil) {
			t.Errorf("%q.Values = %#v, want %#v: %s", tt.header, got, tt.values, tt.why)
		}
	}
}

// A server decides how many lines it sends, so joining them must not copy what was joined before for every line.
func TestGetJoinsManyLinesOnce(t *testing.T) {
	h := make(wire.Header, 2000)
	for i := range h {
		h[i] = wire.Field{Name: "A", Value: "x"}
	}
	if allocs := testing.AllocsPerRun(3, func() { h.Get("A") }); allocs > 50 {
		t.Errorf("joining %d lines allocates %.0f times", len(h), allocs)
	}
	if got, _ := h.Get("A"); got != strings.Repeat("x, ", 1999)+"x" {
		t.Error("the lines are not all there")
	}
}

func TestChange(t *testing.T) {
	appendField := func(h *wire.Header) { h.Append("a", "new") }
	setField := func(h *wire.Header) { h.Set("a", "new") }
	combineField := func(h *wire.Header) { h.Combine("a", "new") }
	deleteField := func(h *wire.Header) { h.Delete("a") }
	for _, tt := range []struct {
		name         string
		change       func(*wire.Header)
		before, want wire.Header
		why          string
	}{
		{"Append", appendField, nil, wire.Header{{"a", "new"}}, "the zero Header is ready to use"},
		{"Append", appendField, wire.Header{{"B", "1"}}, wire.Header{{"B", "1"}, {"a", "new"}}, "at the end"},
		{"Append", appendField, wire.Header{{"A", "1"}, {"B", "2"}}, wire.Header{{"A", "1"}, {"B", "2"}, {"A", "new"}}, "in the casing of the first"},
		{"Append", appendField, wire.Header{{"A", "1"}, {"a", "2"}}, wire.Header{{"A", "1"}, {"a", "2"}, {"A", "new"}}, "of the first, not of the last"},

		{"Set", setField, nil, wire.Header{{"a", "new"}}, "the zero Header is ready to use"},
		{"Set", setField, wire.Header{{"B", "1"}}, wire.Header{{"B", "1"}, {"a", "new"}}, "added at the end"},
		{"Set", setField, wire.Header{{"A", "1"}}, wire.Header{{"A", "new"}}, "the value changes, the casing stays"},
		{
			"Set", setField,
			wire.Header{{"B", "1"}, {"A", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}, {"D", "6"}, {"a", "7"}},
			wire.Header{{"B", "1"}, {"A", "new"}, {"C", "4"}, {"D", "6"}},
			"the first keeps its place, the others go, the rest keeps its order",
		},
		{"Set", setField, wire.Header{{"A", "1"}, {"A", "2"}}, wire.Header{{"A", "new"}}, "nothing but that name"},

		{"Combine", combineField, nil, wire.Header{{"a", "new"}}, "the zero Header is ready to use"},
		{"Combine", combineField, wire.Header{{"B", "1"}}, wire.Header{{"B", "1"}, {"a", "new"}}, "added at the end"},
		{"Combine", combineField, wire.Header{{"A", "1"}}, wire.Header{{"A", "1, new"}}, "one line grows"},
		{"Combine", combineField, wire.Header{{"A", ""}}, wire.Header{{"A", ", new"}}, "an empty value is a value"},
		{"Combine", combineField, wire.Header{{"A", "1"}, {"A", "2"}}, wire.Header{{"A", "1, new"}, {"A", "2"}}, "the first of several, and the others stay"},

		{"Delete", deleteField, nil, nil, "nothing to remove"},
		{"Delete", deleteField, wire.Header{{"B", "1"}}, wire.Header{{"B", "1"}}, "another name stays"},
		{
			"Delete", deleteField,
			wire.Header{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"A", "4"}, {"C", "5"}},
			wire.Header{{"B", "2"}, {"C", "5"}},
			"all of that name go, the rest keeps its order",
		},
		{"Delete", deleteField, wire.Header{{"A", "1"}, {"a", "2"}}, wire.Header{}, "down to nothing"},
	} {
		got := tt.before.Clone()
		tt.change(&got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q became %q, want %q: %s", tt.name, tt.before, got, tt.want, tt.why)
		}
	}
}

func TestClone(t *testing.T) {
	if got := wire.Header(nil).Clone(); got != nil {
		t.Errorf("a nil Header's clone is %#v, want nil", got)
	}
	if got := (wire.Header{}).Clone(); got == nil || len(got) != 0 {
		t.Errorf("an empty Header's clone is %#v, want empty and not nil", got)
	}
	original := wire.Header{{"A", "1"}, {"B", "2"}, {"A", "3"}}
	want := slices.Clone(original)
	for name, change := range map[string]func(*wire.Header){
		"Append":  func(h *wire.Header) { h.Append("C", "4") },
		"Set":     func(h *wire.Header) { h.Set("A", "4") },
		"Combine": func(h *wire.Header) { h.Combine("A", "4") },
		"Delete":  func(h *wire.Header) { h.Delete("A") },
	} {
		clone := original.Clone()
		if !slices.Equal(clone, want) {
			t.Fatalf("the clone is %q, want %q", clone, want)
		}
		change(&clone)
		if slices.Equal(clone, want) {
			t.Errorf("%s changed nothing", name)
		}
		if !slices.Equal(original, want) {
			t.Fatalf("%s on the clone changed the original to %q", name, original)
		}
		change(&original)
		if !slices.Equal(clone, original) {
			t.Errorf("%s: the clone became %q, the original %q", name, clone, original)
		}
		original = slices.Clone(want)
	}
}

func TestNormalize(t *testing.T) {
	for value, want := range map[string]string{
		"":                     "",
		"a":                    "a",
		" a ":                  "a",
		"\t\r\n a b\t\r\n ":    "a b",
		"a\tb\nc":              "a\tb\nc", // within, all stays: IsValue judges it
		" \t\r\n":              "",
		"\x00a\x00":            "\x00a\x00",
		"\u00a0a\u00a0":        "\u00a0a\u00a0", // HTTP's blanks are four, and this is none
		"\va\f":                "\va\f",
		" \"quoted blank \" ":  "\"quoted blank \"",
		"\n\n*\n\n":            "*",
		" \u2003wide blank\t ": "\u2003wide blank",
	} {
		if got := wire.Normalize(value); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestIsValue(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  bool
		why   string
	}{
		{"", true, "a value may be empty"},
		{"a", true, "a letter"},
		{"a \t b", true, "blanks within"},
		{"\x01\x7f\x80\xff", true, "controls and bytes over ASCII, though RFC 9110 would not"},
		{"\v", true, "no blank of HTTP's"},
		{" a", false, "a blank in front"},
		{"a ", false, "a blank behind"},
		{"\ta", false, "a tab in front"},
		{"a\t", false, "a tab behind"},
		{" ", false, "nothing but a blank"},
		{"a\x00b", false, "NUL"},
		{"a\rb", false, "CR"},
		{"a\nb", false, "LF"},
		{"a\r\nSet-Cookie: b", false, "a second header"},
		{"a\n", false, "LF at the end"},
	} {
		if got := wire.IsValue(tt.value); got != tt.want {
			t.Errorf("IsValue(%q) = %v, want %v: %s", tt.value, got, tt.want, tt.why)
		}
	}
}

func TestIsToken(t *testing.T) {
	if wire.IsToken("") {
		t.Error("a token has at least one byte")
	}
	// Everything in ASCII that can be seen, less RFC 9110's delimiters.
	const delimiters = `"(),/:;<=>?@[\]{}`
	for c := range 256 {
		want := c > ' ' && c < 0x7f && !strings.ContainsRune(delimiters, rune(c))
		for _, s := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)}), string([]byte{byte(c)}) + "a"} {
			if got := wire.IsToken(s); got != want {
				t.Errorf("IsToken(%q) = %v, want %v", s, got, want)
			}
		}
	}
}

func TestFolding(t *testing.T) {
	isLetter := func(c int) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80 }
	for a := range 256 {
		text := string([]byte{'x', byte(a)})
		for b := range 256 {
			want := a == b || isLetter(a) && a^b == 0x20
			if got := wire.EqualFold(text, string([]byte{'X', byte(b)})); got != want {
				t.Errorf("EqualFold of bytes %#x and %#x = %v, want %v", a, b, got, want)
			}
		}
		want := a
		if isLetter(a) {
			want |= 0x20
		}
		if got := wire.Lower(text); got != string([]byte{'x', byte(want)}) {
			t.Errorf("Lower of byte %#x = %q, want byte %#x", a, got, want)
		}
	}
	for _, tt := range []struct{ a, b, why string }{
		{"\u212aeep-alive", "keep-alive", "the Kelvin sign folds to k in Unicode"},
		{"\u017fec-fetch", "sec-fetch", "the long s folds to s in Unicode"},
		{"\u00c4", "\u00e4", "letters outside ASCII have no case here"},
		{"Accept", "Accept ", "nothing is trimmed"},
		{"a", "", "an empty name"},
	} {
		if wire.EqualFold(tt.a, tt.b) || wire.EqualFold(tt.b, tt.a) {
			t.Errorf("EqualFold(%q, %q): %s", tt.a, tt.b, tt.why)
		}
		if wire.Lower(tt.a) == tt.b {
			t.Errorf("Lower(%q): %s", tt.a, tt.why)
		}
	}
	if got := wire.Lower("aBc-\u212aD"); got != "abc-\u212ad" {
		t.Errorf("Lower goes on behind the first capital: got %q", got)
	}
}
