package demo_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/demo"
	"github.com/corscope/corscope/transcript"
)

func answer(api *demo.API, method, path string, preflight bool) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Origin", demo.Page)
	if preflight {
		r.Header.Set("Access-Control-Request-Method", "PUT")
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return w.Result()
}

func TestApplyMendsOneAnswerOfOneRoute(t *testing.T) {
	api := demo.New()
	api.Apply("bare", []diagnose.Edit{
		{Phase: transcript.PhaseActual, Op: diagnose.Set, Header: "Access-Control-Allow-Origin", Value: "*"},
		{Phase: transcript.PhasePreflight, Op: diagnose.Status, Value: "204"},
	})
	if got := answer(api, "GET", "/bare", false); got.StatusCode != 200 || got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the request's answer: %d %v", got.StatusCode, got.Header)
	}
	if got := answer(api, "OPTIONS", "/bare", true); got.StatusCode != 204 || got.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the preflight's answer: %d %v", got.StatusCode, got.Header)
	}
	if got := answer(api, "OPTIONS", "/bare", false); got.StatusCode != 200 {
		t.Errorf("an OPTIONS that is no preflight: %d", got.StatusCode)
	}
	if got := answer(api, "GET", "/error", false); got.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another route: %v", got.Header)
	}
	if got := answer(demo.New(), "GET", "/bare", false); got.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another API: %v", got.Header)
	}
	if got := api.Asked("OPTIONS", "/bare"); got != 2 {
		t.Errorf("%d OPTIONS counted, want 2", got)
	}
}

func TestCasesHaveRoutes(t *testing.T) {
	var names []string
	for _, one := range demo.Cases() {
		if slices.Contains(names, one.Name) {
			t.Errorf("%s stands twice", one.Name)
		}
		names = append(names, one.Name)
		if want := "https://" + demo.Host + "/" + one.Name; one.Scenario.Request.URL != want || one.Scenario.Page.Origin != demo.Page {
			t.Errorf("%s asks %s from %s", one.Name, one.Scenario.Request.URL, one.Scenario.Page.Origin)
		}
		if got := answer(demo.New(), "GET", "/"+one.Name, false); got.StatusCode == http.StatusNotFound {
			t.Errorf("%s has no route", one.Name)
		}
	}
	if got := answer(demo.New(), "GET", "/none", false); got.StatusCode != http.StatusNotFound {
		t.Errorf("no such route: %d", got.StatusCode)
	}
}

func TestServerVouchesForItself(t *testing.T) {
	server, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(server.PEM) {
		t.Fatal("no certificate")
	}
	conn, err := tls.Dial("tcp", server.Addr, &tls.Config{RootCAs: roots, ServerName: demo.Host})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if conn, err := tls.Dial("tcp", server.Addr, &tls.Config{RootCAs: roots, ServerName: "other.example"}); err == nil {
		_ = conn.Close()
		t.Error("the certificate is good for any name")
	}
}
