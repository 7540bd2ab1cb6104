package cors_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

// wipe does to a header what the worst of chains do.
func wipe(h http.Header) {
	clear(h)
	h["Access-Control-Allow-Origin"] = []string{"*", evil}
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", "X-Secret")
	h.Set("Vary", "Accept, accept")
}

// serveLate serves one GET on the wire, through Late or not, and gives the answer and its body.
func serveLate(t *testing.T, p cors.Policy, from string, late bool, chain http.HandlerFunc) (*http.Response, string) {
	t.Helper()
	var h http.Handler = chain
	if late {
		h = cors.Late(h)
	}
	server := httptest.NewServer(middleware(t, p).Wrap(h))
	t.Cleanup(server.Close)
	r, err := http.NewRequest(http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", from)
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// ways are all there are to have a header sent.
func ways(t *testing.T) map[string]http.HandlerFunc {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	return map[string]http.HandlerFunc{
		"WriteHeader": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"Write":       func(w http.ResponseWriter, _ *http.Request) { _, err := w.Write([]byte("body")); check(err) },
		"Write of nothing": func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(nil)
			check(err)
			wipe(w.Header()) // too late
		},
		"WriteString": func(w http.ResponseWriter, _ *http.Request) { _, err := io.WriteString(w, "body"); check(err) },
		"ReadFrom": func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("body"))
			check(err)
		},
		"ReadFrom nothing": func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader(""))
			check(err)
			wipe(w.Header()) // not too late: nothing was sent
		},
		"Flush":                 func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() },
		"flush by a controller": func(w http.ResponseWriter, _ *http.Request) { check(http.NewResponseController(w).Flush()) },
		"error":                 func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTeapot) },
		"nothing":               func(http.ResponseWriter, *http.Request) {},
	}
}

func TestLate(t *testing.T) {
	p := cors.Policy{Origins: []string{app}, ExposedHeaders: []string{"X-Total"}, ResourcePolicy: "same-site", TimingAllowOrigin: true}
	const allowed = sharedApp + "; Access-Control-Expose-Headers: X-Total; Cross-Origin-Resource-Policy: same-site; Timing-Allow-Origin: " + app + "; Vary: Accept, Origin"
	const refused = "Cross-Origin-Resource-Policy: same-site; Vary: Accept, Origin"
	for name, way := range ways(t) {
		chain := func(w http.ResponseWriter, r *http.Request) {
			wipe(w.Header())
			way(w, r)
		}
		for from, want := range map[string]string{app: allowed, evil: refused} {
			answer, _ := serveLate(t, p, from, true, chain)
			if got := policyHeaders(answer); got != want {
				t.Errorf("%s, from %s\ngot  %s\nwant %s", name, from, got, want)
			}
		}
		if answer, _ := serveLate(t, p, evil, false, chain); !strings.Contains(policyHeaders(answer), "X-Secret") {
			t.Errorf("%s: without Late, the chain has the last word; got %s", name, policyHeaders(answer))
		}
	}
}

// policyHeaders is what an answer says of other origins.
func policyHeaders(r *http.Response) string {
	h := http.Header{}
	for name, lines := range r.Header {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" || name == "Timing-Allow-Origin" || name == "Cross-Origin-Resource-Policy" {
			h[name] = lines
		}
	}
	return written(h)
}

func TestLateVary(t *testing.T) {
	for _, tt := range []struct {
		policy cors.Policy
		chain  []string
		want   []string
		why    string
	}{
		{origins(app), nil, []string{"Origin"}, "cleared"},
		{origins(app), []string{"Accept"}, []string{"Accept, Origin"}, "replaced"},
		{origins(app), []string{"Origin", "Accept", "origin , ACCEPT"}, []string{"Origin, Accept"}, "doubled"},
		{origins(app), []string{"*"}, []string{"*"}, "a star holds all"},
		{origins(app), []string{"Accept, *", "Origin"}, []string{"*"}, "wherever it stands"},
		{origins(app), []string{", ,"}, []string{"Origin"}, "commas are nothing"},
		{origins("*"), nil, nil, "the same for all: nothing to say"},
		{origins("*"), []string{"Accept"}, []string{"Accept"}, "the chain's own"},
	} {
		chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header()["Vary"] = tt.chain })
		if got := ask(middleware(t, tt.policy).Wrap(cors.Late(chain)), "GET", "/", fromApp).Header["Vary"]; !slices.Equal(got, tt.want) {
			t.Errorf("%v over %q: got %q, want %q: %s", tt.policy, tt.chain, got, tt.want, tt.why)
		}
	}
}

// What the request says does not change what was decided, however the chain changes it.
func TestLateKeepsTheDecision(t *testing.T) {
	chain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header["Origin"][0] = evil
		for _, lines := range w.Header() {
			lines[0] = evil
		}
	})
	if got := said(ask(middleware(t, origins(app)).Wrap(cors.Late(chain)), "GET", "/", fromApp)); !strings.Contains(got, sharedApp) {
		t.Errorf("got %s", got)
	}
}

// In the wrong order nobody is allowed: a mistake that the first look shows.
func TestLateInFront(t *testing.T) {
	for name, h := range map[string]http.Handler{
		"in front": cors.Late(middleware(t, origins(app)).Wrap(reached)),
		"alone":    cors.Late(reached),
	} {
		if got := ask(h, "GET", "/", fromApp); got.Header.Get("Access-Control-Allow-Origin") != "" || got.Header.Get(reachedName) == "" {
			t.Errorf("%s: %s", name, said(got))
		}
	}
}

// An answer of status 103 is sent with the policy's header, and the last one still is.
func TestLateInformational(t *testing.T) {
	var early []string
	chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		wipe(w.Header())
		w.WriteHeader(http.StatusEarlyHints)
		w.Header()["Access-Control-Allow-Origin"][0] = evil
		w.WriteHeader(http.StatusAccepted)
		wipe(w.Header())
	})
	server := httptest.NewServer(middleware(t, origins(app)).Wrap(cors.Late(chain)))
	t.Cleanup(server.Close)
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		if code == http.StatusEarlyHints {
			early = append(early, h["Access-Control-Allow-Origin"]...)
		}
		return nil
	}}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", app)
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if got := answer.Header["Access-Control-Allow-Origin"]; !slices.Equal(got, []string{app}) || answer.StatusCode != 202 {
		t.Errorf("at last: %d, %q", answer.StatusCode, got)
	}
	if !slices.Equal(early, []string{app}) {
		t.Errorf("early: %q", early)
	}
}

// What was sent is sent: from then on the header is left alone, and a long answer pays for Late once.
func TestLateOnce(t *testing.T) {
	for name, first := range map[string]func(http.ResponseWriter){
		"WriteHeader": func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"status 101":  func(w http.ResponseWriter) { w.WriteHeader(http.StatusSwitchingProtocols) },
		"Write":       func(w http.ResponseWriter) { _, _ = w.Write(nil) },
		"WriteString": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "body") },
		"ReadFrom":    func(w http.ResponseWriter) { _, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader("body")) },
		"Flush":       func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
	} {
		chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			first(w)
			w.Header().Set("Access-Control-Allow-Origin", "a trailer, say")
			_, _ = w.Write([]byte("body"))
		})
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Origin", app)
		middleware(t, origins(app)).Wrap(cors.Late(chain)).ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != "a trailer, say" {
			t.Errorf("%s: the header is changed after it was sent: %q", name, got)
		}
		if got := w.Result().Header["Access-Control-Allow-Origin"]; !slices.Equal(got, []string{app}) {
			t.Errorf("%s: sent %q", name, got)
		}
	}
}

func TestLateHead(t *testing.T) {
	chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		wipe(w.Header())
		w.Header().Set("Content-Length", "4")
	})
	got := ask(middleware(t, origins(app)).Wrap(cors.Late(chain)), "HEAD", "/", fromApp)
	if want := "200 " + sharedApp + "; Content-Length: 4; Vary: Accept, Origin"; said(got) != want {
		t.Errorf("got %s, want %s", said(got), want)
	}
}

// Who recovers below the middleware finds the policy's header.
func TestLatePanics(t *testing.T) {
	chain := cors.Late(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		wipe(w.Header())
		panic("mine")
	}))
	recovering := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() == "mine" {
				http.Error(w, "sorry", http.StatusInternalServerError)
			}
		}()
		chain.ServeHTTP(w, r)
	})
	if got := ask(middleware(t, origins(app)).Wrap(recovering), "GET", "/", fromApp); got.StatusCode != 500 || !strings.Contains(said(got), sharedApp+";") {
		t.Errorf("got %s", said(got))
	}
}

// A response with exactly the optional methods of its parts.
type (
	flushing  struct{ *unwritten }
	hijacking struct{ *unwritten }
	both      struct {
		flushing
		hijacking
	}
)

func (flushing) Flush() {}

var errHijacked = errors.New("hijacked")

func (hijacking) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, errHijacked }

func (b both) Header() http.Header         { return b.flushing.Header() }
func (b both) Write(p []byte) (int, error) { return b.flushing.Write(p) }
func (b both) WriteHeader(status int)      { b.flushing.WriteHeader(status) }

// Handlers ask for optional methods by type, and choose another way where there are none.
func TestLateHasWhatTheServerHas(t *testing.T) {
	plain := func() *unwritten { return &unwritten{header: http.Header{}} }
	shared := plain()
	for _, tt := range []struct {
		w                http.ResponseWriter
		flushes, hijacks bool
	}{
		{plain(), false, false},
		{flushing{plain()}, true, false},
		{hijacking{plain()}, false, true},
		{both{flushing{shared}, hijacking{shared}}, true, true},
	} {
		called := false
		chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			called = true
			_, flushes := w.(http.Flusher)
			hijacker, hijacks := w.(http.Hijacker)
			if flushes != tt.flushes || hijacks != tt.hijacks {
				t.Errorf("%T: flushes %v, hijacks %v", tt.w, flushes, hijacks)
			}
			if err := http.NewResponseController(w).Flush(); (err == nil) != tt.flushes || err != nil && !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("%T: flushing says %v", tt.w, err)
			}
			if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); !ok || u.Unwrap() != tt.w {
				t.Errorf("%T cannot be found", tt.w)
			}
			if hijacks {
				wipe(w.Header())
				if _, _, err := hijacker.Hijack(); !errors.Is(err, errHijacked) {
					t.Errorf("%T: hijacking says %v", tt.w, err)
				}
				if got := w.Header()["Access-Control-Allow-Origin"]; !tt.flushes && !slices.Equal(got, []string{app}) {
					t.Errorf("%T: who hijacks finds %q", tt.w, got)
				}
			}
		})
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Origin", app)
		middleware(t, origins(app)).Wrap(cors.Late(chain)).ServeHTTP(tt.w, r)
		if !called {
			t.Errorf("%T: the chain was not called", tt.w)
		}
	}
}

// sendfile is a response that knows a short way.
type sendfile struct {
	*unwritten
	read *int64
}

func (s sendfile) ReadFrom(r io.Reader) (n int64, err error) {
	n, err = io.Copy(io.Discard, r)
	*s.read += n
	return n, err
}

func TestLateReadsTheShortWay(t *testing.T) {
	var read int64
	chain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(strings.NewReader("body"), 4)) // has no WriteTo
	})
	w := sendfile{&unwritten{header: http.Header{}}, &read}
	cors.Late(chain).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if read != 4 {
		t.Errorf("the server's ReadFrom was given %d bytes", read)
	}
}
