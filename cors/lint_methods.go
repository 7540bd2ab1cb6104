package cors

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/wire"
)

func (l *linter) lintMethods() {
	methods := l.policy.Methods
	for i, m := range methods {
		at := place{fieldMethods, i, 0, m}
		switch {
		case m == star && l.policy.Credentials:
			l.report(MethodStarWithCredentials, at, "Any method is allowed, with credentials", "name the methods, such as PUT, PATCH and DELETE")
		case m == star && len(methods) > 1:
			l.report(StarWithList, at, "Any method is allowed, and others are named beside", leaveOutEither)
		case !wire.IsToken(m):
			at.offset = notToken(m)
			l.report(MethodSyntax, at, "This is not a method", tokensIn(m))
		case wire.IsForbiddenMethod(m):
			l.report(MethodForbidden, at, "No page can use this method", "leave it out")
		case normalizeMethod(m) == m && strings.ToUpper(m) != m:
			l.report(MethodCase, at, "Pages that ask for "+strings.ToUpper(m)+" are not allowed by this", strings.ToUpper(m))
		}
	}
	l.lintDuplicates(fieldMethods, methods, func(i int) string { return normalizeMethod(methods[i]) })
}

// notToken is the place of the first byte that cannot be in a token.
func notToken(s string) int {
	for i := range len(s) {
		if !wire.IsToken(s[i : i+1]) {
			return i
		}
	}
	return 0
}

// tokensIn says how to write what was surely meant: the tokens in s, each an entry of its own; empty where there are
// none, or something else between them.
func tokensIn(s string) string {
	tokens := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\r\n;:\"", r) })
	if slices.ContainsFunc(tokens, func(t string) bool { return !wire.IsToken(t) }) {
		return ""
	}
	if len(tokens) > 1 {
		return entryEach + strings.Join(tokens, listSeparator)
	}
	return strings.Join(tokens, "")
}
