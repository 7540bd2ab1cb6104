package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type version struct{}

// Run prints which corscope this is, and which standard it follows.
func (version) Run(c *console) error {
	_, err := fmt.Fprintln(c.stdout, versionText())
	return err
}

func versionText() string {
	name := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		name = info.Main.Version
	}
	return fmt.Sprintf("corscope %s\n%s %s/%s\nFetch Standard of 2026-07-02", name, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
