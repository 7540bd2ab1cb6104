// Package fetch is the browser's half of CORS: it makes a request as a page at some origin would, decides what a
// browser decides, and shows the page no more than a browser shows.
//
// An [Agent] is one browser: its profile, its cookies, its preflight cache. [Agent.Fetch] asks a question as one page
// and gives either a [Response] or an error that says no more than "failed to fetch". What happened, message by message
// and verdict by verdict, goes to the agent's Console alone, as a [transcript.Transcript].
//
// [Agent.RoundTripper] lets any net/http client behave as a page. The single rules stand on their own for those who
// want only one: [CORSCheck], [CORSUnsafeRequestHeaderNames], [IsCORSSafelistedRequestHeader], [RedirectTaint],
// [TAOCheck], [CrossOriginResourcePolicyCheck].
//
// The code follows the Fetch Standard of 2 July 2026: a function is an algorithm, with its name and its order of steps.
package fetch

//go:generate go run ../internal/gen/deviations
