package transcript_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// stories hold, between them, every field there is: TestStoriesAreFull sees to it.
var stories = []transcript.Transcript{
	{ // a preflight's answer that names another origin, and what would have come next
		Version: transcript.Version,
		Profile: "chromium",
		Asked: transcript.Asked{
			Origin: "https://app.example", TopLevel: "https://top.example", Initiator: "fetch", Title: "a script's fetch()",
			Method: "DELETE", URL: "https://start.example/item", Mode: "cors", Credentials: "include", Redirect: "follow",
			Header: wire.Header{{Name: "Authorization", Value: "made-up"}}, OnBlocked: "rejected", OnShared: "resolved",
		},
		Steps: []transcript.Step{
			{Hop: 1, Name: "preflight", Answer: "needed", Because: "method DELETE"},
		},
		Exchanges: []transcript.Exchange{{
			Kind:        transcript.Preflight,
			Hop:         1,
			Method:      "OPTIONS",
			URL:         "https://api.example/item",
			Request:     wire.Header{{Name: "Origin", Value: "https://app.example"}},
			Credentials: true,
			Source:      transcript.FromRecording,
			Proto:       "HTTP/1.1",
			Remote:      "192.0.2.1:443",
			Status:      204,
			Response: wire.Header{
				{Name: "access-control-allow-origin", Value: "https://other.example"},
				{Name: "Vary", Value: "Origin"},
				{Name: "vary", Value: "Accept"},
			},
		}},
		Verdicts: []transcript.Verdict{
			{
				Code: transcript.ACAOMismatch, Phase: transcript.PhasePreflight, Hop: 1, Exchange: 1, Blocks: true,
				Subject: "Access-Control-Allow-Origin", Expected: "https://app.example", Seen: "https://other.example",
				Spec: "https://fetch.spec.whatwg.org/#cors-check",
			},
			{
				Code: transcript.HeaderNotAllowed, Phase: transcript.PhasePreflight, Hop: 1, Exchange: 1, Blocks: true, Hypothetical: true,
				Subject: "authorization", Quirk: "made-up", Spec: "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
			},
		},
	},
	{ // a shared response
		Version: transcript.Version,
		Profile: "standard",
		Result: &transcript.Result{
			Type: "cors", Status: 200, URL: "https://api.example/item", Readable: []string{"content-type"}, Hidden: []string{"x-total"},
			OriginClean: true, TimingAllowed: true, Page: "resolved",
		},
	},
	{ // no answer
		Version:   transcript.Version,
		Profile:   "firefox",
		Steps:     []transcript.Step{},
		Exchanges: []transcript.Exchange{{Kind: transcript.Actual, Failure: &transcript.Failure{Code: transcript.NetDNS, Text: "no such host"}}},
		Verdicts:  []transcript.Verdict{},
		Unsent:    "DELETE changes things",
	},
}

const golden = `[
	{
		"version": 1,
		"profile": "chromium",
		"asked": {
			"origin": "https://app.example",
			"topLevel": "https://top.example",
			"initiator": "fetch",
			"title": "a script's fetch()",
			"method": "DELETE",
			"url": "https://start.example/item",
			"mode": "cors",
			"credentials": "include",
			"redirect": "follow",
			"header": [
				{
					"name": "Authorization",
					"value": "made-up"
				}
			],
			"onBlocked": "rejected",
			"onShared": "resolved"
		},
		"steps": [
			{
				"hop": 1,
				"name": "preflight",
				"answer": "needed",
				"because": "method DELETE"
			}
		],
		"exchanges": [
			{
				"kind": "preflight",
				"hop": 1,
				"method": "OPTIONS",
				"url": "https://api.example/item",
				"request": [
					{
						"name": "Origin",
						"value": "https://app.example"
					}
				],
				"credentials": true,
				"source": "recording",
				"proto": "HTTP/1.1",
				"remote": "192.0.2.1:443",
				"status": 204,
				"response": [
					{
						"name": "access-control-allow-origin",
						"value": "https://other.example"
					},
					{
						"name": "Vary",
						"value": "Origin"
					},
					{
						"name": "vary",
						"value": "Accept"
					}
				]
			}
		],
		"verdicts": [
			{
				"code": "acao-mismatch",
				"phase": "preflight",
				"hop": 1,
				"exchange": 1,
				"blocks": true,
				"subject": "Access-Control-Allow-Origin",
				"expected": "https://app.example",
				"seen": "https://other.example",
				"spec": "https://fetch.spec.whatwg.org/#cors-check"
			},
			{
				"code": "header-not-allowed",
				"phase": "preflight",
				"hop": 1,
				"exchange": 1,
				"blocks": true,
				"hypothetical": true,
				"subject": "authorization",
				"quirk": "made-up",
				"spec": "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
			}
		]
	},
	{
		"version": 1,
		"profile": "standard",
		"asked": {
			"origin": "",
			"topLevel": "",
			"initiator": "",
			"title": "",
			"method": "",
			"url": "",
			"mode": "",
			"credentials": "",
			"redirect": "",
			"header": null,
			"onBlocked": "",
			"onShared": ""
		},
		"steps": null,
		"exchanges": null,
		"verdicts": null,
		"result": {
			"type": "cors",
			"status": 200,
			"url": "https://api.example/item",
			"readable": [
				"content-type"
			],
			"hidden": [
				"x-total"
			],
			"originClean": true,
			"timingAllowed": true,
			"page": "resolved"
		}
	},
	{
		"version": 1,
		"profile": "firefox",
		"asked": {
			"origin": "",
			"topLevel": "",
			"initiator": "",
			"title": "",
			"method": "",
			"url": "",
			"mode": "",
			"credentials": "",
			"redirect": "",
			"header": null,
			"onBlocked": "",
			"onShared": ""
		},
		"steps": [],
		"exchanges": [
			{
				"kind": "actual",
				"hop": 0,
				"method": "",
				"url": "",
				"request": null,
				"credentials": false,
				"status": 0,
				"response": null,
				"failure": {
					"code": "net-dns",
					"text": "no such host"
				}
			}
		],
		"verdicts": [],
		"unsent": "DELETE changes things"
	}
]`

func TestJSON(t *testing.T) {
	got, err := json.MarshalIndent(stories, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != golden {
		t.Errorf("the JSON form changed; programs rely on it, so a change needs a new Version:\n%s", got)
	}
	var back []transcript.Transcript
	if err := json.Unmarshal([]byte(golden), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, stories) {
		t.Errorf("read back as\n%+v\nwant\n%+v", back, stories)
	}
}

// TestStoriesAreFull fails for a field that no story uses: its name in JSON would be held by nothing.
func TestStoriesAreFull(t *testing.T) {
	used := map[string]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				name := v.Type().Name() + "." + v.Type().Field(i).Name
				used[name] = used[name] || !v.Field(i).IsZero()
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(stories))
	if len(used) == 0 {
		t.Fatal("no field seen")
	}
	for name, ok := range used {
		if !ok {
			t.Errorf("%s stands in no story", name)
		}
	}
}
