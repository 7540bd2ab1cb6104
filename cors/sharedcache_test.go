package cors_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

// A sharedCache stands between many browsers and one handler. It keeps every answer for good, and gives it to whoever
// asks for the same with the same values of the headers that Vary names.
type sharedCache struct {
	next   http.Handler
	stored map[string][]storedAnswer
	hits   int
}

type storedAnswer struct {
	asked  http.Header
	answer *http.Response
}

func (c *sharedCache) ask(r *http.Request) *http.Response {
	key := r.Method + " " + r.Host + r.URL.String()
	for _, s := range c.stored[key] {
		if s.answers(r) {
			c.hits++
			return s.answer
		}
	}
	w := httptest.NewRecorder()
	c.next.ServeHTTP(w, r.Clone(r.Context()))
	answer := w.Result()
	if answer.Header.Get("Cache-Control") == "no-store" {
		return answer
	}
	c.stored[key] = append(c.stored[key], storedAnswer{r.Header.Clone(), answer})
	return answer
}

func (s storedAnswer) answers(r *http.Request) bool {
	for _, line := range s.answer.Header["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.TrimSpace(name)
			if name == "*" || !slices.Equal(s.asked.Values(name), r.Header.Values(name)) {
				return false
			}
		}
	}
	return true
}

// browsers ask at random, and compare what the cache gives them with what the handler would say. It returns where they
// differ, at first, and how often the cache had an answer.
func browsers(h http.Handler, options bool) (wrong string, hits int) {
	cache := &sharedCache{next: h, stored: map[string][]storedAnswer{}}
	dice := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[dice.IntN(len(from))] }
	for range 3000 {
		method := "GET"
		if options {
			method = pick("GET", "OPTIONS")
		}
		r := httptest.NewRequest(method, "http://"+pick("a", "b")+".example.com/"+pick("x", "y"), nil)
		for name, value := range map[string]string{
			"Origin":                         pick("", app, evil, "https://a.example.net", "https://b.example.net", "null"),
			"X-Tenant":                       pick("", "one", "two", "three"),
			"Accept":                         pick("", "a/b"),
			"Access-Control-Request-Method":  pick("", "PUT", "PATCH"),
			"Access-Control-Request-Headers": pick("", "x-a", "x-b"),
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.Clone(r.Context()))
		fresh, cached := said(w.Result()), said(cache.ask(r))
		if fresh != cached && wrong == "" {
			wrong = fmt.Sprintf("%s %s %v\nfresh  %s\ncached %s", r.Method, r.Host, r.Header, fresh, cached)
		}
	}
	return wrong, cache.hits
}

// No page sees what was said to another, and caches are of use all the same.
func TestBehindASharedCache(t *testing.T) {
	varying := func(p cors.Policy) cors.Policy { p.PreflightVary = true; return p }
	one := varying(cors.Policy{Origins: []string{app, "https://*.example.net"}, Credentials: true, Methods: []string{"PUT"}, RequestHeaders: []string{"X-A"}, TimingAllowOrigin: true})
	two := varying(cors.Policy{Origins: []string{evil}, ExposedHeaders: []string{"X-B"}, ResourcePolicy: "same-site"})
	public := varying(cors.Policy{Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*", "Authorization"}})
	tenants := map[string]*cors.Middleware{"one": middleware(t, one), "two": middleware(t, two), "three": middleware(t, public), "": middleware(t, varying(cors.Policy{}))}
	byHeader := func(r *http.Request) *cors.Middleware { return tenants[r.Header.Get("X-Tenant")] }
	byHost := func(r *http.Request) *cors.Middleware {
		return tenants[map[string]string{"a.example.com": "one", "b.example.com": "three"}[r.Host]]
	}
	content := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // whose content is negotiated
		w.Header().Add("Vary", "Accept")
		w.Header().Set("Content-Type", r.Header.Get("Accept"))
	})
	forgetful := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // and who loses the header
		clear(w.Header())
		content(w, r)
	})
	withoutVary := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r)
			w.Header().Del("Vary")
		})
	}
	stripped := func(p cors.Policy) cors.Policy { p.PreflightVary = false; return p }
	const sound, leaks = true, false
	for _, tt := range []struct {
		name    string
		handler http.Handler
		options bool // the cache keeps answers to OPTIONS, against the rules
		want    bool
		why     string
	}{
		{"patterns", middleware(t, one).Wrap(content), true, sound, "each origin its own answer"},
		{"public", middleware(t, public).Wrap(content), true, sound, "one answer for all"},
		{"without PreflightVary", middleware(t, stripped(one)).Wrap(content), false, sound, "OPTIONS is not cached"},
		{"without PreflightVary", middleware(t, stripped(one)).Wrap(content), true, leaks, "by a cache that does so, the answer to one is given to another: what PreflightVary is for"},
		{"enforced", middleware(t, one, cors.Enforce()).Wrap(content), true, sound, "who is kept out is kept out alone"},
		{"no policy", new(cors.Middleware).Wrap(content), false, sound, "nobody is allowed"},
		{"a tenant's header, declared", cors.Select(byHeader, "X-Tenant").Wrap(content), true, sound, "each tenant its own answers"},
		{"a tenant's header, not declared", cors.Select(byHeader).Wrap(content), true, leaks, "one tenant is given another's answers"},
		{"a tenant's host", cors.Select(byHost).Wrap(content), true, sound, "hosts are apart anyway"},
		{"late", middleware(t, one).Wrap(cors.Late(forgetful)), true, sound, "put back"},
		{"not late", middleware(t, one).Wrap(forgetful), false, sound, "what was lost is lost for all: safe, and of no use"},
		{"without Vary", withoutVary(middleware(t, one).Wrap(content)), true, leaks, "the model sees it"},
	} {
		wrong, hits := browsers(tt.handler, tt.options)
		if (wrong == "") != tt.want {
			t.Errorf("%s: %s\n%s", tt.name, tt.why, wrong)
		}
		if hits < 500 {
			t.Errorf("%s: only %d of 3000 answers came from the cache: it shows nothing", tt.name, hits)
		}
	}
}
