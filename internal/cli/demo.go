package cli

import (
	"crypto/x509"
	"fmt"
	"net"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/internal/demo"
	"github.com/corscope/corscope/internal/probe"
	"github.com/corscope/corscope/internal/report"
)

// runDemo explains the demo's cases, over loopback and by the same road as any server.
func (e *explain) runDemo(c *console, profiles []fetch.Profile) error {
	if used := e.asked(); used != "" {
		return mistakef("%s: --demo asks its own questions", used)
	}
	cases, err := e.cases()
	if err != nil {
		return err
	}
	server, err := demo.Start()
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // nothing is kept
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.PEM)
	transport := probe.Network{Resolve: map[string]string{net.JoinHostPort(demo.Host, "443"): server.Addr}, Roots: roots}.Transport()
	transport.Proxy = nil // loopback only
	defer transport.CloseIdleConnections()
	asker := probe.Asker{Transport: transport, Send: true, Timeout: e.Timeout}

	prose, alone := e.Output == "text", len(cases) == 1
	if prose && !alone {
		fmt.Fprintf(c.stdout, "A page at %s asks a broken API at https://%s.\nThe API runs here, on loopback: nothing leaves this machine.\n", demo.Page, demo.Host)
	}
	var reports []report.Report
	for i, one := range cases {
		r, err := ask(c, asker, one.Scenario, nil, profiles)
		if err != nil {
			return err
		}
		r.Case = one.Name
		if !prose && !alone {
			reports = append(reports, e.masked(r))
			continue
		}
		if prose && !alone {
			fmt.Fprintf(c.stdout, "\n%s\n\n", e.heading(c, i+1, one))
		}
		if err := e.write(c, r, !alone); err != nil {
			return err
		}
	}
	switch {
	case alone:
	case !prose:
		return report.JSON(c.stdout, reports)
	default:
		_, err = fmt.Fprintf(c.stdout, "\nAll there is to say of one: corscope explain --demo --case %s\nOf a server of yours:      corscope explain --origin %s URL\n", cases[0].Name, demo.Page)
	}
	return err
}

func (e *explain) heading(c *console, number int, one demo.Case) string {
	text := fmt.Sprintf("── %d. %s: %s ", number, one.Name, one.Title)
	text += strings.Repeat("─", max(2, 100-len([]rune(text))))
	if c.colourful(e.Color) {
		return "\x1b[1m" + text + "\x1b[0m"
	}
	return text
}

// cases picks the cases that were asked for.
func (e *explain) cases() ([]demo.Case, error) {
	all := demo.Cases()
	if e.Case == "" {
		return all, nil
	}
	var names []string
	for _, one := range all {
		if one.Name == e.Case {
			return []demo.Case{one}, nil
		}
		names = append(names, one.Name)
	}
	return nil, mistakef("--case %s: want one of %s", quoted(e.Case), strings.Join(names, ", "))
}
