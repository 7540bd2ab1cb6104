package report_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// cause is the report of one finding on one answer.
func cause(f diagnose.Finding, status int, response wire.Header) report.Report {
	r := run("chromium", f.Code)
	r.Transcript.Exchanges[0].Status, r.Transcript.Exchanges[0].Response = status, response
	f.Severity, f.Exchange = diagnose.Error, 1
	r.Findings = []diagnose.Finding{f}
	return report.Report{Runs: []report.Run{r}}
}

func TestCaret(t *testing.T) {
	for _, tt := range []struct {
		finding  diagnose.Finding
		status   int
		response wire.Header
		want     string
		why      string
	}{
		{
			diagnose.Finding{Subject: "Access-Control-Allow-Origin", Expected: "https://app.example"},
			200, nil,
			"  1 | GET https://api.example/x -> 200\n" +
				"    | Access-Control-Allow-Origin: (none)\n" +
				"    |                              ^^^^^^ want https://app.example\n",
			"what is missing has a place too",
		},
		{
			diagnose.Finding{Subject: "Access-Control-Allow-Origin", Expected: "b", Seen: "a, *"},
			200,
			wire.Header{{Name: "access-control-allow-origin", Value: "a"}, {Name: "X", Value: "y"}, {Name: "Access-Control-Allow-Origin", Value: "*"}},
			"  1 | GET https://api.example/x -> 200\n" +
				"    | access-control-allow-origin: a\n" +
				"    | Access-Control-Allow-Origin: *\n" +
				"    |                              ^ want b\n",
			"every line of that name, as it was sent",
		},
		{
			diagnose.Finding{Subject: "Access-Control-Allow-Headers", Expected: "a list of names", Seen: "b c"},
			200,
			wire.Header{{Name: "Access-Control-Allow-Headers", Value: "ä, b c, d"}},
			"    | Access-Control-Allow-Headers: ä, b c, d\n" +
				"    |                                  ^^^ want a list of names\n",
			"the item that is wrong, counted in characters",
		},
		{
			diagnose.Finding{Subject: "status", Expected: "200 to 299", Seen: "401"},
			401, nil,
			"  1 | GET https://api.example/x -> 401\n" +
				"    |                              ^^^ want 200 to 299\n",
			"a status stands in the first line",
		},
		{
			diagnose.Finding{Subject: "Access-Control-Allow-Origin", Expected: "null"},
			200, nil,
			"    | Access-Control-Allow-Origin: (none)\n" +
				"    |                              ^^^^^^\n",
			"nobody is told to allow null",
		},
		{
			diagnose.Finding{Code: "preflight-redirect", Subject: "Location", Expected: "200 to 299", Seen: "308 /y"},
			308,
			wire.Header{{Name: "Location", Value: "/y"}},
			"  1 | GET https://api.example/x -> 308\n" +
				"    |                              ^^^ want 200 to 299\n" +
				"    | Location: /y\n  see ",
			"it is the status that is wrong",
		},
		{
			diagnose.Finding{Subject: "https://api.example/x"},
			200, nil,
			"  1 | GET https://api.example/x -> 200\n  see ",
			"an address is no header",
		},
	} {
		if tt.finding.Code == "" {
			tt.finding.Code = "acao-mismatch"
		}
		if got := text(t, cause(tt.finding, tt.status, tt.response), report.Style{}); !strings.Contains(got, tt.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.why, got, tt.want)
		}
	}
}

func TestNothingRawReachesTheTerminal(t *testing.T) {
	for _, raw := range []string{"\x1b[31m", "\r", "\x07", "\x7f", "\u009b31m", "\u202e", "\u2066", "\u2028", "\ufeff", "\x9b", "\xff", "a\x00b"} {
		f := diagnose.Finding{
			Code: "acao-mismatch", Subject: "Access-Control-Allow-Origin", Expected: raw, Seen: raw, Summary: raw, Hints: []string{raw},
			Fix: diagnose.Fix{Text: raw, Edits: []diagnose.Edit{{Phase: transcript.PhaseActual, Op: diagnose.Set, Header: "A", Value: raw}}},
		}
		r := cause(f, 200, wire.Header{{Name: "Access-Control-Allow-Origin", Value: raw}})
		r.Runs[0].Transcript.Exchanges[0].URL = "https://api.example/" + raw
		r.Runs[0].Transcript.Exchanges[0].Request = wire.Header{{Name: raw, Value: raw}}
		r.Runs[0].Transcript.Steps = []transcript.Step{{Name: raw, Answer: raw}}
		if got := text(t, r, report.Style{Trace: true}); strings.Contains(got, raw) {
			t.Errorf("%q stands in\n%s", raw, got)
		}
		var out strings.Builder
		if err := r.JSON(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), raw) {
			t.Errorf("%q stands in the JSON", raw)
		}
	}
}

func TestHeldBackRequest(t *testing.T) {
	r := run("chromium", "unsent")
	r.Transcript.Asked.Method = "PUT"
	r.Transcript.Unsent = "held back: PUT may change things"
	e := &r.Transcript.Exchanges[0]
	e.Kind, e.Method, e.Status = transcript.Preflight, "OPTIONS", 204
	e.Response = wire.Header{{Name: "Server", Value: "x"}, {Name: "Access-Control-Allow-Methods", Value: "PUT"}}
	got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{})
	for _, want := range []string{
		"UNKNOWN  PUT ",
		"  1 | OPTIONS https://api.example/x -> 204\n    | Access-Control-Allow-Methods: PUT\n  so far  the preflight allows the request",
		"  unsent  held back: PUT may change things\n",
		"  steps   1 OPTIONS 204  2 PUT not sent\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
}

func TestTrailAcrossRedirects(t *testing.T) {
	r := run("chromium", "acao-missing")
	tr := r.Transcript
	tr.Steps = []transcript.Step{
		{Hop: 0, Name: "same-origin", Answer: "no"},
		{Hop: 0, Name: "preflight-cache", Answer: "miss"},
		{Hop: 0, Name: "redirect", Answer: "https://c.example/"},
		{Hop: 1, Name: "same-origin", Answer: "no", Because: "it moved"},
	}
	first := tr.Exchanges[0]
	first.Status = 302
	tr.Exchanges = []transcript.Exchange{first, tr.Exchanges[0]}
	tr.Exchanges[1].Hop, tr.Verdicts[0].Exchange = 1, 2
	got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{})
	want := "  steps   1 same-origin? no  2 GET 302  3 redirect to https://c.example/\n" +
		"          4 same-origin? no: it moved  5 GET 200 x\n"
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A circle is written once, and counted: the browser goes round twenty times.
func TestTrailFoldsCircles(t *testing.T) {
	for _, tt := range []struct {
		answers []string // one redirect each
		want    string
		why     string
	}{
		{strings.Fields(strings.Repeat("/a ", 20)), "  steps   1 GET 302  2 redirect to /a  3–40 the same, 19 times  41 GET 302 x\n", "to itself"},
		{
			append([]string{"/first"}, strings.Fields(strings.Repeat("/a /b ", 3)+"/c")...),
			"  steps   1 GET 302  2 redirect to /first  3 GET 302  4 redirect to /a  5 GET 302  6 redirect to /b\n" +
				"          7–14 the same, 2 times  15 GET 302  16 redirect to /c  17 GET 302 x\n", "over two stations, from somewhere else",
		},
		{
			[]string{"/a", "/a"},
			"  steps   1 GET 302  2 redirect to /a  3 GET 302  4 redirect to /a  5 GET 302 x\n", "once more is no circle",
		},
	} {
		r := run("chromium", "redirect-limit")
		tr := r.Transcript
		one := tr.Exchanges[0]
		tr.Exchanges = nil
		for hop := range len(tt.answers) + 1 {
			one.Hop, one.Status = hop, 302
			tr.Exchanges = append(tr.Exchanges, one)
			if hop < len(tt.answers) {
				tr.Steps = append(tr.Steps, transcript.Step{Hop: hop, Name: "redirect", Answer: tt.answers[hop]})
			}
		}
		tr.Verdicts[0].Exchange = len(tr.Exchanges)
		if got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{}); !strings.Contains(got, tt.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.why, got, tt.want)
		}
	}
}

// Only fetch() and XMLHttpRequest are handed a response.
func TestWhatThePageHas(t *testing.T) {
	const shared = "the thing is there"
	for _, info := range []struct {
		initiator string
		reads     bool
	}{{"fetch", true}, {"xhr", true}, {"image", false}, {"font", false}, {"beacon", false}, {"navigation", false}} {
		r := run("chromium", "")
		r.Transcript.Asked.Initiator, r.Transcript.Asked.OnShared = info.initiator, shared
		got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{})
		reads := strings.Contains(got, "  read    status 200, the body, and these headers: content-type\n  hidden  x-total\n")
		has := strings.Contains(got, "  page    "+shared+"\n")
		if reads != info.reads || has == info.reads || strings.Contains(got, "x-total") != info.reads {
			t.Errorf("%s:\n%s", info.initiator, got)
		}
	}
}

func TestOpaqueOriginIsNamed(t *testing.T) {
	r := run("chromium", "")
	r.Transcript.Asked.Origin = "null"
	if got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{}); !strings.Contains(got, " from an opaque origin (null)  (chromium)\n") {
		t.Error(got)
	}
}

// Beside the headline, that it is not CORS is said once.
func TestNotCORSIsSaidOnce(t *testing.T) {
	r := run("chromium", "net-refused")
	r.Findings = []diagnose.Finding{
		{Code: "net-refused", Severity: diagnose.Error, Summary: "This is not CORS: nobody listens", Fix: diagnose.Fix{Text: "This is not CORS: start the server."}, Hints: []string{"It is down. This is not CORS."}},
		{Code: "x", Severity: diagnose.Note, Summary: "This is not CORS: example.com sleeps", Fix: diagnose.Fix{Text: "wake it"}},
	}
	got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{})
	for _, want := range []string{"NOT CORS  GET", "]: This is not CORS: nobody listens\n", "  fix     Start the server.\n", "  hint    It is down.\n", "note[x]: example.com sleeps\n  fix     wake it\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
}

// A server can cause any number of findings. A person reads some of each kind; a program gets them all.
func TestFindingsAreBounded(t *testing.T) {
	r := run("chromium", "acao-missing")
	r.Findings = []diagnose.Finding{{Code: "acao-missing", Severity: diagnose.Error, Summary: "none"}}
	for range 50 {
		r.Findings = append(r.Findings,
			diagnose.Finding{Code: "a", Severity: diagnose.Error, Hypothetical: true, Summary: "bad"},
			diagnose.Finding{Code: "b", Severity: diagnose.Warning, Summary: "odd"},
			diagnose.Finding{Code: "c", Severity: diagnose.Warning, Summary: "strange"},
		)
	}
	r.Findings = append(r.Findings, diagnose.Finding{Code: "d", Severity: diagnose.Note, Summary: "by the way"})
	whole := report.Report{Runs: []report.Run{r}}
	got := text(t, whole, report.Style{})
	for line, want := range map[string]int{
		"  next    a: bad\n": 20, "  next    a: and 30 more of the same kind\n": 1,
		"warning[b]: odd\n": 20, "warning: b: and 30 more of the same kind\n": 1,
		"warning[c]: strange\n": 20, "warning: c: and 30 more of the same kind\n": 1,
		"note[d]: by the way\n": 1, "more of the same kind\n": 3,
	} {
		if n := strings.Count(got, line); n != want {
			t.Errorf("%q stands there %d times, want %d, in\n%s", line, n, want, got)
		}
	}
	var out strings.Builder
	if err := whole.JSON(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), `"summary": "odd"`); n != 50 {
		t.Errorf("JSON has %d of 50", n)
	}
}

func TestHeaderListsAreBounded(t *testing.T) {
	r := run("chromium", "")
	for range 3000 {
		r.Transcript.Result.Readable = append(r.Transcript.Result.Readable, "x-many")
	}
	got := text(t, report.Report{Runs: []report.Run{r}}, report.Style{})
	if words := strings.Join(strings.Fields(got), " "); strings.Count(words, "x-many") != 99 || !strings.Contains(words, "x-many and 2901 more") {
		t.Error(got)
	}
}

func TestShortLeavesOutTheReferences(t *testing.T) {
	f := diagnose.Finding{
		Code: "acao-missing", Subject: "Access-Control-Allow-Origin", Summary: "there is none", Why: "because", Spec: "https://spec.example",
		Hints: []string{"first hint", "second hint"},
		Fix:   diagnose.Fix{Text: "mend it", Edits: []diagnose.Edit{{Phase: transcript.PhaseActual, Op: diagnose.Set, Header: "Access-Control-Allow-Origin", Value: "*"}}},
	}
	long, short := text(t, cause(f, 200, nil), report.Style{}), text(t, cause(f, 200, nil), report.Style{Short: true})
	for _, both := range []string{"there is none", "because", "mend it", "first hint"} {
		if !strings.Contains(long, both) || !strings.Contains(short, both) {
			t.Errorf("%q stands in both forms", both)
		}
	}
	// The number in the gutter is a step's, so it goes with the steps.
	for _, only := range []string{"  1 | GET", "second hint", "w.Header()", "https://spec.example", "curl -i", "  steps "} {
		if !strings.Contains(long, only) || strings.Contains(short, only) {
			t.Errorf("%q stands in the long form only", only)
		}
	}
}

func TestColourChangesNoWord(t *testing.T) {
	r := cause(diagnose.Finding{Code: "acao-missing", Subject: "Access-Control-Allow-Origin", Summary: "none"}, 200, nil)
	coloured := text(t, r, report.Style{Colour: true, Trace: true})
	if !strings.Contains(coloured, "\x1b[1;31mBLOCKED\x1b[0m") {
		t.Errorf("no colour in\n%s", coloured)
	}
	for {
		before, rest, found := strings.Cut(coloured, "\x1b[")
		if !found {
			break
		}
		_, after, _ := strings.Cut(rest, "m")
		coloured = before + after
	}
	if want := text(t, r, report.Style{Trace: true}); coloured != want {
		t.Errorf("got\n%s\nwant\n%s", coloured, want)
	}
}

func TestLongAnswersAreCut(t *testing.T) {
	var many wire.Header
	for range 1000 {
		many = append(many, wire.Field{Name: "Access-Control-Allow-Origin", Value: strings.Repeat("a", 1000)})
	}
	f := diagnose.Finding{Code: "acao-multiple", Subject: "Access-Control-Allow-Origin", Summary: "many"}
	got := text(t, cause(f, 200, many), report.Style{})
	if lines := strings.Count(got, "Access-Control-Allow-Origin: a"); lines != 8 || len(got) > 4000 {
		t.Errorf("%d lines, %d bytes", lines, len(got))
	}
}

func TestAsked(t *testing.T) {
	for _, tt := range []struct {
		profiles []string
		sent     bool
		want     string
	}{
		{[]string{"a"}, true, "live, as A\n"},
		{[]string{"a", "b"}, true, "live, as A; B was given the same answers\n"},
		{[]string{"a", "b", "c"}, true, "live, as A; B and C were given the same answers\n"},
		{[]string{"a", "b", "c", "d"}, true, "live, as A; B, C and D were given the same answers\n"},
		{[]string{"a", "b", "c"}, false, "as A, B and C\n"},
	} {
		var r report.Report
		for _, profile := range tt.profiles {
			one := run(profile, "")
			if !tt.sent {
				one.Transcript.Exchanges = nil
			}
			r.Runs = append(r.Runs, one)
		}
		if got := text(t, r, report.Style{}); !strings.Contains(got, "  asked   "+tt.want) {
			t.Errorf("want %q in\n%s", tt.want, got)
		}
	}
}
