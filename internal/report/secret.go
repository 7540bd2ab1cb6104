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
	secrets := keeper{known: map[string][]string{}}
	rewrite(r, rewriter{text: secrets.learnText, field: secrets.learnField, foreign: true})
	for _, alike := range secrets.known {
		slices.SortFunc(alike, func(a, b string) int { return len(b) - len(a) }) // one may begin another
	}
	return rewrite(r, rewriter{text: secrets.maskText, field: secrets.maskField, foreign: true})
}

// patterns find secrets by what stands round them, with the secret as their second group. None is looked for in a text
// without its sign.
var patterns = []struct {
	*regexp.Regexp
	sign string
}{
	// User information in a URL. Greedy: a password may hold an @.
	{regexp.MustCompile(`(//)([^/\s?#"'<>]+)(@)`), "@"},
	// A parameter of a query, or of a form in a body.
	{regexp.MustCompile(`((?:^|[?&#;])(?i:` + secretName(`[^=&#\s"']*`) + `)=)([^&#\s"'<>]+)()`), "="},
	// A member of JSON in a body: a text, or a number.
	{regexp.MustCompile(`("(?i:` + secretName(`[^"]*`) + `)"\s*:\s*")((?:[^"\\]|\\.)+)()`), `"`},
	{regexp.MustCompile(`("(?i:` + secretName(`[^"]*`) + `)"\s*:\s*)(-?[0-9][0-9.eE+-]*)()`), `"`},
	// A part of a form that is sent in parts: its head, an empty line, its value.
	{regexp.MustCompile(`(\bname="(?i:` + secretName(`[^"]*`) + `)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)([^\r\n]+)()`), `name="`},
	// A JSON web token: its first part, {" in base64, gives it away.
	{regexp.MustCompile(`(\b)(eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2,4})()`), "eyJ"},
}

// schemes find credentials behind the name of their scheme, in a header of any name. Prose is not searched for them: it
// speaks of tokens. A challenge (Bearer realm="api") is none.
var schemes = regexp.MustCompile(`(\b(?i:Bearer|Basic|Token) +)([A-Za-z0-9._~+/-]+)(={0,2}(?:[\s,;]|$)|(?:==)?["')}\]])`)

// secretName is a pattern for the name of a secret, with what may stand beside a word that tells. The short names are
// whole: a part of them stands in too many others.
func secretName(beside string) string {
	return beside + `(?:token|secret|signature|passw|credential|session|jwt)` + beside + `|` + beside + `(?:key|sig|pwd)` +
		`|code|auth|pass|pin|cvv|otp|ticket`
}

// MaskedText is a text without the secrets that can be told by what stands round them: for a message that belongs to no
// report.
func MaskedText(text string) string {
	return (&keeper{}).maskText(text)
}

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
	return strings.HasSuffix(name, "key") || strings.HasSuffix(name, "-pass")
}

// A keeper knows the secrets of one report, by their first bytes.
type keeper struct {
	known map[string][]string
	count int
}

const (
	// Shorter texts are masked where they stand, and not looked for elsewhere: they would be found in every other word.
	telling = 6
	// No more are looked for elsewhere: a server can send any number of cookies, and the page's own are learnt first.
	most = 200
)

func (k *keeper) learn(secret string) {
	secret = strings.TrimSpace(secret)
	if len(secret) < telling || k.count == most {
		return
	}
	start := secret[:telling]
	if !slices.Contains(k.known[start], secret) {
		k.known[start] = append(k.known[start], secret)
		k.count++
	}
}

func (k *keeper) learnText(text string) string {
	for _, p := range patterns {
		if !strings.Contains(text, p.sign) {
			continue
		}
		for _, found := range p.FindAllStringSubmatch(text, -1) {
			k.learn(found[2])
			_, password, _ := strings.Cut(found[2], ":") // of a user name and a password
			k.learn(password)
		}
	}
	return text
}

func (k *keeper) learnField(f wire.Field) wire.Field {
	if !isSecret(f.Name) {
		k.learnText(f.Value)
		for _, found := range schemes.FindAllStringSubmatch(f.Value, -1) {
			k.learn(found[2])
		}
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
	for _, p := range patterns {
		if strings.Contains(text, p.sign) {
			text = p.ReplaceAllString(text, "${1}"+masked+"${3}")
		}
	}
	return k.maskWords(text)
}

func (k *keeper) maskField(f wire.Field) wire.Field {
	switch name := wire.Lower(f.Name); {
	case !isSecret(name):
		f.Value = k.maskText(schemes.ReplaceAllString(f.Value, "${1}"+masked+"${3}"))
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

// maskWords masks the secrets that stand in text as words of their own.
func (k *keeper) maskWords(text string) string {
	var out strings.Builder
	kept := 0
	for i := 0; i+telling <= len(text); {
		secret := k.wordAt(text, i)
		if secret == "" {
			i++
			continue
		}
		out.WriteString(text[kept:i] + masked)
		i += len(secret)
		kept = i
	}
	return out.String() + text[kept:]
}

func (k *keeper) wordAt(text string, at int) string {
	for _, secret := range k.known[text[at:at+telling]] {
		end := at + len(secret)
		if strings.HasPrefix(text[at:], secret) && isBoundary(text, at) && isBoundary(text, end) {
			return secret
		}
	}
	return ""
}

// isBoundary reports whether no word goes on from the byte before at to the byte there.
func isBoundary(text string, at int) bool {
	return at == 0 || at == len(text) || !isWord(text[at-1]) || !isWord(text[at])
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}
