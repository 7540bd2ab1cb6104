package origin

import (
	"fmt"
	"strings"
)

// A PatternError is the one mistake in a pattern that matters most, with what to write instead.
type PatternError struct {
	Pattern string // as it was given
	Offset  int    // in bytes, where the mistake is
	Reason  PatternReason
	Want    string // what should stand there, and why
	Fix     string // the pattern without this mistake and the others; empty if only its author can know what was meant
}

func (e *PatternError) Error() string {
	text := fmt.Sprintf("pattern %q, byte %d: want %s", e.Pattern, e.Offset, e.Want)
	if e.Fix != "" {
		text += fmt.Sprintf("; write %q", e.Fix)
	}
	return text
}

// A PatternReason names a kind of mistake, in a slug that stays.
type PatternReason string

// What is wrong with a pattern.
const (
	ReasonEmpty PatternReason = "empty"  // nothing, or nothing but blanks
	ReasonBlank PatternReason = "blank"  // a blank around or within
	ReasonQuote PatternReason = "quote"  // quotation marks round it
	ReasonList  PatternReason = "list"   // several patterns in one
	ReasonRegex PatternReason = "regexp" // a regular expression

	ReasonUpperCase       PatternReason = "upper-case"       // upper case in scheme or host
	ReasonScheme          PatternReason = "scheme"           // a byte that no scheme holds
	ReasonSchemeMissing   PatternReason = "scheme-missing"   // example.com
	ReasonSchemeSeparator PatternReason = "scheme-separator" // https:/example.com
	ReasonSchemeWildcard  PatternReason = "scheme-wildcard"  // http*://example.com
	ReasonOpaqueScheme    PatternReason = "opaque-scheme"    // file://, whose origins are written null
	ReasonUserinfo        PatternReason = "userinfo"         // user:password@

	ReasonHost          PatternReason = "host"           // a byte that no host holds
	ReasonHostMissing   PatternReason = "host-missing"   // https://:8080
	ReasonIDN           PatternReason = "idn"            // an international name not in its xn-- form
	ReasonLeadingDot    PatternReason = "leading-dot"    // .example.com
	ReasonTrailingDot   PatternReason = "trailing-dot"   // example.com.
	ReasonEmptyLabel    PatternReason = "empty-label"    // a..example.com
	ReasonAddress       PatternReason = "address"        // an IP address not as browsers write it
	ReasonNetwork       PatternReason = "network"        // 10.0.0.0/8
	ReasonTooLong       PatternReason = "too-long"       // a scheme, label or host over its limit
	ReasonEveryHost     PatternReason = "every-host"     // https://*
	ReasonPlaceholder   PatternReason = "placeholder"    // {tenant}.example.com
	ReasonTrailingSlash PatternReason = "trailing-slash" // https://example.com/
	ReasonPath          PatternReason = "path"           // a path, query or fragment

	ReasonWildcardPlace   PatternReason = "wildcard-place"   // api.*.example.com
	ReasonWildcardEnd     PatternReason = "wildcard-end"     // example.*
	ReasonWildcardTwice   PatternReason = "wildcard-twice"   // *.*.example.com
	ReasonWildcardGlued   PatternReason = "wildcard-glued"   // *example.com, which would hold evilexample.com
	ReasonWildcardAddress PatternReason = "wildcard-address" // *.0.0.1

	ReasonPort        PatternReason = "port"              // no port, list or range
	ReasonPortMissing PatternReason = "port-missing"      // a colon and nothing
	ReasonPortDefault PatternReason = "port-default"      // https://example.com:443
	ReasonPortZero    PatternReason = "port-zero"         // :0
	ReasonPortZeros   PatternReason = "port-leading-zero" // :08080
	ReasonPortRange   PatternReason = "port-range"        // :99999
	ReasonPortOrder   PatternReason = "port-order"        // :3010-3000
)

// PatternReasons lists every reason there is.
func PatternReasons() []PatternReason {
	return []PatternReason{
		ReasonEmpty, ReasonBlank, ReasonQuote, ReasonList, ReasonRegex,
		ReasonUpperCase, ReasonScheme, ReasonSchemeMissing, ReasonSchemeSeparator, ReasonSchemeWildcard, ReasonOpaqueScheme, ReasonUserinfo,
		ReasonHost, ReasonHostMissing, ReasonIDN, ReasonLeadingDot, ReasonTrailingDot, ReasonEmptyLabel, ReasonAddress, ReasonNetwork,
		ReasonTooLong, ReasonEveryHost, ReasonPlaceholder, ReasonTrailingSlash, ReasonPath,
		ReasonWildcardPlace, ReasonWildcardEnd, ReasonWildcardTwice, ReasonWildcardGlued, ReasonWildcardAddress,
		ReasonPort, ReasonPortMissing, ReasonPortDefault, ReasonPortZero, ReasonPortZeros, ReasonPortRange, ReasonPortOrder,
	}
}

// explain makes an error of the fault a reading stopped at. A mistake about the whole line goes before it: who writes a
// list or a regular expression is not helped by hearing of its first odd byte.
func explain(text string, f fault) *PatternError {
	if whole := wholeFault(text); whole.reason != "" {
		f = whole
	}
	return &PatternError{Pattern: text, Offset: f.at, Reason: f.reason, Want: f.want, Fix: mend(text)}
}

const (
	blanks = " \t\r\n\v\f\u00a0"
	quotes = "'\"`\u201c\u201d\u2018\u2019"
)

func wholeFault(text string) fault {
	bare := strings.Trim(text, blanks)
	at := strings.IndexAny(text, blanks)
	switch {
	case text == "":
		return fault{}
	case bare == "":
		return fault{0, ReasonEmpty, "an origin such as https://example.com, or * for every origin"}
	case strings.ContainsAny(text, quotes):
		return fault{strings.IndexAny(text, quotes), ReasonQuote, "the pattern without quotation marks"}
	case regexpAt(text) >= 0:
		return fault{regexpAt(text), ReasonRegex, "an origin, with * for what varies: regular expressions have let too many strangers in"}
	case listAt(text) >= 0:
		return fault{listAt(text), ReasonList, "nothing more: every pattern is an entry of its own"}
	case at >= 0:
		return fault{at, ReasonBlank, "no blank"}
	}
	return fault{}
}

// regexpAt is where text looks like a regular expression, or -1.
func regexpAt(text string) int {
	first := -1
	note := func(at int) {
		if at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	for _, sign := range []string{`\.`, `\/`, `\d`, `\w`, `\-`, `\:`, "(", ")", "|", "[^", "[a-z", "[0-9", "/.*", "/.+", "?:"} {
		note(strings.Index(text, sign))
	}
	if strings.HasPrefix(text, "^") {
		note(0)
	}
	if strings.HasSuffix(text, "$") {
		note(len(text) - 1)
	}
	return first
}

// listAt is where the second of several patterns is parted from the first, or -1. Ports may stand in a list.
func listAt(text string) int {
	start := len(text) - len(strings.TrimLeft(text, blanks))
	at := start + strings.IndexAny(text[start:], ",;"+blanks)
	if at < start {
		return -1
	}
	if port := strings.LastIndexByte(text[:at], ':'); port >= 0 && strings.Trim(text[port+1:], "0123456789,-{}[] ") == "" {
		return -1
	}
	// A blank alone parts what could each be a pattern; within a name it is only a blank.
	if !strings.ContainsAny(text, ",;") && strings.Count(text, "://") < 2 {
		return -1
	}
	return at
}
