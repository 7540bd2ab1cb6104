package scenario

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/fetch"
)

// The words each field takes, in the standard's order. Fields that are not named here take any text.
var (
	modes = []fetch.Mode{
		fetch.ModeSameOrigin, fetch.ModeCORS, fetch.ModeNoCORS, fetch.ModeNavigate, fetch.ModeWebSocket, fetch.ModeWebTransport,
	}
	credentials  = []fetch.Credentials{fetch.CredentialsOmit, fetch.CredentialsSameOrigin, fetch.CredentialsInclude}
	redirects    = []fetch.Redirect{fetch.RedirectFollow, fetch.RedirectError, fetch.RedirectManual}
	caches       = []fetch.Cache{fetch.CacheDefault, fetch.CacheNoStore, fetch.CacheReload, fetch.CacheNoCache, fetch.CacheForceCache}
	crossOrigins = []fetch.CrossOrigin{fetch.CrossOriginAnonymous, fetch.CrossOriginUseCredentials}
	policies     = []fetch.ReferrerPolicy{
		fetch.NoReferrer, fetch.NoReferrerWhenDowngrade, fetch.ReferrerSameOrigin, fetch.ReferrerOrigin, fetch.StrictOrigin,
		fetch.OriginWhenCrossOrigin, fetch.StrictOriginWhenCrossOrigin, fetch.UnsafeURL,
	}
	coeps  = []fetch.COEP{fetch.COEPUnsafeNone, fetch.COEPRequireCORP, fetch.COEPCredentialless}
	spaces = []fetch.AddressSpace{fetch.SpacePublic, fetch.SpaceLocal, fetch.SpaceLoopback}
)

func initiators() []fetch.Initiator {
	var names []fetch.Initiator
	for _, info := range fetch.Initiators() {
		names = append(names, info.Name)
	}
	return names
}

// CheckWord reports whether a field, by its JSON name, may hold the word; if not, want says what was expected. Fields
// of free text hold any. The empty word, which leaves the default, is not one of them.
func CheckWord(field, word string) (want string, ok bool) {
	known, fixed := words(field)
	if !fixed || slices.Contains(known, word) {
		return "", true
	}
	return oneOf(known), false
}

func words(field string) (known []string, fixed bool) {
	switch field {
	case "initiator":
		return texts(initiators()), true
	case "mode":
		return texts(modes), true
	case "credentials":
		return texts(credentials), true
	case "redirect":
		return texts(redirects), true
	case "cache":
		return texts(caches), true
	case "crossorigin":
		return texts(crossOrigins), true
	case "referrerPolicy":
		return texts(policies), true
	case "coep":
		return texts(coeps), true
	case "addressSpace", "targetAddressSpace":
		return texts(spaces), true
	}
	return nil, false
}

func texts[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return list
}

func oneOf(words []string) string { return "one of " + strings.Join(words, ", ") }
