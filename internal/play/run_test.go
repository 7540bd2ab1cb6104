package play_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/wire"
)

const question = `# Why.
rule: r
page {app}
ask PUT {api}/x
  header: X-A: 1
  body: text
preflight {api}/x
  204
  Access-Control-Allow-Origin: {app}
  Access-Control-Allow-Methods: PUT
  Access-Control-Allow-Headers: x-a
  Access-Control-Max-Age: never
answer {api}/x
  201
  Access-Control-Allow-Origin: {app}
  X-B: 2
  Content-Type: text/plain
`

const truth = `expect
  wire: OPTIONS {api}/x preflight origin={app} acrm=PUT acrh=x-a !x-a
  wire: PUT {api}/x origin={app} x-a=1 body=text
  outcome: allowed
  note: max-age-syntax preflight 0
  note: header-hidden filter 0 x-b
  type: cors
  status: 201
  readable: content-type
`

// What is expected and not shown is told, each thing by itself.
func TestRunTells(t *testing.T) {
	const app, api = "http://app.example.test", "http://api.example.test"
	tests := []struct {
		why, old, new string
		want          []string
	}{
		{"nothing differs", "", "", nil},
		{"another origin", "wire: PUT {api}/x origin={app}", "wire: PUT {api}/x origin=null", []string{
			`ask 1: wire 2: got PUT ` + api + `/x origin=` + app + ` x-a=1 body=text, want PUT ` + api + `/x origin=null x-a=1 body=text`,
		}},
		{"an origin too many", "wire: PUT {api}/x origin={app}", "wire: PUT {api}/x", []string{
			`ask 1: wire 2: got PUT ` + api + `/x origin=` + app + ` x-a=1 body=text, want PUT ` + api + `/x x-a=1 body=text`,
		}},
		{"a cookie that is missing", "x-a=1 body", "x-a=1 cookie=a body", []string{
			`ask 1: wire 2: got PUT ` + api + `/x origin=` + app + ` x-a=1 body=text, want PUT ` + api + `/x origin=` + app + ` x-a=1 cookie=a body=text`,
		}},
		{"another body", "body=text", "body=texts", []string{
			`ask 1: wire 2: got PUT ` + api + `/x origin=` + app + ` x-a=1 body=text, want PUT ` + api + `/x origin=` + app + ` x-a=1 body=texts`,
		}},
		{"a header that should not be there", "x-a=1 body=text", "!x-a", []string{
			`ask 1: wire 2: got PUT ` + api + `/x origin=` + app + ` x-a=1, want PUT ` + api + `/x origin=` + app + ` !x-a`,
		}},
		{"no preflight", "OPTIONS {api}/x preflight", "OPTIONS {api}/x", []string{
			`ask 1: wire 1: got OPTIONS ` + api + `/x preflight origin=` + app + ` acrm=PUT acrh=x-a, want OPTIONS ` + api + `/x origin=` + app + ` acrm=PUT acrh=x-a !x-a`,
		}},
		{"one request too many", "  wire: PUT {api}/x origin={app} x-a=1 body=text\n", "", []string{
			`ask 1: wire 2: got PUT ` + api + `/x origin=` + app + `, want nothing`,
		}},
		{"one too few", "  outcome", "  wire: GET {api}/y\n  outcome", []string{`ask 1: wire 3: got nothing, want GET ` + api + `/y`}},
		{"another outcome", "outcome: allowed", "outcome: opaque", []string{`ask 1: outcome: got allowed, want opaque`}},
		{"an outcome that is none for the page", "outcome: allowed", "outcome: blocked", []string{
			`ask 1: outcome: got allowed, want blocked`, `ask 1: the page's error: got <nil>, want blocked`,
		}},
		{"a code", "  type", "  code: acao-missing actual 0\n  type", []string{`ask 1: code: got <nil>, want acao-missing actual 0`}},
		{"a code more", "  type", "  also: acao-missing actual 0\n  type", []string{`ask 1: also: got [], want [acao-missing actual 0]`}},
		{"a note in another phase", "syntax preflight", "syntax actual", []string{`ask 1: note: max-age-syntax actual 0 is missing`}},
		{"a note of another header", "filter 0 x-b", "filter 0 x-c", []string{`ask 1: note: header-hidden filter 0 x-c is missing`}},
		{"a note at another hop", "filter 0 x-b", "filter 1 x-b", []string{`ask 1: note: header-hidden filter 1 x-b is missing`}},
		{"another type", "type: cors", "type: basic", []string{`ask 1: type: got cors, want basic`}},
		{"another status", "status: 201", "status: 200", []string{`ask 1: status: got 201, want 200`}},
		{"another name", "readable: content-type", "readable: content-type x-b", []string{
			`ask 1: readable: got [content-type], want [content-type x-b]`,
		}},
		{"no name", "readable: content-type", "readable:", []string{`ask 1: readable: got [content-type], want []`}},
	}
	for _, tt := range tests {
		c, err := conformance.Parse("case", []byte(question+strings.Replace(truth, tt.old, tt.new, 1)), nil)
		if err != nil {
			t.Fatalf("%s: %v", tt.why, err)
		}
		if diff := cmp.Diff(tt.want, play.Run(c, fetch.Standard)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

func TestRunTellsOfBlocked(t *testing.T) {
	c, err := conformance.Parse("case", []byte(`# Why.
rule: r
page {app}
ask GET {api}/x
  credentials: include
answer {api}/x
  200
expect
  wire: GET {api}/x origin={app}
  outcome: allowed
  code: acac-not-true actual 0
  type: cors
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`ask 1: outcome: got blocked, want allowed`, `ask 1: the page's error: got failed to fetch, want allowed`,
		`ask 1: code: got acao-missing actual 0 Access-Control-Allow-Origin, want acac-not-true actual 0`,
		`ask 1: also: got [acac-not-true actual 0 Access-Control-Allow-Credentials], want []`, `ask 1: the page got no response`,
	}
	if diff := cmp.Diff(want, play.Run(c, fetch.Profile{})); diff != "" {
		t.Error(diff)
	}
}

func TestRunOfNoCase(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"a cookie no browser takes": {
			"cookie {api}: a=1; Secure\nask GET {api}/x", "the cookie a of http://api.example.test cannot be stored: A Secure cookie",
		},
		"an answer nobody wrote": {"ask GET {api}/x", "ask 1: outcome: got unknown, want allowed"},
	}
	for why, tt := range tests {
		c, err := conformance.Parse("case", []byte("# Why.\nrule: r\npage {app}\n"+tt.text+"\nexpect\n  wire: GET {api}/x origin={app}\n  outcome: allowed\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := play.Run(c, fetch.Standard); len(got) == 0 || !strings.HasPrefix(got[0], tt.want) {
			t.Errorf("%s: %q", why, got)
		}
	}
}

// The transport serves net/http too.
func TestTransportRoundTrip(t *testing.T) {
	transport := play.NewTransport(parse(t, `
answer {api}/x
  299
  X-A: 1
  x-a: 2
  Access-Control-Allow-Origin: {origin}
  | body`))
	client := &http.Client{Transport: transport}
	req, err := http.NewRequest("PUT", "http://user:secret@api.example.test/x#y", strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "http://me")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != "body" || resp.StatusCode != 299 {
		t.Errorf("%d %q, %v", resp.StatusCode, body, err)
	}
	if got := resp.Header.Values("X-A"); len(got) != 2 || resp.Header.Get("Access-Control-Allow-Origin") != "http://me" {
		t.Errorf("the answer has %v", resp.Header)
	}
	want := []play.Request{{
		Method: "PUT", URL: "http://api.example.test/x", Body: "text", Header: wire.Header{{Name: "Origin", Value: "http://me"}},
	}}
	taken := transport.Taken()
	for i := range taken {
		taken[i].Header.Delete("Authorization") // the client's own doing
	}
	if diff := cmp.Diff(want, taken); diff != "" {
		t.Error(diff)
	}
	head, err := client.Head("http://api.example.test/x")
	if err != nil {
		t.Fatal(err)
	}
	defer head.Body.Close()
	if body, _ := io.ReadAll(head.Body); len(body) > 0 {
		t.Errorf("HEAD has the body %q", body)
	}
	if _, err := client.Get("http://api.example.test/y"); err == nil || !strings.Contains(err.Error(), "the case has no answer to GET http://api.example.test/y") {
		t.Errorf("an answer that is not there: %v", err)
	}
}
