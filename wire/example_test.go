package wire_test

import (
	"fmt"

	"github.com/corscope/corscope/wire"
)

// Two proxies that both add a header leave two lines, and a browser reads them as one value with a comma.
func ExampleHeader_Get() {
	response := wire.Header{
		{Name: "access-control-allow-origin", Value: "https://app.example"},
		{Name: "Access-Control-Allow-Origin", Value: "https://app.example"},
	}
	value, ok := response.Get(wire.AccessControlAllowOrigin)
	fmt.Printf("%q %v\n", value, ok)
	// Output:
	// "https://app.example, https://app.example" true
}

func ExampleHeader_ExtractTokens() {
	var response wire.Header
	response.Append("Access-Control-Allow-Headers", "X-Token, , X-Trace")
	response.Append("access-control-allow-headers", "Range")
	names, err := response.ExtractTokens(wire.AccessControlAllowHeaders)
	fmt.Printf("%q %v\n", names, err)

	response.Append("Access-Control-Allow-Headers", `Accept, "X-Quoted"`)
	_, err = response.ExtractTokens(wire.AccessControlAllowHeaders)
	fmt.Println(err)
	// Output:
	// ["X-Token" "X-Trace" "Range"] <nil>
	// Access-Control-Allow-Headers, line 3, byte 8: "\"X-Quoted\"" is not a token
}

func ExampleHeader_VaryCovers() {
	response := wire.Header{{Name: "Vary", Value: "Accept-Encoding, origin"}}
	fmt.Println(response.VaryCovers(wire.Origin), response.VaryCovers(wire.UserAgent))
	// Output:
	// true false
}
