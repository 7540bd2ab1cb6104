// Package frameworks shows package cors with routers of others: chi, gin and echo. It is a module of its own, so that
// nobody who needs the one gets the others.
//
// Any of them is an [net/http.Handler], so the same line serves for all: protect.Wrap(router). Each has a place for
// middleware too, where a policy may stand if it is for the whole router.
package frameworks
