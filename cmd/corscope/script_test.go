package main

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/corscope/corscope/internal/demo"
)

func TestMain(m *testing.M) {
	// A program built to find races sleeps a second before it ends, and here hundreds do.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"corscope": main})
}

var update = flag.Bool("update", false, "rewrite what the scripts expect")

// Scripts find two servers: the demo's API as https://api.example by way of $REACH, and one with stranger habits at
// $API, over plain http. $REFUSED is an address where nobody listens.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			broken, err := demo.Start()
			if err != nil {
				return err
			}
			env.Defer(func() { _ = broken.Close() })
			strange := newStrange()
			env.Defer(strange.Close)
			env.Values["broken"], env.Values["strange"] = broken.API, strange

			env.Setenv("GORACE", os.Getenv("GORACE"))
			env.Setenv("DEMO", broken.Addr)
			env.Setenv("API", strange.URL)
			strangeURL, err := url.Parse(strange.URL)
			if err != nil {
				return err
			}
			env.Setenv("ADDR", strangeURL.Host)
			env.Setenv("REFUSED", refused(t))
			return os.WriteFile(env.WorkDir+"/demo.pem", broken.PEM, 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"asked":  asked,
			"steady": steady,
		},
	})
}

// exits runs a command and wants it to end with an exit code: exits 3 corscope ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil || neg {
		ts.Fatalf("usage: exits code command args...")
	}
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// asked wants a server to have been asked so many times: asked 1 PUT /good
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: asked times method path")
	}
	want := args[0]
	got := ts.Value("broken").(*demo.API).Asked(args[1], args[2]) + ts.Value("strange").(*strange).asked(args[1], args[2])
	if fmt.Sprint(got) != want {
		ts.Fatalf("%s %s was asked for %d times, want %s", args[1], args[2], got, want)
	}
}

var today = regexp.MustCompile(`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [0-9:]{8} GMT`)

// steady writes what the last command printed to a file, with what differs from run to run taken out: steady file
func steady(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: steady file")
	}
	text := strings.NewReplacer(ts.Getenv("DEMO"), "127.0.0.1:1", ts.Getenv("ADDR"), "127.0.0.1:2").Replace(ts.ReadFile("stdout"))
	text = today.ReplaceAllString(text, "today")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
