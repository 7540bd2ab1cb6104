package cookie_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/origin"
)

// start is when every story begins.
var start = time.Date(2026, time.July, 2, 12, 0, 0, 0, time.UTC)

// Four browsers, as they come.
var (
	chromium    = cookie.Policy{ThirdParty: cookie.Allow, LaxByDefault: true}
	incognito   = cookie.Policy{ThirdParty: cookie.Block, LaxByDefault: true}
	firefox     = cookie.Policy{ThirdParty: cookie.PartitionAll, Schemeless: true}
	firefoxOpen = cookie.Policy{ThirdParty: cookie.Allow, Schemeless: true}
)

// A story is a jar's life: steps in order, under one policy, a second apart.
type story struct {
	name   string
	why    string
	policy cookie.Policy
	steps  []step
}

// A step stores lines or asks for a header, and says what should come of it.
type step struct {
	context cookie.Context
	after   time.Duration // passes before the step, above the second

	store    []string // Set-Cookie values
	rejected string   // "name: reason" of each, joined by "; "

	asks     bool
	sends    string // the Cookie header
	withheld string // "name: reason" of each, joined by "; "
}

func set(c cookie.Context, lines ...string) step { return step{context: c, store: lines} }

func (s step) rejects(want string) step { s.rejected = want; return s }

func ask(c cookie.Context, sends string) step { return step{context: c, asks: true, sends: sends} }

func (s step) keeps(want string) step { s.withheld = want; return s }

func (s step) later(d time.Duration) step { s.after = d; return s }

func tell(t *testing.T, stories []story) {
	t.Helper()
	for _, st := range stories {
		t.Run(st.name, func(t *testing.T) {
			var jar cookie.Jar
			now := start
			for i, s := range st.steps {
				now = now.Add(time.Second + s.after)
				if s.asks {
					sends, withheld := jar.Header(s.context, st.policy, now)
					if sends != s.sends {
						t.Errorf("step %d: sent %q, want %q\nwhy: %s", i, sends, s.sends, st.why)
					}
					if got := list(withheld); got != s.withheld {
						t.Errorf("step %d: withheld %q, want %q\nwhy: %s", i, got, s.withheld, st.why)
					}
					continue
				}
				rejected := jar.Store(s.context, st.policy, s.store, now)
				if got := listRejected(rejected); got != s.rejected {
					t.Errorf("step %d: rejected %q, want %q\nwhy: %s", i, got, s.rejected, st.why)
				}
			}
		})
	}
}

func list(withheld []cookie.Withheld) string {
	var all []string
	for _, w := range withheld {
		all = append(all, w.Name+": "+string(w.Reason))
	}
	return strings.Join(all, "; ")
}

func listRejected(rejected []cookie.Rejected) string {
	var all []string
	for _, r := range rejected {
		all = append(all, r.Name+": "+string(r.Reason))
	}
	return strings.Join(all, "; ")
}

// visit is a page asking its own server.
func visit(target string) cookie.Context {
	c := to(target)
	c.SiteForCookies = origin.New(c.Scheme, c.Host, c.Port)
	c.Initiator = c.SiteForCookies
	return c
}

// fetch is a page at the origin asking a server.
func fetch(page, target string) cookie.Context { return framed(page, page, target) }

// framed is a document at origin frame, within the page at origin top, asking a server.
func framed(top, frame, target string) cookie.Context {
	c := to(target)
	c.SiteForCookies, c.Initiator = parse(top), parse(frame)
	return c
}

// sandboxed is a sandboxed frame within the page at origin top, asking a server.
func sandboxed(top, target string) cookie.Context { return framed(top, "null", target) }

// follow is a link or form on the page at the origin, leading to target.
func follow(page, method, target string) cookie.Context {
	c := fetch(page, target)
	c.TopLevelNavigation, c.Method = true, method
	return c
}

// redirected is the request after a redirect through another site.
func redirected(c cookie.Context) cookie.Context {
	c.CrossSiteRedirect = true
	return c
}

func parse(text string) origin.Origin {
	o, err := origin.Parse(text)
	if err != nil {
		panic(err)
	}
	return o
}

func to(target string) cookie.Context {
	u, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	host, port := u.Hostname(), 0
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			panic(err)
		}
	}
	return cookie.Context{Scheme: u.Scheme, Host: host, Port: port, Path: u.Path}
}
