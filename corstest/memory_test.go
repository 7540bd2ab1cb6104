package corstest_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/corstest"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// What a handler sees of a request.
type seen struct {
	Method, URI, Path, RawPath, Query, Host, Proto string
	Header                                         http.Header
	Length                                         int64
	Encoding                                       []string
	Body                                           string
}

func look(r *http.Request) seen {
	body, _ := io.ReadAll(r.Body)
	return seen{
		r.Method, r.RequestURI, r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.Host, r.Proto, r.Header, r.ContentLength,
		r.TransferEncoding, string(body),
	}
}

func zipped(text string) string {
	var coded bytes.Buffer
	coder := gzip.NewWriter(&coded)
	_, err := io.WriteString(coder, text)
	if err := errors.Join(err, coder.Close()); err != nil {
		panic(err)
	}
	return coded.String()
}

// A handler cannot tell memory from a wire, and neither can the page: here stand the two side by side.
func TestMemoryIsAsTheWire(t *testing.T) {
	tests := []struct {
		why     string
		handler http.HandlerFunc
		request func(at string) *http.Request
	}{
		{"nothing said", func(http.ResponseWriter, *http.Request) {}, nil},
		{"an implicit 200, a type that is guessed", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") }, nil},
		{"guessed from what comes first, in pieces", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "\x89PNG")
			io.WriteString(w, "\x0D\x0A\x1A\x0A rest")
		}, nil},
		{"a type that is not to be guessed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			io.WriteString(w, "<html>")
		}, nil},
		{"a coded body has no type to guess", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, zipped("<html>"))
		}, nil},
		{"what is set too late", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Early", "1")
			w.WriteHeader(http.StatusCreated)
			w.Header().Set("X-Late", "1")
			w.Header().Set("X-Early", "2")
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "made")
		}, nil},
		{"what is set after the first byte", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "a")
			w.Header().Set("X-Late", "1")
		}, nil},
		{"an informational answer first", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", "</a.css>")
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
		}, nil},
		{"no body with 204", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			w.WriteHeader(http.StatusNoContent)
			_, err := io.WriteString(w, "abc")
			if !errors.Is(err, http.ErrBodyNotAllowed) {
				panic(err)
			}
		}, nil},
		{"no body with 304", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Etag", `"1"`)
			w.Header().Set("Content-Type", "text/css")
			w.WriteHeader(http.StatusNotModified)
		}, nil},
		{"HEAD of what GET gives", func(w http.ResponseWriter, _ *http.Request) {
			n, err := io.WriteString(w, "<html>")
			if n != 6 || err != nil {
				panic(err)
			}
		}, func(at string) *http.Request { return httptest.NewRequest(http.MethodHead, at+"/", nil) }},
		{"HEAD of nothing", func(http.ResponseWriter, *http.Request) {}, func(at string) *http.Request { return httptest.NewRequest(http.MethodHead, at+"/", nil) }},
		{"HEAD with a length", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "77") }, func(at string) *http.Request { return httptest.NewRequest(http.MethodHead, at+"/", nil) }},
		{"a length that is none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "many")
			io.WriteString(w, "abc")
		}, nil},
		{"more than promised", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			io.WriteString(w, "abc")
			if _, err := io.WriteString(w, "d"); !errors.Is(err, http.ErrContentLength) {
				panic(err)
			}
		}, nil},
		{"too long for a length", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("long ", 2000)) }, nil},
		{"nothing written, twice", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "")
			w.Header().Set("X-Late", "1")
		}, nil},
		{"nothing written to what has no body", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			if _, err := w.Write(nil); err != nil {
				panic(err)
			}
		}, nil},
		{"flushed", func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				panic(err)
			}
			io.WriteString(w, "<html>")
			w.Header().Set("X-Late", "1")
			w.(http.Flusher).Flush()
		}, nil},
		{"headers twice, odd names, line breaks", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("X-Two", "a")
			w.Header().Add("X-Two", "b")
			w.Header()["x-small"] = []string{" s "}
			w.Header()["no name"] = []string{"x"}
			w.Header().Set("X-Split", "a\r\nSet-Cookie: b=c")
			w.Header().Set("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
		}, nil},
		{"the connection's own", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			w.Header().Set("Keep-Alive", "timeout=5")
			io.WriteString(w, "abc")
		}, nil},
		{"a coding of the handler's own", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Transfer-Encoding", "identity")
			io.WriteString(w, "abc")
		}, nil},
		{"trailers, which pages do not see", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Trailer", "X-After")
			io.WriteString(w, "abc")
			w.Header().Set("X-After", "1")
			w.Header().Set(http.TrailerPrefix+"X-More", "1")
		}, nil},
		{"the standard library's own", http.NotFound, nil},
		{"a body and headers in", nil, func(at string) *http.Request {
			r := httptest.NewRequest(http.MethodPut, at+"/a%2Fb/c?d=e&f", strings.NewReader("{}"))
			r.Header.Set("Content-Type", "application/json")
			r.Header["x-small"] = []string{"1"}
			return r
		}},
		{"POST of nothing", nil, func(at string) *http.Request { return httptest.NewRequest(http.MethodPost, at+"/", nil) }},
		{"DELETE of nothing", nil, func(at string) *http.Request { return httptest.NewRequest(http.MethodDelete, at+"/", nil) }},
		{"an address net/url would write otherwise", nil, func(at string) *http.Request { return httptest.NewRequest(http.MethodGet, at+"/a|b'(c)?{d}", nil) }},
	}
	for _, tt := range tests {
		var heard seen
		handler := func(w http.ResponseWriter, r *http.Request) {
			heard = look(r)
			if tt.handler != nil {
				tt.handler(w, r)
				return
			}
			fmt.Fprint(w, r.Header)
		}
		server := httptest.NewUnstartedServer(http.HandlerFunc(handler))
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // it says what it thinks of some handlers
		server.Start()
		page := corstest.Page(t, server.URL)
		ask := tt.request
		if ask == nil {
			ask = func(at string) *http.Request { return get(at + "/") }
		}
		type came struct {
			Status int
			Header wire.Header
			Body   string
			Heard  seen
		}
		come := func(target any) came {
			heard = seen{}
			r := page.Fetch(target, ask(server.URL)).Allowed()
			answer := r.Transcript().Exchanges[0].Response
			if answer.Contains("Date") {
				answer.Set("Date", "today")
			}
			return came{r.Transcript().Exchanges[0].Status, answer, r.Body(), heard}
		}
		if diff := cmp.Diff(come(server), come(handler)); diff != "" {
			t.Errorf("%s: (-wire +memory)\n%s", tt.why, diff)
		}
		server.Close()
	}
}

// A browser's address may be none to net/http, which then refuses in words of its own.
func TestAddressesNobodyReads(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(where))
	t.Cleanup(server.Close)
	u, err := fetch.ParseURL(server.URL + "/%zz")
	if err != nil {
		t.Fatal(err)
	}
	page := corstest.Page(t, server.URL).With(func(r *fetch.Request) { r.URL = u })
	wire := page.Fetch(server, get("/")).Status(http.StatusBadRequest)
	memory := page.Fetch(where, get(server.URL)).Status(http.StatusBadRequest)
	if diff := cmp.Diff(wire.Transcript().Exchanges[0].Response, memory.Transcript().Exchanges[0].Response); diff != "" {
		t.Errorf("(-wire +memory)\n%s", diff)
	}
	if wire.Body() != memory.Body() {
		t.Errorf("wire %q, memory %q", wire.Body(), memory.Body())
	}
}

func TestMemoryIsTheNamedHost(t *testing.T) {
	type where struct{ host, scheme, remote string }
	tests := []struct {
		address string
		want    where
		why     string
	}{
		{"https://api.example.com/items", where{"api.example.com", "https", "192.0.2.1:1234"}, "as the request says"},
		{"http://localhost:8080/items", where{"localhost:8080", "http", "192.0.2.1:1234"}, "without TLS"},
		{"/items", where{"somewhere.test", "https", "192.0.2.1:1234"}, "a path alone"},
	}
	for _, tt := range tests {
		var got where
		corstest.Page(t, app).Fetch(func(_ http.ResponseWriter, r *http.Request) {
			got = where{r.Host, "http", r.RemoteAddr}
			if r.TLS != nil && r.TLS.HandshakeComplete && r.TLS.ServerName == r.Host {
				got.scheme = "https"
			}
			if r.URL.Host != "" || r.URL.Scheme != "" || r.URL.Path != "/items" {
				t.Errorf("%s: the server sees the URL %s, want the path alone", tt.address, r.URL)
			}
		}, get(tt.address)).Requests(1)
		if got != tt.want {
			t.Errorf("%s: got %v, want %v: %s", tt.address, got, tt.want, tt.why)
		}
	}
}

func TestPanicsBreakTheConnection(t *testing.T) {
	tests := []struct {
		why     string
		handler func(http.ResponseWriter)
		says    string // to the page's network
		errs    string // of the test
	}{
		{"an error of the test", func(http.ResponseWriter) { panic("no database") }, "the handler panicked: no database", "PUT " + items + ": the handler panicked: no database"},
		{"what was written before is lost", func(w http.ResponseWriter) { fmt.Fprint(w, "half"); panic("x") }, "panicked", "panicked"},
		{"an aborted answer is meant", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, "aborted", ""},
		{"a test of the handler's own failed", func(http.ResponseWriter) { runtime.Goexit() }, "left without an answer", ""},
		{"a status that is none", func(w http.ResponseWriter) { w.WriteHeader(7) }, "invalid WriteHeader code 7", "invalid WriteHeader code 7"},
	}
	for _, tt := range tests {
		handler := func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodOptions {
				api(w, r)
				return
			}
			tt.handler(w)
		}
		f := watch(t, func(tb testing.TB) {
			r := corstest.Page(tb, app).Fetch(handler, put(items)).NotCORS(transcript.NetReset)
			if failure := r.Transcript().Exchanges[1].Failure; failure == nil || !strings.Contains(failure.Text, tt.says) {
				t.Errorf("%s: the network says %v, want %q", tt.why, failure, tt.says)
			}
		})
		if f.fatal != "" {
			t.Errorf("%s: %s", tt.why, f.fatal)
		}
		switch {
		case tt.errs == "" && f.errors == nil:
		case len(f.errors) == 1 && tt.errs != "" && strings.Contains(f.errors[0], tt.errs) && strings.Contains(f.errors[0], "memory_test.go"):
		default:
			t.Errorf("%s: the test's errors are %q, want %q and where", tt.why, f.errors, tt.errs)
		}
	}
}

func TestPanicAfterTheHeadCutsTheBody(t *testing.T) {
	f := watch(t, func(tb testing.TB) {
		r := corstest.Page(tb, other).Fetch(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.(http.Flusher).Flush()
			panic("late")
		}, get(items)).Allowed()
		r.Body()
	})
	if !strings.Contains(f.fatal, "breaks off") || len(f.errors) != 1 {
		t.Errorf("fatal %q, errors %q: want a body that breaks off, and the panic", f.fatal, f.errors)
	}
}

// An EventSource takes the head and lets go; the handler hears of it.
func TestStreamsEnd(t *testing.T) {
	left, refused := make(chan struct{}), make(chan error, 1)
	stream := func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		w.Header().Set("Access-Control-Allow-Origin", app)
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "data: 1\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		_, err := io.WriteString(w, "data: 2\n\n")
		refused <- err
	}
	corstest.Page(t, app).By(fetch.ByEventSource).Fetch(stream, get(items)).Allowed()
	<-left
	if err := <-refused; !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the handler wrote on: %v", err)
	}
}

// Once the page has let go, and the test may be over, a handler may do as it likes.
func TestLatePanicsAreNobodys(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			f := watch(t, func(tb testing.TB) {
				corstest.Page(tb, app).By(fetch.ByEventSource).Fetch(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Access-Control-Allow-Origin", app)
					w.Header().Set("Content-Type", "text/event-stream")
					w.(http.Flusher).Flush()
					<-r.Context().Done()
					panic("late")
				}, get(items)).Allowed()
			})
			synctest.Wait() // for the handler
			if f.fatal != "" || f.errors != nil {
				t.Errorf("%s %q", f.fatal, f.errors)
			}
		})
	}
}

// A stream needs HTTP/2, which memory is not.
func TestStreamsToTheServer(t *testing.T) {
	var heard seen
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodOptions {
			heard = look(r)
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	post := httptest.NewRequest(http.MethodPost, items, strings.NewReader("piece by piece"))
	stream := corstest.Page(t, app).With(func(r *fetch.Request) { r.Stream = true })
	stream.Fetch(handler, post).NotCORS(transcript.NetStreamHTTP1).Preflights(1)
	if heard.Length != -1 || !slices.Equal(heard.Encoding, []string{"chunked"}) || heard.Body != "piece by piece" || heard.Header.Get("Content-Length") != "" {
		t.Errorf("the server sees %+v", heard)
	}
}

// What is flushed in pieces arrives whole, however long it takes.
func TestPiecesArriveWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pieces := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", app)
			for n := range 100 {
				fmt.Fprintf(w, "%d ", n)
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}
		body := corstest.Page(t, app).Fetch(pieces, get(items)).Allowed().Body()
		if !strings.HasPrefix(body, "0 1 2 ") || !strings.HasSuffix(body, " 98 99 ") {
			t.Errorf("read %q", body)
		}
	})
}

func TestCodedBodiesAreRead(t *testing.T) {
	coded := func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Errorf("Accept-Encoding is %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Access-Control-Allow-Origin", app)
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, zipped("hello"))
	}
	if body := corstest.Page(t, app).Fetch(coded, get(items)).Allowed().Body(); body != "hello" {
		t.Errorf("read %q", body)
	}
}
