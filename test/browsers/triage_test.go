package browsers_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/test/browsers"
	"github.com/corscope/corscope/transcript"
)

// What may be spent on what comes out otherwise, with each engine. Starts of a browser are counted, of which each takes
// some seconds, so that the same is printed on every machine; the time is for when something hangs.
const (
	trialsOfRun   = 30
	trialsOfOne   = 12
	timeOfTriage  = 2 * time.Minute
	mostExplained = 12 // with both traces; of the others there is a line each
)

// A triage looks into differences as long as it may.
type triage struct {
	*round
	ctx    context.Context
	trials int // left
}

// triage asks each again in a browser of its own, and makes the scenario as small as it can be and still be wrong. Those
// for which no trial is left are asked again together. All that come out otherwise again are printed.
func (r *round) triage(wrong []browsers.Difference) {
	r.Helper()
	ends := time.Now().Add(timeOfTriage)
	if last, ok := r.Deadline(); ok && last.Add(-time.Minute).Before(ends) {
		ends = last.Add(-time.Minute)
	}
	ctx, cancel := context.WithDeadline(r.Context(), ends)
	defer cancel()
	g := &triage{round: r, ctx: ctx, trials: trialsOfRun - 1} // one for those that are left
	wrong = inTurn(wrong)
	for len(wrong) > 0 && g.trials > trialsOfOne/2 && ctx.Err() == nil {
		g.lookInto(wrong[0])
		wrong = wrong[1:]
	}
	if len(wrong) > 0 {
		g.lookOver(wrong)
	}
}

// lookInto asks again alone, and makes smaller what is wrong again.
func (g *triage) lookInto(d browsers.Difference) {
	g.Helper()
	g.trials--
	alone, err := g.different(g.ctx, []conformance.Case{d.Case})
	switch {
	case err != nil:
		g.report(d, d, "it could not be asked again: "+firstLine(err))
		return
	case len(alone) == 0:
		g.unrepeated++
		g.Logf("%s came out otherwise, and alone it does not: %s", d.Case.Name, g.world.Unported(d.Outline()))
		return
	}
	trials := min(trialsOfOne, g.trials)
	found := map[string]browsers.Difference{question(alone[0].Case): alone[0]}
	smallest, done, err := browsers.Shrink(alone[0].Case, trials, func(smaller []conformance.Case) ([]bool, error) {
		g.trials--
		return g.stillWrong(smaller, kind(alone[0]), found)
	})
	note := "nothing less comes out otherwise in the same way"
	switch {
	case g.ctx.Err() != nil:
		note = fmt.Sprintf("not shrunk to the end: the %s for that are over", timeOfTriage)
	case err != nil:
		note = "not shrunk to the end: " + firstLine(err)
	case !done:
		note = fmt.Sprintf("not shrunk to the end: the browser was started %d times for it", trials)
	}
	least := found[question(smallest)]
	least.Case.Name = d.Case.Name
	g.report(d, least, note)
}

// lookOver asks again together.
func (g *triage) lookOver(wrong []browsers.Difference) {
	g.Helper()
	var cases []conformance.Case
	for _, d := range wrong {
		cases = append(cases, d.Case)
	}
	again, err := g.different(g.ctx, cases)
	note := "not shrunk: enough others were"
	if err != nil {
		note, again = "it could not be asked again: "+firstLine(err), wrong
	}
	for _, d := range wrong {
		i := slices.IndexFunc(again, func(a browsers.Difference) bool { return a.Case.Name == d.Case.Name })
		if i < 0 {
			g.unrepeated++
			g.Logf("%s came out otherwise, and not again: %s", d.Case.Name, g.world.Unported(d.Outline()))
			continue
		}
		g.report(d, again[i], note)
	}
}

// report prints a difference as it was met, what is left of it with what was predicted and what was seen, and how to see
// it again.
func (g *triage) report(met, least browsers.Difference, note string) {
	g.Helper()
	g.unexplained++
	file := filepath.Join(os.TempDir(), fmt.Sprintf("corscope-%s-%s.case", g.engine.Name, filepath.Base(met.Case.Name)))
	if err := os.WriteFile(file, []byte(g.world.Unported(least.Case.String())), 0o600); err != nil {
		g.Error(err)
	}
	explanation := ""
	if g.unexplained <= mostExplained {
		explanation = g.world.Unported(least.Explain()) + "\n"
	}
	g.Errorf("%s: %s\n%s%s\nto see it again: (cd test/browsers && go test -count=1 -run 'TestRandom/%s' . -replay %s)",
		met.Case.Name, g.world.Unported(met.Outline()), explanation, note, g.engine.Name, file)
}

// stillWrong says which cases come out otherwise in that way, and notes what was seen of those. What cannot be played, or
// leaves a request without an answer, does not.
func (g *triage) stillWrong(cases []conformance.Case, way string, found map[string]browsers.Difference) ([]bool, error) {
	still := make([]bool, len(cases))
	var playable []conformance.Case
	place := map[string]int{}
	for i, c := range cases {
		c.Name = fmt.Sprintf("%s/%d", c.Name, i)
		list, err := browsers.Predict([]conformance.Case{c}, g.profile)
		if err != nil || g.world.Uncarried(list[0]) != "" || slices.ContainsFunc(list[0].Expects, unanswered) {
			continue
		}
		place[c.Name] = i
		playable = append(playable, c)
	}
	if len(playable) == 0 {
		return still, nil
	}
	wrong, err := g.different(g.ctx, playable)
	for _, d := range wrong {
		if kind(d) == way {
			still[place[d.Case.Name]] = true
			found[question(d.Case)] = d
		}
	}
	return still, err
}

// unanswered: a server of the case has nothing to say to it.
func unanswered(e conformance.Expect) bool {
	return e.First != nil && e.First.Code == transcript.NetAborted
}

// question is a case without what is expected.
func question(c conformance.Case) string {
	c.Expects = nil
	return c.String()
}

var (
	kindOfLine = regexp.MustCompile(`^(?:ask [0-9]+: )?([a-z ]+[a-z])`)
	wireLine   = regexp.MustCompile(`wire [0-9]+: expected (.*), seen (.*)`)
)

// kind is what is otherwise: the outcome, the reason and so on, and of a request on the wire also what about it. A
// smaller scenario in which something else is wrong would lead astray.
func kind(d browsers.Difference) string {
	line := d.Outline()
	found := wireLine.FindStringSubmatch(line)
	if found == nil {
		return kindOfLine.FindStringSubmatch(line)[1]
	}
	expected, seen := strings.Fields(found[1]), strings.Fields(found[2])
	var names []string
	for _, side := range [][2][]string{{expected, seen}, {seen, expected}} {
		for _, word := range side[0] {
			name, _, isHeader := strings.Cut(word, "=")
			switch {
			case strings.HasPrefix(word, "!"), slices.Contains(side[1], word):
			case !isHeader:
				return "wire: another request"
			default:
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return "wire: " + strings.Join(slices.Compact(names), " ")
}

// inTurn puts first one of every kind and every predicted verdict, then a second one of each, and so on: what is wrong
// once is often wrong many times.
func inTurn(wrong []browsers.Difference) []browsers.Difference {
	before := map[string]int{}
	turns := map[string]int{}
	for _, d := range wrong {
		like := kind(d)
		for _, e := range d.Case.Expects {
			if e.First != nil {
				like += fmt.Sprintf(" %s %s", e.First.Code, e.First.Phase)
			}
		}
		turns[d.Case.Name] = before[like]
		before[like]++
	}
	wrong = slices.Clone(wrong)
	slices.SortStableFunc(wrong, func(a, b browsers.Difference) int { return turns[a.Case.Name] - turns[b.Case.Name] })
	return wrong
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func TestKinds(t *testing.T) {
	for _, row := range []struct{ line, want, why string }{
		{"outcome: expected allowed, seen failed", "outcome", "what script got"},
		{`reason: expected "a", seen ""`, "reason", "another reason is of the same kind, so that it can be made smaller"},
		{"script: timeout ", "script", "nothing came of it"},
		{"wire 2: expected GET {api}/b origin={app} !x-a, seen GET {api}/b origin=null", "wire: origin", "one header; those that were only looked for do not count"},
		{"wire 2: expected GET {api}/b origin={app}, seen GET {api}/b origin=null cookie=a=1", "wire: cookie origin", "two headers"},
		{"wire 2: expected GET {api}/b origin=null, seen nothing", "wire: another request", "one too few"},
		{"wire 2: expected GET {api}/b origin=null, seen OPTIONS {api}/b preflight origin=null", "wire: another request", "another one"},
	} {
		if got := kind(browsers.Difference{Wrong: [][]string{nil, {row.line}}}); got != row.want {
			t.Errorf("%s: %q is of the kind %q: want %q", row.why, row.line, got, row.want)
		}
	}
	if got := kind(browsers.Difference{}); got != "nothing was seen" {
		t.Errorf("without a sign of it a difference is of the kind %q", got)
	}
}

// One of every kind comes first, and within a turn they stay in order.
func TestInTurn(t *testing.T) {
	var wrong []browsers.Difference
	for _, name := range []string{"a1", "a2", "b1", "a3", "b2", "c1"} {
		wrong = append(wrong, browsers.Difference{
			Case: conformance.Case{Name: name}, Wrong: [][]string{{map[byte]string{'a': "outcome: x", 'b': "reason: x", 'c': "type: x"}[name[0]]}},
		})
	}
	var names []string
	for _, d := range inTurn(wrong) {
		names = append(names, d.Case.Name)
	}
	if got := strings.Join(names, " "); got != "a1 b1 c1 a2 b2 a3" {
		t.Error(got)
	}
}
