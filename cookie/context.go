package cookie

import "github.com/corscope/corscope/origin"

// A Context is one request as the store sees it. Scheme and Host must be given.
type Context struct {
	// The parts of the target URL in canonical form: host in lower-case ASCII, IPv6 in brackets; path without the
	// query. Port 0 means the scheme's default, an empty path "/".
	Scheme, Host string
	Port         int
	Path         string

	// SiteForCookies is the origin of the page in the address bar. Where it is opaque, or zero, nothing is same-site.
	SiteForCookies origin.Origin
	// Initiator is the origin of the document that asks. That of a sandboxed frame is opaque, and so cross-site to
	// everything; a frame from another site than SiteForCookies makes every request of its own a third party's.
	Initiator origin.Origin
	// CrossSiteRedirect says that the chain of redirects has passed through another site.
	CrossSiteRedirect bool
	// TopLevelNavigation says that the answer becomes the page in the address bar.
	TopLevelNavigation bool
	// Method decides whether a navigation from another site takes Lax cookies along. Empty means GET.
	Method string
}

// ThirdParty is what a browser does with cookies of a site other than the one in the address bar.
type ThirdParty string

// The treatments of third-party cookies. The zero ThirdParty is [Allow], as in the standard; an unknown one is [Block].
const (
	Allow        ThirdParty = "allow"     // sent and stored; a Partitioned one per top-level site
	Block        ThirdParty = "block"     // neither sent nor stored, but for Partitioned ones
	PartitionAll ThirdParty = "partition" // every one is kept per top-level site, asked or not
)

// A Policy is how one browser treats cookies. The zero Policy allows third-party cookies, sends a cookie without
// SameSite to any site, and tells http and https versions of a site apart.
type Policy struct {
	ThirdParty   ThirdParty
	LaxByDefault bool // a cookie without SameSite is as good as Lax
	Schemeless   bool // http and https versions of a site are one
}

// A view is what a Context comes to under a Policy.
type view struct {
	host, path string
	secure     bool // Secure cookies may travel
	sameSite   bool
	navigates  bool // to the top level, whatever the method
	lax        bool // Lax cookies may travel
	thirdParty ThirdParty
	foreign    bool // third-party
	partition  string
	laxDefault bool
}

func (c Context) under(p Policy) view {
	same := origin.SameSite
	if p.Schemeless {
		same = origin.SchemelesslySameSite
	}
	// A WebSocket's handshake is an HTTP request.
	scheme := c.Scheme
	switch scheme {
	case "ws":
		scheme = "http"
	case "wss":
		scheme = "https"
	}
	target := origin.New(scheme, c.Host, c.Port)

	v := view{
		host: c.Host, path: c.Path,
		secure:     target.IsPotentiallyTrustworthy(),
		navigates:  c.TopLevelNavigation,
		laxDefault: p.LaxByDefault,
		thirdParty: p.ThirdParty,
	}
	if v.path == "" {
		v.path = "/"
	}
	switch p.ThirdParty {
	case Allow, Block, PartitionAll:
	case "":
		v.thirdParty = Allow
	default:
		v.thirdParty = Block
	}
	v.sameSite = same(target, c.SiteForCookies) && same(target, c.Initiator) && !c.CrossSiteRedirect
	v.lax = v.sameSite || c.TopLevelNavigation && isSafe(c.Method)

	if c.TopLevelNavigation {
		// The target is about to be the page in the address bar, so it is first-party wherever the link stood.
		v.partition = origin.SiteOf(target).String()
		return v
	}
	v.foreign = !same(target, c.SiteForCookies) || !same(c.Initiator, c.SiteForCookies)
	v.partition = partition(c.SiteForCookies, v.foreign && same(target, c.SiteForCookies))
	return v
}

// partition names the jar for cookies kept apart by top-level site, or is "" where the top level is opaque: such a page
// has no jar that a later page could find again. Under its own site a frame from elsewhere gets a jar of its own, so
// that neither it nor a sandboxed frame can use what the site keeps for itself.
//
// Deviates: Firefox gives a tab of an opaque origin a jar for as long as the tab lives; here such a tab has none, as the
// text has it, whoever's policy is asked for.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies
func partition(top origin.Origin, crossSiteAncestor bool) string {
	if top.IsOpaque() {
		return ""
	}
	site := origin.SiteOf(top).String()
	if crossSiteAncestor {
		return site + " (cross-site ancestor)"
	}
	return site
}

// withholds says why c, which matches by domain and path, does not go along; "" means it does. What the cookie itself
// asks for comes before what the browser does to all: that is the order in which a site has to mend it.
//
// Left out: the two minutes in which some browsers let a new cookie without SameSite go along with a form's POST.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.8.3
func (v view) withholds(c Cookie) Reason {
	switch {
	case c.Partition != "" && c.Partition != v.partition:
		return PartitionedElsewhere
	case c.Secure && !v.secure:
		return SecureNeeded
	case c.SameSite == SameSiteStrict && !v.sameSite:
		return StrictCrossSite
	case c.SameSite == SameSiteLax && !v.lax:
		return LaxCrossSite
	case c.SameSite == SameSiteUnset && v.laxDefault && !v.lax:
		return UnsetCrossSite
	case c.Partition != "" || !v.foreign:
		return ""
	}
	switch v.thirdParty {
	case Block:
		return ThirdPartyBlocked
	case PartitionAll:
		return PartitionedElsewhere
	case Allow:
	}
	return ""
}

// home is the partition a new cookie goes to, "" for the common jar, or the reason why there is no place for it.
func (v view) home(c Cookie) (string, Reason) {
	apart := c.Partitioned || v.foreign && v.thirdParty == PartitionAll
	switch {
	case apart && v.partition == "":
		return "", NoPartition
	case apart:
		return v.partition, ""
	case v.foreign && v.thirdParty == Block:
		return "", ThirdPartyBlocked
	}
	return "", ""
}

// isSafe reports whether the method only asks.
//
// Spec: https://www.rfc-editor.org/rfc/rfc9110#name-safe-methods
func isSafe(method string) bool {
	switch method {
	case "", "GET", "HEAD", "OPTIONS", "TRACE":
		return true
	}
	return false
}
