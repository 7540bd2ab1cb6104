package browsers

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A running browser owns a process group and a profile folder, and both end with it.
type running struct {
	cmd     *exec.Cmd
	profile string
	ended   chan struct{} // closed once the first process has ended
	heard   chan struct{} // closed once the log has been read to its end
	closing sync.Once

	mu   sync.Mutex
	tail []string // the last lines of its log
}

const tailLength = 40

// launch starts the engine at an address. Each line of its log goes to watch.
func (e Engine) launch(w *World, address string, watch func(line string)) (*running, error) {
	path, err := e.Find()
	if err != nil {
		return nil, err
	}
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	arguments, environment, err := e.prepare(profile, w)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(profile))
	}
	log, stderr, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(profile))
	}
	cmd := exec.Command(path, append(arguments, address)...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = stderr, stderr
	ownGroup(cmd)
	r := &running{cmd: cmd, profile: profile, ended: make(chan struct{}), heard: make(chan struct{})}
	err = cmd.Start()
	stderr.Close() //nolint:errcheck // the browser has its own copy
	if err != nil {
		log.Close() //nolint:errcheck // nothing was read
		return nil, errors.Join(fmt.Errorf("starting %s: %w", path, err), os.RemoveAll(profile))
	}
	alive.add(r)
	go r.read(log, watch)
	go func() {
		defer close(r.ended)
		cmd.Wait() //nolint:errcheck // it is ended by a signal
	}()
	return r, nil
}

// read takes the log to its end. Every process of the browser holds the other end, so it may come after the first
// process's.
func (r *running) read(log io.ReadCloser, watch func(string)) {
	defer close(r.heard)
	defer log.Close()
	lines := bufio.NewScanner(log)
	lines.Buffer(make([]byte, 1<<16), 1<<22)
	for lines.Scan() {
		r.mu.Lock()
		r.tail = append(r.tail, lines.Text())
		if len(r.tail) > tailLength {
			r.tail = r.tail[1:]
		}
		r.mu.Unlock()
		watch(lines.Text())
	}
}

// lastWords are the last lines of the log, for a report. They are whole once the browser is closed: what was written
// may be read a good while later on a busy machine.
func (r *running) lastWords() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.tail, "\n")
}

// close ends the whole group and removes the profile. It may be called again.
func (r *running) close() (err error) {
	r.closing.Do(func() {
		endGroup(r.cmd, r.ended)
		select {
		case <-r.heard:
		case <-time.After(5 * time.Second): // somebody outside the group has the other end
		}
		err = removeProfile(r.profile)
		alive.remove(r)
	})
	return err
}

// removeProfile tries again for a moment: a process on its way out may still write.
func removeProfile(folder string) error {
	var err error
	for range 20 {
		if err = os.RemoveAll(folder); err == nil {
			if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// Profiles are named for the process that made them, so that those of one that was killed can be told.
const profilePrefix = "corscope-browser-"

func newProfile() (string, error) {
	return os.MkdirTemp("", profilePrefix+strconv.Itoa(os.Getpid())+"-")
}

// Sweep removes the profiles of processes that are no more. It is for the beginning of a run.
func Sweep() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*"))
	for _, folder := range left {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), profilePrefix), "-")
		if pid, err := strconv.Atoi(owner); err == nil && !exists(pid) {
			os.RemoveAll(folder) //nolint:errcheck // another run will try again
		}
	}
}

// registry knows every browser that runs, for the end of the process.
type registry struct {
	mu   sync.Mutex
	list map[*running]bool
}

var alive = registry{list: map[*running]bool{}}

func (g *registry) add(r *running) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list[r] = true
}

func (g *registry) remove(r *running) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.list, r)
}

// CloseAll ends every browser that this process started. It is for the end of a process that was told to end.
func CloseAll() {
	alive.mu.Lock()
	var list []*running
	for r := range alive.list {
		list = append(list, r)
	}
	alive.mu.Unlock()
	for _, r := range list {
		r.close() //nolint:errcheck // there is nobody left to tell
	}
}
