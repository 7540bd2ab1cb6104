package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

func TestCORSUnsafeRequestHeaderNames(t *testing.T) {
	for _, row := range []struct {
		why  string
		h    wire.Header
		want string
	}{
		{"nothing in, nothing out", nil, ""},
		{"safelisted headers", headers("Accept: */*", "Accept-Language: en", "Content-Type: text/plain", "Range: bytes=0-"), ""},
		{"lower case", headers("X-Foo: 1"), "x-foo"},
		{"sorted by byte", headers("X-B: 1", "x-a: 1", "A-Z: 1", "X_C: 1"), "a-z,x-a,x-b,x_c"},
		{"sorted after lower-casing", headers("Zeta: 1", "alpha: 1", "Beta: 1"), "alpha,beta,zeta"},
		{"each once", headers("X-A: 1", "x-A: 2", "X-a: 3"), "x-a"},
		{"once, though one of its values is safe", headers("Content-Type: text/plain", "Content-Type: application/json"), "content-type"},
		{"each value is judged alone", headers("Accept: "+strings.Repeat("a", 100), "Accept: "+strings.Repeat("a", 100)), ""},
		{"a value too long", headers("Accept: " + strings.Repeat("a", 129)), "accept"},
		{"names of punctuation sort by byte too", headers("*: 1", "!: 1"), "!,*"},
	} {
		if got := strings.Join(fetch.CORSUnsafeRequestHeaderNames(row.h), ","); got != row.want {
			t.Errorf("%s: %v: %q, want %q", row.why, row.h, got, row.want)
		}
	}
}

// The sum of safelisted values: 1024 bytes are safe, one more is not.
func TestSafelistTotal(t *testing.T) {
	full := strings.Repeat("a", 128)
	eight := func(last int) wire.Header {
		h := wire.Header{}
		for range 7 {
			h = append(h, wire.Field{Name: "Accept", Value: full})
		}
		return append(h, wire.Field{Name: "Accept-Language", Value: full[:last]})
	}
	for _, row := range []struct {
		why  string
		h    wire.Header
		want string
	}{
		{"1023 bytes", eight(127), ""},
		{"1024 bytes", eight(128), ""},
		{"1025 bytes: all that was safe is unsafe", append(eight(128), wire.Field{Name: "Content-Language", Value: "a"}), "accept,accept-language,content-language"},
		{"1024 safe bytes and an unsafe header: its bytes do not count", append(eight(128), wire.Field{Name: "X-A", Value: full}), "x-a"},
		{"1024 safe bytes and an over-long one: unsafe by itself, so not counted", append(eight(128), wire.Field{Name: "Content-Type", Value: "text/plain;" + full}), "content-type"},
		{"names do not count", append(eight(128), wire.Field{Name: "Content-Language", Value: ""}), ""},
		{"1025 bytes and an unsafe header", append(eight(128), wire.Field{Name: "Range", Value: "bytes=0-"}, wire.Field{Name: "B", Value: ""}), "accept,accept-language,b,range"},
	} {
		if got := strings.Join(fetch.CORSUnsafeRequestHeaderNames(row.h), ","); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

// What the browser adds itself counts toward the 1024 bytes: Accept-Language here, and Accept where the page set none.
func TestSafelistTotalCountsTheBrowsersOwn(t *testing.T) {
	full := strings.Repeat("a", 128)
	const own = len("en-US,en;q=0.5")
	for _, row := range []struct {
		why  string
		last int
		want string
	}{
		{"1024 bytes with Accept-Language", 128 - own, ""},
		{"1025 bytes with Accept-Language", 129 - own, "accept,accept-language"},
	} {
		b := open(always(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *"))
		h := wire.Header{}
		for range 7 {
			h = append(h, wire.Field{Name: "Accept", Value: full})
		}
		h = append(h, wire.Field{Name: "Accept", Value: full[:row.last]})
		if _, err := b.ask(t, fetch.Request{URL: link("https://api.example/"), Header: h}); err != nil {
			t.Fatal(err)
		}
		got := ""
		if b.net.sent[0].Method == "OPTIONS" {
			got = b.net.sent[0].get(wire.AccessControlRequestHeaders)
		}
		if got != row.want {
			t.Errorf("%s: asked for %q, want %q", row.why, got, row.want)
		}
	}
}

// The no-cors guard: what is not safelisted is dropped in silence, tested together with what is there already.
func TestNoCORSGuard(t *testing.T) {
	for _, row := range []struct {
		why     string
		h       wire.Header
		name    string
		want    string
		dropped int
	}{
		{"a safelisted header stays", headers("Content-Type: text/plain"), "Content-Type", "text/plain", 0},
		{"another value is dropped", headers("Content-Type: application/json"), "Content-Type", "absent", 1},
		{"another name is dropped", headers("X-A: 1"), "X-A", "absent", 1},
		{"Authorization is dropped", headers("Authorization: Basic eA=="), "Authorization", "absent", 1},
		{"Range is privileged and dropped", headers("Range: bytes=0-"), "Range", "absent", 1},
		{"two values together may be too long", headers("Accept: "+strings.Repeat("a", 64), "Accept: "+strings.Repeat("b", 63)), "Accept", strings.Repeat("a", 64), 1},
		{"or fit", headers("Accept: "+strings.Repeat("a", 63), "Accept: "+strings.Repeat("b", 63)), "Accept", strings.Repeat("a", 63) + ", " + strings.Repeat("b", 63), 0},
		{"two types together are none", headers("Content-Type: text/plain", "Content-Type: text/plain"), "Content-Type", "text/plain", 1},
		{"a forbidden header is not the guard's to drop", headers("Cookie: a=b"), "Cookie", "absent", 0},
	} {
		b := open(always(200))
		if _, err := b.ask(t, fetch.Request{URL: link("https://api.example/"), Method: "POST", Mode: fetch.ModeNoCORS, Header: row.h}); err != nil {
			t.Fatalf("%s: %v", row.why, err)
		}
		if got := b.net.last().get(row.name); got != row.want || len(b.noted("header-dropped")) != row.dropped {
			t.Errorf("%s: sent %q and noted %v, want %q and %d", row.why, got, b.noted("header-dropped"), row.want, row.dropped)
		}
		if got := b.net.take(); got != "POST https://api.example/" {
			t.Errorf("%s: %s: mode no-cors never makes a preflight", row.why, got)
		}
	}
}
