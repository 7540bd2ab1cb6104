package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

func maskedField(f wire.Field) wire.Field {
	r := run("chromium", "")
	r.Transcript.Exchanges[0].Response = wire.Header{f}
	return report.Report{Runs: []report.Run{r}}.Masked().Runs[0].Transcript.Exchanges[0].Response[0]
}

func TestMaskedHeaders(t *testing.T) {
	for _, tt := range []struct{ name, value, want, why string }{
		{"Authorization", "Bearer abc", "Bearer ***", "the scheme helps, and is no secret"},
		{"authorization", "abc", "***", "without a scheme all of it is"},
		{"Authorization", "a=b c", "***", "what is no token is no scheme"},
		{"Proxy-Authorization", "Basic abc", "Basic ***", "to proxies too"},
		{"Cookie", "a=1; b=2", "a=***; b=***", "names show which travelled"},
		{"Cookie", "lonely", "***", "a cookie without a name is all value"},
		{"Set-Cookie", "a=1; HttpOnly; Path=/", "a=***; HttpOnly; Path=/", "attributes decide what becomes of it"},
		{"Set-Cookie", "a=", "a=***", "not even that there is nothing"},
		{"X-Api-Key", "k", "***", "by its name"},
		{"X-Amz-Security-Token", "k", "***", "by its name"},
		{"X-CSRF-Token", "k", "***", "by its name"},
		{"Client-Secret", "k", "***", "by its name"},
		{"X-Session", "k", "***", "by its name"},
		{"Ocp-Apim-Subscription-Key", "k", "***", "by its name's end"},
		{"X-Api-Key", "", "", "nothing is no secret"},
		{"Idempotency-Key", "k", "k", "a key that opens nothing"},
		{"Sec-WebSocket-Key", "k", "k", "a nonce"},
		{"Access-Control-Allow-Credentials", "True", "True", "the very thing to look at"},
		{"Access-Control-Request-Headers", "x-api-key,authorization", "x-api-key,authorization", "names, not values"},
		{"Access-Control-Allow-Headers", "X-Auth-Token", "X-Auth-Token", "names, not values"},
		{"WWW-Authenticate", `Bearer realm="api"`, `Bearer realm="api"`, "a question"},
		{"Location", "https://user:pw@h.example/?a=1&access_token=t#x", "https://***@h.example/?a=1&access_token=***#x", "a URL's own"},
		{"Location", "https://h.example/?apiKey=1&X-Amz-Signature=2&sig=3&page=4", "https://h.example/?apiKey=***&X-Amz-Signature=***&sig=***&page=4", "parameters by name"},
		{"Location", "https://user:p@ss@h.example/", "https://***@h.example/", "up to the last @"},
		{"Location", "/a?monk=1&keyword=2", "/a?monk=1&keyword=2", "words that only look like it"},
		{"Link", "<https://h.example/?token=t>; rel=next", "<https://h.example/?token=***>; rel=next", "not beyond the URL"},
		{"X-Db-Pass", "k", "***", "by its name's end"},
		{"X-Password", "k", "***", "by its name's end"},
		{"X-Bypass", "k", "k", "a word that ends alike"},
		{"X-Upstream", "Bearer abc.def-1", "Bearer ***", "a scheme tells under any name"},
		{"X-Upstream", "basic dXNlcjpwYXNz==", "basic ***==", "in any case, and with its padding"},
		{"X-Upstream", "was: Token abc123, retried", "was: Token ***, retried", "amid other words"},
		{"X-Upstream", `{"a":"Bearer abc"}`, `{"a":"Bearer ***"}`, "in quotes"},
		{"X-Challenge", `Bearer realm="api"`, `Bearer realm="api"`, "a question under another name"},
		{"X-Identity", "id eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln, ok", "id ***, ok", "a token tells by itself"},
		{"X-Identity", "eyJhbGciOiJub25lIn0.a.b.c.d", "***", "an encrypted one has five parts"},
		{"Location", "/cb?code=c&state=s#otp=1", "/cb?code=***&state=s#otp=***", "short names that are whole"},
		{"Location", "/?auth=1&PASS=2&pwd=3&pin=4&cvv=5&ticket=6", "/?auth=***&PASS=***&pwd=***&pin=***&cvv=***&ticket=***", "all of them"},
		{"Location", "/?zipcode=1&author=2&spin=3&encode=4&compass=5", "/?zipcode=1&author=2&spin=3&encode=4&compass=5", "names that only end alike"},
		{"Location", "//user:pw@h.example/", "//***@h.example/", "a URL without its scheme"},
		{"Content-Type", "text/html", "text/html", "nothing to hide"},
	} {
		if got := maskedField(wire.Field{Name: tt.name, Value: tt.value}); got.Value != tt.want || got.Name != tt.name {
			t.Errorf("%s: %q became %q, want %q: %s", tt.name, tt.value, got.Value, tt.want, tt.why)
		}
	}
}

// A secret is known by where it stands, and then masked wherever it stands.
func TestMaskedEverywhere(t *testing.T) {
	const secret = "hunter2-hunter2"
	r := run("chromium", "acao-missing")
	tr := r.Transcript
	tr.Asked.Header = wire.Header{{Name: "Authorization", Value: "Bearer " + secret}}
	tr.Asked.URL = "https://api.example/" + secret
	tr.Steps = []transcript.Step{{Name: "redirect", Answer: secret, Because: "because of " + secret}}
	tr.Exchanges[0].URL = "https://me:" + secret + "@api.example/?q=" + secret
	tr.Exchanges[0].Response = wire.Header{{Name: "X-Echo", Value: "you said (" + secret + ")"}}
	tr.Exchanges[0].Failure = &transcript.Failure{Code: "net-tls", Text: "dial " + secret}
	tr.Verdicts[0].Seen, tr.Verdicts[0].Subject = secret, secret
	tr.Unsent = secret
	r.Findings = []diagnose.Finding{{
		Code: "acao-missing", Severity: diagnose.Error, Exchange: 1, Summary: "it says " + secret, Hints: []string{secret},
		Fix: diagnose.Fix{Text: secret, Edits: []diagnose.Edit{{Op: diagnose.Set, Header: "X-A", Value: secret}}},
	}}
	body := `{"password": "correct horse", "note": "` + secret + `"}`
	whole := report.Report{Runs: []report.Run{r}, Body: &body, Reach: []string{"--cacert", secret}}

	masked := whole.Masked()
	if *masked.Body != `{"password": "***", "note": "***"}` {
		t.Errorf("body %s", *masked.Body)
	}
	var out bytes.Buffer
	if err := masked.JSON(&out); err != nil {
		t.Fatal(err)
	}
	if err := masked.Text(&out, report.Style{Trace: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), secret) || strings.Contains(out.String(), "correct horse") {
		t.Errorf("the secret is out:\n%s", &out)
	}
	if tr.Asked.Header[0].Value != "Bearer "+secret || tr.Exchanges[0].Failure.Text != "dial "+secret {
		t.Error("masking changed the record itself")
	}
}

func TestMaskedBodies(t *testing.T) {
	for _, tt := range []struct{ body, want, why string }{
		{`{"pin": 1234, "cvv":"123", "code" : "a\"b", "n": 5}`, `{"pin": ***, "cvv":"***", "code" : "***", "n": 5}`, "numbers too"},
		{`{"spinner": 1, "zipcode": "2", "author": "me"}`, `{"spinner": 1, "zipcode": "2", "author": "me"}`, "names that only look like it"},
		{"user=me&pass=word&otp=123456", "user=me&pass=***&otp=***", "a form"},
		{"--x\r\nContent-Disposition: form-data; name=\"pass\"\r\nContent-Type: text/plain\r\n\r\nword\r\n--x--", "--x\r\nContent-Disposition: form-data; name=\"pass\"\r\nContent-Type: text/plain\r\n\r\n***\r\n--x--", "a form in parts"},
		{"see eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "see ***", "a token without a signature"},
		{"eyJ is how it begins. eyJhbGc.x", "eyJ is how it begins. eyJhbGc.x", "two parts are none"},
	} {
		if got := *(report.Report{Runs: []report.Run{run("chromium", "")}, Body: &tt.body}.Masked().Body); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.why, got, tt.want)
		}
	}
}

// What a scheme gives away is known elsewhere too.
func TestMaskedCredentialsAreLearnt(t *testing.T) {
	r := run("chromium", "")
	r.Transcript.Exchanges[0].Response = wire.Header{{Name: "X-Upstream", Value: "Bearer hunter2-hunter2"}, {Name: "X-Echo", Value: "it was hunter2-hunter2"}}
	if got := (report.Report{Runs: []report.Run{r}}).Masked().Runs[0].Transcript.Exchanges[0].Response[1].Value; got != "it was ***" {
		t.Errorf("got %q", got)
	}
}

func TestMaskedText(t *testing.T) {
	const message = `unexpected argument https://me:hunter2@h.example/?token=abc`
	if got, want := report.MaskedText(message), `unexpected argument https://***@h.example/?token=***`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMaskedLeavesWordsAlone(t *testing.T) {
	r := run("chromium", "acao-missing")
	r.Transcript.Asked.Header = wire.Header{{Name: "Authorization", Value: "Bearer preflight"}, {Name: "X-Token", Value: "a"}}
	r.Findings = []diagnose.Finding{{Summary: "preflights are a matter of the preflight, a preflight-status"}}
	got := report.Report{Runs: []report.Run{r}}.Masked().Runs[0].Findings[0].Summary
	if want := "preflights are a matter of the ***, a ***-status"; got != want {
		t.Errorf("got %q, want %q: only whole words, and no short ones", got, want)
	}
}

// A server that calls its secrets as we call things cannot take our words from us.
func TestMaskedLeavesOurWordsAlone(t *testing.T) {
	r := run("chromium", "acao-missing")
	r.Findings = []diagnose.Finding{{Code: "acao-missing", Phase: transcript.PhaseActual, Severity: diagnose.Warning}}
	for _, word := range []string{"actual", "acao-missing", "warning"} {
		r.Transcript.Exchanges[0].Response = append(r.Transcript.Exchanges[0].Response, wire.Field{Name: "Set-Cookie", Value: "a=" + word})
	}
	got := report.Report{Runs: []report.Run{r}}.Masked().Runs[0]
	if got.Transcript.Exchanges[0].Kind != transcript.Actual || got.Transcript.Verdicts[0].Code != transcript.ACAOMissing {
		t.Errorf("the record became %+v", got.Transcript)
	}
	if diff := cmp.Diff(r.Findings, got.Findings); diff != "" {
		t.Error(diff)
	}
}

func TestMaskedKeepsNil(t *testing.T) {
	r := report.Report{Runs: []report.Run{run("chromium", "")}}
	if diff := cmp.Diff(r, r.Masked()); diff != "" {
		t.Errorf("a report without secrets changed:\n%s", diff)
	}
}

// A server that sends a hundred thousand cookies is not searched for each of them in each of them.
func TestMaskedWorkIsBounded(t *testing.T) {
	r := run("chromium", "")
	for i := range 100_000 {
		r.Transcript.Exchanges[0].Response = append(r.Transcript.Exchanges[0].Response,
			wire.Field{Name: "Set-Cookie", Value: fmt.Sprintf("c%d=value-%d", i, i)}, wire.Field{Name: "X-Other", Value: fmt.Sprint("other ", i)})
	}
	start := time.Now()
	masked := report.Report{Runs: []report.Run{r}}.Masked().Runs[0].Transcript.Exchanges[0].Response
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("masking took %v", took)
	}
	if last := masked[len(masked)-2].Value; last != "c99999=***" {
		t.Errorf("the last cookie became %q", last)
	}
}
