package cors_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corscope/corscope/cors"
)

// Many browsers at once, handlers that spoil all they can reach, and policies that change meanwhile: each answer is
// wholly that of one policy. Run with -race.
func TestSoak(t *testing.T) {
	const clients, atLeast, most = 64, 20, 2 * time.Second
	policies := []cors.Policy{
		{Origins: []string{app}, Credentials: true, Methods: []string{"PUT"}, RequestHeaders: []string{"X-A"}, ExposedHeaders: []string{"X-One"}},
		{
			Origins: []string{"https://*.example.com"}, Methods: []string{"PUT", "PATCH"}, RequestHeaders: []string{"X-A", "X-B"}, ExposedHeaders: []string{"X-Two", "X-Three"},
			MaxAge: cors.MaxAge(time.Minute), TimingAllowOrigin: true, PreflightVary: true, ResourcePolicy: "same-site",
		},
		{Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*"}, ExposedHeaders: []string{"*"}, MaxAge: cors.NoCache, Disclose: cors.DiscloseFull},
		{},
	}
	questions := [][]string{
		{"GET", fromApp},
		{"GET", fromEvil},
		{"GET", "Accept: */*"},
		{"POST", fromApp},
		{"OPTIONS", fromApp},
		{"OPTIONS", fromApp, wantsPut, "Access-Control-Request-Headers: x-a"},
		{"OPTIONS", fromApp, "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: x-b,x-a"},
		{"OPTIONS", fromEvil, wantsPut},
	}
	engines := make([]*cors.Engine, len(policies)+1) // the last is none
	answers := make([][]string, len(questions))
	for i := range engines {
		if i < len(policies) {
			engines[i] = compile(t, policies[i])
		}
		for j, q := range questions {
			answers[j] = append(answers[j], ofPolicy(ask(cors.NewMiddleware(engines[i]).Wrap(reached), q[0], "/", q[1:]...)))
		}
	}
	m := cors.NewMiddleware(engines[0])
	// What is spoilt after the header is sent is not sent, and must not be in any other answer either.
	spoil := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		for _, h := range []http.Header{w.Header(), r.Header} {
			for name, lines := range h {
				_ = append(lines, "appended")
				for i := range lines {
					lines[i] = "spoilt"
				}
				h[name] = append(lines, "more")
			}
		}
	})
	server := httptest.NewServer(m.Wrap(spoil))
	t.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	t.Cleanup(transport.CloseIdleConnections)

	var stop atomic.Bool
	var swapping, asking sync.WaitGroup
	swapping.Go(func() {
		for i := 1; !stop.Load(); i++ {
			if old := m.Swap(engines[i%len(engines)]); old != engines[(i-1)%len(engines)] {
				t.Error("Swap gives back what was not there")
				return
			}
			time.Sleep(50 * time.Microsecond)
		}
	})
	var seen sync.Map // answers, by question
	deadline := time.Now().Add(most)
	for client := range clients {
		asking.Go(func() {
			for i := 0; i < atLeast || i < 100 && time.Now().Before(deadline); i++ {
				j := (client + i) % len(questions)
				got, err := askOver(transport, server.URL, questions[j])
				if err != nil {
					t.Error(err)
					return
				}
				if !slices.Contains(answers[j], got) {
					t.Errorf("%q is answered with %s: no policy says that, but one of\n%s", questions[j], got, strings.Join(answers[j], "\n"))
					return
				}
				seen.Store(questions[j][0]+got, true)
			}
		})
	}
	asking.Wait()
	stop.Store(true)
	swapping.Wait()
	different := 0
	seen.Range(func(_, _ any) bool { different++; return true })
	if different < 10 {
		t.Errorf("only %d different answers: nothing was swapped", different)
	}
}

// ofPolicy is a response without what the server adds.
func ofPolicy(r *http.Response) string {
	for _, name := range []string{"Date", "Content-Length", "Content-Type", "Connection"} {
		r.Header.Del(name)
	}
	return said(r)
}

func askOver(transport http.RoundTripper, url string, question []string) (string, error) {
	r, err := http.NewRequest(question[0], url, nil)
	if err != nil {
		return "", err
	}
	for _, line := range question[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return ofPolicy(answer), err
}
