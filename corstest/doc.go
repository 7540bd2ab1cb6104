// Package corstest is a browser in a Go test. A page of some origin asks a handler or a server as a browser would, and
// the test says what should come of it.
//
//	func TestItemsAreShared(t *testing.T) {
//		page := corstest.Page(t, "https://app.example.com")
//		put := httptest.NewRequest("PUT", "https://api.example.com/items/1", strings.NewReader("{}"))
//		page.Fetch(api, put).Allowed().Preflights(1).Readable("X-Total")
//	}
//
// [Page] opens a tab of a fresh browser. [Tab.XHR], [Tab.By], [Tab.WithCredentials], [Tab.NoCORS] and [Tab.With] give a
// tab that asks in another way, and leave the first as it was: a way of asking that a test needs often gets a name.
// [Tab.Fetch] asks. The target is a [net/http.Handler], which is served in memory, a [net/http/httptest.Server], or a
// base URL. The request's own URL says under which origin the target stands, so that cookies, Secure and SameSite
// behave as they will for users.
//
// A [Result] holds what came of it. Its assertions give the result back, to be chained; one that does not hold ends the
// test as [testing.T.FailNow] does, with what was expected, what came, and the explanation that "corscope explain"
// prints, secrets masked. So they belong on the test's own goroutine.
//
// Several pages that share cookies and the preflight cache are pages of one [Browser].
//
// This is a test: a request that changes things is sent as it stands. A host that the test does not name is never
// asked; [Serve] names more of them.
package corstest
