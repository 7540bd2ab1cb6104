package browsers_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

// TestMain leaves no browser behind, whatever ends the tests.
func TestMain(m *testing.M) {
	browsers.Sweep()
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-told
		browsers.CloseAll()
		os.Exit(130)
	}()
	code := m.Run()
	browsers.CloseAll()
	os.Exit(code)
}

// TestConformance puts every case to every engine that is installed, and holds what it does against what the case
// expects of it.
func TestConformance(t *testing.T) {
	for _, e := range browsers.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			version := require(t, e)
			w := world(t)
			cases, left := carried(t, w)
			byName := map[string]conformance.Case{}
			for _, c := range cases {
				byName[c.Name] = c
			}
			list, err := w.Run(t.Context(), e, cases)
			if err != nil {
				t.Error(err)
			}
			list = again(t, w, e, byName, list)
			if os.Getenv("CORSCOPE_RECORD") != "" {
				record := browsers.NewRecord(w, version, time.Now().UTC().Format(time.DateOnly), cases, list)
				if err := record.Write(filepath.Join("testdata", "observed", e.Name+".json")); err != nil {
					t.Error(err)
				}
			}
			allowed, unexplained := 0, 0
			for _, o := range list {
				if o.Outcome() == "allowed" {
					allowed++
				}
				c := byName[o.Case]
				if wrong := o.Disagreements(c); len(wrong) > 0 {
					unexplained++
					t.Errorf("%s ask %d: %s\n%s", o.Case, o.Ask, c.Why, w.Unported(o.Explain(wrong)))
				}
			}
			p, _ := fetch.ProfileNamed(e.Name)
			for _, c := range cases {
				seen := slices.DeleteFunc(slices.Clone(list), func(o browsers.Observation) bool { return o.Case != c.Name })
				if id, ok := retired(c, seen, p); ok {
					t.Errorf("%s %s has no more what its quirk %s says: retire it in fetch/quirk.go", e.Name, version, id)
				}
			}
			for why, names := range left {
				t.Logf("not put to %s, because %s: %s", e.Name, why, strings.Join(names, ", "))
			}
			if len(list) == 0 {
				t.Error("no case was put to the browser")
			}
			t.Logf("%s %s: %d scenarios of %d cases, %d allowed (%d %%), %d unexplained", e.Name, version, len(list), len(cases), allowed, 100*allowed/max(1, len(list)), unexplained)
		})
	}
}

// again puts the cases that disagree to a fresh browser, alone. In a whole run hundreds of cases share what a browser
// keeps, such as Firefox's hundred preflights; what it does alone is what it does. What changes is logged.
func again(t *testing.T, w *browsers.World, e browsers.Engine, byName map[string]conformance.Case, list []browsers.Observation) []browsers.Observation {
	t.Helper()
	var doubtful []conformance.Case
	for _, o := range list {
		c := byName[o.Case]
		if len(o.Disagreements(c)) > 0 && !slices.ContainsFunc(doubtful, func(d conformance.Case) bool { return d.Name == c.Name }) {
			doubtful = append(doubtful, c)
		}
	}
	if len(doubtful) == 0 || len(doubtful) > 40 { // so many are no accident
		return list
	}
	alone, err := w.Run(t.Context(), e, doubtful)
	if err != nil {
		t.Error(err)
	}
	for _, o := range alone {
		i := slices.IndexFunc(list, func(old browsers.Observation) bool { return old.Case == o.Case && old.Ask == o.Ask })
		if i < 0 {
			continue
		}
		if was := list[i].Disagreements(byName[o.Case]); len(was) > 0 && len(o.Disagreements(byName[o.Case])) == 0 {
			t.Logf("%s ask %d agrees when it is alone, and did not among all: %s", o.Case, o.Ask, strings.Join(was, "; "))
		}
		list[i] = o
	}
	return list
}

// require gives the version of an engine, and skips the test where it is not installed, unless it has to be.
func require(t *testing.T, e browsers.Engine) string {
	t.Helper()
	version, err := e.Version(t.Context())
	var missing *browsers.MissingError
	switch {
	case errors.As(err, &missing) && os.Getenv("CORSCOPE_BROWSERS") != "required":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return version
}

func world(t *testing.T) *browsers.World {
	t.Helper()
	w, err := browsers.NewWorld()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// carried gives the cases a real engine can be put to, and the names of the others by the reason why not.
func carried(t *testing.T, w *browsers.World) (cases []conformance.Case, left map[string][]string) {
	t.Helper()
	all, streams := casesAt(t, w.Origins()), casesAt(t, w.StreamOrigins())
	left = map[string][]string{}
	for i, c := range all {
		if slices.ContainsFunc(c.Asks, func(a conformance.Ask) bool { return a.Request.Stream }) {
			c = streams[i]
		}
		if only := os.Getenv("CORSCOPE_CASE"); !strings.Contains(c.Name, only) {
			continue
		}
		if why := w.Uncarried(c); why != "" {
			left[why] = append(left[why], c.Name)
			continue
		}
		cases = append(cases, c)
	}
	return cases, left
}

// casesAt reads the conformance cases, or those of the folder CORSCOPE_CASES.
func casesAt(t *testing.T, origins conformance.Origins) []conformance.Case {
	t.Helper()
	folder := os.Getenv("CORSCOPE_CASES")
	if folder == "" {
		all, err := conformance.CasesAt(origins)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	return casesIn(t, folder, origins)
}

// casesIn reads the cases of a folder.
func casesIn(t *testing.T, folder string, origins conformance.Origins) []conformance.Case {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.case"))
	if err != nil {
		t.Fatal(err)
	}
	var all []conformance.Case
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := conformance.Parse(filepath.Base(name), text, origins)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}
