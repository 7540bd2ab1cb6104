package fetch_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A URL that was parsed is parsed again to the same, and its origin is one that the strict grammar reads.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"https://a.example/b?c#d", "HTTP://u:p@A.Example:80/../x", "http://0x7f.1:8080", "http://[::ffff:1.2.3.4]:81/", "https://münchen.example", "blob:https://a.example/1",
		"data:text/plain;base64,YQ==", "file:///c:/x", "foo:bar", "https://a.example./%zz?%zz#%zz", "http://a:0/", "https://a.example/#", "http://-1.2.3.4/", "wss://a//b", "about:blank", "http://a/?", "http://a.0x/", "x:/ /y ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := fetch.ParseURL(text)
		if err != nil {
			return
		}
		again, err := fetch.ParseURL(u.String())
		if err != nil {
			t.Fatalf("%q becomes %q, which is no URL: %v", text, u, err)
		}
		if again.String() != u.String() || again.Href() != u.Href() || again.Scheme() != u.Scheme() || again.Host() != u.Host() {
			t.Errorf("%q becomes %q becomes %q", text, u, again)
		}
		if u.Origin().IsOpaque() != again.Origin().IsOpaque() || !u.Origin().IsOpaque() && !u.Origin().SameOrigin(again.Origin()) {
			t.Errorf("%q is of %s, %q of %s", text, u.Origin(), again, again.Origin())
		}
		if u.Scheme() == "http" || u.Scheme() == "https" {
			if u.Host() == "" || !strings.HasPrefix(u.Href(), u.Scheme()+"://") {
				t.Errorf("%q becomes %q of host %q", text, u, u.Host())
			}
			if plainHost.MatchString(u.Host()) {
				parsed, err := origin.Parse(u.Origin().String())
				if err != nil || !parsed.SameOrigin(u.Origin()) {
					t.Errorf("%q is of %s, which reads as %s, %v", text, u.Origin(), parsed, err)
				}
			}
		}
		if resolved, err := u.Resolve(u.String()); err != nil || resolved.Href() != u.Href() {
			t.Errorf("%q against itself: %v, %v", u, resolved, err)
		}
	})
}

// Hosts of the characters that serialized origins are made of. A URL's host may hold others, such as "!".
var plainHost = regexp.MustCompile(`^(\[[0-9a-f:.]+\]|[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,3}\.?)$`)

var rangePattern = regexp.MustCompile(`^bytes=([0-9]*)-([0-9]*)$`)

// The range rule again, with a pattern and big integers.
func FuzzSafelistRange(f *testing.F) {
	for _, seed := range []string{"bytes=0-", "bytes=0-5", "bytes=10-5", "bytes=-5", "bytes=99999999999999999999-99999999999999999998", "bytes=007-8", "bytes=-", " bytes=0-", "bytes=0-\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		want := false
		if m := rangePattern.FindStringSubmatch(value); m != nil && m[1] != "" && !strings.Contains(value, "\n") {
			want = true
			if m[2] != "" {
				start, _ := new(big.Int).SetString(m[1], 10)
				end, _ := new(big.Int).SetString(m[2], 10)
				want = start.Cmp(end) <= 0
			}
		}
		if got := fetch.IsCORSSafelistedRequestHeader("Range", value); got != (want && len(value) <= 128) {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
		start, _, ok := fetch.ParseSingleRange(value)
		if (ok && start != "") != want {
			t.Errorf("%q parses: %v, want %v", value, ok, want)
		}
	})
}

// All names and values: unsafe names are lower case, sorted, once each, and those of the headers.
func FuzzUnsafeNames(f *testing.F) {
	f.Add("Accept", "a", "X-A", "b")
	f.Add("accept", strings.Repeat("a", 128), "ACCEPT", strings.Repeat("a", 129))
	f.Add("Content-Type", "text/plain;a", "content-type", "a/b")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		h := wire.Header{{Name: name1, Value: value1}, {Name: name2, Value: value2}}
		got := fetch.CORSUnsafeRequestHeaderNames(h)
		for i, name := range got {
			if name != wire.Lower(name) || i > 0 && got[i-1] >= name || !h.Contains(name) {
				t.Errorf("%v: %q", h, got)
			}
		}
		for _, field := range h {
			// Two headers never reach 1024 safe bytes.
			if unsafe := !fetch.IsCORSSafelistedRequestHeader(field.Name, field.Value); unsafe && !contains(got, wire.Lower(field.Name)) {
				t.Errorf("%v: %s is missing from %q", h, field.Name, got)
			}
		}
		if len(got) > 0 && fetch.IsCORSSafelistedRequestHeader(name1, value1) && fetch.IsCORSSafelistedRequestHeader(name2, value2) {
			t.Errorf("%v: %q though both are safelisted", h, got)
		}
	})
}

// Max-Age again, with big integers.
func FuzzMaxAge(f *testing.F) {
	for _, seed := range []string{"60", "", "0", "-1", "+60", "60.5", "99999999999999999999", " 60\t", "60,60", "9223372036854775807"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		h := wire.Header{{Name: wire.AccessControlMaxAge, Value: value}}
		got, problem := fetch.ParseMaxAge(h, fetch.Standard)
		trimmed := strings.Trim(value, " \t")
		number, ok := new(big.Int).SetString(trimmed, 10)
		if ok = ok && strings.Trim(trimmed, "0123456789") == ""; !ok {
			if got != 5*time.Second || !problem {
				t.Errorf("%q: %s, %v, want 5s and a problem", value, got, problem)
			}
			return
		}
		want := fetch.LongestMaxAge
		if number.Cmp(big.NewInt(int64(fetch.LongestMaxAge/time.Second))) <= 0 {
			want = time.Duration(number.Int64()) * time.Second
		}
		if got != want || problem {
			t.Errorf("%q: %s, %v, want %s", value, got, problem, want)
		}
		for _, p := range fetch.Profiles() {
			if age, _ := fetch.ParseMaxAge(h, p); age < 0 {
				t.Errorf("%q in %s: %s", value, p.Name, age)
			}
		}
	})
}

// data: URLs are read or refused, and never anything else.
func FuzzDataURL(f *testing.F) {
	for _, seed := range []string{"data:,x", "data:;base64,YQ==", "data:text/html;charset=x,%41", "data:,%zz", "data:;base64,%", "data:a/b;base64;base64,YQ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := fetch.ParseURL(raw)
		if err != nil || u.Scheme() != "data" {
			return
		}
		kind, body, ok := fetch.ParseDataURL(u)
		if ok != strings.Contains(u.Href(), ",") && !strings.Contains(strings.ToLower(u.Href()), "base64") {
			t.Errorf("%s: read %v", u, ok)
		}
		if !ok {
			return
		}
		if _, valid := fetch.MIMEEssence(kind); !valid {
			t.Errorf("%s: type %q is none", u, kind)
		}
		if len(body) > len(u.Href()) {
			t.Errorf("%s: %d bytes of %d", u, len(body), len(u.Href()))
		}
		b := open(always(500))
		resp, err := b.get(t, u.String())
		if err != nil || text(t, resp) != string(body) {
			t.Errorf("%s through the agent: %v", u, err)
		}
	})
}

// The CORS check passes if and only if the oracle does: three comparisons of bytes.
func FuzzCORSCheck(f *testing.F) {
	f.Add("https://page.example", "https://page.example", "true", "", false)
	f.Add("null", "null", "true", "x", true)
	f.Add("https://page.example", "*", "", "", true)
	f.Fuzz(func(t *testing.T, requestOrigin, first, credentials, second string, two bool) {
		h := wire.Header{{Name: "access-control-allow-origin", Value: first}}
		value := first
		if two {
			h = append(h, wire.Field{Name: "Access-Control-Allow-Origin", Value: second})
			value = first + ", " + second
		}
		h = append(h, wire.Field{Name: "ACCESS-CONTROL-ALLOW-CREDENTIALS", Value: credentials})
		for _, mode := range []fetch.Credentials{fetch.CredentialsOmit, fetch.CredentialsSameOrigin, fetch.CredentialsInclude} {
			want := value == requestOrigin && (mode != fetch.CredentialsInclude || credentials == "true") || value == "*" && mode != fetch.CredentialsInclude
			faults := fetch.CORSCheck(requestOrigin, mode, h)
			if (len(faults) == 0) != want {
				t.Errorf("%q for %q under %s, credentials %q: %v, want it to pass: %v", value, requestOrigin, mode, credentials, faults, want)
			}
			for _, fault := range faults {
				if fault.Code == "" || fault.Subject == "" || fault.Spec == "" {
					t.Errorf("%+v", fault)
				}
			}
		}
		if faults := fetch.CORSCheck(requestOrigin, fetch.CredentialsOmit, nil); codesOf(faults) != "acao-missing" {
			t.Errorf("nothing: %v", faults)
		}
	})
}
