package fetch

import (
	"context"
	"io"
	"time"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A request is the standard's request: what the algorithms read and, hop by hop, change.
//
// Spec: https://fetch.spec.whatwg.org/#concept-request
type request struct {
	method             string
	urls               []*URL // the URL list; the last is current
	header             wire.Header
	body               *body // nil for none
	client             *Client
	info               *InitiatorInfo
	origin             origin.Origin
	referrer           referrer
	referrerPolicy     ReferrerPolicy
	mode               Mode
	credentials        Credentials
	redirect           Redirect
	cache              Cache
	tainting           Tainting
	destination        string
	redirectCount      int
	unsafeRequest      bool
	useCORSPreflight   bool
	useURLCredentials  bool
	keepalive          bool
	serviceWorkersNone bool
	timingAllowFailed  bool
	targetAddressSpace AddressSpace

	serialized     string // the serialized origin, for as many URLs as serializedFor
	serializedFor  int
	site           string // the value of Sec-Fetch-Site, for as many URLs as siteFor
	siteFor        int
	overrideOrigin string // for a profile whose preflights name another origin
	preflightHabit bool   // some hop of this request needed a preflight

	// For a profile that starts each redirect with what the page set.
	given       wire.Header
	givenMethod string
	named       wire.Header // what its preflights look at in the place of header, once there was a redirect
}

func (r *request) current() *URL { return r.urls[len(r.urls)-1] }

// judged holds the headers that a preflight may have to ask about.
func (r *request) judged() wire.Header {
	if r.named != nil {
		return r.named
	}
	return r.header
}

// serializedOrigin is [SerializeRequestOrigin], computed once a hop.
func (r *request) serializedOrigin() string {
	if r.overrideOrigin != "" {
		return r.overrideOrigin
	}
	if r.serializedFor != len(r.urls) {
		r.serialized, r.serializedFor = SerializeRequestOrigin(r.origin, r.urls), len(r.urls)
	}
	return r.serialized
}

// A body is what a request sends: bytes that can be sent again, or a stream that cannot.
type body struct {
	bytes  []byte
	stream io.Reader // not nil: the body's source is null
}

// A response is the standard's response before filtering. A network error has failed set and nothing else.
//
// Spec: https://fetch.spec.whatwg.org/#concept-response
type response struct {
	failed         bool
	kind           ResponseType // empty until filtered, unless a service worker gave a filtered one
	status         int
	header         wire.Header
	body           io.ReadCloser
	url            *URL // where a service worker's response came from; nil means the request's current URL
	redirected     bool // likewise
	credentialed   bool // request-includes-credentials
	rangeRequested bool
	exchange       int // which exchange of the transcript, from 1
	exposed        []string
	exposeAll      bool
}

// fetching is one fetch under way: the standard's fetch params, and the record.
type fetching struct {
	ctx     context.Context //nolint:containedctx // a fetch is its context's life
	agent   *Agent
	profile *Profile
	request *request
	now     time.Time              // when the hop began
	record  *transcript.Transcript // nil: nobody listens
	dead    bool                   // something has blocked; what follows is hypothetical
}

// The network errors: those that can be told, a failed preflight and a redirect that was not wanted, and one for all
// else.
var (
	networkError    = &response{failed: true}
	preflightFailed = &response{failed: true}
	redirectRefused = &response{failed: true}
)

// judge records the faults of one answer. The profile's order decides which of them the browser names; the others
// would hold if that one were mended. It reports whether there was any.
func (f *fetching) judge(phase transcript.Phase, hop, exchange int, faults []transcript.Verdict) bool {
	if len(faults) == 0 {
		return false
	}
	first := 0
	for i := range faults {
		if f.profile.rank(faults[i].Code) < f.profile.rank(faults[first].Code) {
			first = i
		}
	}
	faults[0], faults[first] = faults[first], faults[0]
	if f.record != nil {
		for i, v := range faults {
			v.Phase, v.Hop, v.Exchange, v.Blocks = phase, hop, exchange, true
			v.Hypothetical = f.dead || i > 0
			f.record.Verdicts = append(f.record.Verdicts, v)
		}
	}
	f.dead = true
	return true
}

// block is [fetching.judge] for one fault, and gives the network error it leads to.
func (f *fetching) block(phase transcript.Phase, exchange int, v transcript.Verdict) *response {
	f.judge(phase, f.hop(), exchange, []transcript.Verdict{v})
	return networkError
}

// note records a verdict that blocks nothing.
func (f *fetching) note(phase transcript.Phase, exchange int, v transcript.Verdict) {
	if f.record == nil {
		return
	}
	v.Phase, v.Hop, v.Exchange, v.Hypothetical = phase, f.hop(), exchange, f.dead
	f.record.Verdicts = append(f.record.Verdicts, v)
}

// step records a decision on the way.
func (f *fetching) step(name, answer, because string) {
	if f.record == nil {
		return
	}
	f.record.Steps = append(f.record.Steps, transcript.Step{Hop: f.hop(), Name: name, Answer: answer, Because: because})
}

// recordAsked writes the question down.
func (f *fetching) recordAsked(req *Request) {
	if f.record == nil {
		return
	}
	r := f.request
	asked := &f.record.Asked
	asked.Origin, asked.TopLevel = r.origin.String(), r.client.topLevel().String()
	asked.Method, asked.Mode, asked.Credentials, asked.Redirect = r.method, string(r.mode), string(r.credentials), string(r.redirect)
	asked.Header = req.Header.Clone()
	if req.URL != nil {
		asked.URL = req.URL.String()
	}
	if r.info != nil {
		asked.Initiator, asked.Title, asked.OnBlocked, asked.OnShared = string(r.info.Name), r.info.Title, r.info.OnBlocked, r.info.OnShared
	}
}

// listening reports whether anybody will read the record: what costs and serves only the record is done only then.
func (f *fetching) listening() bool { return f.record != nil }

func (f *fetching) hop() int { return f.request.redirectCount }

const specBase = "https://fetch.spec.whatwg.org/#"
