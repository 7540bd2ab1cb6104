package diagnose

import "github.com/corscope/corscope/transcript"

// What stops an answer that needs no sharing by CORS.
var entriesFilter = []Entry{
	{
		Code: transcript.CORPBlocked, Severity: Error, Spec: specFetch + "cross-origin-resource-policy-check",
		Title: "Cross-Origin-Resource-Policy keeps the answer out",
		What:  "The page loads without CORS, and the answer's own policy, or the page's embedder policy where the answer has none, does not let this page use it.",
		Why:   "What a process holds can be read by whoever breaks the process. The policy keeps a resource out of foreign ones.",
		Fix:   "On the server of the resource: send Cross-Origin-Resource-Policy: same-site or cross-origin, if other sites may embed it. Or load it with CORS (crossorigin attribute), which the policy does not concern.",
	},
	{
		Code: transcript.ORBBlocked, Severity: Error, Spec: "https://github.com/annevk/orb#the-algorithm",
		Title: "Opaque Response Blocking keeps the answer out",
		What:  "The page loads HTML, JSON or XML without CORS, where only images, scripts, styles or media make sense. The browser gives it nothing.",
		Why:   "Such an answer can only be of use to an attack that reads the process's memory.",
		Fix:   "In the page: ask with CORS if it needs the data. On the server: send the resource's true Content-Type.",
	},
	{
		Code: transcript.NosniffBlocked, Severity: Error, Spec: specFetch + "should-response-to-request-be-blocked-due-to-nosniff?",
		Title: "nosniff, and the wrong Content-Type",
		What:  "The answer forbids guessing its type, and its Content-Type is not one for this kind of load. This is not CORS.",
		Why:   "A script or style sheet read out of a file of another type is a way to steal or to inject.",
		Fix:   "On the server of the resource: send the right Content-Type (text/javascript, text/css). An error page in HTML is often what came instead: look at the status.",
	},
	{
		Code: transcript.MIMEBlocked, Severity: Error, Spec: specFetch + "should-response-to-request-be-blocked-due-to-mime-type?",
		Title: "Not a type this load takes",
		What:  "A classic script came as an image, audio, video or CSV; or a module, a worklet, an import of JSON or CSS, or an EventSource got another type than the one it takes (an EventSource also another status than 200). This is not CORS.",
		Why:   "Uploads that servers hand out as images must not run as code, and newer kinds of loads take nothing on trust.",
		Fix:   "On the server of the resource: send the right Content-Type: text/javascript, application/json, text/css or text/event-stream. An error or fallback page in HTML is often what came instead: look at the status.",
	},
	{
		Code: transcript.RangeGuard, Severity: Error, Spec: specMain,
		Title: "A part came for a request of the whole",
		What:  "A service worker or a cache gave a partial answer to a request that did not ask for a part.",
		Why:   "Pieces of a foreign resource, put together at an attacker's choice, can be read where the whole cannot.",
		Fix:   "In the service worker: do not answer whole requests with stored partial responses.",
	},
}

// What blocks nothing and still explains much.
var entriesNotes = []Entry{
	{
		Code: transcript.StarAuthorization, Severity: Warning, Spec: specFetch + "cors-non-wildcard-request-header-name",
		Title: "\"*\" is not to cover Authorization",
		What:  "Only \"*\" in Access-Control-Allow-Headers allows the Authorization header. Browsers let it pass today; the standard says no.",
		Why:   "Authorization is a credential, and \"*\" never was meant to allow those. Browsers that let it pass call that deprecated.",
		Fix:   "In the server's CORS configuration: list Authorization beside the \"*\".",
	},
	{
		Code: transcript.HeaderForbidden, Severity: Warning, Spec: specFetch + "forbidden-request-header",
		Title: "The browser ignored a header the page set",
		What:  "The name is reserved for the browser. It was dropped in silence.",
		Why:   "Servers rely on these headers to tell the truth about who asks and from where.",
		Fix:   "In the page: remove the line. What it wanted to say has to go into a header of another name, or is the server's to say.",
	},
	{
		Code: transcript.HeaderDropped, Severity: Warning, Spec: specFetch + "no-cors-safelisted-request-header",
		Title: "Mode no-cors does not carry this header",
		What:  "The page set a header that needs the server's consent, and mode no-cors cannot ask for it. It was dropped in silence.",
		Why:   "A form could not have sent it.",
		Fix:   "In the page: remove mode no-cors. The server must then allow the page's origin and the header.",
	},
	{
		Code: transcript.AuthorizationDropped, Severity: Warning, Spec: specFollow,
		Title: "A redirect took the Authorization header away",
		What:  "The redirect leads to another origin, and the Authorization header the page set does not go along.",
		Why:   "The page gave the secret to one origin. Another one must not get it by a redirect.",
		Fix:   "In the page: ask the final address. On the server: do not redirect API calls to other origins.",
	},
	{
		Code: transcript.OriginNull, Severity: Note, Spec: specFetch + "serializing-a-request-origin",
		DependsOn: []transcript.Code{transcript.ACAOMissing, transcript.ACAOMultiple, transcript.ACAOInvalid, transcript.ACAOMismatch, transcript.StarCredentials},
		Title:     "From here on the origin is sent as null",
		What:      "The request was redirected from one foreign origin to another, so the browser no longer says which page asked.",
		Why:       "The second server would otherwise take for the page's wish what the first one chose.",
		Fix:       "In the page: ask the final address. On the server: do not redirect across origins. Never allow the origin null: every sandboxed frame of every site has it.",
	},
	{
		Code: transcript.CookieWithheld, Severity: Warning, Spec: specFetch + "append-a-request-cookie-header",
		Title: "A cookie stayed at home",
		What:  "The browser holds a cookie for this address and did not send it. CORS has no part in that.",
		Why:   "Cookies that travel with every site's requests are what cross-site request forgery and tracking live on.",
		Fix:   "On the server that sets the cookie: SameSite=None; Secure, and Partitioned where third-party cookies are blocked. Better: serve page and API from one site, or use a token in Authorization.",
	},
	{
		Code: transcript.CookieRejected, Severity: Warning, Spec: specFetch + "parse-and-store-response-set-cookie-headers",
		Title: "A Set-Cookie was not stored",
		What:  "The answer sets a cookie that the browser refuses to keep. CORS has no part in that.",
		Why:   "Browsers keep a server from setting cookies that are not its own, or that do not hold what their attributes promise.",
		Fix:   "On the server that sets the cookie: mend the attribute named here.",
	},
	{
		Code: transcript.HeaderHidden, Severity: Note, Spec: specFetch + "cors-safelisted-response-header-name",
		Title: "The page cannot read this response header",
		What:  "The answer is shared, and of its headers only seven and those named in Access-Control-Expose-Headers.",
		Why:   "The page was allowed the answer; what else a server's headers tell is for the server to decide.",
		Fix:   "In the server's CORS configuration: name the headers the page needs in Access-Control-Expose-Headers, on the request's own answer.",
	},
	{
		Code: transcript.ExposeSyntax, Severity: Warning, Spec: specFetch + "http-access-control-expose-headers",
		Title: "Access-Control-Expose-Headers cannot be parsed",
		What:  "One bad item voids the whole list: nothing is exposed.",
		Why:   "A list that is only half understood might be understood as more than the server meant.",
		Fix:   "In the server's CORS configuration: put commas between the names, without quotes or semicolons.",
	},
	{
		Code: transcript.MaxAgeSyntax, Severity: Warning, Spec: specFetch + "http-access-control-max-age",
		Title: "Access-Control-Max-Age cannot be parsed",
		What:  "The header is to be one number of seconds. Browsers fall back to five seconds, or keep nothing.",
		Why:   "A yes that is kept longer than the server meant cannot be taken back.",
		Fix:   "In the server's CORS configuration: send one number, digits only, such as 600.",
	},
	{
		Code: transcript.MaxAgeCapped, Severity: Note, Spec: specFetch + "http-access-control-max-age",
		Title: "Access-Control-Max-Age is more than the browser keeps",
		What:  "Browsers keep a preflight's answer no longer than their own limit: Chromium two hours, Firefox a day, WebKit ten minutes.",
		Why:   "A kept yes cannot be taken back by the server.",
		Fix:   "Nothing has to change. Mind that a refusal takes effect only once the kept answer is old.",
	},
	{
		Code: transcript.ResponseOpaque, Severity: Warning, Spec: specFetch + "concept-filtered-response-opaque",
		Title: "The answer came, and the page cannot look into it",
		What:  "The request was made without CORS. The page gets an opaque response: for script it has status 0, no headers and an empty body.",
		Why:   "That is the deal of mode no-cors: the page may use what anybody may embed, and read nothing.",
		Fix:   "In the page: ask with CORS (no mode for fetch(), a crossorigin attribute for elements). On the server: allow the page's origin. Mode no-cors cures nothing.",
	},
}

// What is read off the whole transcript.
var entriesOwn = []Entry{
	{
		Code: NotReached, Severity: Note, Spec: specMain,
		Title: "What comes after has not been seen",
		What:  "The fetch ended before the last answer, so nothing is known of the answers that would have followed.",
		Why:   "Every answer on the way is judged by itself: a preflight's yes does not cover the request's own answer, nor one hop's the next.",
		Fix:   "After the first repair, ask again. Where the server is yours, make sure that every answer, errors and redirects included, carries the CORS headers.",
	},
	{
		Code: VaryMissing, Severity: Warning, Spec: specFetch + "cors-protocol-and-http-caches",
		Title: "Caches may give this answer to another origin's page",
		What:  "The answer names one origin and does not say Vary: Origin. A cache may keep it and give it to a page of another origin, which is then blocked.",
		Why:   "Access-Control-Allow-Origin depends on who asked. Caches only know if Vary tells them.",
		Fix:   "On the layer that chooses the origin: send Vary: Origin on every answer of this address, also on those to requests without Origin, and let the CDN key on Origin.",
	},
	{
		Code: CredentialsOmitted, Severity: Note, Spec: specFetch + "concept-request-credentials-mode",
		Title: "The page did not ask with credentials",
		What:  "No cookies went along, and cookies the answer sets are ignored: to another origin they travel only where the page asks for it.",
		Why:   "Pages should not send a user's cookies elsewhere by accident.",
		Fix:   "If cookies are needed, in the page: credentials: \"include\", or withCredentials. The server must then name the origin (no \"*\") and send Access-Control-Allow-Credentials: true.",
	},
	{
		Code: HSTSUpgraded, Severity: Note, Spec: specHSTS,
		Title:   "The browser went to https by itself",
		What:    "The host has asked browsers for https only (HSTS), so the http address was never asked. Other tools ask it and get other answers.",
		Why:     "Whoever once spoke securely with a host should not be talked back to plain http.",
		Fix:     "In the page: write the https address.",
		Console: "Chromium shows it as a redirect: 307 with Non-Authoritative-Reason: HSTS. No server sent that.",
	},
	{
		Code: NullAllowed, Severity: Warning, Spec: specCheck,
		Title: "The answer allows the origin null",
		What:  "The request came from the origin null, and the answer allows that by name. It works, for this page and for any site's.",
		Why:   "Every sandboxed frame of every site has the origin null, so allowing it allows whoever cares to make such a frame.",
		Fix:   "On the server of the page: serve it from a real origin, without a sandbox or with allow-same-origin if its content is yours. Then in the target's CORS configuration: name that origin and take null out.",
	},
	{
		Code: PNALegacy, Severity: Note, Spec: specLNA,
		Title: "A header of Private Network Access, which is gone",
		What:  "The answer carries Access-Control-Allow-Private-Network or a relative of it. No browser reads it any more.",
		Why:   "Browsers gave the design up. Local Network Access, which asks the user, took its place.",
		Fix:   "In the server's configuration: remove the header.",
	},
}
