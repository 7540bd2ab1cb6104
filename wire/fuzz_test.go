package wire_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/wire"
)

// The grammars once more, as regular expressions: #token and 1*DIGIT, with what a recipient passes over.
const tokenPattern = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"

var (
	tokenList    = regexp.MustCompile(`^[ \t]*(` + tokenPattern + `)?([ \t]*,[ \t]*(` + tokenPattern + `)?)*[ \t]*$`)
	token        = regexp.MustCompile(tokenPattern)
	deltaSeconds = regexp.MustCompile(`^[ \t]*([0-9]+)[ \t]*$`)
)

// twoLines: the second stands in another casing, and a bad line of another name stands between.
func twoLines(first, second string) wire.Header {
	return wire.Header{{"A", first}, {"B", "("}, {"a", second}}
}

func FuzzExtractTokens(f *testing.F) {
	for _, seed := range [][2]string{
		{"", ""},
		{"GET", "PUT"},
		{"GET , \tPUT", ",,"},
		{`"GET"`, ""},
		{"GET", "a b"},
		{"*", "X-\u212a"},
		{"a;b", "c"},
		{"a,b c,d e", ""},
		{"!#$%&'*+-.^_`|~", "09azAZ"},
		{"a\x00", "b\n"},
		{"a", "\xff"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		h := twoLines(first, second)
		got, err := h.ExtractTokens("A")
		if !tokenList.MatchString(first) || !tokenList.MatchString(second) {
			checkPlace(t, h, got, err, func(line string) bool { return tokenList.MatchString(line) })
			return
		}
		if want := token.FindAllString(first+","+second, -1); err != nil || got == nil || !slices.Equal(got, want) {
			t.Fatalf("%q, %q: got %q, %v; want %q", first, second, got, err, want)
		}
		again, err := wire.Header{{"A", strings.Join(got, ",")}}.ExtractTokens("A")
		if err != nil || again == nil || !slices.Equal(again, got) {
			t.Fatalf("%q joined again gives %q, %v", got, again, err)
		}
		for _, item := range got {
			if !wire.IsToken(item) {
				t.Fatalf("%q is no token", item)
			}
		}
	})
}

// checkPlace holds a *SyntaxError to what it says: the item stands there, all before it is good, and it is not.
func checkPlace(t *testing.T, h wire.Header, got []string, err error, good func(string) bool) {
	t.Helper()
	var bad *wire.SyntaxError
	if !errors.As(err, &bad) || got != nil {
		t.Fatalf("%q: got %q, %v; want a *SyntaxError and nothing else", h, got, err)
	}
	values := h.Values("A")
	for _, before := range values[:bad.Line] {
		if !good(before) {
			t.Fatalf("%v: line %q before it is bad already", err, before)
		}
	}
	value := values[bad.Line]
	if !strings.HasPrefix(value[bad.Offset:], bad.Item) || !good(value[:bad.Offset]) || good(bad.Item) || strings.Contains(bad.Item, ",") {
		t.Fatalf("%v: line %q has no first bad item there", err, value)
	}
	if rest := strings.TrimLeft(value[bad.Offset+len(bad.Item):], " \t"); rest != "" && rest[0] != ',' {
		t.Fatalf("%v: the item goes on with %q", err, rest)
	}
}

func FuzzExtractDeltaSeconds(f *testing.F) {
	for _, seed := range []string{"", "0", "600", " 600\t", "-1", "6 0", "1.5", "600,600", "\u0661", "99999999999999999999", "5\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, err := wire.Header{{"B", "x"}, {"a", value}}.ExtractDeltaSeconds("A")
		if m := deltaSeconds.FindStringSubmatch(value); m != nil {
			if got != m[1] || err != nil {
				t.Fatalf("%q: got %q, %v; want %q", value, got, err, m[1])
			}
		} else {
			var bad *wire.SyntaxError
			if !errors.As(err, &bad) || got != "" || bad.Line != 0 || !strings.HasPrefix(value[bad.Offset:], bad.Item) {
				t.Fatalf("%q: got %q, %v; want a *SyntaxError at the value", value, got, err)
			}
		}
		if got, err := twoLines("600", value).ExtractDeltaSeconds("A"); err == nil {
			t.Fatalf("600 and a second line %q: got %q, want an error", value, got)
		}
	})
}

func FuzzGetDecodeAndSplit(f *testing.F) {
	for _, seed := range [][2]string{
		{"", ""},
		{"nosniff", ""},
		{`"1,2", 3`, ""},
		{`text/html;"`, "x/x"},
		{`"a\",b", c`, `\`},
		{`a\",b"`, ","},
		{" a / b ,,", "1"},
		{`"a\\",b`, "\t\"c"},
		{"a\x00\n", "\xff"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		split := func(values ...string) []string {
			var h wire.Header
			for _, v := range values {
				h = append(h, wire.Field{Name: "A", Value: v})
			}
			return h.GetDecodeAndSplit("A")
		}
		got := twoLines(first, second).GetDecodeAndSplit("A")
		if want := splitByTheBook(first + ", " + second); !slices.Equal(got, want) {
			t.Fatalf("%q, %q: got %q, want %q", first, second, got, want)
		}
		if again := split(strings.Join(got, ",")); !slices.Equal(again, got) {
			t.Fatalf("%q joined and split again gives %q", got, again)
		}
		if again := split(got...); !slices.Equal(again, got) {
			t.Fatalf("%q as a line each gives %q", got, again)
		}
	})
}

// splitByTheBook goes the standard's way step by step, a position and a temporary value, where the code has one loop.
func splitByTheBook(input string) (values []string) {
	position, temporary := 0, ""
	for {
		for position < len(input) && input[position] != '"' && input[position] != ',' {
			temporary += input[position : position+1]
			position++
		}
		if position < len(input) && input[position] == '"' {
			end := quotedEnd(input, position)
			temporary += input[position:end]
			position = end
			if position < len(input) {
				continue
			}
		}
		values = append(values, strings.Trim(temporary, " \t"))
		temporary = ""
		if position >= len(input) {
			return values
		}
		position++ // the comma
	}
}

// quotedEnd is where the quoted string that starts at position ends.
func quotedEnd(input string, position int) int {
	for position++; position < len(input); {
		c := input[position]
		position++
		if c == '"' {
			return position
		}
		if c == '\\' && position < len(input) {
			position++
		}
	}
	return position
}
