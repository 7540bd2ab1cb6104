package browsers

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// spoil changes one thing about one answer. It may be no harm.
func (m *maker) spoil() {
	r := m.c.Asks[0].Request
	hop := m.IntN(len(m.chain))
	if m.in(60) {
		hop = 0
	}
	preflight, actual := &m.c.Answers[2*hop], &m.c.Answers[2*hop+1]
	either := actual
	if m.in(45) {
		either = preflight
	}
	switch m.IntN(8) {
	case 0, 1:
		put(&either.Header, wire.AccessControlAllowOrigin, pick(m.dice, allowOrigins(m.c.Page.Origin)...)...)
	case 2:
		put(&either.Header, wire.AccessControlAllowCredentials, pick(m.dice, allowCredentials...)...)
	case 3, 4:
		put(&preflight.Header, wire.AccessControlAllowMethods, pick(m.dice, allowMethods(fetch.NormalizeMethod(r.Method))...)...)
	case 5:
		put(&preflight.Header, wire.AccessControlAllowHeaders, pick(m.dice, allowHeaders(m.names())...)...)
	case 6:
		preflight.Status = pick(m.dice, badPreflights...)
		if preflight.Status/100 == 3 && m.in(70) {
			put(&preflight.Header, wire.Location, m.chain[0])
		}
	case 7:
		m.mislead(hop)
	}
}

// mislead makes a redirect of an answer, or a stranger one of a redirect.
func (m *maker) mislead(hop int) {
	a := &m.c.Answers[2*hop+1]
	elsewhere := pick(m.dice, m.chain...)
	simple := m.c.Asks[0].Request.Method == "GET" && m.c.Asks[0].Request.Headers == nil &&
		!m.c.Asks[0].Request.UploadListener && !m.c.Asks[0].Request.Keepalive // Chromium gives a keepalive one redirect less
	kind := m.IntN(4)
	if kind == 2 && !simple { // an address that is asked twice brings in the preflight cache
		kind = 3
	}
	switch kind {
	case 0: // to two places
		a.Status = draw(m.dice, redirects)
		put(&a.Header, wire.Location, elsewhere, m.at("third")+"/nowhere")
	case 1: // once to where it is
		again := *a
		again.Header = a.Header.Clone()
		a.Status = pick(m.dice, 302, 307)
		put(&a.Header, wire.Location, "")
		put(&a.Header, "Cache-Control", "no-store")
		m.c.Answers = slices.Insert(m.c.Answers, 2*hop+2, again)
		m.chain = m.chain[:min(len(m.chain), hop+1)] // what stands behind is not spoilt any more
	case 2: // round and round
		a.Status = pick(m.dice, 302, 303, 307)
		put(&a.Header, wire.Location, m.chain[0])
		put(&a.Header, "Cache-Control", "no-store")
		put(&m.c.Answers[1].Header, "Cache-Control", "no-store") // or the second time it comes from the HTTP cache
	case 3:
		a.Status = draw(m.dice, redirects)
		put(&a.Header, wire.Location, pick(m.dice, oddLocations...)...)
		put(&a.Header, "Cache-Control", "no-store")
		if location, ok := a.Header.Get(wire.Location); ok && location == "" { // it would go round for ever, as above
			put(&a.Header, wire.Location)
		}
	}
}

// cookies puts one into the browser's store, and lets answers set others.
func (m *maker) cookies() {
	if m.c.Page.Origin == "null" {
		return
	}
	lines := []string{"a=1", "a=1", "a=1; SameSite=Lax", "a=1; SameSite=Strict", "a=1; Path=/", "a=1; HttpOnly", "a=1; Max-Age=600"}
	if m.secure {
		lines = []string{"a=1; SameSite=None; Secure", "a=1; SameSite=None; Secure", "a=1; Secure", "a=1; SameSite=Lax; Secure", "a=1; SameSite=Strict"}
	}
	if m.in(6) {
		url := pick(m.dice, m.chain...)
		m.c.Cookies = []conformance.Cookie{{Origin: url[:strings.LastIndexByte(url, '/')], Line: pick(m.dice, lines...)}}
	}
	for i := range m.c.Answers {
		if m.in(2) {
			line := strings.Replace(pick(m.dice, lines...), "a=1", "b=2", 1)
			m.c.Answers[i].Header = append(m.c.Answers[i].Header, field("Set-Cookie", line))
		}
	}
}

// again asks a second time: the same, or a little else.
func (m *maker) again() {
	first := m.c.Asks[0]
	ask := first
	ask.Request.Headers = slices.Clone(first.Request.Headers)
	r := &ask.Request
	for range m.IntN(3) {
		m.vary(r, ask.Initiator)
	}
	m.c.Asks = append(m.c.Asks, ask)
	if m.in(30) { // the first answer is not shared
		for i := range m.c.Answers {
			if a := m.c.Answers[i]; a.Role == conformance.ToRequest && a.URL == m.chain[0] {
				a.Header = a.Header.Clone()
				put(&a.Header, wire.AccessControlAllowOrigin, pick(m.dice, "null", "http://other.test", "foo"))
				m.c.Answers = slices.Insert(m.c.Answers, i, a)
				return
			}
		}
	}
}

// vary changes one thing about an ask.
func (m *maker) vary(r *scenario.Request, as fetch.Initiator) {
	switch m.IntN(6) {
	case 0:
		r.Method = pick(m.dice, "PUT", "DELETE", "PATCH", "GET", "POST")
		if r.Method == "GET" {
			r.Body = nil
		}
	case 1:
		if name := pick(m.dice, "X-A", "x-b", wire.Authorization); name != wire.Authorization || !r.Headers.Contains(name) {
			r.Headers = append(r.Headers, field(name, "1"))
		}
	case 2:
		if len(r.Headers) > 0 {
			r.Headers = r.Headers[1:]
		}
	case 3:
		choices := []fetch.Credentials{"", fetch.CredentialsInclude, fetch.CredentialsInclude, fetch.CredentialsOmit}
		if as == fetch.ByXHR {
			choices = choices[:3]
		}
		r.Credentials = pick(m.dice, choices...)
	case 4, 5:
		if as == "" {
			r.Cache = pick(m.dice, fetch.CacheNoStore, fetch.CacheReload, fetch.CacheNoCache, fetch.CacheDefault)
		}
	}
}
