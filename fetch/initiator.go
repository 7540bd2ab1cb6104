package fetch

// An Initiator is what in the page asks: fetch(), an XMLHttpRequest, an element, a style sheet. It decides the mode,
// the credentials, whether there can be a preflight, and what the page sees of a failure. Empty means fetch.
type Initiator string

// The initiators.
const (
	ByFetch         Initiator = "fetch"
	ByXHR           Initiator = "xhr"
	ByBeacon        Initiator = "beacon"
	ByEventSource   Initiator = "eventsource"
	ByWebSocket     Initiator = "websocket"
	ByImage         Initiator = "image"
	ByCanvas        Initiator = "canvas"
	ByBitmap        Initiator = "bitmap"
	ByWebGL         Initiator = "webgl"
	ByVideo         Initiator = "video"
	ByAudio         Initiator = "audio"
	ByVideoCanvas   Initiator = "video-canvas"
	ByTrack         Initiator = "track"
	ByScript        Initiator = "script"
	ByModule        Initiator = "module"
	ByImport        Initiator = "import"
	ByJSONModule    Initiator = "json-module"
	ByCSSModule     Initiator = "css-module"
	ByWorker        Initiator = "worker"
	ByImportScripts Initiator = "importscripts"
	ByWorklet       Initiator = "worklet"
	ByStylesheet    Initiator = "stylesheet"
	ByCSSImport     Initiator = "css-import"
	ByCSSImage      Initiator = "css-image"
	ByFont          Initiator = "font"
	ByShape         Initiator = "shape"
	ByMask          Initiator = "mask"
	ByClipPath      Initiator = "clip-path"
	ByPreload       Initiator = "preload"
	ByModulePreload Initiator = "modulepreload"
	ByManifest      Initiator = "manifest"
	ByPrefetch      Initiator = "prefetch"
	ByNavigation    Initiator = "navigation"
	ByPing          Initiator = "ping"
	ByReport        Initiator = "report"
	ByCSPReport     Initiator = "csp-report"
)

// InitiatorInfo is what the standards say of one initiator.
type InitiatorInfo struct {
	Name        Initiator
	Title       string      // in a sentence: "an @font-face rule"
	Mode        Mode        // where the page does not choose
	Credentials Credentials // likewise
	Destination string      // empty for fetch() and its kin
	// Attribute: a crossorigin attribute chooses mode and credentials. Without the attribute Mode and Credentials hold.
	Attribute bool
	// Scriptable: the page chooses method, headers and body.
	Scriptable bool
	// UnsafeRequest is the standard's unsafe-request flag: without it there is never a preflight.
	UnsafeRequest bool
	// TaintsCanvas: an opaque response is shown, and what draws it can no longer be read.
	TaintsCanvas bool
	Accept       string // the Accept header, where the destination does not decide it
	ContentType  string // what its body is, where the page does not say
	// Type is the MIME type the answer has to have, in words, where HTML takes no other; empty means any.
	Type      string
	OnShared  string // what the page has of a response it may use
	OnBlocked string // what the page sees when it does not get the response
	OnOpaque  string // what it sees of a response it may not look into; empty where that cannot be
}

// Initiators lists all of them, script APIs first.
func Initiators() []InitiatorInfo { return append([]InitiatorInfo(nil), initiators...) }

// Info finds what the standards say of i; ok is false for a name nobody knows.
func (i Initiator) Info() (info InitiatorInfo, ok bool) {
	if found := i.lookup(); found != nil {
		return *found, true
	}
	return InitiatorInfo{}, false
}

func (i Initiator) lookup() *InitiatorInfo {
	if i == "" {
		i = ByFetch
	}
	for n := range initiators {
		if initiators[n].Name == i {
			return &initiators[n]
		}
	}
	return nil
}

var initiators = []InitiatorInfo{
	{
		Name: ByFetch, Title: "fetch()", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Scriptable: true, UnsafeRequest: true,
		OnShared:  "the promise resolves with the response",
		OnBlocked: "the promise rejects with a TypeError that says no more than that the fetch failed",
		OnOpaque:  "an opaque response: status 0, no headers, no body, whatever the server sent",
	},
	{
		Name: ByXHR, Title: "an XMLHttpRequest", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Scriptable: true, UnsafeRequest: true,
		OnShared:  "a load event, with the status, the body and the readable headers",
		OnBlocked: "an error event, status 0 and an empty body; send() throws a NetworkError if it is synchronous",
	},
	{
		Name: ByBeacon, Title: "navigator.sendBeacon()", Mode: ModeNoCORS, Credentials: CredentialsInclude, Scriptable: true, UnsafeRequest: true,
		OnShared:  "nothing: a beacon's answer is never read",
		OnBlocked: "nothing: sendBeacon() returned true long before",
		OnOpaque:  "nothing: a beacon's answer is never read",
	},
	{
		Name: ByEventSource, Title: "an EventSource", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Attribute: true, Accept: "text/event-stream",
		Type:      typeEventStream,
		OnShared:  "an open event, and the messages as they come",
		OnBlocked: "an error event, readyState CLOSED, and no reconnection",
	},
	{
		Name: ByWebSocket, Title: "a WebSocket", Mode: ModeWebSocket, Credentials: CredentialsInclude,
		OnShared:  "an open event: the connection is made",
		OnBlocked: "an error event and a close event",
	},
	{
		Name: ByImage, Title: "an <img> element", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "image", Attribute: true, TaintsCanvas: true,
		OnShared:  "the image shows, and a canvas that draws it stays readable",
		OnBlocked: "an error event and a broken image",
		OnOpaque:  "the image shows, and taints any canvas it is drawn to",
	},
	{
		Name: ByCanvas, Title: "an image drawn to a 2D canvas", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "image", Attribute: true, TaintsCanvas: true,
		OnShared:  "the drawing works and the canvas stays readable",
		OnBlocked: "an error event on the image: there is nothing to draw",
		OnOpaque:  "the drawing works and taints the canvas: getImageData(), toDataURL() and toBlob() throw a SecurityError",
	},
	{
		Name: ByBitmap, Title: "createImageBitmap() of an image", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "image", Attribute: true, TaintsCanvas: true,
		OnShared:  "the bitmap is origin-clean: a canvas that draws it stays readable",
		OnBlocked: "an error event on the image: there is nothing to make a bitmap of",
		OnOpaque:  "the bitmap is not origin-clean: a canvas that draws it is tainted",
	},
	{
		Name: ByWebGL, Title: "an image uploaded as a WebGL texture", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "image", Attribute: true, TaintsCanvas: true,
		OnShared:  "the texture uploads",
		OnBlocked: "an error event on the image: there is no texture to upload",
		OnOpaque:  "texImage2D() throws a SecurityError: WebGL takes no image that script may not read",
	},
	{
		Name: ByVideo, Title: "a <video> element", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "video", Attribute: true, TaintsCanvas: true,
		OnShared:  "the video plays, and a canvas that draws a frame stays readable",
		OnBlocked: "an error event and a media error: the source is not supported",
		OnOpaque:  "the video plays, taints any canvas a frame is drawn to, and hides its in-band tracks",
	},
	{
		Name: ByVideoCanvas, Title: "a video frame drawn to a canvas", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "video", Attribute: true, TaintsCanvas: true,
		OnShared:  "the frame is drawn and the canvas stays readable",
		OnBlocked: "an error event on the video: there is no frame to draw",
		OnOpaque:  "the frame is drawn and taints the canvas: reading it throws a SecurityError",
	},
	{
		Name: ByAudio, Title: "an <audio> element", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "audio", Attribute: true,
		OnShared:  "the sound plays, and Web Audio may process it",
		OnBlocked: "an error event and a media error: the source is not supported",
		OnOpaque:  "the sound plays; a MediaElementAudioSourceNode puts out silence",
	},
	{
		Name: ByTrack, Title: "a <track> element", Mode: ModeSameOrigin, Credentials: CredentialsSameOrigin, Destination: "track", Attribute: true,
		OnShared:  "the cues load",
		OnBlocked: "an error event and no cues",
	},
	{
		Name: ByScript, Title: "a classic <script>", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "script", Attribute: true,
		OnShared:  "the script runs, and its errors are reported in full",
		OnBlocked: "an error event: the script does not run",
		OnOpaque:  `the script runs, and its errors reach window.onerror only as "Script error."`,
	},
	{
		Name: ByModule, Title: "a module <script>", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "script", Attribute: true,
		Type:      typeScript,
		OnShared:  "the module runs",
		OnBlocked: "an error event: neither the module nor what imports it runs",
	},
	{
		Name: ByImport, Title: "import()", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "script", Attribute: true,
		Type:      typeScript,
		OnShared:  "the promise resolves with the module",
		OnBlocked: "the promise rejects with a TypeError",
	},
	{
		Name: ByJSONModule, Title: "an import of JSON", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "json", Attribute: true,
		Type:      typeJSON,
		OnShared:  "the import gives the data",
		OnBlocked: "the import fails and with it the module that asked",
	},
	{
		Name: ByCSSModule, Title: "an import of CSS", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "style", Attribute: true,
		Type:      typeCSS,
		OnShared:  "the import gives the style sheet",
		OnBlocked: "the import fails and with it the module that asked",
	},
	{
		Name: ByWorker, Title: "a worker's script", Mode: ModeSameOrigin, Credentials: CredentialsSameOrigin, Destination: "worker",
		OnShared:  "the worker starts",
		OnBlocked: "an error event on the worker",
	},
	{
		Name: ByImportScripts, Title: "importScripts()", Mode: ModeNoCORS, Credentials: CredentialsSameOrigin, Destination: "script",
		OnShared:  "the script runs",
		OnBlocked: "importScripts() throws a NetworkError",
		OnOpaque:  "the script runs with its errors muted",
	},
	{
		Name: ByWorklet, Title: "addModule() of a worklet", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "paintworklet",
		Type:      typeScript,
		OnShared:  "the promise resolves: the module is loaded",
		OnBlocked: "the promise rejects with an AbortError",
	},
	{
		Name: ByStylesheet, Title: "a <link rel=stylesheet>", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "style", Attribute: true,
		OnShared:  "the style sheet applies, and script may read its rules",
		OnBlocked: "an error event: the style sheet does not apply",
		OnOpaque:  "the style sheet applies; cssRules throws a SecurityError",
	},
	{
		Name: ByCSSImport, Title: "a CSS @import", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "style",
		OnShared:  "the style sheet applies",
		OnBlocked: "the imported style sheet does not apply",
		OnOpaque:  "the style sheet applies; its cssRules throws a SecurityError",
	},
	{
		Name: ByCSSImage, Title: "a CSS background-image", Mode: ModeNoCORS, Credentials: CredentialsInclude, Destination: "image",
		OnShared:  "the image shows",
		OnBlocked: "no image",
		OnOpaque:  "the image shows",
	},
	{
		Name: ByFont, Title: "an @font-face rule", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "font",
		OnShared:  "the font is used",
		OnBlocked: "the font does not load and the text falls back to the next family",
	},
	{
		Name: ByShape, Title: "a shape-outside image", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "image",
		OnShared:  "the text wraps round the shape",
		OnBlocked: "the text wraps as if there were no shape",
	},
	{
		Name: ByMask, Title: "a mask-image", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "image",
		OnShared:  "the mask applies",
		OnBlocked: "the mask counts as transparent black: nothing of the element shows",
	},
	{
		Name: ByClipPath, Title: "a clip-path or filter reference", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "image",
		OnShared:  "the reference applies",
		OnBlocked: "the element shows as if the property were none",
	},
	{
		Name: ByPreload, Title: "a <link rel=preload>", Mode: ModeNoCORS, Credentials: CredentialsInclude, Attribute: true,
		OnShared:  "the response is kept for a consumer of the same mode and credentials",
		OnBlocked: "an error event on the link",
		OnOpaque:  "the response is kept for a consumer of the same mode and credentials only",
	},
	{
		Name: ByModulePreload, Title: "a <link rel=modulepreload>", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "script", Attribute: true,
		Type:      typeScript,
		OnShared:  "the module is kept for its import",
		OnBlocked: "an error event on the link",
	},
	{
		Name: ByManifest, Title: "a <link rel=manifest>", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "manifest", Attribute: true,
		OnShared:  "the manifest is read",
		OnBlocked: "the manifest is ignored",
	},
	{
		Name: ByPrefetch, Title: "a <link rel=prefetch>", Mode: ModeNoCORS, Credentials: CredentialsInclude, Attribute: true, Accept: acceptDocument,
		OnShared:  "the response is kept for a later navigation",
		OnBlocked: "nothing is kept",
		OnOpaque:  "the response is kept for a later navigation",
	},
	{
		Name: ByNavigation, Title: "a navigation", Mode: ModeNavigate, Credentials: CredentialsInclude, Destination: "document", Scriptable: true,
		OnShared:  "the page is shown",
		OnBlocked: "an error page: CORS has no part in navigations",
	},
	{
		Name: ByPing, Title: "an <a ping>", Mode: ModeNoCORS, Credentials: CredentialsInclude, Scriptable: true, ContentType: "text/ping",
		OnShared:  "nothing: a ping's answer is never read",
		OnBlocked: "nothing",
		OnOpaque:  "nothing: a ping's answer is never read",
	},
	{
		Name: ByReport, Title: "a Reporting API upload", Mode: ModeCORS, Credentials: CredentialsSameOrigin, Destination: "report", Scriptable: true, UnsafeRequest: true, ContentType: "application/reports+json",
		OnShared:  "nothing: the report is delivered",
		OnBlocked: "nothing: the browser tries again later or drops the report",
	},
	{
		Name: ByCSPReport, Title: "a CSP report-uri", Mode: ModeNoCORS, Credentials: CredentialsSameOrigin, Destination: "report", Scriptable: true, ContentType: "application/csp-report",
		OnShared:  "nothing: the report is delivered",
		OnBlocked: "nothing",
		OnOpaque:  "nothing: the answer is never read",
	},
}
