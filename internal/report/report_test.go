package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// run makes a browser's run that ended with a code; "" is allowed, and "unsent" held back.
func run(profile string, code transcript.Code) report.Run {
	t := &transcript.Transcript{
		Version: 1, Profile: profile,
		Asked: transcript.Asked{Origin: "https://app.example", Initiator: "fetch", Method: "GET", URL: "https://api.example/x", OnBlocked: "nothing"},
		Exchanges: []transcript.Exchange{{
			Kind: transcript.Actual, Method: "GET", URL: "https://api.example/x", Status: 200,
			Request: wire.Header{{Name: "Origin", Value: "https://app.example"}}, Response: wire.Header{},
		}},
	}
	switch code {
	case "":
		t.Result = &transcript.Result{Type: "cors", Status: 200, Readable: []string{"content-type"}, Hidden: []string{"x-total"}}
	case "unsent":
		t.Unsent = "held back"
	default:
		t.Verdicts = []transcript.Verdict{{Code: code, Blocks: true, Exchange: 1, Phase: transcript.PhaseActual}}
	}
	return report.Run{Title: strings.ToUpper(profile), Transcript: t}
}

func TestOutcome(t *testing.T) {
	for _, tt := range []struct {
		runs     []report.Run
		want     transcript.Outcome
		deciding string
		why      string
	}{
		{[]report.Run{run("chromium", ""), run("firefox", "")}, "allowed", "chromium", "they agree, and the first decides"},
		{[]report.Run{run("chromium", ""), run("firefox", "acao-missing")}, "blocked", "firefox", "the worst decides"},
		{[]report.Run{run("chromium", "net-dns"), run("firefox", "acao-missing")}, "blocked", "firefox", "CORS is worse than the network: it can be mended"},
		{[]report.Run{run("chromium", ""), run("standard", "acao-missing")}, "allowed", "chromium", "nobody browses with the standard"},
		{[]report.Run{run("standard", "acao-missing"), run("chromium", "")}, "allowed", "chromium", "not even where it was asked first"},
		{[]report.Run{run("standard", "acao-missing")}, "blocked", "standard", "alone it counts"},
		{[]report.Run{run("chromium", "unsent"), run("firefox", "")}, "unknown", "chromium", "unknown is worse than allowed"},
	} {
		r := report.Report{Runs: tt.runs}
		if got := r.Outcome(); got != tt.want {
			t.Errorf("got %s, want %s: %s", got, tt.want, tt.why)
		}
		if got := r.Deciding().Transcript.Profile; got != tt.deciding {
			t.Errorf("%s decides, want %s: %s", got, tt.deciding, tt.why)
		}
	}
}

func text(t *testing.T, r report.Report, style report.Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Text(&out, style); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestVerdictLine(t *testing.T) {
	for _, tt := range []struct {
		runs []report.Run
		want string
		why  string
	}{
		{
			[]report.Run{run("chromium", "")},
			"ALLOWED  GET https://api.example/x from https://app.example  (chromium)\n", "one browser",
		},
		{
			[]report.Run{run("chromium", "acao-missing"), run("firefox", "acao-missing"), run("standard", "acao-missing")},
			"BLOCKED  GET https://api.example/x from https://app.example  (chromium, firefox agree)\n", "several agree",
		},
		{
			[]report.Run{run("chromium", "acao-missing"), run("firefox", "preflight-status"), run("webkit", "acao-missing")},
			"BLOCKED  GET https://api.example/x from https://app.example  (chromium, firefox, webkit agree)\n" +
				"  named first: acao-missing by chromium, webkit; preflight-status by firefox\n", "on all but the name",
		},
		{
			[]report.Run{run("chromium", ""), run("firefox", "acao-missing"), run("standard", "")},
			"BLOCKED  GET https://api.example/x from https://app.example  (chromium, firefox differ)\n" +
				"  chromium  allowed\n  firefox   blocked  acao-missing\n  standard  allowed\n", "they do not agree",
		},
		{
			[]report.Run{run("chromium", ""), run("standard", "header-not-allowed")},
			"ALLOWED  GET https://api.example/x from https://app.example  (chromium)\n" +
				"warning: by the standard alone this is blocked: header-not-allowed\n", "the standard alone is a warning",
		},
	} {
		if got := text(t, report.Report{Runs: tt.runs}, report.Style{}); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.why, got, tt.want)
		}
	}
}

func TestJSON(t *testing.T) {
	second := run("firefox", "acao-missing")
	second.Findings = []diagnose.Finding{{Code: "acao-missing", Severity: diagnose.Error}}
	r := report.Report{Runs: []report.Run{run("chromium", ""), second, run("standard", "")}}
	var out bytes.Buffer
	if err := r.JSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version    int
		Outcome    string
		Profiles   map[string]report.Standing
		Findings   []diagnose.Finding
		Transcript transcript.Transcript
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Outcome != "blocked" {
		t.Errorf("version %d, outcome %s", got.Version, got.Outcome)
	}
	want := map[string]report.Standing{"chromium": {Outcome: "allowed"}, "firefox": {Outcome: "blocked", Code: "acao-missing"}, "standard": {Outcome: "allowed"}}
	if diff := cmp.Diff(want, got.Profiles); diff != "" {
		t.Error(diff)
	}
	// The findings and the transcript belong together: exchanges are counted in both.
	if diff := cmp.Diff(second.Findings, got.Findings); diff != "" || got.Transcript.Profile != "firefox" {
		t.Errorf("transcript of %s: %s", got.Transcript.Profile, diff)
	}
	if got := report.Report.JSON(report.Report{Runs: []report.Run{run("chromium", "")}}, &out); got != nil || !strings.Contains(out.String(), `"findings": []`) {
		t.Error("no findings are an empty list, so that programs need not ask")
	}
}

// Several reports are one array, and each says which it is. One report alone has no case unless it is given one.
func TestJSONOfSeveral(t *testing.T) {
	reports := []report.Report{
		{Case: "one", Runs: []report.Run{run("chromium", "")}},
		{Case: "two", Runs: []report.Run{run("chromium", "acao-missing")}},
	}
	var out bytes.Buffer
	if err := report.JSON(&out, reports); err != nil {
		t.Fatal(err)
	}
	var got []struct{ Case, Outcome string }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]struct{ Case, Outcome string }{{"one", "allowed"}, {"two", "blocked"}}, got); diff != "" {
		t.Error(diff)
	}
	out.Reset()
	if err := (report.Report{Runs: []report.Run{run("chromium", "")}}).JSON(&out); err != nil || strings.Contains(out.String(), `"case"`) {
		t.Errorf("%v: %s", err, &out)
	}
}

func TestTextIsStable(t *testing.T) {
	r := report.Report{Runs: []report.Run{run("chromium", "acao-missing"), run("firefox", "")}}
	before := text(t, r, report.Style{Trace: true})
	if again := text(t, r, report.Style{Trace: true}); again != before {
		t.Errorf("a second writing differs:\n%s", cmp.Diff(before, again))
	}
}

type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errRefused }

var errRefused = &json.UnsupportedValueError{Str: "full"}

func TestWriteErrorsAreTold(t *testing.T) {
	r := report.Report{Runs: []report.Run{run("chromium", "")}}
	if err := r.Text(refusing{}, report.Style{}); err != errRefused { //nolint:errorlint // this very value
		t.Errorf("text: %v", err)
	}
	if err := r.JSON(refusing{}); err != errRefused { //nolint:errorlint // this very value
		t.Errorf("JSON: %v", err)
	}
}
