package fetch

import (
	"sync"
	"time"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// preflightCache remembers what servers allowed: an entry for one method or one header name. It is safe for concurrent
// use. Its clock is a parameter.
//
// Deviates: the text is silent on when an entry that is updated runs out; here its clock restarts. A request without a
// client has no partition in the text; here its page's is used.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache
type preflightCache struct {
	mu      sync.Mutex
	entries map[preflightKey][]cacheEntry
}

// preflightKey is what an entry match compares, but for credentials. The URL has its fragment, although no server ever
// sees that: so the text, and so all engines.
type preflightKey struct {
	partition origin.Site
	origin    string
	url       string
}

// A cacheEntry allows one method or one header name, until it expires.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache
type cacheEntry struct {
	expires     time.Time
	credentials bool
	method      string // empty in a header entry
	header      string // empty in a method entry
}

func keyOf(r *request, p *Profile) preflightKey {
	key := preflightKey{partition: origin.SiteOf(r.client.topLevel()), origin: r.serializedOrigin(), url: r.current().String()}
	if key.origin == "null" && p.has(quirkCacheUntainted) {
		key.origin = r.origin.String()
	}
	return key
}

// matches: a credentialed entry serves requests without credentials, never the reverse.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache-match
func (e *cacheEntry) matches(r *request, p *Profile) bool {
	include := r.credentials == CredentialsInclude
	if e.credentials != include && p.has(quirkCacheByCredentials) {
		return false
	}
	return e.credentials || !include
}

// allows reports whether the entry is one for that method, or for that header name; the other is empty.
//
// Deviates: the text lets a "*" kept by a request with credentials match a later one with credentials, for which it is
// no wildcard. Here a wildcard counts only for requests without credentials, as in all engines (whatwg/fetch#592).
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache-match-method
// Spec: https://fetch.spec.whatwg.org/#concept-cache-match-header
func (e *cacheEntry) allows(method, header string, r *request, p *Profile) bool {
	if method != "" && e.method == method || header != "" && wire.EqualFold(e.header, header) {
		return true
	}
	if wire.IsCORSSafelistedMethod(method) && !needsEntry(method, p) && p.has(quirkCacheCoversSafelisted) {
		return true
	}
	if r.credentials == CredentialsInclude || p.has(quirkCacheStarLiteral) || e.credentials && p.has(quirkCredentialedStarLiteral) {
		return false
	}
	if method != "" {
		return e.method == "*"
	}
	return e.header == "*" && !wire.IsCORSNonWildcardRequestHeaderName(header)
}

// needsEntry: a safelisted method for which one engine still wants an entry.
func needsEntry(method string, p *Profile) bool {
	return method == "HEAD" && p.has(quirkHEADNeedsEntry)
}

// matchMethod looks for a method cache entry match.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache-match-method
func (c *preflightCache) matchMethod(method string, r *request, p *Profile, now time.Time) bool {
	return c.find(method, "", r, p, now)
}

// matchHeader looks for a header-name cache entry match.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache-match-header
func (c *preflightCache) matchHeader(name string, r *request, p *Profile, now time.Time) bool {
	return c.find("", name, r, p, now)
}

func (c *preflightCache) find(method, header string, r *request, p *Profile, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) == 0 {
		return false
	}
	for _, e := range c.entries[keyOf(r, p)] {
		if now.Before(e.expires) && e.matches(r, p) && e.allows(method, header, r, p) {
			return true
		}
	}
	return false
}

// Bounds, so that a server cannot fill the memory: entries for one key, and keys. Entries may be dropped early.
const (
	maxEntriesPerKey = 256
	maxKeys          = 1024
)

// store keeps every method and header name a preflight's answer listed, not just those asked for. An entry that is
// there already gets the new age, counted from now.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache-create-entry
func (c *preflightCache) store(r *request, methods, headers []string, age time.Duration, p *Profile, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age <= 0 && len(c.entries) == 0 {
		return
	}
	key := keyOf(r, p)
	if key.origin == "null" && p.has(quirkCacheNotForNull) {
		return
	}
	expires := now.Add(age)
	if age > 1<<61 { // beyond what a time can hold when added
		expires = now.Add(1 << 61)
	}
	list := c.entries[key]
	keep := list[:0]
	for _, e := range list { // what has expired makes room
		if now.Before(e.expires) {
			keep = append(keep, e)
		}
	}
	list = keep
	put := func(method, header string) {
		for i := range list {
			if e := &list[i]; e.matches(r, p) && e.allows(method, header, r, p) {
				e.expires = expires // the clock restarts
				return
			}
		}
		if age > 0 && len(list) < maxEntriesPerKey {
			list = append(list, cacheEntry{expires: expires, credentials: r.credentials == CredentialsInclude, method: method, header: header})
		}
	}
	for _, m := range methods {
		put(m, "")
	}
	for _, h := range headers {
		put("", h)
	}
	if len(list) == 0 {
		delete(c.entries, key)
		return
	}
	if c.entries == nil {
		c.entries = make(map[preflightKey][]cacheEntry)
	}
	if _, known := c.entries[key]; !known && len(c.entries) >= maxKeys {
		for k := range c.entries { // any will do
			delete(c.entries, k)
			break
		}
	}
	c.entries[key] = list
}

// clear forgets what is kept for the request's current URL.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cache-clear
func (c *preflightCache) clear(r *request, p *Profile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) > 0 {
		delete(c.entries, keyOf(r, p))
	}
}
