package cors_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

// All that is wrong is said at once, in the order of the policy.
func TestLintFindsAll(t *testing.T) {
	p := cors.Policy{
		Origins: []string{
			"https://app.example.com/", "null", "http://app.example.com", "https://*.com", "https://x-*.github.io",
			"https://*.example.com", "https://a.example.com", "https://*.example.com", "*",
		},
		Credentials:    true,
		Methods:        []string{"a b", "TRACE", "patch", "*", "PUT", "PUT"},
		RequestHeaders: []string{"a b", "Origin", "Vary", "*", "X-A", "x-a"},
		ExposedHeaders: []string{"a b", "Set-Cookie", "Origin", "ETag", "Pragma", "*", "etag"},
		MaxAge:         600,
		Disclose:       "all",
		ResourcePolicy: "none",
		Risks:          []cors.Risk{"everything", cors.AnyRequestHeader},
	}
	type where struct {
		Code  cors.FaultCode
		Place string
	}
	want := []where{
		{"origin-trailing-slash", "origins[0]"},
		{"null-origin", "origins[1]"},
		{"insecure-origin", "origins[2]"},
		{"public-suffix-wildcard", "origins[3]"},
		{"tenant-not-pinned", "origins[4]"},
		{"duplicate", "origins[7]"},
		{"every-origin-with-credentials", "origins[8]"},
		{"star-with-list", "origins[8]"},
		{"method-syntax", "methods[0]"},
		{"method-forbidden", "methods[1]"},
		{"method-case", "methods[2]"},
		{"method-star-with-credentials", "methods[3]"},
		{"duplicate", "methods[5]"},
		{"header-syntax", "requestHeaders[0]"},
		{"header-forbidden", "requestHeaders[1]"},
		{"header-of-response", "requestHeaders[2]"},
		{"star-with-list", "requestHeaders[3]"},
		{"duplicate", "requestHeaders[5]"},
		{"header-syntax", "exposedHeaders[0]"},
		{"exposed-forbidden", "exposedHeaders[1]"},
		{"exposed-of-request", "exposedHeaders[2]"},
		{"exposed-safelisted", "exposedHeaders[4]"},
		{"exposed-star-with-credentials", "exposedHeaders[5]"},
		{"duplicate", "exposedHeaders[6]"},
		{"max-age-fraction", "maxAge"},
		{"disclosure-unknown", "disclose"},
		{"resource-policy-unknown", "resourcePolicy"},
		{"risk-unknown", "risks[0]"},
	}
	var got []where
	for _, f := range cors.Lint(p) {
		got = append(got, where{f.Code, f.Where()})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for range 10 {
		if again := cors.Lint(p); !slices.Equal(codes(again), codes(cors.Lint(p))) {
			t.Fatalf("the order changes: %v", codes(again))
		}
	}
}

func TestLintFindsNothing(t *testing.T) {
	for _, tt := range []struct {
		policy cors.Policy
		why    string
	}{
		{cors.Policy{}, "the zero policy allows nothing, which is a policy"},
		{fullPolicy(), "a risk that is accepted and needed"},
		{benchPolicy(), "GET and POST need no mention, but may have one"},
		{
			cors.Policy{
				Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*", "Authorization"}, ExposedHeaders: []string{"*"},
				MaxAge: cors.NoCache,
			}, "everything, in public",
		},
	} {
		if got := cors.Lint(tt.policy); got != nil {
			t.Errorf("%v: %v: %s", tt.policy, got, tt.why)
		}
	}
}

// What is written may differ from what is meant: fixes are checked word for word where a program could apply them.
func TestFixes(t *testing.T) {
	for _, tt := range []struct {
		policy cors.Policy
		want   string
		offset int
		why    string
	}{
		{credentialed("http://*.a.example:8080"), "https://*.a.example:8080", 0, "the scheme and nothing else"},
		{credentialed("http://a.example:443"), "https://a.example", 0, "the port is the default one of the other scheme"},
		{credentialed("http://a.example:{443,8080}"), "https://a.example:{443,8080}", 0, "but in a list it may be named"},
		{credentialed("ws://a.example"), "https://a.example", 0, "pages have no scheme of sockets"},
		{origins("https://a.example/, B.example;https://*.c.example:{1,2}"), "", 18, "what stands in braces is not for us to part"},
		{origins("https://a.example/, B.example;https://*.c.example"), "an entry each: https://a.example, https://b.example, https://*.c.example", 18, "each as it must be written"},
		{origins("https://a.example,b"), "", 17, "who knows what b is"},
		{origins("https://*.co.uk:8443"), `name your own: https://your-name.co.uk:8443, or accept the risk "public-suffix-wildcard"`, 8, "with its port"},
		{origins("https://x-*.netlify.app:*"), `pin it by -- and your site, as in https://*--your-site.netlify.app:*, or accept the risk "public-suffix-wildcard"`, 10, "with its port"},
		{headers("*", "Authorization", "X-A"), `leave out "*", or all the others but Authorization`, 0, "which is no part of it"},
		{with(func(p *cors.Policy) { p.ResourcePolicy = "none" }), `"same-origin", "same-site" or "cross-origin"`, 0, "all words"},
		{methods("patch"), "PATCH", 0, "upper case"},
		{methods("PUT, DELETE"), "an entry each: PUT, DELETE", 3, "a list"},
		{methods("PUT "), "PUT", 3, "a blank"},
		{methods("PÜT"), "", 1, "who knows"},
		{methods(""), "", 0, "who knows"},
		{headers("Content-Type: text/plain"), "Content-Type", 12, "a value beside the name"},
		{headers("X-Requested-With: XMLHttpRequest"), "X-Requested-With", 16, "a value that could be a name"},
		{headers("X-A: 1, X-B: 2"), "", 3, "several of them"},
		{exposed("ETag; Link"), "an entry each: ETag, Link", 4, "a list of another kind"},
		{headers("Content-Type:"), "Content-Type", 12, "a colon"},
		{maxAge(600), "600s, in Go cors.MaxAge(600 * time.Second)", 0, "nanoseconds that were to be seconds"},
		{maxAge(1500 * time.Millisecond), "2s", 0, "rounded up"},
		{maxAge(1<<63 - 1), "24h", 0, "rounded up, it would be out of range"},
		{maxAge(3 * time.Hour), "2h", 0, "Chromium's cap"},
		{maxAge(25 * time.Hour), "24h, or 2h", 0, "the cap of either"},
		{maxAge(24 * time.Hour), "2h", 0, "what Firefox keeps"},
		{maxAge(-5 * time.Second), "no-cache", 0, "what was surely meant"},
		{with(func(p *cors.Policy) { p.Disclose = "FULL" }), "full", 0, "the word in its case"},
		{with(func(p *cors.Policy) { p.Disclose = "all" }), `"asked" or "full"`, 0, "all words"},
		{accepting(origins("https://a.example"), "Null-Origin"), "null-origin", 0, "the risk in its case"},
		{origins("https://x-*.github.io"), `name each host, or accept the risk "public-suffix-wildcard"`, 10, "the place of the wildcard"},
	} {
		got := cors.Lint(tt.policy)
		if len(got) != 1 || got[0].Fix != tt.want || got[0].Offset != tt.offset {
			t.Errorf("%v: got %v, want one fault at byte %d with fix %q: %s", tt.policy, got, tt.offset, tt.want, tt.why)
		}
	}
}

// Which of two patterns is too much is told by what they hold.
func TestCovered(t *testing.T) {
	for _, tt := range []struct {
		list []string
		want []int // the entries that are too much
		why  string
	}{
		{[]string{"https://*.b.example", "https://a.b.example", "https://*.a.b.example"}, []int{1, 2}, "all under one"},
		{[]string{"https://a.b.example", "https://*.b.example"}, []int{0}, "order does not matter"},
		{[]string{"http://b.example:*", "http://b.example"}, []int{1}, "no port is one of any"},
		{[]string{"http://b.example:{1,2,3}", "http://b.example:1-3"}, []int{1}, "the same set twice: the later"},
		{[]string{"null", "https://*.b.example", "https://b.example"}, nil, "none"},
		{[]string{"*", "https://*.b.example", "https://a.b.example"}, nil, "star-with-list says it of all"},
		{[]string{"bad/", "https://a.b.example"}, nil, "what cannot be read holds nothing"},
	} {
		var got []int
		for _, f := range cors.Lint(origins(tt.list...)) {
			if f.Code == cors.OriginCovered || f.Code == cors.Duplicate {
				got = append(got, f.Index)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %v, want %v: %s", tt.list, got, tt.want, tt.why)
		}
	}
}

// Comparing each pattern with each would take minutes here.
func TestLintOfManyOrigins(t *testing.T) {
	p := cors.Policy{}
	for i := range 20_000 {
		p.Origins = append(p.Origins, "https://p-"+strconv.Itoa(i)+"-*.b.example", "https://a"+strconv.Itoa(i)+".example")
	}
	start := time.Now()
	if got := cors.Lint(p); got != nil {
		t.Errorf("got %d faults, such as %v", len(got), got[0])
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
