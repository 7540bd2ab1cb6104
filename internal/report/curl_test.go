package report_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

func TestCurl(t *testing.T) {
	body := "a b"
	for _, tt := range []struct {
		exchange transcript.Exchange
		body     *string
		reach    []string
		want     string
		why      string
	}{
		{
			transcript.Exchange{Kind: transcript.Actual, Method: "GET", URL: "https://h.example/x?a=1&b=2", Request: wire.Header{
				{Name: "Accept", Value: "*/*"}, {Name: "User-Agent", Value: "U"}, {Name: "Sec-Fetch-Mode", Value: "cors"}, {Name: "Origin", Value: "https://app.example"},
			}},
			nil, nil, "curl -i -H 'Origin: https://app.example' 'https://h.example/x?a=1&b=2'", "what is incidental stays out",
		},
		{
			transcript.Exchange{Kind: transcript.Preflight, Method: "OPTIONS", URL: "https://h.example/", Request: wire.Header{{Name: "Accept", Value: "text/plain"}}},
			&body,
			[]string{"--cacert", "my ca.pem"},
			"curl -i --cacert 'my ca.pem' -X OPTIONS -H 'Accept: text/plain' https://h.example/", "a preflight has no body",
		},
		{
			transcript.Exchange{Kind: transcript.Actual, Method: "POST", URL: "https://h.example/", Request: wire.Header{{Name: "X-Empty", Value: ""}}},
			&body, nil, "curl -i -H 'X-Empty;' --data-raw 'a b' https://h.example/", "a body makes it POST, and a semicolon an empty header",
		},
		{
			transcript.Exchange{Kind: transcript.Actual, Method: "PUT", URL: "https://h.example/"},
			&body, nil, "curl -i -X PUT --data-raw 'a b' https://h.example/", "any other method is said",
		},
		{
			transcript.Exchange{Kind: transcript.Actual, Method: "POST", URL: "https://h.example/"},
			nil, nil, "curl -i -X POST https://h.example/", "POST too, without a body",
		},
		{
			transcript.Exchange{Kind: transcript.Actual, Method: "HEAD", URL: "https://h.example/"},
			nil, nil, "curl -i -I https://h.example/", "curl waits for a body of HEAD unless told",
		},
		{
			transcript.Exchange{Kind: transcript.Actual, Method: "GET", URL: "https://h.example/", Request: wire.Header{{Name: "X", Value: "\x1b'\\\xff"}}},
			nil, nil, `curl -i -H $'X: \x1b\'\\\xff' https://h.example/`, "bytes that are not text",
		},
	} {
		if got := report.Curl(tt.exchange, tt.body, tt.reach); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.why, got, tt.want)
		}
	}
}

// A shell reads back what was quoted.
func TestCurlIsWhatAShellReads(t *testing.T) {
	for _, nasty := range []string{
		"", "a", "it's", "''", "$(id)", "`id`", `back\slash`, `"double"`, "a;b|c&d>e<f", "*?[x]", "~", "#x", "!x", "ä", "{a,b}", "a\tb", "\x1b[31m", "new\nline", "\\'",
	} {
		line := report.Curl(transcript.Exchange{Method: "GET", URL: nasty}, nil, nil)
		shell := "sh"
		if strings.Contains(line, "$'") {
			shell = "bash"
		}
		out, err := exec.Command(shell, "-c", "curl() { shift; printf '%s.' \"$@\"; }; "+line).Output()
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if got := string(out); got != nasty+"." {
			t.Errorf("%s reads %q as %q", shell, nasty, got)
		}
	}
}
