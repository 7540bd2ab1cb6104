package browsers_test

import (
	"reflect"
	"testing"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
)

// Scenarios are the same for the same seed, others for another, and few are the first of many.
func TestGenerateIsDeterministic(t *testing.T) {
	origins := conformance.DefaultOrigins()
	many := browsers.Generate(origins, 7, 200)
	if few := browsers.Generate(origins, 7, 50); !reflect.DeepEqual(few, many[:50]) {
		t.Error("fifty scenarios are not the first fifty of two hundred")
	}
	other := browsers.Generate(origins, 8, 200)
	for i := range many {
		other[i].Name, other[i].Why = many[i].Name, many[i].Why
	}
	if reflect.DeepEqual(many, other) {
		t.Error("two seeds give the same scenarios")
	}
}

// Everything that a profile can be led to is reached in the number of scenarios that CI plays, about half of them are
// allowed, every request has an answer, and the scenarios can be written down and read again.
func TestGenerateReaches(t *testing.T) {
	origins := conformance.DefaultOrigins()
	for _, p := range []fetch.Profile{fetch.Chromium, fetch.Firefox} {
		t.Run(p.Name, func(t *testing.T) {
			var n tally
			asks, allowed := 0, 0
			predicted, err := browsers.Predict(browsers.Generate(origins, 1, enough), p)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range predicted {
				n.count(t, c, p)
				for _, e := range c.Expects {
					asks++
					if e.Outcome == transcript.Allowed {
						allowed++
					}
					if unanswered(e) {
						t.Errorf("a request has no answer:\n%s", c)
					}
				}
				again, err := conformance.Parse(c.Name, []byte(c.String()), origins)
				if err != nil {
					t.Fatalf("%v\n%s", err, c)
				}
				if again.String() != c.String() {
					t.Errorf("read again it is not the same:\n%s\n%s", c, again)
				}
			}
			n.demand(t, p)
			if percent := 100 * allowed / asks; percent < 35 || percent > 65 {
				t.Errorf("%d %% are allowed", percent)
			}
		})
	}
}
