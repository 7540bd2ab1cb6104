package bench_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/test/bench"
	"github.com/corscope/corscope/wire"
)

// smallRows are those whose policies are built in no time. The large ones ask the same of larger sets.
func smallRows() []bench.Row {
	return slices.DeleteFunc(bench.Rows(), func(r bench.Row) bool { return r.Sizes.IsLarge() })
}

func rowNamed(t *testing.T, id string) bench.Row {
	t.Helper()
	for _, r := range bench.Rows() {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no row %s", id)
	return bench.Row{}
}

// What the peers' answers are worth, row by row: a rank that changes is seen here first.
func TestJudgements(t *testing.T) {
	var all []string
	for _, row := range smallRows() {
		all = append(all, row.ID)
	}
	want := map[string]map[string][]string{ // by peer and judgement
		bench.Corscope: {"": all},
		bench.RS:       {"s": all},
		"chi":          {"": all},
		"gorilla": {
			"":  {"e", "f", "g", "g2", "h1", "h2", "h3", "f-par", "f-map"},
			"y": {"a", "b", "c", "d1", "d3", "i2", "b-par", "b-map"},
			"-": {"d2", "d4", "i1"},
		},
		"gin": {
			"":   {"g"},
			"s":  {"e"},
			"y":  {"a", "c", "d3", "d4", "i1", "i2"},
			"ys": {"b", "d1", "d2", "f", "g2", "h1", "h2", "h3", "b-par", "f-par", "b-map", "f-map"},
		},
	}
	got := map[string]map[string][]string{}
	for _, row := range smallRows() {
		policy := row.Sizes.Policy()
		for _, peer := range bench.Peers() {
			if !peer.Ranked {
				continue
			}
			judgement, err := bench.Judge(row, func(h http.Handler) (http.Handler, error) { return peer.Wrap(policy, h) })
			word := judgement.String()
			if errors.Is(err, bench.ErrNoWords) {
				word = "-"
			} else if err != nil {
				t.Fatal(err)
			}
			if got[peer.Name] == nil {
				got[peer.Name] = map[string][]string{}
			}
			got[peer.Name][word] = append(got[peer.Name][word], row.ID)
		}
	}
	for name, words := range got {
		for _, word := range slices.Sorted(maps.Keys(words)) {
			if w := want[name][word]; !slices.Equal(words[word], w) {
				t.Errorf("%s %q: got %q, want %q", name, word, words[word], w)
			}
		}
		if len(words) != len(want[name]) {
			t.Errorf("%s: got %d different judgements, want %d", name, len(words), len(want[name]))
		}
	}
}

// A judge who finds nothing wrong with anybody would rank anybody.
func TestJudge(t *testing.T) {
	const app = "https://app.example.com"
	shared := []string{"Origin"}
	answer := func(change func(h http.Header)) func(http.Handler) (http.Handler, error) {
		return func(next http.Handler) (http.Handler, error) {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h := w.Header()
				h.Add("Vary", "Origin")
				if r.Header.Get("Origin") == app {
					h.Set("Access-Control-Allow-Origin", app)
					h.Set("Access-Control-Allow-Credentials", "true")
					h.Set("Access-Control-Expose-Headers", "X-Total")
				}
				change(h)
				next.ServeHTTP(w, r)
			}), nil
		}
	}
	for _, tt := range []struct {
		row    string
		change func(http.Header)
		want   string
		why    string
	}{
		{"b", func(http.Header) {}, "", "right"},
		{"a", func(http.Header) {}, "", "right, where nobody asks"},
		{"c", func(http.Header) {}, "", "right, where a stranger asks"},
		{"b", func(h http.Header) { h.Del("Access-Control-Allow-Credentials") }, "v", "cookies were sent"},
		{"b", func(h http.Header) { h.Del("Access-Control-Expose-Headers") }, "v", "the page misses a header"},
		{"c", func(h http.Header) {
			h.Set("Access-Control-Allow-Origin", "https://evil.example")
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Expose-Headers", "*, X-Total")
		}, "v", "a stranger may read"},
		{"b", func(h http.Header) { h.Del("Vary") }, "y", "a cache gives it to others"},
		{"a", func(h http.Header) { h.Del("Vary") }, "y", "a cache gives it to pages"},
		{"b", func(h http.Header) { h.Set("Vary", "Origin") }, "y", "what an outer handler said is gone"},
		{"b", func(h http.Header) { h.Set("Vary", "*") }, "", "a star covers all"},
		{"b", func(h http.Header) {
			if len(h["Vary"]) == 1 {
				h["Vary"] = shared
			}
		}, "s", "a handler can change it for all"},
		{"b", func(h http.Header) {
			both := []string{"X-Total", "true"}
			h["Access-Control-Expose-Headers"], h["Access-Control-Allow-Credentials"] = both[:1], both[1:]
		}, "s", "what is appended to one value lands in another"},
	} {
		shared[0] = "Origin"
		got, err := bench.Judge(rowNamed(t, tt.row), answer(tt.change))
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != tt.want {
			t.Errorf("row %s: got %q, want %q: %s", tt.row, got, tt.want, tt.why)
		}
	}
}

// The rows that browsers send are those that they would send.
func TestRowsAreWhatBrowsersSend(t *testing.T) {
	for _, row := range smallRows() {
		if row.Page.Origin == "" {
			continue
		}
		var first *http.Request
		transport := roundTrip(func(r *http.Request) (*http.Response, error) {
			if first == nil {
				first = r
			}
			return nil, errors.New("seen enough")
		})
		at, err := origin.Parse(row.Page.Origin)
		if err != nil {
			t.Fatal(err)
		}
		target, err := fetch.ParseURL("https://api.example.com/")
		if err != nil {
			t.Fatal(err)
		}
		var header wire.Header
		for _, name := range row.Page.Header {
			header.Append(name, "application/json")
		}
		agent := &fetch.Agent{Transport: transport}
		asked := &fetch.Request{Client: fetch.Client{Origin: at}, URL: target, Method: row.Page.Method, Header: header}
		if _, err := agent.Fetch(t.Context(), asked); !errors.Is(err, fetch.ErrFailed) {
			t.Errorf("%s: %v", row.ID, err)
		}
		if first == nil || first.Method != row.Method {
			t.Fatalf("%s: a browser sends %v first, want %s", row.ID, first, row.Method)
		}
		for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"} {
			if got, want := first.Header[name], row.Header[name]; !slices.Equal(got, want) {
				t.Errorf("%s: a browser sends %s %q, the row says %q", row.ID, name, got, want)
			}
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What the code written by hand gives away is the sharing, nothing else.
func TestByHandIsRightButForSharing(t *testing.T) {
	var hand bench.Peer
	for _, p := range bench.Peers() {
		if p.Name == bench.Hand {
			hand = p
		}
	}
	for _, row := range smallRows() {
		wrap := func(h http.Handler) (http.Handler, error) { return hand.Wrap(row.Sizes.Policy(), h) }
		got, err := bench.Judge(row, wrap)
		if errors.Is(err, bench.ErrNoWords) && len(row.Sizes.Policy().Origins) > 1 {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got&bench.OtherVerdict != 0 {
			t.Errorf("%s: %q", row.ID, got)
		}
	}
}

func TestAllocations(t *testing.T) {
	for _, row := range smallRows() {
		if row.How != bench.Reused {
			continue
		}
		h := corscope(t, row.Sizes.Policy())
		w, r := &counted{header: http.Header{}}, row.Request()
		got := testing.AllocsPerRun(100, func() {
			clear(w.header)
			h.ServeHTTP(w, r)
		})
		if want := row.Allocs(); got > want {
			t.Errorf("%s, %s: %v allocations, want %v", row.ID, row.Title, got, want)
		}
	}
}

func corscope(t *testing.T, p cors.Policy) http.Handler {
	t.Helper()
	for _, peer := range bench.Peers() {
		if peer.Name == bench.Corscope {
			h, err := peer.Wrap(p, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
	}
	t.Fatal("corscope is not among its peers")
	return nil
}

type counted struct{ header http.Header }

// Header implements [http.ResponseWriter].
func (c *counted) Header() http.Header { return c.header }

// WriteHeader implements [http.ResponseWriter].
func (c *counted) WriteHeader(int) {}

// Write implements [http.ResponseWriter].
func (c *counted) Write(p []byte) (int, error) { return len(p), nil }
