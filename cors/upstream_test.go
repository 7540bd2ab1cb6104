package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

func TestCleanUpstream(t *testing.T) {
	h := http.Header{
		"Access-Control-Allow-Origin":          {"*", app},
		"Access-Control-Allow-Credentials":     {"true"},
		"Access-Control-Allow-Methods":         {"*"},
		"Access-Control-Allow-Headers":         {"*"},
		"Access-Control-Allow-Private-Network": {"true"},
		"Access-Control-Max-Age":               {"1"},
		"Access-Control-Expose-Headers":        {"X-A"},
		"Timing-Allow-Origin":                  {"*"},
		"Access-Control-Log":                   {"theirs"},
		"Cross-Origin-Resource-Policy":         {"same-site"},
		"X-Access-Control-Allow-Origin":        {"theirs"},
		"Content-Type":                         {"text/plain"},
	}
	if err := cors.CleanUpstream(&http.Response{Header: h}); err != nil {
		t.Error(err)
	}
	want := http.Header{
		"Access-Control-Log":            {"theirs"},
		"Cross-Origin-Resource-Policy":  {"same-site"},
		"X-Access-Control-Allow-Origin": {"theirs"},
		"Content-Type":                  {"text/plain"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

func TestCleanUpstreamVary(t *testing.T) {
	for _, tt := range []struct {
		lines, want []string
		why         string
	}{
		{nil, nil, "none"},
		{[]string{"Origin"}, nil, "ours alone: none is left"},
		{[]string{"Accept-Encoding"}, []string{"Accept-Encoding"}, "not ours"},
		{[]string{"Accept-Encoding, Origin", "origin"}, []string{"Accept-Encoding"}, "ours in any place and case"},
		{[]string{"Accept,accept", "Cookie", "ACCEPT"}, []string{"Accept, Cookie"}, "doubled"},
		{[]string{"Access-Control-Request-Method", "Access-Control-Request-Headers, X-A"}, []string{"X-A"}, "those of preflights"},
		{[]string{"X-Origin, Origins"}, []string{"X-Origin, Origins"}, "other names"},
		{[]string{"Accept, *", "Origin"}, []string{"*"}, "a star holds all"},
		{[]string{" ,, "}, nil, "nothing but commas"},
	} {
		h := http.Header{}
		if tt.lines != nil {
			h["Vary"] = tt.lines
		}
		_ = cors.CleanUpstream(&http.Response{Header: h})
		if got, present := h["Vary"]; !slices.Equal(got, tt.want) || present && len(got) == 0 {
			t.Errorf("%q: got %q, want %q: %s", tt.lines, got, tt.want, tt.why)
		}
	}
}

// A proxy in front of a server with CORS headers of its own: browsers refuse two where there should be one.
func TestBehindAProxy(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Vary", "Accept-Encoding, Origin")
		fmt.Fprint(w, "body")
	}))
	t.Cleanup(upstream.Close)
	target, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(r *httputil.ProxyRequest) { r.SetURL(target) }
	dirty := &httputil.ReverseProxy{Rewrite: rewrite}
	clean := &httputil.ReverseProxy{Rewrite: rewrite, ModifyResponse: cors.CleanUpstream}
	m := middleware(t, origins(app))
	for _, tt := range []struct {
		name    string
		handler http.Handler
		line    string
		want    string
	}{
		{"as it is", m.Wrap(dirty), fromApp, "Access-Control-Allow-Origin: *; " + sharedApp + "; Vary: Accept-Encoding, Origin; Vary: Origin"},
		{"as it is", m.Wrap(dirty), fromEvil, "Access-Control-Allow-Origin: *; Vary: Accept-Encoding, Origin; Vary: Origin"},
		{"clean", m.Wrap(clean), fromApp, sharedApp + "; Vary: Accept-Encoding; Vary: Origin"},
		{"clean", m.Wrap(clean), fromEvil, "Vary: Accept-Encoding; Vary: Origin"},
		{"late", m.Wrap(cors.Late(dirty)), fromApp, sharedApp + "; Vary: Origin, Accept-Encoding"},
		{"late", m.Wrap(cors.Late(dirty)), fromEvil, "Vary: Origin, Accept-Encoding"},
		{"both", m.Wrap(cors.Late(clean)), fromApp, sharedApp + "; Vary: Origin, Accept-Encoding"},
	} {
		if got := policyHeaders(ask(tt.handler, "GET", "/", tt.line)); got != tt.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", tt.name, tt.line, got, tt.want)
		}
	}
}
