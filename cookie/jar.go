package cookie

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A Jar is one browser's cookie store. The zero Jar is empty and ready to use. It has no clock of its own: every method
// is told the time. It is safe for concurrent use and must not be copied.
//
// It holds at most 180 cookies of one domain and partition and 3000 in all. When there are too many, expired ones go
// first, then, within a domain, those that are not Secure, then those not sent for longest.
type Jar struct {
	mu      sync.Mutex
	domains map[string]map[identity]*stored
	size    int
	arrived uint64
}

// An identity is what makes a new cookie replace an old one.
type identity struct {
	name, domain, path, partition string
	hostOnly                      bool
}

type stored struct {
	Cookie
	arrival uint64 // orders cookies created at the same time
}

func (s *stored) identity() identity {
	return identity{s.Name, s.Domain, s.Path, s.Partition, s.HostOnly}
}

// Withheld is a cookie that matched a request by domain and path and stayed home.
type Withheld struct {
	Name   string
	Reason Reason
}

// Rejected is a Set-Cookie line that was not stored. Line is the whole value, secrets and all.
type Rejected struct {
	Line   string
	Name   string // empty where none could be read
	Reason Reason
}

// Header gives the value of the request's Cookie header, "" where none is sent, and the cookies that would have gone
// along but for one reason each. Both are in the order of sending: longer paths first, then the older cookie. What is
// sent counts as used at now.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.8.3
func (j *Jar) Header(c Context, p Policy, now time.Time) (value string, withheld []Withheld) {
	v := c.under(p)
	j.mu.Lock()
	defer j.mu.Unlock()
	var pairs strings.Builder
	for _, s := range j.matching(v, now) {
		if reason := v.withholds(s.Cookie); reason != "" {
			withheld = append(withheld, Withheld{s.Name, reason})
			continue
		}
		s.LastAccess = now
		if pairs.Len() > 0 {
			pairs.WriteString("; ")
		}
		if s.Name != "" {
			pairs.WriteString(s.Name + "=")
		}
		pairs.WriteString(s.Value)
	}
	return pairs.String(), withheld
}

// matching lists the live cookies for the view's host and path, in the order of sending. No Domain is looked up in the
// suffix list again: the list stays the same while the jar lives.
func (j *Jar) matching(v view, now time.Time) []*stored {
	var found []*stored
	for _, domain := range domainsAbove(v.host) {
		for _, s := range j.domains[domain] {
			if (!s.HostOnly || domain == v.host) && pathMatches(v.path, s.Path) && !s.expired(now) {
				found = append(found, s)
			}
		}
	}
	slices.SortFunc(found, func(a, b *stored) int {
		return cmp.Or(
			cmp.Compare(len(b.Path), len(a.Path)),
			a.Created.Compare(b.Created),
			cmp.Compare(a.arrival, b.arrival),
		)
	})
	return found
}

// Store takes in a response's Set-Cookie values, in order, and reports those it did not store. A line that deletes a
// cookie, by a date in the past, is no rejection.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7
func (j *Jar) Store(c Context, p Policy, lines []string, now time.Time) []Rejected {
	v := c.under(p)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sweep(now)
	var rejected []Rejected
	for _, line := range lines {
		if name, reason := j.receive(v, line, now); reason != "" {
			rejected = append(rejected, Rejected{line, name, reason})
		}
	}
	return rejected
}

// receive stores the cookie of one line, or says why not. The numbers are the storage model's steps. Left out: what
// holds for scripts only (15, 18.1), as no script reaches this jar.
func (j *Jar) receive(v view, line string, now time.Time) (name string, _ Reason) {
	c, err := Parse(line) // 2 to 4
	if err != nil {
		var syntax *SyntaxError
		errors.As(err, &syntax) // Parse has no other error
		return syntax.Name, syntax.Reason
	}
	if c.Domain != "" && origin.IsPublicSuffix(c.Domain) { // 9
		if c.Domain != v.host {
			return c.Name, PublicSuffixDomain
		}
		c.Domain = ""
	}
	if c.HostOnly = c.Domain == ""; c.HostOnly { // 7, 8 and 10
		c.Domain = v.host
	} else if !domainMatches(v.host, c.Domain) {
		return c.Name, DomainMismatch
	}
	givenPath := c.Path
	if c.Path == "" { // 11
		c.Path = defaultPath(v.path)
	}
	if c.Secure && !v.secure { // 12 and 13
		return c.Name, SecureFromInsecure
	}
	home, homeless := v.home(c) // CHIPS, and the third-party policy
	c.Partition = home
	if !c.Secure && !v.secure && j.covered(c, now) { // 16
		return c.Name, OverwriteSecure
	}
	restricted := c.SameSite != SameSiteNone && (c.SameSite != SameSiteUnset || v.laxDefault) // 17
	switch {
	case restricted && !v.sameSite && !v.navigates: // 18
		return c.Name, SetCrossSite
	case c.SameSite == SameSiteNone && !c.Secure: // 19
		return c.Name, NoneWithoutSecure
	case !prefixHolds(c, givenPath): // 20 to 22
		return c.Name, Prefix
	case c.Partitioned && !c.Secure: // CHIPS
		return c.Name, PartitionedWithoutSecure
	case homeless != "":
		return c.Name, homeless
	}
	c.Created, c.LastAccess = now, now // 5
	if limit := now.Add(maxLife); c.Expires.After(limit) {
		c.Expires = limit
	}
	j.put(c, now) // 6, 23 and 24
	return c.Name, ""
}

// covered reports whether an insecure c would hide a Secure cookie of its name.
func (j *Jar) covered(c Cookie, now time.Time) bool {
	for domain, cookies := range j.domains {
		if !domainMatches(domain, c.Domain) && !domainMatches(c.Domain, domain) {
			continue
		}
		for _, s := range cookies {
			if s.Name == c.Name && s.Secure && s.Partition == c.Partition && pathMatches(c.Path, s.Path) && !s.expired(now) {
				return true
			}
		}
	}
	return false
}

// prefixHolds reports whether c keeps the promise its name starts with. A nameless cookie must not look as if it had
// such a name. givenPath is the Path attribute, before any default.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie
func prefixHolds(c Cookie, givenPath string) bool {
	name := wire.Lower(c.Name)
	if name == "" {
		name = wire.Lower(c.Value)
	}
	host := c.Secure && c.HostOnly && givenPath == "/"
	http := c.Secure && c.HTTPOnly
	for _, prefix := range []struct {
		text  string
		holds bool
	}{
		{"__secure-", c.Secure},
		{"__http-", http},
		{"__host-http-", host && http},
		{"__host-", host},
	} {
		if strings.HasPrefix(name, prefix.text) {
			return prefix.holds && c.Name != ""
		}
	}
	return true
}

// Set puts a cookie in as if it had been stored before, for tools whose user brings one along. No rule is applied, so
// the caller answers for what the cookie holds; Domain must be given. What else is left empty is filled in: Path with
// "/", Created and LastAccess with now, and the Partition of a Partitioned cookie with its own site over https. A
// Domain that cannot have names under it, such as an address, makes the cookie host-only. A cookie past its time
// removes the one in its place.
func (j *Jar) Set(c Cookie, now time.Time) {
	if c.Path == "" {
		c.Path = "/"
	}
	if isAddress(c.Domain) || origin.IsPublicSuffix(c.Domain) {
		c.HostOnly = true
	}
	if c.Partitioned && c.Partition == "" {
		c.Partition = partition(origin.New("https", c.Domain, 0), false)
	}
	if c.Created.IsZero() {
		c.Created = now
	}
	if c.LastAccess.IsZero() {
		c.LastAccess = now
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sweep(now)
	j.put(c, now)
}

// put makes room for c and inserts it. In the place of an older cookie it keeps that one's age.
func (j *Jar) put(c Cookie, now time.Time) {
	if c.MaxAge != 0 {
		c.Expires, c.MaxAge = now.Add(c.MaxAge), 0
	}
	s := &stored{Cookie: c, arrival: j.arrived}
	id := s.identity()
	j.arrived++
	if old, ok := j.domains[c.Domain][id]; ok {
		s.Created, s.arrival = old.Created, old.arrival
		j.remove(id)
	}
	if s.expired(now) {
		return
	}
	if j.domains == nil {
		j.domains = make(map[string]map[identity]*stored)
	}
	if j.domains[c.Domain] == nil {
		j.domains[c.Domain] = make(map[identity]*stored)
	}
	j.domains[c.Domain][id] = s
	j.size++
	j.evict(c.Domain, c.Partition)
}

// All copies the cookies that are alive at now, sorted by domain, path, name and partition, a host-only
// one before one for the names under the host too.
func (j *Jar) All(now time.Time) []Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]Cookie, 0, j.size)
	for _, cookies := range j.domains {
		for _, s := range cookies {
			if !s.expired(now) {
				all = append(all, s.Cookie)
			}
		}
	}
	slices.SortFunc(all, func(a, b Cookie) int {
		order := cmp.Or(
			cmp.Compare(a.Domain, b.Domain),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Partition, b.Partition),
		)
		switch {
		case order != 0 || a.HostOnly == b.HostOnly:
			return order
		case a.HostOnly:
			return -1
		}
		return 1
	})
	return all
}
