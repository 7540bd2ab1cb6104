package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/internal/report"
	"github.com/corscope/corscope/transcript"
)

// codes lists all codes, or tells what is known of one.
type codes struct {
	Code  string `arg:"" optional:"" name:"CODE" help:"The code to explain."`
	Color string `enum:"auto,always,never" default:"auto" help:"Write in colour: auto, always or never."`
}

// Run prints the catalog, or the entry of one code.
func (v *codes) Run(c *console) error {
	style := report.Style{Colour: c.colourful(v.Color)}
	if v.Code == "" {
		return report.Catalog(c.stdout, diagnose.Catalog(), style)
	}
	entry, ok := diagnose.Lookup(transcript.Code(strings.ToLower(v.Code)))
	if !ok {
		return mistakef("CODE %s: no code is called that; the nearest are %s", quoted(v.Code), strings.Join(nearest(v.Code), ", "))
	}
	return report.Entry(c.stdout, entry, style)
}

// nearest gives the codes that take the fewest changes to come to, at most three.
func nearest(text string) []string {
	type candidate struct {
		code string
		away int
	}
	var all []candidate
	for _, e := range diagnose.Catalog() {
		all = append(all, candidate{string(e.Code), distance(strings.ToLower(text), string(e.Code))})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.away, b.away) })
	var names []string
	for _, found := range all[:min(3, len(all))] {
		names = append(names, found.code)
	}
	return names
}

// distance counts the letters to insert, delete or change that make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
