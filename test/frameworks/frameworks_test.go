package frameworks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corscope/corscope/cors"
	"github.com/corscope/corscope/corstest"
)

const (
	app  = "https://app.example.com"
	evil = "https://evil.example"
	api  = "https://api.example.com"
)

func policy(t *testing.T) *cors.Middleware {
	t.Helper()
	protect, err := cors.New(cors.Policy{
		Origins:        []string{app},
		Methods:        []string{"PUT"},
		RequestHeaders: []string{"Content-Type"},
		ExposedHeaders: []string{"X-Total"},
	}, cors.Count())
	if err != nil {
		t.Fatal(err)
	}
	return protect
}

func asking(method, path string) *http.Request {
	r := httptest.NewRequest(method, api+path, http.NoBody)
	if method == http.MethodPut {
		r = httptest.NewRequest(method, api+path, strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// Pages of a browser ask; the routers have routes for GET and PUT alone.
func TestRouters(t *testing.T) {
	for name, build := range map[string]func(*cors.Middleware) http.Handler{
		"around chi": aroundChi, "used by chi": usedByChi,
		"around gin": aroundGin, "used by gin": usedByGin,
		"around echo": aroundEcho, "used by echo": usedByEcho,
	} {
		t.Run(name, func(t *testing.T) {
			protect := policy(t)
			router := build(protect)
			page, stranger := corstest.Page(t, app), corstest.Page(t, evil)

			page.Fetch(router, asking("PUT", "/items")).Allowed().Preflights(1).Status(http.StatusNoContent)
			page.Fetch(router, asking("GET", "/items")).Allowed().Preflights(0).Readable("X-Total")
			page.Fetch(router, asking("GET", "/nowhere")).Allowed().Status(http.StatusNotFound)
			page.Fetch(router, asking("DELETE", "/items")).Blocked("acao-missing")
			stranger.Fetch(router, asking("PUT", "/items")).Blocked("acao-missing").Requests(1)
			stranger.Fetch(router, asking("GET", "/items")).Blocked("acao-missing")

			stats := protect.Stats()
			if stats.Preflight[cors.Allowed] != 1 || stats.Preflight[cors.MethodNotAllowed] != 1 || stats.Preflight[cors.OriginNotAllowed] != 1 {
				t.Errorf("the middleware saw other preflights: %+v", stats.Preflight)
			}
			if stats.Actual[cors.Allowed] != 3 || stats.Actual[cors.OriginNotAllowed] != 1 {
				t.Errorf("the middleware saw other requests: %+v", stats.Actual)
			}

			options := asking("OPTIONS", "/items")
			options.Header.Set("Origin", app)
			answer := httptest.NewRecorder()
			router.ServeHTTP(answer, options)
			if answer.Code != http.StatusMethodNotAllowed && answer.Code != http.StatusNotFound && answer.Code != http.StatusNoContent ||
				answer.Header().Get("Access-Control-Allow-Origin") != app || answer.Header().Get("Access-Control-Allow-Methods") != "" {
				t.Errorf("OPTIONS that is no preflight gets %d %v", answer.Code, answer.Header())
			}
		})
	}
}

// A policy on routes of a method alone is never asked by a preflight: why it stands around them all.
func TestWithinRouters(t *testing.T) {
	for name, build := range map[string]func(*cors.Middleware) http.Handler{
		"chi": withinChi, "gin": withinGin, "echo": withinEcho,
	} {
		t.Run(name, func(t *testing.T) {
			protect := policy(t)
			router := build(protect)
			page := corstest.Page(t, app)
			page.Fetch(router, asking("GET", "/items")).Allowed()
			result := page.Fetch(router, asking("PUT", "/items"))
			if result.Transcript().Outcome() != "blocked" || protect.Stats().Preflight != (cors.Counts{}) {
				t.Errorf("the preflight reached the policy: %s", result.Explanation())
			}
		})
	}
}
