package report

import (
	"fmt"
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

// numbered writes the trail as one line's worth of items.
func (t trail) numbered() []string {
	items := make([]string, len(t))
	for i, m := range t {
		items[i] = fmt.Sprintf("%d %s", i+1, m.text)
	}
	return items
}
