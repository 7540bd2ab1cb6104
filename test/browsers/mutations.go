package browsers

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Mutation breaks one rule of the browser's half on purpose, to see whether anybody notices.
type Mutation struct {
	Name     string // what goes wrong
	File     string // of package fetch
	Old, New string // the old text stands there exactly once
	// Often says that a few hundred random scenarios show it. Of the others the cases have to take care.
	Often bool
}

// Mutations lists them.
func Mutations() []Mutation { return mutations }

var mutations = []Mutation{
	{"a star counts with credentials", "check.go", `case acao == "*" && !include:`, `case acao == "*":`, true},
	{"origins are compared without regard to case", "check.go", `case acao != requestOrigin:`, `case !strings.EqualFold(acao, requestOrigin):`, false},
	{"the beginning of an origin is enough", "check.go", `case acao != requestOrigin:`, `case !strings.HasPrefix(acao, requestOrigin):`, true},
	{"Access-Control-Allow-Credentials is true in any case", "check.go", `acac != "true"`, `!strings.EqualFold(acac, "true")`, false},
	{"Access-Control-Allow-Credentials is not asked for", "check.go", `acac != "true"`, `acac == "false"`, true},
	{"answers are not checked", "httpfetch.go", `		if r.tainting == TaintingCORS {
			faults`, `		if r.tainting == TaintingCORS && r.method == "-" {
			faults`, true},
	{"preflights may answer with a redirect or an error", "preflight.go", `case resp.status < 200 || resp.status > 299:`, `case resp.status < 100:`, true},
	{"a preflight's answer needs 200", "preflight.go", `case resp.status < 200 || resp.status > 299:`, `case resp.status != 200:`, true},
	{"a header of a preflight's answer is any that was asked for", "preflight.go", `		if wire.EqualFold(n, name) {`, `		if n != "" {`, true},
	{"header names are compared by case", "preflight.go", `		if wire.EqualFold(n, name) {`, `		if n == name {`, true},
	{"a star covers headers with credentials", "preflight.go", `star := !include && slices.Contains(headers, "*")`, `star := slices.Contains(headers, "*")`, false},
	{"redirects leave no taint", "origin.go", `	taint := TaintSameOrigin
	for i := 1; i < len(urls); i++ {`, `	taint := TaintSameOrigin
	for i := len(urls); i < len(urls); i++ {`, true},
	{"every redirect elsewhere leaves a taint", "origin.go", `!next.SameOrigin(last) && !page.SameOrigin(last)`, `!next.SameOrigin(last)`, true},
	{"Authorization goes along with every redirect", "redirect.go", `r.header.Delete(wire.Authorization)`, `r.header.Contains(wire.Authorization)`, true},
	{"303 leaves the method", "redirect.go", `status == 303 && method != "GET"`, `status == 333 && method != "GET"`, true},
	{"302 makes GET of every method", "redirect.go", `method == "POST" || status == 303`, `method != "GET" || status == 303`, true},
	{"names of headers are not sorted", "safelist.go", `		slices.Sort(names)`, `		slices.Reverse(names)`, true},
	{"a safelisted value may have 129 bytes", "safelist.go", `safelistValueLimit = 128`, `safelistValueLimit = 129`, false},
	{"safelisted values have no limit together", "safelist.go", `safelistTotalLimit = 1024`, `safelistTotalLimit = 1 << 20`, false},
	{"JSON needs no preflight", "safelist.go", `case "application/x-www-form-urlencoded",`, `case "application/json", "application/x-www-form-urlencoded",`, true},
	{"PUT needs no preflight", "mainfetch.go", `need.method = !wire.IsCORSSafelistedMethod(r.method)`, `need.method = r.method != "PUT" && !wire.IsCORSSafelistedMethod(r.method)`, true},
	{"unsafe headers need no preflight", "mainfetch.go", `need.names = unsafeNames(r.judged(), *f.profile)`, `need.names = unsafeNames(r.judged()[:0], *f.profile)`, true},
	{"cookies go to every origin", "networkorcache.go", `r.credentials == CredentialsSameOrigin && r.tainting == TaintingBasic`, `r.credentials == CredentialsSameOrigin`, false},
	{"a way back home is home", "mainfetch.go", `case r.tainting == TaintingBasic && url.origin.SameOrigin(r.origin), `, `case url.origin.SameOrigin(r.origin), `, true},
	{"mode same-origin goes anywhere", "mainfetch.go", `	case r.mode == ModeSameOrigin:`, `	case r.mode == ModeWebSocket:`, true},
	{"an exposing star counts with credentials", "filter.go", `f.request.credentials != CredentialsInclude && slices.Contains(names, "*")`, `slices.Contains(names, "*")`, false},
	{"every header can be read", "filter.go", `return kind == TypeBasic || resp.exposeAll`, `return kind != "" || resp.exposeAll`, true},
	{"no header is exposed", "filter.go", `	resp.exposed = names
`, `	resp.exposed = names[:0]
`, true},
	{"Set-Cookie can be read", "filter.go", `	if wire.IsForbiddenResponseHeaderName(name) {
		return false`, `	if wire.IsForbiddenResponseHeaderName(name) {
		return kind == TypeBasic`, false},
	{"patch is PATCH", "method.go", `"OPTIONS", "POST", "PUT"}`, `"OPTIONS", "PATCH", "POST", "PUT"}`, false},
	{"put stays as it is typed", "method.go", `"POST", "PUT"}`, `"POST"}`, false},
	{"user information in a Location goes unnoticed", "redirect.go", `	if target.IncludesCredentials() {`, `	if target == nil {`, true},
	{"a preflight is kept for no time", "preflight.go", `const defaultMaxAge = 5 * time.Second`, `const defaultMaxAge = 0 * time.Second`, false},
	{"a kept preflight serves with credentials too", "preflightcache.go", `return e.credentials || !include`, `return e.credentials || include || !include`, false},
}

// Overlay writes what `go build -overlay` reads to compile package fetch with the rule broken. The folder is emptied by
// whoever made it.
func (m Mutation) Overlay(folder string) (file string, err error) {
	source, err := filepath.Abs(filepath.Join("..", "..", "fetch", m.File))
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(text), m.Old); n != 1 {
		return "", fmt.Errorf("%s: %q stands %d times in %s: want once", m.Name, m.Old, n, m.File)
	}
	broken := filepath.Join(folder, m.File)
	if err := os.WriteFile(broken, []byte(strings.Replace(string(text), m.Old, m.New, 1)), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {source: broken}})
	if err != nil {
		return "", err
	}
	file = filepath.Join(folder, "overlay.json")
	return file, os.WriteFile(file, overlay, 0o600)
}
