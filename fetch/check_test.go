package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

const acao, acac = "Access-Control-Allow-Origin: ", "Access-Control-Allow-Credentials: "

// codesOf lists the codes of verdicts, in their order.
func codesOf(verdicts []transcript.Verdict) string {
	var list []string
	for _, v := range verdicts {
		list = append(list, string(v.Code))
	}
	return strings.Join(list, " ")
}

func TestCORSCheckAllowOrigin(t *testing.T) {
	const page = "https://page.example"
	for _, row := range []struct {
		why  string
		h    wire.Header
		want string
	}{
		{"exactly the origin", headers(acao + page), ""},
		{"the star", headers(acao + "*"), ""},
		{"the name of the header folds case", headers("access-control-ALLOW-origin: " + page), ""},
		{"credentials are not asked for", headers(acao+page, acac+"false"), ""},
		{"absent", headers("Vary: Origin"), "acao-missing"},
		{"empty is not absent", headers(acao), "acao-invalid"},
		{"null is another origin", headers(acao + "null"), "acao-mismatch"},
		{"two stars", headers(acao + "**"), "acao-invalid"},
		{"a quoted star", headers(acao + "'*'"), "acao-invalid"},
		{"a quoted star", headers(acao + `"*"`), "acao-invalid"},
		{"a list of stars", headers(acao + "* *"), "acao-multiple"},
		{"a list", headers(acao + "*, " + page), "acao-multiple"},
		{"a list", headers(acao + page + ", *"), "acao-multiple"},
		{"a list of one and nothing", headers(acao + page + ","), "acao-multiple"},
		{"a list of the same", headers(acao + page + "," + page), "acao-multiple"},
		{"a list by blanks", headers(acao + page + " https://other.example"), "acao-multiple"},
		{"two lines", headers(acao+page, acao+page), "acao-multiple"},
		{"two lines", headers(acao+"*", acao+"*"), "acao-multiple"},
		{"two lines, one empty", headers(acao+page, acao), "acao-multiple"},
		{"the scheme in capitals", headers(acao + "HTTPS://page.example"), "acao-mismatch"},
		{"the host in capitals", headers(acao + "https://PAGE.example"), "acao-mismatch"},
		{"a trailing slash", headers(acao + page + "/"), "acao-mismatch"},
		{"a query", headers(acao + page + "?"), "acao-mismatch"},
		{"a fragment", headers(acao + page + "#"), "acao-mismatch"},
		{"a path", headers(acao + page + "/a"), "acao-mismatch"},
		{"the default port", headers(acao + page + ":443"), "acao-mismatch"},
		{"another port", headers(acao + page + ":8443"), "acao-mismatch"},
		{"another scheme", headers(acao + "http://page.example"), "acao-mismatch"},
		{"no colon", headers(acao + "https//page.example"), "acao-invalid"},
		{"two colons", headers(acao + "https:://page.example"), "acao-mismatch"},
		{"one slash", headers(acao + "https:/page.example"), "acao-mismatch"},
		{"no scheme", headers(acao + "page.example"), "acao-invalid"},
		{"scheme-relative", headers(acao + "//page.example"), "acao-invalid"},
		{"a name below", headers(acao + "https://www.page.example"), "acao-mismatch"},
		{"a name above", headers(acao + "https://example"), "acao-mismatch"},
		{"a longer name", headers(acao + "https://page.example.evil.test"), "acao-mismatch"},
		{"a pattern is not a star", headers(acao + "https://*.example"), "acao-mismatch"},
		{"a pattern without scheme", headers(acao + "*.example"), "acao-invalid"},
		{"a NUL", headers(acao + page + "\x00"), "acao-invalid"},
		{"a NUL first", headers(acao + "\x00" + page), "acao-mismatch"},
		{"a NUL and a star", headers(acao + "*\x00"), "acao-invalid"},
		{"a word", headers(acao + "true"), "acao-invalid"},
	} {
		got := fetch.CORSCheck(page, fetch.CredentialsSameOrigin, row.h)
		if passes := codesOf(got) == ""; passes != (row.want == "") {
			t.Errorf("%s: %v: %s, want %q", row.why, row.h, codesOf(got), row.want)
		} else if row.want != "acao-invalid" && row.want != "acao-mismatch" && codesOf(got) != row.want {
			t.Errorf("%s: %v: %s, want %s", row.why, row.h, codesOf(got), row.want)
		}
		if omitted := fetch.CORSCheck(page, fetch.CredentialsOmit, row.h); codesOf(omitted) != codesOf(got) {
			t.Errorf("%s: omit says %s, same-origin %s: only include differs", row.why, codesOf(omitted), codesOf(got))
		}
	}
}

// How a value that is wrong is called: what no URL parser reads is invalid, what one reads is a mismatch.
func TestCORSCheckNamesTheFault(t *testing.T) {
	for _, row := range []struct{ why, value, want string }{
		{"no URL", "foo", "acao-invalid"},
		{"no value", "", "acao-invalid"},
		{"a URL", "https://other.example", "acao-mismatch"},
		{"a URL with a path", "https://page.example/", "acao-mismatch"},
		{"null is a serialized origin", "null", "acao-mismatch"},
		{"null in capitals is not", "NULL", "acao-invalid"},
	} {
		got := fetch.CORSCheck("https://page.example", fetch.CredentialsOmit, headers(acao+row.value))
		if codesOf(got) != row.want || got[0].Seen != row.value || got[0].Expected != "https://page.example" || got[0].Subject != wire.AccessControlAllowOrigin {
			t.Errorf("%s: %q: %+v, want %s", row.why, row.value, got, row.want)
		}
	}
}

func TestCORSCheckCredentials(t *testing.T) {
	const page = "https://page.example"
	for _, row := range []struct {
		why  string
		h    wire.Header
		want string
	}{
		{"both as they must be", headers(acao+page, acac+"true"), ""},
		{"no word on credentials", headers(acao + page), "acac-not-true"},
		{"True", headers(acao+page, acac+"True"), "acac-not-true"},
		{"TRUE", headers(acao+page, acac+"TRUE"), "acac-not-true"},
		{"1", headers(acao+page, acac+"1"), "acac-not-true"},
		{"empty", headers(acao+page, acac), "acac-not-true"},
		{"false", headers(acao+page, acac+"false"), "acac-not-true"},
		{"quoted", headers(acao+page, acac+`"true"`), "acac-not-true"},
		{"a list", headers(acao+page, acac+"true, true"), "acac-not-true"},
		{"two lines", headers(acao+page, acac+"true", acac+"true"), "acac-not-true"},
		{"a comma", headers(acao+page, acac+"true,"), "acac-not-true"},
		{"the star is no wildcard", headers(acao+"*", acac+"true"), "star-credentials"},
		{"the star, and no word: two faults", headers(acao + "*"), "star-credentials acac-not-true"},
		{"absent, and no word: two faults", nil, "acao-missing acac-not-true"},
		{"another origin", headers(acao+"https://other.example", acac+"true"), "acao-mismatch"},
		{"two lines of stars are several values first", headers(acao+"*", acao+"*", acac+"true"), "acao-multiple"},
	} {
		if got := codesOf(fetch.CORSCheck(page, fetch.CredentialsInclude, row.h)); got != row.want {
			t.Errorf("%s: %v: %s, want %q", row.why, row.h, got, row.want)
		}
	}
	if got := fetch.CORSCheck("null", fetch.CredentialsInclude, headers(acao+"null", acac+"true")); len(got) != 0 {
		t.Errorf("null matches null with credentials too: %v", got)
	}
	if got := fetch.CORSCheck("null", fetch.CredentialsOmit, headers(acao+page)); codesOf(got) != "acao-mismatch" {
		t.Errorf("a page called null is not named by an origin: %v", got)
	}
}

func TestTAOCheck(t *testing.T) {
	const page, tao = "https://page.example", "Timing-Allow-Origin: "
	for _, row := range []struct {
		why      string
		page     string
		tainting fetch.Tainting
		failed   bool
		h        wire.Header
		want     bool
	}{
		{"the star", page, fetch.TaintingCORS, false, headers(tao + "*"), true},
		{"the star in a list", page, fetch.TaintingCORS, false, headers(tao + "https://a.example, *"), true},
		{"the origin", page, fetch.TaintingCORS, false, headers(tao + page), true},
		{"the origin in a list", page, fetch.TaintingOpaque, false, headers(tao + "https://a.example," + page), true},
		{"the origin in a second line", page, fetch.TaintingOpaque, false, headers(tao+"https://a.example", tao+page), true},
		{"another origin", page, fetch.TaintingCORS, false, headers(tao + "https://a.example"), false},
		{"case counts", page, fetch.TaintingCORS, false, headers(tao + "https://PAGE.example"), false},
		{"nothing", page, fetch.TaintingCORS, false, nil, false},
		{"nothing, and opaque", page, fetch.TaintingOpaque, false, nil, false},
		{"nothing is needed at home", page, fetch.TaintingBasic, false, nil, true},
		{"another origin is no harm at home", page, fetch.TaintingBasic, false, headers(tao + "https://a.example"), true},
		{"a hop failed before", page, fetch.TaintingBasic, true, headers(tao + "*"), false},
		{"null of a tainted chain", "null", fetch.TaintingCORS, false, headers(tao + "null"), true},
		{"a quoted comma splits nothing", page, fetch.TaintingCORS, false, headers(tao + `"x,*"`), false},
	} {
		if got := fetch.TAOCheck(row.page, row.tainting, row.failed, row.h); got != row.want {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

func TestCrossOriginResourcePolicyCheck(t *testing.T) {
	const corp = "Cross-Origin-Resource-Policy: "
	for _, row := range []struct {
		why, page, target string
		coep              fetch.COEP
		credentialed      bool
		h                 wire.Header
		want              string
	}{
		{"nothing said", home, "https://api.example/", "", true, nil, ""},
		{"cross-origin", home, "https://api.example/", "", true, headers(corp + "cross-origin"), ""},
		{"same-origin, elsewhere", home, "https://api.example/", "", false, headers(corp + "same-origin"), "same-origin"},
		{"same-origin, another port", home, home + ":8443/", "", false, headers(corp + "same-origin"), "same-origin"},
		{"same-origin, at home", home, home + "/", "", false, headers(corp + "same-origin"), ""},
		{"same-site, within the site", home, "https://www.page.example/", "", false, headers(corp + "same-site"), ""},
		{"same-site, elsewhere", home, "https://api.example/", "", false, headers(corp + "same-site"), "same-site"},
		{"same-site, a plain page and a secure answer", "http://page.example", "https://www.page.example/", "", false, headers(corp + "same-site"), "same-site"},
		{"same-site, both plain", "http://page.example", "http://www.page.example/", "", false, headers(corp + "same-site"), ""},
		{"same-site, a secure page and a plain answer", home, "http://www.page.example/", "", false, headers(corp + "same-site"), ""},
		{"case counts", home, "https://api.example/", "", false, headers(corp + "Same-Origin"), ""},
		{"a list is no value", home, "https://api.example/", "", false, headers(corp + "same-site, same-origin"), ""},
		{"two lines are no value", home, "https://api.example/", "", false, headers(corp+"same-origin", corp+"same-origin"), ""},
		{"a sandboxed page", "null", "https://api.example/", "", false, headers(corp + "same-site"), "same-site"},
		{"require-corp, nothing said", home, "https://api.example/", fetch.COEPRequireCORP, false, nil, "same-origin"},
		{"require-corp, cross-origin", home, "https://api.example/", fetch.COEPRequireCORP, false, headers(corp + "cross-origin"), ""},
		{"require-corp, at home", home, home + "/", fetch.COEPRequireCORP, true, nil, ""},
		{"require-corp, an unknown word is nothing said", home, "https://api.example/", fetch.COEPRequireCORP, false, headers(corp + "any"), "same-origin"},
		{"require-corp does not soften", home, "https://www.page.example/", fetch.COEPRequireCORP, false, headers(corp + "same-site"), ""},
		{"credentialless, with credentials", home, "https://api.example/", fetch.COEPCredentialless, true, nil, "same-origin"},
		{"credentialless, without", home, "https://api.example/", fetch.COEPCredentialless, false, nil, ""},
		{"credentialless, without, and same-origin said", home, "https://api.example/", fetch.COEPCredentialless, false, headers(corp + "same-origin"), "same-origin"},
		{"unsafe-none, with credentials", home, "https://api.example/", fetch.COEPUnsafeNone, true, nil, ""},
	} {
		if got := fetch.CrossOriginResourcePolicyCheck(originOf(row.page), row.coep, link(row.target), row.credentialed, row.h); got != row.want {
			t.Errorf("%s: blocked by %q, want %q", row.why, got, row.want)
		}
	}
}
