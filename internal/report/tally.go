package report

import (
	"strconv"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// alikes is how many findings of one code are written. A server can send any number of bad cookies.
const alikes = 20

// A tally counts findings by their code.
type tally map[transcript.Code]int

// admits counts a finding, and reports whether it is to be written.
func (t tally) admits(f diagnose.Finding) bool {
	t[f.Code]++
	return t[f.Code] <= alikes
}

// rest says, once for a code, how many of its findings were not written; "" for none.
func (t tally) rest(f diagnose.Finding) string {
	more := t[f.Code] - alikes
	delete(t, f.Code)
	if more <= 0 {
		return ""
	}
	return string(f.Code) + ": and " + strconv.Itoa(more) + " more of the same kind"
}
