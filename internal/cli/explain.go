package cli

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/probe"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/transcript"
)

// explain asks one question and says what came of it.
type explain struct {
	question
	Cookie   []string `group:"The browsers" sep:"none" placeholder:"'NAME=VALUE; ...'" help:"A cookie the browser has for the server, as in Set-Cookie. May be given again."`
	Profile  []string `group:"The browsers" default:"${profiles}" placeholder:"NAME" help:"Which browsers: ${profiles} unless given. The first asks the server, the others are given its answers."`
	Scenario string   `group:"The request" placeholder:"FILE" help:"Read the question from a JSON file."`

	Send    bool          `group:"The wire" help:"Send the request also where it may change things on the server: once, whatever is asked."`
	Resolve []string      `group:"The wire" sep:"none" placeholder:"HOST:PORT:ADDRESS" help:"Connect to an address in place of a host, as curl does. May be given again."`
	CACert  string        `group:"The wire" name:"cacert" placeholder:"FILE" help:"Trust the certificates in a PEM file too."`
	Timeout time.Duration `group:"The wire" default:"10s" help:"How long one browser may take for everything."`

	Output      string `group:"The report" enum:"text,json" default:"text" help:"How to say it: text or json."`
	Trace       bool   `group:"The report" help:"Show every message: > what the browser sent, < what came back."`
	Color       string `group:"The report" enum:"auto,always,never" default:"auto" help:"Write in colour: auto, always or never."`
	ShowSecrets bool   `group:"The report" help:"Do not mask credentials."`

	Demo bool   `group:"The demo" help:"Explain a broken API that comes along, on loopback only."`
	Case string `group:"The demo" placeholder:"NAME" help:"One case of the demo, in full."`
}

// Run asks, explains, and ends with the outcome's exit code.
func (e *explain) Run(c *console) error {
	profiles, err := e.profiles()
	if err != nil {
		return err
	}
	if e.Timeout <= 0 {
		return mistakef("--timeout %v: want more than nothing", e.Timeout)
	}
	if e.Demo {
		return e.runDemo(c, profiles)
	}
	if e.Case != "" {
		return mistakef("--case %s: only --demo has cases", quoted(e.Case))
	}
	asked, err := e.asks()
	if err != nil {
		return err
	}
	network, err := e.network()
	if err != nil {
		return err
	}
	transport := network.Transport()
	defer transport.CloseIdleConnections()
	r, err := ask(c, probe.Asker{Transport: transport, Send: e.Send, Timeout: e.Timeout}, asked, e.Cookie, profiles)
	if err != nil {
		return err
	}
	r.Reach = e.reach()
	if e.CACert == "" {
		suggestAuthority(r)
	}
	c.status = statusOf(r.Outcome())
	return e.write(c, r, false)
}

// asks is the question, from the flags or from a file.
func (e *explain) asks() (scenario.Scenario, error) {
	if e.Scenario == "" {
		return e.scenario()
	}
	if used := e.asked(); used != "" {
		return scenario.Scenario{}, mistakef("%s: --scenario holds the whole question already", used)
	}
	return readScenario(e.Scenario)
}

func (e *explain) profiles() ([]fetch.Profile, error) {
	var profiles []fetch.Profile
	for _, name := range e.Profile {
		p, ok := fetch.ProfileNamed(name)
		if !ok {
			return nil, mistakef("--profile %s: want one of %s", quoted(name), strings.ReplaceAll(profileNames(), ",", ", "))
		}
		if !slices.ContainsFunc(profiles, func(q fetch.Profile) bool { return q.Name == p.Name }) {
			profiles = append(profiles, p)
		}
	}
	if profiles == nil { // --profile ''
		return nil, mistakef(`--profile "": want one or more of %s`, strings.ReplaceAll(profileNames(), ",", ", "))
	}
	return profiles, nil
}

// network is how the server is reached.
func (e *explain) network() (probe.Network, error) {
	n := probe.Network{Resolve: map[string]string{}}
	for _, line := range e.Resolve {
		from, to, ok := parseResolve(line)
		if !ok {
			return n, mistakef("--resolve %s: want host:port:address, such as api.example:443:127.0.0.1", quoted(line))
		}
		n.Resolve[from] = to
	}
	if e.CACert == "" {
		return n, nil
	}
	pem, err := os.ReadFile(e.CACert)
	if err != nil {
		return n, fileMistake("--cacert", e.CACert, err)
	}
	if n.Roots, err = x509.SystemCertPool(); err != nil {
		n.Roots = x509.NewCertPool()
	}
	if !n.Roots.AppendCertsFromPEM(pem) {
		return n, mistakef("--cacert %s: want certificates in PEM form", e.CACert)
	}
	return n, nil
}

// parseResolve reads host:port:address, where the address may have a port of its own.
func parseResolve(line string) (from, to string, ok bool) {
	host, rest, ok := strings.Cut(line, ":")
	if strings.HasPrefix(line, "[") { // an IPv6 address
		at := strings.Index(line, "]:")
		if ok = at > 0; ok {
			host, rest = line[1:at], line[at+2:]
		}
	}
	port, address, colon := strings.Cut(rest, ":")
	if n, err := strconv.ParseUint(port, 10, 16); !ok || !colon || host == "" || err != nil || n == 0 {
		return "", "", false
	}
	from = net.JoinHostPort(strings.ToLower(host), port)
	if both, err := netip.ParseAddrPort(address); err == nil {
		return from, both.String(), true
	}
	bare, err := netip.ParseAddr(strings.Trim(address, "[]"))
	return from, net.JoinHostPort(bare.String(), port), err == nil
}

// reach is what curl needs to know of the flags.
func (e *explain) reach() []string {
	var options []string
	for _, line := range e.Resolve {
		if from, to, _ := parseResolve(line); from != "" {
			options = append(options, "--connect-to", from+":"+to)
		}
	}
	if e.CACert != "" {
		options = append(options, "--cacert", e.CACert)
	}
	return options
}

// ask puts a question to its server as several browsers, and judges what came of it.
func ask(ctx context.Context, asker probe.Asker, s scenario.Scenario, cookies []string, profiles []fetch.Profile) (report.Report, error) {
	jar, err := jars(cookies, s.Request.URL)
	if err != nil {
		return report.Report{}, err
	}
	records, err := asker.Ask(ctx, probe.Question{Request: s.FetchRequest, Cookies: jar}, profiles...)
	if err != nil {
		return report.Report{}, err
	}
	r := report.Report{Body: s.Request.Body}
	for i, record := range records {
		r.Runs = append(r.Runs, report.Run{Title: profiles[i].Title, Transcript: record, Findings: diagnose.Diagnose(record)})
	}
	return r, nil
}

// masked takes the secrets out of a report, unless they are to be shown.
func (e *explain) masked(r report.Report) report.Report {
	if e.ShowSecrets {
		return r
	}
	return r.Masked()
}

// suggestAuthority says how to go on where nobody vouches for a certificate: it may be of one's own.
func suggestAuthority(r report.Report) {
	for _, run := range r.Runs {
		for i := range run.Findings {
			f := &run.Findings[i]
			if f.Code != transcript.NetTLS || f.Exchange == 0 {
				continue
			}
			if said := run.Transcript.Exchanges[f.Exchange-1].Failure; said != nil && strings.Contains(said.Text, "unknown authority") {
				f.Hints = append([]string{"If this authority is yours: --cacert FILE judges what is behind it."}, f.Hints...)
			}
		}
	}
}

// write writes a report in the form that was asked for.
func (e *explain) write(c *console, r report.Report, short bool) error {
	r = e.masked(r)
	if e.Output == "json" {
		return r.JSON(c.stdout)
	}
	return r.Text(c.stdout, report.Style{Colour: c.colourful(e.Color), Short: short, Trace: e.Trace})
}
