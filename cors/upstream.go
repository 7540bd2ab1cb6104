package cors

import (
	"net/http"
	"strings"

	"github.com/corscope/corscope/wire"
)

// CleanUpstream takes from a server's answer what it says about other origins, so that a proxy in front of it can say
// its own: browsers accept one Access-Control-Allow-Origin, not two. Give it to
// [net/http/httputil.ReverseProxy.ModifyResponse] or call it from there. The error is always nil.
//
// All headers named Access-Control-Allow-…, Access-Control-Expose-Headers, Access-Control-Max-Age and Timing-Allow-Origin
// go. Vary becomes one line that names nothing twice; Origin and the two headers of preflights are taken out, as the
// middleware names them where its own answer depends on them. A server whose very content depends on Origin should not
// stand behind a policy that allows "*". Cross-Origin-Resource-Policy stays: set it here or there, not in both places.
func CleanUpstream(upstream *http.Response) error {
	h := upstream.Header
	dropAnswer(h)
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-Allow-") {
			delete(h, name)
		}
	}
	setVary(h, varyElements(h[wire.Vary], preflightVaries[:]...))
	return nil
}

// varyElements lists what the lines of Vary name, in their order and nothing twice, but for what is left out. Where "*" is
// among them, it says all.
func varyElements(lines []string, leftOut ...string) []string {
	var elements []string
	seen := make(map[string]bool)
	for _, name := range leftOut {
		seen[wire.Lower(name)] = true
	}
	for _, line := range lines {
		for element := range strings.SplitSeq(line, ",") {
			element = strings.Trim(element, " \t")
			if element == star {
				return []string{star}
			}
			if key := wire.Lower(element); key != "" && !seen[key] {
				seen[key] = true
				elements = append(elements, element)
			}
		}
	}
	return elements
}

// setVary writes the elements in one line, or no Vary where there are none.
func setVary(h http.Header, elements []string) {
	if len(elements) == 0 {
		delete(h, wire.Vary)
		return
	}
	h[wire.Vary] = []string{strings.Join(elements, listSeparator)}
}
