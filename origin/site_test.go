package origin_test

import (
	"testing"

	"github.com/corscope/corscope/origin"
)

func TestSameSite(t *testing.T) {
	opaque := origin.NewOpaque()
	for _, tt := range []struct {
		a, b       origin.Origin
		same       bool // schemefully
		schemeless bool
		why        string
	}{
		{parse(t, "https://example.com"), parse(t, "https://example.com"), true, true, "itself"},
		{parse(t, "https://example.com"), parse(t, "https://example.com:8443"), true, true, "ports do not matter"},
		{parse(t, "https://a.example.com"), parse(t, "https://b.c.example.com"), true, true, "names under one registrable domain"},
		{parse(t, "https://example.com"), parse(t, "https://www.example.com"), true, true, "the domain and a name under it"},
		{parse(t, "https://example.com"), parse(t, "http://example.com"), false, true, "the scheme matters schemefully only"},
		{parse(t, "https://a.example.com"), parse(t, "http://b.example.com:81"), false, true, "scheme, host and port differ"},
		{parse(t, "https://example.com"), parse(t, "wss://example.com"), false, true, "wss is not https"},
		{parse(t, "https://example.com"), parse(t, "https://example.org"), false, false, "two domains"},
		{parse(t, "https://example.com"), parse(t, "https://badexample.com"), false, false, "a name that ends alike"},
		{parse(t, "https://a.co.uk"), parse(t, "https://b.co.uk"), false, false, "co.uk is a public suffix"},
		{parse(t, "https://x.a.co.uk"), parse(t, "https://y.a.co.uk"), true, true, "a.co.uk is registrable"},
		{parse(t, "https://alice.github.io"), parse(t, "https://bob.github.io"), false, false, "github.io is one too: private suffixes count"},
		{parse(t, "https://alice.github.io"), parse(t, "https://github.io"), false, false, "the suffix is nobody's site but its own"},
		{parse(t, "https://github.io"), parse(t, "https://github.io:8443"), true, true, "and it is that: equal hosts"},
		{parse(t, "http://localhost:3000"), parse(t, "http://localhost:8080"), true, true, "equal hosts without a registrable domain"},
		{parse(t, "http://localhost"), parse(t, "http://app.localhost"), false, false, "localhost is like a public suffix"},
		{parse(t, "http://app.localhost"), parse(t, "http://api.app.localhost"), true, true, "app.localhost is like a registrable domain"},
		{parse(t, "http://app.localhost"), parse(t, "http://api.localhost"), false, false, "and api.localhost is another"},
		{parse(t, "http://127.0.0.1:1"), parse(t, "http://127.0.0.1:2"), true, true, "one address"},
		{parse(t, "http://1.2.3.4"), parse(t, "http://5.2.3.4"), false, false, "addresses have no suffix to share"},
		{parse(t, "http://[::1]"), parse(t, "http://[::1]:2"), true, true, "one IPv6 address"},
		{parse(t, "http://[::1]"), parse(t, "http://[::2]"), false, false, "two IPv6 addresses"},
		{parse(t, "http://127.0.0.1"), parse(t, "http://localhost"), false, false, "an address and its name"},
		{parse(t, "https://example.com."), parse(t, "https://www.example.com."), true, true, "the root's dot on both"},
		{parse(t, "https://example.com"), parse(t, "https://example.com."), false, false, "the root's dot makes another site"},
		{parse(t, "https://a.example.com"), parse(t, "https://b.example.com."), false, false, "in subdomains too"},
		{opaque, opaque, true, true, "an opaque origin and itself"},
		{opaque, origin.NewOpaque(), false, false, "two opaque origins"},
		{opaque, parse(t, "https://example.com"), false, false, "opaque and tuple"},
		{origin.Origin{}, origin.Origin{}, false, false, "the zero Origin is of no site"},
		{origin.Origin{}, opaque, false, false, "nor with an opaque one"},
		{origin.Origin{}, parse(t, "https://example.com"), false, false, "nor with a tuple"},
	} {
		for _, pair := range [][2]origin.Origin{{tt.a, tt.b}, {tt.b, tt.a}} {
			a, b := pair[0], pair[1]
			if got := origin.SameSite(a, b); got != tt.same {
				t.Errorf("SameSite(%q, %q) = %v, want %v: %s", a, b, got, tt.same, tt.why)
			}
			if got := origin.SchemelesslySameSite(a, b); got != tt.schemeless {
				t.Errorf("SchemelesslySameSite(%q, %q) = %v, want %v: %s", a, b, got, tt.schemeless, tt.why)
			}
			if zero := (origin.Origin{}); a != zero && (origin.SiteOf(a) == origin.SiteOf(b)) != tt.same {
				t.Errorf("sites of %q and %q: equal is not what SameSite says: %s", a, b, tt.why)
			}
		}
	}
}

func TestSiteOf(t *testing.T) {
	for _, tt := range []struct {
		o      origin.Origin
		want   string
		opaque bool
		why    string
	}{
		{parse(t, "https://a.b.example.com:8443"), "https://example.com", false, "the registrable domain, without a port"},
		{parse(t, "http://a.example.com"), "http://example.com", false, "the scheme stays"},
		{parse(t, "https://www.example.co.uk"), "https://example.co.uk", false, "a suffix of two labels"},
		{parse(t, "https://a.alice.github.io"), "https://alice.github.io", false, "a private suffix"},
		{parse(t, "https://github.io"), "https://github.io", false, "a suffix is its own host"},
		{parse(t, "http://localhost:3000"), "http://localhost", false, "so is a single label"},
		{parse(t, "http://127.0.0.1:3000"), "http://127.0.0.1", false, "an address is its own host"},
		{parse(t, "http://[::1]:3000"), "http://[::1]", false, "in brackets too"},
		{parse(t, "https://www.example.com."), "https://example.com.", false, "the root's dot stays"},
		{origin.NewOpaque(), "null", true, "an opaque origin is its own site"},
		{origin.Origin{}, "null", true, "no origin, no site"},
	} {
		s := origin.SiteOf(tt.o)
		if s.String() != tt.want || s.IsOpaque() != tt.opaque {
			t.Errorf("SiteOf(%q) = %q, opaque %v; want %q, %v: %s", tt.o, s, s.IsOpaque(), tt.want, tt.opaque, tt.why)
		}
	}
	if origin.SiteOf(origin.Origin{}) != (origin.Site{}) {
		t.Error("the zero Origin is of the zero Site")
	}
}

func TestRegistrableDomainAndPublicSuffix(t *testing.T) {
	for _, tt := range []struct {
		host   string
		domain string
		suffix bool
		why    string
	}{
		{"example.com", "example.com", false, "one label under the suffix"},
		{"a.b.example.com", "example.com", false, "more labels"},
		{"com", "", true, "the suffix itself"},
		{"co.uk", "", true, "a suffix of two labels"},
		{"example.co.uk", "example.co.uk", false, "one label under it"},
		{"github.io", "", true, "a suffix its owner declared"},
		{"a.alice.github.io", "alice.github.io", false, "and what is under it"},
		{"anything.ck", "", true, "a wildcard rule: *.ck"},
		{"a.anything.ck", "a.anything.ck", false, "one label under the wildcard"},
		{"www.ck", "www.ck", false, "the exception to it: !www.ck"},
		{"city.kawasaki.jp", "city.kawasaki.jp", false, "an exception in a deeper rule"},
		{"xn--p1ai", "", true, "suffixes are looked up in ASCII"},
		{"localhost", "", true, "a label that no list knows counts as a suffix"},
		{"a.localhost", "a.localhost", false, "so that one label more is registrable"},
		{"b.a.localhost", "a.localhost", false, "and no more"},
		{"intranet", "", true, "a name in a company's network"},
		{"example.com.", "example.com.", false, "the root's dot stays"},
		{"a.example.com.", "example.com.", false, "in subdomains too"},
		{"com.", "", true, "a suffix with the root's dot"},
		{"1.2.3.4", "", false, "an address is neither"},
		{"127.0.0.1", "", false, "not even one's own"},
		{"[::1]", "", false, "nor an IPv6 address, a single label by its looks"},
		{"[2001:db8::1]", "", false, "of any length"},
		{"", "", false, "no host"},
		{".", "", false, "the root"},
		{"a..com", "", false, "an empty label is no name"},
	} {
		if got := origin.RegistrableDomain(tt.host); got != tt.domain {
			t.Errorf("RegistrableDomain(%q) = %q, want %q: %s", tt.host, got, tt.domain, tt.why)
		}
		if got := origin.IsPublicSuffix(tt.host); got != tt.suffix {
			t.Errorf("IsPublicSuffix(%q) = %v, want %v: %s", tt.host, got, tt.suffix, tt.why)
		}
	}
}
