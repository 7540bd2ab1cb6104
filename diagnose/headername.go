package diagnose

import (
	"strings"

	"github.com/corscope/corscope/wire"
)

// Names of request headers that libraries add without the page's author having written them.
var addedBy = []struct{ prefix, who string }{
	{"sentry-trace", "Sentry's SDK"},
	{"baggage", "Sentry's or OpenTelemetry's SDK"},
	{"traceparent", "a tracing SDK (OpenTelemetry and others)"},
	{"tracestate", "a tracing SDK (OpenTelemetry and others)"},
	{"x-b3-", "a tracing SDK (Zipkin)"},
	{"b3", "a tracing SDK (Zipkin)"},
	{"uber-trace-id", "a tracing SDK (Jaeger)"},
	{"x-datadog-", "Datadog's SDK"},
	{"newrelic", "New Relic's SDK"},
	{"elastic-apm-traceparent", "Elastic's SDK"},
	{"request-id", "Application Insights' SDK"},
	{"request-context", "Application Insights' SDK"},
	{"x-client-info", "Supabase's client"},
	{"apikey", "Supabase's client"},
	{"x-firebase-", "Firebase's SDK"},
	{"x-goog-", "Google's SDK"},
	{"x-amz-", "the AWS SDK"},
	{"amz-sdk-", "the AWS SDK"},
	{"x-parse-", "the Parse SDK"},
	{"x-stainless-", "a generated API client"},
	{"x-requested-with", "jQuery or another older library"},
	{"ngsw-bypass", "Angular's service worker"},
	{"x-xsrf-token", "Angular, axios or another library that guards against forgery"},
	{"x-csrf-token", "a library that guards against forgery"},
	{"apollographql-client-", "Apollo's client"},
	{"apollo-require-preflight", "Apollo's client"},
	{"x-grpc-web", "a gRPC-web client"},
	{"x-user-agent", "a gRPC-web client"},
	{"connect-protocol-version", "a Connect client"},
	{"cache-control", "code that wants no cached answer; fetch() has the option cache: \"no-store\" for that, which needs no consent"},
	{"pragma", "code that wants no cached answer; fetch() has the option cache: \"no-store\" for that, which needs no consent"},
	{"expires", "code that wants no cached answer; fetch() has the option cache: \"no-store\" for that, which needs no consent"},
}

func whoAdds(name string) string {
	for _, a := range addedBy {
		if wire.EqualFold(name, a.prefix) || strings.HasSuffix(a.prefix, "-") && strings.HasPrefix(wire.Lower(name), a.prefix) {
			return a.who
		}
	}
	return ""
}

// Response headers that pages ask for. What stands in neither this list nor behind one of the beginnings is not worth
// a note.
var useful = map[string]bool{
	"content-disposition": true, "location": true, "etag": true, "link": true, "retry-after": true, "content-range": true,
	"accept-ranges": true, "www-authenticate": true, "x-total-count": true, "x-total": true, "x-total-pages": true,
	"x-next-page": true, "x-page": true, "x-per-page": true, "x-pagination": true, "x-request-id": true, "request-id": true,
	"x-correlation-id": true, "x-trace-id": true, "traceparent": true, "server-timing": true, "authorization": true,
	"x-csrf-token": true, "x-xsrf-token": true, "content-encoding": true, "digest": true, "content-digest": true,
	"x-amz-request-id": true, "x-amzn-requestid": true, "x-filename": true, "sourcemap": true,
	"upload-offset": true, "upload-length": true, "tus-resumable": true, "deprecation": true, "sunset": true,
}

var usefulPrefixes = []string{"ratelimit", "x-ratelimit-", "x-rate-limit-", "grpc-", "x-pagination-"}

func isUseful(name string) bool {
	name = wire.Lower(name)
	for _, p := range usefulPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return useful[name]
}

// almost reports whether two header names differ by a slip only: dashes and underscores, or one or two letters.
func almost(a, b string) bool {
	a, b = wire.Lower(a), wire.Lower(b)
	if a == b {
		return false
	}
	drop := strings.NewReplacer("-", "", "_", "", " ", "")
	if drop.Replace(a) == drop.Replace(b) {
		return true
	}
	return len(a) > 6 && len(b) > 6 && distance(a, b) <= 2
}

// distance counts the letters to insert, remove or change. It is asked of short names; long ones are far apart.
func distance(a, b string) int {
	const longest = 128
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := before
			if a[i-1] != b[j-1] {
				change++
			}
			before, row[j] = row[j], min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
