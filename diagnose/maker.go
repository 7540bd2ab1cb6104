package diagnose

import (
	"strings"

	"github.com/corscope/corscope/transcript"
)

// A sign is a header that tells who made an answer, or through whom it came.
type sign struct {
	header   string
	contains string // in the value, lower case; empty: any value
	name     string
	made     float64 // how surely it made an error answer
	passed   float64 // how surely it made an answer that is no error: proxies put their name on what they pass on
}

var signs = []sign{
	{"X-Amzn-Errortype", "", "Amazon API Gateway", 0.9, 0.9},
	{"X-Amz-Apigw-Id", "", "Amazon API Gateway", 0.8, 0.5},
	{"X-Cache", "error from cloudfront", "Amazon CloudFront", 0.8, 0.8},
	{"Via", "cloudfront", "Amazon CloudFront", 0.5, 0.3},
	{"Server", "awselb", "AWS load balancer", 0.9, 0.9},
	{"Server", "amazons3", "Amazon S3", 0.9, 0.9},
	{"Server", "cloudflare", "Cloudflare", 0.5, 0.3},
	{"CF-Ray", "", "Cloudflare", 0.4, 0.2},
	{"X-Served-By", "cache-", "Fastly", 0.4, 0.2},
	{"Server", "akamaighost", "Akamai", 0.9, 0.5},
	{"X-Akamai-Request-Id", "", "Akamai", 0.5, 0.3},
	{"X-Vercel-Id", "", "Vercel", 0.6, 0.4},
	{"X-Nf-Request-Id", "", "Netlify", 0.6, 0.4},
	{"Server", "google frontend", "Google Frontend", 0.7, 0.4},
	{"X-Kong-Response-Latency", "", "Kong", 0.8, 0.5},
	{"Via", "kong", "Kong", 0.5, 0.4},
	{"X-Azure-Ref", "", "Azure Front Door", 0.5, 0.3},
	{"Server", "microsoft-azure-application-gateway", "Azure Application Gateway", 0.9, 0.8},
	{"Via", "varnish", "Varnish", 0.5, 0.3},
	{"Server", "varnish", "Varnish", 0.8, 0.6},
	{"Server", "istio-envoy", "Envoy", 0.6, 0.4},
	{"Server", "envoy", "Envoy", 0.6, 0.4},
	{"Server", "traefik", "Traefik", 0.7, 0.5},
	{"Server", "openresty", "nginx", 0.8, 0.6},
	{"Server", "nginx", "nginx", 0.8, 0.6},
	{"Server", "caddy", "Caddy", 0.6, 0.4},
	{"Via", "caddy", "Caddy", 0.4, 0.2},
	{"Server", "apache", "Apache", 0.7, 0.6},
	{"Server", "microsoft-iis", "IIS", 0.7, 0.6},
	{"Server", "microsoft-httpapi", "Windows HTTP.sys", 0.8, 0.6},
	{"Server", "kestrel", "ASP.NET Core", 0.8, 0.8},
	{"Server", "gunicorn", "a Python application", 0.8, 0.8},
	{"Server", "uvicorn", "a Python application", 0.8, 0.8},
	{"Server", "werkzeug", "a Python application", 0.8, 0.8},
	{"Server", "jetty", "a Java application", 0.8, 0.8},
	{"X-Powered-By", "express", "Express", 0.85, 0.85},
	{"X-Powered-By", "next.js", "Next.js", 0.85, 0.85},
	{"X-Powered-By", "php", "PHP", 0.85, 0.85},
	{"X-Powered-By", "asp.net", "ASP.NET", 0.85, 0.85},
	{"WWW-Authenticate", "", "an authentication check", 0.5, 0.1},
	{"Proxy-Authenticate", "", "a proxy that asks for a login", 0.8, 0.2},
}

// makerOf guesses who made an answer: the surest sign wins, the first of equals. Nil where nothing tells.
func makerOf(e *transcript.Exchange) *Maker {
	var best *Maker
	for _, s := range signs {
		value, ok := e.Response.Get(s.header)
		if !ok || !strings.Contains(strings.ToLower(value), s.contains) {
			continue
		}
		sure := s.passed
		if e.Status >= 400 {
			sure = s.made
		}
		if s.name == "Cloudflare" && e.Status >= 520 && e.Status <= 530 { // its own statuses
			sure = 0.95
		}
		if best == nil || sure > best.Confidence {
			best = &Maker{Name: s.name, Because: s.header + ": " + value, Confidence: sure}
		}
	}
	return best
}

// layerOf names the layer to edit, in a sentence that can stand after the catalog's.
func layerOf(m *Maker, status int) string {
	if m == nil {
		return ""
	}
	switch m.Name {
	case "nginx":
		return "nginx seems to have made this answer: its add_header leaves error answers out unless it ends with \"always\"."
	case "Apache":
		return "Apache seems to have made this answer: use \"Header always set\", as plain \"Header set\" leaves error answers out."
	case "Amazon API Gateway":
		return "API Gateway seems to have made this answer: add the headers to the gateway responses DEFAULT_4XX and DEFAULT_5XX."
	case "Amazon S3":
		return "S3 seems to have made this answer: it adds the headers only where the bucket's CORS rules match origin and method."
	case "Amazon CloudFront", "Cloudflare", "Fastly", "Akamai", "Azure Front Door":
		if status >= 500 {
			return m.Name + " seems to have made this answer, because what is behind it failed: mend that, and let error answers carry the headers too."
		}
		return m.Name + " seems to have made this answer: set the headers there, or let the request through."
	}
	return sentence(m.Name + " seems to have made this answer")
}
