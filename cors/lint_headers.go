package cors

import (
	"slices"

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
			l.report(HeaderSyntax, at, "Not a header's name", tokensIn(name))
		case wire.IsForbiddenRequestHeader(name, ""):
			l.report(HeaderForbidden, at, "No page can set this header", "leave it out")
		case slices.ContainsFunc(responseNames[:], func(n string) bool { return wire.EqualFold(n, name) }):
			l.report(HeaderOfResponse, at, "This header is part of answers", "leave it out: corscope sends it where it is due")
		}
	}
	l.lintDuplicates(fieldRequestHeaders, names, func(i int) string { return wire.Lower(names[i]) })
}

// responseNames are the headers of answers that are found in lists of request headers.
var responseNames = [...]string{
	wire.AccessControlAllowOrigin, wire.AccessControlAllowCredentials, wire.AccessControlAllowMethods,
	wire.AccessControlAllowHeaders, wire.AccessControlMaxAge, wire.AccessControlExposeHeaders,
	wire.CrossOriginResourcePolicy, wire.TimingAllowOrigin, wire.Vary,
}

func (l *linter) lintAnyRequestHeader(at place, authorization bool) {
	others := len(l.policy.RequestHeaders) - 1
	if l.policy.Credentials {
		if !l.accepts(AnyRequestHeader) {
			l.report(HeaderStarWithCredentials, at, "Any header is allowed, with credentials",
				"name the headers, or accept the risk "+`"`+string(AnyRequestHeader)+`"`)
		}
	} else if !authorization {
		l.report(StarWithoutAuthorization, at, "Pages may not send Authorization", "name Authorization beside it, if pages send it")
	} else {
		others-- // Authorization is no part of "*"
	}
	if others > 0 {
		l.report(StarWithList, at, "Any header, and others beside", "leave out either")
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
			l.report(StarWithList, at, "All headers, and others beside", "leave out either")
		case !wire.IsToken(name):
			at.offset = notToken(name)
			l.report(HeaderSyntax, at, "Not a header's name", tokensIn(name))
		case wire.IsForbiddenResponseHeaderName(name):
			l.report(ExposedForbidden, at, "No page can read this header", "leave it out")
		case slices.ContainsFunc(requestNames[:], func(n string) bool { return wire.EqualFold(n, name) }):
			l.report(ExposedOfRequest, at, "This header is part of requests", "leave it out")
		case wire.IsCORSSafelistedResponseHeaderName(name):
			l.report(ExposedSafelisted, at, "Pages may read this header anyway", "leave it out")
		}
	}
	l.lintDuplicates(fieldExposedHeaders, names, func(i int) string { return wire.Lower(names[i]) })
}

// requestNames are the headers of requests that are found in lists of exposed headers.
var requestNames = [...]string{wire.Origin, wire.AccessControlRequestMethod, wire.AccessControlRequestHeaders}
