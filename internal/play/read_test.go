package play_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/internal/play"
	"github.com/corscope/corscope/wire"
)

// Whatever comes in is read within bounds, and what is read is what was sent.
func FuzzReadRequest(f *testing.F) {
	f.Add("GET /x HTTP/1.1\r\nHost: a\r\nX-a:1\r\nx-A:  2 \r\n\r\n")
	f.Add("POST http://a/x HTTP/1.1\nHost: b\nTransfer-Encoding: chunked\n\n3;x\nabc\n0\nT: 1\n\n")
	f.Add("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcdef")
	f.Add("OPTIONS * HTTP/1.1\r\nHost:\r\nAccess-Control-Request-Method: \r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := play.ReadRequest(text)
		if err != nil {
			return
		}
		if len(got.Body) > play.LongestBody {
			t.Fatalf("a body of %d bytes", len(got.Body))
		}
		var again strings.Builder
		target, ok := strings.CutPrefix(got.URL, "http://")
		if host, _ := got.Header.Get("Host"); ok && strings.HasPrefix(target, host+"/") {
			target = target[len(host):]
		} else {
			target = got.URL
		}
		fmt.Fprintf(&again, "%s %s HTTP/1.1\r\n", got.Method, target)
		want := got
		want.Header = nil
		for _, h := range got.Header {
			if !wire.EqualFold(h.Name, "Content-Length") && !wire.EqualFold(h.Name, "Transfer-Encoding") {
				fmt.Fprintf(&again, "%s:%s\r\n", h.Name, h.Value)
				want.Header = append(want.Header, h)
			}
		}
		want.Header = append(want.Header, wire.Field{Name: "Content-Length", Value: fmt.Sprint(len(got.Body))})
		fmt.Fprintf(&again, "Content-Length: %d\r\n\r\n%s", len(got.Body), got.Body)
		if again.Len()-len(got.Body) > play.LongestHead {
			return // a chunked body's head was shorter
		}
		if got, err = play.ReadRequest(again.String()); err != nil {
			t.Fatalf("%q: %v", again.String(), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
