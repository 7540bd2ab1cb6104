package cli_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/corscope/corscope/internal/cli"
	"github.com/corscope/corscope/internal/demo"
)

func TestParseResolve(t *testing.T) {
	for _, tt := range []struct {
		line, from, to string
		ok             bool
		why            string
	}{
		{"api.example:443:127.0.0.1", "api.example:443", "127.0.0.1:443", true, "the port is the same"},
		{"API.example:80:127.0.0.1:8080", "api.example:80", "127.0.0.1:8080", true, "unless one is given"},
		{"api.example:443:::1", "api.example:443", "[::1]:443", true, "IPv6 as curl takes it"},
		{"api.example:443:[::1]", "api.example:443", "[::1]:443", true, "or in brackets"},
		{"api.example:443:[::1]:8443", "api.example:443", "[::1]:8443", true, "and with a port"},
		{"[2001:db8::1]:443:127.0.0.1", "[2001:db8::1]:443", "127.0.0.1:443", true, "an address in place of an address"},
		{"api.example:443", "", "", false, "nowhere to go"},
		{"api.example::127.0.0.1", "", "", false, "no port"},
		{"api.example:0:127.0.0.1", "", "", false, "no port either"},
		{"api.example:99999:127.0.0.1", "", "", false, "too high a port"},
		{"api.example:443:localhost", "", "", false, "a name would have to be resolved"},
		{":443:127.0.0.1", "", "", false, "no host"},
		{"[::1:443:127.0.0.1", "", "", false, "an open bracket"},
		{"", "", "", false, "nothing"},
	} {
		from, to, ok := cli.ParseResolve(tt.line)
		if ok != tt.ok || ok && (from != tt.from || to != tt.to) {
			t.Errorf("%q: %q to %q, %v, want %q to %q, %v: %s", tt.line, from, to, ok, tt.from, tt.to, tt.ok, tt.why)
		}
	}
}

// Help is a result: it goes to stdout and ends well.
func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"explain", "--help"}, {"codes", "--help"}} {
		var stdout, stderr bytes.Buffer
		if code := cli.Main(args, &stdout, &stderr); code != 0 || stderr.Len() > 0 || !strings.HasPrefix(stdout.String(), "Usage: corscope") {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", args, code, &stdout, &stderr)
		}
	}
}

// The demo as data is one array that any program reads, in the order of the cases.
func TestDemoIsOneArray(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := cli.Main([]string{"explain", "--demo", "--output", "json"}, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
		t.Fatalf("exit %d, stderr %q", code, &stderr)
	}
	var got []struct{ Case string }
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	cases := demo.Cases()
	if len(got) != len(cases) {
		t.Fatalf("%d objects for %d cases", len(got), len(cases))
	}
	for i, one := range cases {
		if got[i].Case != one.Name {
			t.Errorf("object %d is of %q, want %q", i, got[i].Case, one.Name)
		}
	}
}

// What the user typed cannot break the one line an error has, nor paint the terminal.
func TestErrorsAreOneLine(t *testing.T) {
	for _, args := range [][]string{
		{"explain", "a\nb"}, {"codes", "a\nb\x1b[31m"}, {"explain", "https://a.example", "--origin", "x\ny"}, {"no\nverb"}, {"--no\nflag"},
	} {
		var stdout, stderr bytes.Buffer
		code := cli.Main(args, &stdout, &stderr)
		errors := strings.Count(stderr.String(), "corscope: error: ")
		lines := strings.Count(stderr.String(), "\n") - strings.Count(stderr.String(), "corscope: hint: ")
		if code != 2 || errors != 1 || lines != 1 || stdout.Len() > 0 || strings.Contains(stderr.String(), "\x1b") {
			t.Errorf("%q: exit %d, stdout %q, stderr %q", args, code, &stdout, &stderr)
		}
	}
}
