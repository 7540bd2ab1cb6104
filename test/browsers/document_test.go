package browsers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

func document(t *testing.T, change func(*browsers.Record)) string {
	t.Helper()
	cases, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	var records []browsers.Record
	for _, e := range browsers.Engines() {
		r, err := browsers.ReadRecord(filepath.Join("testdata", "observed", e.Name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		change(&r)
		records = append(records, r)
	}
	page, err := browsers.Document(cases, records)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// The page that is committed is the one that the records make, and names every quirk.
func TestDocument(t *testing.T) {
	page := document(t, func(*browsers.Record) {})
	if page != document(t, func(*browsers.Record) {}) {
		t.Error("two runs write two pages")
	}
	committed, err := os.ReadFile(filepath.Join("..", "..", "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != page {
		t.Error("docs/conformance.md is out of date: run make generate")
	}
	for _, q := range fetch.Quirks() {
		if !strings.Contains(page, "`"+q.ID+"`") {
			t.Errorf("%s is missing", q.ID)
		}
	}
}

// One ask that came out otherwise is one less in the columns of its engine.
func TestDocumentCounts(t *testing.T) {
	page := document(t, func(r *browsers.Record) {
		r.Asks = r.Asks[:0]
		if r.Engine == "chromium" {
			r.Asks = []browsers.Entry{
				{Case: "cors-check/two-lines", Ask: 1, Wire: []string{"GET {api}/x origin={app}"}, Script: browsers.Script{State: "failed"}, Reason: "MultipleAllowOriginValues"},
				{Case: "cors-check/two-lines", Ask: 1, Wire: []string{"GET {api}/x"}, Script: browsers.Script{State: "failed"}, Reason: "MultipleAllowOriginValues"},
			}
		}
	})
	for _, want := range []string{" | 2 | 1 | 1 | 0 | 0 | 0 |", "| not measured |"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
