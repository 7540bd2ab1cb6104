package corstest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corscope/corscope/corstest"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

const (
	app   = "https://app.example.com"
	other = "https://other.example"
	items = "https://api.example.com/items/1"
)

// api allows one page, by hand.
func api(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" && origin != app {
		http.Error(w, "no", http.StatusForbidden)
		return
	}
	h.Set("Access-Control-Allow-Origin", app)
	h.Set("Access-Control-Allow-Credentials", "true")
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		h.Set("Access-Control-Allow-Methods", "PUT")
		h.Set("Access-Control-Allow-Headers", "Content-Type")
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Access-Control-Expose-Headers", "X-Total")
	h.Set("X-Total", "42")
	h.Set("X-Internal", "7")
	h.Set("Content-Type", "application/json")
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s", r.Method, body)
}

func get(address string) *http.Request { return httptest.NewRequest(http.MethodGet, address, nil) }

func put(address string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, address, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// What comes of a fetch, in the ways the assertions tell apart.
var results = map[string]func(t testing.TB) *corstest.Result{
	"simple":  func(t testing.TB) *corstest.Result { return corstest.Page(t, app).Fetch(api, get(items)) },
	"put":     func(t testing.TB) *corstest.Result { return corstest.Page(t, app).Fetch(api, put(items)) },
	"blocked": func(t testing.TB) *corstest.Result { return corstest.Page(t, other).Fetch(api, get(items)) },
	"refused": func(t testing.TB) *corstest.Result { return corstest.Page(t, other).Fetch(api, put(items)) },
	"mixed": func(t testing.TB) *corstest.Result {
		return corstest.Page(t, app).Fetch(api, get("http://api.example.com/"))
	},
	"opaque": func(t testing.TB) *corstest.Result {
		return corstest.Page(t, app).NoCORS().Fetch(api, get(items))
	},
	"font": func(t testing.TB) *corstest.Result {
		return corstest.Page(t, app).By(fetch.ByFont).Fetch(api, get(items))
	},
	"again": func(t testing.TB) *corstest.Result {
		page := corstest.Page(t, app)
		page.Fetch(api, put(items)).Allowed()
		return page.Fetch(api, put(items))
	},
	"cookies": func(t testing.TB) *corstest.Result {
		browser := corstest.NewBrowser(t)
		browser.SetCookie(t, "https://api.example.com", "b=2; Secure", "a=1; SameSite=Strict", "=bare")
		return browser.Page(t, app).WithCredentials().Fetch(api, get(items))
	},
	"no vary": func(t testing.TB) *corstest.Result {
		return corstest.Page(t, app).Fetch(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", app)
		}, get(items))
	},
	"given up": func(t testing.TB) *corstest.Result {
		t.(*fake).ctx = ended(t)
		return corstest.Page(t, app).Fetch(api, get(items))
	},
	"cut short": func(t testing.TB) *corstest.Result {
		return corstest.Page(t, "https://api.example.com").Fetch(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "half")
		}, get(items))
	},
}

func TestAssertions(t *testing.T) {
	type result = *corstest.Result
	tests := []struct {
		result string
		assert func(result)
		want   string // what it says when it fails; empty where it passes
		got    string
		why    string
	}{
		{"simple", func(r result) { r.Allowed() }, "", "", "shared with the page it names"},
		{"blocked", func(r result) { r.Allowed() }, "request allowed", "blocked by CORS for acao-missing", "the header is not there"},
		{"opaque", func(r result) { r.Allowed() }, "request allowed", "an opaque response", "nothing in it can be read"},
		{"mixed", func(r result) { r.Allowed() }, "request allowed", "not by CORS, for mixed-content", "it was never sent"},
		{"given up", func(r result) { r.Allowed() }, "request allowed", "no outcome", "nobody knows"},

		{"blocked", func(r result) { r.Blocked(transcript.ACAOMissing) }, "", "", "this is why"},
		{"blocked", func(r result) { r.Blocked(transcript.ACAOMismatch) }, "CORS for acao-mismatch", "CORS for acao-missing", "another code is another fault"},
		{"refused", func(r result) { r.Blocked(transcript.ACAOMissing) }, "", "", "what Chromium names"},
		{"refused", func(r result) { r.Finds(transcript.PreflightStatus) }, "", "", "what it comes of"},
		{"refused", func(r result) { r.Blocked(transcript.PreflightStatus) }, "CORS for preflight-status", "CORS for acao-missing, which comes of preflight-status", "Chromium names another"},
		{"simple", func(r result) { r.Blocked(transcript.ACAOMissing) }, "CORS for acao-missing", "the request allowed", "nothing was"},
		{"mixed", func(r result) { r.Blocked(transcript.MixedContent) }, "CORS for mixed-content", "not by CORS, for mixed-content", "mixed content is not CORS"},
		{"given up", func(r result) { r.Blocked(transcript.ACAOMissing) }, "CORS for acao-missing", "no outcome", "nobody knows"},

		{"mixed", func(r result) { r.NotCORS(transcript.MixedContent) }, "", "", "an https page asks over http"},
		{"mixed", func(r result) { r.NotCORS(transcript.BadPort) }, "for bad-port", "for mixed-content", "another code is another cause"},
		{"blocked", func(r result) { r.NotCORS(transcript.ACAOMissing) }, "not by CORS, for acao-missing", "blocked by CORS", "this is CORS"},

		{"opaque", func(r result) { r.Opaque() }, "", "", "as asked"},
		{"simple", func(r result) { r.Opaque() }, "an opaque response", "the request allowed", "this can be read"},

		{"put", func(r result) { r.Status(200) }, "", "", "what the page reads"},
		{"opaque", func(r result) { r.Status(0) }, "", "", "and no more than it reads"},
		{"simple", func(r result) { r.Status(204) }, "status 204", "status 200", "another status"},
		{"blocked", func(r result) { r.Status(403) }, "status 403", "blocked by CORS", "the page does not learn the status"},

		{"simple", func(r result) { r.Readable("x-total").Readable("Content-Type") }, "", "", "exposed, and safelisted"},
		{"simple", func(r result) { r.Readable("X-Internal") }, "X-Internal readable", "X-Internal unreadable", "not exposed"},
		{"simple", func(r result) { r.Readable("X-None") }, "X-None readable", "an answer without X-None", "not there"},
		{"blocked", func(r result) { r.Readable("Content-Type") }, "Content-Type readable", "blocked by CORS", "of nothing, nothing"},
		{"font", func(r result) { r.Allowed().Readable("X-Total") }, "X-Total readable", "what an @font-face rule has: ", "script has no response"},

		{"simple", func(r result) { r.Unreadable("x-internal") }, "", "", "not exposed"},
		{"blocked", func(r result) { r.Unreadable("Content-Type") }, "", "", "a blocked answer shows nothing"},
		{"opaque", func(r result) { r.Unreadable("X-Total") }, "", "", "nor does an opaque one"},
		{"simple", func(r result) { r.Unreadable("X-Total") }, "X-Total in the answer, unreadable", "X-Total readable", "it is exposed"},
		{"simple", func(r result) { r.Unreadable("X-None") }, "X-None in the answer", "an answer without X-None", "what is not there is not hidden"},
		{"refused", func(r result) { r.Unreadable("Vary") }, "Vary in the answer", "an answer without Vary", "a preflight's answer is not the answer"},
		{"font", func(r result) { r.Unreadable("X-Total") }, "", "", "script has no response"},

		{"put", func(r result) { r.Preflights(1) }, "", "", "PUT asks first"},
		{"simple", func(r result) { r.Preflights(0) }, "", "", "GET does not"},
		{"put", func(r result) { r.Preflights(2) }, "want 2 preflights", "got 1 preflight\n", "once is enough"},

		{"again", func(r result) { r.Preflights(0).PreflightCached() }, "", "", "the first one's answer holds"},
		{"put", func(r result) { r.PreflightCached() }, "spared by the preflight cache", "a preflight sent: cache miss", "there was none before"},
		{"simple", func(r result) { r.PreflightCached() }, "spared by the preflight cache", "no preflight needed", "none was needed"},

		{"put", func(r result) { r.Requests(2) }, "", "", "a preflight and the request"},
		{"refused", func(r result) { r.Requests(1) }, "", "", "a preflight alone"},
		{"mixed", func(r result) { r.Requests(0) }, "", "", "nothing was sent"},
		{"put", func(r result) { r.Requests(1) }, "want 1 request\n", "got 2 requests\n", "the preflight counts"},

		{"cookies", func(r result) { r.CookiesSent("b", "a", "") }, "", "", "in any order; one has a value alone"},
		{"simple", func(r result) { r.CookiesSent() }, "", "", "none"},
		{"cookies", func(r result) { r.CookiesSent("a", "") }, "cookies sent: , a\n", "cookies sent: , a, b\n", "one too many"},
		{"cookies", func(r result) { r.CookiesSent() }, "no cookies sent", "cookies sent: ", "there were some"},
		{"simple", func(r result) { r.CookiesSent("a") }, "cookies sent: a\n", "no cookies sent", "there were none"},

		{"no vary", func(r result) { r.Allowed().Finds("vary-missing") }, "", "", "allowed, and wrong"},
		{"simple", func(r result) { r.Finds("vary-missing") }, "vary-missing found", "nothing found", "it says Vary"},

		{"put", func(r result) { r.Clean() }, "", "", "a note is no fault"},
		{"no vary", func(r result) { r.Clean() }, "nothing to find fault with", "warning vary-missing: ", "a warning is"},
		{"blocked", func(r result) { r.Clean() }, "nothing to find fault with", "error acao-missing: ", "so is an error"},

		{"blocked", func(r result) { r.Header("X-Total") }, "a response to read header X-Total of", "blocked by CORS", "there is none"},
		{"blocked", func(r result) { r.Body() }, "a body to read", "blocked by CORS", "there is none"},
		{"font", func(r result) { r.Body() }, "a body to read", "what an @font-face rule has: ", "nor the bytes"},
		{"cut short", func(r result) { r.Body() }, "a body to read", "one that breaks off: ", "half a body is none"},
	}
	for _, tt := range tests {
		test := func(t testing.TB) { tt.assert(results[tt.result](t)) }
		if tt.want == "" {
			passes(t, tt.result+": "+tt.why, test)
		} else {
			fails(t, tt.result+": "+tt.why, test, tt.want, tt.got, "from ", "asked")
		}
	}
}

func TestWhatThePageReads(t *testing.T) {
	tests := []struct{ result, body, total, why string }{
		{"put", "PUT {}", "42", "shared"},
		{"opaque", "", "", "opaque is empty"},
	}
	for _, tt := range tests {
		watched := watch(t, func(tb testing.TB) {
			r := results[tt.result](tb)
			if body, total := r.Body(), r.Header("X-Total"); body != tt.body || total != tt.total {
				t.Errorf("%s: body %q, X-Total %q: %s", tt.result, body, total, tt.why)
			}
			if hidden := r.Header("X-Internal"); hidden != "" {
				t.Errorf("%s: X-Internal is %q, and script cannot read it", tt.result, hidden)
			}
		})
		if watched.fatal != "" {
			t.Error(watched.fatal)
		}
	}
}

// A failure says what the command says.
func TestFailureExplains(t *testing.T) {
	var explanation string
	post := httptest.NewRequest(http.MethodPost, items, strings.NewReader("name=value"))
	f := watch(t, func(t testing.TB) {
		r := corstest.Page(t, other, corstest.Profile("firefox")).Fetch(api, post)
		explanation = r.Explanation()
		r.Allowed()
	})
	if !strings.HasSuffix(f.fatal, "\n\n"+explanation) {
		t.Errorf("the failure does not end with the explanation:\n%s", f.fatal)
	}
	for _, said := range []string{
		"BLOCKED  POST " + items + " from " + other + "  (firefox)", "error[acao-missing]:", "\n  why ", "\n  fix ",
		"--data-raw name=value", "corscope codes acao-missing", "live, as Firefox",
	} {
		if !strings.Contains(explanation, said) {
			t.Errorf("the explanation does not say %q:\n%s", said, explanation)
		}
	}
	if strings.Contains(explanation, "\x1b") {
		t.Error("the explanation is coloured")
	}
}

func TestExplanationMasksSecrets(t *testing.T) {
	const secret = "s3cr3t-of-mine"
	browser := corstest.NewBrowser(t)
	browser.SetCookie(t, "https://api.example.com", "session="+secret)
	r := get(items)
	r.Header.Set("Authorization", "Bearer "+secret)
	result := browser.Page(t, other).WithCredentials().Fetch(api, r)
	if text := result.Explanation(); strings.Contains(text, secret) || !strings.Contains(text, "acao-missing") {
		t.Errorf("explained as\n%s", text)
	}
	if asked := result.Transcript().Asked; len(asked.Header) != 1 || !strings.Contains(asked.Header[0].Value, secret) {
		t.Errorf("the record has %v, want it whole", asked.Header)
	}
}

func TestEverybodyElsesCodes(t *testing.T) {
	page := corstest.Page(t, app)
	page.By(fetch.ByImage).Fetch(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	}, get(items)).NotCORS(transcript.CORPBlocked)
	page.Fetch(api, httptest.NewRequest("TRACE", items, nil)).NotCORS(transcript.MethodForbidden).Requests(0)
	page.With(func(r *fetch.Request) { r.URL = nil }).Fetch(api, get(items)).NotCORS(transcript.URLInvalid).Requests(0)
}
