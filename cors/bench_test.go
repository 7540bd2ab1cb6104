package cors_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

// benchPolicy is the policy of all scenarios: one origin, credentials, four methods, two request headers, one header
// exposed, ten minutes.
func benchPolicy() cors.Policy {
	return cors.Policy{
		Origins:        []string{"https://app.example.com"},
		Credentials:    true,
		Methods:        []string{"GET", "POST", "PUT", "DELETE"},
		RequestHeaders: []string{"Authorization", "Content-Type"},
		ExposedHeaders: []string{"X-Total"},
		MaxAge:         cors.MaxAge(600e9),
	}
}

type scenario struct {
	name   string
	policy cors.Policy
	method string
	header http.Header
	status int
	allocs float64 // at most, to decide and apply
}

func preflightHeader(origin, method string, headers ...string) http.Header {
	h := http.Header{"Origin": {origin}, "Access-Control-Request-Method": {method}}
	if len(headers) > 0 {
		h["Access-Control-Request-Headers"] = headers
	}
	return h
}

func scenarios() []scenario {
	const app = "https://app.example.com"
	one, every, exact, wild := benchPolicy(), benchPolicy(), benchPolicy(), benchPolicy()
	every.Credentials, every.Origins = false, []string{"*"}
	exact.Origins, wild.Origins = nil, nil
	for i := range 1000 {
		exact.Origins = append(exact.Origins, "https://app"+strconv.Itoa(i)+".example.com")
		wild.Origins = append(wild.Origins, "https://*.app"+strconv.Itoa(i)+".example.com")
	}
	lines := make([]string, 1024)
	for i := range lines {
		lines[i] = "content-type"
	}
	asked := "authorization,content-type"
	from := func(origin string) http.Header { return http.Header{"Origin": {origin}} }
	return []scenario{
		{"a_no_origin", one, "GET", http.Header{}, 0, 1},
		{"b_allowed", one, "GET", from(app), 0, 1},
		{"c_refused", one, "GET", from("https://evil.example"), 0, 1},
		{"d1_exact_hit", exact, "GET", from("https://app999.example.com"), 0, 1},
		{"d2_wildcard_hit", wild, "GET", from("https://www.app999.example.com"), 0, 1},
		{"d3_exact_miss", exact, "GET", from("https://app1000.example.com"), 0, 1},
		{"d4_wildcard_miss", wild, "GET", from("https://www.app1000.example.com"), 0, 1},
		{"e_every", every, "GET", from(app), 0, 1},
		{"f_preflight", one, "OPTIONS", preflightHeader(app, "PUT", asked), 204, 1},
		{"g_preflight_origin", one, "OPTIONS", preflightHeader("https://evil.example", "PUT", asked), 403, 0},
		{"g2_preflight_header", one, "OPTIONS", preflightHeader(app, "PUT", "authorization,x-evil"), 403, 0},
		{"h1_commas", one, "OPTIONS", preflightHeader(app, "PUT", strings.Repeat(",", 1<<20)), 403, 0},
		{"h2_names", one, "OPTIONS", preflightHeader(app, "PUT", strings.Repeat("content-type,", 80659)), 403, 0},
		{"h3_lines", one, "OPTIONS", preflightHeader(app, "PUT", lines...), 403, 0},
		{"i1_long_origin_wildcards", wild, "GET", from("https://" + strings.Repeat("a.", 1<<19) + "example.com"), 0, 1},
		{"i2_long_origin", one, "GET", from("https://" + strings.Repeat("a.", 1<<19) + "example.com"), 0, 1},
	}
}

// BenchmarkRespond goes the way of a middleware, into a header that is used over and over, as peers are measured.
func BenchmarkRespond(b *testing.B) {
	for _, s := range scenarios() {
		b.Run(s.name, func(b *testing.B) {
			e := compile(b, s.policy)
			r := &http.Request{Method: s.method, Header: s.header}
			h := http.Header{}
			b.ReportAllocs()
			for b.Loop() {
				clear(h)
				e.Respond(r, h)
			}
		})
	}
}

// BenchmarkRespondFresh makes a header for every response, as servers do.
func BenchmarkRespondFresh(b *testing.B) {
	for _, s := range scenarios() {
		b.Run(s.name, func(b *testing.B) {
			e := compile(b, s.policy)
			r := &http.Request{Method: s.method, Header: s.header}
			b.ReportAllocs()
			for b.Loop() {
				e.Respond(r, make(http.Header))
			}
		})
	}
}

// BenchmarkDecide leaves the writing out.
func BenchmarkDecide(b *testing.B) {
	for _, s := range scenarios() {
		b.Run(s.name, func(b *testing.B) {
			e := compile(b, s.policy)
			r := &http.Request{Method: s.method, Header: s.header}
			b.ReportAllocs()
			for b.Loop() {
				e.Decide(cors.RequestOf(r))
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, s := range scenarios() {
		if len(s.policy.Origins) < 1000 || s.method != "GET" || strings.HasPrefix(s.name, "i") {
			continue
		}
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compile(b, s.policy)
			}
		})
	}
}

func compile(tb testing.TB, p cors.Policy) *cors.Engine {
	tb.Helper()
	e, err := cors.Compile(p)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}
