package origin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corscope/corscope/origin"
)

// policy makes n patterns of a form that has a place for a number.
func policy(tb testing.TB, form string, n int) []origin.Pattern {
	patterns := make([]origin.Pattern, n)
	for i := range patterns {
		text := form
		if strings.Contains(form, "%") {
			text = fmt.Sprintf(form, i)
		}
		patterns[i] = pattern(tb, text)
	}
	return patterns
}

// Every question comes as a new string would from the wire: its bytes are not those the set keeps.
func BenchmarkSetMatch(b *testing.B) {
	const exact, wild, inner = "https://app-%07d.example.com", "https://*.tenant-%07d.example.com", "https://deploy-*--site-%07d.example.app"
	for _, bb := range []struct {
		name, form string
		n          int
		question   string
		ok         bool
	}{
		{"exact/1/hit", exact, 1, "https://app-0000000.example.com", true},
		{"exact/1/miss", exact, 1, "https://app-0000009.example.com", false},
		{"exact/1000/hit", exact, 1000, "https://app-0000500.example.com", true},
		{"exact/1000/miss", exact, 1000, "https://app-0009999.example.com", false},
		{"exact/1000000/hit", exact, 1_000_000, "https://app-0500000.example.com", true},
		{"exact/1/1MB", exact, 1, "https://" + strings.Repeat("a", 1<<20), false},
		{"wildcard/1/hit", wild, 1, "https://app.tenant-0000000.example.com", true},
		{"wildcard/1/miss", wild, 1, "https://app.tenant-0000009.example.com", false},
		{"wildcard/1000/hit", wild, 1000, "https://app.tenant-0000500.example.com", true},
		{"wildcard/1000/miss", wild, 1000, "https://app.tenant-0009999.example.com", false},
		{"wildcard/100000/hit", wild, 100_000, "https://app.tenant-0050000.example.com", true},
		{"wildcard/100000/miss", wild, 100_000, "https://app.tenant-0999999.example.com", false},
		{"wildcard/1000/1MB", wild, 1000, "https://" + strings.Repeat("a.", 1<<19) + "tenant-0000500.example.com", false},
		{"inner/100000/hit", inner, 100_000, "https://deploy-42--site-0050000.example.app", true},
		{"every/hit", "*", 1, "https://app-0000000.example.com", true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			set := origin.NewSet(policy(b, bb.form, bb.n))
			question := strings.Clone(bb.question)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := set.Match(question); ok != bb.ok {
					b.Fatalf("Match(%.60q) = %v", question, ok)
				}
			}
		})
	}
}

// BenchmarkSetMatchSpread asks for another origin every time, so that a large set has to be fetched from memory.
func BenchmarkSetMatchSpread(b *testing.B) {
	for _, n := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			set := origin.NewSet(policy(b, "https://app-%07d.example.com", n))
			questions := make([]string, 1<<16)
			for i := range questions {
				questions[i] = fmt.Sprintf("https://app-%07d.example.com", i*99_991%n)
			}
			i := 0
			for b.Loop() {
				if _, ok := set.Match(questions[i%len(questions)]); !ok {
					b.Fatal("not found")
				}
				i++
			}
		})
	}
}

func BenchmarkNewSet(b *testing.B) {
	for _, form := range []string{"https://app-%07d.example.com", "https://*.tenant-%07d.example.com", "http://app-%07d.example.com:{3000,5173}"} {
		patterns := policy(b, form, 1000)
		b.Run(fmt.Sprintf(form, 0), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				origin.NewSet(patterns)
			}
		})
	}
}

func BenchmarkParsePattern(b *testing.B) {
	for _, text := range []string{"https://app.example.com", "https://*.example.com", "http://localhost:{3000,5173}"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := origin.ParsePattern(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
