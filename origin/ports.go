package origin

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// ports is a set of effective ports: one run from lo to hi, or several, which more holds in order, four bytes each, with
// a gap between any two. So equal sets are equal values, and a set of one run needs no memory of its own.
type ports struct {
	lo, hi uint16
	more   string
}

var anyPort = ports{hi: 65535}

func onePort(n int) ports { return ports{lo: uint16(n), hi: uint16(n)} } //nolint:gosec // the callers' ports are below 65536

// runs is how many there are, and run the ith of them.
func (p ports) runs() int { return max(1, len(p.more)/4) }

func (p ports) run(i int) (lo, hi uint16) {
	if p.more == "" {
		return p.lo, p.hi
	}
	b := p.more[4*i:]
	return uint16(b[0])<<8 | uint16(b[1]), uint16(b[2])<<8 | uint16(b[3])
}

func (p ports) contains(port uint16) bool {
	from, to := 0, p.runs()
	for from < to { // the first run that does not end before port
		mid := (from + to) / 2
		if _, hi := p.run(mid); hi < port {
			from = mid + 1
		} else {
			to = mid
		}
	}
	if from == p.runs() {
		return false
	}
	lo, _ := p.run(from)
	return lo <= port
}

// covers reports whether q is a part of p. Between two runs of p there is a gap, so a run of q lies within one of them.
func (p ports) covers(q ports) bool {
	for i := range q.runs() {
		lo, hi := q.run(i)
		if !p.contains(lo) {
			return false
		}
		for j := range p.runs() {
			if from, to := p.run(j); from <= lo && lo <= to && to < hi {
				return false
			}
		}
	}
	return true
}

// add puts one run more into a set of at least one.
func (p ports) add(lo, hi uint16) ports {
	var more []byte
	put := func(lo, hi uint16) {
		more = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(more, lo), hi)
	}
	placed := false
	for i := range p.runs() {
		l, h := p.run(i)
		switch {
		case int(h)+1 < int(lo):
			put(l, h)
		case int(hi)+1 < int(l):
			if !placed {
				put(lo, hi)
				placed = true
			}
			put(l, h)
		default:
			lo, hi = min(lo, l), max(hi, h)
		}
	}
	if !placed {
		put(lo, hi)
	}
	if len(more) == 4 {
		return ports{lo: lo, hi: hi}
	}
	return ports{more: string(more)}
}

// suffix writes the set as it ends a pattern: nothing for the port that is not written, ":8080", ":3000-3010", ":*".
func (p ports) suffix(unwritten int) string {
	if p == anyPort {
		return ":*"
	}
	var b strings.Builder
	for i := range p.runs() {
		lo, hi := p.run(i)
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(lo)))
		if lo < hi {
			b.WriteString("-" + strconv.Itoa(int(hi)))
		}
	}
	switch {
	case p.more != "":
		return ":{" + b.String() + "}"
	case p == onePort(unwritten):
		return ""
	}
	return ":" + b.String()
}

// readPorts reads what follows the colon at the byte before at.
func readPorts(text string, at, unwritten int) (ports, fault) {
	switch spec := text[at:]; {
	case spec == "":
		return ports{}, fault{at - 1, ReasonPortMissing, "a port after the colon, or no colon"}
	case spec == "*":
		return anyPort, fault{}
	case spec[0] != '{':
		if n, ok := parsePort(spec); ok && n == unwritten && n != 0 {
			return ports{}, fault{at - 1, ReasonPortDefault, "no port: browsers leave " + spec + " out, it is the default of the scheme"}
		}
		lo, hi, f := readRun(text, at, len(text))
		return ports{lo: lo, hi: hi}, f
	case !strings.HasSuffix(spec, "}"):
		return ports{}, fault{len(text), ReasonPort, "a closing brace after the ports"}
	}
	var p ports
	for from, end := at+1, len(text)-1; from <= end; {
		to := end
		if i := strings.IndexByte(text[from:end], ','); i >= 0 {
			to = from + i
		}
		lo, hi, f := readRun(text, from, to)
		switch {
		case f.reason != "":
			return ports{}, f
		case from == at+1:
			p = ports{lo: lo, hi: hi}
		default:
			p = p.add(lo, hi)
		}
		from = to + 1
	}
	return p, fault{}
}

// readRun reads "3000" or "3000-3010" between from and to.
func readRun(text string, from, to int) (lo, hi uint16, f fault) {
	first, last, isRange := strings.Cut(text[from:to], "-")
	if lo, f = readPort(first, from); f.reason != "" || !isRange {
		return lo, lo, f
	}
	at := from + len(first) + 1
	if hi, f = readPort(last, at); f.reason == "" && hi < lo {
		f = fault{at, ReasonPortOrder, "a last port that is not below the first"}
	}
	return lo, hi, f
}

func readPort(text string, at int) (uint16, fault) {
	n, ok := parsePort(text)
	digits := text != "" && strings.Trim(text, "0123456789") == ""
	switch {
	case ok && n > 0:
		return uint16(n), fault{} //nolint:gosec // parsePort's limit
	case !digits:
		return 0, fault{at, ReasonPort, `a port such as 8080, a list {3000,5173}, a range 3000-3010, or * for any`}
	case strings.Trim(text, "0") == "":
		return 0, fault{at, ReasonPortZero, "a port from 1 to 65535: no server can be reached at 0"}
	case text[0] == '0':
		return 0, fault{at, ReasonPortZeros, "a port without leading zeros, as browsers write it"}
	}
	return 0, fault{at, ReasonPortRange, "a port from 1 to 65535"}
}
