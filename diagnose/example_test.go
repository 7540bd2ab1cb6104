package diagnose_test

import (
	"fmt"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

func ExampleDiagnose() {
	record := &transcript.Transcript{
		Asked: transcript.Asked{Origin: "https://app.example", Method: "PUT", URL: "https://api.example/orders"},
		Exchanges: []transcript.Exchange{{
			Kind: transcript.Preflight, Method: "OPTIONS", URL: "https://api.example/orders",
			Status: 401, Response: wire.Header{{Name: "WWW-Authenticate", Value: "Bearer"}},
		}},
		Verdicts: []transcript.Verdict{
			{Code: transcript.ACAOMissing, Phase: transcript.PhasePreflight, Exchange: 1, Blocks: true, Expected: "https://app.example"},
			{Code: transcript.PreflightStatus, Phase: transcript.PhasePreflight, Exchange: 1, Blocks: true, Hypothetical: true, Seen: "401"},
		},
	}
	for _, f := range diagnose.Diagnose(record) {
		fmt.Printf("%s[%s]: %s\n", f.Severity, f.Code, f.Summary)
	}
	// Output:
	// error[preflight-status]: the preflight was answered 401, and browsers need 200 to 299; the request was not sent
	// error[acao-missing]: the preflight's answer (401) does not carry Access-Control-Allow-Origin
	// note[not-reached]: the request itself was not sent: its answer must carry Access-Control-Allow-Origin too, and has not been seen
}

func ExampleFinding_Snippets() {
	f := diagnose.Finding{Fix: diagnose.Fix{Edits: []diagnose.Edit{
		{Phase: transcript.PhaseActual, Op: diagnose.Add, Header: wire.AccessControlExposeHeaders, Value: "ETag"},
	}}}
	fmt.Print(f.Snippets()[0].Text)
	// Output:
	// // On the answer, before anything is written:
	// w.Header().Add("Access-Control-Expose-Headers", "ETag")
}
