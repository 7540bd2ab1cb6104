package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/corscope/corscope/internal/cli"
)

// terminal opens a pseudo-terminal: what is written to one end is read from the other.
func terminal(t *testing.T) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	var number, locked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCSPTLCK: &locked, syscall.TIOCGPTN: &number} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, screen.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Fatal(errno)
		}
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return screen, program
}

func TestColourOnATerminal(t *testing.T) {
	for _, tt := range []struct {
		env, value, flag string
		want             bool
		why              string
	}{
		{"TERM", "xterm", "auto", true, "a terminal"},
		{"TERM", "dumb", "auto", false, "one that shows none"},
		{"NO_COLOR", "1", "auto", false, "asked not to"},
		{"NO_COLOR", "", "auto", true, "empty is not set"},
		{"NO_COLOR", "1", "always", true, "the flag has the last word"},
		{"TERM", "xterm", "never", false, "the flag has the last word"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			t.Setenv("NO_COLOR", "")
			t.Setenv("TERM", "xterm")
			t.Setenv(tt.env, tt.value)
			screen, program := terminal(t)
			shown := make(chan string)
			go func() {
				text, _ := io.ReadAll(screen) // ends with an error once the program's end is closed
				shown <- string(text)
			}()
			var stderr bytes.Buffer
			if code := cli.Main([]string{"codes", "acao-missing", "--color", tt.flag}, program, &stderr); code != 0 {
				t.Errorf("exit %d: %s", code, &stderr)
			}
			if err := program.Close(); err != nil {
				t.Fatal(err)
			}
			text := <-shown
			if got := strings.Contains(text, "\x1b["); got != tt.want || !strings.Contains(text, "acao-missing") {
				t.Errorf("%s=%q --color %s: colour %v, want %v in %q", tt.env, tt.value, tt.flag, got, tt.want, text)
			}
		})
	}
}
