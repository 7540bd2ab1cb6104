package transcript_test

import (
	"fmt"

	"github.com/corscope/corscope/transcript"
)

// The console sees what the page does not: which rule blocked, and what would have blocked next.
func Example() {
	record := transcript.Transcript{
		Version: transcript.Version,
		Profile: "standard",
		Verdicts: []transcript.Verdict{
			{Code: transcript.OriginNull, Phase: transcript.PhaseSetup, Subject: "Origin"},
			{Code: transcript.ACAOMissing, Phase: transcript.PhaseActual, Blocks: true, Subject: "Access-Control-Allow-Origin"},
			{Code: transcript.ACACNotTrue, Phase: transcript.PhaseActual, Blocks: true, Hypothetical: true},
		},
	}
	fmt.Println(record.Outcome())
	if first := record.First(); first != nil {
		fmt.Println(first.Code, first.Subject, first.Code.IsCORS())
	}
	fmt.Println(transcript.Worst(record.Outcome(), transcript.Allowed))
	// Output:
	// blocked
	// acao-missing Access-Control-Allow-Origin true
	// blocked
}
