package transcript_test

import (
	"testing"

	"github.com/corscope/corscope/transcript"
)

func TestOutcome(t *testing.T) {
	result := func(kind string) *transcript.Result { return &transcript.Result{Type: kind} }
	block := func(code transcript.Code) transcript.Verdict { return transcript.Verdict{Code: code, Blocks: true} }
	warn := func(code transcript.Code) transcript.Verdict { return transcript.Verdict{Code: code} }
	suppose := func(code transcript.Code) transcript.Verdict {
		return transcript.Verdict{Code: code, Blocks: true, Hypothetical: true}
	}
	type verdicts []transcript.Verdict
	for _, tt := range []struct {
		verdicts verdicts
		result   *transcript.Result
		want     transcript.Outcome
		first    int // which verdict blocked, -1 for none
		why      string
	}{
		{nil, nil, transcript.Unknown, -1, "nothing happened"},
		{nil, result("basic"), transcript.Allowed, -1, "a response of the page's own origin"},
		{nil, result("cors"), transcript.Allowed, -1, "a response shared by CORS"},
		{nil, result("opaque"), transcript.Opaque, -1, "a response the page may not look into"},
		{nil, result("opaqueredirect"), transcript.Opaque, -1, "nor into a redirect it asked to see"},
		{verdicts{warn(transcript.HeaderHidden)}, result("cors"), transcript.Allowed, -1, "a remark blocks nothing"},
		{verdicts{warn(transcript.ACAOMissing)}, result("cors"), transcript.Allowed, -1, "whatever its code"},
		{verdicts{warn(transcript.OriginNull)}, nil, transcript.Unknown, -1, "a remark, and held back"},
		{verdicts{block(transcript.ACAOMissing)}, nil, transcript.Blocked, 0, "CORS"},
		{verdicts{block(transcript.LNADenied)}, nil, transcript.Blocked, 0, "its neighbour for local networks"},
		{verdicts{block(transcript.NetDNS)}, nil, transcript.NotCORS, 0, "the network"},
		{verdicts{block(transcript.MixedContent)}, nil, transcript.NotCORS, 0, "another policy"},
		{verdicts{block(transcript.CORPBlocked)}, nil, transcript.NotCORS, 0, "an answer that needs no CORS"},
		{verdicts{block("made-up")}, nil, transcript.NotCORS, 0, "a code nobody knows"},
		{verdicts{block(transcript.NetTimeout)}, nil, transcript.Unknown, 0, "a timeout tells nothing"},
		{verdicts{block(transcript.NetAborted)}, nil, transcript.Unknown, 0, "nor does a caller who gave up"},
		{verdicts{block(transcript.ACAOMissing)}, result("cors"), transcript.Blocked, 0, "what blocks goes before a result"},
		{verdicts{warn(transcript.StarAuthorization), block(transcript.ACAOMismatch)}, nil, transcript.Blocked, 1, "remarks are passed over"},
		{verdicts{block(transcript.NetReset), block(transcript.ACAOMissing)}, nil, transcript.NotCORS, 0, "the first that blocks decides"},
		{verdicts{block(transcript.ACAOMissing), block(transcript.NetReset)}, nil, transcript.Blocked, 0, "whichever it is"},
		{verdicts{suppose(transcript.ACAOMissing)}, result("cors"), transcript.Allowed, -1, "what only would hold does not block"},
		{verdicts{suppose(transcript.ACAOMissing)}, nil, transcript.Unknown, -1, "with or without a result"},
		{verdicts{suppose(transcript.ACAOMissing), block(transcript.NetTLS)}, nil, transcript.NotCORS, 1, "and is passed over"},
	} {
		tr := &transcript.Transcript{Verdicts: tt.verdicts, Result: tt.result}
		if got := tr.Outcome(); got != tt.want {
			t.Errorf("%+v with %+v: %s, want %s: %s", tt.verdicts, tt.result, got, tt.want, tt.why)
		}
		var want *transcript.Verdict
		if tt.first >= 0 {
			want = &tr.Verdicts[tt.first]
		}
		if got := tr.First(); got != want {
			t.Errorf("%+v: first is %+v, want %+v: %s", tt.verdicts, got, want, tt.why)
		}
	}
}

func TestWorst(t *testing.T) {
	// From the most welcome to the least.
	order := []transcript.Outcome{
		transcript.Allowed, transcript.Opaque, transcript.Unknown, transcript.NotCORS, transcript.Blocked,
	}
	for i, a := range order {
		if got := transcript.Worst(a); got != a {
			t.Errorf("Worst(%s) = %s", a, got)
		}
		for j, b := range order {
			if got, want := transcript.Worst(a, b), order[max(i, j)]; got != want {
				t.Errorf("Worst(%s, %s) = %s, want %s", a, b, got, want)
			}
		}
	}
	if got := transcript.Worst(); got != transcript.Unknown {
		t.Errorf("of no outcomes the worst is %s, want %s", got, transcript.Unknown)
	}
	if got := transcript.Worst(order...); got != transcript.Blocked {
		t.Errorf("of all outcomes the worst is %s, want %s", got, transcript.Blocked)
	}
}

func TestVerdictString(t *testing.T) {
	for _, row := range []struct {
		why  string
		v    transcript.Verdict
		want string
	}{
		{
			"all of it",
			transcript.Verdict{Code: transcript.ACAOMismatch, Phase: transcript.PhaseActual, Hop: 1, Subject: "Access-Control-Allow-Origin", Expected: "https://a.example", Seen: "null"},
			`acao-mismatch (actual, hop 1): Access-Control-Allow-Origin "null", want https://a.example`,
		},
		{
			"what was not seen is not told",
			transcript.Verdict{Code: transcript.NetDNS, Phase: transcript.PhaseNetwork, Subject: "https://a.example/"},
			"net-dns (network, hop 0): https://a.example/",
		},
	} {
		if got := row.v.String(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
}
