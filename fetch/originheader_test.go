package fetch_test

import (
	"testing"

	"github.com/corscope/corscope/fetch"
)

var policies = []fetch.ReferrerPolicy{
	fetch.NoReferrer, fetch.NoReferrerWhenDowngrade, fetch.ReferrerSameOrigin, fetch.ReferrerOrigin,
	fetch.StrictOrigin, fetch.OriginWhenCrossOrigin, fetch.StrictOriginWhenCrossOrigin, fetch.UnsafeURL,
}

// Append a request Origin header, for every policy, method, mode and target.
func TestOriginHeader(t *testing.T) {
	const secure, plain = "https://page.example", "http://page.example"
	targets := []string{"https://page.example/", "http://page.example/", "https://api.example/", "http://api.example/"}
	for _, page := range []string{secure, plain} {
		for _, target := range targets {
			if page == secure && target[:5] == "http:" {
				continue // mixed content: nothing is sent; loopback below
			}
			for _, mode := range []fetch.Mode{fetch.ModeCORS, fetch.ModeNoCORS} {
				for _, method := range []string{"GET", "HEAD", "POST"} {
					for _, policy := range policies {
						// The rule again: who is told, and which policies blank it.
						cross := page+"/" != target
						want := "absent"
						switch {
						case cross && mode == fetch.ModeCORS:
							want = page
						case method == "POST":
							want = page
							if mode == fetch.ModeNoCORS && (policy == fetch.NoReferrer || policy == fetch.ReferrerSameOrigin && cross) {
								want = "null"
							}
						}
						checkOrigin(t, page, target, fetch.Request{Mode: mode, Method: method, ReferrerPolicy: policy}, want)
					}
				}
			}
		}
	}
}

// An https page that may ask over http: loopback hosts are no mixed content.
func TestOriginHeaderDowngrade(t *testing.T) {
	blanks := map[fetch.ReferrerPolicy]bool{
		fetch.NoReferrer: true, fetch.NoReferrerWhenDowngrade: true, fetch.StrictOrigin: true,
		fetch.StrictOriginWhenCrossOrigin: true, fetch.ReferrerSameOrigin: true,
	}
	for _, policy := range policies {
		want := home
		if blanks[policy] {
			want = "null"
		}
		const target = "http://localhost/"
		checkOrigin(t, home, target, fetch.Request{Mode: fetch.ModeNoCORS, Method: "POST", ReferrerPolicy: policy}, want)
		checkOrigin(t, home, target, fetch.Request{Mode: fetch.ModeNoCORS, Method: "GET", ReferrerPolicy: policy}, "absent")
		checkOrigin(t, home, target, fetch.Request{Mode: fetch.ModeCORS, Method: "POST", ReferrerPolicy: policy}, home)
		checkOrigin(t, "http://localhost", "http://127.0.0.1/", fetch.Request{Mode: fetch.ModeNoCORS, Method: "POST", ReferrerPolicy: policy},
			map[bool]string{true: "null", false: "http://localhost"}[policy == fetch.NoReferrer || policy == fetch.ReferrerSameOrigin])
	}
}

func TestOriginHeaderOfOthers(t *testing.T) {
	for _, row := range []struct {
		why, page, target string
		req               fetch.Request
		want              string
	}{
		{"mode same-origin, GET", home, home + "/", fetch.Request{Mode: fetch.ModeSameOrigin}, "absent"},
		{"mode same-origin, POST", home, home + "/", fetch.Request{Mode: fetch.ModeSameOrigin, Method: "POST"}, home},
		{"mode same-origin is not mode cors: the policy blanks it", home, home + "/", fetch.Request{Mode: fetch.ModeSameOrigin, Method: "POST", ReferrerPolicy: fetch.NoReferrer}, "null"},
		{"mode cors at home, PUT: the policy does not blank it", home, home + "/", fetch.Request{Method: "PUT", ReferrerPolicy: fetch.NoReferrer}, home},
		{"a WebSocket at home", home, "wss://page.example/", fetch.Request{Initiator: fetch.ByWebSocket}, home},
		{"a WebSocket elsewhere, whatever the policy", home, "wss://api.example/", fetch.Request{Initiator: fetch.ByWebSocket, ReferrerPolicy: fetch.NoReferrer}, home},
		{"a form's GET", home, "https://api.example/", fetch.Request{Initiator: fetch.ByNavigation}, "absent"},
		{"a form's POST", home, "https://api.example/", fetch.Request{Initiator: fetch.ByNavigation, Method: "POST"}, home},
		{"a form's POST under no-referrer", home, "https://api.example/", fetch.Request{Initiator: fetch.ByNavigation, Method: "POST", ReferrerPolicy: fetch.NoReferrer}, "null"},
		{"an image", home, "https://api.example/", fetch.Request{Initiator: fetch.ByImage}, "absent"},
		{"an image with crossorigin", home, "https://api.example/", fetch.Request{Initiator: fetch.ByImage, CrossOrigin: fetch.CrossOriginAnonymous}, home},
		{"a sandboxed page", "null", "https://api.example/", fetch.Request{}, "null"},
		{"a sandboxed page's no-cors GET", "null", "https://api.example/", fetch.Request{Mode: fetch.ModeNoCORS}, "absent"},
		{"a sandboxed page's POST", "null", "https://api.example/", fetch.Request{Mode: fetch.ModeNoCORS, Method: "POST"}, "null"},
	} {
		t.Run(row.why, func(t *testing.T) { checkOrigin(t, row.page, row.target, row.req, row.want) })
	}
}

func checkOrigin(t *testing.T, page, target string, req fetch.Request, want string) {
	t.Helper()
	b := openIn(fetch.Standard, page, always(200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: *"))
	req.URL = link(target)
	b.ask(t, req)
	if len(b.net.sent) == 0 {
		t.Fatalf("%s to %s, %+v: nothing sent: %s", page, target, req, b.verdict())
	}
	if got := b.net.last().get("Origin"); got != want {
		t.Errorf("%s from %s to %s, mode %s, policy %s: Origin %s, want %s", req.Method, page, target, req.Mode, req.ReferrerPolicy, got, want)
	}
}
