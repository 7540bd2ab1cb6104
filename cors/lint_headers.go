package cors

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/wire"
)

func (l *linter) lintRequestHeaders() {
	names := l.policy.RequestHeaders
	authorization := slices.ContainsFunc(names, wire.IsCORSNonWildcardRequestHeaderName)
	for i, name := range names {
		at := place{fieldRequestHeaders, i, 0, name}
		switch {
		case name == star:
			l.lintAnyRequestHeader(at, authorization)
		case !wire.IsToken(name):
			at.offset = notToken(name)
			l.report(HeaderSyntax, at, "This is not a header's name", namesIn(name))
		case wire.IsForbiddenRequestHeader(name, ""):
			l.report(HeaderForbidden, at, "No page can set this header", "leave it out")
		case slices.ContainsFunc(responseNames[:], func(n string) bool { return wire.EqualFold(n, name) }):
			l.report(HeaderOfResponse, at, "This is a header of answers", "leave it out: corscope sends it where it is due")
		}
	}
	l.lintDuplicates(fieldRequestHeaders, names, func(i int) string { return wire.Lower(names[i]) })
}

// namesIn says how to write names of headers that stand in one entry. What follows a colon is a value and no name.
func namesIn(s string) string {
	name, value, ok := strings.Cut(s, ":")
	switch {
	case !ok:
		return tokensIn(s)
	case !wire.IsToken(name) || strings.Contains(value, ":"):
		return ""
	}
	return name
}

// responseNames are the headers of answers that are found in lists of request headers.
var responseNames = [...]string{
	wire.AccessControlAllowOrigin, wire.AccessControlAllowCredentials, wire.AccessControlAllowMethods,
	wire.AccessControlAllowHeaders, wire.AccessControlMaxAge, wire.AccessControlExposeHeaders,
	wire.CrossOriginResourcePolicy, wire.TimingAllowOrigin, wire.Vary,
}

func (l *linter) lintAnyRequestHeader(at place, authorization bool) {
	others, fix := len(l.policy.RequestHeaders)-1, leaveOutEither
	if l.policy.Credentials {
		if !l.accepts(AnyRequestHeader) {
			l.report(HeaderStarWithCredentials, at, "Any header is allowed, with credentials",
				"name the headers, or accept the risk "+`"`+string(AnyRequestHeader)+`"`)
		}
	} else if !authorization {
		l.report(StarWithoutAuthorization, at, `"*" does not cover Authorization`, "name Authorization beside it, if pages send it")
	} else {
		others-- // Authorization is no part of "*"
		fix += " but Authorization"
	}
	if others > 0 {
		l.report(StarWithList, at, "Any header is allowed, and others are named beside", fix)
	}
}

func (l *linter) lintExposedHeaders() {
	names := l.policy.ExposedHeaders
	for i, name := range names {
		at := place{fieldExposedHeaders, i, 0, name}
		switch {
		case name == star && l.policy.Credentials:
			l.report(ExposedStarWithCredentials, at, "All headers are exposed, with credentials", "name the headers that pages read")
		case name == star && len(names) > 1:
			l.report(StarWithList, at, "All headers are exposed, and others are named beside", leaveOutEither)
		case !wire.IsToken(name):
			at.offset = notToken(name)
			l.report(HeaderSyntax, at, "This is not a header's name", namesIn(name))
		case wire.IsForbiddenResponseHeaderName(name):
			l.report(ExposedForbidden, at, "No page can read this header", "leave it out")
		case slices.ContainsFunc(requestNames[:], func(n string) bool { return wire.EqualFold(n, name) }):
			l.report(ExposedOfRequest, at, "This is a header of requests", "leave it out")
		case wire.IsCORSSafelistedResponseHeaderName(name):
			l.report(ExposedSafelisted, at, "Pages may read this header anyway", "leave it out")
		}
	}
	l.lintDuplicates(fieldExposedHeaders, names, func(i int) string { return wire.Lower(names[i]) })
}

// requestNames are the headers of requests that are found in lists of exposed headers.
var requestNames = [...]string{wire.Origin, wire.AccessControlRequestMethod, wire.AccessControlRequestHeaders}
