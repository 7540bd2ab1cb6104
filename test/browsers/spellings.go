package browsers

import (
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// The spellings that scenarios are made of. Each list holds good ones and bad ones: which is which is not said here,
// because that is what the browsers are asked.

// bytesOf is a value of so many bytes.
func bytesOf(n int) string { return strings.Repeat("a", n) }

var methods = odds[string]{
	{"GET", 40},
	{"POST", 18},
	{"PUT", 12},
	{"DELETE", 7},
	{"HEAD", 4},
	{"PATCH", 4},
	{"patch", 3},
	{"put", 2},
	{"post", 2},
	{"get", 1},
	{"Delete", 1},
	{"OPTIONS", 2},
	{"CHICKEN", 1},
	{"chicken", 1},
	{"*", 1},
	{"TRACE", 1},
}

// simpleMethods are those that mode no-cors takes.
var simpleMethods = odds[string]{{"GET", 50}, {"POST", 40}, {"HEAD", 8}, {"PUT", 2}}

func field(name, value string) wire.Field { return wire.Field{Name: name, Value: value} }

// requestHeaders are what pages set.
var requestHeaders = odds[wire.Field]{
	{field("X-A", "1"), 24},
	{field("x-b", "2"), 10},
	{field("X-Empty", ""), 4},
	{field("a-first", "z"), 4},
	{field("Z-Last", "a"), 4},
	{field("*", "1"), 2},
	{field("Authorization", "Basic YTpi"), 10},
	{field("authorization", "Bearer x"), 6},

	{field("Accept", "text/html"), 5},
	{field("Accept", bytesOf(128)), 2},
	{field("Accept", bytesOf(129)), 2},
	{field("Accept", "a(b"), 1},
	{field("Accept", "a\xe9b"), 2},
	{field("Accept", ""), 1},
	{field("Accept-Language", "de, en;q=0.5"), 3},
	{field("Accept-Language", "en_US"), 2},
	{field("Accept-Language", bytesOf(129)), 1},
	{field("Content-Language", "de"), 3},
	{field("Content-Language", "d\xe9"), 1},
	{field("Content-Language", bytesOf(128)), 1},

	{field("Content-Type", "text/plain"), 6},
	{field("Content-Type", "application/json"), 10},
	{field("Content-Type", "application/x-www-form-urlencoded"), 3},
	{field("Content-Type", "multipart/form-data"), 2},
	{field("Content-Type", "TEXT/Plain;charset=utf-8"), 2},
	{field("Content-Type", `text/plain;charset="utf-8"`), 2},
	{field("Content-Type", "text/plain;"), 1},
	{field("Content-Type", "text/plain ; =x"), 1},
	{field("Content-Type", "text/plain;a=b;"), 4},
	{field("Content-Type", "text/plain, text/html"), 1},
	{field("Content-Type", "text/plain;a=b,c"), 3},
	{field("Content-Type", "text/html"), 1},
	{field("Content-Type", "plain"), 1},
	{field("Content-Type", ""), 1},
	{field("Content-Type", "text/plain;\xe9"), 1},
	{field("Content-Type", "text/plain;x="+bytesOf(128-13)), 2},
	{field("Content-Type", "text/plain;x="+bytesOf(129-13)), 2},

	{field("Range", "bytes=0-"), 2},
	{field("Range", "bytes=0-10"), 2},
	{field("Range", "bytes=10-5"), 1},
	{field("Range", "bytes=-5"), 1},
	{field("Range", "bytes=0-1,3-4"), 1},
	{field("Range", "Bytes=0-"), 1},
	{field("Range", "bytes=99999999999999999999-"), 2},
	{field("Range", "bytes=0-9223372036854775807"), 1},

	{field("DPR", "2"), 2},
	{field("DPR", "abc"), 1},
	{field("Save-Data", "on"), 2},
	{field("Save-Data", "off"), 1},
	{field("Device-Memory", "8"), 2},
	{field("Viewport-Width", "320"), 1},
	{field("Width", "100"), 1},
	{field("Downlink", "1.5"), 1},
	{field("ECT", "4g"), 1},
	{field("ECT", "5g"), 1},
	{field("RTT", "100"), 1},

	{field("User-Agent", "mine/1.0"), 5},
	{field("Cache-Control", "no-cache"), 2},
	{field("If-None-Match", `"x"`), 1},
	{field("Last-Event-ID", "7"), 1},
	{field("Cookie", "forged=1"), 2},
	{field("Origin", "http://other.test"), 2},
	{field("Sec-Anything", "1"), 1},
	{field("Proxy-Anything", "1"), 1},
	{field("Access-Control-Request-Method", "GET"), 1},
	{field("X-HTTP-Method-Override", "TRACE"), 1},
	{field("X-HTTP-Method-Override", "PATCH"), 1},
	{field("bad name", "1"), 1},
	{field("X-Bad", "a\x00b"), 1},
}

// allowOrigins are ways to write Access-Control-Allow-Origin for a page, in lines; none is an answer without.
func allowOrigins(page string) [][]string {
	upper := strings.ToUpper(page)
	bare := page
	if at := strings.LastIndexByte(page, ':'); at > len("https:") {
		bare = page[:at]
	}
	return [][]string{
		nil, nil, nil, nil,
		{""},
		{"*"},
		{"*"},
		{"null"},
		{"null"},
		{"{origin}"},
		{page},
		{upper},
		{page + "/"},
		{bare},
		{"foo"},
		{"  " + page + "\t"},
		{page + " " + page},
		{page + ", " + page},
		{page + ", *"},
		{"*,"},
		{"*, *"},
		{"'" + page + "'"},
		{`"` + page + `"`},
		{page, page},
		{page, "*"},
		{"*", "*"},
		{page, "http://third.test"},
		{"", page},
		{"http://*.example.test"},
		{"http://other.test"},
		{"Null"},
		{"NULL"},
		{"none"},
		{"true"},
		{"http://"},
		{"http://example.test"},
		{page + "."},
		{page + "\xe9"},
		{page + "?"},
		{"**"},
		{". *"},
	}
}

var allowCredentials = [][]string{
	nil, nil, {"true"}, {" true "}, {"True"}, {"TRUE"}, {"true, true"}, {"true", "true"}, {"false"}, {""}, {"1"}, {"yes"}, {"true;"}, {`"true"`}, {"*"},
}

// allowMethods are ways to write Access-Control-Allow-Methods for a method.
func allowMethods(method string) [][]string {
	return [][]string{
		nil, nil,
		{""},
		{method},
		{strings.ToLower(method)},
		{strings.ToUpper(method)},
		{"*"},
		{"*"},
		{"*, " + method},
		{method + ","},
		{",, " + method},
		{"GET", method},
		{method + " POST"},
		{method + ";"},
		{"POST, @, " + method},
		{"GET, POST"},
		{"GET, POST"},
		{`"` + method + `"`},
		{method + "\t,\tX"},
		{"POST", "x y"},
		{" " + method + " "},
		{"(" + method},
		{"PUT, DELETE, PATCH"},
	}
}

// allowHeaders are ways to write Access-Control-Allow-Headers for some names.
func allowHeaders(names []string) [][]string {
	all := strings.Join(names, ", ")
	fewer := ""
	if len(names) > 1 {
		fewer = strings.Join(names[1:], ",")
	}
	return [][]string{
		nil, nil,
		{""},
		{all},
		{strings.ToUpper(all)},
		{strings.ToLower(all)},
		{"*"},
		{"*"},
		{"*, authorization"},
		{all + ","},
		{"," + all},
		{fewer},
		{fewer},
		{"x-other, " + all},
		names,
		{all + " x"},
		{all + ", x y"},
		{"@"},
		{`"` + all + `"`},
		{all + "\t,\tx"},
		{"x-c;x-d, " + all},
		{all, "(bad)"},
		{" " + all + " "},
		{"*, " + fewer},
	}
}

var exposeHeaders = [][]string{
	nil, {"*"}, {"*"}, {"X-A"}, {"x-a, X-B"}, {"x-a", "x-b"}, {"x-a x-b"}, {""}, {"*, x-a"}, {"x-a,,x-b,"}, {"set-cookie, x-a"}, {"x-c"}, {"x-a, @"}, {"'*'"},
}

// maxAges for what is asked again at once. None but 0 runs out in between.
var maxAges = [][]string{
	nil, nil, {"60"}, {"60"}, {"600"}, {"0"}, {"-1"}, {"-0"}, {"abc"}, {"60.5"}, {"60, 60"}, {"60", "60"}, {"+60"}, {""}, {" 60 "}, {"99999999999999999999"}, {"99999999999999999999"}, {"1e3"}, {"100000"}, {"+600"}, {"00060"},
}

// lateMaxAges for what is asked again after seven seconds.
var lateMaxAges = [][]string{
	nil, {"60"}, {"5"}, {"+60"}, {"+60"}, {"+60"}, {"abc"}, {"-1"}, {"99999999999999999999"}, {"99999999999999999999"}, {"99999999999999999999"}, {"60, 60"}, {""}, {"3"}, {"86400"},
}

var (
	goodPreflights = odds[int]{{200, 45}, {204, 45}, {299, 5}, {202, 5}}
	badPreflights  = []int{300, 301, 302, 303, 304, 307, 308, 400, 403, 404, 405, 500, 503}
	redirects      = odds[int]{{301, 20}, {302, 30}, {303, 15}, {307, 20}, {308, 15}}
	statuses       = odds[int]{
		{200, 74}, {201, 3}, {204, 6}, {206, 2}, {299, 1}, {300, 1}, {304, 1}, {400, 2}, {403, 2}, {404, 4}, {418, 1}, {500, 2}, {503, 1},
	}
	// oddLocations are hard to follow, and not to be confused with what is wrong by CORS.
	oddLocations = [][]string{
		nil,
		{""},
		{"data:,x"},
		{"ftp://other.test/x"},
		{"foo:bar"},
		{"http://"},
		{"http://["},
		{"about:blank"},
		{"javascript:1"},
		{"http://other.test:99999/"},
	}
	policies = []fetch.ReferrerPolicy{
		fetch.NoReferrer, fetch.NoReferrer, fetch.NoReferrerWhenDowngrade, fetch.ReferrerSameOrigin, fetch.ReferrerOrigin, fetch.StrictOrigin,
		fetch.OriginWhenCrossOrigin, fetch.StrictOriginWhenCrossOrigin, fetch.UnsafeURL,
	}
	redirectPolicies = []string{"no-referrer", "unsafe-url", "origin", "same-origin", "no-such-policy", "origin, no-referrer", ""}
)
