package conformance_test

import (
	"fmt"

	"github.com/corscope/corscope/conformance"
)

func ExampleParse() {
	c, err := conformance.Parse("mine", []byte(`# A server that says nothing shares nothing.
rule: cors-check
page {app}
ask GET {api}/x
answer {api}/x
  200
expect
  wire: GET {api}/x origin={app}
  outcome: blocked
  code: acao-missing actual 0
`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Why)
	expect, _ := c.Expect(1, "chromium")
	fmt.Println(expect.Outcome, expect.First)
	// Output:
	// A server that says nothing shares nothing.
	// blocked acao-missing actual 0
}

func ExampleCases() {
	cases, err := conformance.Cases()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range cases {
		if c.Name == "cors-check/two-lines" {
			fmt.Println(c.Page.Origin, "asks for", c.Asks[0].Request.URL)
		}
	}
	// Output: http://app.example.test asks for http://api.example.test/x
}
