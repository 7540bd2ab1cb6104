package diagnose

import "github.com/corscope/corscope/transcript"

const (
	whyNetwork   = "No rule: there was no answer to share. The page learns only that the fetch failed, so that it cannot map networks it does not belong to."
	consoleDead  = "Firefox prints \"Cross-Origin Request Blocked … (Reason: CORS request did not succeed)\" with status (null) for every transport failure of a cross-origin request. It is not about CORS."
	whyNearer    = "A page from the internet could otherwise reach routers, printers and programs on the user's own machine, which trust whoever can reach them."
	whyOnlyCheck = "An answer is its origin's own. A server that says nothing has not agreed that this page reads what the user, with their cookies or from inside their network, can get."
)

// What kept an answer from coming. None of it is CORS.
var entriesNetwork = []Entry{
	{
		Code: transcript.NetDNS, Severity: Error, Spec: specNetwork, Why: whyNetwork, Console: consoleDead,
		Title: "The host name has no address",
		What:  "The name could not be resolved. This is not CORS.",
		Fix:   "This is not CORS: check the spelling of the host, the DNS record, and whether the name exists only inside a VPN or an office network.",
	},
	{
		Code: transcript.NetRefused, Severity: Error, Spec: specNetwork, Why: whyNetwork, Console: consoleDead,
		Title: "Nothing listens there",
		What:  "The machine refused the connection. This is not CORS.",
		Fix:   "This is not CORS: start the server, and check the port, and that it listens on the address the name leads to and not only on 127.0.0.1 or [::1].",
	},
	{
		Code: transcript.NetUnreachable, Severity: Error, Spec: specNetwork, Why: whyNetwork, Console: consoleDead,
		Title: "The machine cannot be reached",
		What:  "There is no way to the address, or a firewall forbids it. This is not CORS.",
		Fix:   "This is not CORS: check the VPN, the firewall, and whether the name leads to an address of another network.",
	},
	{
		Code: transcript.NetReset, Severity: Error, Spec: specNetwork, Why: whyNetwork,
		Title:   "The connection ended before an answer",
		What:    "The server, or something before it, closed the connection without answering. This is not CORS.",
		Fix:     "This is not CORS: look into the server's log for a crash, into the proxy's for a limit, and whether the port speaks the protocol the address says.",
		Console: consoleDead + " Chromium and WebKit send such a GET twice and Firefox up to ten times, so a handler that crashes may be seen to crash often.",
	},
	{
		Code: transcript.NetTLS, Severity: Error, Spec: specNetwork, Console: consoleDead,
		Title: "No secure connection",
		What:  "The TLS handshake failed, most often over the certificate. This is not CORS.",
		Why:   "Without a certificate that proves the name, the answer could be anyone's. For a script's request there is no page to click through.",
		Fix:   "This is not CORS: open the address in a tab to see the certificate, and mend it on the server or the proxy that ends TLS.",
	},
	{
		Code: transcript.NetTimeout, Severity: Error, Spec: specNetwork, Why: whyNetwork, Console: consoleDead,
		Title: "No answer in time",
		What:  "The connection or the answer took too long. This is not CORS, and what the answer would have been is not known.",
		Fix:   "This is not CORS: check whether a firewall drops packets in silence, whether the VPN is up, and what keeps the server.",
	},
	{
		Code: transcript.NetProtocol, Severity: Error, Spec: specNetwork, Console: consoleDead,
		Why:   "A browser that guessed what a broken answer means could be made to take part of it for another answer.",
		Title: "The answer breaks the rules of HTTP",
		What:  "Bytes came that are no HTTP response, or one that breaks HTTP's rules: headers too long, contradictory lengths, a broken header line, bad chunking; or a WebSocket was asked for and the answer was not 101. This is not CORS.",
		Fix:   "This is not CORS: check the port and the scheme. A TLS server asked over plain http, or a database asked at all, answers so.",
	},
	{
		Code: transcript.NetAborted, Severity: Error, Spec: specNetwork,
		Title: "The caller gave up",
		What:  "The request was cancelled before the answer came. This is not CORS, and what the answer would have been is not known.",
		Why:   "No rule: the page, or its user, no longer wanted the answer.",
		Fix:   "In the page: look for an AbortController, a navigation away, or a component that was taken down.",
	},
	{
		Code: transcript.NetScheme, Severity: Error, Spec: specFetch + "concept-scheme-fetch",
		Title:   "No request can be made to this scheme",
		What:    "The address has a scheme that nothing here, or nothing in a browser, fetches. This is not CORS.",
		Why:     "What about:, blob: and file: lead to belongs to one page's memory or one machine.",
		Fix:     "In the page: use an http or https address.",
		Console: "Chromium names the scheme for fetch() alone, and Firefox prints nothing.",
	},
	{
		Code: transcript.NetStreamHTTP1, Severity: Error, Spec: specNetwork,
		Title: "A stream body needs HTTP/2",
		What:  "The page sends a stream, and the server speaks HTTP/1.1 only. This is not CORS.",
		Why:   "Over HTTP/1.1 a stream needs chunked requests, which many servers and proxies misread.",
		Fix:   "On the server or its proxy: offer HTTP/2 over https. Or in the page: read the stream into a Blob first.",
	},
	{
		Code: transcript.LNADenied, Severity: Error, Spec: specLNA, Why: whyNearer,
		Title:   "Local network access was not granted",
		What:    "The target is nearer to the user than the page: on their network or on their machine. The browser needs the user's permission for that and does not have it.",
		Fix:     "In the browser: grant the permission for the page. In a frame, the embedding page must pass it on with the allow attribute. No header of the server grants it; serving page and target from the same network needs no permission.",
		Console: "Chromium calls it a CORS error, but no Access-Control header changes it. The older Access-Control-Allow-Private-Network does nothing any more.",
	},
	{
		Code: transcript.LNAInsecure, Severity: Error, Spec: specLNA, Why: whyNearer,
		Title:   "Only a secure page may reach the local network",
		What:    "The target is nearer to the user than the page, and the page is not a secure context, so the browser does not even ask the user.",
		Fix:     "On the server of the page: serve it over https.",
		Console: "Chromium calls it a CORS error, but no Access-Control header changes it.",
	},
	{
		Code: transcript.LNAMismatch, Severity: Error, Spec: specLNA, Why: whyNearer,
		Title: "Not the address space the page declared",
		What:  "The page said how near the target is (targetAddressSpace), and the target is somewhere else.",
		Fix:   "In the page: declare the address space the target really has, or none. Else check what the host name resolves to for this user.",
	},
	{
		Code: transcript.WorkerResponse, Severity: Error, Spec: specFetch + "concept-http-fetch",
		Title:   "A service worker gave an answer the request may not have",
		What:    "The page's service worker answered with a network error, or with a kind of response that does not fit the request's mode.",
		Why:     "Otherwise an opaque response that one part of a page may not read could be handed to another part as readable.",
		Fix:     "In the service worker: pass on a response fetched in the request's own mode, or let the request pass. Try once with the worker bypassed.",
		Console: "Browsers name the worker; messages about CORS come from the worker's own fetch(), not from the page's.",
	},
}
