package corstest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corscope/corscope/corstest"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// A stage stands in for the *testing.T of a test: an example has none.
type stage struct{ testing.TB }

func (stage) Helper()                           {}
func (stage) Cleanup(func())                    {}
func (stage) Context() context.Context          { return context.Background() }
func (stage) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// Fatalf prints the beginning; why, how to mend it and the rest would follow.
func (stage) Fatalf(format string, args ...any) {
	said, _, _ := strings.Cut(fmt.Sprintf(format, args...), "\n  why")
	fmt.Println(said)
}

// In a test, t is its *testing.T.
var t stage

// An API that allows one page, by hand.
func Example() {
	api := http.NewServeMux()
	api.HandleFunc("PUT /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
		w.Header().Set("Access-Control-Expose-Headers", "ETag")
		w.Header().Set("Vary", "Origin")
		w.Header().Set("ETag", `"2"`)
		w.Header().Set("X-Served-By", "node-7")
		fmt.Fprintf(w, "stored %s", r.PathValue("id"))
	})
	api.HandleFunc("OPTIONS /items/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
		w.Header().Set("Access-Control-Max-Age", "600")
		w.Header().Set("Vary", "Origin")
	})

	put := httptest.NewRequest("PUT", "https://api.example.com/items/1", strings.NewReader("{}"))
	put.Header.Set("Content-Type", "application/json")

	page := corstest.Page(t, "https://app.example.com")
	stored := page.Fetch(api, put).Allowed().Status(200).Preflights(1).Readable("ETag").Unreadable("X-Served-By").Clean()
	page.Fetch(api, put).Allowed().PreflightCached()
	corstest.Page(t, "https://other.example").Fetch(api, put).Blocked(transcript.ACAOMismatch).Requests(1)

	fmt.Println(stored.Body())
	// Output: stored 1
}

// A failing assertion says what was expected, what came, and the rest of it.
func ExampleResult_Allowed() {
	api := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		io.WriteString(w, "hello")
	}
	page := corstest.Page(t, "https://app.example.com")
	page.Fetch(api, httptest.NewRequest("GET", "https://api.example.com/", nil)).Allowed()
	page.WithCredentials().Fetch(api, httptest.NewRequest("GET", "https://api.example.com/", nil)).Allowed()
	// Output:
	// corstest: want the request allowed
	//           got the request blocked by CORS for star-credentials
	//
	// BLOCKED  GET https://api.example.com/ from https://app.example.com  (chromium)
	//
	// error[star-credentials]: the answer allows any origin ("*"), and the page asked with credentials,
	//   which needs its own origin there
	//   3 | GET https://api.example.com/ -> 200
	//     | Access-Control-Allow-Origin: *
	//     |                              ^ want https://app.example.com
}

// Pages of one browser share its cookies: here a login, and who may use it.
func ExampleBrowser_Page() {
	api := http.NewServeMux()
	api.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "session=1; Path=/; Secure; HttpOnly; SameSite=Lax")
	})
	api.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin")) // far too generous
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		w.Header().Set("Vary", "Origin")
		if _, err := r.Cookie("session"); err != nil {
			fmt.Fprint(w, "nobody")
			return
		}
		fmt.Fprint(w, "me")
	})
	me := httptest.NewRequest("GET", "https://api.example.com/me", nil)

	browser := corstest.NewBrowser(t, corstest.Profile("firefox"))
	home := browser.Page(t, "https://api.example.com")
	home.Fetch(api, httptest.NewRequest("POST", "https://api.example.com/login", nil)).Allowed()

	sibling := browser.Page(t, "https://app.example.com").WithCredentials()
	fmt.Println(sibling.Fetch(api, me).Allowed().CookiesSent("session").Body())
	stranger := browser.Page(t, "https://evil.example").WithCredentials()
	fmt.Println(stranger.Fetch(api, me).Allowed().CookiesSent().Body())
	// Output:
	// me
	// nobody
}

// Elements ask in their own way. A font always needs CORS, an image does so to be read back from a canvas.
func ExampleTab_By() {
	assets := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "font/woff2") }
	page := corstest.Page(t, "https://app.example.com")
	page.By(fetch.ByFont).Fetch(assets, httptest.NewRequest("GET", "https://cdn.example/a.woff2", nil)).Blocked(transcript.ACAOMissing)

	pictures := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") }
	picture := httptest.NewRequest("GET", "https://cdn.example/a.png", nil)
	page.By(fetch.ByImage).Fetch(pictures, picture).Opaque()
	page.By(fetch.ByImage).With(func(r *fetch.Request) { r.CrossOrigin = fetch.CrossOriginAnonymous }).Fetch(pictures, picture).Blocked(transcript.ACAOMissing)
	// Output:
}

// Hosts that a redirect leads to are named, each with what answers there.
func ExampleServe() {
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		fmt.Fprintf(w, "from %s", r.Host)
	}))
	defer store.Close()
	api := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		http.Redirect(w, r, "https://store.example/1", http.StatusSeeOther)
	}

	page := corstest.Page(t, "https://app.example.com", corstest.Serve("https://store.example", store))
	fmt.Println(page.Fetch(api, httptest.NewRequest("GET", "https://api.example.com/", nil)).Allowed().Requests(2).Body())
	// Output: from store.example
}
