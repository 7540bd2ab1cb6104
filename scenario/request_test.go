package scenario_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/scenario"
	"github.com/corscope/corscope/wire"
)

func TestFetchRequest(t *testing.T) {
	s := wantFull()
	s.Request.Body = new("text")
	got, err := s.FetchRequest()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil || string(body) != "text" {
		t.Errorf("the body is %q, %v", body, err)
	}
	if got.Client.Origin != origin.New("https", "app.example", 8443) || !got.Client.TopLevel.IsOpaque() {
		t.Errorf("the page is %v in a tab of %v", got.Client.Origin, got.Client.TopLevel)
	}
	if got.URL.String() != "https://api.example/x#y" || got.Client.URL.String() != "https://app.example:8443/a?b" {
		t.Errorf("%v asks for %v", got.Client.URL, got.URL)
	}
	want := &fetch.Request{
		Client: fetch.Client{
			Secure: true, AddressSpace: fetch.SpacePublic, ReferrerPolicy: fetch.ReferrerOrigin, COEP: fetch.COEPRequireCORP,
		},
		Initiator: fetch.ByXHR, Method: "pAtch", Header: wire.Header{{Name: "X-A", Value: "1"}, {Name: "x-a"}}, Stream: true,
		Mode: fetch.ModeCORS, Credentials: fetch.CredentialsInclude, Redirect: fetch.RedirectManual, Cache: fetch.CacheNoStore,
		CrossOrigin: fetch.CrossOriginUseCredentials, ReferrerPolicy: fetch.UnsafeURL, Destination: "image",
		UploadListener: true, Keepalive: true, TargetAddressSpace: fetch.SpaceLocal,
	}
	compared := cmp.Options{
		cmpopts.IgnoreFields(fetch.Request{}, "URL", "Body"), cmpopts.IgnoreFields(fetch.Client{}, "Origin", "TopLevel", "URL"),
	}
	if diff := cmp.Diff(want, got, compared); diff != "" {
		t.Error(diff)
	}
}

func TestFetchRequestWithoutBody(t *testing.T) {
	s := scenario.Scenario{Page: scenario.Page{Origin: "null"}, Request: scenario.Request{URL: "http://a/"}}
	req, err := s.FetchRequest()
	if err != nil || req.Body != nil {
		t.Errorf("no body is %v, %v", req.Body, err)
	}
	if req.Client.TopLevel != (origin.Origin{}) || req.Client.URL != nil {
		t.Errorf("the page was given a tab or an address: %+v", req.Client)
	}
}

func TestOpaquePage(t *testing.T) {
	s := scenario.Scenario{Page: scenario.Page{Origin: "null"}, Request: scenario.Request{URL: "http://a/"}}
	page, err := s.Page.Client()
	if err != nil {
		t.Fatal(err)
	}
	first, _ := s.RequestFor(page)
	second, _ := s.RequestFor(page)
	if !first.Client.Origin.SameOrigin(second.Client.Origin) {
		t.Error("one page has two origins")
	}
	other, _ := s.FetchRequest()
	if first.Client.Origin.SameOrigin(other.Client.Origin) {
		t.Error("two opaque pages share an origin")
	}
}

func TestFetchRequestRefuses(t *testing.T) {
	tests := []struct {
		why  string
		page scenario.Page
		url  string
	}{
		{"a page is somewhere", scenario.Page{}, "http://a/"},
		{"an origin has no path", scenario.Page{Origin: "http://a/"}, "http://a/"},
		{"a tab has an origin too", scenario.Page{Origin: "http://a", TopLevel: "a"}, "http://a/"},
		{"a page's address is absolute", scenario.Page{Origin: "http://a", URL: "/"}, "http://a/"},
		{"so is a request's", scenario.Page{Origin: "http://a"}, "/"},
		{"an address is there", scenario.Page{Origin: "http://a"}, ""},
	}
	for _, tt := range tests {
		s := scenario.Scenario{Page: tt.page, Request: scenario.Request{URL: tt.url}}
		if req, err := s.FetchRequest(); err == nil || req != nil {
			t.Errorf("%s: %+v makes a request", tt.why, s)
		}
	}
}

// The words are fetch's constants, all of them: a new one there is one here.
func TestWordsAreFetchs(t *testing.T) {
	fields := map[string][]string{
		"Mode": {"mode"}, "Credentials": {"credentials"}, "Redirect": {"redirect"}, "Cache": {"cache"},
		"CrossOrigin": {"crossorigin"}, "ReferrerPolicy": {"referrerPolicy"}, "COEP": {"coep"},
		"AddressSpace": {"addressSpace", "targetAddressSpace"}, "Initiator": {"initiator"},
	}
	seen := map[string]int{}
	for _, name := range []string{"../fetch/request.go", "../fetch/initiator.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			value, _ := spec.Values[0].(*ast.BasicLit)
			if kind == nil || value == nil || fields[kind.Name] == nil {
				return true
			}
			word, err := strconv.Unquote(value.Value)
			if err != nil {
				t.Fatal(err)
			}
			seen[kind.Name]++
			for _, field := range fields[kind.Name] {
				if want, ok := scenario.CheckWord(field, word); !ok {
					t.Errorf("%s does not take fetch's %q, only %s", field, word, want)
				}
			}
			return true
		})
	}
	for kind := range fields {
		if seen[kind] == 0 {
			t.Errorf("fetch has no constants of type %s", kind)
		}
	}
}

func TestCheckWord(t *testing.T) {
	if want, ok := scenario.CheckWord("cache", "only-if-cached"); ok || want != "one of default, no-store, reload, no-cache, force-cache" {
		t.Errorf("only-if-cached: %q, %v", want, ok)
	}
	if _, ok := scenario.CheckWord("destination", "anything"); !ok {
		t.Error("a destination is free text")
	}
}
