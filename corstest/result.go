package corstest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A Result is what came of one fetch. It does not change, and its assertions give it back, to be chained.
type Result struct {
	t        testing.TB
	record   *transcript.Transcript
	findings []diagnose.Finding
	title    string  // the browser's
	sent     *string // the request's body

	response *fetch.Response // nil where the page got none
	body     string
	broken   error // what cut the body short
}

// read takes in what the page gets. A stream of events and a WebSocket have no end.
func (r *Result) read(resp *fetch.Response, by fetch.Initiator) {
	r.response = resp
	if by != fetch.ByEventSource && by != fetch.ByWebSocket {
		var body []byte
		body, r.broken = io.ReadAll(resp.Body)
		r.body = string(body)
	}
	resp.Body.Close()
}

// fail ends the test.
func (r *Result) fail(want, got string) {
	r.t.Helper()
	r.t.Fatalf("corstest: want %s\n          got %s\n\n%s", want, got, r.Explanation())
}

// Allowed asserts that the page got the response and may read it.
func (r *Result) Allowed() *Result {
	r.t.Helper()
	if r.record.Outcome() != transcript.Allowed {
		r.fail("the request allowed", r.outcome())
	}
	return r
}

// Blocked asserts that CORS kept the response from the page, and that this is the code the browser names: of several
// faults profiles may name another first. [Result.Finds] asserts the cause corscope sees.
func (r *Result) Blocked(code transcript.Code) *Result {
	r.t.Helper()
	if r.record.Outcome() != transcript.Blocked || r.record.First().Code != code {
		r.fail("the request blocked by CORS for "+string(code), r.outcome())
	}
	return r
}

// NotCORS asserts that something other than CORS stopped the request, such as mixed content, a redirect that goes
// nowhere, or Cross-Origin-Resource-Policy, and that it was for this code.
func (r *Result) NotCORS(code transcript.Code) *Result {
	r.t.Helper()
	if r.record.Outcome() != transcript.NotCORS || r.record.First().Code != code {
		r.fail("the request stopped, and not by CORS, for "+string(code), r.outcome())
	}
	return r
}

// Opaque asserts that the page got a response it may use and not look into, as an image or in mode no-cors.
func (r *Result) Opaque() *Result {
	r.t.Helper()
	if r.record.Outcome() != transcript.Opaque {
		r.fail("an opaque response", r.outcome())
	}
	return r
}

func (r *Result) outcome() string {
	outcome := r.record.Outcome()
	first := r.record.First()
	switch outcome {
	case transcript.Allowed:
		return "the request allowed"
	case transcript.Opaque:
		return "an opaque response"
	case transcript.Blocked:
		text := "the request blocked by CORS for " + string(first.Code)
		if len(r.findings) > 0 && r.findings[0].Code != first.Code {
			text += ", which comes of " + string(r.findings[0].Code)
		}
		return text
	case transcript.NotCORS:
		return "the request stopped, and not by CORS, for " + string(first.Code)
	case transcript.Unknown:
	}
	return "no outcome: the fetch was given up"
}

// Status asserts the status that script reads: 0 of an opaque response.
func (r *Result) Status(want int) *Result {
	r.t.Helper()
	status := fmt.Sprintf("status %d", want)
	if r.reads(status); r.response.Status != want {
		r.fail(status, fmt.Sprintf("status %d", r.response.Status))
	}
	return r
}

// reads asserts that a script has a response to look at.
func (r *Result) reads(want string) {
	r.t.Helper()
	switch {
	case r.response == nil:
		r.fail(want, r.outcome())
	case !r.isScript():
		r.fail(want, "what "+r.record.Asked.Title+" has: "+r.record.Asked.OnShared)
	}
}

// isScript: of what an element or a worker gets, script sees no status, no header and no byte.
func (r *Result) isScript() bool {
	by := fetch.Initiator(r.record.Asked.Initiator)
	return by == fetch.ByFetch || by == fetch.ByXHR
}

// Readable asserts that the answer holds a header of that name, and that script can read it.
func (r *Result) Readable(name string) *Result {
	r.t.Helper()
	want := "header " + name + " readable by script"
	if r.reads(want); !r.canRead(name) {
		r.fail(want, r.whereIs(name))
	}
	return r
}

// Unreadable asserts that the answer holds a header of that name, and that script cannot read it. Of a response that is
// blocked, or goes to an element, script can read none.
func (r *Result) Unreadable(name string) *Result {
	r.t.Helper()
	if !r.answer().Contains(name) || r.canRead(name) {
		r.fail("header "+name+" in the answer, unreadable by script", r.whereIs(name))
	}
	return r
}

func (r *Result) canRead(name string) bool {
	return r.response != nil && r.isScript() && r.response.Header.Contains(name)
}

// whereIs says of a header what became of it.
func (r *Result) whereIs(name string) string {
	switch {
	case !r.answer().Contains(name):
		return "an answer without " + name
	case r.canRead(name):
		return "header " + name + " readable by script"
	}
	return "header " + name + " unreadable by script"
}

// answer is the header of the last answer to the request itself; nil where there was none.
func (r *Result) answer() wire.Header {
	for _, e := range slices.Backward(r.record.Exchanges) {
		if e.Kind == transcript.Actual {
			return e.Response
		}
	}
	return nil
}

// Preflights asserts how many preflights were sent. None may also mean that none was needed: [Result.PreflightCached]
// tells.
func (r *Result) Preflights(want int) *Result {
	r.t.Helper()
	got := 0
	for _, e := range r.record.Exchanges {
		if e.Kind == transcript.Preflight {
			got++
		}
	}
	if got != want {
		r.fail(count(want, "preflight"), count(got, "preflight"))
	}
	return r
}

// PreflightCached asserts that a preflight was needed, and not sent because of what an earlier one had allowed.
func (r *Result) PreflightCached() *Result {
	r.t.Helper()
	got := "no preflight needed"
	for _, step := range r.record.Steps {
		if step.Name == "preflight-cache" {
			if step.Answer == "hit" {
				return r
			}
			got = "a preflight sent: cache " + step.Answer
		}
	}
	r.fail("the preflight spared by the preflight cache", got)
	return r
}

// Requests asserts how many requests were sent in all, preflights and the hops of redirects included.
func (r *Result) Requests(want int) *Result {
	r.t.Helper()
	if got := len(r.record.Exchanges); got != want {
		r.fail(count(want, "request"), count(got, "request"))
	}
	return r
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// CookiesSent asserts the names of all cookies that went along, with the request or after a redirect, in any order.
// Without a name it asserts that there were none.
func (r *Result) CookiesSent(names ...string) *Result {
	r.t.Helper()
	got := r.cookies()
	want := slices.Compact(slices.Sorted(slices.Values(names)))
	if !slices.Equal(got, want) {
		r.fail(listed(want), listed(got))
	}
	return r
}

func listed(cookies []string) string {
	if len(cookies) == 0 {
		return "no cookies sent"
	}
	return "cookies sent: " + strings.Join(cookies, ", ")
}

// cookies are the names of those sent, sorted.
func (r *Result) cookies() []string {
	var names []string
	for _, e := range r.record.Exchanges {
		for _, line := range e.Request.Values("Cookie") {
			for pair := range strings.SplitSeq(line, "; ") {
				name, _, named := strings.Cut(pair, "=")
				if !named {
					name = "" // a cookie that is a value alone
				}
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Finds asserts that corscope finds something of this code, be it an error, a warning or a note: what blocks, what
// would block next, or what is wrong in spite of being allowed, such as vary-missing.
func (r *Result) Finds(code transcript.Code) *Result {
	r.t.Helper()
	var found []string
	for _, f := range r.findings {
		if f.Code == code {
			return r
		}
		found = append(found, string(f.Code))
	}
	if found == nil {
		found = []string{"nothing"}
	}
	r.fail(string(code)+" found", strings.Join(found, ", ")+" found")
	return r
}

// Clean asserts that corscope finds no error and no warning. Notes are no dirt.
func (r *Result) Clean() *Result {
	r.t.Helper()
	for _, f := range r.findings {
		if f.Severity != diagnose.Note {
			r.fail("nothing to find fault with", string(f.Severity)+" "+string(f.Code)+": "+f.Summary)
		}
	}
	return r
}

// Header is the value of a header as script reads it, several lines joined; empty where it cannot, or there is none.
// Where script has no response at all, the test ends.
func (r *Result) Header(name string) string {
	r.t.Helper()
	r.reads("a response to read header " + name + " of")
	value, _ := r.response.Header.Get(name)
	return value
}

// Body is the body as script reads it: empty for an opaque response. Where script has no response at all, or one that
// broke off, the test ends.
func (r *Result) Body() string {
	r.t.Helper()
	if r.reads("a body to read"); r.broken != nil {
		r.fail("a body to read", "one that breaks off: "+r.broken.Error())
	}
	return r.body
}

// Transcript is the record of the fetch, secrets and all. It is not to be changed.
func (r *Result) Transcript() *transcript.Transcript { return r.record }

// Explanation is what "corscope explain" prints of the fetch, in plain text, secrets masked.
func (r *Result) Explanation() string {
	var text strings.Builder
	judged := report.Report{Body: r.sent, Runs: []report.Run{{Title: r.title, Transcript: r.record, Findings: r.findings}}}
	_ = judged.Masked().Text(&text, report.Style{}) // a builder takes all
	return text.String()
}
