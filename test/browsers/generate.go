package browsers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// Generate makes scenarios by chance, without expectations: fetch() and XMLHttpRequest, most of the ways to ask and to
// answer, up to three redirects, and short stories round the preflight cache. About half of them are allowed. The same
// seed gives the same scenarios, and the first of many are the few.
//
// Left out is what browsers do of their own accord: dropped connections, WWW-Authenticate, 1xx, 408, 421 and 425, and
// headers that outlast a scenario (HSTS, Alt-Svc, Clear-Site-Data). Left out too are cookies for a tab of no origin,
// which Firefox keeps as long as the tab lives; package cookie says so.
func Generate(origins conformance.Origins, seed uint64, n int) []conformance.Case {
	list := make([]conformance.Case, n)
	for i := range list {
		m := maker{dice: newDice(seed, uint64(i)), origins: origins}
		m.c.Name = fmt.Sprintf("random/%d-%d", seed, i)
		m.c.Why = fmt.Sprintf("By chance: seed %d, scenario %d.", seed, i)
		m.c.Rule = "random"
		m.make()
		list[i] = m.c
	}
	return list
}

// A maker makes one scenario.
type maker struct {
	dice
	origins conformance.Origins
	secure  bool // all of it over https
	story   bool // several asks
	late    bool // with seven seconds in between
	kindly  bool // the servers mean well
	c       conformance.Case
	chain   []string // the addresses from hop to hop
}

func (m *maker) make() {
	if m.in(9) {
		m.byRecipe()
		return
	}
	m.story = m.in(16)
	m.kindly = m.in(45)
	m.page()
	m.c.Asks = []conformance.Ask{m.ask()}
	m.walk()
	m.answer()
	if !m.kindly {
		for range 1 + m.IntN(3) {
			m.spoil()
		}
	}
	m.stayAlive()
	m.cookies()
	if m.story {
		m.again()
	}
}

// stayAlive leaves keepalive to requests that are not redirected: Chromium goes on by itself after the page was told that
// it failed.
func (m *maker) stayAlive() {
	for _, a := range m.c.Answers {
		if a.Role == conformance.ToRequest && a.Status/100 == 3 {
			m.c.Asks[0].Request.Keepalive = false
		}
	}
}

// at is an origin of the world.
func (m *maker) at(name string) string {
	if m.secure {
		name = "s" + name
	}
	return m.origins[name]
}

func (m *maker) page() {
	p := &m.c.Page
	kind := draw(m.dice, odds[string]{{"app", 76}, {"opaque", 10}, {"secure", 7}, {"framed", 7}})
	switch kind {
	case "opaque":
		p.Origin, p.URL = "null", m.at("app")+"/"
	case "secure":
		m.secure = true
		p.Origin = m.at("app")
	case "framed":
		p.Origin, p.TopLevel = m.at("app"), m.at("other")
	default:
		p.Origin = m.at("app")
	}
	if kind == "app" && m.in(15) {
		p.ReferrerPolicy = pick(m.dice, policies...)
	}
}

func (m *maker) ask() conformance.Ask {
	var a conformance.Ask
	r := &a.Request
	if m.in(14) {
		a.Initiator = fetch.ByXHR
		r.UploadListener = m.in(20)
		r.Credentials = draw(m.dice, odds[fetch.Credentials]{{"", 60}, {fetch.CredentialsInclude, 40}})
	} else {
		r.Mode = draw(m.dice, odds[fetch.Mode]{{"", 76}, {fetch.ModeCORS, 4}, {fetch.ModeNoCORS, 13}, {fetch.ModeSameOrigin, 7}})
		r.Credentials = draw(m.dice, odds[fetch.Credentials]{
			{"", 43}, {fetch.CredentialsInclude, 40}, {fetch.CredentialsOmit, 12}, {fetch.CredentialsSameOrigin, 5},
		})
		r.Redirect = draw(m.dice, odds[fetch.Redirect]{{"", 85}, {fetch.RedirectFollow, 3}, {fetch.RedirectError, 5}, {fetch.RedirectManual, 7}})
		r.Cache = draw(m.dice, odds[fetch.Cache]{
			{"", 78}, {fetch.CacheNoStore, 6}, {fetch.CacheReload, 5}, {fetch.CacheNoCache, 6}, {fetch.CacheForceCache, 5},
		})
		if m.in(15) {
			r.ReferrerPolicy = pick(m.dice, policies...)
		}
		r.Keepalive = m.in(3)
	}
	r.Method = draw(m.dice, methods)
	switch {
	case r.Mode == fetch.ModeNoCORS:
		r.Method = draw(m.dice, simpleMethods)
	case m.story && m.in(60):
		r.Method = pick(m.dice, "PUT", "DELETE", "PATCH", "CHICKEN")
	}
	m.headers(r)
	hasBody := r.Method != "GET" && r.Method != "HEAD" && r.Method != "get" && m.in(50)
	if hasBody || m.in(1) {
		body := pick(m.dice, "x", "a=b", "", "{}")
		r.Body = &body
	}
	return a
}

func (m *maker) headers(r *scenario.Request) {
	if m.in(2) { // round the limit for all safelisted values together
		for range pick(m.dice, 8, 9) {
			r.Headers = append(r.Headers, field(pick(m.dice, "Accept", "Accept-Language", "Content-Language"), bytesOf(128)))
		}
		return
	}
	n := draw(m.dice, odds[int]{{0, 38}, {1, 34}, {2, 17}, {3, 8}, {4, 3}})
	for range n {
		f := draw(m.dice, requestHeaders)
		r.Headers = append(r.Headers, f)
		if m.in(8) { // once more, not quite the same
			f.Name = pick(m.dice, f.Name, strings.ToUpper(f.Name), strings.ToLower(f.Name))
			f.Value = pick(m.dice, f.Value, f.Value, "1", bytesOf(100), "")
			r.Headers = append(r.Headers, f)
		}
	}
	if m.story && m.in(50) {
		r.Headers = append(r.Headers, field("X-A", "1"))
	}
}

// walk chooses where the first request goes and where redirects lead.
func (m *maker) walk() {
	hops := draw(m.dice, odds[int]{{0, 56}, {1, 24}, {2, 13}, {3, 7}})
	if m.story {
		hops = draw(m.dice, odds[int]{{0, 85}, {1, 15}})
	}
	for i := range hops + 1 {
		at := m.at(draw(m.dice, odds[string]{{"app", 18}, {"api", 38}, {"other", 32}, {"third", 12}}))
		m.chain = append(m.chain, fmt.Sprintf("%s/%c", at, 'a'+i))
	}
	url := m.chain[0]
	switch {
	case m.in(5):
		url += "#fragment"
	case m.in(5) && !m.story:
		url += "?q=1"
		m.chain[0] = url
	case m.in(1) && m.c.Asks[0].Initiator == "":
		url = strings.Replace(url, "://", "://user:pass@", 1)
	}
	m.c.Asks[0].Request.URL = url
}

// answer lets every address answer as a server does that means well.
func (m *maker) answer() {
	for i, url := range m.chain {
		m.c.Answers = append(m.c.Answers, m.preflight(url, i))
		a := conformance.Answer{Role: conformance.ToRequest, URL: url, Status: draw(m.dice, statuses)}
		m.share(&a.Header, i)
		if i < len(m.chain)-1 {
			a.Status = draw(m.dice, redirects)
			m.lead(&a, i)
		} else {
			m.dress(&a.Header)
		}
		if m.story {
			put(&a.Header, "Cache-Control", "no-store")
		}
		m.c.Answers = append(m.c.Answers, a)
	}
}

// share writes what lets the page have the answer.
func (m *maker) share(h *wire.Header, hop int) {
	include := m.c.Asks[0].Request.Credentials == fetch.CredentialsInclude
	value := "{origin}"
	switch {
	case hop < 2 && m.in(30):
		value = m.c.Page.Origin
	case !include && m.in(45), include && !m.kindly && m.in(10):
		value = "*"
	}
	put(h, wire.AccessControlAllowOrigin, value)
	if include || m.in(20) {
		put(h, wire.AccessControlAllowCredentials, "true")
	}
}

// preflight is an answer that lets the page ask.
func (m *maker) preflight(url string, hop int) conformance.Answer {
	a := conformance.Answer{Role: conformance.ToPreflight, URL: url, Status: draw(m.dice, goodPreflights)}
	m.share(&a.Header, hop)
	r := m.c.Asks[0].Request
	star := r.Credentials != fetch.CredentialsInclude && m.in(30)
	method, names := fetch.NormalizeMethod(r.Method), m.names()
	switch {
	case star:
		put(&a.Header, wire.AccessControlAllowMethods, "*")
	case wire.IsCORSSafelistedMethod(method) && m.in(70):
	case m.story && m.in(50):
		put(&a.Header, wire.AccessControlAllowMethods, "PUT, DELETE, "+method)
	default:
		put(&a.Header, wire.AccessControlAllowMethods, method)
	}
	switch {
	case len(names) == 0 && m.in(80):
	case star && m.in(80):
		put(&a.Header, wire.AccessControlAllowHeaders, "*")
	default:
		put(&a.Header, wire.AccessControlAllowHeaders, strings.Join(names, ", "))
	}
	ages := maxAges
	if m.late {
		ages = lateMaxAges
	}
	if m.story || m.in(5) {
		put(&a.Header, wire.AccessControlMaxAge, pick(m.dice, ages...)...)
	}
	return a
}

// names are those of the headers the page sets, as far as they are names.
func (m *maker) names() []string {
	var names []string
	for _, f := range m.c.Asks[0].Request.Headers {
		if wire.IsToken(f.Name) && !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// lead writes where a redirect goes.
func (m *maker) lead(a *conformance.Answer, i int) {
	from, to := m.chain[i], m.chain[i+1]
	_, host, _ := strings.Cut(to, "://")
	sameOrigin := from[:strings.LastIndexByte(from, '/')] == to[:strings.LastIndexByte(to, '/')]
	location := []string{to}
	switch m.IntN(20) {
	case 0:
		location = []string{strings.Replace(to, "://", "://"+pick(m.dice, "user:pass", "user", ":pass")+"@", 1)}
	case 1:
		location = []string{strings.Replace(to, "://", "://@", 1)}
	case 2:
		location = []string{"//" + host}
	case 3:
		location = []string{to, to}
	case 4:
		location = []string{pick(m.dice, to+" \t", to+"#there")}
	case 5, 6, 7, 8:
		if sameOrigin {
			location = []string{to[strings.LastIndexByte(to, '/')+pick(m.dice, 0, 1):]}
		}
	}
	put(&a.Header, wire.Location, location...)
	if m.in(4) {
		put(&a.Header, "Referrer-Policy", pick(m.dice, redirectPolicies...))
	}
}

// dress gives the last answer headers of its own.
func (m *maker) dress(h *wire.Header) {
	fields := odds[wire.Field]{
		{field("Content-Type", pick(m.dice, "text/plain", "text/html", "application/json", "image/png")), 60},
		{field("X-A", "1"), 40},
		{field("x-b", "2"), 25},
		{field("Content-Language", "de"), 10},
		{field("Last-Modified", "Thu, 02 Jul 2026 09:00:00 GMT"), 10},
		{field("ETag", `"x"`), 10},
		{field("Pragma", "x"), 5},
		{field("Vary", "Origin"), 10},
		{field("Timing-Allow-Origin", "*"), 4},
		{field("X-Content-Type-Options", "nosniff"), 8},
		{field("X-A", "again"), 4},
	}
	for _, f := range fields {
		if m.in(f.often) {
			*h = append(*h, f.thing)
		}
	}
	if m.in(45) {
		put(h, wire.AccessControlExposeHeaders, pick(m.dice, exposeHeaders...)...)
	}
	if m.c.Asks[0].Request.Mode == fetch.ModeNoCORS && m.in(40) || m.in(3) {
		put(h, wire.CrossOriginResourcePolicy, pick(m.dice, "same-origin", "same-site", "cross-origin", "Same-Origin", "none"))
	}
}
