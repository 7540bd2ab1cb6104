package fetch

import (
	"io"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/wire"
)

// A Mode says what a request may be used for across origins. Empty means the initiator's own mode.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request-mode
type Mode string

// The modes.
const (
	ModeSameOrigin   Mode = "same-origin"
	ModeCORS         Mode = "cors"
	ModeNoCORS       Mode = "no-cors"
	ModeNavigate     Mode = "navigate"
	ModeWebSocket    Mode = "websocket"
	ModeWebTransport Mode = "webtransport"
)

// Credentials says when cookies and other credentials travel. Empty means the initiator's own.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request-credentials-mode
type Credentials string

// The credentials modes.
const (
	CredentialsOmit       Credentials = "omit"
	CredentialsSameOrigin Credentials = "same-origin"
	CredentialsInclude    Credentials = "include"
)

// Redirect says what becomes of a redirect. Empty means follow.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request-redirect-mode
type Redirect string

// The redirect modes.
const (
	RedirectFollow Redirect = "follow"
	RedirectError  Redirect = "error"
	RedirectManual Redirect = "manual"
)

// Cache is a request's cache mode. Empty means default.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request-cache-mode
type Cache string

// The cache modes.
const (
	CacheDefault    Cache = "default"
	CacheNoStore    Cache = "no-store"
	CacheReload     Cache = "reload"
	CacheNoCache    Cache = "no-cache"
	CacheForceCache Cache = "force-cache"
)

// CrossOrigin is the state of an element's crossorigin attribute. Empty means that there is none.
//
// Spec: https://html.spec.whatwg.org/multipage/urls-and-fetching.html#cors-settings-attribute
type CrossOrigin string

// The states of the attribute.
const (
	CrossOriginAnonymous      CrossOrigin = "anonymous"
	CrossOriginUseCredentials CrossOrigin = "use-credentials"
)

// A ReferrerPolicy says how much of the page's address a request tells. Empty means
// strict-origin-when-cross-origin.
//
// Spec: https://w3c.github.io/webappsec-referrer-policy/#referrer-policies
type ReferrerPolicy string

// The referrer policies.
const (
	NoReferrer                  ReferrerPolicy = "no-referrer"
	NoReferrerWhenDowngrade     ReferrerPolicy = "no-referrer-when-downgrade"
	ReferrerSameOrigin          ReferrerPolicy = "same-origin"
	ReferrerOrigin              ReferrerPolicy = "origin"
	StrictOrigin                ReferrerPolicy = "strict-origin"
	OriginWhenCrossOrigin       ReferrerPolicy = "origin-when-cross-origin"
	StrictOriginWhenCrossOrigin ReferrerPolicy = "strict-origin-when-cross-origin"
	UnsafeURL                   ReferrerPolicy = "unsafe-url"
)

// COEP is the page's Cross-Origin-Embedder-Policy. Empty means unsafe-none.
type COEP string

// The embedder policies.
const (
	COEPUnsafeNone     COEP = "unsafe-none"
	COEPRequireCORP    COEP = "require-corp"
	COEPCredentialless COEP = "credentialless"
)

// An AddressSpace says how near an address is. Empty means unknown, and turns Local Network Access checks off.
//
// Spec: https://wicg.github.io/local-network-access/#ip-address-space
type AddressSpace string

// The address spaces, the most public first.
const (
	SpacePublic   AddressSpace = "public"
	SpaceLocal    AddressSpace = "local"
	SpaceLoopback AddressSpace = "loopback"
)

// A Tainting is what a request has come to: it starts basic, and cors stays once it is reached.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request-response-tainting
type Tainting string

// The values of response tainting.
const (
	TaintingBasic  Tainting = "basic"
	TaintingCORS   Tainting = "cors"
	TaintingOpaque Tainting = "opaque"
)

// A Client is the page that asks.
//
// Spec: https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-object
type Client struct {
	// Origin is the page's origin. The zero Origin is opaque and same origin with nothing: such a page is a sandboxed
	// frame to every server.
	Origin origin.Origin
	// TopLevel is the origin of the tab. Zero means Origin.
	TopLevel origin.Origin
	// URL is the page's address, for the Referer header. Nil means the root of Origin.
	URL *URL
	// Secure says that the page is a secure context. It is implied by a potentially trustworthy Origin.
	Secure bool
	// AddressSpace is where the page came from, for Local Network Access. Empty turns those checks off.
	AddressSpace AddressSpace
	// ReferrerPolicy is the page's. Empty means strict-origin-when-cross-origin.
	ReferrerPolicy ReferrerPolicy
	// COEP is the page's embedder policy. Empty means unsafe-none, and so does any other on a page that is no secure
	// context.
	COEP COEP
}

func (c *Client) topLevel() origin.Origin {
	if c.TopLevel == (origin.Origin{}) {
		return c.Origin
	}
	return c.TopLevel
}

// embedderPolicy is the one that counts.
//
// Spec: https://html.spec.whatwg.org/multipage/browsers.html#obtain-an-embedder-policy
func (c *Client) embedderPolicy() COEP {
	if !c.isSecureContext() {
		return COEPUnsafeNone
	}
	return c.COEP
}

func (c *Client) isSecureContext() bool { return c.Secure || c.Origin.IsPotentiallyTrustworthy() }

// A Request is what a page asks for. Only URL is needed: all else has the initiator's defaults.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request
type Request struct {
	Client    Client
	Initiator Initiator // empty means fetch
	Method    string    // empty means GET, and POST for a beacon
	URL       *URL
	// Header holds what the page sets, in its order. Names browsers keep for themselves are ignored, as they are in a
	// browser.
	Header wire.Header
	// Body is sent after the headers. Unless Stream is set it is read whole first, because a browser can send it again
	// after a redirect.
	Body io.Reader
	// Stream makes Body a ReadableStream: it always needs a preflight and cannot be redirected.
	Stream bool

	Mode           Mode
	Credentials    Credentials
	Redirect       Redirect
	Cache          Cache
	CrossOrigin    CrossOrigin    // the attribute, for elements
	ReferrerPolicy ReferrerPolicy // empty means the client's
	Destination    string         // for preload: what it is loaded as
	UploadListener bool           // XMLHttpRequest: upload has listeners when send() runs
	Keepalive      bool
	// TargetAddressSpace is what the page declares about the server. Empty means nothing.
	TargetAddressSpace AddressSpace
}
