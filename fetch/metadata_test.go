package fetch_test

import (
	"testing"

	"github.com/corscope/corscope/fetch"
)

func TestFetchMetadata(t *testing.T) {
	const api, sub = "https://api.example", "https://www.page.example"
	for _, row := range []struct {
		why, page        string
		chain            []string
		req              fetch.Request
		dest, mode, site string
	}{
		{"at home", home, []string{home}, fetch.Request{}, "empty", "cors", "same-origin"},
		{"another origin of the site", home, []string{sub}, fetch.Request{}, "empty", "cors", "same-site"},
		{"another port", home, []string{home + ":8443"}, fetch.Request{}, "empty", "cors", "same-site"},
		{"another site", home, []string{api}, fetch.Request{}, "empty", "cors", "cross-site"},
		{"a redirect away", home, []string{home, api}, fetch.Request{}, "empty", "cors", "cross-site"},
		{"a redirect back home does not wash", home, []string{api, home}, fetch.Request{}, "empty", "cors", "cross-site"},
		{"a redirect back home within the site", home, []string{sub, home}, fetch.Request{}, "empty", "cors", "same-site"},
		{"same-site and then cross-site", home, []string{sub, api}, fetch.Request{}, "empty", "cors", "cross-site"},
		{"mode no-cors", home, []string{api}, fetch.Request{Mode: fetch.ModeNoCORS}, "empty", "no-cors", "cross-site"},
		{"mode same-origin", home, []string{home}, fetch.Request{Mode: fetch.ModeSameOrigin}, "empty", "same-origin", "same-origin"},
		{"an image", home, []string{api}, fetch.Request{Initiator: fetch.ByImage}, "image", "no-cors", "cross-site"},
		{"a font", home, []string{api}, fetch.Request{Initiator: fetch.ByFont}, "font", "cors", "cross-site"},
		{"a navigation", home, []string{api}, fetch.Request{Initiator: fetch.ByNavigation}, "document", "navigate", "cross-site"},
		{"a WebSocket has no destination", home, []string{"wss://api.example"}, fetch.Request{Initiator: fetch.ByWebSocket}, "empty", "websocket", "cross-site"},
		{"a sandboxed page is a stranger everywhere", "null", []string{api}, fetch.Request{}, "empty", "cors", "cross-site"},
		{"a plain URL is told nothing", "http://plain.example/", []string{"http://api.example"}, fetch.Request{}, "absent", "absent", "absent"},
		{"loopback is trustworthy", "http://localhost:1/", []string{"http://localhost:2"}, fetch.Request{}, "empty", "cors", "same-site"},
		{"a scheme apart is a site apart", "http://page.example/", []string{home}, fetch.Request{}, "empty", "cors", "cross-site"},
	} {
		var answers []*fetch.NetworkResponse
		for _, next := range row.chain[1:] {
			answers = append(answers, reply(302, "Access-Control-Allow-Origin: *", "Location: "+next+"/"))
		}
		b := openIn(fetch.Standard, row.page, turns(append(answers, reply(200, "Access-Control-Allow-Origin: *"))...))
		row.req.URL = link(row.chain[0] + "/")
		b.ask(t, row.req)
		last := b.net.last()
		if dest, mode, site := last.get("Sec-Fetch-Dest"), last.get("Sec-Fetch-Mode"), last.get("Sec-Fetch-Site"); dest != row.dest || mode != row.mode || site != row.site {
			t.Errorf("%s: %s %s %s, want %s %s %s", row.why, dest, mode, site, row.dest, row.mode, row.site)
		}
	}
}
