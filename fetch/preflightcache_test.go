package fetch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
)

// A cacheStep is one request of a story: when, what, and what is on the wire for it.
type cacheStep struct {
	after  time.Duration
	req    fetch.Request
	answer []string // the preflight's, without Access-Control-Allow-Origin
	actual string   // the actual answer's Allow-Origin; empty means that it is shared
}

const include = fetch.CredentialsInclude

func put() fetch.Request                 { return fetch.Request{Method: "PUT"} }
func method(m string) fetch.Request      { return fetch.Request{Method: m} }
func with(lines ...string) fetch.Request { return fetch.Request{Header: headers(lines...)} }
func withBoth(m string, l ...string) fetch.Request {
	return fetch.Request{Method: m, Header: headers(l...)}
}

func credentialed(r fetch.Request) fetch.Request {
	r.Credentials = include
	return r
}

func caching(c fetch.Cache, r fetch.Request) fetch.Request {
	r.Cache = c
	return r
}

func to(u string, r fetch.Request) fetch.Request {
	r.URL = link(u)
	return r
}

// tell plays a story in one browser and gives what was seen at each step.
func tellCache(t *testing.T, p fetch.Profile, steps []cacheStep) string {
	t.Helper()
	var current cacheStep
	b := openIn(p, home+"/", func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		allowed := home
		if r.Method == "OPTIONS" {
			return reply(200, append([]string{acao + allowed, "Access-Control-Allow-Credentials: true"}, current.answer...)...), nil
		}
		if current.actual != "" {
			allowed = current.actual
		}
		return reply(200, acao+allowed, "Access-Control-Allow-Credentials: true"), nil
	})
	var seen []string
	for _, current = range steps {
		b.at = b.at.Add(current.after)
		req := current.req
		if req.URL == nil {
			req.URL = link(api)
		}
		b.ask(t, req)
		word := "hit"
		if strings.HasPrefix(b.net.take(), "OPTIONS") {
			word = "ask"
		}
		if v := b.record.First(); v != nil {
			word += " " + string(v.Code)
		}
		seen = append(seen, word)
	}
	return strings.Join(seen, ", ")
}

func TestPreflightCacheStories(t *testing.T) {
	const age = "Access-Control-Max-Age: "
	long := []string{acam + "PUT", acah + "x-a", age + "600"}
	for _, row := range []struct {
		why   string
		steps []cacheStep
		want  string
	}{
		{"kept for five seconds unless the server says", []cacheStep{
			{0, put(), []string{acam + "PUT"}, ""}, {4999 * time.Millisecond, put(), nil, ""}, {time.Millisecond, put(), []string{acam + "PUT"}, ""},
		}, "ask, hit, ask"},
		{"kept as long as the server says", []cacheStep{
			{0, put(), long, ""}, {599 * time.Second, put(), nil, ""}, {time.Second, put(), nil, ""},
		}, "ask, hit, ask method-not-allowed"},
		{"Max-Age 0 is not kept", []cacheStep{{0, put(), []string{acam + "PUT", age + "0"}, ""}, {0, put(), nil, ""}}, "ask, ask method-not-allowed"},
		{"Max-Age 1 is, for a second", []cacheStep{
			{0, put(), []string{acam + "PUT", age + "1"}, ""}, {0, put(), nil, ""}, {time.Second, put(), nil, ""},
		}, "ask, hit, ask method-not-allowed"},
		{"a later preflight with Max-Age 0 ends what was kept", []cacheStep{
			{0, put(), long, ""}, {0, withBoth("PUT", "X-B: 1"), []string{acam + "PUT", acah + "x-b", age + "0"}, ""}, {0, put(), nil, ""},
		}, "ask, ask, ask method-not-allowed"},
		{"the whole list is kept, beyond what was asked", []cacheStep{
			{0, put(), []string{acam + "PUT, DELETE", acah + "x-a, X-B", age + "60"}, ""},
			{0, method("DELETE"), nil, ""},
			{0, with("x-b: 1"), nil, ""},
			{0, withBoth("DELETE", "X-A: 1", "X-B: 1"), nil, ""},
		}, "ask, hit, hit, hit"},
		{"one missing piece is enough to ask", []cacheStep{
			{0, put(), long, ""}, {0, withBoth("PUT", "X-A: 1", "X-B: 1"), []string{acam + "PUT", acah + "x-a, x-b"}, ""}, {0, method("DELETE"), []string{acam + "DELETE"}, ""},
		}, "ask, ask, ask"},
		{"the pieces come together from several preflights", []cacheStep{
			{0, put(), []string{acam + "PUT", age + "60"}, ""}, {0, with("X-A: 1"), []string{acah + "x-a", age + "60"}, ""}, {0, withBoth("PUT", "X-A: 1"), nil, ""},
		}, "ask, ask, hit"},
		{"an entry that is there gets the new age, from now", []cacheStep{
			{0, put(), []string{acam + "PUT", age + "10"}, ""},
			{8 * time.Second, withBoth("PUT", "X-A: 1"), []string{acam + "PUT", acah + "x-a", age + "10"}, ""},
			{8 * time.Second, put(), nil, ""},
			{2 * time.Second, put(), nil, ""},
		}, "ask, ask, hit, ask method-not-allowed"},
		{"also where it is shorter", []cacheStep{
			{0, put(), []string{acam + "PUT", age + "600"}, ""},
			{0, withBoth("PUT", "X-A: 1"), []string{acam + "PUT", acah + "x-a", age + "1"}, ""},
			{time.Second, put(), nil, ""},
		}, "ask, ask, ask method-not-allowed"},
		{"methods are kept in their case", []cacheStep{{0, method("patch"), []string{acam + "patch", age + "60"}, ""}, {0, method("PATCH"), nil, ""}}, "ask, ask method-not-allowed"},
		{"names are kept without", []cacheStep{{0, with("X-A: 1"), []string{acah + "X-a", age + "60"}, ""}, {0, with("x-A: 1"), nil, ""}}, "ask, hit"},
		{"another query is another URL", []cacheStep{{0, to(api+"?1", put()), long, ""}, {0, to(api+"?2", put()), nil, ""}}, "ask, ask method-not-allowed"},
		{"so is another fragment, though no server sees it", []cacheStep{{0, to(api+"#1", put()), long, ""}, {0, to(api+"#2", put()), nil, ""}}, "ask, ask method-not-allowed"},
		{"and none at all", []cacheStep{{0, to(api+"#1", put()), long, ""}, {0, put(), nil, ""}}, "ask, ask method-not-allowed"},
		{"the same fragment is the same URL", []cacheStep{{0, to(api+"#1", put()), long, ""}, {0, to(api+"#1", put()), nil, ""}}, "ask, hit"},
		{"another path is another URL", []cacheStep{{0, to(api+"1", put()), long, ""}, {0, to(api+"2", put()), nil, ""}}, "ask, ask method-not-allowed"},
		{"an answer to a request with credentials serves one without", []cacheStep{{0, credentialed(put()), long, ""}, {0, put(), nil, ""}}, "ask, hit"},
		{"never the reverse", []cacheStep{{0, put(), long, ""}, {0, credentialed(put()), long, ""}, {0, credentialed(put()), nil, ""}}, "ask, ask, hit"},
		{"a kept star is a wildcard", []cacheStep{{0, put(), []string{acam + "*", acah + "*", age + "60"}, ""}, {0, withBoth("DELETE", "X-A: 1"), nil, ""}}, "ask, hit"},
		{"but not for Authorization", []cacheStep{{0, put(), []string{acam + "*", acah + "*", age + "60"}, ""}, {0, with("Authorization: x"), []string{acah + "authorization"}, ""}}, "ask, ask"},
		{"nor with credentials, whoever asked", []cacheStep{{0, credentialed(put()), []string{acam + "PUT, *", age + "60"}, ""}, {0, credentialed(method("DELETE")), nil, ""}}, "ask, ask method-not-allowed"},
		{"nor for headers with credentials", []cacheStep{{0, credentialed(with("X-A: 1")), []string{acah + "x-a, *", age + "60"}, ""}, {0, credentialed(with("X-B: 1")), nil, ""}}, "ask, ask header-not-allowed"},
		{"but one of a request with credentials serves those without", []cacheStep{{0, credentialed(put()), []string{acam + "PUT, *", age + "60"}, ""}, {0, method("DELETE"), nil, ""}}, "ask, hit"},
		{"a method called star is itself", []cacheStep{{0, credentialed(method("*")), []string{acam + "*", age + "60"}, ""}, {0, credentialed(method("*")), nil, ""}}, "ask, hit"},
		{"a failed preflight keeps nothing", []cacheStep{{0, method("DELETE"), long, ""}, {0, put(), long, ""}}, "ask method-not-allowed, ask"},
		{"and clears what was there", []cacheStep{{0, put(), long, ""}, {0, method("DELETE"), nil, ""}, {0, put(), long, ""}}, "ask, ask method-not-allowed, ask"},
		{"so does an actual answer that is not shared", []cacheStep{{0, put(), long, "null"}, {0, put(), long, ""}, {0, put(), nil, ""}}, "ask acao-mismatch, ask, hit"},
		{"on a hit too", []cacheStep{{0, put(), long, ""}, {0, put(), nil, "null"}, {0, put(), long, ""}}, "ask, hit acao-mismatch, ask"},
		{"but not the failure of a request that needs no preflight", []cacheStep{{0, put(), long, ""}, {0, fetch.Request{}, nil, "null"}, {0, put(), nil, ""}}, "ask, hit acao-mismatch, hit"},
		{"the failure of one URL leaves another", []cacheStep{{0, to(api+"1", put()), long, ""}, {0, to(api+"2", put()), nil, ""}, {0, to(api+"1", put()), nil, ""}}, "ask, ask method-not-allowed, hit"},
		{"an upload listener's preflight is kept without a word on methods", []cacheStep{{0, upload(), []string{age + "60"}, ""}, {0, upload(), nil, ""}}, "ask, hit"},
		{"with a word that leaves the method out it is not", []cacheStep{{0, upload(), []string{acam + "PUT", age + "60"}, ""}, {0, upload(), []string{age + "60"}, ""}}, "ask, ask"},
		{"nor with an empty one", []cacheStep{{0, upload(), []string{acam, age + "60"}, ""}, {0, upload(), nil, ""}}, "ask, ask"},
		{"without a listener a safelisted method looks for nothing", []cacheStep{{0, fetch.Request{Method: "POST"}, nil, ""}}, "hit"},
		{"the cache modes concern the HTTP cache alone", []cacheStep{
			{0, put(), long, ""}, {0, caching(fetch.CacheNoStore, put()), nil, ""}, {0, caching(fetch.CacheReload, put()), nil, ""}, {0, caching(fetch.CacheNoCache, put()), nil, ""},
		}, "ask, hit, hit, hit"},
		{"an hour and nobody has cleaned up", []cacheStep{{0, put(), long, ""}, {time.Hour, put(), long, ""}, {time.Second, put(), nil, ""}}, "ask, ask, hit"},
	} {
		if got := tellCache(t, fetch.Standard, row.steps); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
}

func upload() fetch.Request {
	return fetch.Request{Initiator: fetch.ByXHR, UploadListener: true, Method: "POST"}
}

// uploading has a body too, though an empty one.
func uploading() fetch.Request {
	r := upload()
	r.Body = strings.NewReader("")
	return r
}

// The cache is kept apart by the site of the tab, and by the page's origin.
func TestPreflightCachePartition(t *testing.T) {
	for _, row := range []struct{ why, firstTop, first, secondTop, second, want string }{
		{"the same tab", "https://top.example", home, "https://top.example", home, "hit"},
		{"another tab of the site", "https://top.example", home, "https://www.top.example:8443", home, "hit"},
		{"a tab of another site", "https://top.example", home, "https://other.example", home, "ask"},
		{"another scheme is another site", "https://top.example", home, "http://top.example", home, "ask"},
		{"another page in the tab", "https://top.example", home, "https://top.example", "https://other.example", "ask"},
		{"a page without a tab is its own", "", home, home, home, "hit"},
	} {
		b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			return reply(200, acao+"*", acam+"PUT", "Access-Control-Max-Age: 60"), nil
		})
		for i, page := range [][2]string{{row.firstTop, row.first}, {row.secondTop, row.second}} {
			client := fetch.Client{Origin: originOf(page[1])}
			if page[0] != "" {
				client.TopLevel = originOf(page[0])
			}
			b.ask(t, fetch.Request{Client: client, URL: link(api), Method: "PUT"})
			got := map[bool]string{true: "ask", false: "hit"}[strings.HasPrefix(b.net.take(), "OPTIONS")]
			if i == 1 && got != row.want {
				t.Errorf("%s: %s, want %s", row.why, got, row.want)
			}
		}
	}
	b := open(always(200, acao+"*", acam+"PUT", "Access-Control-Max-Age: 60"))
	for range 2 {
		b.ask(t, fetch.Request{Client: fetch.Client{Origin: origin.NewOpaque()}, URL: link(api), Method: "PUT"})
		if !strings.HasPrefix(b.net.take(), "OPTIONS") {
			t.Error("two sandboxed pages share a preflight")
		}
	}
}

// A request that comes through a redirect is null, and keeps its preflights apart from the page's own.
func TestPreflightCacheTainted(t *testing.T) {
	b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		h := []string{acao + "*", acam + "PUT", "Access-Control-Max-Age: 60"}
		if r.URL.Path() == "/there" && r.Method != "OPTIONS" {
			return reply(307, append(h, "Location: https://other.example/")...), nil
		}
		return reply(200, h...), nil
	})
	const there, other = "https://api.example/there", "https://other.example/"
	for i, row := range []struct{ target, want string }{
		{other, "OPTIONS " + other + ", PUT " + other},
		{there, "OPTIONS " + there + ", PUT " + there + ", OPTIONS " + other + ", PUT " + other},
		{there, "PUT " + there + ", PUT " + other},
		{other, "PUT " + other},
	} {
		b.ask(t, fetch.Request{URL: link(row.target), Method: "PUT"})
		if got := b.net.take(); got != row.want || b.verdict() != "cors" {
			t.Errorf("step %d: %s, %s, want %s", i, b.verdict(), got, row.want)
		}
	}
}

// After redirects it is the last hop's URL whose entries are cleared, and every hop's before that.
func TestPreflightCacheClearedAfterRedirect(t *testing.T) {
	fail := false
	b := open(func(r *fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		h := []string{acao + "*", acam + "PUT", "Access-Control-Max-Age: 60"}
		switch {
		case r.URL.Path() == "/1" && r.Method == "PUT":
			return reply(307, append(h, "Location: /2")...), nil
		case r.URL.Path() == "/2" && r.Method == "PUT" && fail:
			return reply(200), nil
		}
		return reply(200, h...), nil
	})
	for i, row := range []struct {
		fail   bool
		target string
		want   string
	}{
		{false, api + "1", "OPTIONS " + api + "1, PUT " + api + "1, OPTIONS " + api + "2, PUT " + api + "2"},
		{true, api + "1", "PUT " + api + "1, PUT " + api + "2"},
		{false, api + "1", "PUT " + api + "1, OPTIONS " + api + "2, PUT " + api + "2"},
	} {
		fail = row.fail
		b.ask(t, fetch.Request{URL: link(row.target), Method: "PUT"})
		if got := b.net.take(); got != row.want {
			t.Errorf("step %d: %s, want %s", i, got, row.want)
		}
	}
}

// Each difference C1 to C10 between engines and the standard.
func TestPreflightCacheQuirks(t *testing.T) {
	const age = "Access-Control-Max-Age: "
	long := []string{acam + "PUT", acah + "x-a", age + "60"}
	aged := func(value string, after time.Duration) []cacheStep {
		return []cacheStep{{0, put(), []string{acam + "PUT", age + value}, ""}, {after, put(), []string{acam + "PUT"}, ""}}
	}
	for _, row := range []struct {
		why                                 string
		steps                               []cacheStep
		standard, chromium, firefox, webkit string
	}{
		{"C1: a negative age", aged("-1", 0), "ask, hit", "ask, ask", "ask, ask", "ask, hit"},
		{"C2: an age that cannot be parsed", aged("60.5", 0), "ask, hit", "ask, hit", "ask, ask", "ask, hit"},
		{"C2: it is five seconds", aged("60.5", 6*time.Second), "ask, ask", "ask, ask", "ask, ask", "ask, ask"},
		{"C3: a plus sign", aged("+60", 0), "ask, hit", "ask, hit", "ask, ask", "ask, hit"},
		{"C3: it is sixty seconds", aged("+60", 6*time.Second), "ask, ask", "ask, hit", "ask, ask", "ask, hit"},
		{"C4: 20 digits", aged("99999999999999999999", 0), "ask, hit", "ask, hit", "ask, hit", "ask, hit"},
		{"C4: they are long", aged("99999999999999999999", 6*time.Second), "ask, hit", "ask, ask", "ask, hit", "ask, hit"},
		{"C5: kept with credentials, used without", []cacheStep{{0, credentialed(put()), long, ""}, {0, put(), long, ""}}, "ask, hit", "ask, hit", "ask, ask", "ask, hit"},
		{"C6: a kept star, another method", []cacheStep{{0, put(), []string{acam + "*", age + "60"}, ""}, {0, method("DELETE"), []string{acam + "*"}, ""}}, "ask, hit", "ask, hit", "ask, ask", "ask, hit"},
		{"C6: a kept star, another header", []cacheStep{{0, with("X-A: 1"), []string{acah + "*", age + "60"}, ""}, {0, with("X-B: 1"), []string{acah + "*"}, ""}}, "ask, hit", "ask, hit", "ask, ask", "ask, hit"},
		{"C7: a kept star with credentials", []cacheStep{{0, credentialed(put()), []string{acam + "PUT, *", age + "60"}, ""}, {0, credentialed(method("DELETE")), []string{acam + "DELETE"}, ""}}, "ask, ask", "ask, ask", "ask, ask", "ask, ask"},
		{"C8: the request itself is blocked", []cacheStep{{0, put(), long, "null"}, {0, put(), long, ""}}, "ask acao-mismatch, ask", "ask acao-mismatch, hit", "ask acao-mismatch, ask", "ask acao-mismatch, ask"},
		{"C9: no-store", []cacheStep{{0, put(), long, ""}, {0, caching(fetch.CacheNoStore, put()), long, ""}}, "ask, hit", "ask, ask", "ask, ask", "ask, hit"},
		{"C9: reload", []cacheStep{{0, put(), long, ""}, {0, caching(fetch.CacheReload, put()), long, ""}}, "ask, hit", "ask, ask", "ask, ask", "ask, hit"},
		{"C10: no-cache", []cacheStep{{0, put(), long, ""}, {0, caching(fetch.CacheNoCache, put()), long, ""}}, "ask, hit", "ask, ask", "ask, hit", "ask, hit"},
		{"force-cache is the same in all", []cacheStep{{0, put(), long, ""}, {0, caching(fetch.CacheForceCache, put()), long, ""}}, "ask, hit", "ask, hit", "ask, hit", "ask, hit"},
		{"a failed preflight clears in all that were measured", []cacheStep{{0, put(), long, ""}, {0, method("DELETE"), nil, ""}, {0, put(), long, ""}}, "ask, ask method-not-allowed, ask", "ask, ask method-not-allowed, ask", "ask, ask method-not-allowed, ask", "ask, ask method-not-allowed, ask"},
		{"a kept star and Authorization", []cacheStep{{0, put(), []string{acam + "*", acah + "*", age + "60"}, ""}, {0, with("Authorization: x"), []string{acah + "authorization"}, ""}}, "ask, ask", "ask, ask", "ask, ask", "ask, ask"},
		{"a kept name and Authorization", []cacheStep{{0, put(), []string{acam + "PUT", acah + "authorization", age + "60"}, ""}, {0, with("Authorization: x"), nil, ""}}, "ask, hit", "ask, hit", "ask, hit", "ask, hit"},
		{"an empty list of methods and an upload listener", []cacheStep{{0, uploading(), []string{acam, age + "60"}, ""}, {0, uploading(), []string{acam}, ""}}, "ask, ask", "ask, hit", "ask, hit", "ask, ask"},
		{"an empty list without credentials, and an upload listener with them", []cacheStep{{0, uploading(), []string{acam, age + "60"}, ""}, {0, credentialed(uploading()), []string{acam}, ""}}, "ask, ask", "ask, ask", "ask, ask", "ask, ask"},
		{"no list and an upload listener", []cacheStep{{0, uploading(), []string{age + "60"}, ""}, {0, uploading(), nil, ""}}, "ask, hit", "ask, hit", "ask, hit", "ask, hit"},
		{"another fragment", []cacheStep{{0, to(api+"#a", put()), long, ""}, {0, to(api+"#b", put()), long, ""}}, "ask, ask", "ask, ask", "ask, ask", "ask, ask"},
	} {
		for p, want := range map[*fetch.Profile]string{&fetch.Standard: row.standard, &fetch.Chromium: row.chromium, &fetch.Firefox: row.firefox, &fetch.WebKit: row.webkit} {
			if got := tellCache(t, *p, row.steps); got != want {
				t.Errorf("%s in %s: %s, want %s", row.why, p.Name, got, want)
			}
		}
	}
}

// A server cannot fill the memory.
func TestPreflightCacheBounds(t *testing.T) {
	var names []string
	for i := range fetch.MaxEntriesPerKey + 100 {
		names = append(names, fmt.Sprintf("x-%d", i))
	}
	b := open(always(200, acao+"*", acam+"PUT", acah+strings.Join(names, ","), "Access-Control-Max-Age: 60"))
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
	if keys, entries := b.PreflightsKept(); keys != 1 || entries != fetch.MaxEntriesPerKey {
		t.Errorf("%d keys and %d entries, want 1 and %d", keys, entries, fetch.MaxEntriesPerKey)
	}
	b.net.answer = always(200, acao+"*", acam+"PUT", "Access-Control-Max-Age: 60")
	for i := range fetch.MaxKeys + 100 {
		b.ask(t, fetch.Request{URL: link(fmt.Sprintf("%s?%d", api, i)), Method: "PUT"})
	}
	if keys, _ := b.PreflightsKept(); keys != fetch.MaxKeys {
		t.Errorf("%d keys, want %d", keys, fetch.MaxKeys)
	}
	b.net.take()
	if b.ask(t, fetch.Request{URL: link(fmt.Sprintf("%s?%d", api, fetch.MaxKeys+99)), Method: "PUT"}); strings.HasPrefix(b.net.take(), "OPTIONS") {
		t.Error("the newest entry was dropped for an older one")
	}
}

// Nothing stays where nothing is to be kept.
func TestPreflightCacheKeepsNothing(t *testing.T) {
	for _, row := range []struct {
		why   string
		lines []string
	}{
		{"an age of zero", []string{acam + "PUT", "Access-Control-Max-Age: 0"}},
		{"nothing listed", nil},
	} {
		b := open(always(200, append(row.lines, acao+"*")...))
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
		if keys, entries := b.PreflightsKept(); keys != 0 || entries != 0 {
			t.Errorf("%s: %d keys and %d entries", row.why, keys, entries)
		}
		// Nor beside what another URL has left.
		b.net.answer = always(200, acao+"*", acam+"PUT", "Access-Control-Max-Age: 60")
		b.ask(t, fetch.Request{URL: link(api + "2"), Method: "PUT"})
		b.net.answer = always(200, append(row.lines, acao+"*")...)
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
		if keys, entries := b.PreflightsKept(); keys != 1 || entries != 1 {
			t.Errorf("%s, beside another: %d keys and %d entries, want 1 and 1", row.why, keys, entries)
		}
	}
}
