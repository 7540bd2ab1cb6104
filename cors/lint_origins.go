package cors

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/corscope/corscope/origin"
)

func (l *linter) lintOrigins() {
	l.patterns = make([]origin.Pattern, len(l.policy.Origins))
	for i, text := range l.policy.Origins {
		at := place{fieldOrigins, i, 0, text}
		p, err := origin.ParsePattern(text)
		if err != nil {
			l.reportPattern(at, err)
			continue
		}
		l.patterns[i] = p
		switch {
		case p.IsEvery():
			l.lintEvery(at)
		case p.IsNull():
			l.lintNull(at)
		default:
			l.lintScheme(at, p)
			l.lintSuffix(at, p)
		}
	}
	if !l.warnings {
		return
	}
	if rest := l.policy; len(rest.Origins) == 0 {
		if rest.Risks = nil; !rest.Equal(Policy{}) {
			l.report(OriginsEmpty, place{fieldOrigins, -1, 0, ""}, "The policy names no origin", "name the origins of the pages that may read")
		}
	}
	l.lintDuplicates(fieldOrigins, l.policy.Origins, func(i int) string {
		return cmp.Or(l.patterns[i].String(), l.policy.Origins[i])
	})
	l.lintCovered()
}

func (l *linter) reportPattern(at place, err error) {
	var wrong *origin.PatternError
	errors.As(err, &wrong) // ParsePattern has no other error
	at.offset = wrong.Offset
	l.report(originCode(wrong.Reason), at, "Want "+wrong.Want, fixPattern(wrong))
}

func (l *linter) lintEvery(at place) {
	if l.policy.Credentials {
		l.report(EveryOriginWithCredentials, at, "Every origin is allowed, with credentials",
			"name the origins of the pages that may read, or leave credentials out")
	}
	if len(l.policy.Origins) > 1 {
		l.report(StarWithList, at, "Every origin is allowed, and others are named beside", leaveOutEither)
	}
}

func (l *linter) lintNull(at place) {
	if l.accepts(NullOrigin) {
		return
	}
	what := "Pages of origin null are allowed"
	if l.policy.Credentials {
		what += ", with credentials"
	}
	l.report(NullOriginAllowed, at, what, "leave it out, or accept the risk "+strconv.Quote(string(NullOrigin)))
}

// lintScheme asks for TLS where credentials are at stake. Schemes that are not fetched over a network, such as those of
// extensions, have no use for it.
func (l *linter) lintScheme(at place, p origin.Pattern) {
	secure := ""
	switch p.Scheme() {
	case "http", "ws", "ftp":
		secure = "https"
	}
	if !l.policy.Credentials || secure == "" || origin.IsLoopbackHost(p.Host()) || l.accepts(InsecureOrigins) {
		return
	}
	fix := mended(secure + strings.TrimPrefix(p.String(), p.Scheme())) // its port may now be the default one
	l.report(InsecureOrigin, at, "Pages over "+p.Scheme()+" are allowed, with credentials", fix)
}

// mended is a text as the pattern it was surely meant to be; empty where who knows.
func mended(text string) string {
	p, err := origin.ParsePattern(text)
	if wrong := (*origin.PatternError)(nil); errors.As(err, &wrong) {
		return wrong.Fix
	}
	return p.String()
}

// fixPattern says what to write in the place of a pattern that cannot be read, or what else to do.
func fixPattern(wrong *origin.PatternError) string {
	if wrong.Reason == origin.ReasonList {
		return patternsIn(wrong.Pattern)
	}
	return cmp.Or(wrong.Fix, patternFixes[wrong.Reason])
}

// patternFixes is what to do where what was meant cannot be told.
var patternFixes = map[origin.PatternReason]string{
	origin.ReasonEmpty:           "name an origin, or leave the entry out",
	origin.ReasonOpaqueScheme:    "serve these pages over http and name where, as in http://localhost:8080",
	origin.ReasonNetwork:         "name each address in an entry of its own",
	origin.ReasonEveryHost:       "name a domain of yours after the wildcard, as in https://*.your-name.example",
	origin.ReasonWildcardPlace:   "name each host in an entry of its own",
	origin.ReasonWildcardEnd:     "name each host in an entry of its own",
	origin.ReasonWildcardAddress: "name each address in an entry of its own",
}

// patternsIn says how to write a list that stands in one entry; empty where a part of it is no pattern.
func patternsIn(list string) string {
	parts := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	for i, part := range parts {
		if parts[i] = mended(part); parts[i] == "" {
			return ""
		}
	}
	return entryEach + strings.Join(parts, listSeparator)
}

func (l *linter) lintSuffix(at place, p origin.Pattern) {
	before, after, ok := p.Wildcard()
	rest := p.Host()
	host, _, _ := strings.Cut(p.String()[len(p.Scheme())+len("://"):], ":") // the wildcard stands for a label like others
	if !ok || !isOpen(host) || origin.IsLoopbackHost(rest) {
		return
	}
	at.offset = strings.Index(at.value, "://") + len("://") + len(before)
	_, end, _ := strings.Cut(p.String()[len(p.Scheme())+len("://"):], ".") // with its port
	switch {
	case before+after == "":
		if !l.accepts(PublicSuffixWildcard) {
			l.report(PublicSuffix, at, "Anybody may register a name under "+rest,
				"name your own: "+p.Scheme()+"://your-name."+end+", or accept the risk "+strconv.Quote(string(PublicSuffixWildcard)))
		}
	case !pins(after, rest):
		if !l.accepts(PublicSuffixWildcard) {
			fix := "name each host"
			if rest == pinningSuffix {
				fix = "pin it by -- and your site, as in " + p.Scheme() + "://*--your-site." + end
			}
			l.report(TenantNotPinned, at, "Anybody may register a name such as "+before+"x"+after+"."+rest,
				fix+", or accept the risk "+strconv.Quote(string(PublicSuffixWildcard)))
		}
	}
}

// isOpen reports whether anybody may register the host: it is one label under a public suffix, or such a suffix itself,
// as is every name under kawasaki.jp.
func isOpen(host string) bool {
	domain := origin.RegistrableDomain(host)
	return domain == "" || domain == host
}

// pins reports whether what stands in a label after its wildcard belongs to one tenant. It does where the provider keeps
// "--" to itself, as between a deploy and a site's name; elsewhere anybody's name may end so.
func pins(after, suffix string) bool {
	_, name, _ := strings.Cut(after, "--")
	return name != "" && suffix == pinningSuffix
}

// pinningSuffix is the one public suffix known for that.
const pinningSuffix = "netlify.app"

// lintCovered finds patterns that others hold. What may hold a pattern has its host, or a part of it from a dot on, so
// only those with such a host are compared.
func (l *linter) lintCovered() {
	if slices.ContainsFunc(l.patterns, origin.Pattern.IsEvery) { // it holds all, and star-with-list says so
		return
	}
	const most = 256 // of one host: more than people keep, and few enough to compare each with each
	wide := map[string][]int{}
	for i, p := range l.patterns {
		if _, exact := p.Exact(); !exact && p.Host() != "" && len(wide[p.Host()]) < most {
			wide[p.Host()] = append(wide[p.Host()], i)
		}
	}
	for i, q := range l.patterns {
		if j := l.coverOf(i, q, wide); j >= 0 {
			l.report(OriginCovered, place{fieldOrigins, i, 0, l.policy.Origins[i]},
				Fault{Field: fieldOrigins, Index: j}.Where()+", "+l.patterns[j].String()+", holds all that this holds", "leave it out")
		}
	}
}

func (l *linter) coverOf(i int, q origin.Pattern, wide map[string][]int) int {
	for host := q.Host(); host != ""; {
		for _, j := range wide[host] {
			p := l.patterns[j]
			switch {
			case p == q || !p.Covers(q):
			case q.Covers(p) && j > i: // the same set in two spellings: the later one is too much
			default:
				return j
			}
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return -1
}
