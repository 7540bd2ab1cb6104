package fetch

import "github.com/corscope/corscope/wire"

// NormalizeMethod upper-cases the six methods that browsers normalize. All others stay as typed: "patch" is not PATCH.
//
// Spec: https://fetch.spec.whatwg.org/#concept-method-normalize
func NormalizeMethod(method string) string {
	for _, known := range [...]string{"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"} {
		if wire.EqualFold(method, known) {
			return known
		}
	}
	return method
}
