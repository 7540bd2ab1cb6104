package frameworks_test

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/corscope/corscope/cors"
)

func echoRoutes(get, put func(string, echo.HandlerFunc, ...echo.MiddlewareFunc) *echo.Route, within ...echo.MiddlewareFunc) {
	get("/items", func(c echo.Context) error {
		c.Response().Header().Set("X-Total", "2")
		return c.String(http.StatusOK, "items")
	}, within...)
	put("/items", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, within...)
}

// aroundEcho puts the policy around the router.
func aroundEcho(protect *cors.Middleware) http.Handler {
	router := echo.New()
	echoRoutes(router.GET, router.PUT)
	return protect.Wrap(router)
}

// usedByEcho gives it to the router, to run before it looks for a route.
func usedByEcho(protect *cors.Middleware) http.Handler {
	router := echo.New()
	router.Pre(echo.WrapMiddleware(protect.Wrap))
	echoRoutes(router.GET, router.PUT)
	return router
}

// withinEcho gives it to single routes: a preflight finds no route, and the policy is never asked.
func withinEcho(protect *cors.Middleware) http.Handler {
	router := echo.New()
	echoRoutes(router.GET, router.PUT, echo.WrapMiddleware(protect.Wrap))
	return router
}
