package scenario_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/scenario"
)

func Example() {
	s, err := scenario.Parse([]byte(`{
	  "page": {"origin": "https://app.example"},
	  "request": {"url": "data:text/plain,hello"}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	request, err := s.FetchRequest()
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := new(fetch.Agent).Fetch(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Type, response.Status)
	// Output: basic 200
}

func ExampleParse_error() {
	_, err := scenario.Parse([]byte(`{
	  "page": {"origin": "https://app.example/"},
	  "request": {"url": "https://api.example/items"}
	}`))
	fmt.Println(err)
	// Output: 2:23: "https://app.example/" is not an origin, want the end, or a colon and a port: an origin has no path, no query and no trailing slash at its byte 19
}

func ExampleScenario_json() {
	s := scenario.Scenario{
		Page:    scenario.Page{Origin: "null"},
		Request: scenario.Request{Method: "PUT", URL: "https://api.example/items/1", Credentials: fetch.CredentialsInclude},
	}
	text, err := json.Marshal(s)
	fmt.Println(string(text), err)
	// Output: {"page":{"origin":"null"},"request":{"method":"PUT","url":"https://api.example/items/1","credentials":"include"}} <nil>
}
