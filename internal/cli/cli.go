// Package cli is the command line: a file for each verb, and one voice.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/corscope/corscope/fetch"
)

// grammar is the command line: a field is a verb or a flag.
type grammar struct {
	Explain explain `cmd:"" help:"Say what a browser makes of a request, and why."`
	Codes   codes   `cmd:"" help:"List the codes findings have, or explain one."`
	Version version `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version, as the verb does."`
}

// A console is what a verb talks to.
type console struct {
	context.Context
	stdout io.Writer
	status status // what the verb ends with, unless it returns an error
}

// Main runs the command with the arguments that follow its name, and gives the exit code.
func Main(args []string, stdout, stderr io.Writer) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	type helped struct{ code int }
	defer func() { // kong ends --help with its exit function, and expects it not to return
		if ended, ok := recover().(helped); ok {
			code = ended.code
		}
	}()
	parser, err := kong.New(
		new(grammar),
		kong.Name("corscope"),
		kong.Description("Cross-Origin Resource Sharing, explained: what a browser makes of a request, and why."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(helped{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"initiators": initiatorNames(), "profiles": profileNames(), "version": versionText()},
	)
	if err != nil {
		return tell(stderr, err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return tell(stderr, parseMistake(err))
	}
	c := &console{Context: ctx, stdout: stdout}
	if err := parsed.Run(c); err != nil {
		return tell(stderr, err)
	}
	return int(c.status)
}

func initiatorNames() string {
	var names []string
	for _, info := range fetch.Initiators() {
		names = append(names, string(info.Name))
	}
	return strings.Join(names, ", ")
}

func profileNames() string {
	var names []string
	for _, p := range fetch.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ",")
}

// colourful says whether to write in colour: on a terminal, unless the environment or the user says otherwise.
func (c *console) colourful(choice string) bool {
	switch choice {
	case "always":
		return true
	case "never":
		return false
	}
	file, ok := c.stdout.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}
