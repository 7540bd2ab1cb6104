package cookie

// A Reason says why a cookie stayed home or was not stored. Reasons are stable slugs: they never change their meaning.
type Reason string

// Why a cookie that matches by domain and path is not sent.
const (
	SecureNeeded         Reason = "secure-needed"
	StrictCrossSite      Reason = "samesite-strict"
	LaxCrossSite         Reason = "samesite-lax"
	UnsetCrossSite       Reason = "samesite-unset"
	PartitionedElsewhere Reason = "partitioned-elsewhere"
)

// Why a cookie is neither sent nor stored.
const (
	ThirdPartyBlocked Reason = "third-party-blocked"
)

// Why a Set-Cookie line is not stored.
const (
	Empty                    Reason = "empty"
	TooLong                  Reason = "too-long"
	ControlCharacter         Reason = "control-character"
	PublicSuffixDomain       Reason = "public-suffix-domain"
	DomainMismatch           Reason = "domain-mismatch"
	SecureFromInsecure       Reason = "secure-from-insecure"
	OverwriteSecure          Reason = "overwrite-secure"
	SetCrossSite             Reason = "samesite-cross-site"
	NoneWithoutSecure        Reason = "none-without-secure"
	Prefix                   Reason = "prefix"
	PartitionedWithoutSecure Reason = "partitioned-without-secure"
	NoPartition              Reason = "no-partition"
)

// Text is the reason in one plain sentence; for a Reason unknown here, the slug.
func (r Reason) Text() string {
	if text, ok := texts[r]; ok {
		return text
	}
	return string(r)
}

var texts = map[Reason]string{
	SecureNeeded:         "A Secure cookie travels over https only, or to this machine itself.",
	StrictCrossSite:      "The cookie is SameSite=Strict and the request is cross-site.",
	LaxCrossSite:         "The cookie is SameSite=Lax and the request is cross-site, but not a visit that only asks.",
	UnsetCrossSite:       "The cookie has no SameSite, which this browser takes for Lax, and the request is cross-site.",
	PartitionedElsewhere: "The cookie was set under another top-level site, and this browser keeps such cookies apart.",

	ThirdPartyBlocked: "This browser blocks the cookies of sites other than the one in the address bar.",

	Empty:                    "The cookie has neither a name nor a value.",
	TooLong:                  "The cookie's name and value have more than 4096 bytes.",
	ControlCharacter:         "The line holds a control character.",
	PublicSuffixDomain:       "The cookie's Domain is a public suffix, under which others have their sites too.",
	DomainMismatch:           "The cookie's Domain is neither the host that sent it nor a domain above that host.",
	SecureFromInsecure:       "A Secure cookie can be set over https only, or by this machine itself.",
	OverwriteSecure:          "A Secure cookie of the same name exists, and an insecure answer may not cover it.",
	SetCrossSite:             "A cookie that is not SameSite=None cannot be set by the answer to a cross-site request.",
	NoneWithoutSecure:        "A cookie with SameSite=None must be Secure.",
	Prefix:                   "The cookie does not have the attributes that the prefix of its name promises.",
	PartitionedWithoutSecure: "A Partitioned cookie must be Secure.",
	NoPartition:              "The cookie would be kept apart by top-level site, and the page at the top has none: its origin is opaque.",
}
