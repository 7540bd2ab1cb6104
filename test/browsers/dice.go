package browsers

import (
	"math/rand/v2"

	"github.com/corscope/corscope/wire"
)

// Dice are thrown in the same way for the same seed and number.
type dice struct{ *rand.Rand }

func newDice(seed, number uint64) dice { return dice{rand.New(rand.NewPCG(seed, number))} }

// in reports true that many times in a hundred.
func (d dice) in(percent int) bool { return d.IntN(100) < percent }

// odds are things to draw, and how often each comes compared with the others.
type odds[T any] []struct {
	thing T
	often int
}

func draw[T any](d dice, list odds[T]) T {
	sum := 0
	for _, o := range list {
		sum += o.often
	}
	n := d.IntN(sum)
	for _, o := range list {
		if n -= o.often; n < 0 {
			return o.thing
		}
	}
	panic("unreachable: the odds were summed up")
}

// pick draws with equal odds.
func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// put gives a header exactly these lines of a name, at the end.
func put(h *wire.Header, name string, values ...string) {
	h.Delete(name)
	for _, v := range values {
		*h = append(*h, wire.Field{Name: name, Value: v})
	}
}
