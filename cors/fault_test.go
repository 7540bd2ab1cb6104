package cors_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

func TestFaultString(t *testing.T) {
	for _, tt := range []struct {
		fault cors.Fault
		want  string
		why   string
	}{
		{
			cors.Fault{
				Code: "origin-path", Severity: cors.SeverityError, Field: "origins", Index: 2, Offset: 19, Value: "https://example.com/app",
				Message: "Origins have no path.", Fix: "https://example.com", Spec: "https://spec.example/#origin",
			},
			`error origin-path in origins[2]
    "https://example.com/app"
                        ^
  Origins have no path.
  fix: https://example.com
  see: https://spec.example/#origin`, "a caret under the byte",
		},
		{
			cors.Fault{
				Code: "origin-blank", Severity: cors.SeverityWarning, Field: "origins", Index: 0, Offset: 3, Value: "a\tb c", Message: "m.", Spec: "s",
			},
			"warning origin-blank in origins[0]\n    \"a\\tb c\"\n         ^\n  m.\n  see: s",
			"what is quoted takes more room, and no fix no line",
		},
		{
			cors.Fault{Code: "x", Severity: "error", Field: "origins", Index: 0, Offset: 11, Value: "http://büx!", Message: "m.", Spec: "s"},
			"error x in origins[0]\n    \"http://büx!\"\n               ^\n  m.\n  see: s", "columns count letters, offsets bytes",
		},
		{
			cors.Fault{Code: "x", Severity: "error", Field: "origins", Index: -1, Message: "m.", Spec: "s"},
			"error x in origins\n  m.\n  see: s", "a whole field without a value has no caret",
		},
		{
			cors.Fault{Code: "x", Severity: "error", Field: "methods", Index: 0, Message: "m.", Spec: "s"},
			"error x in methods[0]\n    \"\"\n     ^\n  m.\n  see: s", "an empty entry is shown",
		},
		{
			cors.Fault{Code: "x", Severity: "error", Field: "origins", Index: 0, Offset: 99, Value: "abc", Message: "m.", Spec: "s"},
			"error x in origins[0]\n    \"abc\"\n        ^\n  m.\n  see: s", "an offset past the end points at the end",
		},
		{
			cors.Fault{Code: "x", Severity: "error", Field: "origins", Index: 0, Offset: 60, Value: strings.Repeat("a", 100), Message: "m.", Spec: "s"},
			"error x in origins[0]\n    \"" + strings.Repeat("a", 100) + "\"\n" + strings.Repeat(" ", 65) + "^\n  m.\n  see: s",
			"what just fits is not cut",
		},
		{
			cors.Fault{
				Code: "x", Severity: "error", Field: "origins", Index: 0, Offset: 500, Value: strings.Repeat("a", 500) + "!" + strings.Repeat("b", 500),
				Message: "m.", Spec: "s",
			},
			"error x in origins[0]\n    …\"" + strings.Repeat("a", 60) + "!" + strings.Repeat("b", 39) + "\"…\n" + strings.Repeat(" ", 66) +
				"^\n  m.\n  see: s", "a long value is cut round the place",
		},
	} {
		if diff := cmp.Diff(tt.want, tt.fault.String()); diff != "" {
			t.Errorf("%s:\n%s", tt.why, diff)
		}
	}
}

func TestPolicyError(t *testing.T) {
	_, err := cors.Compile(cors.Policy{
		Origins: []string{"https://app.example.com/", "*"}, Credentials: true, Methods: []string{"patch"},
	})
	var wrong *cors.PolicyError
	if !errors.As(err, &wrong) {
		t.Fatalf("%T", err)
	}
	const want = `cors: the policy has 2 errors
error origin-trailing-slash in origins[0]
    "https://app.example.com/"
                            ^
`
	if got := err.Error(); !strings.HasPrefix(got, want) || !strings.Contains(got, "\nerror every-origin-with-credentials in origins[1]\n") {
		t.Errorf("got %s", got)
	}
	for _, f := range wrong.Faults {
		if f.Severity != cors.SeverityError || f.Code == cors.MethodCase {
			t.Errorf("an error lists a warning: %v", f)
		}
	}
	_, err = cors.Compile(cors.Policy{Origins: []string{""}})
	if got := err.Error(); !strings.HasPrefix(got, "cors: the policy has 1 error\nerror origin-empty in origins[0]\n") {
		t.Errorf("got %s", got)
	}
}
