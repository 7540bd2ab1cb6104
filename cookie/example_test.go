package cookie_test

import (
	"fmt"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/origin"
)

// A shop sets three cookies on its own page. Then a page elsewhere asks the shop, with credentials, and one of them
// travels. The others say why they did not.
func Example() {
	now := time.Date(2026, time.July, 2, 12, 0, 0, 0, time.UTC)
	browser := cookie.Policy{ThirdParty: cookie.Allow, LaxByDefault: true}
	shop := origin.New("https", "shop.example", 0)
	request := cookie.Context{Scheme: "https", Host: "shop.example", Path: "/", SiteForCookies: shop, Initiator: shop}

	var jar cookie.Jar
	for _, r := range jar.Store(request, browser, []string{
		"session=s3cr3t; Secure; HttpOnly",
		"widget=blue; Secure; SameSite=None",
		"csrf=42; SameSite=Strict",
		"tracker=1; SameSite=None",
	}, now) {
		fmt.Printf("not stored: %s. %s\n", r.Name, r.Reason.Text())
	}

	page := origin.New("https", "blog.example", 0)
	request.SiteForCookies, request.Initiator = page, page
	value, withheld := jar.Header(request, browser, now)
	fmt.Println("Cookie:", value)
	for _, w := range withheld {
		fmt.Printf("not sent: %s (%s)\n", w.Name, w.Reason)
	}
	// Output:
	// not stored: tracker. A cookie with SameSite=None must be Secure.
	// Cookie: widget=blue
	// not sent: session (samesite-unset)
	// not sent: csrf (samesite-strict)
}
