package browsers_test

import (
	"path/filepath"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/test/browsers"
)

// TestObserved holds what was recorded of every engine against the cases as they are now, without a browser.
func TestObserved(t *testing.T) {
	w := world(t)
	carriedCases, _ := carried(t, w)
	all, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]conformance.Case{}
	for _, c := range all {
		byName[c.Name] = c
	}
	for _, e := range browsers.Engines() {
		record, err := browsers.ReadRecord(filepath.Join("testdata", "observed", e.Name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		list, err := record.Observations()
		if err != nil {
			t.Fatal(err)
		}
		if record.Engine != e.Name || record.Version == "" || record.Date == "" {
			t.Errorf("the record of %s is one of %q, version %q, of %q", e.Name, record.Engine, record.Version, record.Date)
		}
		recorded := map[string]bool{}
		for _, o := range list {
			c, ok := byName[o.Case]
			if !ok || o.Ask > len(c.Asks) {
				t.Errorf("%s: %s ask %d was recorded, and is no more: record again", e.Name, o.Case, o.Ask)
				continue
			}
			recorded[o.Case] = true
			if wrong := o.Disagreements(c); len(wrong) > 0 {
				t.Errorf("%s %s ask %d: %s\n%s", o.Case, e.Name, o.Ask, c.Why, o.Explain(wrong))
			}
		}
		for _, c := range carriedCases {
			if !recorded[c.Name] {
				t.Errorf("%s was not recorded of %s: record again", c.Name, e.Name)
			}
		}
	}
}
