package bench

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/cors"
)

// A Row is one request to a server with one policy.
type Row struct {
	ID    string
	Title string
	// Sizes names the policy; rows of the same name share a handler.
	Sizes   Size
	Method  string
	Header  http.Header
	Allowed bool // what a browser makes of it: the page may read, or send
	How     How
	// Page is what a browser would ask for such a request to be made; the zero Page has no browser make it.
	Page Page
}

// A Page is what makes a browser send a row's request.
type Page struct {
	Origin string // of the page
	Method string // of the actual request
	Header []string
}

// How a row is measured.
type How uint8

// The ways to measure.
const (
	Reused     How = iota // one goroutine, one header map that is cleared: the middleware alone
	FreshMap              // a header map for every response, as in a server
	InParallel            // a goroutine for every processor
)

// A Size names a policy. All have credentials, four methods, two request headers, one exposed header and ten minutes,
// but for the one that allows every origin.
type Size string

// The policies.
const (
	One         Size = "one exact origin"
	Every       Size = "every origin"
	Exact1k     Size = "1,000 exact origins"
	Wildcard1k  Size = "1,000 wildcard patterns"
	Exact1M     Size = "1,000,000 exact origins"
	Wildcard100 Size = "100,000 wildcard patterns"
)

// IsLarge reports whether the policy is of a size that takes seconds to build.
func (s Size) IsLarge() bool { return s == Exact1M || s == Wildcard100 }

// Policy is the policy of that name.
func (s Size) Policy() cors.Policy {
	p := cors.Policy{
		Origins:        []string{app},
		Credentials:    true,
		Methods:        []string{"GET", "POST", "PUT", "DELETE"},
		RequestHeaders: []string{"Authorization", "Content-Type"},
		ExposedHeaders: []string{"X-Total"},
		MaxAge:         cors.MaxAge(600e9),
	}
	switch s {
	case One:
	case Every:
		p.Origins, p.Credentials = []string{"*"}, false
	case Exact1k:
		p.Origins = numbered("https://app", 1_000)
	case Wildcard1k:
		p.Origins = numbered("https://*.app", 1_000)
	case Exact1M:
		p.Origins = numbered("https://app", 1_000_000)
	case Wildcard100:
		p.Origins = numbered("https://*.app", 100_000)
	}
	return p
}

func numbered(before string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = before + strconv.Itoa(i) + ".example.com"
	}
	return list
}

const (
	app      = "https://app.example.com"
	stranger = "https://evil.example"
	api      = "https://api.example.com/"
	megabyte = 1 << 20
)

// Rows lists all rows, in the order of the table. Those that hit do so at the end of the list.
func Rows() []Row {
	const asked, mixed = "authorization,content-type", "authorization,x-evil"
	var none http.Header
	from := func(origin string) http.Header { return http.Header{"Origin": {origin}} }
	preflight := func(origin string, lists ...string) http.Header {
		return http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": lists}
	}
	get := func(origin string) Page { return Page{Origin: origin, Method: "GET"} }
	put := func(origin, list string) Page {
		return Page{Origin: origin, Method: "PUT", Header: strings.Split(list, ",")}
	}
	long := "https://" + strings.Repeat("a.", megabyte/2) + "example.com"
	names := strings.Repeat("content-type,", megabyte/len("content-type,"))
	lines := slices.Repeat([]string{"content-type"}, 1024)
	return []Row{
		{"a", "no Origin", One, "GET", none, true, Reused, get("https://api.example.com")},
		{"b", "GET, allowed", One, "GET", from(app), true, Reused, get(app)},
		{"c", "GET, refused", One, "GET", from(stranger), false, Reused, get(stranger)},
		{"d1", "hit among 1,000 exact", Exact1k, "GET", from("https://app999.example.com"), true, Reused, get("https://app999.example.com")},
		{"d2", "hit among 1,000 `*.`", Wildcard1k, "GET", from("https://www.app999.example.com"), true, Reused, get("https://www.app999.example.com")},
		{"d3", "miss among 1,000 exact", Exact1k, "GET", from("https://app1000.example.com"), false, Reused, get("https://app1000.example.com")},
		{"d4", "miss among 1,000 `*.`", Wildcard1k, "GET", from("https://www.app1000.example.com"), false, Reused, get("https://www.app1000.example.com")},
		{"e", "`*`, GET", Every, "GET", from(app), true, Reused, get(app)},
		{"f", "preflight, PUT and 2 headers", One, "OPTIONS", preflight(app, asked), true, Reused, put(app, asked)},
		{"g", "preflight, origin refused", One, "OPTIONS", preflight(stranger, asked), false, Reused, put(stranger, asked)},
		{"g2", "preflight, header refused", One, "OPTIONS", preflight(app, mixed), false, Reused, put(app, mixed)},
		{"h1", "preflight, 1 MB of commas", One, "OPTIONS", preflight(app, strings.Repeat(",", megabyte)), false, Reused, Page{}},
		{"h2", "preflight, 1 MB of allowed names", One, "OPTIONS", preflight(app, names), false, Reused, Page{}},
		{"h3", "preflight, 1,024 header lines", One, "OPTIONS", preflight(app, lines...), false, Reused, Page{}},
		{"i1", "1 MB of Origin, 1,000 `*.`", Wildcard1k, "GET", from(long), false, Reused, Page{}},
		{"i2", "1 MB of Origin, 1 exact", One, "GET", from(long), false, Reused, Page{}},
		{"b-par", "b in parallel", One, "GET", from(app), true, InParallel, get(app)},
		{"f-par", "f in parallel", One, "OPTIONS", preflight(app, asked), true, InParallel, put(app, asked)},
		{"b-map", "b, a header map per response", One, "GET", from(app), true, FreshMap, get(app)},
		{"f-map", "f, a header map per response", One, "OPTIONS", preflight(app, asked), true, FreshMap, put(app, asked)},
		{"d5", "hit among 1,000,000 exact", Exact1M, "GET", from("https://app999999.example.com"), true, Reused, get("https://app999999.example.com")},
		{"d6", "hit among 100,000 `*.`", Wildcard100, "GET", from("https://www.app99999.example.com"), true, Reused, get("https://www.app99999.example.com")},
	}
}

// IsPreflight reports whether the row's request is one.
func (r Row) IsPreflight() bool { return r.Method == http.MethodOptions }

// Request is the row's request, with a header of its own.
func (r Row) Request() *http.Request {
	h := r.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	return &http.Request{
		Method: r.Method, URL: &url.URL{Scheme: "https", Host: "api.example.com", Path: "/"}, Host: "api.example.com", Header: h,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody,
	}
}

// Allocs is how many allocations an answer may take.
func (r Row) Allocs() float64 {
	if r.IsPreflight() && !r.Allowed {
		return 0
	}
	return 1
}
