package cors_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/origin"
)

// patterns has for every reason a pattern that is refused for it, and the nearest that is not.
var patterns = []struct {
	reason      origin.PatternReason
	wrong, near string
	why         string
}{
	{origin.ReasonEmpty, " ", "https://a.example", "blanks alone are nothing"},
	{origin.ReasonBlank, "https://a.example ", "https://a.example", "a blank at the end, as in a list that was cut"},
	{origin.ReasonQuote, `"https://a.example"`, "https://a.example", "quoted twice"},
	{origin.ReasonList, "https://a.example,https://b.example", "https://a.example", "a list in one entry"},
	{origin.ReasonRegex, `^https://a\.example$`, "https://a.example", "a regular expression"},
	{origin.ReasonUpperCase, "https://A.example", "https://a.example", "upper case"},
	{origin.ReasonScheme, "ht_tp://a.example", "ht-tp://a.example", "no scheme has an underscore"},
	{origin.ReasonSchemeMissing, "a.example", "https://a.example", "no scheme"},
	{origin.ReasonSchemeSeparator, "https:/a.example", "https://a.example", "one slash"},
	{origin.ReasonSchemeWildcard, "http*://a.example", "http://a.example", "both schemes at once"},
	{origin.ReasonOpaqueScheme, "file://", "app://local", "files have origin null"},
	{origin.ReasonUserinfo, "https://u@a.example", "https://u.a.example", "a user"},
	{origin.ReasonHost, "https://a!.example", "https://a-.example", "no host has an exclamation mark"},
	{origin.ReasonHostMissing, "https://", "https://a", "no host"},
	{origin.ReasonIDN, "https://bücher.example", "https://xn--bcher-kva.example", "letters that are not ASCII"},
	{origin.ReasonLeadingDot, "https://.a.example", "https://*.a.example", "a dot for a wildcard"},
	{origin.ReasonTrailingDot, "https://a.example.", "https://a.example", "the root's dot"},
	{origin.ReasonEmptyLabel, "https://a..example", "https://a.b.example", "nothing between dots"},
	{origin.ReasonAddress, "http://127.1", "http://127.0.0.1", "an address in its short form"},
	{origin.ReasonNetwork, "http://10.0.0.0/8", "http://10.0.0.0", "a network"},
	{origin.ReasonTooLong, "https://" + strings.Repeat("a", 64) + ".example", "https://" + strings.Repeat("a", 63) + ".example", "a label of 64"},
	{origin.ReasonEveryHost, "https://*", "*", "every host"},
	{origin.ReasonPlaceholder, "https://{tenant}.a.example", "https://{label}.a.example", "a word of one's own"},
	{origin.ReasonTrailingSlash, "https://a.example/", "https://a.example", "as copied from the address bar"},
	{origin.ReasonPath, "https://a.example/app", "https://a.example", "a path"},
	{origin.ReasonWildcardPlace, "https://a.*.b.example", "https://*.a.b.example", "a wildcard in the middle"},
	{origin.ReasonWildcardEnd, "https://a.*", "https://*.a.example", "a wildcard for the top"},
	{origin.ReasonWildcardTwice, "https://*.*.a.example", "https://*.a.example", "two wildcards"},
	{origin.ReasonWildcardGlued, "https://*a.example", "https://*.a.example", "it would hold evila.example"},
	{origin.ReasonWildcardAddress, "http://*.0.0.1", "http://127.0.0.1", "a wildcard in an address"},
	{origin.ReasonPort, "https://a.example:x", "https://a.example:*", "letters for a port"},
	{origin.ReasonPortMissing, "https://a.example:", "https://a.example", "a colon alone"},
	{origin.ReasonPortDefault, "https://a.example:443", "https://a.example:80", "the scheme's own port"},
	{origin.ReasonPortZero, "https://a.example:0", "https://a.example:1", "port 0"},
	{origin.ReasonPortZeros, "https://a.example:08080", "https://a.example:8080", "a zero in front"},
	{origin.ReasonPortRange, "https://a.example:65536", "https://a.example:65535", "over the top"},
	{origin.ReasonPortOrder, "https://a.example:3010-3000", "https://a.example:3000-3010", "backwards"},

	// What is said of a reason may differ from place to place.
	{origin.ReasonEmpty, "", "*", "nothing at all"},
	{origin.ReasonUpperCase, "HTTPS://a.example", "https://a.example", "in the scheme"},
	{origin.ReasonUpperCase, "NULL", "https://null", "in null"},
	{origin.ReasonSchemeMissing, "://a.example", "https://a.example", "nothing before the separator"},
	{origin.ReasonOpaqueScheme, "data:x", "app://data", "a scheme without a separator"},
	{origin.ReasonTooLong, strings.Repeat("a", 65) + "://a.example", strings.Repeat("a", 64) + "://a.example", "a scheme of 65"},
	{origin.ReasonTooLong, "https://" + strings.Repeat("a.", 127) + "a", "https://" + strings.Repeat("a.", 126) + "a", "a host of 255"},
	{origin.ReasonHost, "http://[::1]a", "http://[::1]", "something after an address"},
	{origin.ReasonAddress, "http://::1", "http://[::1]", "no brackets"},
	{origin.ReasonAddress, "http://[::1", "http://[::1]", "one bracket"},
	{origin.ReasonAddress, "http://[0::1]", "http://[::1]", "a zero too many"},
	{origin.ReasonEveryHost, "https://a-*", "https://*.a.example", "one label that is all wildcard"},
	{origin.ReasonPort, "https://a.example:{1,2", "https://a.example:{1,2}", "no closing brace"},
}

func origins(list ...string) cors.Policy { return cors.Policy{Origins: list} }

func credentialed(list ...string) cors.Policy {
	return cors.Policy{Origins: list, Credentials: true}
}

// with changes a policy that has no fault.
func with(change func(*cors.Policy)) cors.Policy {
	p := origins("https://a.example")
	change(&p)
	return p
}

func methods(list ...string) cors.Policy {
	return with(func(p *cors.Policy) { p.Methods = list })
}

func headers(list ...string) cors.Policy {
	return with(func(p *cors.Policy) { p.RequestHeaders = list })
}

func exposed(list ...string) cors.Policy {
	return with(func(p *cors.Policy) { p.ExposedHeaders = list })
}

func maxAge(d time.Duration) cors.Policy {
	return with(func(p *cors.Policy) { p.MaxAge = cors.MaxAge(d) })
}

func withCredentials(p cors.Policy, risks ...cors.Risk) cors.Policy {
	p.Credentials, p.Risks = true, risks
	return p
}

func accepting(p cors.Policy, risks ...cors.Risk) cors.Policy {
	p.Risks = risks
	return p
}

// faults has for every other code policies with that fault, and the nearest without.
var faults = []struct {
	code        cors.FaultCode
	wrong, near cors.Policy
	why         string
}{
	{cors.OriginsEmpty, cors.Policy{Methods: []string{"PUT"}}, cors.Policy{}, "the zero policy means to allow nothing"},
	{cors.OriginsEmpty, cors.Policy{Credentials: true}, origins("https://a.example"), "credentials for nobody"},
	{cors.OriginCovered, origins("https://a.b.example", "https://*.b.example"), origins("https://b.example", "https://*.b.example"), "a wildcard does not hold the name itself"},
	{cors.OriginCovered, origins("https://*.b.example", "https://{label}.b.example"), origins("https://*.b.example", "http://{label}.b.example"), "another scheme is another set"},
	{cors.OriginCovered, origins("http://b.example:*", "http://b.example:8080"), origins("http://b.example:8000-8079", "http://b.example:8080"), "a port beside a range"},
	{cors.OriginCovered, origins("https://x-*.b.example", "https://x-y-*.b.example"), origins("https://x-*.b.example", "https://y-x-*.b.example"), "within a label"},
	{cors.OriginCovered, origins("https://*.c.b.example", "https://*.b.example"), origins("https://*.c.b.example", "https://*.ab.example"), "part of a name is not a part of the tree"},
	{cors.EveryOriginWithCredentials, credentialed("*"), origins("*"), "credentials make the difference"},
	{cors.NullOriginAllowed, origins("null"), accepting(origins("null"), cors.NullOrigin), "a risk that may be accepted"},
	{cors.NullOriginAllowed, credentialed("null"), origins("https://null"), "a host of that name is none"},
	{cors.InsecureOrigin, credentialed("http://a.example"), origins("http://a.example"), "without credentials there is nothing to steal"},
	{cors.InsecureOrigin, credentialed("http://*.a.example"), credentialed("https://*.a.example"), "in a pattern"},
	{cors.InsecureOrigin, credentialed("http://10.0.0.1"), credentialed("http://127.0.0.1"), "loopback does not leave the machine"},
	{cors.InsecureOrigin, credentialed("http://localhost.example:*"), credentialed("http://localhost:*", "http://*.localhost:8080", "http://[::1]"), "nor do names under localhost"},
	{cors.InsecureOrigin, credentialed("ftp://a.example"), credentialed("moz-extension://0-1-2"), "an extension's pages are fetched over no network"},
	{cors.InsecureOrigin, credentialed("http://a.example"), withCredentials(origins("http://a.example"), cors.InsecureOrigins), "a risk that may be accepted"},
	{cors.PublicSuffix, origins("https://*.co.uk"), origins("https://*.example.co.uk"), "anybody registers under co.uk"},
	{cors.PublicSuffix, origins("https://{label}.github.io"), origins("https://{label}.alice.github.io"), "and gets a name of github.io"},
	{cors.PublicSuffix, origins("https://*.kawasaki.jp"), origins("https://*.city.kawasaki.jp"), "every name there is a suffix, but for one"},
	{cors.PublicSuffix, origins("https://*.com"), accepting(origins("https://*.com"), cors.PublicSuffixWildcard), "a risk that may be accepted"},
	{cors.PublicSuffix, origins("http://*.intranet"), origins("http://*.localhost"), "nobody registers under localhost"},
	{cors.TenantNotPinned, origins("https://app-*.github.io"), origins("https://app-*.example.com"), "a tenant may take the name app-evil"},
	{cors.TenantNotPinned, origins("https://app-*.netlify.app"), origins("https://*--site.netlify.app", "https://deploy-*--site.netlify.app"), "two hyphens are the provider's"},
	{cors.TenantNotPinned, origins("https://app--*.netlify.app"), origins("https://*--app.netlify.app"), "the site's name stands behind them"},
	{cors.TenantNotPinned, origins("https://*--.netlify.app"), origins("https://*--a.netlify.app"), "hyphens without a name pin nobody"},
	{cors.TenantNotPinned, origins("https://*--site.vercel.app"), origins("https://*--site.netlify.app"), "other providers let anybody have two hyphens"},
	{cors.TenantNotPinned, origins("https://app-*-me.vercel.app"), accepting(origins("https://app-*-me.vercel.app"), cors.PublicSuffixWildcard), "a risk that may be accepted"},

	{cors.MethodSyntax, methods("PUT,DELETE"), methods("PUT", "DELETE"), "an entry each"},
	{cors.MethodSyntax, methods(""), methods("X"), "an empty one"},
	{cors.MethodForbidden, methods("Trace"), methods("TRACES"), "forbidden in any case"},
	{cors.MethodCase, methods("patch"), methods("put"), "browsers put PUT into upper case, and not PATCH"},
	{cors.MethodCase, methods("Report"), methods("REPORT"), "one letter is enough"},
	{cors.MethodStarWithCredentials, withCredentials(methods("*")), methods("*"), "credentials make the difference"},

	{cors.HeaderSyntax, headers("Content-Type:"), headers("Content-Type"), "a colon"},
	{cors.HeaderSyntax, exposed("ETag, Link"), exposed("ETag", "Link"), "an entry each"},
	{cors.HeaderForbidden, headers("origin"), headers("X-Origin"), "browsers set Origin"},
	{cors.HeaderForbidden, headers("Sec-Token"), headers("X-Sec-Token"), "a prefix that browsers keep"},
	{cors.HeaderOfResponse, headers("access-control-allow-origin"), headers("X-Access-Control-Allow-Origin"), "it belongs into the answer"},
	{cors.HeaderStarWithCredentials, withCredentials(headers("*")), headers("*", "Authorization"), "credentials make the difference"},
	{cors.HeaderStarWithCredentials, withCredentials(headers("*")), withCredentials(headers("*"), cors.AnyRequestHeader), "a risk that may be accepted"},
	{cors.StarWithoutAuthorization, headers("*"), headers("*", "authorization"), "it is named beside"},
	{cors.StarWithoutAuthorization, headers("*"), withCredentials(headers("*"), cors.AnyRequestHeader), "what is named back holds it"},

	{cors.ExposedForbidden, exposed("set-cookie"), exposed("X-Set-Cookie"), "cookies are kept from scripts"},
	{cors.ExposedOfRequest, exposed("origin"), exposed("X-Origin"), "it belongs into the request"},
	{cors.ExposedSafelisted, exposed("content-type"), exposed("content-encoding"), "one of seven"},
	{cors.ExposedStarWithCredentials, withCredentials(exposed("*")), exposed("*"), "credentials make the difference"},

	{cors.MaxAgeNegative, maxAge(-time.Second), maxAge(time.Duration(cors.NoCache)), "NoCache is no time"},
	{cors.MaxAgeFraction, maxAge(600), maxAge(600 * time.Second), "600 by itself is nanoseconds"},
	{cors.MaxAgeFraction, maxAge(1500 * time.Millisecond), maxAge(2 * time.Second), "half a second"},
	{cors.MaxAgeOverCap, maxAge(2*time.Hour + time.Second), maxAge(2 * time.Hour), "Chromium's limit"},
	{cors.MaxAgeOverCap, maxAge(48 * time.Hour), maxAge(time.Hour), "Firefox' limit"},

	{
		cors.DisclosureUnknown,
		with(func(p *cors.Policy) { p.Disclose = "Full" }),
		with(func(p *cors.Policy) { p.Disclose = "full" }), "words are exact",
	},
	{
		cors.ResourcePolicyUnknown,
		with(func(p *cors.Policy) { p.ResourcePolicy = "same-host" }),
		with(func(p *cors.Policy) { p.ResourcePolicy = "same-site" }), "one of three",
	},
	{cors.RiskUnknown, accepting(origins("null"), "null"), accepting(origins("null"), "null-origin"), "names are exact"},
	{cors.RiskUnused, accepting(origins("https://a.example"), cors.NullOrigin), accepting(origins("null"), cors.NullOrigin), "a risk that was taken away"},
	{cors.RiskUnused, accepting(origins("http://a.example"), cors.InsecureOrigins), withCredentials(origins("http://a.example"), cors.InsecureOrigins), "without credentials there is none"},

	{cors.Duplicate, origins("https://a.example", "https://a.example"), origins("https://a.example", "https://a.example:80"), "another port is another origin"},
	{cors.Duplicate, origins("http://a.example:{2,1}", "http://a.example:1-2"), origins("http://a.example:{3,1}", "http://a.example:1-2"), "another spelling of the same ports"},
	{cors.Duplicate, methods("PUT", "put"), methods("PATCH", "patch"), "browsers make PUT of put"},
	{cors.Duplicate, headers("X-A", "x-a"), headers("X-A", "X-B"), "case does not tell headers apart"},
	{cors.Duplicate, exposed("X-A", "x-a"), exposed("X-A", "X-B"), "nor those of answers"},
	{cors.Duplicate, accepting(origins("null"), cors.NullOrigin, cors.NullOrigin), accepting(origins("null"), cors.NullOrigin), "a risk twice"},
	{cors.StarWithList, origins("*", "https://a.example"), origins("*"), "the list does nothing"},
	{cors.StarWithList, methods("PUT", "*"), methods("*"), "the list does nothing"},
	{cors.StarWithList, headers("*", "Authorization", "X-A"), headers("*", "Authorization"), "Authorization is no part of it"},
	{cors.StarWithList, withCredentials(headers("*", "Authorization"), cors.AnyRequestHeader), withCredentials(headers("*"), cors.AnyRequestHeader), "but what is named back holds Authorization too"},
	{cors.StarWithList, exposed("*", "ETag"), exposed("*"), "the list does nothing"},
}

func codes(found []cors.Fault) (list []cors.FaultCode) {
	for _, f := range found {
		list = append(list, f.Code)
	}
	return list
}

func TestFaults(t *testing.T) {
	seen := map[cors.FaultCode]bool{}
	for _, tt := range faults {
		seen[tt.code] = true
		entry, _ := cors.Lookup(tt.code)
		wrong, near := cors.Lint(tt.wrong), cors.Lint(tt.near)
		i := slices.IndexFunc(wrong, func(f cors.Fault) bool { return f.Code == tt.code })
		if i < 0 {
			t.Errorf("%v has no %s, but %v: %s", tt.wrong, tt.code, codes(wrong), tt.why)
			continue
		}
		if slices.Contains(codes(near), tt.code) {
			t.Errorf("%v has %s: %s", tt.near, tt.code, tt.why)
		}
		f := wrong[i]
		if f.Severity != entry.Severity || f.Spec != entry.Spec || entry.Field != "" && f.Field != entry.Field || !strings.HasSuffix(f.Message, ". "+entry.Why) {
			t.Errorf("%v is not as the catalog says", f)
		}
		if f.Fix == "" && tt.code != cors.HeaderSyntax && tt.code != cors.MethodSyntax {
			t.Errorf("%s has no fix: %s", tt.code, tt.why)
		}
		if _, err := cors.Compile(tt.wrong); (err != nil) != slices.ContainsFunc(wrong, func(f cors.Fault) bool { return f.Severity == cors.SeverityError }) {
			t.Errorf("%v: Lint finds %v, Compile says %v", tt.wrong, codes(wrong), err)
		}
	}
	for _, tt := range patterns {
		code := cors.FaultCode("origin-" + tt.reason)
		seen[code] = true
		if got := cors.Lint(origins(tt.wrong)); len(got) != 1 || got[0].Code != code || got[0].Value != tt.wrong || got[0].Severity != cors.SeverityError {
			t.Errorf("%q: got %v, want %s: %s", tt.wrong, got, code, tt.why)
		} else if fix := got[0].Fix; fix != "" {
			for fixed := range strings.SplitSeq(fix, ",") {
				if left := cors.Lint(origins(fixed)); slices.Contains(codes(left), code) {
					t.Errorf("%q is mended to %q, which is no better: %v", tt.wrong, fix, left)
				}
			}
		}
		if got := codes(cors.Lint(origins(tt.near))); slices.Contains(got, code) || len(got) > 0 && strings.HasPrefix(string(got[0]), "origin-") {
			t.Errorf("%q: got %v: %s", tt.near, got, tt.why)
		}
	}
	for _, e := range cors.Catalog() {
		if !seen[e.Code] {
			t.Errorf("no policy triggers %s", e.Code)
		}
	}
}

func TestCatalog(t *testing.T) {
	seen := map[cors.FaultCode]bool{}
	for _, e := range cors.Catalog() {
		if seen[e.Code] {
			t.Errorf("%s is there twice", e.Code)
		}
		seen[e.Code] = true
		if e.Title == "" || !strings.HasSuffix(e.Why, ".") || !strings.HasPrefix(e.Spec, "https://") || e.Severity != cors.SeverityError && e.Severity != cors.SeverityWarning {
			t.Errorf("%+v says too little", e)
		}
		if string(e.Code) != strings.ToLower(string(e.Code)) || strings.ContainsAny(string(e.Code), " _") {
			t.Errorf("%s is no slug", e.Code)
		}
		if got, ok := cors.Lookup(e.Code); !ok || got != e {
			t.Errorf("Lookup(%s) = %v, %v", e.Code, got, ok)
		}
	}
	for _, reason := range origin.PatternReasons() {
		if !seen[cors.FaultCode("origin-"+reason)] {
			t.Errorf("patterns are refused for %q, of which the catalog does not know", reason)
		}
	}
	if _, ok := cors.Lookup("origin"); ok {
		t.Error("a code that is none is known")
	}
	cors.Catalog()[0].Title = "changed"
	if cors.Catalog()[0].Title == "changed" {
		t.Error("the catalog can be changed from outside")
	}
}
