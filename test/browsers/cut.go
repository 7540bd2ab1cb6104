package browsers

import (
	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

// A cut is one thing that can be taken away from a case. It names its place in the case as it was, so that any number
// of cuts can be made at once.
type cut struct {
	part part
	at   int // which ask, or which answer
	item int // which of its headers, options or cookies
}

type part int

const (
	cutAsk    part = iota
	cutAnswer      // with its headers
	cutCookie
	cutPage       // an option of the page
	cutOption     // of an ask
	cutSetHeader  // of an ask
	cutSentHeader // of an answer
	shortCut      // an answer becomes that of another address, so that a redirect ends where it would have begun
	laterStart    // the first request goes to an answer's address at once
)

// cuts are all that can be made, those that lose most first.
func cuts(c conformance.Case) []cut {
	var list []cut
	add := func(part part, at, items int) {
		for item := range items {
			list = append(list, cut{part, at, item})
		}
	}
	for i := range c.Asks {
		add(cutAsk, i, 1)
	}
	for i, a := range c.Answers {
		add(cutAnswer, i, 1)
		if a.URL != c.Asks[0].Request.URL {
			add(laterStart, i, 1)
		}
		for j := i + 1; j < len(c.Answers); j++ {
			if b := c.Answers[j]; a.Role == b.Role && a.URL != b.URL {
				list = append(list, cut{shortCut, i, j})
			}
		}
	}
	add(cutCookie, 0, len(c.Cookies))
	for i, a := range c.Answers {
		add(cutSentHeader, i, len(a.Header))
	}
	add(cutPage, 0, len(plainerPage))
	for i, a := range c.Asks {
		add(cutOption, i, len(plainer))
		add(cutSetHeader, i, len(a.Request.Headers))
	}
	return list
}

// without makes cuts in a case. It shares nothing with the one given that can be changed.
func without(c conformance.Case, cuts []cut) conformance.Case {
	gone := map[cut]bool{}
	for _, k := range cuts {
		gone[k] = true
	}
	left := c
	left.Asks, left.Answers, left.Cookies = nil, nil, nil
	for i, change := range plainerPage {
		if gone[cut{cutPage, 0, i}] {
			change(&left.Page)
		}
	}
	for i, cookie := range c.Cookies {
		if !gone[cut{cutCookie, 0, i}] {
			left.Cookies = append(left.Cookies, cookie)
		}
	}
	for i, a := range c.Asks {
		if gone[cut{cutAsk, i, 0}] {
			continue
		}
		a.Request.Headers = kept(a.Request.Headers, gone, cutSetHeader, i)
		for j, change := range plainer {
			if gone[cut{cutOption, i, j}] {
				change(&a)
			}
		}
		left.Asks = append(left.Asks, a)
	}
	for i, a := range c.Answers {
		if len(left.Asks) > 0 && gone[cut{laterStart, i, 0}] {
			left.Asks[0].Request.URL = a.URL
		}
		if gone[cut{cutAnswer, i, 0}] {
			continue
		}
		from := i
		for j := range c.Answers {
			if gone[cut{shortCut, i, j}] {
				from = j
			}
		}
		a.Status, a.Header = c.Answers[from].Status, kept(c.Answers[from].Header, gone, cutSentHeader, from)
		left.Answers = append(left.Answers, a)
	}
	return left
}

// kept are the fields that no cut takes.
func kept(h wire.Header, gone map[cut]bool, part part, at int) wire.Header {
	var left wire.Header
	for i, f := range h {
		if !gone[cut{part, at, i}] {
			left = append(left, f)
		}
	}
	return left
}

// plainerPage is every option of a page put back to its default.
var plainerPage = []func(*scenario.Page){
	func(p *scenario.Page) { *p = scenario.Page{Origin: p.Origin} },
	func(p *scenario.Page) { p.ReferrerPolicy = "" },
	func(p *scenario.Page) { p.TopLevel = "" },
}

// plainer is every option of an ask put back to its default.
var plainer = []func(*conformance.Ask){
	func(a *conformance.Ask) { a.Initiator, a.Request.UploadListener = "", false },
	func(a *conformance.Ask) { a.After = 0 },
	func(a *conformance.Ask) { a.Request.Method = "GET" },
	func(a *conformance.Ask) { a.Request.Body = nil },
	func(a *conformance.Ask) { a.Request.Mode = "" },
	func(a *conformance.Ask) { a.Request.Credentials = "" },
	func(a *conformance.Ask) { a.Request.Redirect = "" },
	func(a *conformance.Ask) { a.Request.Cache = "" },
	func(a *conformance.Ask) { a.Request.ReferrerPolicy = "" },
	func(a *conformance.Ask) { a.Request.Keepalive = false },
	func(a *conformance.Ask) { a.Request.UploadListener = false },
}
