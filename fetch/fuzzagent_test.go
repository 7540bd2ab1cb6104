package fetch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// dice turn bytes into choices; all of them are the first choice once the bytes are used up.
type dice struct{ bytes []byte }

func (d *dice) roll(sides int) int {
	if len(d.bytes) == 0 {
		return 0
	}
	n := int(d.bytes[0]) % sides
	d.bytes = d.bytes[1:]
	return n
}

func pick[T any](d *dice, of ...T) T { return of[d.roll(len(of))] }

// request is any request a page may try to make.
func (d *dice) request() fetch.Request {
	infos := fetch.Initiators()
	req := fetch.Request{
		Initiator:   pick(d, fetch.ByFetch, fetch.ByXHR, infos[d.roll(len(infos))].Name),
		URL:         link(pick(d, api, home+"/", "https://www.page.example/x?y#z", "http://plain.example/", "https://u:p@page.example/", "data:,x", "foo:bar", "https://api.example:25/", "http://localhost/")),
		Method:      pick(d, "", "GET", "PUT", "POST", "HEAD", "patch", "*", "TRACE", "OPTIONS"),
		Mode:        pick(d, "", "", fetch.ModeCORS, fetch.ModeNoCORS, fetch.ModeSameOrigin, fetch.ModeNavigate),
		Credentials: pick(d, "", fetch.CredentialsInclude, fetch.CredentialsSameOrigin, fetch.CredentialsOmit),
		Redirect:    pick(d, "", "", fetch.RedirectFollow, fetch.RedirectError, fetch.RedirectManual),
		Cache:       pick(d, "", fetch.CacheDefault, fetch.CacheReload, fetch.CacheNoCache, fetch.CacheForceCache),
		CrossOrigin: pick(d, "", fetch.CrossOriginAnonymous, fetch.CrossOriginUseCredentials),

		ReferrerPolicy: pick(d, append([]fetch.ReferrerPolicy{""}, policies...)...),
		UploadListener: d.roll(5) == 1, Keepalive: d.roll(7) == 1, Stream: d.roll(7) == 1,
	}
	for range d.roll(3) {
		req.Header = append(req.Header, pick(d, headers("X-A: 1", "Authorization: x", "Content-Type: application/json", "Accept: "+strings.Repeat("a", 129),
			"Range: bytes=0-", "Cookie: a=b", "*: 1", "User-Agent: me", "DPR: 2", "X-A:")...))
	}
	if d.roll(2) == 1 {
		req.Body = strings.NewReader("body")
	}
	return req
}

// answer is anything a server may say.
func (d *dice) answer() (*fetch.NetworkResponse, error) {
	switch d.roll(40) {
	case 1:
		return nil, io.ErrUnexpectedEOF
	case 2:
		return nil, fmt.Errorf("%w: unsafe", fetch.ErrNotSent)
	case 3:
		return &fetch.NetworkResponse{}, nil
	}
	r := reply(pick(d, 200, 204, 302, 307, 303, 301, 308, 404, 500, 401, 206, 304, 101))
	for range d.roll(9) {
		r.Header = append(r.Header, pick(d, headers(
			acao+"*", acao+home, acao+"null", acao+home+"/", acac+"true", acac+"True", acam+"*", acam+"PUT, patch", acam+"(", acah+"*", acah+"x-a,authorization,content-type", acah+`"x"`,
			"Access-Control-Expose-Headers: *", "Access-Control-Expose-Headers: x y", "Access-Control-Max-Age: 60", "Access-Control-Max-Age: -1", "Access-Control-Max-Age: 99999999999999999999",
			"Location: /2", "Location: "+api, "Location: https://other.example/", "Location: "+home+"/3", "Location:", "Location: data:,x", "Location: https://u:p@other.example/", "Location: https://a b/",
			"Set-Cookie: a=b; SameSite=None; Secure", "Set-Cookie: c=d", "Cross-Origin-Resource-Policy: same-origin", "X-Content-Type-Options: nosniff", "Content-Type: text/html", "Content-Type: image/png",
			"Content-Encoding: gzip", "Referrer-Policy: no-referrer", "Timing-Allow-Origin: *", "Vary: Origin",
		)...))
	}
	r.Body = io.NopCloser(strings.NewReader("body"))
	return r, nil
}

func playDice(t *testing.T, bytes []byte) {
	d := &dice{bytes}
	p := pick(d, fetch.Profiles()...)
	page := pick(d, home+"/dir/", "http://page.example/", "null", "https://www.page.example/")
	b := openIn(p, page, nil)
	b.Cookies = new(cookie.Jar)
	b.client.AddressSpace = pick(d, "", fetch.SpacePublic, fetch.SpaceLoopback)
	b.client.COEP = pick(d, "", fetch.COEPRequireCORP, fetch.COEPCredentialless)
	if d.roll(3) == 1 {
		b.client.TopLevel = originOf("https://top.example")
	}
	if d.roll(6) == 1 {
		b.HSTS = func(string) bool { return true }
	}
	if d.roll(6) == 1 {
		b.ServiceWorker = worker(fetch.WorkerResponse{Type: pick(d, "", fetch.TypeBasic, fetch.TypeCORS, fetch.TypeOpaque, fetch.TypeOpaqueRedirect, fetch.TypeError), Status: pick(d, 200, 302, 206), Redirected: d.roll(2) == 1, RangeRequested: d.roll(2) == 1})
	}
	if d.roll(6) == 1 {
		b.Stored = func(string, *fetch.URL, wire.Header) *fetch.NetworkResponse { return reply(200, acao+"*") }
	}
	b.net.answer = func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) { return d.answer() }
	for range 1 + d.roll(3) {
		b.net.take()
		before := len(b.net.sent)
		resp, err := b.ask(t, d.request())
		checkPlayed(t, b, b.net.sent[before:], resp, err)
		b.at = b.at.Add(time.Duration(d.roll(100)) * time.Second)
	}
}

// checkPlayed: what holds of every fetch, beside what checkConsistent says.
func checkPlayed(t *testing.T, b *tab, wires []sent, resp *fetch.Response, err error) {
	t.Helper()
	actual, preflights := 0, 0
	for _, e := range b.record.Exchanges {
		if e.Kind == transcript.Preflight {
			preflights++
			if e.Method != "OPTIONS" || e.Credentials || e.Request.Contains("Cookie") || e.Request.Contains("Authorization") || !e.Request.Contains(wire.AccessControlRequestMethod) || !e.Request.Contains(wire.Origin) {
				t.Errorf("a preflight like this: %+v", e)
			}
		} else {
			actual++
		}
		if e.Hop < 0 || e.Hop > 20 {
			t.Errorf("hop %d", e.Hop)
		}
		if !e.Credentials && e.Request.Contains("Cookie") {
			t.Errorf("a cookie without credentials: %+v", e)
		}
		for _, name := range []string{wire.Origin, "Cookie", wire.Referer, wire.UserAgent, "Accept", "Accept-Encoding", "Sec-Fetch-Mode"} {
			if e.Source != transcript.FromServiceWorker && len(e.Request.Values(name)) > 1 { // a worker sees what was appended
				t.Errorf("%s twice in %v", name, e.Request)
			}
		}
	}
	// A password may be asked for once on a hop.
	if actual > 42 || preflights > 21 || len(wires) > 63 {
		t.Errorf("%d requests, %d preflights, %d on the wire", actual, preflights, len(wires))
	}
	_, marshalling := json.Marshal(b.record)
	if marshalling != nil {
		t.Errorf("the record cannot be written: %v", marshalling)
	}
	outcome := b.record.Outcome()
	var made *fetch.RequestError
	switch {
	case resp == nil:
		if errors.Is(err, fetch.ErrFailed) && outcome != transcript.Blocked && outcome != transcript.NotCORS && outcome != transcript.Unknown {
			t.Errorf("the page got nothing and the outcome is %s", outcome)
		}
		if errors.As(err, &made) && len(wires) > 0 {
			t.Errorf("%v, after %d requests", err, len(wires))
		}
	case resp.Type == fetch.TypeOpaque || resp.Type == fetch.TypeOpaqueRedirect:
		if outcome != transcript.Opaque || len(resp.Header) > 0 || resp.Status != 0 {
			t.Errorf("%s with %+v", outcome, resp)
		}
	default:
		if outcome != transcript.Allowed {
			t.Errorf("%s with %+v", outcome, resp)
		}
		for _, f := range resp.Header {
			if wire.IsForbiddenResponseHeaderName(f.Name) {
				t.Errorf("the page reads %s", f.Name)
			}
		}
	}
	if resp != nil {
		if _, err := io.ReadAll(resp.Body); err != nil && err != fetch.ErrFailed { //nolint:errorlint // nothing may be wrapped
			t.Errorf("the body says %v", err)
		}
	}
}

// The whole agent, asked anything and answered anything.
func FuzzAgent(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0})
	f.Add([]byte("cors preflight redirect redirect redirect"))
	for seed := range byte(30) {
		bytes := make([]byte, 200)
		state := uint32(seed) + 1
		for i := range bytes {
			state = state*1664525 + 1013904223
			bytes[i] = byte(state >> 24)
		}
		f.Add(bytes)
	}
	f.Fuzz(playDice)
}
