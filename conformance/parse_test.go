package conformance_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// everything says all that a case can say.
const everything = `# First line.
#
# Third line.
rule: a-rule
trigger: acao-missing acao-multiple
near: net-dns

page {app}
  top-level: {other}
  url: {app}/page?q
  secure
  referrer-policy: no-referrer
  coep: credentialless
  address-space: public
# A comment in between says nothing.

cookie {sapi}: a=1; SameSite=None; Secure
hook: hsts {api}
hook: csp {third}
hook: permission loopback
hook: space {api} local

ask pUt {api}/x#y
  as: xhr
  mode: cors
  credentials: include
  redirect: manual
  cache: no-store
  crossorigin: anonymous
  referrer-policy: origin
  destination: image
  target-address-space: local
  upload-listener
  stream
  keepalive
  header: X-A: 1
  header: x-a: "\x00 {app} \x7bapp} "
  header: Empty:
  body: " text"

ask GET http://{
  after: 1m30s
  body-length: 100

preflight {api}/x
  204
  Access-Control-Allow-Origin: {origin}
  A: 1
  a: "  2 "
  | {"a": 1}
  |
  |  end
preflight {api}/x
  ! net-reset
answer PUT {api}/x?a=%7B
  299
worker cors redirected range-requested {api}/x
  000
stored GET {api}/x
  304

expect
  wire: OPTIONS {api}/x preflight origin={app} acrm=PUT acrh=x-a,empty
  wire: PUT {api}/x origin=null cookie="a=1; b=2" content-type=text/plain !authorization !acrh body=" text"
  outcome: blocked
  code: acao-missing preflight 0
  also: header-not-allowed preflight 0
  also: method-not-allowed preflight 0 Access-Control-Allow-Methods
  note: header-hidden filter 20 "x y"
  type: cors
  status: 200
  readable: x-b content-type

expect 2
  outcome: allowed
expect 2 chromium firefox
  outcome: opaque
  readable:
`

func TestParse(t *testing.T) {
	got, err := conformance.Parse("dir/name.case", []byte(everything), nil)
	if err != nil {
		t.Fatal(err)
	}
	const app, api = "http://app.example.test", "http://api.example.test"
	want := conformance.Case{
		Name: "dir/name", Why: "First line.\n\nThird line.", Rule: "a-rule",
		Triggers: []transcript.Code{transcript.ACAOMissing, transcript.ACAOMultiple}, Nears: []transcript.Code{transcript.NetDNS},
		Page: scenario.Page{
			Origin: app, TopLevel: "http://other.test", URL: app + "/page?q", Secure: true,
			ReferrerPolicy: fetch.NoReferrer, COEP: fetch.COEPCredentialless, AddressSpace: fetch.SpacePublic,
		},
		Cookies: []conformance.Cookie{{Origin: "https://api.example.test", Line: "a=1; SameSite=None; Secure"}},
		Browser: conformance.Browser{
			HSTS: []string{api}, CSP: []string{"http://third.test"}, Permissions: []fetch.AddressSpace{fetch.SpaceLoopback},
			Spaces: []conformance.Space{{Origin: api, Space: fetch.SpaceLocal}},
		},
		Asks: []conformance.Ask{
			{Initiator: fetch.ByXHR, Request: scenario.Request{
				Method: "pUt", URL: api + "/x#y", Mode: fetch.ModeCORS, Credentials: fetch.CredentialsInclude,
				Redirect: fetch.RedirectManual, Cache: fetch.CacheNoStore, CrossOrigin: fetch.CrossOriginAnonymous,
				ReferrerPolicy: fetch.ReferrerOrigin, Destination: "image", TargetAddressSpace: fetch.SpaceLocal,
				UploadListener: true, Stream: true, Keepalive: true, Body: new(" text"),
				Headers: wire.Header{{Name: "X-A", Value: "1"}, {Name: "x-a", Value: "\x00 " + app + " {app} "}, {Name: "Empty"}},
			}},
			{After: 90 * time.Second, Request: scenario.Request{Method: "GET", URL: "http://{", Body: new(strings.Repeat("x", 100))}},
		},
		Answers: []conformance.Answer{
			{
				Role: conformance.ToPreflight, URL: api + "/x", Status: 204, Body: "{\"a\": 1}\n\n end",
				Header: wire.Header{{Name: "Access-Control-Allow-Origin", Value: "{origin}"}, {Name: "A", Value: "1"}, {Name: "a", Value: "  2 "}},
			},
			{Role: conformance.ToPreflight, URL: api + "/x", Failure: transcript.NetReset},
			{Role: conformance.ToRequest, Method: "PUT", URL: api + "/x?a=%7B", Status: 299},
			{Role: conformance.FromWorker, Type: fetch.TypeCORS, Redirected: true, RangeRequested: true, URL: api + "/x"},
			{Role: conformance.FromStore, Method: "GET", URL: api + "/x", Status: 304},
		},
		Expects: []conformance.Expect{
			{
				Ask: 1,
				Wire: []conformance.Sent{
					{Preflight: true, Method: "OPTIONS", URL: api + "/x", Header: wire.Header{
						{Name: "origin", Value: app},
						{Name: "access-control-request-method", Value: "PUT"},
						{Name: "access-control-request-headers", Value: "x-a,empty"},
					}},
					{
						Method: "PUT", URL: api + "/x",
						Header: wire.Header{
							{Name: "origin", Value: "null"}, {Name: "cookie", Value: "a=1; b=2"}, {Name: "content-type", Value: "text/plain"},
						},
						Without: []string{"authorization", "access-control-request-headers"}, Body: new(" text"),
					},
				},
				Outcome: transcript.Blocked,
				First:   &conformance.Verdict{Code: transcript.ACAOMissing, Phase: transcript.PhasePreflight},
				Also: []conformance.Verdict{
					{Code: transcript.HeaderNotAllowed, Phase: transcript.PhasePreflight},
					{Code: transcript.MethodNotAllowed, Phase: transcript.PhasePreflight, Subject: "Access-Control-Allow-Methods"},
				},
				Notes: []conformance.Verdict{{Code: transcript.HeaderHidden, Phase: transcript.PhaseFilter, Hop: 20, Subject: "x y"}},
				Type:  fetch.TypeCORS, Status: new(200), Readable: []string{"content-type", "x-b"},
			},
			{Ask: 2, Outcome: transcript.Allowed},
			{Ask: 2, Profiles: []string{"chromium", "firefox"}, Outcome: transcript.Opaque, Readable: []string{}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for profile, outcome := range map[string]transcript.Outcome{"standard": transcript.Allowed, "firefox": transcript.Opaque} {
		if e, ok := got.Expect(2, profile); !ok || e.Outcome != outcome {
			t.Errorf("%s: %v, %v", profile, e.Outcome, ok)
		}
	}
	if _, ok := got.Expect(3, "standard"); ok {
		t.Error("something is expected of an ask that is not there")
	}
	if s := got.Scenario(got.Asks[1]); s.Page.Origin != app || s.Request.URL != "http://{" {
		t.Errorf("the second question is %+v", s)
	}
	again, err := conformance.Parse("dir/name", []byte(got.String()), nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, got)
	}
	if diff := cmp.Diff(got, again); diff != "" {
		t.Error(diff)
	}
}

func TestParseAtOrigins(t *testing.T) {
	origins := conformance.DefaultOrigins()
	origins["api"] = "http://api.example.test:8080"
	const text = "# Why.\nrule: r\npage {app}\nask GET http://u@{api.host}/\nanswer {api}/\n  200\nexpect\n  outcome: allowed\n"
	c, err := conformance.Parse("c", []byte(text), origins)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Asks[0].Request.URL + " " + c.Answers[0].URL; got != "http://u@api.example.test:8080/ http://api.example.test:8080/" {
		t.Error(got)
	}
	for why, wrong := range map[string]conformance.Origins{
		"a path":                 {"app": "http://app.example.test/"},
		"an opaque one":          {"app": "null"},
		"no placeholder":         {"app2": "http://app.example.test"},
		"it has another meaning": {"origin": "http://app.example.test"},
	} {
		if _, err := conformance.Parse("c", []byte(text), wrong); err == nil {
			t.Errorf("%s: no error", why)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		head = "# Why.\nrule: r\npage {app}\n"
		ask  = head + "ask GET {api}/\n"
		all  = ask + "expect\n  outcome: allowed\n"
	)
	tests := []struct{ why, text, want string }{
		{"nothing", "", `c:1:1: the end of the case, want a comment at the top that says why`},
		{"no reason", all[len("# Why.\n"):], `c:6:1: the end of the case, want a comment`},
		{"a reason that comes late", "rule: r\n# Why.\n" + all[len("# Why.\nrule: r\n"):], `c:7:1: the end of the case, want a comment`},
		{"no rule", "# Why.\npage {app}", `c:2:1: the end of the case, want rule:`},
		{"no page", "# Why.\nrule: r", `c:2:1: the end of the case, want page`},
		{"no ask", head, `c:4:1: the end of the case, want ask`},
		{"no expectation", ask, `c:5:1: the end of the case, want expect`},
		{"a control character", "# Why\tnot", `c:1:6: the character '\t', want only printing characters`},
		{"not UTF-8", "# ä\xff", `c:1:4: the character`},
		{"an unknown line", head + "asks GET /", `c:4:1: "asks" begins nothing, want rule:`},
		{"an indented line of nothing", "# Why.\n  rule: r", `c:2:1: an indented line, want a block`},
		{"an unknown code", "trigger: acao-missing acao-wrong", `c:1:23: no code is called "acao-wrong"`},
		{"no code", "near:", `c:1:1: near: says nothing`},
		{"a second rule", head + "rule: r", `c:4:1: a second rule:, want one`},
		{"two rules", "rule: a b", `c:1:9: "b" too, want one word`},
		{"an unknown hook", "hook: dns {api}", `c:1:7: no hook is called "dns", want hsts, csp, permission or space`},
		{"a hook too short", "hook: space {api}", `c:1:7: space with 1 words after it, want 2`},
		{"a space nobody knows", "hook: permission home", `c:1:18: no addressSpace is called "home", want one of public, local, loopback`},
		{"an opaque host", "hook: csp null", `c:1:11: "null" is not an origin`},
		{"a cookie of nobody", "cookie a=1", `c:1:8: a cookie, want an origin, a colon`},
		{"an unknown placeholder", "page {apps}", `c:1:6: the placeholder {apps} stands for nothing, want one of api, app, other,`},
		{"a page twice", head + "page {app}", `c:4:1: a page, want one page`},
		{"a page with a path", "page {app}/", `c:1:6: "http://app.example.test/" is not an origin`},
		{"an unknown attribute", head + "  coop: same-origin", `c:4:3: a page has no "coop", want top-level,`},
		{"an attribute twice", head + "  secure\n  secure", `c:5:3: a second "secure", want one`},
		{"a flag with a value", head + "  secure: yes", `c:4:11: a value, want the word alone`},
		{"a relative address of the page", head + "  url: /", `c:4:8: "/" is not a URL`},
		{"an ask without URL", head + "ask GET", `c:4:1: an ask, want ask METHOD URL`},
		{"an unknown word", ask + "  mode: CORS", `c:5:9: no mode is called "CORS", want one of same-origin,`},
		{"no word", ask + "  destination:", `c:5:15: nothing, want a value`},
		{"no initiator", ask + "  as: img", `c:5:7: no initiator is called "img", want one of fetch,`},
		{"no time", ask + "  after: -6s", `c:5:10: "-6s" is not a time to wait, want one such as 6s`},
		{"a header without a name", ask + "  header: : x", `c:5:11: ": x", want a header's name`},
		{"a quote without an end", ask + `  header: X: "x`, `c:5:14: "x is not a quoted string, want Go's syntax`},
		{"two bodies", ask + "  body: x\n  body-length: 1", `c:6:3: a second body, want one`},
		{"a body too long", ask + "  body-length: 1048577", `c:5:16: "1048577" is not a length`},
		{"an answer to nothing", ask + "answer", `c:5:1: an answer to nothing, want preflight URL,`},
		{"an answer to a relative URL", ask + "answer /", `c:5:8: "/" is not a URL, want an absolute URL`},
		{"an address as no browser writes it", ask + "answer {api}", `c:5:8: "http://api.example.test" is not how browsers write it, want http://api.example.test/`},
		{"a fragment", ask + "answer {api}/#", `c:5:8: "http://api.example.test/#" is not how browsers write it`},
		{"a preflight's method", ask + "preflight GET {api}/", `c:5:11: "GET" too, want preflight URL`},
		{"an answer without a status", ask + "answer {api}/\nexpect", `c:5:1: an answer that says nothing, want a status`},
		{"a header first", ask + "answer {api}/\n  A: b", `c:6:3: "A: b", want a status of three digits`},
		{"a status too short", ask + "answer {api}/\n  20", `c:6:3: "20", want a status of three digits`},
		{"nobody answers 000", ask + "answer {api}/\n  000", `c:6:3: "000", want a status of three digits`},
		{"a failure that is none", ask + "answer {api}/\n  ! acao-missing", `c:6:3: the failure "acao-missing", want one of the network's`},
		{"a failing store", ask + "stored {api}/\n  ! net-dns", `c:6:3: the failure "net-dns", want one of the network's`},
		{"a failure and more", ask + "answer {api}/\n  ! net-dns\n  A: b", `c:7:3: a line after a failure, want nothing`},
		{"a header name no server can send", ask + "answer {api}/\n  200\n  A b: c", `c:7:3: the header name "A b", want a token`},
		{"a header after the body", ask + "answer {api}/\n  200\n  | x\n  A: b", `c:8:3: a header after the body`},
		{"an unknown response type", ask + "worker good {api}/", `c:5:8: a worker's "good", want a response type`},
		{"an expectation before its ask", head + "expect\n  outcome: allowed\nask GET {api}/", `c:4:1: ask 1, want 1 to 0, and the asks before it`},
		{"an unknown profile", ask + "expect 1 edge", `c:5:10: no other profile is called "edge", want one of standard, chromium, firefox, webkit`},
		{"a profile twice", ask + "expect webkit webkit", `c:5:15: no other profile is called "webkit"`},
		{"no outcome", ask + "expect\n  status: 200", `c:5:1: an expectation without an outcome, want outcome:`},
		{"an unknown outcome", ask + "expect\n  outcome: fine", `c:6:12: no outcome is called "fine", want allowed,`},
		{"two expectations of one ask", all + "expect\n  outcome: allowed", `c:7:1: a second expectation of the same`},
		{"two expectations of one profile", all + "expect webkit\n  outcome: allowed\nexpect firefox webkit\n  outcome: opaque", `c:9:1: a second expectation of the same`},
		{"an unknown key", all + "  body: x", `c:7:3: an expectation has no "body", want wire,`},
		{"a verdict without a hop", all + "  code: acao-missing actual", `c:7:9: a verdict, want CODE PHASE HOP`},
		{"an unknown phase", all + "  code: acao-missing redirect 0", `c:7:22: no phase is called "redirect"`},
		{"a hop too far", all + "  code: acao-missing actual 21", `c:7:29: "21" is not a hop, want 0 to 20`},
		{"a status of letters", all + "  status: ok", `c:7:11: "ok", want a status`},
		{"an unknown type", all + "  type: error", `c:7:9: no response type is called "error"`},
		{"names in upper case", all + "  readable: ETag", `c:7:13: "ETag", want names of headers in lower case`},
		{"a wire without URL", all + "  wire: GET", `c:7:9: a request on the wire, want METHOD URL`},
		{"a word on the wire", all + "  wire: GET {api}/ origin", `c:7:20: "origin" without a value, want NAME=VALUE`},
		{"preflight in the wrong place", all + "  wire: GET {api}/ origin=x preflight", `c:7:29: "preflight" without a value`},
		{"a name on the wire in upper case", all + "  wire: GET {api}/ Origin=x", `c:7:20: "Origin=x", want preflight,`},
		{"a name on the wire twice", all + "  wire: GET {api}/ acrm=x acrm=y", `c:7:27: "acrm=y", want each name once`},
		{"there and not there", all + "  wire: GET {api}/ !cookie=x", `c:7:20: "!cookie=x", want each name once`},
		{"a quote that goes on", all + `  wire: GET {api}/ cookie="a"b`, `c:7:30: a quoted string goes on, want a blank`},
		{"a quote on the wire without end", all + `  wire: GET {api}/ cookie="a b`, `c:7:27: a quoted string without an end, want a closing "`},
	}
	for _, tt := range tests {
		_, err := conformance.Parse("c", []byte(tt.text), nil)
		var syntax *conformance.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: got %v, want a *SyntaxError", tt.why, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.why, err, tt.want)
		}
	}
}

// The embedded cases are the files, all of them, and each prints as it reads.
func TestCases(t *testing.T) {
	cases, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		again, err := conformance.Parse(c.Name, []byte(c.String()), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s:\n%s", c.Name, diff)
		}
	}
	found, err := filepath.Glob("cases/*/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(cases) {
		t.Errorf("%d cases of %d files", len(cases), len(found))
	}
	for i, name := range found {
		if filepath.Ext(name) != ".case" || filepath.ToSlash(name) != "cases/"+cases[i].Name+".case" {
			t.Errorf("file %s is case %s", name, cases[i].Name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(everything)
	f.Add("# w\nrule: \"\\x7b\"\npage null\nask \"a b\" \"\"\n  header: a : \"\n  body: \nexpect 1 webkit\n  wire: a http://a/ x=\"\\n=\\\"\"\n  outcome: opaque\n")
	names, err := filepath.Glob("cases/*/*.case")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := conformance.Parse("c", []byte(text), nil)
		if err != nil {
			var syntax *conformance.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Line > 1+strings.Count(text, "\n") || syntax.Column < 1 {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		printed := c.String()
		again, err := conformance.Parse("c", []byte(printed), nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, printed)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatalf("%s\n%s", printed, diff)
		}
	})
}
