package browsers_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// TestMiddleware puts the cases of testdata/middleware, which have no answers of their own, to every engine and to the
// browser's half in its profile. What answers both is a net/http server that wears the middleware.
func TestMiddleware(t *testing.T) {
	for _, e := range browsers.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			w := world(t)
			s := serve(t, w.Origins()["app"])
			origins := w.Origins()
			origins["server"] = s.origin
			cases := casesIn(t, filepath.Join("testdata", "middleware"), origins)
			profile, _ := fetch.ProfileNamed(e.Name)
			for _, c := range cases {
				for _, wrong := range play.RunOn(s, c, profile) {
					t.Errorf("%s, as predicted of %s: %s: %s", c.Name, e.Name, wrong, c.Why)
				}
			}
			s.letAllThrough(t)

			version := require(t, e)
			list, err := w.Run(t.Context(), e, cases)
			if err != nil {
				t.Error(err)
			}
			s.letAllThrough(t)
			arrived := s.arrived()
			refused, seen := 0, 0
			for _, o := range list {
				c := cases[slices.IndexFunc(cases, func(c conformance.Case) bool { return c.Name == o.Case })]
				o.Wire = partOf(arrived, c, o.Ask, e.Name)
				seen += len(o.Wire)
				if wrong := o.Disagreements(c); len(wrong) > 0 {
					t.Errorf("%s ask %d: %s\n%s", o.Case, o.Ask, c.Why, strings.ReplaceAll(w.Unported(o.Explain(wrong)), s.origin, "{server}"))
				}
				if o.Outcome() == transcript.Blocked && len(o.Wire) > 0 && !o.Wire[len(o.Wire)-1].Preflight {
					refused++
				}
			}
			if seen != len(arrived) || refused == 0 {
				t.Errorf("%d requests arrived, %d of them in the cases, %d were refused: want all, and some", len(arrived), seen, refused)
			}
			t.Logf("%s %s: %d scenarios, %d requests, %d reached the handler and were not shared", e.Name, version, len(list), len(arrived), refused)
		})
	}
}

// A server wears the middleware, with another policy under each folder, and writes down what comes over the wire.
type server struct {
	*http.Transport // to it, under any name
	origin          string
	actual, reached atomic.Int64 // requests that are no preflights: at the door, and at the handler behind the middleware

	mu  sync.Mutex
	log []browsers.Request
}

func serve(t *testing.T, app string) *server {
	t.Helper()
	listed := cors.Policy{
		Origins: []string{app}, Methods: []string{"PUT"}, RequestHeaders: []string{"Content-Type", "X-A"},
		ExposedHeaders: []string{"X-Total"}, MaxAge: cors.MaxAge(10 * time.Minute),
	}
	private := listed
	private.Credentials, private.MaxAge, private.Risks = true, 0, []cors.Risk{cors.InsecureOrigins}
	s := new(server)
	mux := http.NewServeMux()
	for folder, policy := range map[string]cors.Policy{"/listed/": listed, "/private/": private, "/public/": {Origins: []string{"*"}}} {
		protect, err := cors.New(policy)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle(folder, protect.Wrap(http.HandlerFunc(s.answer)))
	}
	live := httptest.NewServer(s.noting(mux))
	t.Cleanup(live.Close)
	address := live.Listener.Addr().(*net.TCPAddr)
	s.origin = fmt.Sprintf("%s:%d", conformance.DefaultOrigins()["api"], address.Port)
	s.Transport = &http.Transport{
		DisableCompression: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address.String())
		},
	}
	t.Cleanup(s.CloseIdleConnections)
	return s
}

// noting stands in front of the middleware.
func (s *server) noting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := browsers.Request{
			Preflight: r.Method == http.MethodOptions && r.Header.Get(wire.AccessControlRequestMethod) != "",
			Method:    r.Method, URL: "http://" + r.Host + r.RequestURI, Body: string(body), At: time.Now(),
		}
		for name, values := range r.Header {
			got.Header = append(got.Header, wire.Field{Name: name, Value: strings.Join(values, ", ")})
		}
		if !got.Preflight {
			s.actual.Add(1)
		}
		s.mu.Lock()
		s.log = append(s.log, got)
		s.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// answer knows nothing of CORS.
func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	s.reached.Add(1)
	w.Header().Set("X-Total", "1")
	w.Header().Set("X-Hidden", "1")
	body := []byte("x")
	switch path.Base(r.URL.Path) {
	case "login":
		w.Header().Set("Set-Cookie", "visitor=1")
	case "me":
		if _, err := r.Cookie("visitor"); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
	case "picture":
		body = browsers.Picture
	case "font":
		body = browsers.Font
	}
	w.Write(body) //nolint:errcheck // the other side may have gone
}

// letAllThrough: a request that is refused is not kept from the handler.
func (s *server) letAllThrough(t *testing.T) {
	t.Helper()
	if actual, reached := s.actual.Load(), s.reached.Load(); actual != reached {
		t.Errorf("%d requests that are no preflights came, and %d reached the handler: want all", actual, reached)
	}
}

// arrived gives what came since the last call, in order.
func (s *server) arrived() []browsers.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// Taken is [server.arrived] for [play.RunOn].
func (s *server) Taken() []play.Request {
	var list []play.Request
	for _, r := range s.arrived() {
		list = append(list, play.Request{Preflight: r.Preflight, Method: r.Method, URL: r.URL, Header: r.Header, Body: r.Body})
	}
	return list
}

// partOf is an ask's part of what arrived: no two cases have an address in common, each ask has as many requests as it
// should, and the last has the rest.
func partOf(arrived []browsers.Request, c conformance.Case, ask int, engine string) []browsers.Request {
	var own []browsers.Request
	for _, r := range arrived {
		if slices.ContainsFunc(c.Asks, func(a conformance.Ask) bool { return a.Request.URL == r.URL }) {
			own = append(own, r)
		}
	}
	for i := 1; ; i++ {
		want, _ := c.Expect(i, engine)
		n := min(len(want.Wire), len(own))
		switch {
		case i == len(c.Asks):
			return own
		case i == ask:
			return own[:n]
		}
		own = own[n:]
	}
}
