package cors_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

const (
	serverGuide    = "../docs/server.md"
	migrationGuide = "../docs/migration.md"
)

// A claim is a policy of a guide, and the faults it is said to have.
type claim struct{ policy, faults string }

var (
	policyRow   = regexp.MustCompile("(?m)^\\| `({.*})` \\| ([^|]*) \\|")
	policyBlock = regexp.MustCompile("(?s)```json\n(.*?)```\n\nFaults: (.*?)\\.\n")
	anyJSON     = regexp.MustCompile("```json\n")
	goBlock     = regexp.MustCompile("(?s)```go\n(.*?)```\n")
	quoted      = regexp.MustCompile("`([^`]*)`")
)

func readGuide(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every policy in the guides has the faults that are told there, and no others.
func TestGuidesTellTheFaults(t *testing.T) {
	for _, name := range []string{serverGuide, migrationGuide} {
		text := readGuide(t, name)
		var claims []claim
		for _, row := range policyRow.FindAllStringSubmatch(text, -1) {
			claims = append(claims, claim{row[1], row[2]})
		}
		for _, block := range policyBlock.FindAllStringSubmatch(text, -1) {
			claims = append(claims, claim{block[1], block[2]})
		}
		if blocks := len(anyJSON.FindAllString(text, -1)); len(claims) < 10 || len(policyBlock.FindAllString(text, -1)) != blocks {
			t.Errorf("%s: %d policies, %d blocks of JSON: one is without its faults", name, len(claims), blocks)
		}
		for _, c := range claims {
			var told []string
			for _, code := range quoted.FindAllStringSubmatch(c.faults, -1) {
				told = append(told, code[1])
			}
			if told == nil && c.faults != "nothing" {
				t.Errorf("%s: %s has %q of faults", name, c.policy, c.faults)
			}
			decoder := json.NewDecoder(strings.NewReader(c.policy))
			decoder.DisallowUnknownFields()
			var p cors.Policy
			if err := decoder.Decode(&p); err != nil {
				t.Errorf("%s: %s: %v", name, c.policy, err)
				continue
			}
			var found []string
			for _, f := range cors.Lint(p) {
				found = append(found, string(f.Code))
			}
			if !slices.Equal(found, told) {
				t.Errorf("%s: %s\nhas  %q\ntold %q", name, c.policy, found, told)
			}
		}
	}
}

// The guide's code is the examples' code: it compiles, and does what is said.
func TestGuideIsMadeOfExamples(t *testing.T) {
	examples := unindented(readGuide(t, "middleware_example_test.go"))
	blocks := goBlock.FindAllStringSubmatch(readGuide(t, serverGuide), -1)
	if len(blocks) < 8 {
		t.Errorf("only %d blocks of Go in the guide", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(examples, unindented(block[1])) {
			t.Errorf("in no example:\n%s", block[1])
		}
	}
}

func unindented(code string) string {
	lines := strings.Split(code, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}

// What the guide says of patterns.
func TestGuideTellsThePatterns(t *testing.T) {
	text := readGuide(t, serverGuide)
	for _, tt := range []struct {
		pattern   string
		yes, no   string
		otherwise string // as the guide shortens it
	}{
		{"https://app.example.com", "https://app.example.com", "https://app.example.com:8443", ""},
		{"https://*.example.com", "https://a.b.example.com", "https://example.com", ""},
		{"https://{label}.example.com", "https://a.example.com", "https://a.b.example.com", ""},
		{"https://deploy-*--shop.netlify.app", "https://deploy-7--shop.netlify.app", "https://deploy-7--other.netlify.app", ""},
		{"http://localhost:*", "http://localhost", "https://localhost", ""},
		{"http://localhost:{3000,5173}", "http://localhost:5173", "http://localhost:3001", ":{3000,5173}"},
		{"http://localhost:3000-3010", "http://localhost:3001", "http://localhost:3011", ":3000-3010"},
		{"*", "https://evil.example", "", ""},
	} {
		written := tt.pattern
		if tt.otherwise != "" {
			written = tt.otherwise
		}
		if !strings.Contains(text, "`"+written+"`") {
			t.Errorf("%s is not in the guide", tt.pattern)
		}
		e := compile(t, origins(tt.pattern))
		if !e.AllowsOrigin(tt.yes) || tt.no != "" && e.AllowsOrigin(tt.no) {
			t.Errorf("%s: %s %v, %s %v", tt.pattern, tt.yes, e.AllowsOrigin(tt.yes), tt.no, e.AllowsOrigin(tt.no))
		}
	}
	for _, r := range cors.Reasons() {
		if r != cors.NoOrigin && r != cors.Allowed && !strings.Contains(text, "`"+r.String()+"`") {
			t.Errorf("the guide does not say what to do about %s", r)
		}
	}
}
