//go:build !unix

package bench

import "time"

// clock says what [processorTime] measures.
const clock = "elapsed time"

var start = time.Now()

// processorTime is the time of day here: the system has no simple word for what a process uses.
func processorTime() time.Duration { return time.Since(start) }
