package browsers

import (
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/transcript"
)

// Mirror is what an engine shows that does exactly as was predicted of it.
func Mirror(predicted []conformance.Case, e Engine) []Observation {
	var list []Observation
	for _, c := range predicted {
		for i := range c.Asks {
			want, _ := c.Expect(i+1, e.Name)
			o := Observation{Case: c.Name, Ask: i + 1, Engine: e.Name, Script: Script{State: "failed"}}
			for _, s := range want.Wire {
				r := Request{Preflight: s.Preflight, Method: s.Method, URL: s.URL, Header: s.Header.Clone()}
				for i, f := range r.Header {
					r.Header[i].Value = strings.Trim(f.Value, " \t")
				}
				if s.Body != nil {
					r.Body = *s.Body
				}
				o.Wire = append(o.Wire, r)
			}
			if want.Outcome == transcript.Allowed || want.Outcome == transcript.Opaque {
				o.Script = Script{State: "shared", Type: string(want.Type), Readable: want.Readable}
				if want.Status != nil {
					o.Script.Status = *want.Status
				}
			}
			if name := o.expectedName(c, want.First); name != "" && logged(e.Name, name) {
				o.Reasons = []Reason{{Name: name}}
			}
			list = append(list, o)
		}
	}
	return list
}
