package frameworks_test

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/corscope/corscope/cors"
)

func chiRoutes(r chi.Router) {
	r.Get("/items", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Total", "2")
		_, _ = w.Write([]byte("items"))
	})
	r.Put("/items", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
}

// aroundChi puts the policy around the router.
func aroundChi(protect *cors.Middleware) http.Handler {
	router := chi.NewRouter()
	chiRoutes(router)
	return protect.Wrap(router)
}

// usedByChi gives it to the router, whose own middlewares run before it looks for a route.
func usedByChi(protect *cors.Middleware) http.Handler {
	router := chi.NewRouter()
	router.Use(protect.Wrap)
	chiRoutes(router)
	return router
}

// withinChi gives it to single routes: a preflight finds no route, and the policy is never asked.
func withinChi(protect *cors.Middleware) http.Handler {
	router := chi.NewRouter()
	chiRoutes(router.With(protect.Wrap))
	return router
}
