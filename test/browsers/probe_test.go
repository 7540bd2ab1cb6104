package browsers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/test/browsers"
)

func TestProbe(t *testing.T) {
	w, err := browsers.NewWorld()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	names, _ := filepath.Glob("testdata/cases/*.case")
	var cases []conformance.Case
	for _, name := range names {
		text, _ := os.ReadFile(name)
		c, err := conformance.Parse(filepath.Base(name), text, w.Origins())
		if err != nil {
			t.Fatal(err)
		}
		if why := browsers.Uncarried(c); why != "" {
			t.Log(c.Name, why)
			continue
		}
		cases = append(cases, c)
	}
	for _, e := range browsers.Engines() {
		if only := os.Getenv("ENGINE"); only != "" && only != e.Name {
			continue
		}
		start := time.Now()
		list, err := w.Run(t.Context(), e, cases)
		fmt.Println(e.Name, time.Since(start), err)
		for _, o := range list {
			fmt.Printf("%s/%d %s %+v\n", o.Case, o.Ask, o.Outcome(), o.Script)
			for _, r := range o.Wire {
				fmt.Printf("    %v %s %s %v\n", r.Preflight, r.Method, r.URL, r.Header)
			}
		}
	}
}
