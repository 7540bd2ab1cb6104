package report_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/wire"
)

// Whatever a server sends, the report is text a terminal can be trusted with, and masking it takes nothing away but
// secrets.
func FuzzText(f *testing.F) {
	f.Add("Access-Control-Allow-Origin", "https://a.example, *", "*", 1)
	f.Add("Set-Cookie", "a=1234567; Path=/", "1234567", 1)
	f.Add("Location", "https://u:p@a.example/?token=abc", "a", 2)
	f.Add("status", "\x1b[31m\u202e\xff", "\x9b", 0)
	f.Fuzz(func(t *testing.T, name, value, seen string, exchange int) {
		r := cause(diagnose.Finding{Code: "acao-mismatch", Subject: name, Seen: seen, Expected: value, Summary: value}, 200, wire.Header{{Name: name, Value: value}})
		r.Runs[0].Findings[0].Exchange = exchange
		r.Runs[0].Transcript.Verdicts[0].Exchange = max(0, exchange)
		for _, one := range []report.Report{r, r.Masked()} {
			for _, c := range text(t, one, report.Style{Trace: true}) {
				if c != '\n' && !strconv.IsPrint(c) {
					t.Fatalf("%q reached the terminal", c)
				}
			}
			var out strings.Builder
			if err := one.JSON(&out); err != nil {
				t.Fatal(err)
			}
			for _, c := range out.String() {
				if c != '\n' && c != '\ufffd' && !strconv.IsPrint(c) {
					t.Fatalf("%q reached the JSON", c)
				}
			}
		}
	})
}
