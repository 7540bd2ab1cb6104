package fetch_test

import (
	"errors"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func TestNormalizeMethod(t *testing.T) {
	for _, row := range []struct{ why, method, want string }{
		{"one of the six, in any case", "delete", "DELETE"},
		{"one of the six, in any case", "GeT", "GET"},
		{"one of the six, in any case", "head", "HEAD"},
		{"one of the six, in any case", "Options", "OPTIONS"},
		{"one of the six, in any case", "pOST", "POST"},
		{"one of the six, in any case", "put", "PUT"},
		{"PATCH is not one of the six", "patch", "patch"},
		{"and stays if typed in capitals", "PATCH", "PATCH"},
		{"unknown methods stay", "Chicken", "Chicken"},
		{"a prefix is not a match", "get2", "get2"},
		{"ASCII case only: U+017F folds to s in Unicode", "po\u017ft", "po\u017ft"},
		{"nothing", "", ""},
	} {
		if got := fetch.NormalizeMethod(row.method); got != row.want {
			t.Errorf("%s: NormalizeMethod(%q) = %q, want %q", row.why, row.method, got, row.want)
		}
	}
}

func TestMethodOfAPage(t *testing.T) {
	for _, row := range []struct{ why, method, sent string }{
		{"the default", "", "GET"},
		{"normalized", "put", "PUT"},
		{"not normalized", "patch", "patch"},
		{"the star is a token", "*", "*"},
		{"forbidden in capitals", "TRACE", ""},
		{"forbidden in small letters", "connect", ""},
		{"forbidden in both", "tRaCk", ""},
		{"not a token: a blank", "GET ", ""},
		{"not a token: a slash", "GE/T", ""},
		{"not a token: outside ASCII", "GÉT", ""},
		{"a name that only starts like a forbidden one", "TRACES", "TRACES"},
	} {
		b := open(always(200))
		_, err := b.ask(t, fetch.Request{URL: link(home + "/x"), Method: row.method})
		if row.sent == "" {
			var made *fetch.RequestError
			if !errors.As(err, &made) || b.verdict() != string(transcript.MethodForbidden) || len(b.net.sent) != 0 {
				t.Errorf("%s: %q: %v, %s, sent %v; want a RequestError and nothing sent", row.why, row.method, err, b.verdict(), b.net.sent)
			}
			continue
		}
		if err != nil || b.net.last().Method != row.sent {
			t.Errorf("%s: %q: %v, sent %v, want %s", row.why, row.method, err, b.net.sent, row.sent)
		}
	}
}
