package origin_test

import (
	"errors"
	"fmt"

	"github.com/corscope/corscope/origin"
)

func Example() {
	page, _ := origin.Parse("https://app.example.com")
	api, _ := origin.Parse("https://api.example.com:8443")
	fmt.Println("same origin:", page.SameOrigin(api))
	fmt.Println("same site:", origin.SameSite(page, api), origin.SiteOf(api))

	frame := origin.NewOpaque()
	fmt.Println(frame, "is same origin with itself:", frame.SameOrigin(frame))
	fmt.Println(frame, "is same origin with another:", frame.SameOrigin(origin.NewOpaque()))
	// Output:
	// same origin: false
	// same site: true https://example.com
	// null is same origin with itself: true
	// null is same origin with another: false
}

func ExampleParse() {
	for _, text := range []string{"http://[::1]:8080", "https://example.com/", "http://example.com:80", "https://*.example.com"} {
		o, err := origin.Parse(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(o.Scheme(), o.Host(), o.Port())
	}
	// Output:
	// http [::1] 8080
	// origin "https://example.com/", byte 19: want the end, or a colon and a port: an origin has no path, no query and no trailing slash
	// origin "http://example.com:80", byte 18: want no port: 80 is the default of http and browsers leave it out
	// origin "https://*.example.com", byte 8: want a host in lower-case ASCII
}

func ExampleRegistrableDomain() {
	for _, host := range []string{"www.example.co.uk", "alice.github.io", "github.io", "192.0.2.1"} {
		fmt.Printf("%s: %q\n", host, origin.RegistrableDomain(host))
	}
	// Output:
	// www.example.co.uk: "example.co.uk"
	// alice.github.io: "alice.github.io"
	// github.io: ""
	// 192.0.2.1: ""
}

func ExampleParsePattern() {
	for _, text := range []string{"https://*.example.com", "http://localhost:{5173,3000}", "https://Example.com/", "example.com", "https://*example.com"} {
		p, err := origin.ParsePattern(text)
		var bad *origin.PatternError
		if errors.As(err, &bad) {
			fmt.Printf("%s at byte %d, write %s\n", bad.Reason, bad.Offset, bad.Fix)
			continue
		}
		fmt.Println(p)
	}
	// Output:
	// https://*.example.com
	// http://localhost:{3000,5173}
	// upper-case at byte 8, write https://example.com
	// scheme-missing at byte 0, write https://example.com
	// wildcard-glued at byte 9, write https://*.example.com
}

func ExamplePattern_Covers() {
	wide, _ := origin.ParsePattern("https://*.example.app:*")
	narrow, _ := origin.ParsePattern("https://deploy-*--site.example.app")
	fmt.Println(wide.Covers(narrow), narrow.Covers(wide))
	// Output: true false
}

func ExampleSet() {
	var patterns []origin.Pattern
	for _, text := range []string{"https://*.example.com", "https://app.example.com", "http://localhost:*"} {
		p, _ := origin.ParsePattern(text)
		patterns = append(patterns, p)
	}
	allowed := origin.NewSet(patterns)
	for _, o := range []string{"https://app.example.com", "https://a.b.example.com", "http://localhost:3000", "https://evil.org/.example.com"} {
		fmt.Println(allowed.Match(o))
	}
	// Output:
	// 1 true
	// 0 true
	// 2 true
	// -1 false
}
