package corscope_test

import (
	"go/doc"
	"go/doc/comment"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// documented reads the exported packages of the main module as a reader of their documentation sees them, by path.
func documented(t *testing.T, found map[string]*parcel, fset *token.FileSet) map[string]*doc.Package {
	t.Helper()
	docs := map[string]*doc.Package{}
	for dir, p := range found {
		if len(p.files) == 0 || p.name == "main" || slices.Contains(strings.Split(dir, "/"), "internal") {
			continue
		}
		importPath := module
		if dir != "." {
			importPath += "/" + dir
		}
		read, err := doc.NewFromFiles(fset, slices.Concat(p.files, p.tests), importPath)
		if err != nil {
			t.Fatal(err)
		}
		docs[importPath] = read
	}
	return docs
}

// withoutExample lists the packages that export something and show no use of it.
func withoutExample(docs map[string]*doc.Package) []string {
	var lacking []string
	for importPath, p := range docs {
		exports := len(p.Consts) + len(p.Vars) + len(p.Types) + len(p.Funcs)
		examples := len(p.Examples)
		for _, f := range p.Funcs {
			examples += len(f.Examples)
		}
		for _, typ := range p.Types {
			examples += len(typ.Examples)
			for _, f := range slices.Concat(typ.Funcs, typ.Methods) {
				examples += len(f.Examples)
			}
		}
		if exports > 0 && examples == 0 {
			lacking = append(lacking, importPath)
		}
	}
	return lacking
}

func TestPackagesHaveExamples(t *testing.T) {
	fset := token.NewFileSet()
	for _, importPath := range withoutExample(documented(t, parcels(t, fset, house), fset)) {
		t.Errorf("%s has no Example", importPath)
	}
}

// A bracketed name that go doc did not make a link of, because it knows nothing of that name.
var bracketed = regexp.MustCompile(`\[\*?([A-Z]\w*|[a-z][\w/]*\.[A-Z]\w*)(\.[A-Z]\w*)?\]`)

// brokenLinks lists the doc links of p that lead nowhere. Links into other modules are taken on trust.
func brokenLinks(p *doc.Package, all map[string]*doc.Package) []string {
	var broken []string
	parser := p.Parser()
	for _, text := range commentsOf(p) {
		for _, piece := range pieces(parser.Parse(text).Content) {
			switch piece := piece.(type) {
			case comment.Plain:
				broken = append(broken, bracketed.FindAllString(string(piece), -1)...)
			case *comment.DocLink:
				if piece.ImportPath != module && !strings.HasPrefix(piece.ImportPath, module+"/") {
					continue
				}
				target := all[piece.ImportPath]
				if target == nil || piece.Name != "" && !target.Parser().LookupSym(piece.Recv, piece.Name) {
					broken = append(broken, piece.DefaultURL(""))
				}
			}
		}
	}
	return broken
}

func commentsOf(p *doc.Package) []string {
	found := []string{p.Doc}
	values := func(list []*doc.Value) {
		for _, v := range list {
			found = append(found, v.Doc)
		}
	}
	funcs := func(list []*doc.Func) {
		for _, f := range list {
			found = append(found, f.Doc)
		}
	}
	values(p.Consts)
	values(p.Vars)
	funcs(p.Funcs)
	for _, typ := range p.Types {
		found = append(found, typ.Doc)
		values(typ.Consts)
		values(typ.Vars)
		funcs(typ.Funcs)
		funcs(typ.Methods)
	}
	return found
}

// pieces flattens the prose of blocks; code is no prose.
func pieces(blocks []comment.Block) []comment.Text {
	var found []comment.Text
	for _, block := range blocks {
		switch block := block.(type) {
		case *comment.Paragraph:
			found = append(found, block.Text...)
		case *comment.Heading:
			found = append(found, block.Text...)
		case *comment.List:
			for _, item := range block.Items {
				found = append(found, pieces(item.Content)...)
			}
		}
	}
	return found
}

func TestDocLinksResolve(t *testing.T) {
	fset := token.NewFileSet()
	docs := documented(t, parcels(t, fset, house), fset)
	for importPath, p := range docs {
		for _, link := range brokenLinks(p, docs) {
			t.Errorf("%s: the doc link %s leads nowhere", importPath, link)
		}
	}
}

func TestGodocRulesBite(t *testing.T) {
	const a, b = module + "/a", module + "/b"
	tree := fstest.MapFS{
		"a/a.go": {Data: []byte(`// Package a links to [T], [T.M], [b.V], [net/http.Handler], and a list[0].
//
// It also links to [Gone], to [T.Gone], to [b.Gone] and, by its path, to [` + module + `/c].
package a

import "` + b + `"

// T is [b.V]:
//
//	index[Key]
type T int

// M knows [c.V], which this file does not import.
func (T) M() { _ = b.V }
`)},
		"b/b.go":        {Data: []byte("package b\n\n// V is exported.\nvar V int\n")},
		"b/b_test.go":   {Data: []byte("package b_test\n\nfunc Example() {}\n")},
		"cmd/x/x.go":    {Data: []byte("package main\n\nvar Exported int\n")},
		"internal/i.go": {Data: []byte("package internal\n\n// I links to [Nothing].\nvar I int\n")},
	}
	fset := token.NewFileSet()
	docs := documented(t, parcels(t, fset, tree), fset)

	if got, want := withoutExample(docs), []string{a}; !slices.Equal(got, want) {
		t.Errorf("without example: got %v, want %v", got, want)
	}
	want := []string{"[Gone]", "[T.Gone]", "/" + b + "#Gone", "/" + module + "/c", "[c.V]"}
	if got := brokenLinks(docs[a], docs); !slices.Equal(got, want) {
		t.Errorf("broken links: got %v, want %v", got, want)
	}
	if got := brokenLinks(docs[b], docs); got != nil {
		t.Errorf("broken links of a package without links: %v", got)
	}
}
