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
		if wrong := (*origin.PatternError)(nil); errors.As(err, &wrong) {
			at.offset = wrong.Offset
			l.report(originCode(wrong.Reason), at, "Want "+wrong.Want, wrong.Fix)
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
			l.report(OriginsEmpty, place{fieldOrigins, -1, 0, ""}, "No origins", "name the origins of the pages that may read")
		}
	}
	l.lintDuplicates(fieldOrigins, l.policy.Origins, func(i int) string {
		return cmp.Or(l.patterns[i].String(), l.policy.Origins[i])
	})
	l.lintCovered()
}

func (l *linter) lintEvery(at place) {
	if l.policy.Credentials {
		l.report(EveryOriginWithCredentials, at, "Every origin is allowed, with credentials",
			"name the origins of the pages that may read, or leave credentials out")
	}
	if len(l.policy.Origins) > 1 {
		l.report(StarWithList, at, "Every origin, and others beside", "leave out either")
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
	secure := map[string]string{"http": "https", "ws": "wss", "ftp": "https"}[p.Scheme()]
	if !l.policy.Credentials || secure == "" || origin.IsLoopbackHost(p.Host()) || l.accepts(InsecureOrigins) {
		return
	}
	l.report(InsecureOrigin, at, "Pages over "+p.Scheme()+" are allowed, with credentials", secure+strings.TrimPrefix(p.String(), p.Scheme()))
}

func (l *linter) lintSuffix(at place, p origin.Pattern) {
	before, after, ok := p.Wildcard()
	rest := p.Host()
	if !ok || !isOpen("tenant."+rest) || origin.IsLoopbackHost(rest) {
		return
	}
	at.offset = strings.Index(at.value, "://") + len("://") + len(before)
	switch {
	case before+after == "":
		if !l.accepts(PublicSuffixWildcard) {
			l.report(PublicSuffix, at, "Anybody may register a name under "+rest,
				"name your own: "+p.Scheme()+"://your-name."+rest+", or accept the risk "+strconv.Quote(string(PublicSuffixWildcard)))
		}
	case !pins(before, after):
		if !l.accepts(PublicSuffixWildcard) {
			l.report(TenantNotPinned, at, "Anybody may register a name such as "+before+"x"+after+"."+rest,
				"keep a part with -- that is yours, as in "+p.Scheme()+"://*--your-name."+rest+", or accept the risk "+
					strconv.Quote(string(PublicSuffixWildcard)))
		}
	}
}

// isOpen reports whether anybody may register the host: it is one label under a public suffix, or such a suffix itself,
// as is every name under kawasaki.jp.
func isOpen(host string) bool {
	domain := origin.RegistrableDomain(host)
	return domain == "" || domain == host
}

// pins reports whether what stands in a label before and after its wildcard belongs to one tenant: "deploy-*--site" and
// "site--*" do, "site-*" does not.
func pins(before, after string) bool {
	name, _, _ := strings.Cut(before, "--")
	pinnedBefore := name != "" && name != before
	_, name, _ = strings.Cut(after, "--")
	return pinnedBefore || name != ""
}

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
				l.patterns[j].String()+", "+Fault{Field: fieldOrigins, Index: j}.Where()+", holds all of it", "leave it out")
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
