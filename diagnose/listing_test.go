package diagnose_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

func withCode(findings []diagnose.Finding, code transcript.Code) (found []diagnose.Finding) {
	for _, f := range findings {
		if f.Code == code {
			found = append(found, f)
		}
	}
	return found
}

// One answer that does not allow several headers is one finding, mended at once.
func TestHeadersThatAreNotAllowedAreToldTogether(t *testing.T) {
	asked := func(answer string, names ...string) story {
		s := story{url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\n" + answer + okGET}
		for _, name := range names {
			s.header = append(s.header, wire.Field{Name: name, Value: "1"})
		}
		return s
	}
	for _, tt := range []struct {
		story    story
		expected string
		says     string
		edits    []string
		fix      string
		why      string
	}{
		{asked("", "X-One", "X-Two"), "x-one, x-two", "the headers x-one and x-two, and the preflight's answer allows no headers", []string{"x-one", "x-two"}, "list their names", "two"},
		{asked("Access-Control-Allow-Headers: X-Two\n", "X-One", "X-Two", "X-Three"), "x-one, x-three", `allows "X-Two"`, []string{"x-one", "x-three"}, "list their names", "what is allowed is not named"},
		{asked("", "X-One", "Access-Control-Allow-Origin"), "access-control-allow-origin, x-one", "the headers", []string{"x-one"}, "remove the header access-control-allow-origin", "no server is to allow that one"},
		{asked("", "X-A", "X-B", "X-C", "X-D", "X-E", "X-F", "X-G", "X-H", "X-I", "X-J", "X-K", "X-L"), "x-a, x-b, x-c, x-d, x-e, x-f, x-g, x-h, x-i, x-j, x-k, x-l", "x-j and 2 more", []string{"x-a", "x-b", "x-c", "x-d", "x-e", "x-f", "x-g", "x-h", "x-i", "x-j", "x-k", "x-l"}, "list their names", "a sentence bears ten"},
	} {
		findings := diagnose.Diagnose(tt.story.play(t))
		found := withCode(findings, transcript.HeaderNotAllowed)
		if len(found) != 1 || found[0].Hypothetical {
			t.Fatalf("%s: got %v, want one first", tt.why, codesOf(findings))
		}
		f := found[0]
		var added []string
		for _, e := range f.Fix.Edits {
			if e.Op == diagnose.Add && e.Header == wire.AccessControlAllowHeaders {
				added = append(added, e.Value)
			}
		}
		if f.Expected != tt.expected || !strings.Contains(f.Summary, tt.says) || !strings.Contains(f.Fix.Text, tt.fix) {
			t.Errorf("%s: expected %q, summary %q, fix %q", tt.why, f.Expected, f.Summary, f.Fix.Text)
		}
		if diff := cmp.Diff(tt.edits, added); diff != "" {
			t.Errorf("%s: edits (-want +got):\n%s", tt.why, diff)
		}
		next := tt.story.play(t, f.Fix.Edits...).First()
		if keeps := strings.Contains(tt.expected, "access-control-"); next != nil != keeps {
			t.Errorf("%s: after the repair: %v", tt.why, next)
		}
	}
	f := firstOf(t, asked("", "Sentry-Trace", "Baggage", "X-Datadog-Trace-Id", "X-Datadog-Parent-Id"))
	if !hasHint(f, "x-datadog-parent-id and x-datadog-trace-id: added by Datadog's SDK") || !hasHint(f, "sentry-trace: added by Sentry's SDK") {
		t.Errorf("hints %q do not say who adds what", f.Hints)
	}
}

// Behind a list that cannot be parsed too.
func TestHeadersForetoldAreToldTogether(t *testing.T) {
	s := story{
		header: wire.Header{{Name: "X-One", Value: "1"}, {Name: "X-Two", Value: "2"}}, url: api,
		script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: a b\n" + okGET,
	}
	findings := diagnose.Diagnose(s.play(t))
	found := withCode(findings, transcript.HeaderNotAllowed)
	if len(found) != 1 || !found[0].Hypothetical || found[0].Expected != "x-one, x-two" || len(found[0].Fix.Edits) != 2 {
		t.Fatalf("got %+v", found)
	}
	if next := s.play(t, repairs(findings)...).First(); next != nil {
		t.Errorf("after the repair: %s", next.Code)
	}
}

func TestCookiesOfOneReasonAreToldTogether(t *testing.T) {
	jar := func(site cookie.SameSite, names ...string) (list []cookie.Cookie) {
		for _, name := range names {
			list = append(list, cookie.Cookie{Name: name, Value: "1", Domain: "api.example", HostOnly: true, Path: "/", Secure: true, SameSite: site})
		}
		return list
	}
	letters := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	for _, tt := range []struct {
		cookies []cookie.Cookie
		says    []string
		why     string
	}{
		{jar(cookie.SameSiteLax, "sid"), []string{`the cookie "sid" was not sent. The cookie is`}, "one is named as before"},
		{jar(cookie.SameSiteLax, "a", "b"), []string{`the cookies "a" and "b" were not sent. Each cookie is SameSite=Lax`}, "two of one reason"},
		{slices.Concat(jar(cookie.SameSiteLax, "a"), jar(cookie.SameSiteStrict, "b")), []string{`"a" was not sent`, `"b" was not sent`}, "two reasons"},
		{jar(cookie.SameSiteLax, letters...), []string{`"j" and 2 more were not sent`}, "a sentence bears ten"},
	} {
		s := story{credentials: fetch.CredentialsInclude, url: api, script: okGET + "Access-Control-Allow-Credentials: true", cookies: tt.cookies}
		found := withCode(diagnose.Diagnose(s.play(t)), transcript.CookieWithheld)
		if len(found) != len(tt.says) {
			t.Errorf("%s: got %d findings, want %d", tt.why, len(found), len(tt.says))
			continue
		}
		for i, f := range found {
			if !strings.Contains(f.Summary, tt.says[i]) || f.Subject == "" || len(f.Subject) > 60 {
				t.Errorf("%s: %q of %q does not say %q", tt.why, f.Summary, f.Subject, tt.says[i])
			}
		}
	}
	s := story{credentials: fetch.CredentialsInclude, url: api, script: okGET + "Access-Control-Allow-Credentials: true\nSet-Cookie: a=1; SameSite=None\nSet-Cookie: b=1; SameSite=None\nSet-Cookie: a=1; SameSite=None"}
	found := withCode(diagnose.Diagnose(s.play(t)), transcript.CookieRejected)
	if len(found) != 1 || !strings.Contains(found[0].Summary, `the cookies "a" and "b" were not stored`) {
		t.Errorf("stored: got %+v", found)
	}
}

// Sharing a redirect to a login page would help nobody.
func TestLoginRedirectsAreNotToBeShared(t *testing.T) {
	for _, tt := range []struct {
		answer string
		code   transcript.Code
		why    string
	}{
		{"", transcript.ACAOMissing, "no header"},
		{"\nAccess-Control-Allow-Origin: https://b.example", transcript.ACAOMismatch, "another's"},
		{"\nAccess-Control-Allow-Origin: *", transcript.StarCredentials, "any"},
		{"\nAccess-Control-Allow-Origin: https://app.example", transcript.ACACNotTrue, "without credentials"},
	} {
		s := story{credentials: fetch.CredentialsInclude, url: api, script: "GET " + api + " -> 302\nLocation: /login" + tt.answer}
		findings := diagnose.Diagnose(s.play(t))
		if findings[0].Code != tt.code || !strings.Contains(findings[0].Fix.Text, "seems to lead to a login") || len(repairs(findings)) > 0 {
			t.Errorf("%s: %s, fix %q, edits %v", tt.why, findings[0].Code, findings[0].Fix.Text, repairs(findings))
		}
	}
}

func TestNullAllowed(t *testing.T) {
	const creds = "\nAccess-Control-Allow-Credentials: true"
	for _, tt := range []struct {
		story story
		want  int
		why   string
	}{
		{story{page: "null", url: api, script: "GET " + api + " -> 200\nAccess-Control-Allow-Origin: null"}, 1, "a sandboxed frame gets its answer"},
		{story{page: "null", method: "PUT", url: api, script: "OPTIONS " + api + " -> 204\nAccess-Control-Allow-Origin: null\nAccess-Control-Allow-Methods: PUT\nPUT " + api + " -> 200\nAccess-Control-Allow-Origin: null"}, 1, "two answers, told once"},
		{story{page: "null", url: api, script: "GET " + api + " -> 200\nAccess-Control-Allow-Origin: *"}, 0, "public data"},
		{story{url: api, script: "GET " + api + " -> 200\nAccess-Control-Allow-Origin: null"}, 0, "not this page's origin: that is an error already"},
	} {
		found := withCode(diagnose.Diagnose(tt.story.play(t)), diagnose.NullAllowed)
		if len(found) != tt.want {
			t.Errorf("%s: %d findings, want %d", tt.why, len(found), tt.want)
		}
		for _, f := range found {
			if f.Severity != diagnose.Warning || !strings.Contains(f.Summary, "any site can get that origin from a sandboxed frame") || len(f.Fix.Edits) > 0 {
				t.Errorf("%s: %+v", tt.why, f)
			}
		}
	}
	s := story{page: "null", credentials: fetch.CredentialsInclude, url: api, script: "GET " + api + " -> 200\nAccess-Control-Allow-Origin: null" + creds}
	if f := firstOf(t, s); f.Code != diagnose.NullAllowed || !hasHint(f, "allows credentials too") {
		t.Errorf("with credentials: %s %q", f.Code, f.Hints)
	}
}
