package corscope_test

import (
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

// A rule of the house looks at one text file and says what is wrong with it; "" where nothing is.
type rule struct {
	name  string
	fault func(name, text string) string
	// A file that breaks the rule, and its nearest neighbour that does not.
	wrong, right file
}

type file struct{ name, text string }

const longest = 500

// The patterns are written so that they do not match themselves.
var (
	generated  = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	unfinished = regexp.MustCompile(`\b(TO[D]O|FIX[M]E|XX[X])\b`)
	machine    = regexp.MustCompile(`(?m)(?:^|[^\w.-])(/(?:work|root|tmp)/.*)$`)
	registry   = regexp.MustCompile(`(?i)\b(((proxy|sum)[.]golang|pypi|pythonhosted|rubygems|packagist|nuget)[.]org|goproxy[.](io|cn)|` +
		`crates[.]io|npmjs[.](org|com)|registry[.]yarnpkg[.]com|(deb|security)[.]debian[.]org|archive[.]ubuntu[.]com|` +
		`repo1?[.]maven([.]apache)?[.]org)\b`)
)

// Names that say nothing of what a file holds; they fill up.
var nameless = []string{"util", "utils", "helper", "helpers", "common"}

var rules = []rule{
	{
		name: "a Go file is read in one sitting, unless a program wrote it or it is a table of tests",
		fault: func(name, text string) string {
			lines := strings.Count(text, "\n")
			if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || generated.MatchString(text) || lines <= longest {
				return ""
			}
			return "too long: split it by idea"
		},
		wrong: file{"fetch/mainfetch.go", strings.Repeat("\n", longest+1)},
		right: file{"fetch/mainfetch.go", strings.Repeat("\n", longest)},
	},
	{
		name: "a file is named for what it holds",
		fault: func(name, _ string) string {
			if path.Ext(name) != ".go" && path.Ext(name) != ".js" {
				return ""
			}
			for element := range strings.SplitSeq(strings.TrimSuffix(name, path.Ext(name)), "/") {
				if slices.Contains(nameless, strings.TrimSuffix(element, "_test")) {
					return element
				}
			}
			return ""
		},
		wrong: file{"fetch/util_test.go", ""},
		right: file{"fetch/utility_test.go", ""},
	},
	{
		name: "nothing is left for later",
		fault: func(name, text string) string {
			if !slices.Contains([]string{".go", ".js", ".md"}, path.Ext(name)) {
				return ""
			}
			return unfinished.FindString(text)
		},
		wrong: file{"wire/list.go", "// TO" + "DO: quoted strings\n"},
		right: file{"wire/list.go", "// to do this twice is to do it wrong\n"},
	},
	{
		name: "no package registry is named",
		fault: func(name, text string) string {
			if path.Base(name) == "go.sum" {
				return ""
			}
			return registry.FindString(text)
		},
		wrong: file{"docs/install.md", "https://proxy." + "golang.org/"},
		right: file{"docs/install.md", "https://pkg.go.dev/golang.org/x/net"},
	},
	{
		name: "no path of somebody's machine is written down",
		fault: func(name, text string) string {
			if path.Base(name) == "go.sum" { // hashes hold anything
				return ""
			}
			if found := machine.FindStringSubmatch(text); found != nil {
				return found[1]
			}
			return ""
		},
		wrong: file{"scripts/run", "cd /" + "work/main\n"},
		right: file{"scripts/run", "curl https://api.example/work/1 ./tmp/2\n"},
	},
}

func TestHouse(t *testing.T) {
	files := texts(t, house)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, r := range rules {
			if fault := r.fault(name, files[name]); fault != "" {
				t.Errorf("%s: %q: %s", name, fault, r.name)
			}
		}
	}
}

func TestRulesBite(t *testing.T) {
	for _, r := range rules {
		if r.fault(r.wrong.name, r.wrong.text) == "" {
			t.Errorf("%s: nothing found in %s", r.name, r.wrong.name)
		}
		if fault := r.fault(r.right.name, r.right.text); fault != "" {
			t.Errorf("%s: found %q in %s", r.name, fault, r.right.name)
		}
	}
}

func TestChangelogHasRoom(t *testing.T) {
	text := texts(t, house)["CHANGELOG.md"]
	first := regexp.MustCompile(`(?m)^## .*$`).FindString(text)
	if first != "## [Unreleased]" {
		t.Errorf("CHANGELOG.md begins with %q, want a section for what is not released yet", first)
	}
}

func TestDecisionsAreIndexed(t *testing.T) {
	const dir = "docs/decisions/"
	files := texts(t, house)
	index := files[dir+"README.md"]
	numbered := regexp.MustCompile(`^[0-9]{4}-[a-z0-9-]+\.md$`)
	for name := range files {
		decision, ok := strings.CutPrefix(name, dir)
		if !ok || decision == "README.md" {
			continue
		}
		if !numbered.MatchString(decision) {
			t.Errorf("%s: a decision is named by number and title, as in 0001-base.md", name)
		}
		if strings.Count(index, "("+decision+")") != 1 {
			t.Errorf("%s is not linked once in %sREADME.md", name, dir)
		}
	}
}

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Links inside the tree only: what others do with their pages is not for a test to know.
func TestDocumentLinksResolve(t *testing.T) {
	files := texts(t, house)
	for name, text := range files {
		if path.Ext(name) != ".md" || isIgnored(path.Dir(name)) {
			continue
		}
		for _, found := range markdownLink.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(found[1], "#")
			if target == "" || strings.Contains(target, ":") {
				continue
			}
			if target = path.Join(path.Dir(name), target); !exists(files, target) {
				t.Errorf("%s links to %s, which is not there", name, target)
			}
		}
	}
}

// exists reports whether target is a text file, or a directory that holds one.
func exists(files map[string]string, target string) bool {
	if _, ok := files[target]; ok {
		return true
	}
	for name := range files {
		if strings.HasPrefix(name, target+"/") {
			return true
		}
	}
	return false
}

// The table of the house names every package there is.
func TestArchitectureKnowsThePackages(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for dir := range parcels(t, token.NewFileSet(), os.DirFS(".")) {
		if strings.HasPrefix(dir, "internal/gen/") || dir == "." {
			continue
		}
		if !strings.Contains(string(text), "| `"+dir+"` |") {
			t.Errorf("ARCHITECTURE.md: the table has no row for %s", dir)
		}
	}
}

// What README shows of a policy's faults is what a person would see.
func TestReadmeQuotesFaults(t *testing.T) {
	_, err := cors.Compile(cors.Policy{Origins: []string{"https://app.example.com/"}, Credentials: true, RequestHeaders: []string{"*"}})
	readme, err2 := os.ReadFile("README.md")
	if err2 != nil {
		t.Fatal(err2)
	}
	if err == nil || !strings.Contains(string(readme), "```\n"+err.Error()+"\n```\n") {
		t.Errorf("README.md does not say:\n%v", err)
	}
}

// What README says of real browsers is what their records say.
func TestReadmeQuotesConformance(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(string(text)), " ")
	}
	records, readme := read("docs/conformance.md"), read("README.md")
	for _, browser := range []string{"Chromium", "Firefox"} {
		row := regexp.MustCompile(`\| ` + browser + ` \| [^|]+ \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \|`).FindStringSubmatch(records)
		if row == nil {
			t.Fatalf("docs/conformance.md has no row for %s", browser)
		}
		claim := "of " + row[1] + " questions, " + row[2] + " can be put to a real browser, and both answered all " + row[3] + " as their profiles say"
		if row[2] != row[3] || !strings.Contains(readme, claim) {
			t.Errorf("README.md does not say of %s: %s", browser, claim)
		}
	}
}
