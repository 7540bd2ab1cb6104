package browsers

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// ownGroup gives the browser a process group, and ends its first process should this one be killed.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// endGroup ends the group by its id. What has ended keeps its number until somebody asks how, so the wait for the rest
// is short.
func endGroup(cmd *exec.Cmd, ended <-chan struct{}) {
	group := -cmd.Process.Pid
	syscall.Kill(group, syscall.SIGKILL) //nolint:errcheck // it may have ended by itself
	<-ended
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if errors.Is(syscall.Kill(group, syscall.SIGKILL), syscall.ESRCH) {
			return
		}
	}
}

func exists(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
