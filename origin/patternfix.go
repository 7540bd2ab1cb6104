package origin

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// mend writes a refused pattern as its author most likely meant it, or gives "". It makes no pattern wider than what
// was written: where a wildcard would have to move or a list to be parted, only the author knows.
func mend(text string) string {
	text = bare(text)
	if text == "" || listAt(text) >= 0 {
		return ""
	}
	if regexpAt(text) >= 0 {
		text = bare(withoutRegexp(text))
	}
	scheme, rest := mendScheme(text)
	stop := authorityEnd(rest)
	if _, f := readPattern(scheme + "://" + rest); f.reason == ReasonNetwork {
		return ""
	}
	authority := rest[:stop]
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	host, port := mendHost(authority)
	if scheme == "" {
		scheme = likelyScheme(host, port)
	}
	for _, try := range []string{strings.ToLower(text), scheme + "://" + host + mendPort(port, scheme)} {
		if p, f := readPattern(try); f.reason == "" {
			return p.text
		}
	}
	return ""
}

// bare is text without what people put round it.
func bare(text string) string { return strings.Trim(text, blanks+quotes+",;<>") }

// withoutRegexp turns the regular expressions people write for origins into patterns. What it does not know stays, and
// is no pattern.
func withoutRegexp(text string) string {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "^"), "$")
	if inner, ok := strings.CutPrefix(text, "/"); ok && strings.HasSuffix(inner, "/") {
		text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(inner, "/"), "^"), "$")
	}
	return strings.NewReplacer(
		`https?:`, `https:`,
		`.*\.`, `*.`, `.+\.`, `*.`, `(.*)\.`, `*.`, `(.+)\.`, `*.`,
		`[^.]+\.`, `{label}.`, `[^.]*\.`, `{label}.`, `[a-z0-9-]+\.`, `{label}.`, `[a-z0-9]+\.`, `{label}.`, `\w+\.`, `{label}.`,
		`.*`, `*`, `.+`, `*`, `[a-z0-9-]+`, `*`, `[a-z0-9]+`, `*`, `[0-9]+`, `*`, `\d+`, `*`, `\w+`, `*`,
		`\.`, `.`, `\/`, `/`, `\-`, `-`, `\:`, `:`,
	).Replace(text)
}

// mendScheme parts the scheme from the rest. It gives no scheme where none was written.
func mendScheme(text string) (scheme, rest string) {
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		switch scheme = strings.ToLower(scheme); scheme {
		case "*", "http*", "https*", "http(s)", "http[s]", "(http|https)":
			scheme = "https"
		}
		return scheme, rest
	}
	name := strings.ToLower(beforeAny(text, `:/\`))
	if isWebScheme(name) {
		return name, strings.TrimLeft(text[len(name):], `:/\`)
	}
	return "", strings.TrimPrefix(text, "//")
}

// likelyScheme is the scheme of a pattern without one. A lone word may be meant as no host at all.
func likelyScheme(host, port string) string {
	switch {
	case IsLoopbackHost(host), port == ":80" && host != "":
		return "http"
	case strings.Contains(host, ".") || port != "":
		return "https"
	}
	return ""
}

// mendHost parts the host from the port, which keeps its colon.
func mendHost(authority string) (host, port string) {
	if addr, err := netip.ParseAddr(authority); err == nil && addr.Is6() && addr.Zone() == "" {
		return "[" + string(appendIPv6(nil, addr)) + "]", ""
	}
	n := hostLen(authority)
	host, port = strings.ToLower(authority[:n]), authority[n:]
	if inner, ok := strings.CutPrefix(host, "["); ok {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err == nil && addr.Is6() && addr.Zone() == "" {
			host = "[" + string(appendIPv6(nil, addr)) + "]"
		}
		return host, port
	}
	host = strings.TrimSuffix(host, ".")
	label, rest, _ := strings.Cut(host, ".")
	switch {
	case label == "" && rest != "", label == "**":
		label = "*"
	case len(label) > 1 && label[0] == '*' && label[1] != '-' && strings.Count(label, "*") == 1 && !strings.ContainsAny(label, "{}"):
		label, rest = "*", label[1:]+"."+rest
	case label == "+", isPlaceholder(label):
		label = "{label}"
	case strings.Contains(label, "{label}"):
		label = strings.Replace(label, "{label}", "*", 1)
	}
	if name, err := idna.Lookup.ToASCII(rest); err == nil && !isASCII(rest) {
		rest = name
	}
	if name, err := idna.Lookup.ToASCII(label); err == nil && !isASCII(label) {
		label = name
	}
	if rest == "" {
		return label, port
	}
	return label + "." + rest, port
}

// isPlaceholder: {tenant}, ${tenant}, <tenant>, which stand for one label in other languages.
func isPlaceholder(label string) bool {
	inner := strings.Trim(strings.TrimPrefix(label, "$"), "{}<>")
	return isLabel(inner) && len(inner)+2 <= len(label) && strings.IndexByte("$<{", label[0]) >= 0
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}

// mendPort repairs ":port" as it follows a host.
func mendPort(port, scheme string) string {
	port = strings.Join(strings.Fields(port), "")
	spec, list := strings.TrimPrefix(port, ":"), false
	if n := len(spec); n > 1 && (spec[0] == '{' || spec[0] == '[') {
		spec, list = strings.TrimRight(spec[1:], "}]"), spec != "[*]"
	}
	if spec == "" {
		return ""
	}
	runs := strings.Split(strings.Trim(spec, ","), ",")
	for i, run := range runs {
		first, last, isRange := strings.Cut(run, "-")
		first, last = withoutZeros(first), withoutZeros(last)
		if runs[i] = first; isRange {
			a, okA := parsePort(first)
			b, okB := parsePort(last)
			if okA && okB && b < a {
				first, last = last, first
			}
			runs[i] = first + "-" + last
		}
	}
	if list || len(runs) > 1 {
		return ":{" + strings.Join(runs, ",") + "}"
	}
	if n, ok := parsePort(runs[0]); ok && n == DefaultPort(scheme) {
		return ""
	}
	return ":" + runs[0]
}

// withoutZeros: a port of zeros alone keeps them.
func withoutZeros(port string) string {
	if short := strings.TrimLeft(port, "0"); short != "" {
		return short
	}
	return port
}
