package browsers

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// A staged case has a number, and all its traffic stands under it: the path /c7 is put before every path of case 7 on
// the way to the browser and taken off on the way back, so that no cache of the browser mixes two cases up.
type staged struct {
	number int
	c      conformance.Case
	hosts  []string // host:port of every origin of the world
	stuck  bool     // a browser came to it and no further

	mu      sync.Mutex
	given   map[cue]int // answers so far
	ask     int         // the one whose turn it is, from 0
	seen    []observed  // for every ask
	touched time.Time   // when a request came last
	settled bool        // the page has posted what it saw
}

type cue struct {
	role        conformance.Role
	method, url string
}

// observed is what was seen of one ask so far.
type observed struct {
	wire    []Request
	script  Script
	reasons []Reason
}

// A Request is what reached the world, its address as the case writes it.
type Request struct {
	Preflight   bool
	Method, URL string
	Header      wire.Header
	Body        string
	At          time.Time // when it came
}

// stage puts a case on the stage. Nothing of the case given is changed.
func stage(c conformance.Case, number int, hosts []string) *staged {
	return &staged{number: number, c: c, hosts: hosts, given: map[cue]int{}, seen: make([]observed, len(c.Asks))}
}

const casePrefix = "/c"

func (s *staged) prefix() string { return casePrefix + strconv.Itoa(s.number) }

var numbered = regexp.MustCompile(casePrefix + `([0-9]+)(/|\?|$)`)

// numberIn finds a case's number in an address or a path.
func numberIn(text string) (number int, ok bool) {
	found := numbered.FindStringSubmatch(text)
	if found == nil {
		return 0, false
	}
	number, err := strconv.Atoi(found[1])
	return number, err == nil
}

var address = regexp.MustCompile(`(?i)^([a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#@]*)`)

// place moves an address of the world under the case's prefix, a path too where it begins with a slash. Addresses
// elsewhere stay.
func (s *staged) place(text string) string {
	head := ""
	if found := address.FindStringSubmatch(text); found != nil {
		if !s.ours(found[2]) {
			return text
		}
		head = found[0]
	} else if !strings.HasPrefix(text, "/") {
		return text
	}
	rest := text[len(head):]
	if !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	return head + s.prefix() + rest
}

func (s *staged) ours(host string) bool {
	for _, h := range s.hosts {
		if wire.EqualFold(h, host) {
			return true
		}
	}
	return false
}

// replace undoes place.
func (s *staged) replace(text string) string {
	return strings.Replace(text, s.prefix()+"/", "/", 1)
}

var pathAttribute = regexp.MustCompile(`(?i)(;\s*path=)/`)

// cookie keeps a cookie to the case's own paths. Without a Path it stays there by itself.
func (s *staged) cookie(line string) string {
	return pathAttribute.ReplaceAllString(line, "${1}"+s.prefix()+"/")
}

const visitPath = "/~visit"

// answer writes a request down and gives the case's answer.
func (s *staged) answer(r *request) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.target == s.prefix()+visitPath {
		return s.visit(r.scheme + "://" + r.host)
	}
	s.touched = time.Now()
	got := Request{
		Preflight: r.method == "OPTIONS" && r.header.Contains(wire.AccessControlRequestMethod),
		Method:    r.method, URL: s.replace(r.url()), Body: string(r.body), At: s.touched,
	}
	for _, f := range r.header {
		if wire.EqualFold(f.Name, wire.Referer) {
			f.Value = s.replace(withoutPage(f.Value))
		}
		got.Header = append(got.Header, f)
	}
	s.seen[s.ask].wire = append(s.seen[s.ask].wire, got)
	a, ok := s.next(got)
	if !ok {
		return reply{status: 404}
	}
	return s.reply(a, got)
}

// visit sets the cookies an origin has set before the case begins.
func (s *staged) visit(from string) reply {
	rep := reply{status: 204}
	for _, c := range s.c.Cookies {
		if c.Origin == from {
			rep.header = append(rep.header, wire.Field{Name: wire.SetCookie, Value: s.cookie(c.Line)})
		}
	}
	return rep
}

// next gives the answer whose turn it is: one that names the method goes before one that does not.
func (s *staged) next(r Request) (a conformance.Answer, ok bool) {
	role := conformance.ToRequest
	if r.Preflight {
		role = conformance.ToPreflight
	}
	for _, key := range [...]cue{{role, r.Method, r.URL}, {role, "", r.URL}} {
		var list []conformance.Answer
		for _, a := range s.c.Answers {
			if (cue{a.Role, a.Method, a.URL}) == key {
				list = append(list, a)
			}
		}
		if len(list) > 0 {
			n := min(s.given[key], len(list)-1)
			s.given[key]++
			return list[n], true
		}
	}
	return a, false
}

// reply makes an answer fit for the wire, and gives it a body of the kind that was asked for where the case has none.
func (s *staged) reply(a conformance.Answer, r Request) reply {
	if a.Failure != "" {
		return reply{drop: true}
	}
	rep := reply{status: a.Status, body: []byte(a.Body)}
	origin, _ := r.Header.Get(wire.Origin)
	for _, f := range a.Header {
		f.Value = strings.ReplaceAll(f.Value, "{origin}", origin)
		switch {
		case wire.EqualFold(f.Name, wire.Location):
			f.Value = s.place(f.Value)
		case wire.EqualFold(f.Name, wire.SetCookie):
			f.Value = s.cookie(f.Value)
		}
		rep.header = append(rep.header, f)
	}
	ask := s.c.Asks[s.ask]
	made := assetFor(ask.Initiator, ask.Request.Destination)
	switch {
	case r.Preflight, a.Status == 204, a.Status == 304:
	case a.Status == 101:
		rep.upgrade(r)
	case a.Status >= 200 && a.Status <= 299 && len(rep.body) == 0 && !made.isNothing():
		if contentType, _ := rep.header.Get(wire.ContentType); contentType == drawing.contentType {
			made = drawing
		}
		rep.body = made.body
		if made.contentType != "" && !rep.header.Contains(wire.ContentType) {
			rep.header = append(rep.header, wire.Field{Name: wire.ContentType, Value: made.contentType})
		}
		if a.Status == 206 && !rep.header.Contains("Content-Range") {
			part := fmt.Sprintf("bytes 0-%d/%d", len(rep.body)-1, len(rep.body))
			rep.header = append(rep.header, wire.Field{Name: "Content-Range", Value: part})
		}
		rep.hold = ask.Initiator == fetch.ByEventSource
	}
	return rep
}

// turn says that the page goes on to another of the case's asks.
func (s *staged) turn(ask int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ask > s.ask && ask < len(s.seen) {
		s.ask = ask
	}
}

// settle waits until the case's traffic has come to rest.
func (s *staged) settle() {
	const (
		rest   = 400 * time.Millisecond  // after the last request
		enough = 2000 * time.Millisecond // where none comes
		most   = 8 * time.Second
	)
	for start := time.Now(); time.Since(start) < most; time.Sleep(20 * time.Millisecond) {
		s.mu.Lock()
		touched := s.touched
		s.mu.Unlock()
		if touched.After(start.Add(-rest)) && time.Since(touched) > rest || time.Since(start) > enough && time.Since(touched) > rest {
			return
		}
	}
}

// reason notes what the browser said of the ask whose turn it is.
func (s *staged) reason(r Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Text = strings.ReplaceAll(r.Text, s.prefix()+"/", "/")
	s.seen[s.ask].reasons = append(s.seen[s.ask].reasons, r)
}

// report takes what script saw.
func (s *staged) report(seen []Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range min(len(seen), len(s.seen)) {
		s.seen[i].script = seen[i]
	}
	s.settled = true
}
