package fetch

import "strings"

// The values of InitiatorInfo.Type: what HTML takes as an answer, and nothing else.
const (
	typeScript      = "a JavaScript type"
	typeJSON        = "a JSON type"
	typeCSS         = "text/css"
	typeEventStream = "text/event-stream"
)

// takesType reports whether an answer of that MIME type essence may be used where want is asked for; "" asks for
// nothing.
func takesType(want, essence string) bool {
	switch want {
	case typeScript:
		return isJavaScript(essence)
	case typeJSON:
		return essence == "application/json" || essence == "text/json" || strings.HasSuffix(essence, "+json")
	case typeCSS, typeEventStream:
		return essence == want
	}
	return true
}

// specOfType is where HTML says so.
func specOfType(want string) string {
	if want == typeEventStream {
		return "https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model"
	}
	return "https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script"
}
