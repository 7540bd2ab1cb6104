package transcript_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/corscope/corscope/transcript"
)

// declared reads the Code constants from the source, in order: a code that nobody lists would be a code that no
// document, no catalog and no test knows.
func declared(t *testing.T) map[string]transcript.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]transcript.Code{}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			if kind, ok := value.Type.(*ast.Ident); !ok || kind.Name != "Code" || len(value.Names) != 1 || len(value.Values) != 1 {
				t.Fatalf("%v: want one name, the type Code and one value a line", value.Names)
			}
			literal, ok := value.Values[0].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				t.Fatalf("%s: want a string literal", value.Names[0])
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			codes[value.Names[0].Name] = transcript.Code(text)
		}
	}
	return codes
}

func TestCodesAreAllThere(t *testing.T) {
	listed := transcript.Codes()
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[transcript.Code]bool{}
	for _, c := range listed {
		if seen[c] {
			t.Errorf("%q is listed twice", c)
		}
		seen[c] = true
		if !slug.MatchString(string(c)) {
			t.Errorf("%q is no lower-case slug", c)
		}
	}
	constants := declared(t)
	if len(constants) == 0 {
		t.Fatal("no Code constant found in code.go")
	}
	for name, c := range constants {
		if !seen[c] {
			t.Errorf("%s = %q is declared and not listed", name, c)
		}
	}
	if len(constants) != len(listed) {
		t.Errorf("%d codes declared, %d listed: two constants share a slug, or one is listed that is not declared", len(constants), len(listed))
	}
}

func TestCodesIsACopy(t *testing.T) {
	codes := transcript.Codes()
	codes[0] = "changed"
	if slices.Contains(transcript.Codes(), "changed") {
		t.Error("a caller changed the list for everybody")
	}
}

func TestIsCORS(t *testing.T) {
	cors := []transcript.Code{
		"mode-same-origin", "scheme-not-http", // asked for, and CORS cannot give it
		"lna-denied", "lna-insecure", "lna-mismatch",
		"acao-missing", "acao-multiple", "acao-invalid", "acao-mismatch", "star-credentials", "acac-not-true",
		"preflight-status", "preflight-redirect", "acam-syntax", "acah-syntax", "method-not-allowed", "header-not-allowed",
		"redirect-userinfo",
	}
	listed := transcript.Codes()
	for _, c := range cors {
		if !slices.Contains(listed, c) {
			t.Errorf("%q is no code", c)
		}
	}
	for _, c := range append(listed, "", "made-up", "ACAO-MISSING") {
		if got, want := c.IsCORS(), slices.Contains(cors, c); got != want {
			t.Errorf("%q.IsCORS() = %v, want %v", c, got, want)
		}
	}
}
