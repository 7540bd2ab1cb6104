package report

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/corscope/corscope/transcript"
)

// A mark is one thing that happened: a decision, or an exchange.
type mark struct {
	text     string
	exchange int // which, counted from 1; 0 for a decision
}

// A trail is all that happened, in order. What a reader sees of it is numbered from 1.
type trail []mark

// trailOf puts steps and exchanges, which a transcript keeps apart, in one order.
func trailOf(t *transcript.Transcript) trail {
	var found trail
	last := 0
	for _, step := range t.Steps {
		last = max(last, step.Hop)
	}
	for _, exchange := range t.Exchanges {
		last = max(last, exchange.Hop)
	}
	for hop := 0; hop <= last; hop++ {
		var after trail // what follows from an answer
		for _, step := range t.Steps {
			switch {
			case step.Hop != hop, step.Name == "preflight-cache" && step.Answer != "hit":
			case step.Name == "redirect":
				after = append(after, mark{text: "redirect to " + step.Answer})
			default:
				found = append(found, mark{text: stepText(step)})
			}
		}
		for i, exchange := range t.Exchanges {
			if exchange.Hop == hop {
				found = append(found, mark{text: exchangeText(t, i+1), exchange: i + 1})
			}
		}
		found = append(found, after...)
	}
	if unsent := unsentText(t); unsent != "" {
		found = append(found, mark{text: unsent})
	}
	return found
}

func stepText(s transcript.Step) string {
	text := s.Name + "? " + s.Answer
	if s.Because != "" {
		text += ": " + s.Because
	}
	return text
}

func exchangeText(t *transcript.Transcript, number int) string {
	exchange := t.Exchanges[number-1]
	text := exchange.Method + " " + statusText(exchange)
	if first := t.First(); first != nil && first.Exchange == number {
		text += " x"
	}
	return text
}

// unsentText says which request the browser kept to itself.
func unsentText(t *transcript.Transcript) string {
	first := t.First()
	switch {
	case t.Unsent != "":
	case first == nil:
		return ""
	case first.Exchange == 0:
	case first.Exchange > len(t.Exchanges), t.Exchanges[first.Exchange-1].Kind != transcript.Preflight:
		return ""
	}
	return t.Asked.Method + " not sent"
}

func statusText(e transcript.Exchange) string {
	if e.Failure != nil {
		return "no answer"
	}
	return strconv.Itoa(e.Status)
}

// number is the place of an exchange on the trail.
func (t trail) number(exchange int) int {
	for i, m := range t {
		if m.exchange == exchange {
			return i + 1
		}
	}
	return 0
}

// numbered writes the trail as one line's worth of items. What goes round in a circle is written once, and counted.
func (t trail) numbered() []string {
	var items []string
	for at := 0; at < len(t); {
		size, times := t.circle(at)
		for i := at; i < at+size; i++ {
			items = append(items, fmt.Sprintf("%d %s", i+1, t[i].text))
		}
		at += size
		if times > 0 {
			items = append(items, fmt.Sprintf("%d–%d the same, %d times", at+1, at+size*times, times))
			at += size * times
		}
	}
	return items
}

// circle measures the marks from at on that come again behind themselves, and how many times more they come. Less than
// twice is not worth counting: then it is one mark, and no times.
func (t trail) circle(at int) (size, times int) {
	for size := 1; at+3*size <= len(t); size++ {
		times := 0
		for next := at + size; next+size <= len(t) && t[at:at+size].isLike(t[next:next+size]); next += size {
			times++
		}
		if times >= 2 {
			return size, times
		}
	}
	return 1, 0
}

// isLike reports whether two stretches of a trail read the same.
func (t trail) isLike(u trail) bool {
	return slices.EqualFunc(t, u, func(a, b mark) bool { return a.text == b.text })
}
