package corscope_test

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// drawing is the import direction of the main module; TestImports executes it.
//
// "a, b < c" lets c import a and b, and whatever they may import. "a !< b" keeps b from importing a, and makes a drawing
// that would let it wrong. A package that stands nowhere in it may not exist, one that stands in it need not exist yet.
// A name in capitals is no package: it is a landing, one word for all that stands below.
const drawing = `
	corscope; # doc.go: the mechanism in words

	origin, wire < transcript, cookie < fetch;
	origin, wire, transcript < cors;
	fetch < scenario < conformance;
	origin, wire, transcript < diagnose < internal/report;
	fetch, scenario, internal/report < corstest;

	conformance, cors, corstest < LIBRARY
	< internal/demo, internal/export, internal/gateway, internal/lab, internal/paste, internal/play, internal/probe
	< internal/cli
	< cmd/corscope;

	fetch < internal/gen/deviations;
	diagnose < internal/gen/codes;

	# The halves never excuse each other, and the judge of a transcript is neither of them.
	fetch !< cors;
	cors !< fetch;
	fetch, cors !< diagnose;
`

// What the library may import from outside the standard library. The commands may import what docs/decisions says.
const (
	extendedStandardLibrary = "golang.org/x/net"            // anywhere: public suffixes, IDNA
	urlParser               = "github.com/nlnwa/whatwg-url" // in fetch alone
)

// A policy says of every package in a drawing what it may import.
type policy map[string]map[string]bool

var remark = regexp.MustCompile(`#[^\n]*`)

// parsePolicy reads a drawing. It refuses one with a circle in it, and one that lets happen what it forbids.
func parsePolicy(text string) (policy, error) {
	p := policy{}
	var bans []string
	for rule := range strings.SplitSeq(remark.ReplaceAllString(text, ""), ";") {
		switch {
		case strings.TrimSpace(rule) == "":
		case strings.Contains(rule, "!<"):
			bans = append(bans, rule)
		default:
			if err := p.draw(rule); err != nil {
				return nil, err
			}
		}
	}
	p.close()
	for name := range p {
		if p[name][name] {
			return nil, fmt.Errorf("%s stands above itself", name)
		}
	}
	for _, ban := range bans {
		if err := p.obeys(ban); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// draw adds a rule of the form "a, b < c < d".
func (p policy) draw(rule string) error {
	var lowers []string
	for list := range strings.SplitSeq(rule, "<") {
		uppers, err := names(list)
		if err != nil {
			return fmt.Errorf("%w in %q", err, rule)
		}
		for _, upper := range uppers {
			if p[upper] == nil {
				p[upper] = map[string]bool{}
			}
			for _, lower := range lowers {
				p[upper][lower] = true
			}
		}
		lowers = uppers
	}
	return nil
}

// obeys holds the closed policy against a rule of the form "a, b !< c, d".
func (p policy) obeys(ban string) error {
	below, above, _ := strings.Cut(ban, "!<")
	lowers, err := names(below)
	uppers, err2 := names(above)
	if err := errors.Join(err, err2); err != nil {
		return fmt.Errorf("%w in %q", err, ban)
	}
	for _, lower := range lowers {
		for _, upper := range uppers {
			if p[lower] == nil || p[upper] == nil {
				return fmt.Errorf("a name that is not drawn in %q", ban)
			}
			if p[upper][lower] {
				return fmt.Errorf("%s may import %s, and may not", upper, lower)
			}
		}
	}
	return nil
}

func names(list string) ([]string, error) {
	var found []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" || strings.ContainsAny(name, " \t\n!") {
			return nil, errors.New("not a list of names")
		}
		found = append(found, name)
	}
	return found, nil
}

// close lets every package import what those it may import may import.
func (p policy) close() {
	for middle := range p {
		for upper := range p {
			if p[upper][middle] {
				maps.Copy(p[upper], p[middle])
			}
		}
	}
}

// A breach is one thing wrong with an import, or with a package if imported is empty.
type breach struct {
	pkg, imported string
	what          offence
}

type offence string

const (
	undrawn  offence = "the package is not in the drawing"
	upwards  offence = "the drawing does not let it import that"
	outsider offence = "it may not import that from outside the standard library"
	parses   offence = "it reaches the URL parser" // imported is the package through which
)

// check compares imports, package by package, with the policy. Own packages go by their path inside the module.
func (p policy) check(imports map[string][]string) []breach {
	var found []breach
	for pkg, list := range imports {
		if p[pkg] == nil {
			found = append(found, breach{pkg, "", undrawn})
			continue
		}
		for _, imported := range list {
			own, isOwn := strings.CutPrefix(imported, module+"/")
			switch {
			case isOwn && !p[pkg][own]:
				found = append(found, breach{pkg, own, upwards})
			case !isOwn && isOutside(imported) && !p.mayImportOutsider(pkg, imported):
				found = append(found, breach{pkg, imported, outsider})
			}
		}
	}
	if through := reaches(imports, "cors", urlParser, map[string]bool{}); through != "" {
		found = append(found, breach{"cors", through, parses})
	}
	return found
}

func (p policy) mayImportOutsider(pkg, imported string) bool {
	if within(imported, urlParser) {
		return pkg == "fetch"
	}
	return within(imported, extendedStandardLibrary) || !p["LIBRARY"][pkg]
}

func isOutside(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

func within(imported, mod string) bool {
	return imported == mod || strings.HasPrefix(imported, mod+"/")
}

// reaches returns the package through which pkg comes to import the module, directly or by others; "" if it does not.
func reaches(imports map[string][]string, pkg, mod string, seen map[string]bool) string {
	if seen[pkg] {
		return ""
	}
	seen[pkg] = true
	for _, imported := range imports[pkg] {
		if within(imported, mod) {
			return pkg
		}
		if own, ok := strings.CutPrefix(imported, module+"/"); ok {
			if through := reaches(imports, own, mod, seen); through != "" {
				return through
			}
		}
	}
	return ""
}

// importsOf lists what every package imports, its tests apart.
func importsOf(t *testing.T, found map[string]*parcel) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	for dir, p := range found {
		if len(p.files) == 0 {
			continue
		}
		if dir == "." {
			dir = p.name
		}
		imports[dir] = []string{}
		for _, file := range p.files {
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				imports[dir] = append(imports[dir], imported)
			}
		}
	}
	return imports
}

func mustParse(t *testing.T) policy {
	t.Helper()
	p, err := parsePolicy(drawing)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestImports(t *testing.T) {
	imports := importsOf(t, parcels(t, token.NewFileSet(), house))
	if !slices.Contains(imports["transcript"], module+"/wire") {
		t.Fatal("the tree was not read: transcript imports wire")
	}
	for _, b := range mustParse(t).check(imports) {
		t.Errorf("%s: %s: %s", b.pkg, b.imported, b.what)
	}
}

// everything is the fullest tree the drawing allows: all packages exist and import all they may.
func everything(p policy) map[string][]string {
	imports := map[string][]string{}
	for pkg, lowers := range p {
		if pkg == strings.ToUpper(pkg) {
			continue
		}
		imports[pkg] = []string{"net/http", extendedStandardLibrary + "/publicsuffix"}
		for lower := range lowers {
			if lower != strings.ToUpper(lower) {
				imports[pkg] = append(imports[pkg], module+"/"+lower)
			}
		}
	}
	imports["fetch"] = append(imports["fetch"], urlParser+"/url")
	imports["internal/cli"] = append(imports["internal/cli"], "github.com/alecthomas/kong")
	return imports
}

func TestCheckAllowsWhatIsDrawn(t *testing.T) {
	p := mustParse(t)
	for _, b := range p.check(everything(p)) {
		t.Errorf("%s: %s: %s", b.pkg, b.imported, b.what)
	}
}

func TestCheckCatches(t *testing.T) {
	tests := []struct {
		why      string
		pkg      string
		imported string
		want     breach
	}{
		{
			"the browser's half would excuse the server's",
			"fetch", module + "/cors",
			breach{"fetch", "cors", upwards},
		},
		{
			"the server's half would excuse the browser's",
			"cors", module + "/fetch",
			breach{"cors", "fetch", upwards},
		},
		{
			"what crosses knows nothing of who asks",
			"wire", module + "/fetch",
			breach{"wire", "fetch", upwards},
		},
		{
			"siblings on one step do not know each other",
			"transcript", module + "/cookie",
			breach{"transcript", "cookie", upwards},
		},
		{
			"the judge reads transcripts, not profiles",
			"diagnose", module + "/fetch",
			breach{"diagnose", "fetch", upwards},
		},
		{
			"no library package stands on a command's",
			"corstest", module + "/internal/cli",
			breach{"corstest", "internal/cli", upwards},
		},
		{
			"a library package brings no third party along",
			"diagnose", "github.com/alecthomas/kong",
			breach{"diagnose", "github.com/alecthomas/kong", outsider},
		},
		{
			"internal/report counts as library",
			"internal/report", "github.com/alecthomas/kong",
			breach{"internal/report", "github.com/alecthomas/kong", outsider},
		},
		{
			"a longer name is another module",
			"wire", extendedStandardLibrary + "work",
			breach{"wire", extendedStandardLibrary + "work", outsider},
		},
		{
			"URLs are parsed in one place, for commands too",
			"internal/cli", urlParser + "/url",
			breach{"internal/cli", urlParser + "/url", outsider},
		},
		{
			"cors carries the URL parser of whatever it imports",
			"origin", urlParser + "/url",
			breach{"cors", "origin", parses},
		},
		{
			"a new package is drawn before it is written",
			"helper", "strings",
			breach{"helper", "", undrawn},
		},
		{
			"an unknown package is not imported either",
			"fetch", module + "/helper",
			breach{"fetch", "helper", upwards},
		},
		{
			"the root is words, and everybody's import of it would be a circle",
			"corscope", module + "/wire",
			breach{"corscope", "wire", upwards},
		},
	}
	for _, tt := range tests {
		t.Run(tt.pkg+" imports "+tt.imported, func(t *testing.T) {
			p := mustParse(t)
			imports := everything(p)
			imports[tt.pkg] = append(imports[tt.pkg], tt.imported)
			if got := p.check(imports); !slices.Contains(got, tt.want) {
				t.Errorf("got %v, want %v among them: %s", got, tt.want, tt.why)
			}
		})
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	tests := []struct{ why, drawing string }{
		{"a circle in one rule", "a < b < a;"},
		{"a circle in two rules", "a < b; b < c; c < a;"},
		{"what is forbidden is let in by another rule", "a < b; a !< b;"},
		{"what is forbidden is let in by way of another package", "a < b < c; a !< c;"},
		{"a comma without a name", "a, < b;"},
		{"a side without a name", "a < ;"},
		{"a comma forgotten", "a b < c;"},
		{"a ban on a misspelt name holds nobody back", "a < b < c; d; dd !< a;"},
		{"a ban without a name", "a < b; a !< ;"},
	}
	for _, tt := range tests {
		if p, err := parsePolicy(tt.drawing); err == nil {
			t.Errorf("%q: got %v, want an error: %s", tt.drawing, p, tt.why)
		}
	}
}

func TestImportsAreRead(t *testing.T) {
	tree := fstest.MapFS{
		"doc.go":                 {Data: []byte("package corscope\n")},
		"a/a.go":                 {Data: []byte("package a\n\nimport \"fmt\"\n")},
		"a/a_windows.go":         {Data: []byte("//go:build windows\n\npackage a\n\nimport \"net\"\n")},
		"a/a_test.go":            {Data: []byte("package a_test\n\nimport \"testing\"\n")},
		"a/make.go":              {Data: []byte("//go:build ignore\n\npackage main\n\nimport \"os\"\n")},
		"a/testdata/planted.go":  {Data: []byte("package planted\n")},
		"test/bench/go.mod":      {Data: []byte("module bench\n")},
		"test/bench/sub/main.go": {Data: []byte("package main\n")},
	}
	got := importsOf(t, parcels(t, token.NewFileSet(), tree))
	slices.Sort(got["a"])
	want := map[string][]string{"corscope": {}, "a": {"fmt", "net"}}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v, want %v", got, want)
	}
}
