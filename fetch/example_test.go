package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// A page asks a server that forgot to allow it. The page learns nothing; the console learns why.
func ExampleAgent_Fetch() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://other.example")
		fmt.Fprint(w, "the answer")
	}))
	defer server.Close()

	browser := &fetch.Agent{Profile: fetch.Chromium, Console: func(t *transcript.Transcript) {
		fmt.Println("console:", t.Outcome(), t.First().Code, "wants", t.First().Expected, "sees", t.First().Seen)
	}}
	page := fetch.Client{Origin: origin.New("http", "page.example", 0)}
	target, _ := fetch.ParseURL(server.URL + "/data")

	_, err := browser.Fetch(context.Background(), &fetch.Request{Client: page, URL: target})
	fmt.Println("page:", err)
	// Output:
	// console: blocked acao-mismatch wants http://page.example sees https://other.example
	// page: failed to fetch
}

// Any net/http client behaves as a page would.
func ExampleAgent_RoundTripper() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "X-Total")
		w.Header().Set("X-Total", "42")
		w.Header().Set("X-Internal", "hidden")
		fmt.Fprint(w, "hello")
	}))
	defer server.Close()

	page := fetch.Client{Origin: origin.New("http", "page.example", 0)}
	client := &http.Client{Transport: new(fetch.Agent).RoundTripper(page, fetch.CredentialsOmit)}
	resp, err := client.Get(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Printf("%s, X-Total %q, X-Internal %q\n", body, resp.Header.Get("X-Total"), resp.Header.Get("X-Internal"))
	// Output:
	// hello, X-Total "42", X-Internal ""
}

func ExampleCORSCheck() {
	answer := wire.Header{{Name: wire.AccessControlAllowOrigin, Value: "*"}}
	fmt.Println(len(fetch.CORSCheck("https://page.example", fetch.CredentialsSameOrigin, answer)))
	for _, fault := range fetch.CORSCheck("https://page.example", fetch.CredentialsInclude, answer) {
		fmt.Println(fault.Code, "wants", fault.Expected)
	}
	// Output:
	// 0
	// star-credentials wants https://page.example
	// acac-not-true wants true
}

func ExampleCORSUnsafeRequestHeaderNames() {
	fmt.Println(fetch.CORSUnsafeRequestHeaderNames(wire.Header{
		{Name: "X-Request-Id", Value: "7"},
		{Name: "Accept", Value: "application/json"},
		{Name: "Content-Type", Value: "application/json"},
	}))
	// Output:
	// [content-type x-request-id]
}
