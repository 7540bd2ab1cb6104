package diagnose

import "github.com/corscope/corscope/transcript"

// What the page itself got wrong: nothing was sent.
var entriesSetup = []Entry{
	{
		Code: transcript.URLInvalid, Severity: Error, Spec: specRequest,
		Title: "The address is not a URL",
		What:  "The page asked for an address that the URL parser refuses, or for none. Nothing was sent.",
		Why:   "A browser must know the origin of a target before it can ask whether the page may talk to it.",
		Fix:   "In the page: write an absolute address with scheme and host, or a relative one that the page's own address completes.",
	},
	{
		Code: transcript.URLUserinfo, Severity: Error, Spec: specRequest,
		Title: "fetch() takes no user name or password in the address",
		What:  "The address holds a user name or a password. fetch() throws; nothing was sent.",
		Why:   "Addresses are logged, shared and shown. A secret in one leaks, and a host name behind an @ misleads whoever reads it.",
		Fix:   "In the page: take the user name and the password out of the address and send an Authorization header, which the server must then list in Access-Control-Allow-Headers.",
	},
	{
		Code: transcript.MethodForbidden, Severity: Error, Spec: specFetch + "forbidden-method",
		Title: "No page may use this method",
		What:  "The method is CONNECT, TRACE or TRACK, or is not a token. Nothing was sent.",
		Why:   "CONNECT opens tunnels, and TRACE and TRACK send back the request with the cookies that scripts must not see. A name with a blank would break the request's first line.",
		Fix:   "In the page: use another method. No server setting changes this.",
	},
	{
		Code: transcript.BodyNotAllowed, Severity: Error, Spec: specRequest,
		Title: "A GET or HEAD request has no body",
		What:  "The page gave a body to a GET or HEAD request. fetch() throws; nothing was sent.",
		Why:   "Servers and caches between may drop the body of such a request, or take it for the next request.",
		Fix:   "In the page: put the data into the query of the address, or use POST or QUERY if the server has it.",
	},
	{
		Code: transcript.HeaderInvalid, Severity: Error, Spec: specFetch + "concept-headers-append",
		Title: "HTTP cannot carry this header",
		What:  "A header the page set has a name that is not a token, or a value with a line break or a NUL. Nothing was sent.",
		Why:   "A line break in a value would begin a header of its own: that is header injection.",
		Fix:   "In the page: remove line breaks and NULs from the value, and blanks and colons from the name. Encode values that hold other bytes.",
	},
	{
		Code: transcript.NoCORSMethod, Severity: Error, Spec: specRequest,
		Title: "Mode no-cors takes GET, HEAD and POST only",
		What:  "The page asked in mode no-cors with another method. fetch() throws; nothing was sent.",
		Why:   "Mode no-cors makes the requests that forms and images always could, and none beyond them.",
		Fix:   "In the page: remove mode no-cors. Then the server has to allow the page's origin and the method; there is no way round it on the client's side.",
	},
	{
		Code: transcript.NoCORSRedirect, Severity: Error, Spec: specMain,
		Title: "Mode no-cors must follow redirects",
		What:  "The page asked in mode no-cors and for redirects not to be followed. Nothing was sent.",
		Why:   "Whether another site redirects tells something about its visitor, for example that they are logged in.",
		Fix:   "In the page: leave redirect out, or ask with CORS.",
	},
	{
		Code: transcript.StreamMode, Severity: Error, Spec: specRequest,
		Title: "A stream body needs mode cors or same-origin, and no keepalive",
		What:  "The page gave a ReadableStream as body in a mode that takes none. fetch() throws; nothing was sent.",
		Why:   "A stream cannot be sent a second time, and no form could ever send one: the server must be asked first.",
		Fix:   "In the page: use mode cors without keepalive, or read the stream into a Blob before sending it.",
	},
	{
		Code: transcript.KeepaliveTooLong, Severity: Error, Spec: specFetch + "concept-http-network-or-cache-fetch",
		Title: "Keepalive requests share 64 KiB",
		What:  "The body of a request that may outlive its page is longer than 64 KiB. Nothing was sent.",
		Why:   "Such requests go on after the page is closed, so browsers bound what a closed page can still cost.",
		Fix:   "In the page: send less, send earlier without keepalive, or in parts.",
	},
	{
		Code: transcript.BadPort, Severity: Error, Spec: specFetch + "block-bad-port",
		Title: "Browsers never talk to this port",
		What:  "The address names a port that belongs to another protocol, such as mail. Nothing was sent. This is not CORS.",
		Why:   "An HTTP request to a mail or chat server can be read as commands of that server's own protocol.",
		Fix:   "On the server: listen on another port. Curl and other tools do not have this list.",
	},
	{
		Code: transcript.MixedContent, Severity: Error, Spec: "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch",
		Title:   "A secure page may not ask over plain http",
		What:    "The page came over https and asked an http address. The browser stopped before sending anything. This is not CORS.",
		Why:     "Whoever stands on the network could read or change the answer, and with it a page that promises to be secure.",
		Fix:     "In the page: ask the https address. On the server: offer https. Addresses of this machine (localhost, 127.0.0.1) are exempt.",
		Console: "Firefox says \"Blocked loading mixed active content\" and may add \"Cross-Origin Request Blocked\"; no Access-Control header can change it.",
	},
	{
		Code: transcript.CSPBlocked, Severity: Error, Spec: "https://w3c.github.io/webappsec-csp/#should-block-request",
		Title: "The page's own Content-Security-Policy blocks the address",
		What:  "The page was served with a policy that does not list this address. Nothing was sent. This is not CORS.",
		Why:   "A page can name the places it talks to, so that an injected script cannot carry data anywhere else.",
		Fix:   "On the server of the page, not of the target: add the target's origin to connect-src, or to the directive for this kind of load, in Content-Security-Policy.",
	},
	{
		Code: transcript.ModeSameOrigin, Severity: Error, Spec: specMain,
		Title: "Mode same-origin, and the target is another origin",
		What:  "The page asked in mode same-origin, and the address, or the one a redirect led to, has another origin. It was not asked.",
		Why:   "The mode is a promise of the page to itself: fail rather than leave the origin.",
		Fix:   "In the page: ask an address of the page's own origin, or leave the mode out so that CORS decides. On the server: do not redirect such addresses to other origins.",
	},
	{
		Code: transcript.SchemeNotHTTP, Severity: Error, Spec: specMain,
		Title: "CORS works over http and https only",
		What:  "The address has a scheme that CORS cannot ask, such as ftp, file or a misspelt one. Nothing was sent.",
		Why:   "Sharing is a server's decision, told in HTTP headers. Other schemes have nobody to ask and no headers to read.",
		Fix:   "In the page: write http:// or https://. For files: serve them from a local web server and ask that.",
	},
}
