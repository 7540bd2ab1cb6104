package browsers_test

import (
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
)

func TestTmp(t *testing.T) {
	o := conformance.DefaultOrigins()
	for k, v := range o { o[k] = v + ":8080"; if v[:5] == "https" { o[k] = v + ":8443" } }
	counts := map[transcript.Outcome]int{}
	codes := map[string]int{}
	bad := 0
	for _, c := range browsers.Generate(o, 1, 3000) {
		p, err := play.Predict(c, fetch.Chromium)
		if err != nil {
			t.Error(c.Name, err)
			continue
		}
		for _, e := range p.Expects {
			counts[e.Outcome]++
			if e.First != nil {
				codes[string(e.First.Code)+" "+string(e.First.Phase)]++
				if e.First.Code == "net-aborted" && bad < 3 { bad++; t.Log(p.String()) }
			}
		}
	}
	t.Log(counts)
	for k, n := range codes { t.Log(n, k) }
}
