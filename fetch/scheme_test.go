package fetch_test

import (
	"testing"

	"github.com/corscope/corscope/fetch"
)

func TestDataURL(t *testing.T) {
	const plain = "text/plain;charset=US-ASCII"
	for _, row := range []struct{ why, url, kind, body string }{
		{"nothing", "data:,", plain, ""},
		{"text", "data:,a b", plain, "a b"},
		{"escapes", "data:,a%20b%00", plain, "a b\x00"},
		{"invalid escapes stay", "data:,%zz%4%41", plain, "%zz%4A"},
		{"a plus is a plus", "data:,a+b", plain, "a+b"},
		{"a query is part of it", "data:,a?b", plain, "a?b"},
		{"a fragment is not", "data:,a#b", plain, "a"},
		{"commas after the first", "data:,a,b", plain, "a,b"},
		{"a type", "data:text/html,x", "text/html", "x"},
		{"blanks round the type", "data: text/html ,x", "text/html", "x"},
		{"parameters", "data:text/html;charset=utf-8,x", "text/html;charset=utf-8", "x"},
		{"parameters alone", "data:;charset=utf-8,x", "text/plain;charset=utf-8", "x"},
		{"no type", "data:x,y", plain, "y"},
		{"base64", "data:;base64,YWI=", plain, "ab"},
		{"base64 after a type", "data:text/html;base64,YWI=", "text/html", "ab"},
		{"base64 without padding", "data:;base64,YWI", plain, "ab"},
		{"base64 with escaped padding", "data:;base64,YWI%3D", plain, "ab"},
		{"base64 with blanks within", "data:;base64,Y W%0AI", plain, "ab"},
		{"the word in any case, blanks before it", "data:text/html; BASE64,YWI=", "text/html", "ab"},
		{"the word elsewhere is a parameter", "data:text/html;base64;x=y,YWI=", "text/html;base64;x=y", "YWI="},
		{"the word without semicolon is no type", "data:base64,YWI=", plain, "YWI="},
	} {
		kind, body, ok := fetch.ParseDataURL(link(row.url))
		if !ok || kind != row.kind || string(body) != row.body {
			t.Errorf("%s: %s: %q, %q, %v, want %q, %q", row.why, row.url, kind, body, ok, row.kind, row.body)
		}
	}
	for _, row := range []struct{ why, url string }{
		{"no comma", "data:text/plain"},
		{"base64 of a length that cannot be", "data:;base64,YWIjZ"},
		{"base64 of other characters", "data:;base64,Y-_I"},
		{"base64 with padding in the middle", "data:;base64,YQ==YQ=="},
		{"base64 padded too much", "data:;base64,YWI=="},
		{"base64 padded too little", "data:;base64,YQ="},
		{"base64 with bytes above ASCII", "data:;base64,%FF%FF%FF%FF"},
	} {
		if kind, body, ok := fetch.ParseDataURL(link(row.url)); ok {
			t.Errorf("%s: %s: %q, %q, want a failure", row.why, row.url, kind, body)
		}
	}
}

func TestDataURLThroughAgent(t *testing.T) {
	b := open(always(500))
	resp, err := b.get(t, "data:text/html,hello")
	if err != nil || resp.Type != fetch.TypeBasic || resp.Status != 200 || text(t, resp) != "hello" || namesOf(resp.Header) != "content-type" || len(b.net.sent) != 0 {
		t.Errorf("%+v, %v", resp, err)
	}
	if b.get(t, "data:nothing"); b.verdict() != "net-scheme" {
		t.Errorf("a data: URL that is none: %s", b.verdict())
	}
	// An image of a data: URL keeps a canvas clean.
	if resp, err = b.ask(t, fetch.Request{Initiator: fetch.ByCanvas, URL: link("data:image/png,x")}); err != nil || !resp.OriginClean {
		t.Errorf("%+v, %v", resp, err)
	}
}
