package probe

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// A call is what makes two requests the same to a server, as far as CORS goes: browsers differ in the rest, in
// User-Agent and in the cookies they let travel.
type call struct {
	method, url, origin, acrm, acrh string
}

func callOf(r *http.Request) call {
	// Headers are keyed as the browser's half spelled them.
	get := func(name string) string {
		for n, values := range r.Header {
			if wire.EqualFold(n, name) && len(values) > 0 {
				return values[0]
			}
		}
		return ""
	}
	return call{
		r.Method, r.URL.Scheme + "://" + r.URL.Host + r.URL.RequestURI(),
		get(wire.Origin), get(wire.AccessControlRequestMethod), get(wire.AccessControlRequestHeaders),
	}
}

func (c call) isSafe() bool { return c.method == "GET" || c.method == "HEAD" || c.method == "OPTIONS" }

// An answer is what came back: a head, or what kept it from coming.
type answer struct {
	head http.Response
	err  error
}

func (a answer) give(r *http.Request) (*http.Response, error) {
	if a.err != nil {
		return nil, a.err
	}
	head := a.head
	head.Header, head.Body, head.Request = a.head.Header.Clone(), http.NoBody, r
	return &head, nil
}

// A recording is the traffic of one question.
type recording struct {
	live http.RoundTripper
	send bool

	mu      sync.Mutex
	answers map[call][]answer
}

// A player takes one browser through a recording: the n-th time it makes a call it gets the n-th answer.
type player struct {
	*recording
	first  bool // whose unsafe requests may be sent
	played map[call]int
}

// RoundTrip answers from the recording, or asks the server and records. Of the server's answer it keeps the head: the
// body is not waited for.
func (p *player) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := callOf(r)
	n := p.played[c]
	p.played[c]++
	if n < len(p.answers[c]) {
		return p.answers[c][n].give(r)
	}
	if !c.isSafe() {
		if err := p.holdBack(c); err != nil {
			return nil, err
		}
	}
	given := p.ask(c, r)
	p.answers[c] = append(p.answers[c], given)
	return given.give(r)
}

// ask makes a live request. One that may not be made twice does not ride on a connection that was used before: the
// server may have closed that in the meantime, and then nobody could tell whether the request got through. So it gets
// a transport without connections.
func (p *recording) ask(c call, r *http.Request) answer {
	live := p.live
	if kept, ok := live.(*http.Transport); ok && !c.isSafe() {
		fresh := kept.Clone()
		defer fresh.CloseIdleConnections()
		live = fresh
	}
	response, err := live.RoundTrip(r)
	if err != nil {
		return answer{err: err}
	}
	response.Body.Close()
	return answer{head: *response}
}

// holdBack says why an unsafe request is not sent; nil means that it is.
func (p *player) holdBack(c call) error {
	switch {
	case !p.send:
		return fmt.Errorf("%w: %s may change things on the server; --send sends it, once", fetch.ErrNotSent, c.method)
	case !p.first:
		return fmt.Errorf("%w: the first browser made no such %s, and no other sends one", fetch.ErrNotSent, c.method)
	}
	for made := range p.answers {
		if made.method == c.method && made.url == c.url {
			return fmt.Errorf("%w: this %s has been sent once already", fetch.ErrNotSent, c.method)
		}
	}
	return nil
}
