package browsers_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

const tangled = `# A request whose Authorization only a star covers, with much that has no part in it.
rule: random
page {app}
  referrer-policy: origin
cookie {api}: a=1

ask PUT {third}/a
  credentials: omit
  cache: reload
  header: X-A: 1
  header: Authorization: Bearer x
  header: Accept: text/html
  body: x

ask GET {third}/a

preflight {third}/a
  204
  Access-Control-Allow-Origin: *
  Access-Control-Allow-Methods: *
  Access-Control-Allow-Headers: *
  Access-Control-Max-Age: 60

answer {third}/a
  200
  Access-Control-Allow-Origin: *
  Access-Control-Expose-Headers: x-a
  X-A: 1

expect
  outcome: allowed
`

// decided says in which scenarios a quirk decides.
func decided(t *testing.T, quirk string) browsers.Trial {
	t.Helper()
	return func(list []conformance.Case) ([]bool, error) {
		still := make([]bool, len(list))
		for i, c := range list {
			decides, err := browsers.Decides(quirk, c, fetch.Chromium)
			if err != nil {
				t.Fatal(err)
			}
			still[i] = decides
		}
		return still, nil
	}
}

// plenty is more trials than any scenario here needs.
const plenty = 40

// What is left is only what the difference hangs on, and the case that was given is as it was.
func TestShrink(t *testing.T) {
	c, err := conformance.Parse("tangled", []byte(tangled), nil)
	if err != nil {
		t.Fatal(err)
	}
	before := c.String()
	smallest, done, err := browsers.Shrink(c, plenty, decided(t, "authorization-star"))
	if err != nil || !done {
		t.Fatalf("done: %t, %v", done, err)
	}
	if c.String() != before {
		t.Errorf("the case given was changed:\n%s", c)
	}
	for _, needless := range []string{"cookie", "referrer-policy", "reload", "X-A", "Accept: text", "body", "Max-Age", "Allow-Methods", "Expose", "PUT"} {
		if strings.Contains(smallest.String(), needless) {
			t.Errorf("%s is left", needless)
		}
	}
	for _, needed := range []string{"Authorization: Bearer x", "Access-Control-Allow-Headers: *"} {
		if !strings.Contains(smallest.String(), needed) {
			t.Errorf("%s is gone", needed)
		}
	}
	if len(smallest.Asks) != 1 {
		t.Errorf("%d asks are left", len(smallest.Asks))
	}
	if t.Failed() {
		t.Log(smallest)
	}
}

// Every scenario in which a quirk decides can be made small in a few trials, and what is left does not depend on luck.
func TestShrinkEnds(t *testing.T) {
	origins := conformance.DefaultOrigins()
	most, shrunk := 0, 0
	for _, c := range browsers.Generate(origins, 5, 300) {
		for _, quirk := range []string{"cache-survives-failure", "equal-locations", "redirect-userinfo-always", "judge-combined"} {
			decides := decided(t, quirk)
			if still, _ := decides([]conformance.Case{c}); !still[0] {
				continue
			}
			trials := 0
			smallest, done, err := browsers.Shrink(c, plenty, func(list []conformance.Case) ([]bool, error) {
				trials++
				return decides(list)
			})
			if err != nil || !done {
				t.Fatalf("%s: done: %t, %v", c.Name, done, err)
			}
			most, shrunk = max(most, trials), shrunk+1
			if still, _ := decides([]conformance.Case{smallest}); !still[0] {
				t.Errorf("%s: what is left shows nothing of %s:\n%s", c.Name, quirk, smallest)
			}
			if len(smallest.String()) > len(c.String()) {
				t.Errorf("%s became larger", c.Name)
			}
			if again, _, _ := browsers.Shrink(c, plenty, decides); again.String() != smallest.String() {
				t.Errorf("%s is made small in another way the second time:\n%s\n%s", c.Name, smallest, again)
			}
		}
	}
	if shrunk == 0 {
		t.Error("no quirk decides anywhere")
	}
	if most > trialsOfOne {
		t.Errorf("%d trials were needed: want %d at most, which is what a disagreement gets", most, trialsOfOne)
	}
	t.Logf("%d made small, in %d trials at most", shrunk, most)
}

// Where the trials run out, what is left still disagrees, and it is said that it could be less. So it is where one fails.
func TestShrinkStops(t *testing.T) {
	c, err := conformance.Parse("tangled", []byte(tangled), nil)
	if err != nil {
		t.Fatal(err)
	}
	decides := decided(t, "authorization-star")
	lost := errors.New("lost")
	for _, row := range []struct {
		why            string
		trials, failAt int
		want           error
	}{
		{"no trial at all", 0, 9, nil},
		{"only what can go alone", 1, 9, nil},
		{"and what can go together", 2, 9, nil},
		{"the first trial fails", 9, 1, lost},
		{"the second trial fails", 9, 2, lost},
		{"the third trial fails", 9, 3, lost},
	} {
		trials := 0
		smaller, done, err := browsers.Shrink(c, row.trials, func(list []conformance.Case) ([]bool, error) {
			if trials++; trials == row.failAt {
				return nil, lost
			}
			return decides(list)
		})
		if done || !errors.Is(err, row.want) || trials > row.trials {
			t.Errorf("%s: done: %t, %v, %d trials", row.why, done, err, trials)
		}
		if still, _ := decides([]conformance.Case{smaller}); !still[0] {
			t.Errorf("%s: what is left shows nothing:\n%s", row.why, smaller)
		}
		if trials > 1 && len(smaller.String()) >= len(c.String()) {
			t.Errorf("%s: nothing was taken away", row.why)
		}
	}
}
