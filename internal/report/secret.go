package report

import (
	"regexp"
	"slices"
	"strings"

	"github.com/corscope/corscope/wire"
)

const masked = "***"

// Masked is r without its secrets: credentials in headers and URLs, and those same texts wherever else they stand.
// What is left keeps its shape: names, authentication schemes, a cookie's attributes. r itself is not changed.
func (r Report) Masked() Report {
	var secrets keeper
	rewrite(r, rewriter{text: secrets.learnText, field: secrets.learnField})
	slices.SortFunc(secrets.known, func(a, b string) int { return len(b) - len(a) }) // one may hold another
	return rewrite(r, rewriter{text: secrets.maskText, field: secrets.maskField})
}

var (
	// Greedy: a password may hold an @.
	userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)([^/\s?#"'<>]+)@`)
	// A parameter of a query, or of a form in a body.
	parameter = regexp.MustCompile(`((?:^|[?&#;])(?i:[^=&#\s"']*(?:token|secret|signature|passw|credential|session|jwt)[^=&#\s"']*|[^=&#\s"']*(?:key|sig|pwd))=)([^&#\s"'<>]+)`)
	// A field of JSON in a body.
	member = regexp.MustCompile(`("(?i:[^"]*(?:token|secret|signature|passw|credential|session|jwt)[^"]*|[^"]*(?:key|sig|pwd))"\s*:\s*")((?:[^"\\]|\\.)+)`)
)

// isSecret reports whether a header's value is nobody's business, by its name.
func isSecret(name string) bool {
	name = wire.Lower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "cookie2", "set-cookie2":
		return true
	case "idempotency-key":
		return false
	}
	if strings.HasPrefix(name, "access-control-") || strings.HasPrefix(name, "sec-") {
		return false
	}
	for _, sign := range [...]string{"token", "secret", "signature", "passw", "credential", "session", "jwt", "csrf", "xsrf", "api-key", "apikey", "x-auth"} {
		if strings.Contains(name, sign) {
			return true
		}
	}
	return strings.HasSuffix(name, "key")
}

// A keeper knows the secrets of one report.
type keeper struct{ known []string }

const (
	// Shorter texts are masked where they stand, and not looked for elsewhere: they would be found in every other word.
	telling = 6
	// No more are looked for elsewhere: a server can send any number of cookies, and the page's own are learnt first.
	most = 200
)

func (k *keeper) learn(secret string) {
	secret = strings.TrimSpace(secret)
	if len(secret) < telling || len(k.known) == most || slices.Contains(k.known, secret) {
		return
	}
	k.known = append(k.known, secret)
}

func (k *keeper) learnText(text string) string {
	for _, found := range userinfo.FindAllStringSubmatch(text, -1) {
		k.learn(found[2])
		_, password, _ := strings.Cut(found[2], ":")
		k.learn(password)
	}
	for _, pattern := range [...]*regexp.Regexp{parameter, member} {
		for _, found := range pattern.FindAllStringSubmatch(text, -1) {
			k.learn(found[2])
		}
	}
	return text
}

func (k *keeper) learnField(f wire.Field) wire.Field {
	k.learnText(f.Value)
	if !isSecret(f.Name) {
		return f
	}
	k.learn(f.Value)
	switch wire.Lower(f.Name) {
	case "cookie", "set-cookie":
		for pair := range strings.SplitSeq(f.Value, ";") {
			if _, value, ok := strings.Cut(pair, "="); ok {
				k.learn(value)
			}
			if wire.EqualFold(f.Name, wire.SetCookie) {
				break // attributes follow
			}
		}
	case "authorization", "proxy-authorization":
		_, credentials, _ := strings.Cut(strings.TrimSpace(f.Value), " ")
		k.learn(credentials)
	}
	return f
}

func (k *keeper) maskText(text string) string {
	text = userinfo.ReplaceAllString(text, "${1}"+masked+"@")
	text = parameter.ReplaceAllString(text, "${1}"+masked)
	text = member.ReplaceAllString(text, "${1}"+masked)
	for _, secret := range k.known {
		text = replaceWord(text, secret)
	}
	return text
}

func (k *keeper) maskField(f wire.Field) wire.Field {
	switch name := wire.Lower(f.Name); {
	case !isSecret(name):
		f.Value = k.maskText(f.Value)
	case f.Value == "":
	case name == "authorization", name == "proxy-authorization":
		scheme, _, two := strings.Cut(f.Value, " ")
		f.Value = masked
		if two && wire.IsToken(scheme) {
			f.Value = scheme + " " + masked
		}
	case name == "cookie":
		pairs := strings.Split(f.Value, ";")
		for i, pair := range pairs {
			pairs[i] = maskPair(pair)
		}
		f.Value = strings.Join(pairs, ";")
	case name == "set-cookie":
		pair, attributes, more := strings.Cut(f.Value, ";")
		f.Value = maskPair(pair)
		if more {
			f.Value += ";" + attributes
		}
	default:
		f.Value = masked
	}
	return f
}

func maskPair(pair string) string {
	name, _, named := strings.Cut(pair, "=")
	if !named {
		return masked
	}
	return name + "=" + masked
}

// replaceWord masks a secret where it is a word of its own.
func replaceWord(text, secret string) string {
	var out strings.Builder
	for {
		at := strings.Index(text, secret)
		if at < 0 {
			break
		}
		end := at + len(secret)
		inWord := at > 0 && isWord(text[at-1]) && isWord(secret[0]) || end < len(text) && isWord(text[end]) && isWord(secret[len(secret)-1])
		out.WriteString(text[:at])
		if inWord {
			out.WriteString(secret)
		} else {
			out.WriteString(masked)
		}
		text = text[end:]
	}
	out.WriteString(text)
	return out.String()
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}
