package browsers

import (
	"slices"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// recipes are for what chance alone would hardly ever bring together. The rest of each scenario is left to chance.
var recipes = []func(*maker){
	(*maker).waitLong, (*maker).postAway, (*maker).upload, (*maker).comeHome, (*maker).changeCredentials, (*maker).wander, (*maker).comeBack, (*maker).stay, (*maker).keep,
}

func (m *maker) byRecipe() {
	m.kindly = true
	m.c.Page.Origin = m.at("app")
	pick(m.dice, recipes...)(m)
}

// to asks for an address at the first origin, which leads to the others.
func (m *maker) to(a conformance.Ask, names ...string) {
	for i, name := range names {
		m.chain = append(m.chain, m.at(name)+"/"+string(rune('a'+i)))
	}
	a.Request.URL = m.chain[0]
	m.c.Asks = []conformance.Ask{a}
	m.answer()
	if m.story {
		for i := range m.c.Answers {
			if m.c.Answers[i].Role == conformance.ToPreflight && !m.late {
				put(&m.c.Answers[i].Header, wire.AccessControlMaxAge, pick(m.dice, "60", "600"))
			}
		}
	}
}

// plainly makes every redirect a plain one.
func (m *maker) plainly(statuses ...int) {
	for i := range m.chain[1:] {
		a := &m.c.Answers[2*i+1]
		a.Status = pick(m.dice, statuses...)
		put(&a.Header, wire.Location, m.chain[i+1])
	}
}

func asking(method string, headers ...wire.Field) (a conformance.Ask) {
	a.Request.Method, a.Request.Headers = method, headers
	return a
}

// waitLong asks again after seven seconds, on a page of its own so that nobody else waits.
func (m *maker) waitLong() {
	m.story, m.late = true, true
	m.c.Page.URL = m.c.Page.Origin + "/late"
	m.to(asking(pick(m.dice, "PUT", "DELETE"), field("X-A", "1")), pick(m.dice, "api", "other"))
	again := m.c.Asks[0]
	again.After = 7 * time.Second
	m.c.Asks = append(m.c.Asks, again)
}

// postAway is a POST without CORS that is redirected elsewhere as it is.
func (m *maker) postAway() {
	a := asking("POST")
	a.Request.Mode = fetch.ModeNoCORS
	m.to(a, "app", pick(m.dice, "api", "other"))
	m.plainly(307, 308)
}

// upload listens to uploads, twice. The header is there so that something is kept: Firefox drops what is empty as soon
// as a hundred other preflights are kept.
func (m *maker) upload() {
	m.story = true
	a := asking(pick(m.dice, "POST", "POST", "PUT"), field("X-A", "1"))
	body := "x"
	a.Initiator, a.Request.UploadListener, a.Request.Body = fetch.ByXHR, true, &body
	m.to(a, pick(m.dice, "api", "other"))
	put(&m.c.Answers[0].Header, wire.AccessControlAllowMethods, pick(m.dice, []string{""}, []string{"PUT"}, nil)...)
	again := m.c.Asks[0]
	again.Request.Method = "POST"
	m.c.Asks = append(m.c.Asks, again)
}

// comeHome is redirected back to the page's own origin, which does not reckon with it.
func (m *maker) comeHome() {
	a := asking(pick(m.dice, "PUT", "DELETE", "POST"), field("X-A", "1"))
	if m.in(50) {
		a = asking(pick(m.dice, "PUT", "PATCH"), field("Content-Type", "application/json"))
	}
	m.to(a, pick(m.dice, "api", "other"), "app")
	m.plainly(303, 303, 307)
	put(&m.c.Answers[2].Header, wire.AccessControlAllowOrigin, pick(m.dice, []string{"null"}, []string{"foo"}, nil)...)
}

// changeCredentials asks once with credentials and once without.
func (m *maker) changeCredentials() {
	m.story = true
	a := asking(pick(m.dice, "PUT", "DELETE"))
	a.Request.Credentials = fetch.CredentialsInclude
	m.to(a, pick(m.dice, "api", "other"))
	again := m.c.Asks[0]
	again.Request.Credentials = pick(m.dice, "", fetch.CredentialsOmit)
	m.c.Asks = append(m.c.Asks, again)
	if m.in(40) {
		put(&m.c.Answers[0].Header, wire.AccessControlAllowMethods, "*, "+a.Request.Method)
		m.c.Asks[1].Request.Method = pick(m.dice, "PUT", "DELETE", "PATCH")
	}
}

// wander goes from one foreign origin to another, once or twice.
func (m *maker) wander() {
	m.story = true
	m.to(asking(pick(m.dice, "PUT", "DELETE"), field("X-A", "1")), pick(m.dice, "api", "other"), "third")
	m.plainly(307, 308)
	if m.in(50) {
		put(&m.c.Answers[3].Header, wire.AccessControlAllowOrigin, "*")
		put(&m.c.Answers[2].Header, wire.AccessControlAllowOrigin, "*")
	}
	again := m.c.Asks[0]
	again.Request.Headers = slices.Clone(again.Request.Headers)
	m.c.Asks = append(m.c.Asks, again)
	if m.in(50) { // the first time straight to where the second ends
		m.c.Asks[0].Request.URL = m.chain[1]
	}
}

// stay wants no redirect, and asks twice.
func (m *maker) stay() {
	m.story = true
	a := asking(pick(m.dice, "PUT", "DELETE"))
	a.Request.Redirect = fetch.RedirectError
	m.to(a, pick(m.dice, "api", "other"), "third")
	m.plainly(302, 307)
	put(&m.c.Answers[1].Header, "Cache-Control", "no-store")
	m.c.Asks = append(m.c.Asks, m.c.Asks[0])
}

// keep asks twice for what may be kept, or not, by its method and its cache mode.
func (m *maker) keep() {
	m.story = true
	a := asking(pick(m.dice, "HEAD", "PUT"), field("X-A", "1"))
	conditional := m.in(50)
	if conditional {
		a.Request.Headers = append(a.Request.Headers, field("If-None-Match", `"x"`))
	}
	if m.in(30) {
		a.Initiator = fetch.ByXHR
	}
	m.to(a, pick(m.dice, "api", "other"))
	if a.Request.Method == "HEAD" { // which nobody names
		put(&m.c.Answers[0].Header, wire.AccessControlAllowMethods, pick(m.dice, []string{"PUT"}, nil)...)
	}
	again := m.c.Asks[0]
	if a.Initiator == "" && !conditional {
		m.c.Asks[0].Request.Cache = pick(m.dice, fetch.CacheNoStore, fetch.CacheNoStore, "", "")
		again.Request.Cache = pick(m.dice, fetch.CacheReload, fetch.CacheNoCache, "", "")
	}
	m.c.Asks = append(m.c.Asks, again)
}

// comeBack has a cookie for a site to which another one redirects.
func (m *maker) comeBack() {
	m.secure = true
	m.c.Page.Origin = m.at("app")
	a := asking("GET")
	a.Request.Credentials = fetch.CredentialsInclude
	m.to(a, pick(m.dice, "other", "api"), pick(m.dice, "other", "app"), "api")
	m.plainly(302, 307)
	m.c.Cookies = []conformance.Cookie{{Origin: m.at("api"), Line: pick(m.dice, "a=1; SameSite=Strict", "a=1; SameSite=Lax", "a=1; SameSite=None; Secure")}}
}
