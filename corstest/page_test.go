package corstest_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corscope/corscope/corstest"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func ended(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// allow lets any page read, and echoes what it got.
func allow(heard *http.Header) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*heard = r.Header
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "X-Mine")
	}
}

func TestPages(t *testing.T) {
	tests := []struct {
		origin  string
		options []corstest.Option
		header  string
		want    string
		why     string
	}{
		{app, nil, "Origin", app, "the page says who it is"},
		{"null", nil, "Origin", "null", "an opaque origin is nobody"},
		{app, nil, "Referer", app + "/", "across origins the origin alone"},
		{app, []corstest.Option{corstest.ReferrerPolicy(fetch.NoReferrer)}, "Referer", "", "the page's policy"},
		{app, []corstest.Option{corstest.ReferrerPolicy(fetch.UnsafeURL), corstest.Address(app + "/a?b")}, "Referer", app + "/a?b", "the page's address"},
		{app, []corstest.Option{corstest.Profile("firefox")}, "User-Agent", fetch.Firefox.UserAgent, "the browser that was asked for"},
		{app, nil, "User-Agent", fetch.Chromium.UserAgent, "Chromium unless told"},
		{app, nil, "Sec-Fetch-Site", "same-site", "the request's own address counts"},
	}
	for _, tt := range tests {
		var heard http.Header
		page := corstest.Page(t, tt.origin, tt.options...)
		page.WithCredentials().Fetch(allow(&heard), get(items))
		if got := heard.Get(tt.header); got != tt.want {
			t.Errorf("%s: %s is %q, want %q: %s", tt.origin, tt.header, got, tt.want, tt.why)
		}
	}
}

// An opaque page stays the same nobody: what it was allowed once counts.
func TestOpaquePageHasOnePreflightCache(t *testing.T) {
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "null")
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
	}
	page := corstest.Page(t, "null", corstest.Profile("standard"))
	page.Fetch(handler, put(items)).Blocked(transcript.HeaderNotAllowed).Preflights(1)
	plain := httptest.NewRequest(http.MethodPut, items, nil)
	page.Fetch(handler, plain).Allowed().Preflights(1)
	page.Fetch(handler, plain).Allowed().PreflightCached()
}

func TestEmbedderPolicy(t *testing.T) {
	image := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") }
	corstest.Page(t, other).By(fetch.ByImage).Fetch(image, get(items)).Opaque()
	corstest.Page(t, other, corstest.EmbedderPolicy(fetch.COEPRequireCORP)).By(fetch.ByImage).Fetch(image, get(items)).NotCORS(transcript.CORPBlocked)
}

func TestNonsenseEndsTheTest(t *testing.T) {
	tests := []struct {
		test func(t testing.TB)
		said string
		why  string
	}{
		{func(t testing.TB) { corstest.Page(t, "https://app.example.com/") }, "the page's origin", "an origin has no path"},
		{func(t testing.TB) { corstest.Page(t, app, corstest.TopLevel("app")) }, "the origin of the page's tab", "no origin at all"},
		{func(t testing.TB) { corstest.Page(t, app, corstest.Address("/a")) }, "the page's address", "not absolute"},
		{func(t testing.TB) { corstest.Page(t, app, corstest.ReferrerPolicy("never")) }, `referrerPolicy is "never"`, "no such policy"},
		{func(t testing.TB) { corstest.Page(t, app, corstest.EmbedderPolicy("yes")) }, `coep is "yes"`, "no such policy"},
		{func(t testing.TB) { corstest.Page(t, app, corstest.Profile("safari")) }, `no profile "safari"`, "it is called webkit"},
		{func(t testing.TB) { corstest.NewBrowser(t, corstest.Serve("null", api)) }, `Serve: "null"`, "nobody is at null"},
		{func(t testing.TB) { corstest.NewBrowser(t, corstest.Serve("api.example", api)) }, "Serve: ", "no scheme"},
		{func(t testing.TB) { corstest.NewBrowser(t, corstest.Serve(app, 7)) }, "Serve https://app.example.com: the target is a int", "a number answers nothing"},
		{func(t testing.TB) { corstest.NewBrowser(t).SetCookie(t, "here", "a=1") }, "SetCookie", "no origin"},
		{func(t testing.TB) { corstest.NewBrowser(t).SetCookie(t, "http://a.example", "a=1; Secure") }, `the cookie "a"`, "http keeps no Secure cookie"},
		{func(t testing.TB) { corstest.Page(t, app).By("telepathy") }, `"telepathy"`, "no such initiator"},
		{func(t testing.TB) { corstest.Page(t, app).By(fetch.ByImage).Fetch(api, put(items)) }, "no page can ask that: an <img> element", "an image PUTs nothing"},
		{func(t testing.TB) {
			corstest.Page(t, app).By(fetch.ByCSSImage).With(func(r *fetch.Request) { r.Mode = fetch.ModeCORS }).Fetch(api, get(items))
		}, "no page can ask that", "a style sheet has no choice"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch(nil, get(items)) }, "the target is a <nil>", "no target"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch((*httptest.Server)(nil), get(items)) }, "not started", "no server"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch(httptest.NewUnstartedServer(nil), get(items)) }, "not started", "it does not listen"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch("api.example.com", get("/")) }, `the target "api.example.com"`, "no scheme"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch("ftp://api.example.com", get("/")) }, "no origin of a server", "not HTTP"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch("https://a.example", get(items)) }, "https://api.example.com and the target is https://a.example", "two servers at once"},
		{func(t testing.TB) { corstest.Page(t, app).Fetch(api, &http.Request{}) }, "no URL", "nothing asked"},
		{func(t testing.TB) { r := get(items); r.Host = "evil.example"; corstest.Page(t, app).Fetch(api, r) }, `Host is "evil.example"`, "the Host is the URL's"},
		{func(t testing.TB) { r := get("/"); r.Host = "api.example"; corstest.Page(t, app).Fetch(api, r) }, `Host is "api.example"`, "it would count for nothing"},
		{func(t testing.TB) {
			r := get(items)
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("x"), broken{}))
			corstest.Page(t, app).Fetch(api, r)
		}, "the request's body: broken", "the body cannot be read"},
	}
	for _, tt := range tests {
		fails(t, tt.why, tt.test, "corstest: ", tt.said)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

var errBroken = &fetch.NetworkError{Text: "broken"}

func TestWaysToAsk(t *testing.T) {
	credentialed := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "image/png")
	}
	page := corstest.Page(t, other)
	page.Fetch(credentialed, get(items)).Allowed()
	// The star is no answer to credentials, whoever asks with them.
	page.WithCredentials().Fetch(credentialed, get(items)).Blocked(transcript.StarCredentials)
	page.XHR().WithCredentials().Fetch(credentialed, get(items)).Blocked(transcript.StarCredentials)
	page.WithCredentials().By(fetch.ByImage).Fetch(credentialed, get(items)).Blocked(transcript.StarCredentials)
	page.By(fetch.ByImage).With(anonymous).Fetch(credentialed, get(items)).Allowed()
	page.By(fetch.ByImage).Fetch(credentialed, get(items)).Opaque()
	if asked := page.XHR().Fetch(credentialed, get(items)).Allowed().Transcript().Asked; asked.Initiator != "xhr" {
		t.Errorf("asked by %s, want xhr", asked.Initiator)
	}
	// Each way is a tab of its own: none changed the page.
	if asked := page.Fetch(credentialed, get(items)).Allowed().Transcript().Asked; asked.Initiator != "fetch" || asked.Mode != "cors" || asked.Credentials != "same-origin" {
		t.Errorf("asked %+v, want the defaults of fetch()", asked)
	}
	one := page.With(func(r *fetch.Request) { r.Redirect = fetch.RedirectError })
	two, three := one.With(func(r *fetch.Request) { r.Cache = fetch.CacheReload }), one.NoCORS()
	if asked := two.Fetch(credentialed, get(items)).Transcript().Asked; asked.Redirect != "error" || asked.Mode != "cors" {
		t.Errorf("asked %+v, want both changes and no third", asked)
	}
	three.Fetch(credentialed, get(items)).NotCORS(transcript.NoCORSRedirect)
}

func anonymous(r *fetch.Request) { r.CrossOrigin = fetch.CrossOriginAnonymous }

func TestARequestMayBeAskedAgain(t *testing.T) {
	page := corstest.Page(t, app)
	r := put(items)
	closed := 0
	r.Body = counted{r.Body, &closed}
	for range 2 {
		if body := page.Fetch(api, r).Allowed().Body(); body != "PUT {}" {
			t.Errorf("the server read %q", body)
		}
	}
	if closed != 1 {
		t.Errorf("the request's own body was closed %d times, want once", closed)
	}
}

type counted struct {
	io.ReadCloser
	closed *int
}

func (c counted) Close() error {
	*c.closed++
	return c.ReadCloser.Close()
}

// A test means what it says: a request that changes things is made, once.
func TestUnsafeRequestsAreSent(t *testing.T) {
	var made []string
	handler := func(w http.ResponseWriter, r *http.Request) {
		made = append(made, r.Method)
		api(w, r)
	}
	corstest.Page(t, other).Fetch(handler, httptest.NewRequest(http.MethodPost, items, strings.NewReader("x"))).Blocked(transcript.ACAOMissing)
	corstest.Page(t, app).Fetch(handler, put(items)).Allowed()
	if want := []string{"POST", "OPTIONS", "PUT"}; !slices.Equal(made, want) {
		t.Errorf("the server was asked %v, want %v", made, want)
	}
}

func TestPagesOfOneBrowserShare(t *testing.T) {
	login := func(w http.ResponseWriter, r *http.Request) {
		for _, line := range []string{"strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "none=1; SameSite=None; Secure", "plain=1"} {
			w.Header().Add("Set-Cookie", line)
		}
	}
	browser := corstest.NewBrowser(t)
	browser.Page(t, "https://api.example.com").Fetch(login, httptest.NewRequest(http.MethodPost, "https://api.example.com/login", nil)).Allowed()
	if got := len(browser.Cookies()); got != 4 {
		t.Fatalf("%d cookies kept, want 4", got)
	}
	browser.Page(t, app).WithCredentials().Fetch(api, get(items)).Allowed().CookiesSent("strict", "lax", "none", "plain")
	browser.Page(t, app).Fetch(api, get(items)).Allowed().CookiesSent()
	browser.Page(t, other).WithCredentials().Fetch(api, get(items)).CookiesSent("none").Finds(transcript.CookieWithheld)
	browser.Page(t, app, corstest.TopLevel(other)).WithCredentials().Fetch(api, get(items)).Allowed().CookiesSent("none")

	browser.Page(t, app).Fetch(api, put(items)).Preflights(1)
	browser.Page(t, app).Fetch(api, put(items)).PreflightCached()
	corstest.Page(t, app).Fetch(api, put(items)).Preflights(1) // another browser
}

func TestWebKitKeepsNoThirdPartyCookies(t *testing.T) {
	browser := corstest.NewBrowser(t, corstest.Profile("webkit"))
	browser.SetCookie(t, "https://api.example.com", "none=1; SameSite=None; Secure")
	browser.Page(t, other).WithCredentials().Fetch(api, get(items)).CookiesSent()
	browser.Page(t, app).WithCredentials().Fetch(api, get(items)).Allowed().CookiesSent("none")
}

func TestAdvance(t *testing.T) {
	browser := corstest.NewBrowser(t)
	browser.SetCookie(t, "https://api.example.com", "short=1; Max-Age=3600", "long=1; Max-Age=86400")
	page := browser.Page(t, app).WithCredentials()
	page.Fetch(api, put(items)).Preflights(1)
	browser.Advance(599 * time.Second)
	page.Fetch(api, put(items)).PreflightCached().CookiesSent("short", "long")
	browser.Advance(time.Hour)
	page.Fetch(api, put(items)).Preflights(1).CookiesSent("long")
}

// In a bubble of synctest the browser's clock is the bubble's.
func TestBubbles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := corstest.Page(t, app)
		slow := func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Minute)
			api(w, r)
		}
		page.Fetch(slow, put(items)).Allowed().Preflights(1)
		page.Fetch(slow, put(items)).PreflightCached()
		time.Sleep(10 * time.Minute)
		page.Fetch(slow, put(items)).Preflights(1)
	})
}

// A browser's page belongs to the test that opened it.
func TestPagesOfSubtests(t *testing.T) {
	outer := watch(t, func(outer testing.TB) {
		browser := corstest.NewBrowser(outer)
		inner := watch(t, func(inner testing.TB) { browser.Page(inner, other).Fetch(api, get(items)).Allowed() })
		if inner.fatal == "" {
			t.Error("the subtest passed, and its page was blocked")
		}
		browser.Page(outer, app).Fetch(api, get(items)).Allowed()
	})
	if outer.fatal != "" || outer.errors != nil {
		t.Errorf("the subtest's failure reached the outer test: %s %v", outer.fatal, outer.errors)
	}
}

func TestFetchesOfOneBrowserTakeTurns(t *testing.T) {
	browser := corstest.NewBrowser(t)
	var at, most atomic.Int32
	handler := func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), at.Add(1)))
		defer at.Add(-1)
		api(w, r)
	}
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			page, address := browser.Page(t, app), items+"?n="+string(rune('a'+n))
			if r := page.Fetch(handler, put(address)); r.Transcript().Asked.URL != address || r.Transcript().Outcome() != transcript.Allowed {
				t.Errorf("asked %s, the record is of %s: %s", address, r.Transcript().Asked.URL, r.Transcript().Outcome())
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestFetchesEndWithTheirContext(t *testing.T) {
	hangs := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	deaf := make(chan struct{})
	defer close(deaf)
	tests := []struct {
		handler http.HandlerFunc
		ctx     func(t *fake, r *http.Request) *http.Request
		why     string
	}{
		{hangs, func(t *fake, r *http.Request) *http.Request { t.ctx = soon(t); return r }, "the test's"},
		{hangs, func(t *fake, r *http.Request) *http.Request { return r.WithContext(soon(t)) }, "the request's"},
		{func(http.ResponseWriter, *http.Request) { <-deaf }, func(t *fake, r *http.Request) *http.Request { t.ctx = soon(t); return r }, "of a handler that does not listen"},
	}
	for _, tt := range tests {
		f := watch(t, func(tb testing.TB) {
			r := tt.ctx(tb.(*fake), get(items))
			if got := corstest.Page(tb, app).Fetch(tt.handler, r).Transcript().Outcome(); got != transcript.Unknown {
				t.Errorf("%s, want unknown: %s", got, tt.why)
			}
		})
		if f.fatal != "" || f.errors != nil {
			t.Errorf("%s %v: %s", f.fatal, f.errors, tt.why)
		}
	}
	if r := corstest.Page(t, app).Fetch(api, get(items).WithContext(ended(t))); r.Transcript().Outcome() != transcript.Unknown {
		t.Errorf("%s, want unknown: it was over before", r.Transcript().Outcome())
	}
	fails(t, "another fetch has the turn until the test is over", func(tb testing.TB) {
		browser := corstest.NewBrowser(tb)
		begun, release, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(over)
			browser.Page(t, app).Fetch(func(http.ResponseWriter, *http.Request) { close(begun); <-release }, get(items))
		}()
		<-begun
		defer func() { close(release); <-over }()
		browser.Page(tb, app).Fetch(api, get(items).WithContext(soon(tb)))
	}, "never had its turn")
}

func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
