package fetch_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/fetch"
)

// What HTML and its neighbours say of every initiator: mode, credentials and destination without a crossorigin
// attribute, and whether it has one.
var initiatorRows = []struct {
	by          fetch.Initiator
	mode        fetch.Mode
	credentials fetch.Credentials
	destination string
	attribute   bool
	method      string
}{
	{fetch.ByFetch, "cors", "same-origin", "empty", false, "GET"},
	{fetch.ByXHR, "cors", "same-origin", "empty", false, "GET"},
	{fetch.ByBeacon, "no-cors", "include", "empty", false, "POST"},
	{fetch.ByEventSource, "cors", "same-origin", "empty", true, "GET"},
	{fetch.ByWebSocket, "websocket", "include", "empty", false, "GET"},
	{fetch.ByImage, "no-cors", "include", "image", true, "GET"},
	{fetch.ByCanvas, "no-cors", "include", "image", true, "GET"},
	{fetch.ByBitmap, "no-cors", "include", "image", true, "GET"},
	{fetch.ByWebGL, "no-cors", "include", "image", true, "GET"},
	{fetch.ByVideo, "no-cors", "include", "video", true, "GET"},
	{fetch.ByVideoCanvas, "no-cors", "include", "video", true, "GET"},
	{fetch.ByAudio, "no-cors", "include", "audio", true, "GET"},
	{fetch.ByTrack, "same-origin", "same-origin", "track", true, "GET"},
	{fetch.ByScript, "no-cors", "include", "script", true, "GET"},
	{fetch.ByModule, "cors", "same-origin", "script", true, "GET"},
	{fetch.ByImport, "cors", "same-origin", "script", true, "GET"},
	{fetch.ByJSONModule, "cors", "same-origin", "json", true, "GET"},
	{fetch.ByCSSModule, "cors", "same-origin", "style", true, "GET"},
	{fetch.ByWorker, "same-origin", "same-origin", "worker", false, "GET"},
	{fetch.ByImportScripts, "no-cors", "same-origin", "script", false, "GET"},
	{fetch.ByWorklet, "cors", "same-origin", "paintworklet", false, "GET"},
	{fetch.ByStylesheet, "no-cors", "include", "style", true, "GET"},
	{fetch.ByCSSImport, "no-cors", "include", "style", false, "GET"},
	{fetch.ByCSSImage, "no-cors", "include", "image", false, "GET"},
	{fetch.ByFont, "cors", "same-origin", "font", false, "GET"},
	{fetch.ByShape, "cors", "same-origin", "image", false, "GET"},
	{fetch.ByMask, "cors", "same-origin", "image", false, "GET"},
	{fetch.ByClipPath, "cors", "same-origin", "image", false, "GET"},
	{fetch.ByPreload, "no-cors", "include", "empty", true, "GET"},
	{fetch.ByModulePreload, "cors", "same-origin", "script", true, "GET"},
	{fetch.ByManifest, "cors", "same-origin", "manifest", true, "GET"},
	{fetch.ByPrefetch, "no-cors", "include", "empty", true, "GET"},
	{fetch.ByNavigation, "navigate", "include", "document", false, "GET"},
	{fetch.ByPing, "no-cors", "include", "empty", false, "POST"},
	{fetch.ByReport, "cors", "same-origin", "report", false, "POST"},
	{fetch.ByCSPReport, "no-cors", "same-origin", "report", false, "POST"},
}

// Some initiators take one type only.
func TestRequiredTypes(t *testing.T) {
	for _, row := range []struct {
		why    string
		by     fetch.Initiator
		status int
		typ    string
		want   string
	}{
		{"a module is JavaScript", fetch.ByModule, 200, "text/javascript; charset=utf-8", "basic"},
		{"and nothing else", fetch.ByModule, 200, "application/json", "mime-blocked: Content-Type"},
		{"not even nothing", fetch.ByImport, 200, "", "mime-blocked: Content-Type"},
		{"a worklet is one too", fetch.ByWorklet, 200, "text/css", "mime-blocked: Content-Type"},
		{"a classic script may be anything but data", fetch.ByScript, 200, "application/json", "basic"},
		{"JSON by any name", fetch.ByJSONModule, 200, "application/geo+json", "basic"},
		{"but by its name", fetch.ByJSONModule, 200, "text/plain", "mime-blocked: Content-Type"},
		{"a style sheet imported as one", fetch.ByCSSModule, 200, "text/css", "basic"},
		{"is text/css", fetch.ByCSSModule, 200, "text/plain", "mime-blocked: Content-Type"},
		{"a stream of events", fetch.ByEventSource, 200, "text/event-stream;charset=utf-8", "basic"},
		{"calls itself so", fetch.ByEventSource, 200, "application/json", "mime-blocked: Content-Type"},
		{"and comes with 200", fetch.ByEventSource, 404, "text/event-stream", "mime-blocked: status"},
	} {
		b := open(always(row.status, "Content-Type: "+row.typ))
		b.ask(t, fetch.Request{Initiator: row.by, URL: link(home + "/")})
		got := ""
		if v := b.record.First(); v != nil {
			got = string(v.Code) + ": " + v.Subject
		} else if b.record.Result != nil {
			got = b.record.Result.Type
		}
		if got != row.want {
			t.Errorf("%s: %s answered %d %q: %s, want %s", row.why, row.by, row.status, row.typ, got, row.want)
		}
	}
}

func TestInitiators(t *testing.T) {
	if got, want := len(fetch.Initiators()), len(initiatorRows); got != want {
		t.Errorf("%d initiators, want %d", got, want)
	}
	for _, row := range initiatorRows {
		for _, attribute := range []fetch.CrossOrigin{"", fetch.CrossOriginAnonymous, fetch.CrossOriginUseCredentials, "nonsense"} {
			mode, credentials := row.mode, row.credentials
			if row.attribute && attribute != "" {
				mode, credentials = "cors", "same-origin"
				if attribute == fetch.CrossOriginUseCredentials {
					credentials = "include"
				}
			}
			for _, target := range []string{home, "https://api.example"} {
				status := 200
				if mode == "websocket" {
					status = 101
				}
				b := open(always(status, acao+home, acac+"true", "Content-Type: "+wantedType(row.by)))
				jar(t, b, "page.example page=1"+everywhere, "api.example api=1"+everywhere)
				b.ask(t, fetch.Request{Initiator: row.by, CrossOrigin: attribute, URL: link(target + "/")})
				name := string(row.by) + " with crossorigin " + string(attribute) + " to " + target
				if asked := b.record.Asked; asked.Mode != string(mode) || asked.Credentials != string(credentials) || asked.Initiator != string(row.by) || asked.Title == "" || asked.OnBlocked == "" || asked.OnShared == "" {
					t.Errorf("%s: %+v, want %s and %s", name, asked, mode, credentials)
				}
				if mode == "same-origin" && target != home {
					if b.verdict() != "mode-same-origin" {
						t.Errorf("%s: %s", name, b.verdict())
					}
					continue
				}
				s := b.net.last()
				if s.Method != row.method || s.get("Sec-Fetch-Dest") != row.destination || s.get("Sec-Fetch-Mode") != string(mode) || len(b.net.sent) != 1 {
					t.Errorf("%s: %s, Sec-Fetch-Dest %s and -Mode %s after %d requests, want %s, %s, %s after 1", name, s.Method, s.get("Sec-Fetch-Dest"), s.get("Sec-Fetch-Mode"), len(b.net.sent), row.method, row.destination, mode)
				}
				want := "absent"
				switch {
				case target == home:
					want = "page=1"
				case credentials == "include":
					want = "api=1"
				}
				if got := s.get("Cookie"); got != want {
					t.Errorf("%s: Cookie %s, want %s", name, got, want)
				}
				checkTaint(t, name, b, target != home && mode == "no-cors", mode)
			}
		}
	}
}

// wantedType is a MIME type that the initiator takes.
func wantedType(by fetch.Initiator) string {
	only := map[fetch.Initiator]string{
		fetch.ByModule: "text/javascript", fetch.ByImport: "text/javascript", fetch.ByWorklet: "text/javascript",
		fetch.ByModulePreload: "text/javascript", fetch.ByJSONModule: "application/json", fetch.ByEventSource: "text/event-stream",
	}
	if typ, ok := only[by]; ok {
		return typ
	}
	return "text/css"
}

// checkTaint: opaque exactly where it should be, with a word on what the page sees of it, and clean elsewhere.
func checkTaint(t *testing.T, name string, b *tab, opaque bool, mode fetch.Mode) {
	t.Helper()
	want := "basic"
	switch {
	case opaque:
		want = "opaque"
	case b.record.Exchanges[0].URL != home+"/" && mode == "cors":
		want = "cors"
	}
	r := b.record.Result
	if r == nil || r.Type != want || r.OriginClean == opaque || opaque != (r.Page != "") {
		t.Errorf("%s: %+v, %s, want %s", name, r, b.verdict(), want)
	}
}

func TestInitiatorInfo(t *testing.T) {
	seen := map[string]bool{}
	for _, info := range fetch.Initiators() {
		if found, ok := info.Name.Info(); !ok || found.Title != info.Title {
			t.Errorf("%s is not found by its name", info.Name)
		}
		if seen[string(info.Name)] || seen[info.Title] {
			t.Errorf("%s or %s is there twice", info.Name, info.Title)
		}
		seen[string(info.Name)], seen[info.Title] = true, true
		opaque := info.Mode == fetch.ModeNoCORS || info.Name == fetch.ByFetch
		if opaque != (info.OnOpaque != "") || info.OnBlocked == "" {
			t.Errorf("%s: what the page sees: %q, opaque %q", info.Name, info.OnBlocked, info.OnOpaque)
		}
		if info.UnsafeRequest && !info.Scriptable {
			t.Errorf("%s: what the page cannot choose never needs a preflight", info.Name)
		}
	}
	if info, ok := fetch.Initiator("").Info(); !ok || info.Name != fetch.ByFetch {
		t.Errorf("empty means fetch, not %s", info.Name)
	}
	if _, ok := fetch.Initiator("telepathy").Info(); ok {
		t.Error("telepathy is known")
	}
	fetch.Initiators()[0].Title = "changed"
	if fetch.Initiators()[0].Title == "changed" {
		t.Error("callers share one list")
	}
}

func TestAcceptOfInitiators(t *testing.T) {
	for _, row := range []struct {
		by   fetch.Initiator
		want string
	}{
		{fetch.ByFetch, "*/*"},
		{fetch.ByXHR, "*/*"},
		{fetch.ByEventSource, "text/event-stream"},
		{fetch.ByStylesheet, "text/css,*/*;q=0.1"},
		{fetch.ByScript, "*/*"},
		{fetch.ByNavigation, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
		{fetch.ByFont, "*/*"},
	} {
		b := open(always(200, acao+home))
		b.ask(t, fetch.Request{Initiator: row.by, URL: link(home + "/")})
		if got := b.net.last().get("Accept"); got != row.want {
			t.Errorf("%s: Accept %s, want %s", row.by, got, row.want)
		}
	}
}

// What initiators add, and what the page may not.
func TestInitiatorsOwnHeaders(t *testing.T) {
	for _, row := range []struct {
		why string
		by  fetch.Initiator
		req fetch.Request
		h   string
	}{
		{"video asks for a range from the start, which is safelisted", fetch.ByVideo, fetch.Request{CrossOrigin: fetch.CrossOriginAnonymous}, "Range: bytes=0-"},
		{"sound too", fetch.ByAudio, fetch.Request{}, "Range: bytes=0-"},
		{"a frame of a video too", fetch.ByVideoCanvas, fetch.Request{}, "Range: bytes=0-"},
		{"and cannot decode a part", fetch.ByVideo, fetch.Request{}, "Accept-Encoding: identity"},
		{"others ask for the whole", fetch.ByImage, fetch.Request{}, "Range: absent"},
		{"an EventSource wants no stored answer", fetch.ByEventSource, fetch.Request{}, "Cache-Control: no-cache"},
		{"and says so in older words", fetch.ByEventSource, fetch.Request{}, "Pragma: no-cache"},
		{"a prefetch says so", fetch.ByPrefetch, fetch.Request{}, "Sec-Purpose: prefetch"},
		{"others do not", fetch.ByPreload, fetch.Request{}, "Sec-Purpose: absent"},
		{"a preload is for something", fetch.ByPreload, fetch.Request{Destination: "font", CrossOrigin: fetch.CrossOriginAnonymous}, "Sec-Fetch-Dest: font"},
		{"others are what they are", fetch.ByImage, fetch.Request{Destination: "font"}, "Sec-Fetch-Dest: image"},
		{"a language", fetch.ByImage, fetch.Request{}, "Accept-Language: en-US,en;q=0.5"},
		{"a POST without body has a length", fetch.ByBeacon, fetch.Request{}, "Content-Length: 0"},
		{"so has a PUT", fetch.ByXHR, fetch.Request{Method: "PUT"}, "Content-Length: 0"},
		{"a DELETE has not", fetch.ByXHR, fetch.Request{Method: "DELETE"}, "Content-Length: absent"},
		{"cache mode no-cache is told to servers", fetch.ByFetch, fetch.Request{Cache: fetch.CacheNoCache}, "Cache-Control: max-age=0"},
		{"reload", fetch.ByFetch, fetch.Request{Cache: fetch.CacheReload}, "Cache-Control: no-cache"},
		{"reload in older words", fetch.ByFetch, fetch.Request{Cache: fetch.CacheReload}, "Pragma: no-cache"},
		{"no-store", fetch.ByFetch, fetch.Request{Cache: fetch.CacheNoStore}, "Pragma: no-cache"},
		{"force-cache says nothing", fetch.ByFetch, fetch.Request{Cache: fetch.CacheForceCache}, "Cache-Control: absent"},
		{"nor does default", fetch.ByFetch, fetch.Request{}, "Cache-Control: absent"},
		{"a conditional request is no-store", fetch.ByFetch, fetch.Request{Header: headers("If-Match: x")}, "Cache-Control: no-cache"},
		{"the page's own word is stronger", fetch.ByFetch, fetch.Request{Cache: fetch.CacheReload, Header: headers("Cache-Control: x", "Pragma: y")}, "Cache-Control: x"},
		{"the page's own word is stronger", fetch.ByFetch, fetch.Request{Cache: fetch.CacheReload, Header: headers("Cache-Control: x", "Pragma: y")}, "Pragma: y"},
		{"a range the page asks for", fetch.ByFetch, fetch.Request{Header: headers("Range: bytes=1-")}, "Accept-Encoding: identity"},
		{"the page's own User-Agent", fetch.ByFetch, fetch.Request{Header: headers("user-agent: me")}, "User-Agent: me"},
	} {
		b := open(always(200, acao+home))
		row.req.Initiator, row.req.URL = row.by, link(home+"/")
		b.ask(t, row.req)
		name, want, _ := strings.Cut(row.h, ": ")
		if got := b.net.last().get(name); got != want {
			t.Errorf("%s: %s: %s %s, want %s", row.why, row.by, name, got, want)
		}
	}
	b := open(always(206, acao+home))
	b.ask(t, fetch.Request{Initiator: fetch.ByVideo, CrossOrigin: fetch.CrossOriginAnonymous, URL: link(api)})
	if got := b.net.take(); got != "GET "+api || b.verdict() != "cors" {
		t.Errorf("a video's range never makes a preflight: %s, %s", got, b.verdict())
	}
}

// A beacon asks with CORS, and first, only where its type would need it.
func TestBeacon(t *testing.T) {
	for _, row := range []struct{ why, kind, want, wire string }{
		{"no type", "", "opaque", "POST " + api},
		{"a safelisted type", "text/plain;charset=UTF-8", "opaque", "POST " + api},
		{"another type", "application/json", "cors", "OPTIONS " + api + ", POST " + api},
	} {
		b := open(always(200, acao+home, acac+"true", acah+"content-type"))
		req := fetch.Request{Initiator: fetch.ByBeacon, URL: link(api), Body: strings.NewReader("x")}
		if row.kind != "" {
			req.Header = headers("Content-Type: " + row.kind)
		}
		b.ask(t, req)
		if got := b.net.take(); got != row.wire || b.verdict() != row.want {
			t.Errorf("%s: %s with %s on the wire, want %s with %s", row.why, b.verdict(), got, row.want, row.wire)
		}
	}
	b := open(always(200, acao+"*"))
	if b.ask(t, fetch.Request{Initiator: fetch.ByBeacon, URL: link(api), Header: headers("Content-Type: application/json")}); b.verdict() != "star-credentials" {
		t.Errorf("a beacon has credentials: %s", b.verdict())
	}
}

// EventSource has no unsafe-request flag: its Cache-Control never asks first.
func TestEventSource(t *testing.T) {
	b := open(always(200, acao+"*", "Content-Type: text/event-stream"))
	b.ask(t, fetch.Request{Initiator: fetch.ByEventSource, URL: link(api)})
	if got := b.net.take(); got != "GET "+api || b.verdict() != "cors" {
		t.Errorf("%s, %s", got, b.verdict())
	}
	b.ask(t, fetch.Request{Initiator: fetch.ByEventSource, URL: link(api), CrossOrigin: fetch.CrossOriginUseCredentials})
	if b.verdict() != "star-credentials" {
		t.Errorf("withCredentials and a star: %s", b.verdict())
	}
}

// The handshake of a WebSocket: no CORS, no redirects, no worker, always an Origin.
func TestWebSocketHandshake(t *testing.T) {
	b := open(always(101))
	jar(t, b, "api.example c=1"+everywhere)
	seen := map[string]bool{}
	for range 3 {
		b.ask(t, fetch.Request{Initiator: fetch.ByWebSocket, URL: link("wss://api.example/chat")})
		s := b.net.last()
		for name, want := range map[string]string{
			"Origin": home, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Cookie": "c=1",
			"Pragma": "no-cache", "Cache-Control": "no-cache",
		} {
			if got := s.get(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		key := s.get("Sec-WebSocket-Key")
		if len(key) != 24 || seen[key] {
			t.Errorf("key %q is no fresh 16 bytes", key)
		}
		seen[key] = true
		if b.verdict() != "basic" || s.URL != "https://api.example/chat" {
			t.Errorf("%s %s", b.verdict(), s.URL)
		}
	}
	b.net.answer = always(302, "Location: /2")
	if b.ask(t, fetch.Request{Initiator: fetch.ByWebSocket, URL: link("wss://api.example/chat")}); b.verdict() != "redirect-error" {
		t.Errorf("a redirect: %s", b.verdict())
	}
	plain := openIn(fetch.Standard, "http://page.example", always(101))
	if plain.ask(t, fetch.Request{Initiator: fetch.ByWebSocket, URL: link("ws://api.example:81/")}); plain.net.take() != "GET http://api.example:81/" {
		t.Errorf("ws: %s", plain.verdict())
	}
}
