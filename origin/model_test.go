package origin_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/corscope/corscope/origin"
)

// A model is a pattern as its reader thinks of it. It answers by taking origins apart, slowly, and shares with the
// compiled set only Parse.
type model struct {
	form          string // "every", "null", "whole", "any", "one", "within"
	scheme        string
	before, after string   // round the wildcard, within the first label
	rest          []string // the labels after it, or all of a whole host
	ports         [][2]int // in runs; none for the port that is not written
	anyPort       bool
}

func (m model) String() string {
	rest := strings.Join(m.rest, ".")
	var host string
	switch m.form {
	case "every":
		return "*"
	case "null":
		return "null"
	case "whole":
		host = rest
	case "any":
		host = "*." + rest
	case "one":
		host = "{label}." + rest
	case "within":
		host = m.before + "*" + m.after + "." + rest
	}
	return m.scheme + "://" + host + m.port()
}

func (m model) port() string {
	switch {
	case m.anyPort:
		return ":*"
	case m.ports == nil:
		return ""
	}
	runs := make([]string, len(m.ports))
	for i, r := range m.ports {
		runs[i] = fmt.Sprintf("%d-%d", r[0], r[1])
		if r[0] == r[1] {
			runs[i] = fmt.Sprint(r[0])
		}
	}
	return ":{" + strings.Join(runs, ",") + "}"
}

var withinLabel = regexp.MustCompile(`^[a-z0-9-]+$`)

func (m model) holds(text string) bool {
	if m.form == "null" || text == "null" {
		return text == "null" && (m.form == "null" || m.form == "every")
	}
	o, err := origin.Parse(text)
	if err != nil {
		return false
	}
	if m.form == "every" {
		return len(o.Scheme()) <= 64
	}
	labels := strings.Split(o.Host(), ".")
	own := len(labels) - len(m.rest)
	if o.Scheme() != m.scheme || own < 0 || !slices.Equal(labels[own:], m.rest) || !m.hasPort(o) {
		return false
	}
	if m.form == "whole" {
		return own == 0
	}
	if len(o.Host()) > 253 || slices.ContainsFunc(labels, func(l string) bool { return len(l) > 63 }) {
		return false
	}
	switch m.form {
	case "any":
		return own >= 1
	case "one":
		return own == 1
	}
	if own != 1 {
		return false
	}
	middle, ok := strings.CutPrefix(labels[0], m.before)
	if !ok {
		return false
	}
	middle, ok = strings.CutSuffix(middle, m.after)
	return ok && withinLabel.MatchString(middle)
}

func (m model) hasPort(o origin.Origin) bool {
	if m.ports == nil {
		return m.anyPort || o.Port() == origin.DefaultPort(m.scheme)
	}
	return slices.ContainsFunc(m.ports, func(r [2]int) bool { return r[0] <= o.Port() && o.Port() <= r[1] })
}

// isExact: one origin and no other.
func (m model) isExact() bool {
	if m.form != "whole" || m.anyPort {
		return m.form == "null"
	}
	ports := map[int]bool{}
	for _, r := range m.ports {
		ports[r[0]], ports[r[1]] = true, true
	}
	return len(ports) <= 1
}

// rank orders models from the most specific to the least, as Match promises.
func (m model) rank() []int {
	after := len(m.after) + len(strings.Join(m.rest, "."))
	switch {
	case m.isExact():
		return []int{0, 0, 0, 0}
	case m.form == "whole":
		return []int{1, 0, 0, 0}
	case m.form == "every":
		return []int{3, 0, 0, 0}
	case m.form == "any":
		return []int{2, -after, 2, 0}
	case m.form == "one":
		return []int{2, -after, 1, 0}
	}
	return []int{2, -after, 0, -len(m.before)}
}

// oracle asks all models in turn.
func oracle(models []model, text string) (rule int, ok bool) {
	rule = -1
	for i, m := range models {
		if m.holds(text) && (rule < 0 || slices.Compare(m.rank(), models[rule].rank()) < 0) {
			rule = i
		}
	}
	return rule, rule >= 0
}

// A world makes patterns and origins that are near each other: few names, few ports, and much that ends alike.
type world struct{ *rand.Rand }

func newWorld(seed uint64) world { return world{rand.New(rand.NewPCG(seed, 17))} }

func (w world) pick(from ...string) string { return from[w.IntN(len(from))] }

func (w world) label() string {
	return w.pick("a", "b", "ab", "ba", "a-b", "-", "--a", "a_b", "_", "evil", "x1", "0", "xn--a", strings.Repeat("a", 63), strings.Repeat("ab-", 21))
}

func (w world) host() []string {
	if w.IntN(12) == 0 {
		return []string{w.pick("[::1]", "[::2]")}
	}
	labels := []string{w.pick("com", "app", "a", "localhost")}
	for range w.IntN(4) {
		labels = append(labels, w.label())
	}
	slices.Reverse(labels)
	return labels
}

func (w world) portNumber() int { return []int{1, 21, 80, 81, 443, 444, 8080, 8081, 65535}[w.IntN(9)] }

func (w world) model() model {
	m := model{form: w.pick("whole", "whole", "any", "any", "one", "within", "within", "within"), scheme: w.pick("https", "https", "http", "x"), rest: w.host()}
	if w.IntN(40) == 0 {
		return model{form: w.pick("every", "null")}
	}
	if strings.HasPrefix(m.rest[0], "[") {
		m.form = "whole"
	}
	if m.form == "within" {
		m.before = w.pick("", "a", "ab", "a-", "a_b", "b", "evil-")
		m.after = w.pick("", "-", "-a", "--a", "-a_", "-b-a")
		if m.before+m.after == "" {
			m.before = "a-"
		}
	}
	switch w.IntN(5) {
	case 0:
		m.anyPort = true
	case 1, 2:
		for range 1 + w.IntN(3) {
			lo := w.portNumber()
			m.ports = append(m.ports, [2]int{lo, max(lo, w.portNumber()*w.IntN(2))})
		}
	}
	return m
}

// member is an origin that m most likely holds.
func (w world) member(m model) string {
	labels := slices.Clone(m.rest)
	switch m.form {
	case "every":
		return w.member(w.model())
	case "null":
		return "null"
	case "any":
		for range 1 + w.IntN(3) {
			labels = slices.Insert(labels, 0, w.label())
		}
	case "one":
		labels = slices.Insert(labels, 0, w.label())
	case "within":
		labels = slices.Insert(labels, 0, m.before+w.label()+m.after)
	}
	port := origin.DefaultPort(m.scheme)
	if m.ports != nil {
		r := m.ports[w.IntN(len(m.ports))]
		port = []int{r[0], r[1], (r[0] + r[1]) / 2}[w.IntN(3)]
	} else if m.anyPort {
		port = w.portNumber()
	}
	return origin.New(m.scheme, strings.Join(labels, "."), port).String()
}

// nearMiss changes text a little. What comes out may still be held.
func (w world) nearMiss(text string) string {
	at := w.IntN(len(text) + 1)
	i := min(at, len(text)-1)
	scheme, rest, _ := strings.Cut(text, "://")
	switch w.IntN(14) {
	case 0:
		return text[:i] + text[i+1:]
	case 1:
		return text[:at] + w.pick("a", "b", ".", "-", "_", ":", "/", "@", "*", "A", "0", "8", " ", "%", "\u00fc", "\x00", ",", "[", "{") + text[at:]
	case 2:
		return strings.Replace(text, ".", "", 1)
	case 3:
		return strings.Replace(text, ".", w.pick("..", "-", "_", "a", "/."), 1)
	case 4:
		return w.pick("http", "https", "x", "HTTPS", "", "xhttps", "ws") + "://" + rest
	case 5:
		return text + fmt.Sprintf(":%d", w.portNumber())
	case 6:
		return text + w.pick(".", "/", ":", ":0", ":080", ":443", ":80", ":99999", ".com", "\n", ",null")
	case 7:
		return scheme + "://" + w.pick(".", "evil", "evil.", "a.", "u@", "*.", "-", "a-", "b_", strings.Repeat("a", 64)+".", strings.Repeat("a.", 127)) + rest
	case 8:
		return strings.ToUpper(text[:at]) + text[at:]
	case 9:
		return text[:i] + w.pick("a", "b", ".", "-", ":", "8") + text[i+1:]
	case 10:
		return scheme + "://evil.org/." + rest
	case 11:
		if colon := strings.LastIndexByte(text, ':'); colon > len(scheme) {
			return text[:colon]
		}
		return scheme + rest
	case 12:
		if _, parent, ok := strings.Cut(rest, "."); ok {
			return scheme + "://" + parent
		}
		return text + text
	}
	return scheme + "://" + w.label() + "." + rest
}

func (w world) policy(n int) (models []model, patterns []origin.Pattern) {
	for range n {
		m := w.model()
		if p, err := origin.ParsePattern(m.String()); err == nil {
			models, patterns = append(models, m), append(patterns, p)
		} else if m.form == "whole" && m.ports == nil && len(m.rest[0]) < 60 || !strings.Contains(err.Error(), "shorter host") && !strings.Contains(err.Error(), "default") {
			panic(err) // the world makes what the language has
		}
	}
	return models, patterns
}
