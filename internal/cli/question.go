package cli

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// question holds the argument and the flags that say what is asked.
type question struct {
	URL            string   `arg:"" optional:"" name:"URL" help:"What the page asks for."`
	Origin         string   `group:"The page" placeholder:"ORIGIN" help:"The page's origin, such as https://app.example; null for an opaque one."`
	TopLevel       string   `group:"The page" placeholder:"ORIGIN" help:"The tab's origin, where the page is a frame."`
	ReferrerPolicy string   `group:"The page" placeholder:"POLICY" help:"The page's referrer policy."`
	As             string   `group:"The request" placeholder:"WHAT" help:"What in the page asks; fetch unless given. One of ${initiators}."`
	Method         string   `group:"The request" short:"X" placeholder:"METHOD" help:"The method; GET unless given, POST with --data."`
	Header         []string `group:"The request" short:"H" sep:"none" placeholder:"'NAME: VALUE'" help:"A header the page sets. May be given again."`
	Data           *string  `group:"The request" placeholder:"TEXT" help:"The body, as a string: text/plain unless a Content-Type is given."`
	Credentials    string   `group:"The request" placeholder:"WHEN" help:"When cookies travel: omit, same-origin or include."`
	Mode           string   `group:"The request" placeholder:"MODE" help:"What the answer may be used for: cors, no-cors or same-origin."`
	Redirect       string   `group:"The request" placeholder:"WHAT" help:"What becomes of a redirect: follow, error or manual."`
	Crossorigin    string   `group:"The request" placeholder:"STATE" help:"An element's crossorigin attribute: anonymous or use-credentials."`
	UploadListener bool     `group:"The request" help:"An XMLHttpRequest whose upload is listened to."`
	Stream         bool     `group:"The request" help:"Send --data as a stream."`
}

// asked says which of the flags were used, the first of them; "" for none.
func (q question) asked() string {
	for _, f := range []struct {
		name string
		used bool
	}{
		{"URL", q.URL != ""},
		{"--origin", q.Origin != ""},
		{"--top-level", q.TopLevel != ""},
		{"--referrer-policy", q.ReferrerPolicy != ""},
		{"--as", q.As != ""},
		{"--method", q.Method != ""},
		{"--header", q.Header != nil},
		{"--data", q.Data != nil},
		{"--credentials", q.Credentials != ""},
		{"--mode", q.Mode != ""},
		{"--redirect", q.Redirect != ""},
		{"--crossorigin", q.Crossorigin != ""},
		{"--upload-listener", q.UploadListener},
		{"--stream", q.Stream},
	} {
		if f.used {
			return f.name
		}
	}
	return ""
}

// scenario is the question as plain data.
func (q question) scenario() (scenario.Scenario, error) {
	if err := q.check(); err != nil {
		return scenario.Scenario{}, err
	}
	s := scenario.Scenario{
		Page:      scenario.Page{Origin: q.Origin, TopLevel: q.TopLevel, ReferrerPolicy: fetch.ReferrerPolicy(q.ReferrerPolicy)},
		Initiator: fetch.Initiator(q.As),
		Request: scenario.Request{
			Method: q.Method, URL: q.URL, Body: q.Data, Stream: q.Stream,
			Mode: fetch.Mode(q.Mode), Credentials: fetch.Credentials(q.Credentials), Redirect: fetch.Redirect(q.Redirect),
			CrossOrigin: fetch.CrossOrigin(q.Crossorigin), UploadListener: q.UploadListener,
		},
	}
	for _, line := range q.Header {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			first, _, _ := strings.Cut(line, " ") // the rest may be a secret
			return s, &usageError{"--header " + quoted(first) + ": want a name, a colon and a value", "such as -H 'Content-Type: application/json'"}
		}
		if !wire.IsToken(name) {
			return s, mistakef("--header %s: want a header name before the colon", quoted(name))
		}
		s.Request.Headers = append(s.Request.Headers, wire.Field{Name: name, Value: wire.Normalize(value)})
	}
	if q.Data != nil {
		if s.Request.Method == "" {
			s.Request.Method = "POST"
		}
		if !s.Request.Headers.Contains(wire.ContentType) && !q.Stream {
			s.Request.Headers = append(s.Request.Headers, wire.Field{Name: wire.ContentType, Value: "text/plain;charset=UTF-8"})
		}
	}
	return s, nil
}

func (q question) check() error {
	if q.URL == "" {
		return &usageError{"URL is missing: what does the page ask for?", "corscope explain --demo shows what there is to see"}
	}
	if err := checkURL(q.URL); err != nil {
		return err
	}
	if q.Origin == "" {
		return &usageError{"--origin is missing: CORS is between a page and a server, so which page asks?", "such as --origin https://app.example"}
	}
	if err := checkOrigin("--origin", q.Origin); err != nil {
		return err
	}
	if q.TopLevel != "" {
		if err := checkOrigin("--top-level", q.TopLevel); err != nil {
			return err
		}
	}
	for _, f := range []struct{ flag, field, word string }{
		{"--as", "initiator", q.As},
		{"--credentials", "credentials", q.Credentials},
		{"--mode", "mode", q.Mode},
		{"--redirect", "redirect", q.Redirect},
		{"--crossorigin", "crossorigin", q.Crossorigin},
		{"--referrer-policy", "referrerPolicy", q.ReferrerPolicy},
	} {
		if f.word == "" {
			continue
		}
		if want, ok := scenario.CheckWord(f.field, f.word); !ok {
			return mistakef("%s %s: want %s", f.flag, quoted(f.word), want)
		}
	}
	if err := q.checkMode(); err != nil {
		return err
	}
	if q.Stream && q.Data == nil {
		return mistakef("--stream: there is no --data to send")
	}
	return nil
}

// readScenario reads a question from a file.
func readScenario(name string) (scenario.Scenario, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return scenario.Scenario{}, fileMistake("--scenario", name, err)
	}
	s, err := scenario.Parse(text)
	if syntax := (*scenario.SyntaxError)(nil); errors.As(err, &syntax) {
		return s, mistakef("%s:%v", name, syntax)
	}
	return s, err
}

func fileMistake(flag, name string, err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return mistakef("%s %s: %v", flag, name, err)
}

// jars makes a cookie store for each browser, with what the user brought along.
func jars(lines []string, address string) (func() *cookie.Jar, error) {
	u, err := fetch.ParseURL(address)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	var cookies []cookie.Cookie
	for _, line := range lines {
		c, err := cookie.Parse(line)
		if syntax := (*cookie.SyntaxError)(nil); errors.As(err, &syntax) {
			return nil, mistakef("--cookie %s: %s", quoted(syntax.Name), syntax.Reason.Text())
		}
		switch {
		case c.Domain == "":
			c.Domain = u.Host()
		case c.Domain != u.Host() && !strings.HasSuffix(u.Host(), "."+c.Domain):
			return nil, mistakef("--cookie %s: its Domain %s is not that of %s", quoted(c.Name), c.Domain, u.Host())
		}
		cookies = append(cookies, c)
	}
	return func() *cookie.Jar {
		jar := new(cookie.Jar)
		for _, c := range cookies {
			jar.Set(c, now)
		}
		return jar
	}, nil
}

func quoted(text string) string { return `"` + oneLine(text) + `"` }
