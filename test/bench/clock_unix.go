//go:build unix

package bench

import (
	"syscall"
	"time"
)

// clock says what [processorTime] measures.
const clock = "processor time"

// processorTime is what the process has used so far, in all its threads, and in the kernel on its behalf. Unlike the
// time of day it leaves out what others do with the processors.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
