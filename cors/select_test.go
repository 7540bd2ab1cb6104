package cors_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/corscope/corscope/cors"
)

func TestSelect(t *testing.T) {
	tenants := map[string]*cors.Middleware{
		"one": middleware(t, cors.Policy{Origins: []string{app}, Methods: []string{"PUT"}}, cors.Count()),
		"two": middleware(t, cors.Policy{Origins: []string{evil}, Credentials: true}),
		"all": middleware(t, origins("*")),
	}
	h := cors.Select(func(r *http.Request) *cors.Middleware { return tenants[r.Header.Get("X-Tenant")] }, "X-Tenant").Wrap(reached)
	for _, tt := range []struct {
		method string
		lines  []string
		want   string
		why    string
	}{
		{"GET", []string{"X-Tenant: one", fromApp}, "200 " + sharedApp + "; Vary: Origin; Vary: X-Tenant; X-Reached: GET", "the first tenant's page"},
		{"GET", []string{"X-Tenant: two", fromApp}, "200 Vary: Origin; Vary: X-Tenant; X-Reached: GET", "is not the second's"},
		{"GET", []string{"X-Tenant: two", fromEvil}, "200 Access-Control-Allow-Credentials: true; Access-Control-Allow-Origin: " + evil + "; Vary: Origin; Vary: X-Tenant; X-Reached: GET", "who has his own"},
		{"GET", []string{"X-Tenant: all", fromApp}, "200 Access-Control-Allow-Origin: *; Vary: X-Tenant; X-Reached: GET", "the same for all, of this tenant"},
		{"GET", []string{"X-Tenant: who", fromApp}, "200 Vary: Origin; Vary: X-Tenant; X-Reached: GET", "an unknown tenant denies, and the handler runs"},
		{"GET", []string{fromApp}, "200 Vary: Origin; Vary: X-Tenant; X-Reached: GET", "and so does none"},
		{"OPTIONS", []string{"X-Tenant: one", fromApp, wantsPut}, "204 Access-Control-Allow-Methods: PUT; " + sharedApp + "; Vary: X-Tenant", "preflights too"},
		{"OPTIONS", []string{"X-Tenant: two", fromEvil, wantsPut}, "403 Vary: X-Tenant", "the second has no PUT"},
		{"OPTIONS", []string{"X-Tenant: who", fromApp, wantsPut}, "403 Vary: X-Tenant", "an unknown tenant refuses preflights"},
		{"OPTIONS", []string{"X-Tenant: one", fromApp}, "200 " + sharedApp + "; Vary: Origin; Vary: X-Tenant; X-Reached: OPTIONS", "no preflight"},
	} {
		if got := said(ask(h, tt.method, "/", tt.lines...)); got != tt.want {
			t.Errorf("%s %q\ngot  %s\nwant %s: %s", tt.method, tt.lines, got, tt.want, tt.why)
		}
	}
	if s := tenants["one"].Stats(); s.Actual[cors.Allowed] != 2 || s.Preflight[cors.Allowed] != 1 || s.Preflight[cors.OriginNotAllowed] != 0 {
		t.Errorf("a tenant's numbers are its own; got %+v", s)
	}
}

func TestSelectVary(t *testing.T) {
	for _, tt := range []struct {
		declared, before, want []string
		why                    string
	}{
		{nil, nil, []string{"Origin"}, "by host or path: nothing to declare"},
		{nil, []string{"Accept"}, []string{"Accept", "Origin"}, "nothing but the policy's"},
		{[]string{"X-Tenant", "X-Region"}, nil, []string{"X-Tenant, X-Region", "Origin"}, "both"},
		{[]string{"X-Tenant", "X-Region"}, []string{"Accept, x-tenant"}, []string{"Accept, x-tenant", "X-Region", "Origin"}, "the one that is not there"},
		{[]string{"X-Tenant"}, []string{"X-Tenant-Id"}, []string{"X-Tenant-Id", "X-Tenant", "Origin"}, "a longer name is another"},
		{[]string{"X-Tenant"}, []string{"X-Tenant"}, []string{"X-Tenant", "Origin"}, "there"},
		{[]string{"X-Tenant", "x-tenant"}, nil, []string{"X-Tenant", "Origin"}, "declared twice"},
		{[]string{"Origin"}, nil, []string{"Origin"}, "the policy says so too"},
		{[]string{"origin", "X-Tenant"}, []string{"Accept"}, []string{"Accept", "origin, X-Tenant"}, "in any case"},
		{[]string{"X-Tenant"}, []string{"*"}, []string{"*"}, "a star holds all"},
		{[]string{"*"}, nil, []string{"*"}, "a choice by what no header says"},
	} {
		m := middleware(t, origins(app))
		h := cors.Select(func(*http.Request) *cors.Middleware { return m }, tt.declared...).Wrap(reached)
		shared := slices.Clone(tt.before)
		before := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if shared != nil {
				w.Header()["Vary"] = shared
			}
			h.ServeHTTP(w, r)
		})
		if got := ask(before, "GET", "/", fromApp).Header["Vary"]; !slices.Equal(got, tt.want) {
			t.Errorf("%q over %q: got %q, want %q: %s", tt.declared, tt.before, got, tt.want, tt.why)
		}
		if !slices.Equal(shared, tt.before) {
			t.Errorf("what stood there before is changed: %q", shared)
		}
	}
}
