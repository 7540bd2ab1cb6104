package cors_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/corscope/corscope/cors"
)

func TestMaxAgeText(t *testing.T) {
	for _, tt := range []struct {
		text string
		want cors.MaxAge
		back string
		why  string
	}{
		{"10m", cors.MaxAge(10 * time.Minute), "10m", "a duration, written as it was read"},
		{"1h", cors.MaxAge(time.Hour), "1h", "no zero minutes and seconds"},
		{"1h30m", cors.MaxAge(90 * time.Minute), "1h30m", "no zero seconds"},
		{"1h0m5s", cors.MaxAge(time.Hour + 5*time.Second), "1h0m5s", "zero minutes between stay"},
		{"20s", cors.MaxAge(20 * time.Second), "20s", "no unit is lost with the zeros"},
		{"600", cors.MaxAge(10 * time.Minute), "10m", "a bare number is seconds, as in the header"},
		{"no-cache", cors.NoCache, "no-cache", "its own word"},
		{"-1", cors.NoCache, "no-cache", "as other libraries spell it"},
		{"", 0, "default", "nothing said"},
		{"default", 0, "default", "nothing said, in a word"},
		{"0", 0, "default", "zero sends no header"},
		{"0s", 0, "default", "zero sends no header"},
		{"-600", cors.MaxAge(-10 * time.Minute), "-10m0s", "read, and left to Lint"},
		{"1.5s", cors.MaxAge(1500 * time.Millisecond), "1.5s", "read, and left to Lint"},
		{"9223372036", cors.MaxAge(9223372036 * time.Second), "2562047h47m16s", "the most there can be"},
	} {
		var m cors.MaxAge
		if err := m.UnmarshalText([]byte(tt.text)); err != nil || m != tt.want {
			t.Errorf("%q: %v, %v; want %v: %s", tt.text, time.Duration(m), err, time.Duration(tt.want), tt.why)
		}
		if m.String() != tt.back {
			t.Errorf("%q is written back as %q, want %q: %s", tt.text, m, tt.back, tt.why)
		}
		var again cors.MaxAge
		if err := again.UnmarshalText([]byte(m.String())); err != nil || again != m {
			t.Errorf("%q: %q is read back as %v, %v", tt.text, m, time.Duration(again), err)
		}
	}
	for text, why := range map[string]string{
		"ten minutes": "no number", "10 m": "a blank", "9223372037": "more than a duration holds", "1e3": "no digits only",
		"9223372036854775808": "more than an integer holds",
	} {
		m := cors.MaxAge(7)
		if err := m.UnmarshalText([]byte(text)); err == nil || m != 7 {
			t.Errorf("%q is read as %v, %v: %s", text, m, err, why)
		}
	}
}

func TestMaxAgeJSON(t *testing.T) {
	for _, tt := range []struct {
		text string
		want cors.MaxAge
		ok   bool
		why  string
	}{
		{`{"maxAge": 600}`, cors.MaxAge(10 * time.Minute), true, "a number is seconds"},
		{`{"maxAge": "600"}`, cors.MaxAge(10 * time.Minute), true, "in a string too"},
		{`{"maxAge": "10m"}`, cors.MaxAge(10 * time.Minute), true, "a duration"},
		{`{"maxAge": "\u0031h"}`, cors.MaxAge(time.Hour), true, "a string is unquoted as JSON has it"},
		{`{"maxAge": -1}`, cors.NoCache, true, "as other libraries have it"},
		{`{"maxAge": null}`, 0, true, "null says nothing"},
		{`{}`, 0, true, "nothing says nothing"},
		{`{"maxAge": 1.5}`, 0, false, "half a second"},
		{`{"maxAge": true}`, 0, false, "no number"},
		{`{"maxAge": ["10m"]}`, 0, false, "a list"},
		{`{"maxAge": "soon"}`, 0, false, "no duration"},
	} {
		var p cors.Policy
		err := json.Unmarshal([]byte(tt.text), &p)
		if (err == nil) != tt.ok || p.MaxAge != tt.want {
			t.Errorf("%s: %v, %v; want %v, ok %v: %s", tt.text, p.MaxAge, err, tt.want, tt.ok, tt.why)
		}
	}
	m := cors.MaxAge(7)
	if err := m.UnmarshalJSON([]byte(`"10m`)); err == nil || m != 7 {
		t.Errorf("half a string is read as %v, %v", m, err)
	}
}
