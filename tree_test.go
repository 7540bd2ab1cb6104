package corscope_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const module = "github.com/corscope/corscope"

// house is the tree this test stands in.
var house = os.DirFS(".")

// texts reads every text file of the tree, nested modules included.
func texts(t *testing.T, tree fs.FS) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git" || name == ".bin":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(tree, name)
		if text := string(data); utf8.ValidString(text) && !strings.Contains(text, "\x00") {
			found[name] = text
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A parcel is one package of the main module as it is written, whatever the platform.
type parcel struct {
	name  string // as its files say
	files []*ast.File
	tests []*ast.File
}

// parcels parses the main module, by directory. A directory with its own go.mod is another module; a file that is
// never built is a generator and belongs to no package.
func parcels(t *testing.T, fset *token.FileSet, tree fs.FS) map[string]*parcel {
	t.Helper()
	found := map[string]*parcel{}
	files := texts(t, tree)
	for name, text := range files {
		dir := path.Dir(name)
		if path.Ext(name) != ".go" || isIgnored(dir) || isNested(files, dir) {
			continue
		}
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if neverBuilt(file) {
			continue
		}
		if found[dir] == nil {
			found[dir] = &parcel{}
		}
		if strings.HasSuffix(name, "_test.go") {
			found[dir].tests = append(found[dir].tests, file)
		} else {
			found[dir].files = append(found[dir].files, file)
			found[dir].name = file.Name.Name
		}
	}
	return found
}

// isIgnored reports whether the go command would not look into the directory.
func isIgnored(dir string) bool {
	return slices.ContainsFunc(strings.Split(dir, "/"), func(element string) bool {
		return element == "testdata" || element == "vendor" || element[0] == '_' || element[0] == '.' && element != "."
	})
}

func isNested(files map[string]string, dir string) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, ok := files[dir+"/go.mod"]; ok {
			return true
		}
	}
	return false
}

func neverBuilt(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Text == "//go:build ignore" {
				return true
			}
		}
	}
	return false
}
