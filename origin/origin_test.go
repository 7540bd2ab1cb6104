package origin_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/corscope/corscope/origin"
)

func parse(t *testing.T, text string) origin.Origin {
	t.Helper()
	o, err := origin.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		scheme, host string
		port         int
		want         string
		wantPort     int
		why          string
	}{
		{"https", "example.com", 0, "https://example.com", 443, "no port is the scheme's"},
		{"https", "example.com", 443, "https://example.com", 443, "and the scheme's is not written"},
		{"https", "example.com", 8443, "https://example.com:8443", 8443, "another is"},
		{"http", "[::1]", 8080, "http://[::1]:8080", 8080, "brackets are part of the host"},
		{"x", "y", 0, "x://y", 0, "a scheme without a default has no port"},
		{"x", "y", 80, "x://y:80", 80, "and writes what it was given"},
	} {
		o := origin.New(tt.scheme, tt.host, tt.port)
		if o.String() != tt.want || o.Port() != tt.wantPort || o.Scheme() != tt.scheme || o.Host() != tt.host || o.IsOpaque() {
			t.Errorf("New(%q, %q, %d) = %q, port %d; want %q, %d: %s",
				tt.scheme, tt.host, tt.port, o, o.Port(), tt.want, tt.wantPort, tt.why)
		}
		if p := parse(t, tt.want); p != o {
			t.Errorf("Parse(%q) is not New(%q, %q, %d): %s", tt.want, tt.scheme, tt.host, tt.port, tt.why)
		}
	}
}

func TestDefaultPort(t *testing.T) {
	for scheme, want := range map[string]int{
		"http": 80, "ws": 80, "https": 443, "wss": 443, "ftp": 21, "file": 0, "": 0, "chrome-extension": 0, "HTTP": 0,
	} {
		if got := origin.DefaultPort(scheme); got != want {
			t.Errorf("DefaultPort(%q) = %d, want %d", scheme, got, want)
		}
	}
}

func TestSameOrigin(t *testing.T) {
	opaque := origin.NewOpaque()
	base := parse(t, "https://example.com")
	for _, tt := range []struct {
		a, b origin.Origin
		want bool
		why  string
	}{
		{base, base, true, "itself"},
		{base, origin.New("https", "example.com", 443), true, "the port that goes without saying"},
		{base, parse(t, "http://example.com"), false, "another scheme"},
		{base, parse(t, "http://example.com:443"), false, "another scheme on the same port"},
		{base, parse(t, "https://example.com:8443"), false, "another port"},
		{base, parse(t, "https://www.example.com"), false, "another host, though the same site"},
		{base, parse(t, "https://example.com."), false, "a dot at the end makes another host"},
		{parse(t, "http://a"), parse(t, "http://a:0"), false, "port 0 is not the default"},
		{opaque, opaque, true, "an opaque origin and itself"},
		{opaque, origin.NewOpaque(), false, "two opaque origins, though both are written null"},
		{opaque, base, false, "opaque and tuple"},
		{base, opaque, false, "tuple and opaque"},
		{origin.Origin{}, origin.Origin{}, false, "the zero Origin is nobody, not even itself"},
		{origin.Origin{}, opaque, false, "zero and opaque"},
		{opaque, origin.Origin{}, false, "opaque and zero"},
		{origin.Origin{}, base, false, "zero and tuple"},
		{base, origin.Origin{}, false, "tuple and zero"},
	} {
		if got := tt.a.SameOrigin(tt.b); got != tt.want {
			t.Errorf("%q SameOrigin %q = %v, want %v: %s", tt.a, tt.b, got, tt.want, tt.why)
		}
		if zero := (origin.Origin{}); tt.a != zero && (tt.a == tt.b) != tt.want {
			t.Errorf("%q == %q differs from SameOrigin: %s", tt.a, tt.b, tt.why)
		}
	}
}

func TestOpaqueAccessors(t *testing.T) {
	for name, o := range map[string]origin.Origin{"zero": {}, "opaque": origin.NewOpaque()} {
		if !o.IsOpaque() || o.Scheme() != "" || o.Host() != "" || o.Port() != 0 || o.String() != "null" {
			t.Errorf("%s: %v, %q, %q, %d, %q; want opaque, empty parts, null", name, o.IsOpaque(), o.Scheme(), o.Host(), o.Port(), o)
		}
	}
}

func TestText(t *testing.T) {
	type page struct {
		Origin origin.Origin `json:"origin"`
	}
	for _, text := range []string{"https://example.com", "http://[::1]:8080", "null"} {
		want := `{"origin":"` + text + `"}`
		var p page
		if err := json.Unmarshal([]byte(want), &p); err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if got, err := json.Marshal(p); err != nil || string(got) != want {
			t.Errorf("%s came back as %s, %v", want, got, err)
		}
	}
	var null page
	if err := json.Unmarshal([]byte(`{"origin":"null"}`), &null); err != nil || !null.Origin.SameOrigin(null.Origin) {
		t.Errorf("null read from JSON must be an opaque origin of its own, not the zero Origin: %v", err)
	}
	if got, err := json.Marshal(page{}); err != nil || string(got) != `{"origin":"null"}` {
		t.Errorf("the zero Origin is written %s, %v; want null", got, err)
	}

	kept := page{parse(t, "https://example.com")}
	err := json.Unmarshal([]byte(`{"origin":"https://example.com/"}`), &kept)
	var bad *origin.SyntaxError
	if !errors.As(err, &bad) || bad.Offset != len("https://example.com") {
		t.Errorf("a trailing slash: %v; want a *SyntaxError at the slash", err)
	}
	if kept.Origin != parse(t, "https://example.com") {
		t.Errorf("a failed reading changed the origin to %q", kept.Origin)
	}
}

func TestIsPotentiallyTrustworthy(t *testing.T) {
	for _, tt := range []struct {
		o    origin.Origin
		want bool
		why  string
	}{
		{parse(t, "https://example.com"), true, "https"},
		{parse(t, "https://example.com:8443"), true, "on any port"},
		{parse(t, "wss://example.com"), true, "wss"},
		{origin.New("file", "", 0), true, "files come from this machine"},
		{parse(t, "http://example.com"), false, "http over the network"},
		{parse(t, "ws://example.com"), false, "ws over the network"},
		{parse(t, "ftp://example.com"), false, "ftp over the network"},
		{parse(t, "http://localhost:3000"), true, "this machine, by name"},
		{parse(t, "ws://app.localhost"), true, "names under localhost"},
		{parse(t, "http://127.1.2.3"), true, "all of 127.0.0.0/8"},
		{parse(t, "http://[::1]"), true, "IPv6 loopback"},
		{parse(t, "http://192.168.0.1"), false, "a private network is a network"},
		{origin.NewOpaque(), false, "an opaque origin has no scheme to trust"},
		{origin.Origin{}, false, "nor has none"},
	} {
		if got := tt.o.IsPotentiallyTrustworthy(); got != tt.want {
			t.Errorf("%q trustworthy: %v, want %v: %s", tt.o, got, tt.want, tt.why)
		}
	}
}

func TestIsLoopbackHost(t *testing.T) {
	for _, tt := range []struct {
		host string
		want bool
		why  string
	}{
		{"localhost", true, "the name"},
		{"localhost.", true, "with the root's dot"},
		{"a.b.localhost", true, "a name under it"},
		{"a.localhost.", true, "with the root's dot"},
		{"127.0.0.1", true, "the address"},
		{"127.255.255.255", true, "the last of the block"},
		{"[::1]", true, "IPv6"},
		{"126.255.255.255", false, "one before the block"},
		{"128.0.0.0", false, "one after the block"},
		{"0.0.0.0", false, "any address is not loopback to browsers"},
		{"[::]", false, "nor in IPv6"},
		{"[::ffff:7f00:1]", false, "a mapped address is not in ::1/128"},
		{"[::1:1]", false, "more than one bit"},
		{"::1", false, "a host keeps its brackets"},
		{"notlocalhost", false, "a name that ends alike"},
		{"localhost.example.com", false, "localhost is somebody's subdomain"},
		{"localhost.localdomain", false, "a habit of one system"},
		{"127.0.0.1.example.com", false, "an address is somebody's subdomain"},
		{"127.0.1", false, "not in four parts"},
		{"127.0.0.256", false, "an octet that does not fit"},
		{"", false, "no host"},
	} {
		if got := origin.IsLoopbackHost(tt.host); got != tt.want {
			t.Errorf("IsLoopbackHost(%q) = %v, want %v: %s", tt.host, got, tt.want, tt.why)
		}
	}
}
