package browsers_test

import (
	"testing"

	"github.com/corscope/corscope/test/browsers"
)

func TestReasons(t *testing.T) {
	tests := []struct {
		engine func(string) (browsers.Reason, bool)
		line   string
		want   string
		isOne  bool
		why    string
	}{
		{
			browsers.ChromiumReason, `[1:1:1122/164314.3:INFO:CONSOLE:0] "Access to fetch at 'http://a.test:1/c1/x' from origin 'http://b.test:1' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.", source: http://b.test:1/ (0)`,
			"MissingAllowOriginHeader", true, "as Chromium 156 writes it",
		},
		{
			browsers.ChromiumReason, `[1:1:1122/164314.3:INFO:CONSOLE:0] "Access to fetch at 'http://a.test:1/c1/x' from origin 'http://b.test:1' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.", source: http://b.test:1/ (0)`,
			"PreflightMissingAllowOriginHeader", true, "the same of a preflight has another name",
		},
		{
			browsers.ChromiumReason, `[1:1:1122/164314.3:INFO:CONSOLE:0] "Access to fetch at 'http://a.test:1/c1/x' from origin 'http://b.test:1' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.", source: http://b.test:1/ (0)`,
			"PreflightInvalidStatus", true, "only preflights have this one: the prefix is not put twice",
		},
		{
			browsers.ChromiumReason, `[1:1:1122/164314.3:INFO:CONSOLE:0] "Access to fetch at 'http://a.test:1/c1/x' from origin 'http://b.test:1' has been blocked by CORS policy: Because.", source: http://b.test:1/ (0)`,
			browsers.Unmapped, true, "a new text is noticed",
		},
		{
			browsers.ChromiumReason, `[1:1:1122/164314.3:INFO:CONSOLE:0] "hello", source: http://b.test:1/ (0)`,
			"", true, "not everything on a console is a reason",
		},
		{
			browsers.ChromiumReason, `[1:2:1122/164959.5:ERROR:dbus/bus.cc:405] Failed to connect to the bus`,
			"", false, "the browser's own troubles are not the page's",
		},
		{
			browsers.FirefoxReason, `[Child 1: Main Thread]: E/PageMessages [JavaScript Error: "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at http://a.test:1/c1/x. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200."]`,
			"CORSMissingAllowOrigin2", true, "as Firefox 153 writes it",
		},
		{
			browsers.FirefoxReason, `[Child 1: Main Thread]: E/PageMessages [JavaScript Error: "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at http://a.test:1/c1/x. (Reason: Because). Status code: 200."]`,
			browsers.Unmapped, true, "a new text is noticed",
		},
		{
			browsers.FirefoxReason, `[Child 1: Main Thread]: W/PageMessages [JavaScript Warning: "The resource at “http://a.test:1/c1/x” was blocked by OpaqueResponseBlocking. Reason: “after sniff”." {file: "http://b.test:1/" line: 0}]`,
			"OpaqueResponseBlocking", true, "warnings count, and say where they come from",
		},
	}
	for _, test := range tests {
		got, ok := test.engine(test.line)
		if ok != test.isOne || got.Name != test.want {
			t.Errorf("got %q, %t, want %q, %t: %s", got.Name, ok, test.want, test.isOne, test.why)
		}
	}
}
