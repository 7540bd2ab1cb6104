// Package play performs the cases of package conformance: the answers of a case as an in-memory transport or as a raw
// HTTP/1.1 server, and the browser's half that asks.
package play

import (
	"strings"
	"sync"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/wire"
)

// A Request is what arrived at the servers of a case.
type Request struct {
	Preflight bool // OPTIONS with Access-Control-Request-Method
	Method    string
	URL       string // without a fragment
	Header    wire.Header
	Body      string
}

// A script gives a case's answers in order and keeps what was asked.
type script struct {
	mu      sync.Mutex
	answers map[cue][]conformance.Answer
	seen    []Request
}

type cue struct {
	role        conformance.Role
	method, url string
}

func newScript(c conformance.Case) *script {
	s := &script{answers: map[cue][]conformance.Answer{}}
	for _, a := range c.Answers {
		key := cue{a.Role, a.Method, a.URL}
		s.answers[key] = append(s.answers[key], a)
	}
	return s
}

// receive notes a request and gives the server's answer to it; ok is false where the case has none.
func (s *script) receive(r Request) (a conformance.Answer, ok bool) {
	s.mu.Lock()
	s.seen = append(s.seen, r)
	s.mu.Unlock()
	role := conformance.ToRequest
	if r.Preflight {
		role = conformance.ToPreflight
	}
	a, ok = s.next(role, r.Method, r.URL)
	from, _ := r.Header.Get(wire.Origin)
	a.Header = a.Header.Clone()
	for i := range a.Header {
		a.Header[i].Value = strings.ReplaceAll(a.Header[i].Value, "{origin}", from)
	}
	return a, ok
}

// next gives the answer whose turn it is.
func (s *script) next(role conformance.Role, method, url string) (a conformance.Answer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range [...]cue{{role, method, url}, {role, "", url}} {
		list := s.answers[key]
		if len(list) == 0 {
			continue
		}
		if len(list) > 1 {
			s.answers[key] = list[1:]
		}
		return list[0], true
	}
	return a, false
}

// taken gives what was asked since the last call.
func (s *script) taken() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.seen
	s.seen = nil
	return list
}

func isPreflight(method string, h wire.Header) bool {
	return method == "OPTIONS" && h.Contains(wire.AccessControlRequestMethod)
}
