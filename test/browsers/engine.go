package browsers

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
)

// An Engine is a browser that can be launched.
type Engine struct {
	Name    string // of its profile
	Package string // Debian's
	// binaries are the names it goes by, the first that is found counts.
	binaries []string
	// prepare fills a fresh profile folder and says how to start: arguments before the address, and the environment.
	prepare func(profile string, w *World) (arguments, environment []string, err error)
	// reason reads one line of its log.
	reason func(line string) (Reason, bool)
}

// The engines.
var (
	Chromium = Engine{
		Name: "chromium", Package: "chromium", binaries: []string{"chromium", "chromium-browser"},
		prepare: prepareChromium, reason: chromiumReason,
	}
	Firefox = Engine{
		Name: "firefox", Package: "firefox-esr", binaries: []string{"firefox-esr", "firefox"},
		prepare: prepareFirefox, reason: firefoxReason,
	}
)

// Engines lists them.
func Engines() []Engine { return []Engine{Chromium, Firefox} }

// A MissingError says that an engine is not installed.
type MissingError struct{ Engine Engine }

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed: on Debian it is in the package %s", e.Engine.Name, e.Engine.Package)
}

// Find gives the engine's program. The error is a *[MissingError].
func (e Engine) Find() (path string, err error) {
	for _, name := range e.binaries {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &MissingError{e}
}

var versionNumber = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)+(esr)?`)

// Version asks the program which one it is, such as 156.0.8078.79.
func (e Engine) Version(ctx context.Context) (string, error) {
	path, err := e.Find()
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("asking %s for its version: %w", path, err)
	}
	version := versionNumber.FindString(string(out))
	if version == "" {
		return "", fmt.Errorf("%s --version says %q: want a version number", path, out)
	}
	return version, nil
}
