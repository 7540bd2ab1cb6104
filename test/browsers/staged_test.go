package browsers_test

import (
	"strings"
	"testing"

	"github.com/corscope/corscope/test/browsers"
)

func TestPlaced(t *testing.T) {
	w := world(t)
	expand := func(text string) string {
		for name, o := range w.Origins() {
			_, host, _ := strings.Cut(o, "://")
			text = strings.ReplaceAll(strings.ReplaceAll(text, "{"+name+"}", o), "{"+name+".host}", host)
		}
		return text
	}
	tests := []struct{ text, want, why string }{
		{"{api}/x?y#z", "{api}/c7/x?y#z", "the number comes first in the path"},
		{"{api}", "{api}/c7/", "an address without a path has the path /"},
		{"{api}?y", "{api}/c7/?y", "so has one with a query"},
		{"http://u:p@{api.host}/x", "http://u:p@{api.host}/c7/x", "a user name does not hide the host"},
		{"HTTP://{api.host}/x", "HTTP://{api.host}/c7/x", "nor does the scheme's case"},
		{"//{api.host}/x", "//{api.host}/c7/x", "a Location may leave the scheme out"},
		{"/x", "/c7/x", "and the host"},
		{"x", "x", "a relative one stays under the number by itself"},
		{"", "", "an empty one too"},
		{"http://elsewhere.test/x", "http://elsewhere.test/x", "what is not the world's is nobody's"},
		{"data:text/plain,/x", "data:text/plain,/x", "not every address has a path"},
		{"http://api.example.test:1/x", "http://api.example.test:1/x", "another port is another server"},
	}
	for _, test := range tests {
		there, back := browsers.Placed(w, expand(test.text))
		if there != expand(test.want) {
			t.Errorf("%q: got %q, want %q: %s", test.text, there, test.want, test.why)
		}
		if whole := expand(test.text); back != whole && back != strings.Replace(there, "/c7/", "/", 1) {
			t.Errorf("%q: back comes %q", test.text, back)
		}
	}
}

func TestCookiesStayApart(t *testing.T) {
	tests := []struct{ line, want, why string }{
		{"a=1", "a=1", "without a path it is kept to the number's"},
		{"a=1; Secure; Path=/", "a=1; Secure; Path=/c7/", "a path is the case's own root"},
		{"a=1;path=/x", "a=1;path=/c7/x", "in any spelling"},
	}
	for _, test := range tests {
		if got := browsers.KeptApart(test.line); got != test.want {
			t.Errorf("%q: got %q, want %q: %s", test.line, got, test.want, test.why)
		}
	}
}

func TestUnported(t *testing.T) {
	w := world(t)
	o := w.Origins()
	text := o["app"] + " " + o["sapp"] + "/x ws" + strings.TrimPrefix(o["api"], "http") + " http://u:p@" + strings.TrimPrefix(o["other"], "http://")
	const want = "{app} {sapp}/x ws://{api.host} http://u:p@{other.host}"
	if got := w.Unported(text); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
