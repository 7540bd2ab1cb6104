package diagnose_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func itoa(n int) string { return strconv.Itoa(n) }

const api = "https://api.example/"

func TestOrderOfFindings(t *testing.T) {
	const actual = "\nPUT " + api + " -> 200\nAccess-Control-Allow-Origin: https://app.example\nVary: Origin"
	for _, tt := range []struct {
		why   string
		story story
		want  []transcript.Code
	}{
		{
			"nothing to say", story{url: api, script: okGET}, nil,
		},
		{
			"the status first, though the header is what browsers name",
			story{method: "PUT", url: api, script: "OPTIONS " + api + " -> 404"},
			[]transcript.Code{transcript.PreflightStatus, transcript.ACAOMissing, transcript.MethodNotAllowed, diagnose.NotReached},
		},
		{
			"a redirect says nothing of the real answer",
			story{method: "PUT", credentials: fetch.CredentialsInclude, url: api, script: "OPTIONS " + api + " -> 302\nLocation: /x\nAccess-Control-Allow-Methods: a b"},
			[]transcript.Code{transcript.PreflightRedirect, diagnose.NotReached},
		},
		{
			"what comes next, in the order in which it comes",
			story{method: "PUT", header: field("X-Foo", "1"), credentials: fetch.CredentialsInclude, url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *"},
			[]transcript.Code{transcript.StarCredentials, transcript.ACACNotTrue, transcript.MethodNotAllowed, transcript.HeaderNotAllowed, diagnose.NotReached},
		},
		{
			"what stands behind a syntax error is foretold",
			story{method: "PUT", header: field("X-Foo", "1"), url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET; POST\nAccess-Control-Allow-Headers: a b"},
			[]transcript.Code{transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed, diagnose.NotReached},
		},
		{
			"and what a mended list covers is not",
			story{method: "PUT", header: field("X-Foo", "1"), url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET; PUT\nAccess-Control-Allow-Headers: *, a b" + actual},
			[]transcript.Code{transcript.ACAMSyntax, transcript.ACAHSyntax, diagnose.NotReached},
		},
		{
			"a star that stood there by itself still covers",
			story{method: "PUT", url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: *, GET; POST" + actual},
			[]transcript.Code{transcript.ACAMSyntax, diagnose.NotReached},
		},
		{
			"of the notes, what comes next is first",
			story{method: "PUT", url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Private-Network: true"},
			[]transcript.Code{transcript.MethodNotAllowed, diagnose.NotReached, diagnose.PNALegacy},
		},
		{
			"the redirect behind a missing header",
			story{url: api, script: "GET " + api + " -> 302\nLocation: https://u:p@b.example/"},
			[]transcript.Code{transcript.ACAOMissing, transcript.RedirectUserinfo, diagnose.NotReached},
		},
		{
			"the error explains the origin null",
			story{url: api, script: "GET " + api + " -> 302\nAccess-Control-Allow-Origin: *\nLocation: https://b.example/\nGET https://b.example/ -> 200\nAccess-Control-Allow-Origin: https://app.example"},
			[]transcript.Code{transcript.ACAOMismatch},
		},
		{
			"without an error it is told",
			story{url: api, header: field("Authorization", "x"), script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: Authorization\nGET " + api + " -> 302\nAccess-Control-Allow-Origin: *\nLocation: https://b.example/\nGET https://b.example/ -> 200\nAccess-Control-Allow-Origin: *"},
			[]transcript.Code{transcript.AuthorizationDropped, transcript.OriginNull},
		},
		{
			"warnings before notes",
			story{url: api, script: "GET " + api + " -> 200\nAccess-Control-Allow-Origin: https://app.example\nETag: x"},
			[]transcript.Code{diagnose.VaryMissing, transcript.HeaderHidden},
		},
		{
			"errors before warnings",
			story{method: "PUT", header: field("Cookie", "x"), url: api, script: "OPTIONS " + api + " -> 204"},
			[]transcript.Code{transcript.ACAOMissing, transcript.MethodNotAllowed, transcript.HeaderForbidden, diagnose.NotReached},
		},
	} {
		findings := diagnose.Diagnose(tt.story.play(t))
		if got := codesOf(findings); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.why, got, tt.want)
		}
		for i, f := range findings {
			if f.Severity == diagnose.Error && f.Hypothetical != (i > 0) {
				t.Errorf("%s: finding %d, %s, is hypothetical: %v", tt.why, i, f.Code, f.Hypothetical)
			}
		}
	}
}

func TestNotReached(t *testing.T) {
	const allowed = " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\n"
	for _, tt := range []struct {
		story story
		says  string // empty: nothing is missing
		why   string
	}{
		{story{method: "PUT", url: api, script: "OPTIONS " + api + " -> 404"}, "the request itself was not sent", "the preflight failed"},
		{story{method: "PUT", url: api, script: "OPTIONS " + api + allowed + "PUT " + api + " -> held"}, "the preflight passed and the request was not sent", "it would have changed something"},
		{story{url: api, script: "GET " + api + " -> held"}, "nothing is known of its answer", "held back at once"},
		{story{url: api, script: "GET " + api + " -> net-dns x"}, "whether the server allows the page is not known", "nobody answered"},
		{story{url: "http://api.example/"}, "nothing was sent", "mixed content"},
		{story{url: api, script: "GET " + api + " -> 302\nLocation: /x"}, "the redirect was not followed", "the redirect could not be shared"},
		{story{url: api, redirect: fetch.RedirectManual, script: "GET " + api + " -> 302\nLocation: /x"}, "", "nor was it to be followed"},
		{story{url: api, script: "GET " + api + " -> 200"}, "", "the last answer was seen"},
		{story{url: "https://u:p@api.example/"}, "", "the page's own mistake"},
		{story{url: api, script: okGET}, "", "all went well"},
	} {
		findings := diagnose.Diagnose(tt.story.play(t))
		i := slices.IndexFunc(findings, func(f diagnose.Finding) bool { return f.Code == diagnose.NotReached })
		switch {
		case tt.says == "" && i >= 0:
			t.Errorf("%s: %q", tt.why, findings[i].Summary)
		case tt.says != "" && (i < 0 || !strings.Contains(findings[i].Summary, tt.says) || !findings[i].Hypothetical):
			t.Errorf("%s: got %v, want one that says %q", tt.why, findings, tt.says)
		}
	}
}

func TestVary(t *testing.T) {
	const answer = "GET " + api + " -> 200\nAccess-Control-Allow-Origin: "
	for _, tt := range []struct {
		story story
		want  bool
		why   string
	}{
		{story{url: api, script: answer + "https://app.example"}, true, "no Vary"},
		{story{url: api, script: answer + "https://app.example\nVary: Accept-Encoding"}, true, "a Vary on something else"},
		{story{url: api, script: answer + "https://app.example\nVary: accept, ORIGIN"}, false, "covered"},
		{story{url: api, script: answer + "https://app.example\nVary: *"}, false, "covered with all else"},
		{story{url: api, script: answer + "*"}, false, "the same for everyone"},
		{story{url: api, page: "null", script: answer + "null"}, false, "null is nobody's"},
		{story{url: api, page: "https://api.example", script: answer + "https://api.example"}, false, "no Origin was sent"},
		{story{method: "PUT", url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Methods: PUT\n" + okPUT}, false, "answers to OPTIONS are not cached"},
	} {
		findings := diagnose.Diagnose(tt.story.play(t))
		if got := slices.Contains(codesOf(findings), diagnose.VaryMissing); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.why, got, tt.want)
		}
	}
	f := firstOf(t, story{url: api, script: answer + "https://app.example\nAge: 3"})
	if !hasHint(f, `Age: "3"`) || f.Severity != diagnose.Warning {
		t.Errorf("a cache is on the way: %+v", f)
	}
	if f := firstOf(t, story{url: api, script: answer + "https://app.example\nX-Cache: HIT"}); !hasHint(f, `X-Cache: "HIT"`) {
		t.Errorf("a cache is on the way: %q", f.Hints)
	}
}

func TestCredentialsOmitted(t *testing.T) {
	const answer = "\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: authorization\n"
	for _, tt := range []struct {
		story story
		says  string
		why   string
	}{
		{story{url: api, script: "GET " + api + " -> 401" + answer}, "the answer is 401, and no cookies went along", "a login was wanted"},
		{story{url: api, script: "GET " + api + " -> 200" + answer + "Set-Cookie: a=1"}, "sets a cookie, which is ignored", "a cookie was given"},
		{story{url: api, script: "GET " + api + " -> 200" + answer}, "", "nothing speaks of cookies"},
		{story{url: api, header: field("Authorization", "x"), script: "OPTIONS " + api + " -> 204" + answer + "GET " + api + " -> 401" + answer}, "", "a token went along"},
		{story{url: api, page: "https://api.example", script: "GET " + api + " -> 401" + answer}, "", "same origin: cookies do travel"},
	} {
		findings := diagnose.Diagnose(tt.story.play(t))
		i := slices.IndexFunc(findings, func(f diagnose.Finding) bool { return f.Code == diagnose.CredentialsOmitted })
		if tt.says == "" != (i < 0) || i >= 0 && !strings.Contains(findings[i].Summary, tt.says) {
			t.Errorf("%s: got %v", tt.why, findings)
		}
	}
}

func TestHSTS(t *testing.T) {
	s := story{page: "http://app.example", url: "http://api.example/", hsts: "api.example", script: "GET https://api.example/ -> 200\nAccess-Control-Allow-Origin: *"}
	findings := diagnose.Diagnose(s.play(t))
	if len(findings) != 1 || findings[0].Code != diagnose.HSTSUpgraded || findings[0].Fix.URL != "https://api.example/" {
		t.Errorf("got %+v", findings)
	}
	preflighted := story{
		method: "PUT", page: "http://app.example", url: "http://api.example/",
		script: "OPTIONS http://api.example/ -> 307\nLocation: https://api.example/\nNon-Authoritative-Reason: HSTS",
	}
	if f := firstOf(t, preflighted); f.Code != transcript.PreflightRedirect || !strings.Contains(f.Summary, "HSTS") || f.Fix.URL != "https://api.example/" {
		t.Errorf("got %+v", f)
	}
}

// A fault on a later hop is mended on that hop's server.
func TestEditsKnowTheirHop(t *testing.T) {
	s := story{page: "https://api.example", url: api, script: "GET " + api + " -> 302\nLocation: https://b.example/\nGET https://b.example/ -> 200"}
	f := firstOf(t, s)
	if f.Code != transcript.ACAOMissing || f.Hop != 1 || len(f.Fix.Edits) != 2 || f.Fix.Edits[0].Hop != 1 {
		t.Fatalf("got %+v", f)
	}
	if !strings.Contains(f.Summary, "after the redirect") {
		t.Errorf("summary %q", f.Summary)
	}
	if next := s.play(t, f.Fix.Edits...).First(); next != nil {
		t.Errorf("after the repair: %s", next.Code)
	}
}

func TestDiagnoseKeepsTheTranscript(t *testing.T) {
	record := story{method: "PUT", url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Methods: a b"}.play(t)
	before, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	first := diagnose.Diagnose(record)
	after, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the transcript has changed")
	}
	if diff := cmp.Diff(first, diagnose.Diagnose(record)); diff != "" {
		t.Errorf("asked again, it says otherwise:\n%s", diff)
	}
	if got := diagnose.Diagnose(&transcript.Transcript{}); len(got) != 0 {
		t.Errorf("an empty transcript: %v", got)
	}
}

// The resource's policy is opened to the page's own site where that is enough.
func TestResourcePolicyIsOpenedNoFurther(t *testing.T) {
	for _, tt := range []struct{ page, url, want, why string }{
		{"https://app.example", "https://cdn.app.example/", "same-site", "one site"},
		{"http://app.example", "https://cdn.app.example/", "cross-origin", "same-site keeps pages over http out of answers over https"},
		{"http://app.example", "http://cdn.app.example/", "same-site", "both over http"},
		{"https://app.example", "https://api.example/", "cross-origin", "two sites"},
	} {
		s := story{page: tt.page, initiator: fetch.ByImage, url: tt.url, script: "GET " + tt.url + " -> 200\nCross-Origin-Resource-Policy: same-origin"}
		f := firstOf(t, s)
		if f.Code != transcript.CORPBlocked || len(f.Fix.Edits) != 1 || f.Fix.Edits[0].Value != tt.want {
			t.Errorf("%s of %s: %v, want %s: %s", tt.url, tt.page, f.Fix.Edits, tt.want, tt.why)
		}
		if next := s.play(t, f.Fix.Edits...).First(); next != nil {
			t.Errorf("%s of %s: after the repair: %s", tt.url, tt.page, next.Code)
		}
	}
}

// A transcript from a file may hold anything; advice follows it only to real origins.
func TestForgedOriginsAreNotAllowed(t *testing.T) {
	for _, expected := range []string{"*", "", "null", "https://a.example, *", "https://*.example", "https://A.example/"} {
		for _, code := range []transcript.Code{transcript.ACAOMissing, transcript.ACAOMismatch, transcript.StarCredentials} {
			v := transcript.Verdict{Code: code, Phase: act, Blocks: true, Expected: expected}
			if f := diagnose.Diagnose(told(v, transcript.Exchange{Status: 200}))[0]; len(f.Fix.Edits) > 0 {
				t.Errorf("%s, expected %q: edits %v", code, expected, f.Fix.Edits)
			}
		}
	}
}

// A transcript from a file may point anywhere.
func TestDiagnoseBearsWhatIsWrong(t *testing.T) {
	for _, c := range slices.Concat(transcript.Codes(), own, []transcript.Code{""}) {
		for _, exchange := range []int{-1, 0, 1, 7} {
			for _, e := range []transcript.Exchange{{}, {URL: "::", Status: 302, Response: field("Location", "%zz")}} {
				for _, blocks := range []bool{true, false} {
					diagnose.Diagnose(&transcript.Transcript{
						Exchanges: []transcript.Exchange{e},
						Verdicts:  []transcript.Verdict{{Code: c, Exchange: exchange, Blocks: blocks, Seen: "%", Expected: "x"}},
					})
				}
			}
		}
	}
}
