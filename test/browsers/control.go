package browsers

import (
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

//go:embed page
var scripts embed.FS

// Everything of the harness itself may be loaded by any page, and is never kept.
var open = wire.Header{
	{Name: "Access-Control-Allow-Origin", Value: "*"},
	{Name: "Cross-Origin-Resource-Policy", Value: "cross-origin"},
	{Name: "Cache-Control", Value: "no-store"},
}

func text(contentType, body string) reply {
	return reply{status: 200, header: append(open.Clone(), wire.Field{Name: wire.ContentType, Value: contentType}), body: []byte(body)}
}

// control answers what belongs to the harness and to no case.
func (r *run) control(q *request) reply {
	what, rest, _ := strings.Cut(strings.TrimPrefix(q.path(), "/~/"), "/")
	number, further, _ := strings.Cut(q.query(), ",")
	n, _ := strconv.Atoi(number)
	switch what {
	case "start":
		return reply{status: 302, header: append(open.Clone(), wire.Field{Name: wire.Location, Value: r.next(-1)})}
	case "visit", "seat", "page":
		n, _ := strconv.Atoi(strings.SplitN(rest, "/", 2)[0])
		if n < 0 || n >= len(r.steps) {
			break
		}
		return r.document(what, n)
	case "script":
		code, err := scripts.ReadFile("page/" + rest)
		if err != nil {
			break
		}
		return text("text/javascript", string(code))
	case "batch":
		return text("application/json", r.batch(n))
	case "mark":
		if s := r.staged(n); s != nil {
			ask, _ := strconv.Atoi(further)
			s.turn(ask)
		}
		return text("text/plain", "")
	case "settle":
		if s := r.staged(n); s != nil {
			s.settle()
		}
		return text("text/plain", "")
	case "result":
		var seen []Script
		if err := json.Unmarshal(q.body, &seen); err != nil {
			r.fail(fmt.Errorf("what the page posts of case %d: %w", n, err))
		} else if s := r.staged(n); s != nil {
			s.report(seen)
			r.beat()
		}
		return text("text/plain", "")
	case "next":
		return text("text/plain", r.next(n))
	case "broken":
		r.fail(fmt.Errorf("the page broke: %s", q.body))
		return text("text/plain", "")
	case "blank":
		return text("text/html", "")
	}
	return reply{status: 404}
}

const documentText = `<!DOCTYPE html><meta charset="utf-8"><title>corscope</title><link rel="icon" href="data:,"><body>`

// document is a visit, a page, or the tab a page stands in.
func (r *run) document(what string, n int) reply {
	s := r.steps[n]
	r.beat()
	switch what {
	case "visit":
		var paths []string
		for _, stage := range s.stages {
			paths = append(paths, stage.prefix()+visitPath)
		}
		return text("text/html", documentText+fmt.Sprintf(`<script src="/~/script/visit.js" data-group="%d" data-paths="%s"></script>`, n, strings.Join(paths, " ")))
	case "seat":
		sandbox := ""
		if s.page.Origin == "null" {
			sandbox = ` sandbox="allow-scripts"`
		}
		return text("text/html", documentText+fmt.Sprintf(`<script src="/~/script/seat.js"></script><iframe%s src="%s"></iframe>`,
			sandbox, html.EscapeString(r.pageAddress(n))))
	}
	rep := text("text/html", documentText+fmt.Sprintf(`<script src="/~/script/page.js" data-group="%d" data-workers="%d"></script>`, n, r.workers))
	set := func(name, value string) { rep.header = append(rep.header, wire.Field{Name: name, Value: value}) }
	if s.page.ReferrerPolicy != "" {
		set("Referrer-Policy", string(s.page.ReferrerPolicy))
	}
	if s.page.COEP != "" {
		set("Cross-Origin-Embedder-Policy", string(s.page.COEP))
	}
	if s.page.Origin == "null" && s.page.TopLevel == "" {
		set("Content-Security-Policy", "sandbox allow-scripts")
	}
	if len(s.csp) > 0 {
		set("Content-Security-Policy", r.policyWithout(s.csp))
	}
	return rep
}

// policyWithout lets the page load from every origin of the world but some.
func (r *run) policyWithout(blocked []string) string {
	policy := "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
	for _, o := range r.origins {
		if !slices.Contains(blocked, o) {
			policy += " " + o
		}
	}
	return policy
}

// address is where the tab goes for a step.
func (r *run) address(n int) string {
	s := r.steps[n]
	switch {
	case s.visit != "":
		return fmt.Sprintf("%s/~/visit/%d", s.visit, n)
	case s.page.TopLevel != "" && s.page.TopLevel != "null" && s.page.TopLevel != s.page.Origin:
		return fmt.Sprintf("%s/~/seat/%d", s.page.TopLevel, n)
	}
	return r.pageAddress(n)
}

// pageAddress is the page's own: the path that the case gives it, if any, under one of the harness.
func (r *run) pageAddress(n int) string {
	s := r.steps[n]
	base, path := s.page.Origin, "/"
	if base == "null" {
		base = r.world.Origins()["app"]
	}
	if u, err := fetch.ParseURL(s.page.URL); err == nil && strings.HasPrefix(s.page.URL, u.Scheme()+"://") {
		_, path, _ = strings.Cut(strings.TrimPrefix(s.page.URL, u.Scheme()+"://"), "/")
		path = "/" + path
	}
	return fmt.Sprintf("%s/~/page/%d%s", base, n, path)
}

var pagePath = regexp.MustCompile(`/~/page/[0-9]+`)

// withoutPage takes the harness's path off a page's address.
func withoutPage(address string) string { return pagePath.ReplaceAllString(address, "") }

// next is where the tab goes after a step.
func (r *run) next(n int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = time.Now()
	if n+1 < len(r.steps) {
		r.at = n + 1
		return r.address(n + 1)
	}
	r.finish()
	return "about:blank"
}

// asked is one ask as the page reads it.
type asked struct {
	As                 fetch.Initiator   `json:"as"`
	After              int64             `json:"after,omitempty"` // milliseconds
	URL                string            `json:"url"`
	Method             string            `json:"method,omitempty"`
	Headers            [][2]string       `json:"headers,omitempty"` // a character for each byte
	Body               *string           `json:"body,omitempty"`    // likewise
	Stream             bool              `json:"stream,omitempty"`
	Mode               fetch.Mode        `json:"mode,omitempty"`
	Credentials        fetch.Credentials `json:"credentials,omitempty"`
	Redirect           fetch.Redirect    `json:"redirect,omitempty"`
	Cache              fetch.Cache       `json:"cache,omitempty"`
	CrossOrigin        fetch.CrossOrigin `json:"crossorigin,omitempty"`
	ReferrerPolicy     string            `json:"referrerPolicy,omitempty"`
	Destination        string            `json:"destination,omitempty"`
	UploadListener     bool              `json:"uploadListener,omitempty"`
	Keepalive          bool              `json:"keepalive,omitempty"`
	TargetAddressSpace string            `json:"targetAddressSpace,omitempty"`
}

type story struct {
	Number int     `json:"number"`
	Asks   []asked `json:"asks"`
}

// batch is a step's cases as the page reads them.
func (r *run) batch(n int) string {
	if n < 0 || n >= len(r.steps) {
		return "[]"
	}
	r.beat()
	stories := []story{}
	for _, s := range r.steps[n].stages {
		t := story{Number: s.number}
		for _, a := range s.c.Asks {
			t.Asks = append(t.Asks, s.asked(a))
		}
		stories = append(stories, t)
	}
	out, err := json.Marshal(stories)
	if err != nil {
		r.fail(err)
	}
	return string(out)
}

func (s *staged) asked(a conformance.Ask) asked {
	q := a.Request
	out := asked{
		As: a.Initiator, After: a.After.Milliseconds(), URL: s.place(q.URL), Method: q.Method, Stream: q.Stream, Mode: q.Mode,
		Credentials: q.Credentials, Redirect: q.Redirect, Cache: q.Cache, CrossOrigin: q.CrossOrigin,
		ReferrerPolicy: string(q.ReferrerPolicy), Destination: q.Destination, UploadListener: q.UploadListener,
		Keepalive: q.Keepalive, TargetAddressSpace: string(q.TargetAddressSpace),
	}
	if out.As == "" {
		out.As = fetch.ByFetch
	}
	for _, f := range q.Headers {
		out.Headers = append(out.Headers, [2]string{characters(f.Name), characters(f.Value)})
	}
	if q.Body != nil {
		body := characters(*q.Body)
		out.Body = &body
	}
	return out
}

// characters gives a character for each byte, as script's byte strings have it.
func characters(text string) string {
	out := make([]rune, len(text))
	for i := range len(text) {
		out[i] = rune(text[i])
	}
	return string(out)
}
