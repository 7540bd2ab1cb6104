package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// Apply makes the change to one answer: its status and its header. What cannot be applied, such as a status that is no
// number from 200 to 599, changes nothing. Applying an edit twice is as good as once.
func (e Edit) Apply(status *int, h *wire.Header) {
	switch e.Op {
	case Add:
		if !lists(*h, e.Header, e.Value) {
			h.Combine(e.Header, e.Value)
		}
	case Set:
		h.Set(e.Header, e.Value)
	case Remove:
		h.Delete(e.Header)
	case Status:
		if n, err := strconv.Atoi(e.Value); err == nil && n >= 200 && n <= 599 {
			*status = n
		}
	}
}

// lists reports whether a list header holds the item already. Methods differ by case, names do not; a Vary of "*"
// holds everything.
func lists(h wire.Header, name, item string) bool {
	for _, line := range h.Values(name) {
		for piece := range strings.SplitSeq(line, ",") {
			piece = strings.Trim(piece, " \t")
			same := wire.EqualFold(piece, item)
			if wire.EqualFold(name, wire.AccessControlAllowMethods) {
				same = piece == item
			}
			if same || piece == "*" && wire.EqualFold(name, wire.Vary) {
				return true
			}
		}
	}
	return false
}

// allowOrigin makes an answer name the page's origin. There is no such edit for null, which every sandboxed frame of
// every site has, and none for what is no origin.
func (f *Finding) allowOrigin(page string) {
	if o, err := origin.Parse(page); err != nil || o.IsOpaque() {
		return
	}
	f.edit(Set, wire.AccessControlAllowOrigin, page)
	f.edit(Add, wire.Vary, wire.Origin)
}

// mendList rewrites a list header that cannot be parsed: what its author wrote, with commas between. A "*" is kept only
// where it stood as an item of its own, so that mending never widens.
func (f *Finding) mendList(name string, e *transcript.Exchange) (mended []string) {
	for _, line := range e.Response.Values(name) {
		for item := range strings.SplitSeq(line, ",") {
			if item = strings.Trim(item, " \t"); wire.IsToken(item) {
				mended = append(mended, item)
				continue
			}
			for _, piece := range strings.FieldsFunc(item, isSeparator) {
				if piece != "*" && wire.IsToken(piece) {
					mended = append(mended, piece)
				}
			}
		}
	}
	mended = slices.Compact(mended)
	if len(mended) == 0 {
		f.edit(Remove, name, "")
		return nil
	}
	f.edit(Set, name, strings.Join(mended, ", "))
	return mended
}

func isSeparator(c rune) bool { return strings.ContainsRune(" \t;:\"()[]{}/\\<>=", c) }

func itoa(n int) string { return strconv.Itoa(n) }
