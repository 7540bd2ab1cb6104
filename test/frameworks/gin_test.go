package frameworks_test

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/corscope/corscope/cors"
)

func init() { gin.SetMode(gin.TestMode) }

func ginRoutes(r gin.IRoutes) {
	r.GET("/items", func(c *gin.Context) {
		c.Header("X-Total", "2")
		c.String(http.StatusOK, "items")
	})
	r.PUT("/items", func(c *gin.Context) { c.Status(http.StatusNoContent) })
}

// aroundGin puts the policy around the router.
func aroundGin(protect *cors.Middleware) http.Handler {
	router := gin.New()
	ginRoutes(router)
	return protect.Wrap(router)
}

// ginHandler makes a middleware of gin's kind: what comes next is the rest of gin's chain. What was answered already
// goes no further. As gin's chain keeps a writer of its own, [cors.Late] has no place here: put it around the router.
func ginHandler(protect *cors.Middleware) gin.HandlerFunc {
	return func(c *gin.Context) {
		reached := false
		next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			reached = true
			c.Next()
		})
		protect.Wrap(next).ServeHTTP(c.Writer, c.Request)
		if !reached {
			c.Abort()
			c.Writer.WriteHeaderNow()
		}
	}
}

// usedByGin gives it to the router, which runs it where it has no route too.
func usedByGin(protect *cors.Middleware) http.Handler {
	router := gin.New()
	router.Use(ginHandler(protect))
	ginRoutes(router)
	return router
}

// withinGin gives it to a group of routes: a preflight finds none of them, and the policy is never asked.
func withinGin(protect *cors.Middleware) http.Handler {
	router := gin.New()
	ginRoutes(router.Group("", ginHandler(protect)))
	return router
}
