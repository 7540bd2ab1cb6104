package fetch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

func duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

var manyHeaders = []string{
	"Cache-Control: no-cache", "Content-Language: de", "Content-Length: 4", "Content-Type: text/plain", "Expires: 0", "Last-Modified: then", "Pragma: no-cache",
	"X-A: 1", "x-b: 2", "ETag: e", "Set-Cookie: a=b", "Set-Cookie2: a=b", "*: star", acao + home, acac + "true", "Vary: Origin",
}

const safelisted = "cache-control,content-language,content-length,content-type,expires,last-modified,pragma"

func namesOf(h wire.Header) string {
	var names []string
	for _, f := range h {
		names = append(names, wire.Lower(f.Name))
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// What script reads of a shared response.
func TestCORSFilteredResponse(t *testing.T) {
	const expose = "Access-Control-Expose-Headers: "
	const all = "*,access-control-allow-credentials,access-control-allow-origin,access-control-expose-headers," +
		"cache-control,content-language,content-length,content-type,etag,expires,last-modified,pragma,vary,x-a,x-b"
	for _, row := range []struct {
		why         string
		credentials fetch.Credentials
		expose      []string
		want        string
		syntax      int
	}{
		{"nothing exposed", "", nil, safelisted, 0},
		{"an empty list", "", []string{expose}, safelisted, 0},
		{"by name, in any case", "", []string{expose + "x-A"}, safelisted + ",x-a", 0},
		{"several", "", []string{expose + "X-A ,, x-b"}, safelisted + ",x-a,x-b", 0},
		{"several lines", "", []string{expose + "X-A", expose + "etag"}, "cache-control,content-language,content-length,content-type,etag,expires,last-modified,pragma,x-a", 0},
		{"one that is not there", "", []string{expose + "X-Z"}, safelisted, 0},
		{"the star", "", []string{expose + "*"}, all, 0},
		{"the star among others", "", []string{expose + "X-A, *"}, all, 0},
		{"the star with credentials is a name", fetch.CredentialsInclude, []string{expose + "*"}, "*," + safelisted, 0},
		{"by name with credentials", fetch.CredentialsInclude, []string{expose + "X-A"}, safelisted + ",x-a", 0},
		{"never Set-Cookie", "", []string{expose + "Set-Cookie, set-cookie2"}, safelisted, 0},
		{"what cannot be parsed exposes nothing", "", []string{expose + "X-A, X B"}, safelisted, 1},
		{"nor does a quoted name", "", []string{expose + `"X-A"`}, safelisted, 1},
		{"one bad line voids all", "", []string{expose + "X-A", expose + "("}, safelisted, 1},
		{"a star in a list that cannot be parsed", "", []string{expose + "*, ("}, safelisted, 1},
	} {
		b := open(always(200, append(slices.Clone(manyHeaders), append(row.expose, "", "body")...)...))
		resp, err := b.ask(t, fetch.Request{URL: link(api), Credentials: row.credentials})
		if err != nil {
			t.Fatalf("%s: %+v", row.why, b.record.First())
		}
		if got := namesOf(resp.Header); got != row.want || resp.Type != fetch.TypeCORS || len(b.noted("expose-syntax")) != row.syntax {
			t.Errorf("%s: %s shows %s, want %s", row.why, resp.Type, got, row.want)
		}
		if got := strings.Join(b.record.Result.Readable, ","); got != row.want {
			t.Errorf("%s: recorded as readable: %s", row.why, got)
		}
		for _, name := range b.record.Result.Hidden {
			if resp.Header.Contains(name) || contains(b.record.Result.Readable, name) {
				t.Errorf("%s: %s is hidden and readable", row.why, name)
			}
			if noted := contains(b.noted("header-hidden"), name); noted == wire.IsForbiddenResponseHeaderName(name) {
				t.Errorf("%s: %s is hidden; noted: %v", row.why, name, noted)
			}
		}
		if text(t, resp) != "body" || resp.Status != 200 || resp.URL != api || !resp.OriginClean {
			t.Errorf("%s: %+v", row.why, resp)
		}
	}
}

func TestBasicFilteredResponse(t *testing.T) {
	b := open(always(203, append(slices.Clone(manyHeaders), "", "body")...))
	resp, err := b.get(t, home+"/x#f")
	if err != nil {
		t.Fatal(err)
	}
	want := "*,access-control-allow-credentials,access-control-allow-origin,cache-control,content-language,content-length,content-type,etag,expires,last-modified,pragma,vary,x-a,x-b"
	if got := namesOf(resp.Header); got != want || resp.Type != fetch.TypeBasic || resp.Status != 203 || resp.URL != home+"/x" || resp.Redirected {
		t.Errorf("%+v shows %s, want %s", resp, got, want)
	}
	if len(b.noted("header-hidden")) != 0 {
		t.Errorf("at home nothing is hidden but Set-Cookie: %v", b.noted("header-hidden"))
	}
}

func TestOpaqueFilteredResponse(t *testing.T) {
	b := open(always(203, append(slices.Clone(manyHeaders), "", "secret")...))
	resp, err := b.ask(t, fetch.Request{URL: link(api), Mode: fetch.ModeNoCORS})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Type != fetch.TypeOpaque || resp.Status != 0 || resp.URL != "" || resp.Redirected || len(resp.Header) != 0 || text(t, resp) != "" || resp.OriginClean {
		t.Errorf("an opaque response shows %+v", resp)
	}
	if got := b.noted("response-opaque"); len(got) != 1 || b.record.Outcome() != "opaque" || b.record.Result.Page == "" {
		t.Errorf("noted %v, %s, %q", got, b.record.Outcome(), b.record.Result.Page)
	}
}

// Statuses that have no body, and HEAD.
func TestNullBody(t *testing.T) {
	for _, row := range []struct {
		method string
		status int
		want   string
	}{
		{"GET", 200, "body"},
		{"GET", 404, "body"},
		{"GET", 206, "body"},
		{"GET", 101, ""},
		{"GET", 103, ""},
		{"GET", 204, ""},
		{"GET", 205, ""},
		{"GET", 304, ""},
		{"HEAD", 200, ""},
	} {
		b := open(always(row.status, "", "body"))
		resp, err := b.ask(t, fetch.Request{URL: link(home + "/"), Method: row.method})
		if err != nil || text(t, resp) != row.want || resp.Status != row.status {
			t.Errorf("%s %d: %v, want body %q", row.method, row.status, err, row.want)
		}
	}
}

// A body that nobody will read is closed at once.
func TestUnreadBodiesAreClosed(t *testing.T) {
	for _, row := range []struct {
		why    string
		req    fetch.Request
		status int
		head   []string
	}{
		{"blocked", fetch.Request{}, 200, nil},
		{"opaque", fetch.Request{Mode: fetch.ModeNoCORS}, 200, nil},
		{"an opaque redirect", fetch.Request{Redirect: fetch.RedirectManual}, 302, []string{acao + "*"}},
		{"a redirect that is an error", fetch.Request{Redirect: fetch.RedirectError}, 302, []string{acao + "*"}},
		{"CORP", fetch.Request{Mode: fetch.ModeNoCORS}, 200, []string{"Cross-Origin-Resource-Policy: same-origin"}},
		{"HEAD", fetch.Request{Method: "HEAD"}, 200, []string{acao + "*"}},
		{"204", fetch.Request{}, 204, []string{acao + "*"}},
		{"a script that is none", fetch.Request{Initiator: fetch.ByScript}, 200, []string{"Content-Type: image/png"}},
	} {
		watched := &watchedBody{}
		answer := reply(row.status, row.head...)
		answer.Body = watched
		b := open(turns(answer))
		row.req.URL = link(api)
		b.ask(t, row.req)
		if !watched.closed || watched.read {
			t.Errorf("%s: closed %v, read %v", row.why, watched.closed, watched.read)
		}
	}
}

// What the page changes in its headers is its own copy.
func TestFilteredHeaderIsACopy(t *testing.T) {
	b := open(always(200, "X-A: 1"))
	resp, err := b.get(t, home+"/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Header[0].Value = "changed"
	if got, _ := b.record.Exchanges[0].Response.Get("X-A"); got != "1" {
		t.Errorf("the page changed the record to %q", got)
	}
}
