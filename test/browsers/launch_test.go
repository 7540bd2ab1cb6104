package browsers_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/test/browsers"
)

const oneCase = `# Any.
rule: any
page {app}
ask GET {api}/x
answer {api}/x
  200
expect
  wire: GET {api}/x origin={app}
  outcome: blocked
`

// script makes a program that leaves the process id of a child of its own behind, and then does what it is told.
func script(t *testing.T, does string) (program, child string) {
	t.Helper()
	folder := t.TempDir()
	program, child = filepath.Join(folder, "browser"), filepath.Join(folder, "child")
	text := "#!/bin/sh\nsleep 600 &\necho $! >" + child + "\necho 'a word before the end' >&2\n" + does + "\n"
	if err := os.WriteFile(program, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, child
}

func TestLostBrowsers(t *testing.T) {
	tests := []struct {
		name, does, want, why string
	}{
		{"silent", "sleep 600", "the browser asked for nothing", "a browser that never gets ready is launched twice, and then given up"},
		{"crash", "exit 3", "the browser ended by itself", "there is no need to wait for one that has gone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := world(t)
			w.Hurry(300*time.Millisecond, time.Second)
			c, err := conformance.Parse("one", []byte(oneCase), w.Origins())
			if err != nil {
				t.Fatal(err)
			}
			program, child := script(t, test.does)
			_, err = w.Run(t.Context(), browsers.EngineOf(program), []conformance.Case{c})
			var lost *browsers.LostError
			if !errors.As(err, &lost) {
				t.Fatalf("got %v, want a LostError: %s", err, test.why)
			}
			if !strings.Contains(lost.Why, test.want) || len(lost.Open) != 1 || lost.Open[0] != "one" || !strings.Contains(lost.Log, "a word before the end") {
				t.Errorf("got %+v, want %q: %s", lost, test.want, test.why)
			}
			gone(t, child)
			profilesGone(t)
		})
	}
}

// gone demands that the process whose id is in a file ends.
func gone(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || isZombie(pid) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d was left behind", pid)
}

// isZombie: where nobody reaps orphans, what has ended keeps its number.
func isZombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func profilesGone(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "corscope-browser-"+strconv.Itoa(os.Getpid())+"-*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
}

func TestSweep(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	mine := filepath.Join(os.TempDir(), "corscope-browser-"+strconv.Itoa(os.Getpid())+"-1")
	const nobody = 1 << 30 // more than any system's last process
	theirs := filepath.Join(os.TempDir(), "corscope-browser-"+strconv.Itoa(nobody)+"-1")
	for _, folder := range []string{mine, theirs} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	browsers.Sweep()
	if _, err := os.Stat(mine); err != nil {
		t.Error("the profile of a living process was removed")
	}
	if _, err := os.Stat(theirs); err == nil {
		t.Error("the profile of a process that is no more was left")
	}
}

func TestMissing(t *testing.T) {
	e := browsers.EngineOf(filepath.Join(t.TempDir(), "nothing"))
	_, err := e.Version(t.Context())
	var missing *browsers.MissingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "package none") {
		t.Errorf("got %v, want a MissingError that names the package", err)
	}
}
