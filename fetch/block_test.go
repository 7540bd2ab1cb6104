package fetch_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func TestBadPorts(t *testing.T) {
	// The standard's list once more, written as ranges where it has them.
	bad := []int{
		0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 109, 110, 111, 113, 115, 117, 119,
		123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
		993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080,
	}
	for _, span := range [][2]int{{101, 104}, {512, 515}, {6665, 6669}} {
		for port := span[0]; port <= span[1]; port++ {
			bad = append(bad, port)
		}
	}
	for port := range 65536 {
		if got, want := fetch.IsBadPort(port), slices.Contains(bad, port); got != want {
			t.Errorf("port %d: bad %v, want %v", port, got, want)
		}
	}
	for _, row := range []struct{ why, target, want string }{
		{"a mail server", "https://api.example:25/", "bad-port"},
		{"at home too", home + ":6000/", "bad-port"},
		{"port 0", "https://api.example:0/", "bad-port"},
		{"any other", "https://api.example:8443/", "cors"},
		{"a WebSocket", "wss://api.example:22/", "bad-port"},
	} {
		b := open(always(200, acao+"*"))
		req := fetch.Request{URL: link(row.target)}
		if strings.HasPrefix(row.target, "wss") {
			req.Initiator = fetch.ByWebSocket
		}
		b.ask(t, req)
		if got := b.verdict(); got != row.want {
			t.Errorf("%s: %s: %s, want %s", row.why, row.target, got, row.want)
		}
	}
	b := open(turns(reply(302, "Location: https://api.example:25/"), reply(200)))
	b.get(t, home+"/")
	if b.verdict() != "bad-port" || b.record.First().Hop != 1 || b.record.Outcome() != transcript.NotCORS {
		t.Errorf("a redirect to a bad port: %s, %s", b.verdict(), b.record.Outcome())
	}
}

func TestMixedContent(t *testing.T) {
	const plain = "http://plain.example/"
	for _, row := range []struct {
		why, page, top, target string
		req                    fetch.Request
		want, wire             string
	}{
		{"a secure page, a plain target", home, "", plain, fetch.Request{}, "mixed-content", ""},
		{"with mode no-cors as well", home, "", plain, fetch.Request{Mode: fetch.ModeNoCORS}, "mixed-content", ""},
		{"a script", home, "", plain, fetch.Request{Initiator: fetch.ByScript}, "mixed-content", ""},
		{"a plain page in a secure tab", "http://frame.example", home, plain, fetch.Request{}, "mixed-content", ""},
		{"a plain page in a plain tab", "http://frame.example", "http://top.example", plain, fetch.Request{}, "cors", "GET " + plain},
		{"a navigation", home, "", plain, fetch.Request{Initiator: fetch.ByNavigation}, "basic", "GET " + plain},
		{"a WebSocket", home, "", "ws://plain.example/", fetch.Request{Initiator: fetch.ByWebSocket}, "mixed-content", ""},
		{"loopback is no mixed content", home, "", "http://localhost/", fetch.Request{}, "cors", "GET http://localhost/"},
		{"nor is its address", home, "", "http://127.9.9.9/", fetch.Request{}, "cors", "GET http://127.9.9.9/"},
		{"nor that of IPv6", home, "", "http://[::1]/", fetch.Request{}, "cors", "GET http://[::1]/"},
		{"nor a name under localhost", home, "", "http://a.localhost/", fetch.Request{}, "cors", "GET http://a.localhost/"},
		{"a local address is", home, "", "http://192.168.0.1/", fetch.Request{}, "mixed-content", ""},
		{"an image is upgraded", home, "", plain, fetch.Request{Initiator: fetch.ByImage}, "opaque", "GET https://plain.example/"},
		{"sound and video too", home, "", plain, fetch.Request{Initiator: fetch.ByVideo}, "opaque", "GET https://plain.example/"},
		{"sound and video too", home, "", plain, fetch.Request{Initiator: fetch.ByAudio}, "opaque", "GET https://plain.example/"},
		{"in a secure tab too", "http://frame.example", home, plain, fetch.Request{Initiator: fetch.ByImage}, "opaque", "GET https://plain.example/"},
		{"with its port", home, "", "http://plain.example:8080/", fetch.Request{Initiator: fetch.ByImage}, "opaque", "GET https://plain.example:8080/"},
		{"an image with crossorigin is not", home, "", plain, fetch.Request{Initiator: fetch.ByImage, CrossOrigin: fetch.CrossOriginAnonymous}, "mixed-content", ""},
		{"an address is not", home, "", "http://192.168.0.1/", fetch.Request{Initiator: fetch.ByImage}, "mixed-content", ""},
		{"an address of IPv6 is not", home, "", "http://[2001:db8::1]/", fetch.Request{Initiator: fetch.ByImage}, "mixed-content", ""},
		{"loopback needs no upgrade", home, "", "http://localhost/", fetch.Request{Initiator: fetch.ByImage}, "opaque", "GET http://localhost/"},
		{"a plain page upgrades nothing", "http://frame.example", "", plain, fetch.Request{Initiator: fetch.ByImage}, "opaque", "GET " + plain},
	} {
		t.Run(row.why, func(t *testing.T) {
			b := openIn(fetch.Standard, row.page, always(200, acao+"*"))
			if row.top != "" {
				b.client.TopLevel = originOf(row.top)
			}
			row.req.URL = link(row.target)
			b.ask(t, row.req)
			if got, sent := b.verdict(), b.net.take(); got != row.want || sent != row.wire {
				t.Errorf("%s with %q on the wire, want %s with %q", got, sent, row.want, row.wire)
			}
		})
	}
}

func TestHSTS(t *testing.T) {
	for _, row := range []struct{ why, page, target, want, wire string }{
		{"a known host", "http://page.example", "http://known.example/", "cors", "GET https://known.example/"},
		{"its port stays", "http://page.example", "http://known.example:8080/", "cors", "GET https://known.example:8080/"},
		{"another host", "http://page.example", "http://other.example/", "cors", "GET http://other.example/"},
		{"an address is never known", "http://page.example", "http://192.0.2.1/", "cors", "GET http://192.0.2.1/"},
		{"nor localhost", "http://page.example", "http://localhost/", "cors", "GET http://localhost/"},
		{"nor a name under it", "http://page.example", "http://known.localhost./", "cors", "GET http://known.localhost./"},
		// Mixed content is step 7, HSTS step 10.
		{"mixed content is looked for before", home, "http://known.example/", "mixed-content", ""},
		{"https stays", home, "https://known.example/", "cors", "GET https://known.example/"},
	} {
		b := openIn(fetch.Standard, row.page, always(200, acao+"*"))
		b.HSTS = func(host string) bool { return host != "other.example" }
		b.get(t, row.target)
		if got, sent := b.verdict(), b.net.take(); got != row.want || sent != row.wire {
			t.Errorf("%s: %s with %q on the wire, want %s with %q", row.why, got, sent, row.want, row.wire)
		}
	}
	b := openIn(fetch.Standard, "http://known.example", always(200))
	b.HSTS = func(string) bool { return true }
	if b.get(t, "http://known.example/"); b.verdict() != "acao-missing" || b.net.last().get("Origin") != "http://known.example" {
		t.Errorf("an upgrade at home makes the target foreign: %s", b.verdict())
	}
}

func TestCSP(t *testing.T) {
	var asked []string
	b := open(turns(reply(302, acao+"*", "Location: https://evil.example/"), reply(200, acao+"*")))
	b.CSP = func(u *fetch.URL, destination string) bool {
		asked = append(asked, u.String()+" as "+destination)
		return u.Host() == "evil.example"
	}
	b.ask(t, fetch.Request{Initiator: fetch.ByFont, URL: link("https://api.example/")})
	if b.verdict() != "csp-blocked" || b.record.First().Hop != 1 || len(b.net.sent) != 1 {
		t.Errorf("%s with %q on the wire", b.verdict(), b.net.take())
	}
	if want := []string{"https://api.example/ as font", "https://evil.example/ as font"}; !slices.Equal(asked, want) {
		t.Errorf("asked about %q, want %q", asked, want)
	}
}

func TestMIMEAndNosniff(t *testing.T) {
	const js = "text/javascript"
	for _, row := range []struct {
		why  string
		by   fetch.Initiator
		head []string
		want string
	}{
		{"an image is no script", fetch.ByScript, []string{"Content-Type: image/png"}, "mime-blocked"},
		{"nor is sound", fetch.ByScript, []string{"Content-Type: audio/ogg"}, "mime-blocked"},
		{"nor video", fetch.ByScript, []string{"Content-Type: VIDEO/mp4; x"}, "mime-blocked"},
		{"nor a table", fetch.ByScript, []string{"Content-Type: text/csv"}, "mime-blocked"},
		{"HTML may be", fetch.ByScript, []string{"Content-Type: text/html"}, "opaque"},
		{"no type may be", fetch.ByScript, nil, "opaque"},
		{"an image is an image", fetch.ByImage, []string{"Content-Type: image/png"}, "opaque"},
		{"imported scripts are scripts", fetch.ByImportScripts, []string{"Content-Type: text/csv"}, "mime-blocked"},
		{"worklets are", fetch.ByWorklet, []string{"Content-Type: text/csv"}, "mime-blocked"},
		{"style sheets are not", fetch.ByStylesheet, []string{"Content-Type: text/csv"}, "opaque"},
		{"nosniff and JavaScript", fetch.ByScript, []string{"X-Content-Type-Options: nosniff", "Content-Type: " + js}, "opaque"},
		{"nosniff and JavaScript's older names", fetch.ByScript, []string{"X-Content-Type-Options: nosniff", "Content-Type: Application/X-JavaScript;v=1"}, "opaque"},
		{"nosniff and HTML", fetch.ByScript, []string{"X-Content-Type-Options: nosniff", "Content-Type: text/html"}, "nosniff-blocked"},
		{"nosniff and JSON", fetch.ByScript, []string{"X-Content-Type-Options: nosniff", "Content-Type: application/json"}, "nosniff-blocked"},
		{"nosniff and no type", fetch.ByScript, []string{"X-Content-Type-Options: nosniff"}, "nosniff-blocked"},
		{"nosniff in any case", fetch.ByScript, []string{"X-Content-Type-Options: NoSniff"}, "nosniff-blocked"},
		{"the first value counts", fetch.ByScript, []string{"X-Content-Type-Options: nosniff, x"}, "nosniff-blocked"},
		{"the first value counts", fetch.ByScript, []string{"X-Content-Type-Options: x, nosniff"}, "opaque"},
		{"the first of two lines", fetch.ByScript, []string{"X-Content-Type-Options: x", "X-Content-Type-Options: nosniff"}, "opaque"},
		{"the first of two lines", fetch.ByScript, []string{"X-Content-Type-Options:", "X-Content-Type-Options: nosniff"}, "opaque"},
		{"a style sheet and CSS", fetch.ByStylesheet, []string{"X-Content-Type-Options: nosniff", "Content-Type: text/css"}, "opaque"},
		{"a style sheet and text", fetch.ByStylesheet, []string{"X-Content-Type-Options: nosniff", "Content-Type: text/plain"}, "nosniff-blocked"},
		{"a style sheet and no type", fetch.ByStylesheet, []string{"X-Content-Type-Options: nosniff"}, "nosniff-blocked"},
		{"an image is not looked at", fetch.ByImage, []string{"X-Content-Type-Options: nosniff", "Content-Type: text/html"}, "opaque"},
		{"of two types the last counts", fetch.ByScript, []string{"X-Content-Type-Options: nosniff", "Content-Type: text/html", "Content-Type: " + js}, "opaque"},
		{"of two types the last counts", fetch.ByScript, []string{"Content-Type: " + js, "Content-Type: image/png"}, "mime-blocked"},
		{"a type nobody knows is passed over", fetch.ByScript, []string{"X-Content-Type-Options: nosniff", "Content-Type: " + js + ", x"}, "opaque"},
	} {
		b := open(always(200, append(row.head, acao+"*")...))
		b.ask(t, fetch.Request{Initiator: row.by, URL: link("https://api.example/")})
		got := b.verdict()
		if got == "cors" || got == "basic" {
			got = "opaque"
		}
		if got != row.want {
			t.Errorf("%s: %s %q: %s, want %s", row.why, row.by, row.head, got, row.want)
		}
	}
	// It does not matter where the answer came from, nor whether it is shared.
	b := open(always(200, "Content-Type: image/png"))
	b.ask(t, fetch.Request{Initiator: fetch.ByScript, URL: link(home + "/")})
	if b.verdict() != "mime-blocked" || b.record.First().Phase != transcript.PhaseFilter || b.record.Outcome() != transcript.NotCORS {
		t.Errorf("at home: %s, %+v", b.verdict(), b.record.First())
	}
}

func TestRangeGuard(t *testing.T) {
	for _, row := range []struct {
		why  string
		mode fetch.Mode
		by   fetch.Initiator
		kind fetch.ResponseType
		code int
		part bool
		want string
	}{
		{"a part nobody asked for", fetch.ModeNoCORS, fetch.ByFetch, fetch.TypeOpaque, 206, true, "range-guard"},
		{"a refused part nobody asked for", fetch.ModeNoCORS, fetch.ByFetch, fetch.TypeOpaque, 416, true, "range-guard"},
		{"a whole", fetch.ModeNoCORS, fetch.ByFetch, fetch.TypeOpaque, 200, true, "opaque"},
		{"a part of an answer that was whole", fetch.ModeNoCORS, fetch.ByFetch, fetch.TypeOpaque, 206, false, "opaque"},
		{"one that asked", "", fetch.ByVideo, fetch.TypeOpaque, 206, true, "opaque"},
		{"a shared part", fetch.ModeCORS, fetch.ByFetch, fetch.TypeCORS, 206, true, "cors"},
	} {
		b := open(always(500))
		b.ServiceWorker = worker(fetch.WorkerResponse{Type: row.kind, Status: row.code, RangeRequested: row.part})
		b.ask(t, fetch.Request{URL: link("https://api.example/"), Mode: row.mode, Initiator: row.by})
		if got := b.verdict(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
	b := open(always(206))
	if b.ask(t, fetch.Request{URL: link("https://api.example/"), Mode: fetch.ModeNoCORS}); b.verdict() != "opaque" {
		t.Errorf("a server that sends a part unasked: %s: the flag is of the request", b.verdict())
	}
}

func TestOpaqueResponseBlocking(t *testing.T) {
	for _, kind := range []string{
		"text/html", "application/json", "text/json", "text/xml", "application/xml", "text/plain", "application/ld+json",
		"application/atom+xml", "image/svg+xml", "image/png", "text/css", "application/octet-stream",
	} {
		listed := !strings.HasPrefix(kind, "image/") && kind != "text/css" && kind != "application/octet-stream"
		for _, nosniff := range []bool{true, false} {
			head := []string{"Content-Type: " + kind}
			if nosniff {
				head = append(head, "X-Content-Type-Options: nosniff")
			}
			for _, p := range []fetch.Profile{fetch.Chromium, fetch.Firefox} {
				checkORB(t, p, head, listed && nosniff)
			}
		}
	}
}

// checkORB: an image's answer is kept out; fetch() takes it as opaque all the same, with a note.
func checkORB(t *testing.T, p fetch.Profile, head []string, kept bool) {
	t.Helper()
	b := openIn(p, home, always(200, head...))
	b.ask(t, fetch.Request{Initiator: fetch.ByImage, URL: link("https://api.example/")})
	if want := map[bool]string{true: "orb-blocked", false: "opaque"}[kept]; b.verdict() != want {
		t.Errorf("an image in %s, %q: %s, want %s", p.Name, head, b.verdict(), want)
	}
	b.ask(t, fetch.Request{Mode: fetch.ModeNoCORS, URL: link("https://api.example/")})
	if b.verdict() != "opaque" || (len(b.noted("orb-blocked")) == 1) != kept {
		t.Errorf("fetch() in %s, %q: %s, noted %v, want it noted: %v", p.Name, head, b.verdict(), b.noted("orb-blocked"), kept)
	}
}
