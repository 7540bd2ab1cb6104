// Package corscope is Cross-Origin Resource Sharing, whole: the browser's half, the server's half, and the tools that
// join them. It holds no code. This page is the mechanism; the packages named in it do the work.
//
// A page may send to other origins what a form or an image always could. What a browser keeps from it is the answer.
// CORS is how a server lets a page have the answer, and how it is asked before a page sends anything that a form could
// not.
//
//	page at https://app.example       browser                             server at https://api.example
//
//	fetch(url, {method: "PUT"})  ──▶  another origin, and no form sends
//	                                  PUT: ask first
//	                                  OPTIONS, without credentials   ──▶
//	                                  Origin: https://app.example
//	                                  Access-Control-Request-Method: PUT
//	                                                                 ◀──  any status from 200 to 299
//	                                                                      Access-Control-Allow-Origin: https://app.example
//	                                                                      Access-Control-Allow-Methods: PUT
//	                                                                      Access-Control-Max-Age: 600
//	                                  allowed: remember it, and send
//	                                  PUT                            ──▶
//	                                  Origin: https://app.example
//	                                                                 ◀──  any status
//	                                                                      Access-Control-Allow-Origin: https://app.example
//	                                                                      Vary: Origin
//	response, or one opaque word ◀──  share or block
//
// What decides, in order:
//
//  1. Same origin? Scheme, host and port are equal: there is no CORS. Package [github.com/corscope/corscope/origin].
//  2. Ask first? Yes for a method other than GET, HEAD and POST, for a header or a Content-Type off the safelist, and
//     for an upload that is streamed or listened to. A redirect is no answer to the question.
//  3. May it be shared? Access-Control-Allow-Origin must be the origin, byte for byte, or "*". With credentials "*" is
//     not enough, and Access-Control-Allow-Credentials must be "true". Asked of the preflight's answer and again of the
//     request's own, whatever its status.
//  4. A redirect of the request goes through all of it again. From one foreign origin to another, the origin becomes
//     "null".
//  5. Of a shared response script reads the body, the status, a few safelisted headers, and those the server exposes.
//
// A request that asks for no answer to read, such as an image's, is in mode no-cors: steps 2 and 3 pass it by, and what
// comes back is opaque.
//
// Steps 1 to 5 are the browser's half, package [github.com/corscope/corscope/fetch], after the Fetch Standard. What a
// server says to 2 and 3 is the other half, package [github.com/corscope/corscope/cors]. The two share no rules: they meet on
// the wire, in package [github.com/corscope/corscope/wire]. Package [github.com/corscope/corscope/corstest] lets a Go test
// put the first before a server of any kind.
//
// The script that asked learns one opaque word when the browser blocks. The console learns everything: package
// [github.com/corscope/corscope/transcript] is that record, [github.com/corscope/corscope/diagnose] reads causes and
// remedies from it, [github.com/corscope/corscope/scenario] writes down the question, and package
// [github.com/corscope/corscope/conformance] holds the questions whose answers are known. The command cmd/corscope puts
// them to a server.
package corscope
