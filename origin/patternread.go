package origin

import (
	"net/netip"
	"strings"
)

// A fault is where a pattern stops being one. The zero fault is none.
type fault struct {
	at     int
	reason PatternReason
	want   string
}

func readPattern(text string) (Pattern, fault) {
	switch text {
	case "":
		return Pattern{}, fault{0, ReasonEmpty, "an origin such as https://example.com, or * for every origin"}
	case "*":
		return Pattern{text: text, kind: everything}, fault{}
	case "null":
		return Pattern{text: text, kind: opaqueOnly}, fault{}
	}
	end := schemeEnd(text)
	if end == 0 || !strings.HasPrefix(text[end:], "://") {
		return Pattern{}, schemeFault(text)
	}
	p := Pattern{text: text, scheme: text[:end], kind: wholeHost}
	at := end + len("://")
	stop := at + authorityEnd(text[at:])
	unwritten := DefaultPort(p.scheme)
	switch {
	case end > maxScheme:
		return Pattern{}, fault{maxScheme, ReasonTooLong, "a scheme of at most 64 bytes"}
	case hasOpaqueOrigin(p.scheme):
		return Pattern{}, fault{0, ReasonOpaqueScheme, "a scheme with origins of its own: browsers send null for " + p.scheme + ":"}
	case strings.IndexByte(text[at:stop], '@') >= 0:
		return Pattern{}, fault{at, ReasonUserinfo, "the host: browsers leave user and password out of an origin"}
	}
	host := at + hostLen(text[at:stop])
	if f := p.readHost(text, at, host); f.reason != "" {
		return Pattern{}, f
	}
	p.ports = onePort(unwritten)
	if host < stop {
		var f fault
		if p.ports, f = readPorts(text[:stop], host+1, unwritten); f.reason != "" {
			return Pattern{}, f
		}
		if suffix := p.ports.suffix(unwritten); suffix != text[host:stop] { // a list or a range, which have several spellings
			p.text = text[:host] + suffix
		}
	}
	return p, pathFault(text, at, stop)
}

// authorityEnd is where a path, a query or a fragment starts.
func authorityEnd(text string) int {
	for i := range len(text) {
		switch text[i] {
		case '/', '?', '#', '\\':
			return i
		}
	}
	return len(text)
}

// hostLen is where the host ends in an authority without user information.
func hostLen(authority string) int {
	from := 0
	if strings.HasPrefix(authority, "[") {
		from = len(authority)
		if i := strings.IndexByte(authority, ']'); i >= 0 {
			from = i + 1
		}
	}
	if i := strings.IndexByte(authority[from:], ':'); i >= 0 {
		return from + i
	}
	return len(authority)
}

// hasOpaqueOrigin reports whether documents of the scheme have opaque origins.
//
// Spec: https://url.spec.whatwg.org/#concept-url-origin
func hasOpaqueOrigin(scheme string) bool {
	switch scheme {
	case "file", "data", "blob", "about", "javascript", "view-source":
		return true
	}
	return false
}

func schemeFault(text string) fault {
	scheme, _, separated := strings.Cut(text, "://")
	end := schemeEnd(text)
	switch {
	case separated && strings.Contains(scheme, "*"):
		return fault{strings.IndexByte(scheme, '*'), ReasonSchemeWildcard, "one scheme: http and https are never the same origin"}
	case separated && scheme == "":
		return fault{0, ReasonSchemeMissing, "a scheme before ://"}
	case separated && schemeEnd(strings.ToLower(scheme)) == len(scheme), strings.EqualFold(text, "null"):
		return fault{end, ReasonUpperCase, "lower case, as browsers write it"}
	case separated:
		return fault{end, ReasonScheme, "a scheme of letters, digits, dots, + and -"}
	case hasOpaqueOrigin(text[:end]) && strings.HasPrefix(text[end:], ":"):
		return fault{0, ReasonOpaqueScheme, "a scheme with origins of its own: browsers send null for " + text[:end] + ":"}
	case isWebScheme(strings.ToLower(beforeAny(text, ":/"))):
		return fault{len(beforeAny(text, ":/")), ReasonSchemeSeparator, `"://" after the scheme`}
	}
	return fault{0, ReasonSchemeMissing, "a scheme first, such as https://: an origin is scheme, host and port"}
}

// isWebScheme: names that are hosts only by accident.
func isWebScheme(text string) bool { return text == "http" || text == "https" }

func beforeAny(text, chars string) string {
	if i := strings.IndexAny(text, chars); i >= 0 {
		return text[:i]
	}
	return text
}

// readHost reads text[at:end]. A wildcard keeps room for a label of full length, and within a label for at least one
// byte, so that what a pattern seems to hold is never empty for lack of room.
func (p *Pattern) readHost(text string, at, end int) fault {
	host := text[at:end]
	if strings.Count(text[at:], ":") > 1 {
		if _, err := netip.ParseAddr(text[at:]); err == nil {
			return fault{at, ReasonAddress, "brackets round an IPv6 address"}
		}
	}
	switch {
	case host == "":
		return fault{at, ReasonHostMissing, "a host after ://"}
	case host[0] == '[':
		if stop, wrong, want := hostEnd(text[:end], at); want != "" {
			return fault{wrong, ReasonAddress, want}
		} else if stop != end {
			return fault{stop, ReasonHost, "the end, or a colon and a port, after the address"}
		}
		p.after = host
		return fault{}
	case host[0] == '*' && strings.Trim(host, "*") == "" || host == "{label}":
		return fault{at, ReasonEveryHost, "a host, or a domain after the wildcard: every host of a scheme is no policy, and * alone says every origin"}
	}
	for label := at; label <= end; {
		stop := label + len(beforeAny(text[label:end], "."))
		if f := p.readLabel(text, at, label, stop, end); f.reason != "" {
			return f
		}
		label = stop + 1
	}
	if p.kind == wholeHost {
		p.after = host
	}
	last := lastLabel(host)
	switch {
	case p.kind != wholeHost && isNumber(last):
		return fault{at, ReasonWildcardAddress, "an address without a wildcard: addresses are no domains and have nothing under them"}
	case isNumber(last) && !isAddress(host):
		return fault{at, ReasonAddress, "four decimal numbers from 0 to 255: a host ending in a number is an IPv4 address"}
	case p.kind != wholeHost && !strings.Contains(p.after, "."):
		return fault{at, ReasonEveryHost, "a dot and a domain after the label with the wildcard"}
	case len(host) > maxHost, p.kind != wholeHost && len(fromDot(p.after))+maxLabel > maxHost:
		return fault{at, ReasonTooLong, "a shorter host: a name has at most 253 bytes, and a wildcard needs room for 63 of them"}
	}
	return fault{}
}

// readLabel reads the label text[from:to] of the host text[at:end].
func (p *Pattern) readLabel(text string, at, from, to, end int) fault {
	label, first := text[from:to], from == at
	switch {
	case label == "" && first:
		return fault{at, ReasonLeadingDot, "a label before the dot, or *. for every subdomain"}
	case label == "" && to == end:
		return fault{to - 1, ReasonTrailingDot, "no dot at the end: https://example.com. is another origin, which nobody means"}
	case label == "":
		return fault{to, ReasonEmptyLabel, "a label between the dots"}
	case first && label == "{label}":
		p.kind, p.after = oneLabel, text[to:end]
		return fault{}
	}
	for i := from; i < to; i++ {
		if isHostByte(text[i]) {
			continue
		}
		if text[i] != '*' || !first || p.kind != wholeHost {
			return hostByteFault(text, i, first || to < end && p.kind != wholeHost, to == end)
		}
		p.kind, p.before, p.after = inLabel, text[from:i], text[i+1:end]
		if label == "*" {
			p.kind = anyLabels
		} else if i+1 < to && text[i+1] != '-' && text[i+1] != '*' {
			return fault{i + 1, ReasonWildcardGlued, "a dot or a hyphen after the wildcard: *example.com would hold evilexample.com"}
		}
	}
	if len(label) > maxLabel {
		return fault{from, ReasonTooLong, "a label of at most 63 bytes"}
	}
	return fault{}
}

// hostByteFault says what is wrong with a byte that no host holds.
func hostByteFault(text string, at int, twice, last bool) fault {
	switch c := text[at]; {
	case 'A' <= c && c <= 'Z':
		return fault{at, ReasonUpperCase, "lower case, as browsers write it"}
	case c >= 0x80:
		return fault{at, ReasonIDN, "the xn-- form of an international name, as browsers send it"}
	case c == '*' && twice:
		return fault{at, ReasonWildcardTwice, "one wildcard: *. already stands for one or more labels"}
	case c == '*' && last:
		return fault{at, ReasonWildcardEnd, "the end of the name written out: anybody may register it under another one"}
	case c == '*':
		return fault{at, ReasonWildcardPlace, "a wildcard in the first label only: *. there stands for several labels"}
	case strings.IndexByte("{}<>$+[]", c) >= 0:
		return fault{at, ReasonPlaceholder, "{label} as the whole first label, or * within it"}
	}
	return fault{at, ReasonHost, "a letter, a digit, a hyphen or a dot"}
}

// pathFault says what is wrong with text after its authority.
func pathFault(text string, at, stop int) fault {
	if stop == len(text) {
		return fault{}
	}
	digits := strings.Trim(text[stop+1:], "0123456789") == "" && stop+1 < len(text)
	_, isIPv4 := parseIPv4(text[at:stop])
	switch {
	case text[stop:] == "/":
		return fault{stop, ReasonTrailingSlash, "nothing more: an origin has no trailing slash"}
	case digits && isIPv4:
		return fault{stop, ReasonNetwork, "one address: a network is no origin, list its addresses"}
	}
	return fault{stop, ReasonPath, "nothing more: an origin is scheme, host and port, without path, query and fragment"}
}
