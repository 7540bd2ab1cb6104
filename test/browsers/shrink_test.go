package browsers_test

import (
	"slices"
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

// decided finds the first scenario in which a quirk still decides.
func decided(t *testing.T, quirk string) func([]conformance.Case) (int, error) {
	t.Helper()
	return func(list []conformance.Case) (int, error) {
		return slices.IndexFunc(list, func(c conformance.Case) bool {
			decides, err := browsers.Decides(quirk, c, fetch.Chromium)
			if err != nil {
				t.Fatal(err)
			}
			return decides
		}), nil
	}
}

// What is left is only what the difference hangs on, and the case that was given is as it was.
func TestShrink(t *testing.T) {
	c, err := conformance.Parse("tangled", []byte(tangled), nil)
	if err != nil {
		t.Fatal(err)
	}
	before := c.String()
	smallest, err := browsers.Shrink(c, decided(t, "authorization-star"))
	if err != nil {
		t.Fatal(err)
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

// Every scenario in which a quirk decides can be made small, and there is an end to it.
func TestShrinkEnds(t *testing.T) {
	origins := conformance.DefaultOrigins()
	for _, c := range browsers.Generate(origins, 5, 300) {
		for _, quirk := range []string{"cache-survives-failure", "equal-locations", "redirect-userinfo-always", "judge-combined"} {
			still := decided(t, quirk)
			if n, _ := still([]conformance.Case{c}); n < 0 {
				continue
			}
			smallest, err := browsers.Shrink(c, still)
			if err != nil {
				t.Fatal(err)
			}
			if n, _ := still([]conformance.Case{smallest}); n < 0 {
				t.Errorf("%s: what is left shows nothing of %s:\n%s", c.Name, quirk, smallest)
			}
			if len(smallest.String()) > len(c.String()) {
				t.Errorf("%s became larger", c.Name)
			}
		}
	}
}
