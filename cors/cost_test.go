package cors_test

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
)

// randomPolicy is one that compiles.
func randomPolicy(dice *rand.Rand) cors.Policy {
	some := func(from ...string) []string {
		dice.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
		return from[:dice.IntN(len(from)+1)]
	}
	p := cors.Policy{
		Origins: some(app, "https://*.example.com", "https://{label}.example.org", "https://x-*.example.org", "http://localhost:*", "https://a.example:{1,3-5}", "null"),
		Methods: some("PUT", "PATCH", "x", "DELETE"), RequestHeaders: some("a", "Content-Type", "Authorization", "x-b", "x-c", "x-d", "x-e", "x-f", "x-g"),
		ExposedHeaders: some("ETag", "Link"), Credentials: dice.IntN(2) == 0, PreflightVary: dice.IntN(2) == 0,
		Risks: []cors.Risk{cors.NullOrigin, cors.AnyRequestHeader},
	}
	if dice.IntN(4) == 0 {
		p.RequestHeaders = []string{"*"}
	}
	if dice.IntN(4) == 0 && !p.Credentials {
		p.Origins, p.Methods = []string{"*"}, []string{"*"}
	}
	if dice.IntN(4) == 0 {
		p.Disclose = cors.DiscloseFull
	}
	return p
}

// grown repeats what stands in one of a request's four inputs to a megabyte, in one line or in many.
func grown(q cors.Request, input int, lines bool) cors.Request {
	const long = 1 << 20
	grow := func(list []string) []string {
		text := "a" // an input that is not there is made of this
		if joined := strings.Join(list, ","); joined != "" {
			text = joined + ","
		}
		if lines {
			return slices.Repeat([]string{text}, min(long/len(text)+1, 1<<16))
		}
		return []string{strings.Repeat(text, long/len(text)+1)}
	}
	switch input {
	case 0:
		q.Method = grow([]string{q.Method})[0]
	case 1:
		q.Origin = grow(q.Origin)
	case 2:
		q.RequestMethod = grow(q.RequestMethod)
	case 3:
		q.RequestHeaders = grow(q.RequestHeaders)
	}
	return q
}

// FuzzCost: deciding takes no allocation, however long what is asked; and the answer to what is long takes no more than
// the answer to what is allowed.
func FuzzCost(f *testing.F) {
	f.Add(uint64(1), "OPTIONS", app, "PUT", "content-type,authorization")
	f.Add(uint64(2), "GET", "null", "", "")
	f.Add(uint64(3), "OPTIONS", "https://a.example.org", "x", ",")
	f.Add(uint64(4), "OPTIONS", "http://localhost:1", "GET", " x-b\nx-d , x-f")
	f.Fuzz(func(t *testing.T, seed uint64, method, from, asksFor, headers string) {
		p := randomPolicy(rand.New(rand.NewPCG(seed, seed)))
		e := compile(t, p)
		small := cors.Request{Method: method, Origin: split(from), RequestMethod: split(asksFor), RequestHeaders: split(headers)}
		h := make(http.Header, 8)
		const most = 3 // the array, and a list of headers that is put together: its names and its text
		for _, q := range []cors.Request{
			small,
			grown(small, 0, false),
			grown(small, 1, false), grown(small, 1, true),
			grown(small, 2, false), grown(small, 2, true),
			grown(small, 3, false), grown(small, 3, true),
		} {
			if n := testing.AllocsPerRun(2, func() { e.Decide(q) }); n > 0 {
				t.Fatalf("%v\n%.200q takes %v allocations to decide", p, q, n)
			}
			if n := testing.AllocsPerRun(2, func() {
				clear(h)
				e.Decide(q).Apply(h)
			}); n > most {
				t.Fatalf("%v\n%.200q takes %v allocations to answer", p, q, n)
			}
			size := 0
			for name, lines := range h {
				for _, line := range lines {
					size += len(name) + len(line)
				}
			}
			if size > 4096 {
				t.Fatalf("%v\n%.200q is answered with %d bytes", p, q, size)
			}
		}
	})
}
