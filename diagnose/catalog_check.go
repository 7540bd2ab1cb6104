package diagnose

import "github.com/corscope/corscope/transcript"

// A redirect in a preflight's place says nothing of what the real answer will say.
var afterPreflightRedirect = []transcript.Code{transcript.PreflightRedirect}

// The CORS check, on either answer.
var entriesCheck = []Entry{
	{
		Code: transcript.ACAOMissing, Severity: Error, Spec: specCheck, Why: whyOnlyCheck, DependsOn: afterPreflightRedirect,
		Title:   "The answer does not say who may read it",
		What:    "The answer has no Access-Control-Allow-Origin, so the browser does not give it to a page of another origin.",
		Fix:     "On the layer that made this answer: send Access-Control-Allow-Origin with the page's origin, and Vary: Origin, on the preflight's answer and on the request's own, error answers included.",
		Console: "Chromium prints no status. Behind its \"No 'Access-Control-Allow-Origin' header is present\" there often stands a 401, 404 or 502 from a layer that knows nothing of CORS.",
	},
	{
		Code: transcript.ACAOMultiple, Severity: Error, Spec: specCheck, DependsOn: afterPreflightRedirect,
		Title:   "More than one Access-Control-Allow-Origin",
		What:    "The header came twice, or holds a list. Browsers take it as one value, and that value is no origin.",
		Why:     "The header names one origin by design; a list would have to be parsed, and every parser is a new way to be fooled.",
		Fix:     "Where two layers add the header: take it away from one of them (nginx: proxy_hide_header). Where one layer writes a list: answer with the one entry that equals the request's Origin, and Vary: Origin.",
		Console: "Firefox calls a list in one line a mismatch.",
	},
	{
		Code: transcript.ACAOInvalid, Severity: Error, Spec: specCheck, DependsOn: afterPreflightRedirect,
		Title:   "Access-Control-Allow-Origin is no origin",
		What:    "The value is neither \"*\" nor a scheme, host and port. Most often the scheme is missing or the value is empty.",
		Why:     "The value is compared with the page's origin byte for byte. Anything looser would let look-alikes in.",
		Fix:     "In the server's CORS configuration: write the origin as browsers do, such as https://app.example, with the scheme and without a path.",
		Console: "Firefox and WebKit print the same words as for another origin's name.",
	},
	{
		Code: transcript.ACAOMismatch, Severity: Error, Spec: specCheck, DependsOn: afterPreflightRedirect,
		Title:   "Access-Control-Allow-Origin names another origin",
		What:    "The answer allows an origin, and it is not the one the request said it came from.",
		Why:     "The value is compared byte for byte. Scheme, host, port, letter case and a trailing slash all count.",
		Fix:     "In the server's CORS configuration: add the page's origin exactly as the Origin header has it, and answer each listed origin with itself and Vary: Origin.",
		Console: "After a redirect from one foreign origin to another the request says Origin: null. Chromium then prints that the header \"is not equal to the supplied origin\" and names the page's origin: the supplied origin was null.",
	},
	{
		Code: transcript.StarCredentials, Severity: Error, Spec: specFetch + "cors-protocol-and-credentials", DependsOn: afterPreflightRedirect,
		Title: "\"*\" does not go with credentials",
		What:  "The page asked with credentials, and the answer allows any origin. Then it is not shared.",
		Why:   "\"Any page may read this\" is meant for public data. An answer to a user's cookies is not public.",
		Fix:   "If the page needs no cookies there: drop credentials in the page. Else on the server: answer listed origins with their own name, Vary: Origin and Access-Control-Allow-Credentials: true.",
	},
	{
		Code: transcript.ACACNotTrue, Severity: Error, Spec: specFetch + "http-access-control-allow-credentials", DependsOn: afterPreflightRedirect,
		Title: "The answer does not allow credentials",
		What:  "The page asked with credentials, and Access-Control-Allow-Credentials is missing or not exactly \"true\".",
		Why:   "Sharing an answer made for the user's cookies is a second decision, and the server has to say so.",
		Fix:   "If the page needs no cookies there: drop credentials in the page. Else on the server: send Access-Control-Allow-Credentials: true, in lower case and once, for listed origins only.",
	},
}

// The rest of a preflight's answer.
var entriesPreflight = []Entry{
	{
		Code: transcript.PreflightStatus, Severity: Error, Spec: specAsk, DependsOn: afterPreflightRedirect,
		Title:   "The preflight was not answered with success",
		What:    "Before the request the browser asked with OPTIONS, and the answer's status is not from 200 to 299. The request was not sent.",
		Why:     "The preflight protects servers that know nothing of CORS. An error is what those answer, so only success counts as a yes.",
		Fix:     "On the outermost layer that sees the request: answer OPTIONS requests that carry Access-Control-Request-Method with 204 and the CORS headers, before authentication, routing and rate limits.",
		Console: "If Access-Control-Allow-Origin is missing too, Chromium and Firefox complain of that header; Chromium prints no status at all.",
	},
	{
		Code: transcript.PreflightRedirect, Severity: Error, Spec: specAsk,
		Title:   "The preflight was redirected",
		What:    "The answer to the OPTIONS request is a redirect. Browsers do not follow it, and the request was not sent.",
		Why:     "The question was whether this address may be asked. An answer that points elsewhere does not say yes.",
		Fix:     "In the page: ask the address the redirect leads to. If it leads to a login page: let preflights through before authentication.",
		Console: "Firefox says \"CORS request external redirect not allowed\", also for a redirect that stays on the same host.",
	},
	{
		Code: transcript.ACAMSyntax, Severity: Error, Spec: specFetch + "http-access-control-allow-methods", DependsOn: afterPreflightRedirect,
		Title:   "Access-Control-Allow-Methods cannot be parsed",
		What:    "The header is to be a list of methods with commas between. One bad item voids the whole, even where the request does not need the header.",
		Why:     "A list that is only half understood might be understood as more than the server meant.",
		Fix:     "In the server's CORS configuration: put commas between the methods, without quotes, semicolons or brackets.",
		Console: "It is not about an unknown method: any token is fine. A semicolon or a blank within an item is not.",
	},
	{
		Code: transcript.ACAHSyntax, Severity: Error, Spec: specFetch + "http-access-control-allow-headers", DependsOn: afterPreflightRedirect,
		Title:   "Access-Control-Allow-Headers cannot be parsed",
		What:    "The header is to be a list of header names with commas between. One bad item voids the whole, even where the request does not need the header.",
		Why:     "A list that is only half understood might be understood as more than the server meant.",
		Fix:     "In the server's CORS configuration: put commas between the names, without quotes, semicolons or colons.",
		Console: "It is not about an unknown name: any token is fine. A semicolon or a blank within an item is not.",
	},
	{
		Code: transcript.MethodNotAllowed, Severity: Error, Spec: specFetch + "http-access-control-allow-methods", DependsOn: afterPreflightRedirect,
		Title: "The preflight's answer does not allow the method",
		What:  "Access-Control-Allow-Methods does not list the request's method in the same spelling. The request was not sent.",
		Why:   "Servers written before CORS rely on no other site's page being able to send PUT, DELETE and the like.",
		Fix:   "In the server's CORS configuration: list the method, in upper case. \"*\" stands for all methods only in requests without credentials.",
	},
	{
		Code: transcript.HeaderNotAllowed, Severity: Error, Spec: specFetch + "http-access-control-allow-headers", DependsOn: afterPreflightRedirect,
		Title: "The preflight's answer does not allow a header",
		What:  "The request carries a header that needs the server's consent, and Access-Control-Allow-Headers does not list it. The request was not sent.",
		Why:   "Many servers take a header of their own as proof that the request comes from their own page. It is proof only while others cannot set it.",
		Fix:   "If the page does not need the header: do not send it. Else in the server's CORS configuration: list its name. \"*\" stands for all names only in requests without credentials, and never for Authorization.",
	},
}

// Redirects of the request itself.
var entriesRedirect = []Entry{
	{
		Code: transcript.RedirectUserinfo, Severity: Error, Spec: specFollow,
		Title:   "A redirect leads to an address with a user name or password",
		What:    "The Location holds user information, and it crosses origins. Browsers do not follow it.",
		Why:     "A server could otherwise log the browser in elsewhere as somebody, without anyone having been asked.",
		Fix:     "On the server that redirects: take the user name and password out of Location.",
		Console: "Chromium's message shows an empty address, and there is none for a redirect at home, which Chromium alone refuses; Firefox says only that the request did not succeed.",
	},
	{
		Code: transcript.RedirectLimit, Severity: Error, Spec: specFetch + "concept-request-redirect-count",
		Title: "Too many redirects",
		What:  "After twenty redirects the next one is not followed. Most often two layers send the browser back and forth. This is not CORS.",
		Why:   "A circle has to end somewhere.",
		Fix:   "On the servers that redirect: find the two that disagree, usually over http and https, www, or a trailing slash. In the page: ask the final address.",
	},
	{
		Code: transcript.RedirectLocation, Severity: Error, Spec: specFetch + "concept-response-location-url",
		Title: "The redirect's Location cannot be used",
		What:  "The Location is not a URL, or came more than once. This is not CORS.",
		Why:   "A browser that guessed the target could be led elsewhere than the server meant.",
		Fix:   "On the server that redirects: send one Location with an absolute URL.",
	},
	{
		Code: transcript.RedirectScheme, Severity: Error, Spec: specFollow,
		Title: "A redirect leads out of http and https",
		What:  "The Location has a scheme that a fetch does not follow, such as data or an app's own. This is not CORS.",
		Why:   "Otherwise any server could make content with the standing of another origin, or start programs.",
		Fix:   "On the server that redirects: lead to http or https. To open an app: navigate there, do not fetch.",
	},
	{
		Code: transcript.RedirectStream, Severity: Error, Spec: specFollow,
		Title: "A stream body cannot be sent again",
		What:  "The server redirects a request whose body was a stream, and the stream has been used up.",
		Why:   "Browsers do not keep a copy of what is streamed.",
		Fix:   "In the page: send to the final address, or read the stream into a Blob first. On the server: 303 asks for a GET, which needs no body.",
	},
	{
		Code: transcript.RedirectError, Severity: Error, Spec: specFetch + "concept-request-redirect-mode",
		Title: "The page asked for no redirects, and got one",
		What:  "The request has redirect mode error, and the server redirects. This is not CORS.",
		Why:   "The mode is the page's own wish: fail rather than end up elsewhere.",
		Fix:   "In the page: ask the final address, or leave redirect mode error out.",
	},
}
