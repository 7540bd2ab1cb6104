package cors

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/corscope/corscope/wire"
)

// A headerTable reads Access-Control-Request-Headers and writes the answer to it.
//
// The length of the list is looked at first: no list of allowed names is longer than some bound. What is left is so
// short that any order, any case, blanks, repeats and several lines are fine.
type headerTable struct {
	mode     headerMode
	names    []string // lower case, sorted
	joined   string   // the names, or "*"
	ends     []int    // where each name ends in joined
	subsets  []string // by mask, where the names are few: what to answer when those are asked for
	maxBytes int      // of all lines, each with a comma after it
	maxLines int
}

type headerMode uint8

const (
	headersListed  headerMode = iota // the names of the table
	headersStarred                   // any: the answer is "*", and browsers judge
	headersEchoed                    // any, with credentials: the answer names what was asked for
)

const (
	maxEchoed        = 1024 // bytes of names that are named back
	maxEmptyElements = 16   // commas with nothing between them
	fewNames         = 6    // up to this many are tried in a row, and all answers for them made beforehand
	maskBits         = 64   // up to this many, those asked for are bits of a mask
)

func newHeaderTable(allowed []string, credentials bool) headerTable {
	starred := slices.Contains(allowed, star)
	if starred && credentials {
		return headerTable{mode: headersEchoed, maxBytes: maxEchoed + 1, maxLines: maxEchoed}
	}
	var t headerTable
	bytes := 0
	for _, name := range allowed {
		if starred && !wire.IsCORSNonWildcardRequestHeaderName(name) {
			continue // "*" covers it
		}
		t.names = append(t.names, wire.Lower(name))
	}
	slices.Sort(t.names)
	t.names = slices.Compact(t.names)
	if starred {
		t.mode = headersStarred
		t.joined = strings.Join(append([]string{star}, t.names...), listSeparator)
		return t
	}
	t.joined = strings.Join(t.names, listSeparator)
	at := 0
	for _, name := range t.names {
		bytes += len(name) + len(" , ")
		t.ends = append(t.ends, at+len(name))
		at += len(name) + len(listSeparator)
	}
	t.maxBytes = 2*bytes + 2*maxEmptyElements
	t.maxLines = 2*len(t.names) + maxEmptyElements
	if len(t.names) <= fewNames {
		t.subsets = make([]string, 1<<len(t.names))
		for mask := range t.subsets {
			t.subsets[mask] = t.join(uint64(mask))
		}
	}
	return t
}

// judge reads the lines. What is asked for is a bit for every name, where the names are no more than bits.
func (t *headerTable) judge(lines []string) (asked uint64, reason Reason) {
	if t.mode == headersStarred {
		return 0, Allowed
	}
	if len(lines) > t.maxLines {
		return 0, HeadersTooLong
	}
	bytes := 0
	for _, line := range lines {
		bytes += len(line) + 1
	}
	if bytes > t.maxBytes {
		return 0, HeadersTooLong
	}
	next, empty := 0, 0
	for _, line := range lines {
		for at := 0; at < len(line); {
			// Browsers sort the names and write them in lower case, so the next one is most likely further down the table.
			if i, end := t.ahead(next, line, at); end > 0 {
				asked |= 1 << (i % maskBits)
				next, at = i+1, end+1
				continue
			}
			end := len(line)
			if comma := strings.IndexByte(line[at:], ','); comma >= 0 {
				end = at + comma
			}
			name := strings.Trim(line[at:end], " \t")
			at = end + 1
			if name == "" {
				if empty++; empty > maxEmptyElements {
					return 0, HeadersTooLong
				}
				continue
			}
			i, reason := t.find(name)
			if reason != Allowed {
				return 0, reason
			}
			asked |= 1 << (i % maskBits)
			next = i + 1
		}
	}
	return asked, Allowed
}

// ahead looks for a name of the table, a few from next on, that stands at the place in line and ends there with it or
// with a comma.
func (t *headerTable) ahead(next int, line string, at int) (i, end int) {
	if line[at] == ' ' {
		at++
	}
	rest := line[at:]
	for i := next; i < min(next+fewNames, len(t.names)); i++ {
		if name := t.names[i]; strings.HasPrefix(rest, name) && (len(rest) == len(name) || rest[len(name)] == ',') {
			return i, at + len(name)
		}
	}
	return 0, 0
}

// find looks a name up, in any case.
func (t *headerTable) find(name string) (i int, reason Reason) {
	if t.mode == headersEchoed {
		if !wire.IsToken(name) {
			return 0, HeaderInvalid
		}
		return 0, Allowed
	}
	i, found := slices.BinarySearchFunc(t.names, name, compareLower)
	if !found {
		return 0, HeaderNotAllowed
	}
	return i, Allowed
}

// compareLower orders a lower-case name and one in any case.
func compareLower(lower, name string) int {
	for i := 0; i < min(len(lower), len(name)); i++ {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if lower[i] != c {
			return int(lower[i]) - int(c)
		}
	}
	return len(lower) - len(name)
}

// answer is the value of Access-Control-Allow-Headers for what was asked; empty for nothing. It allocates where the
// policy has more than a few names and those asked for do not follow one another, and where names are named back from
// several lines.
func (t *headerTable) answer(asked uint64, lines []string) string {
	switch {
	case t.mode == headersStarred && len(lines) > 0:
		return t.joined
	case asked == 0:
		return ""
	case t.mode == headersEchoed:
		if len(lines) == 1 {
			return lines[0]
		}
		return strings.Join(lines, listSeparator)
	case t.subsets != nil:
		return t.subsets[asked]
	case len(t.names) > maskBits:
		return t.rejoin(lines)
	}
	return t.join(asked)
}

// join writes the names of a mask. Those that follow one another are a piece of the whole list.
func (t *headerTable) join(mask uint64) string {
	if mask == 0 {
		return ""
	}
	first, last := bits.TrailingZeros64(mask), bits.Len64(mask)-1
	if bits.OnesCount64(mask) == last-first+1 {
		return t.joined[t.ends[first]-len(t.names[first]) : t.ends[last]]
	}
	var b strings.Builder
	b.Grow(t.ends[last])
	for i := first; i <= last; i++ {
		if mask>>i&1 == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(listSeparator)
		}
		b.WriteString(t.names[i])
	}
	return b.String()
}

// rejoin writes the names of lines that were judged, in the table's spelling.
func (t *headerTable) rejoin(lines []string) string {
	var asked []int
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			if i, found := slices.BinarySearchFunc(t.names, strings.Trim(name, " \t"), compareLower); found {
				asked = append(asked, i)
			}
		}
	}
	slices.Sort(asked)
	names := make([]string, 0, len(asked))
	for _, i := range slices.Compact(asked) {
		names = append(names, t.names[i])
	}
	return strings.Join(names, listSeparator)
}
