package diagnose

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// What the page itself got wrong.
var rulesSetup = map[transcript.Code]rule{
	transcript.URLInvalid: func(r *reading, f *Finding) bool {
		f.Summary = "the page gave no address that can be asked"
		if f.Seen != "" && f.Seen != "none" {
			f.Summary = "the page asked " + quoted(shown(f.Seen)) + ", which is no URL"
		}
		return true
	},
	transcript.URLUserinfo: func(r *reading, f *Finding) bool {
		f.Summary = "the address holds a user name or a password, and fetch() takes none"
		return true
	},
	transcript.MethodForbidden: func(r *reading, f *Finding) bool {
		f.Summary = "no page may use the method " + quoted(f.Seen)
		if fault := notToken(f.Seen); fault != "" {
			f.Summary = quoted(f.Seen) + " is not a method name: " + fault
			f.Fix.Text = "In the page: write a method such as GET or POST, with nothing before, within or after it."
		}
		return true
	},
	transcript.BodyNotAllowed: func(r *reading, f *Finding) bool {
		f.Summary = "the page gave a body to a " + r.t.Asked.Method + " request"
		return true
	},
	transcript.HeaderInvalid: func(r *reading, f *Finding) bool {
		f.Summary = "HTTP cannot carry the header " + quoted(f.Subject) + " with this value"
		return true
	},
	transcript.NoCORSMethod: func(r *reading, f *Finding) bool {
		f.Summary = "mode no-cors takes GET, HEAD and POST, not " + quoted(f.Seen)
		f.hint(noCure)
		return true
	},
	transcript.NoCORSRedirect: func(r *reading, f *Finding) bool {
		f.Summary = "mode no-cors follows redirects, and the page asked for redirect " + quoted(f.Seen)
		return true
	},
	transcript.StreamMode: func(r *reading, f *Finding) bool {
		f.Summary = "the body is a stream, which mode " + quoted(f.Seen) + " or keepalive does not take"
		return true
	},
	transcript.KeepaliveTooLong: func(r *reading, f *Finding) bool {
		f.Summary = "the keepalive body has " + f.Seen + ", and the limit is " + f.Expected
		return true
	},
	transcript.BadPort: func(r *reading, f *Finding) bool {
		f.Summary = "browsers never talk to port " + f.Seen
		return true
	},
	transcript.MixedContent: mixedContent,
	transcript.CSPBlocked: func(r *reading, f *Finding) bool {
		f.Summary = "the Content-Security-Policy of the page itself does not list " + f.Seen
		return true
	},
	transcript.ModeSameOrigin: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the page asked in mode same-origin, and %s is not its origin %s", f.Seen, f.Expected)
		return true
	},
	transcript.SchemeNotHTTP: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the scheme %s cannot be asked with CORS: only http and https can", quoted(f.Seen))
		if f.Seen == "localhost" || strings.Contains(f.Seen, ".") {
			f.hint("The address begins with a host name: http:// or https:// is missing before it.")
		}
		return true
	},
	transcript.HeaderForbidden: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("the page set the header %s, which is the browser's own: it was ignored", quoted(f.Subject))
		switch name := strings.ToLower(f.Subject); {
		case name == "origin":
			f.hint("The browser sends the page's true origin. A page cannot choose it; a server that asks from the backend can.")
		case strings.HasPrefix(name, "access-control-"):
			f.hint("Access-Control headers are answers of the server, or the browser's own questions. Setting them in the page allows nothing.")
		case name == "cookie":
			f.hint("Cookies travel by themselves if the page asks with credentials: \"include\".")
		}
		return true
	},
	transcript.HeaderDropped: func(r *reading, f *Finding) bool {
		f.Summary = fmt.Sprintf("mode no-cors does not carry the header %s: it was dropped", quoted(f.Subject))
		f.hint(noCure)
		return true
	},
}

const (
	apart   = "This is not CORS"
	notCORS = apart + ": "
	noCure  = "Mode no-cors is no cure: the request may go out, and the page can read nothing of the answer, not even its status."
)

// notToken says what keeps a text from being a method's name; empty for nothing.
func notToken(s string) string {
	switch bad := strings.IndexFunc(s, func(c rune) bool { return !wire.IsToken(string(c)) }); {
	case s == "":
		return "it is empty"
	case bad < 0:
		return ""
	case s[bad] == ' ':
		return "it has a blank in it"
	default:
		c, _ := utf8.DecodeRuneInString(s[bad:])
		return "it has " + quoted(string(c)) + " in it"
	}
}

func mixedContent(r *reading, f *Finding) bool {
	f.Summary = fmt.Sprintf("the page %s came over https and asks %s over plain %s", r.t.Asked.Origin, f.Subject, f.Seen)
	if rest, ok := strings.CutPrefix(f.Subject, f.Seen+":"); ok && (f.Seen == "http" || f.Seen == "ws") {
		f.Fix.URL = strings.Replace(f.Seen, "http", "https", 1) + ":" + rest
		if f.Seen == "ws" {
			f.Fix.URL = "wss:" + rest
		}
		f.Fix.Text = "In the page: ask " + f.Fix.URL + " instead. On the server: offer https there."
	}
	if f.Hop > 0 {
		f.hint("The page asked an https address; a redirect led down to http. Mend the Location on the server that redirects.")
	}
	return true
}

// shown is an address without the user name and password in it: a summary is copied into tickets.
func shown(address string) string {
	if at := strings.Index(address, "://"); at >= 0 {
		authority, rest := address[at+3:], ""
		if end := strings.IndexAny(authority, "/?#"); end >= 0 {
			authority, rest = authority[:end], authority[end:]
		}
		if user := strings.LastIndexByte(authority, '@'); user >= 0 {
			return address[:at+3] + "…" + authority[user:] + rest
		}
	}
	return address
}

// quoted writes a value that came from outside so that nothing in it can disturb a terminal, and bounded.
func quoted(s string) string {
	const longest = 120
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return fmt.Sprintf("%q", s)
}
