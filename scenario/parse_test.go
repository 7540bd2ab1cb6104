package scenario_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// full says everything a scenario can say.
const full = `{
  "page": {
    "origin": "https://app.example:8443", "topLevel": "null", "url": "https://app.example:8443/a?b", "secure": true,
    "referrerPolicy": "origin", "coep": "require-corp", "addressSpace": "public"
  },
  "initiator": "xhr",
  "request": {
    "method": "pAtch", "url": "https://api.example/x#y", "headers": [{"name": "X-A", "value": "1"}, {"value": "", "name": "x-a"}],
    "body": "", "stream": true, "mode": "cors", "credentials": "include", "redirect": "manual", "cache": "no-store",
    "crossorigin": "use-credentials", "referrerPolicy": "unsafe-url", "destination": "image", "uploadListener": true,
    "keepalive": true, "targetAddressSpace": "local"
  }
}`

func wantFull() scenario.Scenario {
	return scenario.Scenario{
		Page: scenario.Page{
			Origin: "https://app.example:8443", TopLevel: "null", URL: "https://app.example:8443/a?b", Secure: true,
			ReferrerPolicy: fetch.ReferrerOrigin, COEP: fetch.COEPRequireCORP, AddressSpace: fetch.SpacePublic,
		},
		Initiator: fetch.ByXHR,
		Request: scenario.Request{
			Method: "pAtch", URL: "https://api.example/x#y", Headers: wire.Header{{Name: "X-A", Value: "1"}, {Name: "x-a"}},
			Body: new(string), Stream: true, Mode: fetch.ModeCORS, Credentials: fetch.CredentialsInclude,
			Redirect: fetch.RedirectManual, Cache: fetch.CacheNoStore, CrossOrigin: fetch.CrossOriginUseCredentials,
			ReferrerPolicy: fetch.UnsafeURL, Destination: "image", UploadListener: true, Keepalive: true,
			TargetAddressSpace: fetch.SpaceLocal,
		},
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		why, text string
		want      scenario.Scenario
	}{
		{"only the page's origin and the URL have to be there", `{"page":{"origin":"null"},"request":{"url":"http://a/"}}`, scenario.Scenario{
			Page: scenario.Page{Origin: "null"}, Request: scenario.Request{URL: "http://a/"},
		}},
		{"every field is read", full, wantFull()},
		{"an empty list says nothing", `{"page":{"origin":"null"},"request":{"url":"http://a/","headers":[]}}`, scenario.Scenario{
			Page: scenario.Page{Origin: "null"}, Request: scenario.Request{URL: "http://a/"},
		}},
		{"what a page may not use is the browser's to say", `{"page":{"origin":"null"},"request":{"url":"http://a/","method":"TRACE"}}`, scenario.Scenario{
			Page: scenario.Page{Origin: "null"}, Request: scenario.Request{URL: "http://a/", Method: "TRACE"},
		}},
	}
	for _, tt := range tests {
		got, err := scenario.Parse([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		page = `{"page":{"origin":"null"},`
		req  = `"request":{"url":"http://a/"}`
	)
	tests := []struct{ why, text, want string }{
		{"nothing", ``, `1:1: unexpected end of JSON input, want one JSON object`},
		{"another kind", `[]`, `1:1: the scenario is a list, want an object`},
		{"the end is missing", "{\n", `2:1: unexpected end of JSON input, want one JSON object`},
		{"a comma too many", page + "\n" + req + ",}", `2:31: invalid character '}' looking for beginning of object key string, want one JSON object`},
		{"something after the end", page + req + "} {}", `1:58: invalid character '{' after top-level value, want one JSON object`},
		{"a byte that is not UTF-8", "{\"pägé\xff", `1:7: a byte that is not UTF-8, want JSON in UTF-8`},
		{"an unknown field, and columns count characters", "{\n\t\"päge\":1,\"x\":2}", `2:2: a scenario has no field "päge", want one of initiator, page, request`},
		{"a field in another case", `{"Page":{"origin":"null"}}`, `1:2: a scenario has no field "Page", want one of initiator, page, request`},
		{"a field twice", page + `"page":1}`, `1:27: a second "page", want each field once`},
		{"no page", `{` + req + `}`, `1:1: a scenario without "page", want the field "page"`},
		{"no URL", page + `"request":{}}`, `1:37: a request without "url", want the field "url"`},
		{"a name nobody knows", page + `"initiator":"img",` + req + `}`, `1:39: no initiator is called "img", want one of fetch, xhr,`},
		{"an empty word", page + `"request":{"url":"http://a/","mode":""}}`, `1:63: no mode is called "", want one of same-origin, cors, no-cors, navigate, websocket, webtransport`},
		{"a word in another case", page + `"request":{"url":"http://a/","credentials":"Include"}}`, `1:70: no credentials is called "Include", want one of omit, same-origin, include`},
		{"an origin with a path", `{"page":{"origin":"http://a/"},` + req + `}`, `1:19: "http://a/" is not an origin, want the end`},
		{"a tab of no origin", `{"page":{"origin":"null","topLevel":""},` + req + `}`, `1:37: "" is not an origin, want a scheme`},
		{"a relative URL", page + `"request":{"url":"/x"}}`, `1:44: "/x" is not a URL, want an absolute URL`},
		{"a number for a string", page + `"request":{"url":"http://a/","method":1e999}}`, `1:65: method is a number, want a string`},
		{"null for a body", page + `"request":{"url":"http://a/","body":null}}`, `1:63: the body is null, want a string`},
		{"a string for a flag", page + `"request":{"url":"http://a/","stream":"yes"}}`, `1:65: a string, want true or false`},
		{"an object for headers", page + `"request":{"url":"http://a/","headers":{}}}`, `1:66: headers is an object, want a list of {"name", "value"}`},
		{"a header without a value", page + `"request":{"url":"http://a/","headers":[{"name":"X"}]}}`, `1:67: a header without "value", want the field "value"`},
		{"a header with more", page + `"request":{"url":"http://a/","headers":[{"name":"X","value":"1","to":""}]}}`, `1:91: a header has no field "to", want one of name, value`},
		{"true for an object", `{"page":true}`, `1:9: the page is true, want an object`},
	}
	for _, tt := range tests {
		_, err := scenario.Parse([]byte(tt.text))
		var syntax *scenario.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: got %v, want a *SyntaxError", tt.why, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.why, err, tt.want)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	text, err := json.Marshal(wantFull())
	if err != nil {
		t.Fatal(err)
	}
	got, err := scenario.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantFull(), got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(`{"page":{"origin":"http://[::1]:1"},"request":{"url":"ws://a","body":"\ud800","headers":[]}}`))
	f.Add([]byte(`{"page":{"origin":"null"},"initiator":"img"}`))
	f.Add([]byte("\n{\"a\":[1e9,{}]} x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := scenario.Parse(data)
		if err != nil {
			var syntax *scenario.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%T: %v", err, err)
			}
			if syntax.Line < 1 || syntax.Column < 1 || syntax.Line > 1+strings.Count(string(data), "\n") {
				t.Fatalf("nowhere: %v", err)
			}
			return
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := scenario.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatal(diff)
		}
		if _, err := s.FetchRequest(); err != nil {
			t.Fatalf("parses and makes no request: %v", err)
		}
	})
}
