package diagnose_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/wire"
)

func snippet(t testing.TB, stack string, edits ...diagnose.Edit) (text string, ok bool) {
	t.Helper()
	for _, s := range (diagnose.Finding{Fix: diagnose.Fix{Edits: edits}}).Snippets() {
		if s.Stack == stack {
			return s.Text, true
		}
	}
	return "", false
}

func TestSnippets(t *testing.T) {
	edits := append(allowApp(pre), edit(pre, diagnose.Remove, "X-Old", ""), edit(pre, diagnose.Status, "", "204"))
	want := map[string]string{
		"go": `// On the answer to the preflight (OPTIONS), before anything is written:
w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
w.Header().Add("Vary", "Origin")
w.Header().Del("X-Old")
w.WriteHeader(204)
`,
		"nginx": `# In the location that makes the answer to the preflight (OPTIONS),
# in place of any add_header for Access-Control-Allow-Origin and X-Old:
proxy_hide_header "Access-Control-Allow-Origin";
add_header "Access-Control-Allow-Origin" "https://app.example" always;
add_header "Vary" "Origin" always;
proxy_hide_header "X-Old";
# nginx answers the preflight itself: the Access-Control lines have to stand here too
if ($request_method = OPTIONS) { return 204; }
# One add_header in a location drops all that it would inherit:
# the other Access-Control lines have to stand here too.
`,
		"http": `# On the answer to the preflight (OPTIONS):
Access-Control-Allow-Origin: https://app.example
Vary: Origin
# without X-Old
HTTP/1.1 204
`,
	}
	got := map[string]string{}
	for _, s := range (diagnose.Finding{Fix: diagnose.Fix{Edits: edits}}).Snippets() {
		got[s.Stack] = s.Text
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	later := edit(act, diagnose.Set, "A", "b")
	later.Hop = 2
	if text, _ := snippet(t, "http", later); !strings.Contains(text, "after 2 redirects") {
		t.Errorf("got %q, which does not name the server", text)
	}
	if text, _ := snippet(t, "nginx", edit(pre, diagnose.Add, "Access-Control-Allow-Headers", "x-foo")); strings.Contains(text, "in place of") {
		t.Errorf("%q takes away the names that are allowed already", text)
	}
	if text, _ := snippet(t, "nginx", edit(act, diagnose.Remove, "X-Old", "")); strings.Contains(text, "inherit") {
		t.Errorf("%q drops no header", text)
	}
	if text, ok := snippet(t, "nginx", edit(act, diagnose.Status, "", "200")); ok {
		t.Errorf("nginx cannot change the status of what it passes on: %q", text)
	}
	if s := (diagnose.Finding{}).Snippets(); s != nil {
		t.Errorf("nothing to edit: %v", s)
	}
}

func TestUnsoundEditsHaveNoSnippets(t *testing.T) {
	for _, e := range []diagnose.Edit{
		edit(act, diagnose.Set, "A", "b\nSet-Cookie: x"),
		edit(act, diagnose.Set, "A", "b\rc"),
		edit(act, diagnose.Set, "A", "b\x00"),
		edit(act, diagnose.Set, "A", "\x1b[2J"),
		edit(act, diagnose.Set, "A b", "c"),
		edit(act, diagnose.Set, "", "c"),
		edit(act, diagnose.Add, "A\n", "c"),
		edit(act, diagnose.Remove, "A;", ""),
		edit(pre, diagnose.Status, "", "204; }"),
		edit(pre, diagnose.Status, "", "20"),
		edit(pre, "turn", "A", "b"),
	} {
		if s := (diagnose.Finding{Fix: diagnose.Fix{Edits: []diagnose.Edit{edit(act, diagnose.Set, "A", "b"), e}}}).Snippets(); s != nil {
			t.Errorf("%v: %v", e, s)
		}
	}
}

// Whatever stands in a value, a snippet says what the edit says and nothing else.
func FuzzSnippets(f *testing.F) {
	for _, v := range []string{`plain`, `"; evil; "`, `\`, `\"`, `$host`, `${host}`, `a$`, `'`, "`", `}`, `#`, `;`, `\n`, `\$`, "é", "\xff", "//", "*/", "a\nb", "\t"} {
		f.Add("X-Name", v)
		f.Add(v, "value")
	}
	f.Add("$X", "a")
	f.Fuzz(func(t *testing.T, name, value string) {
		e := edit(act, diagnose.Set, name, value)
		goText, ok := snippet(t, "go", e)
		nginxText, okToo := snippet(t, "nginx", e)
		httpText, okThree := snippet(t, "http", e)
		if ok != okToo || ok != okThree {
			t.Fatal("some stacks only")
		}
		if !ok {
			if wire.IsToken(name) && wire.IsValue(value) && strings.Trim(value, printable) == "" {
				t.Fatalf("%q: %q has no snippet, and HTTP could carry it", name, value)
			}
			return
		}
		if got := goCalls(t, goText); len(got) != 1 || got[0] != [3]string{"Set", name, value} {
			t.Fatalf("go says %q of %q: %q:\n%s", got, name, value, goText)
		}
		want := [][]string{{"proxy_hide_header", name}, {"add_header", name, value, "always"}}
		if strings.Contains(value, "$") {
			want = append([][]string{{"geo", "$corscope_dollar", "{", "default", "$"}, {"}"}}, want...)
		}
		if diff := cmp.Diff(want, nginxDirectives(t, nginxText)); diff != "" {
			t.Fatalf("nginx says otherwise of %q: %q (-want +got):\n%s\n%s", name, value, diff, nginxText)
		}
		if strings.Count(httpText, "\n") != 2 || !strings.HasSuffix(httpText, name+": "+value+"\n") {
			t.Fatalf("http says %q", httpText)
		}
	})
}

const printable = ` !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_` + "`" + `abcdefghijklmnopqrstuvwxyz{|}~`

// goCalls reads a snippet as Go does, and gives method and arguments of each call on w.Header().
func goCalls(t *testing.T, text string) (calls [][3]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+text+"\n}", 0)
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	for _, statement := range file.Decls[0].(*ast.FuncDecl).Body.List {
		call := statement.(*ast.ExprStmt).X.(*ast.CallExpr)
		c := [3]string{call.Fun.(*ast.SelectorExpr).Sel.Name}
		for i, arg := range call.Args {
			c[i+1], err = strconv.Unquote(arg.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
		}
		calls = append(calls, c)
	}
	return calls
}

// nginxDirectives reads a snippet as nginx does: words, quotes and backslashes in them, semicolons and braces. The one
// variable of ours stands for a dollar sign in values, and nowhere else.
func nginxDirectives(t *testing.T, text string) (directives [][]string) {
	t.Helper()
	var words []string
	for i := 0; i < len(text); {
		switch text[i] {
		case ' ', '\n':
			i++
		case '#':
			i += strings.IndexByte(text[i:], '\n')
		case ';':
			directives, words, i = append(directives, words), nil, i+1
		case '}':
			directives, words, i = append(directives, append(words, "}")), nil, i+1
		case '"':
			var word strings.Builder
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
					if text[i] != '"' && text[i] != '\\' {
						t.Fatalf("nginx reads \\%c as something else", text[i])
					}
				}
				word.WriteByte(text[i])
			}
			i++
			if next := text[i]; next != ' ' && next != ';' {
				t.Fatalf("nginx wants a blank after a quoted word, not %q", next)
			}
			value := word.String()
			if len(words) == 2 && words[0] == "add_header" { // the only place with variables
				if strings.Contains(strings.ReplaceAll(value, "${corscope_dollar}", ""), "$") {
					t.Fatalf("a variable in %q", value)
				}
				value = strings.ReplaceAll(value, "${corscope_dollar}", "$")
			}
			words = append(words, value)
		default:
			end := i + strings.IndexAny(text[i:], " ;\n")
			words, i = append(words, text[i:end]), end
		}
	}
	if len(words) > 0 {
		t.Fatalf("unfinished: %q", words)
	}
	return directives
}
