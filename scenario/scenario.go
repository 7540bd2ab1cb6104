// Package scenario is the question: a page, what in it asks, and the request it makes. It is plain data with a JSON
// form, and becomes a [fetch.Request] by [Scenario.FetchRequest].
//
//	{
//	  "page": {"origin": "https://app.example"},
//	  "initiator": "fetch",
//	  "request": {"method": "PUT", "url": "https://api.example/items/1", "credentials": "include",
//	    "headers": [{"name": "Content-Type", "value": "application/json"}], "body": "{}"}
//	}
//
// What is left out has the standard's default. [Parse] is strict: what it does not know, it refuses, with the place.
package scenario

import (
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// A Scenario is one question. Only the page's origin and the request's URL have to be there.
type Scenario struct {
	Page      Page            `json:"page"`
	Initiator fetch.Initiator `json:"initiator,omitempty"` // empty means fetch
	Request   Request         `json:"request"`
}

// A Page is who asks.
type Page struct {
	Origin         string               `json:"origin"`                   // serialized; "null" for an opaque one
	TopLevel       string               `json:"topLevel,omitempty"`       // the tab's origin; empty means Origin
	URL            string               `json:"url,omitempty"`            // for the Referer; empty means the root of Origin
	Secure         bool                 `json:"secure,omitempty"`         // a secure context; a trustworthy Origin implies it
	ReferrerPolicy fetch.ReferrerPolicy `json:"referrerPolicy,omitempty"` // empty means strict-origin-when-cross-origin
	COEP           fetch.COEP           `json:"coep,omitempty"`           // empty means unsafe-none
	AddressSpace   fetch.AddressSpace   `json:"addressSpace,omitempty"`   // empty means unknown: no Local Network Access checks
}

// A Request is what the page asks for. Empty fields have the initiator's defaults.
type Request struct {
	Method  string      `json:"method,omitempty"`
	URL     string      `json:"url"` // absolute
	Headers wire.Header `json:"headers,omitempty"`
	Body    *string     `json:"body,omitempty"` // nil means none
	Stream  bool        `json:"stream,omitempty"`

	Mode               fetch.Mode           `json:"mode,omitempty"`
	Credentials        fetch.Credentials    `json:"credentials,omitempty"`
	Redirect           fetch.Redirect       `json:"redirect,omitempty"`
	Cache              fetch.Cache          `json:"cache,omitempty"`
	CrossOrigin        fetch.CrossOrigin    `json:"crossorigin,omitempty"` // the attribute, as HTML spells it
	ReferrerPolicy     fetch.ReferrerPolicy `json:"referrerPolicy,omitempty"`
	Destination        string               `json:"destination,omitempty"`
	UploadListener     bool                 `json:"uploadListener,omitempty"`
	Keepalive          bool                 `json:"keepalive,omitempty"`
	TargetAddressSpace fetch.AddressSpace   `json:"targetAddressSpace,omitempty"`
}
