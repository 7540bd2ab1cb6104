package cli

// The voice of the command, written once.
//
// Results go to stdout, everything else to stderr. An error is one line: "corscope: error: ", what is wrong, named as
// the user wrote it (the flag, the file with line and column), and what was expected. Lower case, no full stop, no
// "failed to", no "please". A "corscope: hint: " line may follow, if it holds something to do. We say "a server
// allows" and "a browser shares"; never "CORS failed". What a server sent is never an error of ours: it is the result.
//
// Exit codes: 0 allowed, or opaque as asked; 1 blocked, by CORS or by a certain other cause; 2 the command line or a
// file is wrong; 3 unknown: not sent, timed out, could not tell.

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
)

// A status is what the command ends with.
type status int

// The exit codes.
const (
	exitAllowed status = 0
	exitBlocked status = 1
	exitUsage   status = 2
	exitUnknown status = 3
)

func statusOf(o transcript.Outcome) status {
	switch o {
	case transcript.Allowed, transcript.Opaque:
		return exitAllowed
	case transcript.Blocked, transcript.NotCORS:
		return exitBlocked
	case transcript.Unknown:
	}
	return exitUnknown
}

// A usageError is the user's mistake, and says how to mend it.
type usageError struct {
	text string
	hint string // may be empty
}

func (m *usageError) Error() string { return m.text }

func mistakef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// tell writes an error, without the secrets a URL in it may hold, and gives the exit code.
func tell(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "corscope: error: %s\n", oneLine(report.MaskedText(err.Error())))
	if m := (*usageError)(nil); errors.As(err, &m) && m.hint != "" {
		fmt.Fprintf(stderr, "corscope: hint: %s\n", oneLine(report.MaskedText(m.hint)))
	}
	return int(exitUsage)
}

// parseMistake puts what kong says of a command line into our words, where its own are not fit for people.
func parseMistake(err error) error {
	flag, _, missing := strings.Cut(err.Error(), `: expected string value but got "EOL"`)
	if missing {
		return mistakef("%s: want a value", flag)
	}
	return err
}

// oneLine keeps what the user typed from breaking the line, or the terminal.
func oneLine(text string) string {
	var out strings.Builder
	for _, r := range text {
		if strconv.IsPrint(r) {
			out.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	return out.String()
}
