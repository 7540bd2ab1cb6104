package diagnose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// everyAnswer walks the answers that servers give, each to several requests and browsers: some 27 000 fetches.
func everyAnswer(t *testing.T, visit func(name string, s story, record *transcript.Transcript)) {
	t.Helper()
	line := func(name, value string) string {
		if value == "-" {
			return ""
		}
		var b strings.Builder
		for v := range strings.SplitSeq(value, "|") {
			b.WriteString(name + ": " + v + "\n")
		}
		return b.String()
	}
	requests := []story{
		{},
		{credentials: fetch.CredentialsInclude},
		{method: "PUT", header: field("X-Foo", "1")},
		{method: "PUT", header: field("Authorization", "x"), credentials: fetch.CredentialsInclude},
		{method: "patch", header: field("Access-Control-Allow-Origin", "*")},
		{page: "null", method: "PUT"},
		{page: "null", credentials: fetch.CredentialsInclude},
		{page: "http://localhost:3000", method: "POST", header: field("Content-Type", "application/json")},
	}
	profiles := []fetch.Profile{fetch.Chromium, fetch.Firefox, fetch.WebKit, fetch.Standard}
	const url = "https://api.example/"
	visitOne := func(r story, p fetch.Profile, preflight, actual string) {
		r.url, r.profile = url, p
		method := fetch.NormalizeMethod(r.method)
		if method == "" {
			method = "GET"
		}
		r.script = "OPTIONS " + url + " -> " + preflight + "\n" + method + " " + url + " -> " + actual + "\nGET https://cdn.example/ -> " + actual
		visit(fmt.Sprintf("%s %s %s/%s", p.Name, method, preflight, actual), r, r.play(t))
	}
	good := "200\nAccess-Control-Allow-Origin: https://app.example\nVary: Origin\nAccess-Control-Allow-Credentials: true\n"
	for _, r := range requests {
		for _, p := range profiles {
			for _, acao := range []string{"-", "*", "https://app.example", "https://app.example/", "app.example", "null", "https://a.example, https://app.example", "https://app.example|*", ""} {
				for _, acac := range []string{"-", "true", "TRUE"} {
					check := line(wire.AccessControlAllowOrigin, acao) + line(wire.AccessControlAllowCredentials, acac)
					for _, status := range []string{"200", "401", "404", "502", "302\nLocation: https://cdn.example/", "301\nLocation: /login"} {
						for _, acam := range []string{"-", "*", "PUT", "GET; PUT", "put|DELETE"} {
							for _, acah := range []string{"-", "*", "x-foo content-type", "X_Foo, Authorization", "*, a b"} {
								if status != "200" && (acam != "-" || acah != "-") {
									continue
								}
								visitOne(r, p, status+"\n"+check+line(wire.AccessControlAllowMethods, acam)+line(wire.AccessControlAllowHeaders, acah), good)
							}
						}
						if r.method == "" && status != "301\nLocation: /login" {
							visitOne(r, p, good, status+"\n"+check)
						}
					}
				}
			}
		}
	}
}

// The advice never opens more than what failed, and applying it leads on.
func TestAdviceIsSafeAndHelps(t *testing.T) {
	seen := map[transcript.Code]int{}
	everyAnswer(t, func(name string, s story, record *transcript.Transcript) {
		findings := diagnose.Diagnose(record)
		for _, f := range findings {
			seen[f.Code]++
			for _, hint := range f.Hints {
				if hint[0] >= 'a' && hint[0] <= 'z' {
					t.Errorf("%s: %s: a hint is a sentence: %q", name, f.Code, hint)
				}
			}
			for _, fault := range unsafe(f, record) {
				t.Errorf("%s: %s: %s: %v", name, f.Code, fault, f.Fix.Edits)
			}
		}
		first := record.First()
		if first == nil {
			return
		}
		if len(findings) == 0 || findings[0].Severity != diagnose.Error || findings[0].Hypothetical {
			t.Fatalf("%s: %s blocked, and the findings begin otherwise: %v", name, first.Code, codesOf(findings))
		}
		edits := repairs(findings)
		if len(edits) == 0 {
			return
		}
		repaired := s.play(t, edits...)
		next := repaired.First()
		if next == nil {
			return
		}
		if !foretold(findings, next) {
			t.Errorf("%s: after %v: %s, which was not foretold in %v", name, edits, next.Code, codesOf(findings))
		}
		for _, f := range findings {
			if len(f.Fix.Edits) > 0 && f.Code == next.Code && f.Phase == next.Phase && f.Hop == next.Hop && f.Expected == next.Expected {
				t.Errorf("%s: %v did not mend %s, seen is now %q", name, f.Fix.Edits, next.Code, next.Seen)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	})
	for _, code := range []transcript.Code{
		transcript.ACAOMissing, transcript.ACAOMultiple, transcript.ACAOInvalid, transcript.ACAOMismatch, transcript.StarCredentials, transcript.ACACNotTrue,
		transcript.PreflightStatus, transcript.PreflightRedirect, transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed,
		diagnose.NotReached,
	} {
		if seen[code] == 0 {
			t.Errorf("no answer led to %s: the walk is too short", code)
		}
	}
}

// unsafe names the rules of safe advice that a finding's fix breaks.
func unsafe(f diagnose.Finding, record *transcript.Transcript) (faults []string) {
	requestOrigin := record.Asked.Origin
	if f.Exchange > 0 {
		requestOrigin, _ = record.Exchanges[f.Exchange-1].Request.Get(wire.Origin)
	}
	varies := false
	for _, e := range f.Fix.Edits {
		varies = varies || e.Op == diagnose.Add && e.Header == wire.Vary && e.Value == wire.Origin
	}
	for _, e := range f.Fix.Edits {
		widens := e.Op == diagnose.Add || e.Op == diagnose.Set
		switch {
		case requestOrigin == "null" && widens && (e.Header == wire.AccessControlAllowOrigin || e.Header == wire.AccessControlAllowCredentials):
			faults = append(faults, "an edit allows the origin null")
		case e.Header == wire.AccessControlAllowOrigin && e.Value != record.Asked.Origin:
			faults = append(faults, "an edit allows another origin than the page's")
		case e.Header == wire.AccessControlAllowOrigin && !varies:
			faults = append(faults, "an origin without Vary")
		case widens && strings.HasPrefix(e.Header, "Access-Control-") && hasStar(e.Value) && !hadStar(f, e, record):
			faults = append(faults, "an edit adds a star")
		case e.Op == diagnose.Add && e.Header == wire.AccessControlAllowMethods && e.Value != record.Asked.Method:
			faults = append(faults, "an edit allows another method than the request's")
		case e.Op == diagnose.Add && e.Header == wire.AccessControlAllowHeaders && !record.Asked.Header.Contains(e.Value):
			faults = append(faults, "an edit allows a header the request does not have")
		case e.Header == wire.AccessControlAllowHeaders && strings.Contains(strings.ToLower(e.Value), "access-control-"):
			faults = append(faults, "an edit allows an Access-Control header in requests")
		}
		if e.Op == diagnose.Set && (e.Header == wire.AccessControlAllowMethods || e.Header == wire.AccessControlAllowHeaders) {
			before := strings.Join(record.Exchanges[f.Exchange-1].Response.Values(e.Header), ",")
			for item := range strings.SplitSeq(e.Value, ", ") {
				if !strings.Contains(before, item) {
					faults = append(faults, "mending a list adds "+item)
				}
			}
		}
	}
	text := strings.ToLower(f.Fix.Text + strings.Join(f.Hints, " "))
	for _, bad := range []string{"disable web security", "extension", "cors-anywhere", "public proxy", "reflect any", "--disable-web-security"} {
		if strings.Contains(text, bad) {
			faults = append(faults, "the words advise "+bad)
		}
	}
	return faults
}

func hasStar(list string) bool {
	for item := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(item) == "*" {
			return true
		}
	}
	return false
}

// hadStar: the answer listed the star as an item of its own before.
func hadStar(f diagnose.Finding, e diagnose.Edit, record *transcript.Transcript) bool {
	for _, line := range record.Exchanges[f.Exchange-1].Response.Values(e.Header) {
		if hasStar(line) {
			return true
		}
	}
	return false
}

func TestCatalogAdviceIsSafe(t *testing.T) {
	for _, e := range diagnose.Catalog() {
		text := strings.ToLower(e.Fix)
		for _, bad := range []string{"disable web security", "extension", "public proxy", "reflect", "any origin", "allow null"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: the fix says %q", e.Code, bad)
			}
		}
	}
}
