// Package cors is the server's half of Cross-Origin Resource Sharing: which pages of other origins may read what a
// server answers.
//
// A [Policy] is plain data. [Lint] finds what is wrong with it, all at once, each [Fault] with its place, its reason and
// its fix. [Compile] makes an [Engine] of a policy without errors. [Engine.Decide] answers one request, and
// [Decision.Apply] writes the answer into a response's header:
//
//	engine, err := cors.Compile(cors.Policy{
//		Origins:        []string{"https://app.example.com"},
//		Credentials:    true,
//		Methods:        []string{"PUT"},
//		RequestHeaders: []string{"Content-Type"},
//	})
//
// A [Middleware] wears an engine over net/http: [New] makes one of a policy, [Middleware.Wrap] puts it in front of a
// handler. Beside it stand [Select], for a policy per tenant, [Mux], for routes with policies of their own, [Late], for
// chains that reset headers, and [CleanUpstream], for proxies.
//
// The zero Policy allows nothing. A policy holds neither callbacks nor regular expressions: what it allows can be read,
// compared and checked before it is deployed. Dangerous policies are errors, unless the danger is accepted by its name:
// see [Risk].
//
// # What is promised
//
//   - Deciding takes no allocation, and its cost is bounded whatever the request holds.
//   - No response shares memory with another response or with the engine, so that a handler may change what it finds.
//   - An answer that depends on Origin says so in Vary, also where the origin is refused. HTTP keeps answers to preflights
//     out of caches; for those that keep them nevertheless there is [Policy.PreflightVary].
//   - An answer repeats nothing of a request but what the policy allows, in the policy's own spelling. Origins that match
//     a pattern, and headers under [AnyRequestHeader], are repeated once they are known to be well-formed.
//   - A request that is no preflight is not refused, unless [Enforce] asks for that: without the headers, browsers keep the
//     answer from the page.
//
// # What this package does not do
//
// It does not protect the server: requests that need no preflight arrive, and have effect, whatever the policy says.
// CORS widens what browsers permit, it narrows nothing. For the other direction see [Engine.CrossOriginProtection].
package cors
