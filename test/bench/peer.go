package bench

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	chi "github.com/go-chi/cors"
	"github.com/gorilla/handlers"
	rs "github.com/rs/cors"

	"github.com/corscope/corscope/cors"
)

// A Peer is one way of doing CORS.
type Peer struct {
	Name   string
	Module string // where it comes from; empty for what is written here
	Ranked bool   // it wants to be compared
	// Wrap puts the policy in front of a handler. The error says that the peer has no words for the policy.
	Wrap func(cors.Policy, http.Handler) (http.Handler, error)
	// Compile makes what Wrap makes of a policy, as far as that can be done beforehand. Nil if there is nothing to make.
	Compile func(cors.Policy)
}

// ErrNoWords says that a peer cannot express a policy.
var ErrNoWords = errors.New("the peer has no words for this policy")

// The peers that others are compared with.
const (
	Corscope = "corscope"
	RS       = "rs/cors"
	Bare     = "bare"
	Hand     = "by hand"
)

// Peers lists all, in the order of the table's columns.
func Peers() []Peer {
	return []Peer{
		{Name: Bare, Wrap: func(_ cors.Policy, h http.Handler) (http.Handler, error) { return h, nil }},
		{Name: Hand, Wrap: byHand},
		{Name: Corscope, Module: "github.com/corscope/corscope", Ranked: true, Wrap: byCorscope, Compile: func(p cors.Policy) {
			if _, err := cors.Compile(p); err != nil {
				panic(err)
			}
		}},
		{Name: RS, Module: "github.com/rs/cors", Ranked: true, Wrap: func(p cors.Policy, h http.Handler) (http.Handler, error) {
			return rs.New(rsOptions(p)).Handler(h), nil
		}, Compile: func(p cors.Policy) { rs.New(rsOptions(p)) }},
		{Name: "chi", Module: "github.com/go-chi/cors", Ranked: true, Wrap: func(p cors.Policy, h http.Handler) (http.Handler, error) {
			return chi.New(chiOptions(p)).Handler(h), nil
		}, Compile: func(p cors.Policy) { chi.New(chiOptions(p)) }},
		{Name: "gorilla", Module: "github.com/gorilla/handlers", Ranked: true, Wrap: byGorilla, Compile: func(p cors.Policy) {
			handlers.CORS(gorillaOptions(p)...)(nil)
		}},
		{Name: "gin", Module: "github.com/gin-contrib/cors", Ranked: true, Wrap: func(p cors.Policy, h http.Handler) (http.Handler, error) {
			return inGin(h, gincors.New(ginConfig(p))), nil
		}, Compile: func(p cors.Policy) { gincors.New(ginConfig(p)) }},
		{Name: "gin alone", Module: "github.com/gin-gonic/gin", Wrap: func(_ cors.Policy, h http.Handler) (http.Handler, error) {
			return inGin(h), nil
		}},
	}
}

func byCorscope(p cors.Policy, h http.Handler) (http.Handler, error) {
	m, err := cors.New(p)
	if err != nil {
		return nil, err
	}
	return m.Wrap(h), nil
}

func rsOptions(p cors.Policy) rs.Options {
	return rs.Options{
		AllowedOrigins: p.Origins, AllowCredentials: p.Credentials, AllowedMethods: p.Methods,
		AllowedHeaders: p.RequestHeaders, ExposedHeaders: p.ExposedHeaders, MaxAge: seconds(p),
	}
}

func chiOptions(p cors.Policy) chi.Options {
	return chi.Options{
		AllowedOrigins: p.Origins, AllowCredentials: p.Credentials, AllowedMethods: p.Methods,
		AllowedHeaders: p.RequestHeaders, ExposedHeaders: p.ExposedHeaders, MaxAge: seconds(p),
	}
}

func byGorilla(p cors.Policy, h http.Handler) (http.Handler, error) {
	if isWildcard(p) {
		return nil, ErrNoWords
	}
	return handlers.CORS(gorillaOptions(p)...)(h), nil
}

func gorillaOptions(p cors.Policy) []handlers.CORSOption {
	options := []handlers.CORSOption{
		handlers.AllowedOrigins(p.Origins), handlers.AllowedMethods(p.Methods), handlers.AllowedHeaders(p.RequestHeaders),
		handlers.ExposedHeaders(p.ExposedHeaders), handlers.MaxAge(seconds(p)),
	}
	if p.Credentials {
		options = append(options, handlers.AllowCredentials())
	}
	return options
}

func ginConfig(p cors.Policy) gincors.Config {
	return gincors.Config{
		AllowOrigins: p.Origins, AllowWildcard: isWildcard(p), AllowCredentials: p.Credentials, AllowMethods: p.Methods,
		AllowHeaders: p.RequestHeaders, ExposeHeaders: p.ExposedHeaders, MaxAge: time.Duration(p.MaxAge),
	}
}

// inGin puts gin's engine around a handler: a router with one route, and a context from a pool.
func inGin(h http.Handler, middleware ...gin.HandlerFunc) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(middleware...)
	engine.Any("/", gin.WrapH(h))
	return engine
}

func seconds(p cors.Policy) int { return int(time.Duration(p.MaxAge) / time.Second) }

// isWildcard reports whether the policy names families of origins.
func isWildcard(p cors.Policy) bool { return strings.Contains(p.Origins[0], "*.") }

// byHand is the least code that answers as the policy says, for one origin or all: what a careful person would write who
// knows the policy, browsers' spelling and that no handler changes what it finds. Its slices serve every response.
func byHand(p cors.Policy, next http.Handler) (http.Handler, error) {
	if len(p.Origins) > 1 || isWildcard(p) {
		return nil, ErrNoWords
	}
	var (
		every        = p.Origins[0] == "*"
		allowOrigin  = p.Origins[:1:1]
		credentials  = []string{"true"}
		exposed      = []string{p.ExposedHeaders[0]}
		methods      = []string{strings.Join(p.Methods, ", ")}
		headers      = []string{"authorization, content-type"}
		maxAge       = []string{"600"}
		vary         = []string{"Origin"}
		asked        = "authorization,content-type"
		safe         = []string{"GET", "HEAD", "POST"}
		isPermitted  = func(method string) bool { return slices.Contains(p.Methods, method) || slices.Contains(safe, method) }
		isPermitting = func(list []string) bool { return len(list) == 0 || len(list) == 1 && list[0] == asked }
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		origin := r.Header["Origin"]
		allowed := every || len(origin) == 1 && origin[0] == allowOrigin[0]
		if r.Method == http.MethodOptions && len(origin) == 1 {
			if method := r.Header["Access-Control-Request-Method"]; len(method) == 1 {
				if !allowed || !isPermitted(method[0]) || !isPermitting(r.Header["Access-Control-Request-Headers"]) {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				h["Access-Control-Allow-Origin"] = allowOrigin
				h["Access-Control-Allow-Methods"] = methods
				h["Access-Control-Allow-Headers"] = headers
				h["Access-Control-Max-Age"] = maxAge
				if p.Credentials {
					h["Access-Control-Allow-Credentials"] = credentials
				}
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		if !every {
			h["Vary"] = vary
		}
		if allowed {
			h["Access-Control-Allow-Origin"] = allowOrigin
			h["Access-Control-Expose-Headers"] = exposed
			if p.Credentials {
				h["Access-Control-Allow-Credentials"] = credentials
			}
		}
		next.ServeHTTP(w, r)
	}), nil
}
