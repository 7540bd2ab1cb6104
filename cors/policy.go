package cors

import (
	"encoding/json"
	"slices"
)

// A Policy says which pages of other origins may read a server's answers, and which requests they may make. It is plain
// data, with a form in JSON and YAML.
//
// The zero Policy allows nothing. A Policy is safe for concurrent use as long as nobody changes it; an [Engine] keeps a
// copy of its own.
type Policy struct {
	// Origins lists who may read, as patterns: see [origin.ParsePattern]. A lone "*" means every page, without
	// credentials.
	Origins []string `json:"origins,omitempty" yaml:"origins,omitempty"`
	// Credentials lets pages send cookies and the like, and read the answers to such requests.
	Credentials bool `json:"credentials,omitempty" yaml:"credentials,omitempty"`
	// Methods lists the methods that pages may use beside GET, HEAD and POST, which need no mention. "*" means all, for
	// requests without credentials. Methods are told apart by case: "patch" is not PATCH.
	Methods []string `json:"methods,omitempty" yaml:"methods,omitempty"`
	// RequestHeaders lists the headers that pages may set, in any case. "*" means all but Authorization; with credentials
	// it means all, and needs [AnyRequestHeader].
	RequestHeaders []string `json:"requestHeaders,omitempty" yaml:"requestHeaders,omitempty"`
	// ExposedHeaders lists the headers of an answer that pages may read beside the seven they always may. "*" means all,
	// for requests without credentials.
	ExposedHeaders []string `json:"exposedHeaders,omitempty" yaml:"exposedHeaders,omitempty"`
	// MaxAge says how long browsers may remember the answer to a preflight. Zero sends no such header, and browsers
	// remember for 5 seconds.
	MaxAge MaxAge `json:"maxAge,omitempty" yaml:"maxAge,omitempty"`
	// Disclose says how much the answer to a preflight tells. Zero means [DiscloseAsked].
	Disclose Disclosure `json:"disclose,omitempty" yaml:"disclose,omitempty"`
	// PreflightVary adds Vary to the answers to OPTIONS requests, for caches that keep them though HTTP says not to.
	PreflightVary bool `json:"preflightVary,omitempty" yaml:"preflightVary,omitempty"`
	// TimingAllowOrigin lets the same origins read detailed timing of the answers, by Timing-Allow-Origin.
	TimingAllowOrigin bool `json:"timingAllowOrigin,omitempty" yaml:"timingAllowOrigin,omitempty"`
	// ResourcePolicy is sent as Cross-Origin-Resource-Policy on every answer but those to preflights: "same-origin",
	// "same-site" or "cross-origin". Empty sends none.
	ResourcePolicy string `json:"resourcePolicy,omitempty" yaml:"resourcePolicy,omitempty"`
	// Risks lists the dangers that are accepted.
	Risks []Risk `json:"risks,omitempty" yaml:"risks,omitempty"`
}

// A Disclosure says how much the answer to an allowed preflight tells. The zero Disclosure means [DiscloseAsked].
type Disclosure string

// The disclosures.
const (
	// DiscloseAsked names the method and the headers that were asked for.
	DiscloseAsked Disclosure = "asked"
	// DiscloseFull names all that the policy allows, so that what the browser remembers answers for later requests of
	// other kinds too.
	DiscloseFull Disclosure = "full"
)

// A Risk is a danger that a policy may accept by name. Without it, the policy is refused.
type Risk string

// The risks.
const (
	// InsecureOrigins accepts credentials for pages delivered without TLS: whoever sits on the network between can
	// write such a page, and then reads what its visitor may read.
	InsecureOrigins Risk = "insecure-origins"
	// PublicSuffixWildcard accepts a wildcard under a name where anybody may register: any of its tenants is allowed.
	PublicSuffixWildcard Risk = "public-suffix-wildcard"
	// NullOrigin accepts the origin "null", which any page can take on by means of a sandboxed frame.
	NullOrigin Risk = "null-origin"
	// AnyRequestHeader accepts any header in requests with credentials. The names asked for are then named back, if
	// they are names, up to 1,024 bytes of them.
	AnyRequestHeader Risk = "any-request-header"
)

var risks = []Risk{InsecureOrigins, PublicSuffixWildcard, NullOrigin, AnyRequestHeader}

// star is the wildcard of all lists.
const star = "*"

// accepts reports whether the policy names the risk.
func (p Policy) accepts(r Risk) bool { return slices.Contains(p.Risks, r) }

// Equal reports whether p and q say the same in the same order. An absent list equals an empty one, and the zero
// Disclosure equals [DiscloseAsked].
func (p Policy) Equal(q Policy) bool {
	return slices.Equal(p.Origins, q.Origins) &&
		p.Credentials == q.Credentials &&
		slices.Equal(p.Methods, q.Methods) &&
		slices.Equal(p.RequestHeaders, q.RequestHeaders) &&
		slices.Equal(p.ExposedHeaders, q.ExposedHeaders) &&
		p.MaxAge == q.MaxAge &&
		p.Disclose.orAsked() == q.Disclose.orAsked() &&
		p.PreflightVary == q.PreflightVary &&
		p.TimingAllowOrigin == q.TimingAllowOrigin &&
		p.ResourcePolicy == q.ResourcePolicy &&
		slices.Equal(p.Risks, q.Risks)
}

func (d Disclosure) orAsked() Disclosure {
	if d == "" {
		return DiscloseAsked
	}
	return d
}

// String is the policy's JSON form in one line, for logs and failing tests.
func (p Policy) String() string {
	text, _ := json.Marshal(p) // plain data: there is nothing that JSON could not say
	return string(text)
}

// clone copies the policy, lists and all.
func (p Policy) clone() Policy {
	p.Origins = slices.Clone(p.Origins)
	p.Methods = slices.Clone(p.Methods)
	p.RequestHeaders = slices.Clone(p.RequestHeaders)
	p.ExposedHeaders = slices.Clone(p.ExposedHeaders)
	p.Risks = slices.Clone(p.Risks)
	return p
}
