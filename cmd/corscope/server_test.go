package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// strange is a server with the habits the demo has no place for.
type strange struct {
	*httptest.Server
	mu     sync.Mutex
	counts map[string]int
}

func newStrange() *strange {
	s := &strange{counts: map[string]int{}}
	s.Server = httptest.NewServer(s)
	return s
}

func (s *strange) asked(method, path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[method+" "+path]
}

func (s *strange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.counts[r.Method+" "+r.URL.Path]++
	s.mu.Unlock()
	h := w.Header()
	origin := r.Header.Get("Origin")
	switch r.URL.Path {
	case "/open":
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("X-Total", "2")
	case "/silent":
	case "/hang":
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
	case "/secrets": // gives the page what it brought, and more, and is not to be shared with it
		h.Set("Access-Control-Allow-Origin", "https://other.example")
		h.Set("Set-Cookie", "session=topsecret-cookie; HttpOnly")
		h.Set("X-Api-Key", "topsecret-key")
		h.Set("Link", "<https://api.example/?token=topsecret-token>; rel=next")
		h.Set("X-Echo", r.Header.Get("Authorization"))
	case "/login":
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Vary", "Origin")
		h.Set("Location", "https://user:topsecret-password@login.example/?api_key=topsecret-key")
		w.WriteHeader(http.StatusFound)
	case "/escape": // a value that would paint the terminal, in Unicode's way
		h.Set("Access-Control-Allow-Origin", "https://\u009b31mred\u202e.example")
	case "/paint": // and in ASCII's, which is no HTTP
		h.Set("Access-Control-Allow-Origin", "https://\x1b[31mred.example")
	case "/again": // sends an unsafe request back to where it came from
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Methods", "PUT")
		h.Set("Vary", "Origin")
		if r.Method != http.MethodOptions {
			h.Set("Location", "/again")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	case "/star": // allows all headers, and Authorization only where "*" covers it
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Headers", "*")
	case "/no-options": // shares its answers, and knows no preflight
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		h.Set("Access-Control-Allow-Origin", "*")
	default:
		http.NotFound(w, r)
	}
}

// refused is the URL of a port that nobody listens on.
func refused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return url
}
