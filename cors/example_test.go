package cors_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/corscope/corscope/cors"
)

func Example() {
	engine, err := cors.Compile(cors.Policy{
		Origins:        []string{"https://app.example.com", "https://*.staging.example.com"},
		Credentials:    true,
		Methods:        []string{"PUT", "DELETE"},
		RequestHeaders: []string{"Content-Type"},
		MaxAge:         cors.MaxAge(10 * time.Minute),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	preflight := cors.Request{
		Method:         "OPTIONS",
		Origin:         []string{"https://new.staging.example.com"},
		RequestMethod:  []string{"PUT"},
		RequestHeaders: []string{"content-type"},
	}
	decision := engine.Decide(preflight)
	answer := http.Header{}
	fmt.Println(decision.Reason(), decision.Rule(), decision.Apply(answer))
	fmt.Println(answer.Get("Access-Control-Allow-Origin"))
	// Output:
	// allowed 1 204
	// https://new.staging.example.com
}

// All faults are told at once, with their place and what to write instead.
func ExampleLint() {
	for _, fault := range cors.Lint(cors.Policy{
		Origins:     []string{"https://*.co.uk"},
		Credentials: true,
		Methods:     []string{"patch"},
	}) {
		fmt.Println(fault)
	}
	// Output:
	// error public-suffix-wildcard in origins[0]
	//     "https://*.co.uk"
	//              ^
	//   Anybody may register a name under co.uk. Whoever does is then allowed.
	//   fix: name your own: https://your-name.co.uk, or accept the risk "public-suffix-wildcard"
	//   see: https://url.spec.whatwg.org/#host-public-suffix
	// warning method-case in methods[0]
	//     "patch"
	//      ^
	//   Pages that ask for PATCH are not allowed by this. Methods are told apart by case. Browsers put DELETE, GET, HEAD, OPTIONS, POST and PUT into upper case, and send all others as the page spells them.
	//   fix: PATCH
	//   see: https://fetch.spec.whatwg.org/#concept-method-normalize
}

func ExampleEngine_Explain() {
	engine, err := cors.Compile(cors.Policy{Origins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range engine.Explain(cors.Request{Method: "GET", Origin: []string{"http://app.example.com"}}) {
		fmt.Println(strings.TrimSpace(step.Name + ": " + step.Answer + " " + step.Because))
	}
	// Output:
	// kind: actual it has an Origin
	// origin-allowed: no no pattern holds "http://app.example.com"; origins[0] (https://app.example.com) is of another scheme
	// verdict: origin-not-allowed
	// answer: go on to the handler Vary: Origin
}
