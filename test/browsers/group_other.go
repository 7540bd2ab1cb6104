//go:build !linux

package browsers

import (
	"os"
	"os/exec"
)

// Elsewhere the first process takes the others with it.
func ownGroup(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd, ended <-chan struct{}) {
	cmd.Process.Kill() //nolint:errcheck // it may have ended by itself
	<-ended
}

func exists(pid int) bool {
	_, err := os.FindProcess(pid)
	return err == nil
}
