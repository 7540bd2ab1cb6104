package fetch

import (
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/transcript"
)

// A Profile says where one browser differs from the others, and from the standard. The zero Profile is [Standard].
type Profile struct {
	// Name is standard, chromium, firefox or webkit; empty means standard.
	Name string
	// Title is the name people use, and how well the profile is known.
	Title string
	// MaxAgeCap limits how long a preflight's answer is kept. 0 means no limit.
	MaxAgeCap time.Duration
	// FaultOrder is the order in which this browser notices faults in one answer: the first is the one it names.
	FaultOrder []transcript.Code
	// Cookies is how it treats cookies unless the user changed that.
	Cookies cookie.Policy
	// UserAgent is sent where the request carries none.
	UserAgent string

	quirks uint64
}

// The four profiles. WebKit's is read from sources and published data; no test here measures it.
var (
	Standard = Profile{
		Name: "standard", Title: "the Fetch Standard",
		FaultOrder: []transcript.Code{
			transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOMultiple, transcript.ACAOInvalid,
			transcript.ACAOMismatch, transcript.ACACNotTrue,
			transcript.PreflightRedirect, transcript.PreflightStatus,
			transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed,
			transcript.RedirectError, transcript.RedirectLocation, transcript.RedirectUserinfo,
		},
		Cookies:   cookie.Policy{LaxByDefault: true},
		UserAgent: "Mozilla/5.0 (compatible; corscope)",
	}
	Chromium = Profile{
		Name: "chromium", Title: "Chromium", MaxAgeCap: 7200 * time.Second,
		FaultOrder: []transcript.Code{
			transcript.RedirectLocation, transcript.PreflightRedirect,
			transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOMultiple, transcript.ACAOInvalid,
			transcript.ACAOMismatch, transcript.ACACNotTrue,
			transcript.PreflightStatus,
			transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed,
			transcript.RedirectUserinfo, transcript.RedirectError,
		},
		Cookies:   cookie.Policy{ThirdParty: cookie.Allow, LaxByDefault: true},
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
		quirks:    quirksOf("chromium"),
	}
	Firefox = Profile{
		Name: "firefox", Title: "Firefox", MaxAgeCap: 86400 * time.Second,
		FaultOrder: []transcript.Code{
			transcript.ACAOMultiple, transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOInvalid,
			transcript.ACAOMismatch, transcript.ACACNotTrue,
			transcript.PreflightRedirect, transcript.PreflightStatus,
			transcript.ACAMSyntax, transcript.MethodNotAllowed, transcript.ACAHSyntax, transcript.HeaderNotAllowed,
			transcript.RedirectError, transcript.RedirectLocation, transcript.RedirectUserinfo,
		},
		Cookies:   cookie.Policy{ThirdParty: cookie.PartitionAll, Schemeless: true},
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
		quirks:    quirksOf("firefox"),
	}
	WebKit = Profile{
		Name: "webkit", Title: "WebKit (from sources, not measured)", MaxAgeCap: 600 * time.Second,
		FaultOrder: []transcript.Code{
			transcript.PreflightRedirect, transcript.PreflightStatus,
			transcript.ACAOMissing, transcript.StarCredentials, transcript.ACAOMultiple, transcript.ACAOInvalid,
			transcript.ACAOMismatch, transcript.ACACNotTrue,
			transcript.ACAMSyntax, transcript.ACAHSyntax, transcript.MethodNotAllowed, transcript.HeaderNotAllowed,
			transcript.RedirectError, transcript.RedirectLocation, transcript.RedirectUserinfo,
		},
		Cookies:   cookie.Policy{ThirdParty: cookie.Block, Schemeless: true},
		UserAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
		quirks:    quirksOf("webkit"),
	}
)

// Profiles lists the four, the standard last: it is what the others are measured against.
func Profiles() []Profile { return []Profile{Chromium, Firefox, WebKit, Standard} }

// ProfileNamed finds a profile by its name.
func ProfileNamed(name string) (Profile, bool) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}

// Quirks lists the profile's deviations from the standard.
func (p Profile) Quirks() []Quirk {
	var list []Quirk
	for i, q := range quirks {
		if p.quirks&(1<<i) != 0 {
			list = append(list, q)
		}
	}
	return list
}

// Without is p with one quirk less: for browsers configured to follow the standard, and for tests.
func (p Profile) Without(id string) Profile {
	for i, q := range quirks {
		if q.ID == id {
			p.quirks &^= 1 << i
		}
	}
	return p
}

func (p Profile) has(q quirk) bool { return p.quirks&(1<<q) != 0 }

func (p Profile) userAgent() string {
	if p.UserAgent == "" {
		return Standard.UserAgent
	}
	return p.UserAgent
}

// rank is the place of a code in the order in which p notices faults.
func (p Profile) rank(c transcript.Code) int {
	order := p.FaultOrder
	if order == nil {
		order = Standard.FaultOrder
	}
	for i, code := range order {
		if code == c {
			return i
		}
	}
	return len(order)
}
