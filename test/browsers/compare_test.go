package browsers_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/wire"
)

const blockedCase = `# Missing.
rule: any
page {app}
ask PUT {api}/x
preflight {api}/x
  204
expect
  wire: OPTIONS {api}/x preflight origin={app} acrm=PUT
  outcome: blocked
  code: acao-missing preflight 0
`

// Every way in which an engine can differ from a case is told, and nothing else.
func TestDisagreements(t *testing.T) {
	c, err := conformance.Parse("blocked", []byte(blockedCase), nil)
	if err != nil {
		t.Fatal(err)
	}
	preflight := browsers.Request{Preflight: true, Method: "OPTIONS", URL: "http://api.example.test/x", Header: wire.Header{
		{Name: "Origin", Value: "http://app.example.test"}, {Name: "Access-Control-Request-Method", Value: "PUT"}, {Name: "Accept", Value: "*/*"},
	}}
	agreeing := func() browsers.Observation {
		p := preflight
		p.Header = preflight.Header.Clone()
		return browsers.Observation{
			Case: "blocked", Ask: 1, Engine: "chromium", Wire: []browsers.Request{p}, Script: browsers.Script{State: "failed"},
			Reasons: []browsers.Reason{{Name: "PreflightMissingAllowOriginHeader"}},
		}
	}
	tests := []struct {
		why    string
		change func(*browsers.Observation)
		want   string // a part of the only line; empty means agreement
	}{
		{"as expected", func(*browsers.Observation) {}, ""},
		{"a request too many", func(o *browsers.Observation) { o.Wire = append(o.Wire, browsers.Request{Method: "PUT"}) }, "wire 2: expected nothing"},
		{"a request too few", func(o *browsers.Observation) { o.Wire = nil }, "seen nothing"},
		{"not a preflight", func(o *browsers.Observation) { o.Wire[0].Preflight = false }, "wire 1"},
		{"another origin", func(o *browsers.Observation) { o.Wire[0].Header[0].Value = "null" }, "origin=null"},
		{"a cookie nobody expected", func(o *browsers.Observation) {
			o.Wire[0].Header = append(o.Wire[0].Header, wire.Field{Name: "Cookie", Value: "a=1"})
		}, "cookie=a=1"},
		{"shared", func(o *browsers.Observation) { o.Script = browsers.Script{State: "shared", Type: "cors"} }, "outcome: expected blocked"},
		{"script is told nothing", func(o *browsers.Observation) { o.Script.State = "unseen" }, ""},
		{"no end", func(o *browsers.Observation) { o.Script.State = "timeout" }, "timeout"},
		{"another reason", func(o *browsers.Observation) { o.Reasons[0].Name = "MissingAllowOriginHeader" }, `seen "MissingAllowOriginHeader"`},
		{"a second line says less", func(o *browsers.Observation) { o.Reasons = append(o.Reasons, browsers.Reason{Name: "x"}) }, ""},
		{"no reason", func(o *browsers.Observation) { o.Reasons = nil }, `seen ""`},
		{"a reason in words that are not known", func(o *browsers.Observation) {
			o.Reasons = []browsers.Reason{{Name: browsers.Unmapped, Text: "because"}}
		}, "because"},
		{"Firefox has names of its own", func(o *browsers.Observation) { o.Engine, o.Reasons[0].Name = "firefox", "CORSMissingAllowOrigin2" }, ""},
		{"Firefox says less than it knows", func(o *browsers.Observation) { o.Engine, o.Reasons[0].Name = "firefox", "CORSDidNotSucceed2" }, "CORSDidNotSucceed2"},
	}
	for _, test := range tests {
		o := agreeing()
		test.change(&o)
		got := o.Disagreements(c)
		switch {
		case test.want == "" && len(got) > 0:
			t.Errorf("%s: got %q, want agreement", test.why, got)
		case test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)):
			t.Errorf("%s: got %q, want one line with %q", test.why, got, test.want)
		}
	}
}
