package browsers

import (
	"slices"

	"github.com/corscope/corscope/conformance"
)

// A Trial plays cases and says of each whether it still disagrees. A trial starts a browser, and that costs more than
// all that is played in it.
type Trial func([]conformance.Case) ([]bool, error)

// Shrink takes away from a case that disagrees what can be taken away, as long as the rest disagrees. It is done when
// nothing less does; it is not done when the number of trials it may make is used up, or one of them fails. What it
// gives disagrees all the same, and is the same whenever the trials say the same.
func Shrink(c conformance.Case, trials int, try Trial) (smallest conformance.Case, done bool, err error) {
	for trials > 0 {
		trials--
		wrong, err := tried(c, apart(cuts(c)), try)
		if err != nil || len(wrong) == 0 {
			return c, err == nil, err
		}
		next := least(wrong)
		if len(wrong) > 1 && trials > 0 { // what can go alone can mostly go together
			trials--
			more, err := tried(c, together(wrong), try)
			if err != nil {
				return next.left, false, err
			}
			next = least(append(more, next))
		}
		c = next.left
	}
	return c, false, nil
}

// A way is a number of cuts, and the case that they leave.
type way struct {
	cuts []cut
	left conformance.Case
}

// tried gives those of the ways that leave less than there was, and something that still disagrees.
func tried(c conformance.Case, list [][]cut, try Trial) ([]way, error) {
	before := size(c)
	var ways []way
	var cases []conformance.Case
	for _, cuts := range list {
		left := without(c, cuts)
		if len(left.Asks) > 0 && size(left) < before {
			ways, cases = append(ways, way{cuts, left}), append(cases, left)
		}
	}
	if len(cases) == 0 {
		return nil, nil
	}
	still, err := try(cases)
	if err != nil {
		return nil, err
	}
	var wrong []way
	for i, w := range ways {
		if still[i] {
			wrong = append(wrong, w)
		}
	}
	return wrong, nil
}

// least is the first of those that leave the smallest case.
func least(ways []way) way {
	return slices.MinFunc(ways, func(a, b way) int { return size(a.left) - size(b.left) })
}

// apart tries every cut by itself, and all that are of one kind at one place together.
func apart(cuts []cut) [][]cut {
	var list [][]cut
	for i := 0; i < len(cuts); {
		n := 1
		for i+n < len(cuts) && cuts[i+n].part == cuts[i].part && cuts[i+n].at == cuts[i].at {
			n++
		}
		if n > 1 {
			list = append(list, cuts[i:i+n])
		}
		for _, one := range cuts[i : i+n] {
			list = append(list, []cut{one})
		}
		i += n
	}
	return list
}

// together joins ways: all of them, one half and the other, every quarter and all but that, and so on.
func together(ways []way) [][]cut {
	join := func(ways ...way) []cut {
		var all []cut
		for _, w := range ways {
			all = append(all, w.cuts...)
		}
		return all
	}
	list := [][]cut{join(ways...)}
	for n := (len(ways) + 1) / 2; ; n = (n + 1) / 2 {
		for i := 0; i < len(ways); i += n {
			end := min(i+n, len(ways))
			if end-i > 1 {
				list = append(list, join(ways[i:end]...))
			}
			if rest := slices.Concat(ways[:i], ways[end:]); len(rest) > 1 {
				list = append(list, join(rest...))
			}
		}
		if n == 1 {
			return list
		}
	}
}

// size is what every cut has to lower, so that there is an end to them.
func size(c conformance.Case) int {
	c.Expects = nil
	n := len(c.String())
	for _, a := range c.Asks {
		if a.Request.Method != "GET" {
			n += len("DELETE")
		}
	}
	return n
}
