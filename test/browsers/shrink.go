package browsers

import (
	"slices"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/scenario"
)

// Shrink takes away from a case what can be taken away, one thing after the other, as long as something remains that
// still disagrees. The function is given all that could come next and finds the first that does, or -1.
func Shrink(c conformance.Case, still func([]conformance.Case) (int, error)) (conformance.Case, error) {
	for {
		next := reductions(c)
		n, err := still(next)
		if err != nil || n < 0 {
			return c, err
		}
		c = next[n]
	}
}

// reductions are all the cases that are smaller by one thing, those that lose most first.
func reductions(c conformance.Case) []conformance.Case {
	var list []conformance.Case
	add := func(change func(*conformance.Case)) {
		smaller := copied(c)
		change(&smaller)
		list = append(list, smaller)
	}
	if len(c.Asks) > 1 {
		for i := range c.Asks {
			add(func(c *conformance.Case) { c.Asks = slices.Delete(c.Asks, i, i+1) })
		}
	}
	for i := range c.Answers {
		for j := i + 1; j < len(c.Answers); j++ { // a redirect that ends where it would have begun
			if c.Answers[i].Role == c.Answers[j].Role && c.Answers[i].URL != c.Answers[j].URL {
				add(func(c *conformance.Case) {
					c.Answers[i].Status, c.Answers[i].Header = c.Answers[j].Status, c.Answers[j].Header.Clone()
				})
			}
		}
		add(func(c *conformance.Case) { c.Answers = slices.Delete(c.Answers, i, i+1) })
		if a := c.Answers[i]; a.URL != c.Asks[0].Request.URL { // the first request goes there at once
			add(func(c *conformance.Case) { c.Asks[0].Request.URL = a.URL })
		}
	}
	for i := range c.Cookies {
		add(func(c *conformance.Case) { c.Cookies = slices.Delete(c.Cookies, i, i+1) })
	}
	for i, a := range c.Answers {
		for j := range a.Header {
			add(func(c *conformance.Case) { c.Answers[i].Header = slices.Delete(c.Answers[i].Header, j, j+1) })
		}
	}
	if c.Page != (scenario.Page{Origin: c.Page.Origin}) {
		add(func(c *conformance.Case) { c.Page = scenario.Page{Origin: c.Page.Origin} })
		add(func(c *conformance.Case) { c.Page.ReferrerPolicy = "" })
		add(func(c *conformance.Case) { c.Page.TopLevel = "" })
	}
	for i := range c.Asks {
		for _, change := range plainer {
			add(func(c *conformance.Case) { change(&c.Asks[i]) })
		}
		for j := range c.Asks[i].Request.Headers {
			add(func(c *conformance.Case) {
				c.Asks[i].Request.Headers = slices.Delete(c.Asks[i].Request.Headers, j, j+1)
			})
		}
	}
	before := size(c)
	return slices.DeleteFunc(list, func(c conformance.Case) bool { return size(c) >= before })
}

// size is what every step has to lower, so that there is an end to them.
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

// copied shares nothing with the case that a reduction changes.
func copied(c conformance.Case) conformance.Case {
	c.Asks = slices.Clone(c.Asks)
	for i := range c.Asks {
		c.Asks[i].Request.Headers = c.Asks[i].Request.Headers.Clone()
	}
	c.Answers = slices.Clone(c.Answers)
	for i := range c.Answers {
		c.Answers[i].Header = c.Answers[i].Header.Clone()
	}
	c.Cookies = slices.Clone(c.Cookies)
	return c
}
