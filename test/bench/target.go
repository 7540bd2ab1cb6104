package bench

import (
	"fmt"
	"math"
	"slices"
)

// A Target is something this project set itself, and what came of it.
type Target struct {
	Claim    string
	Limit    float64
	Measured float64
	Goal     bool // worth aiming at, without a promise
}

// Met reports whether it was kept.
func (t Target) Met() bool { return t.Measured <= t.Limit }

// String is a line of a report.
func (t Target) String() string {
	word := "met   "
	switch {
	case !t.Met() && t.Goal:
		word = "short "
	case !t.Met():
		word = "MISSED"
	}
	return fmt.Sprintf("%s %5.2f of %5.2f  %s", word, t.Measured, t.Limit, t.Claim)
}

// Targets holds the table against what was set. Rows that were not measured have none.
func (t *Table) Targets() []Target {
	var list []Target
	add := func(claim string, limit, measured float64, goal bool) {
		if measured > 0 {
			list = append(list, Target{claim, limit, measured, goal})
		}
	}
	within := func(limit float64, of string, rows ...string) {
		for _, row := range rows {
			add(fmt.Sprintf("%s is within %v times %s", row, limit, of), limit, t.Cell(row, Corscope).ratio(t.Cell(of, Corscope)), false)
		}
	}
	for _, row := range t.rows {
		if slices.ContainsFunc(Compilations(), func(c Compilation) bool { return c.ID == row.id }) {
			continue
		}
		if name, best := t.Best(row.id); best != nil {
			add(fmt.Sprintf("%s is at or below the best ranked peer, %s", row.id, name), 1, t.Cell(row.id, Corscope).ratio(best), false)
		}
	}
	for _, aim := range []struct {
		row string
		aim float64
	}{{"b", 0.8}, {"e", 0.95}, {"f", 0.6}} {
		measured := t.Cell(aim.row, Corscope).ratio(t.Cell(aim.row, RS))
		add(aim.row+" aims at a part of rs/cors", aim.aim, measured, true)
		add(aim.row+" is never above rs/cors", 1, measured, false)
	}
	within(1.3, "b", "d1", "d2")
	within(3, besideLarge, "d5", "d6")
	within(2, "g2", "h1", "h2", "h3")
	within(2, "d4", "i1")
	within(2, "c", "i2")
	for _, c := range Compilations() {
		add(c.ID+" takes at most 8 times as long as with rs/cors", 8, t.Cell(c.ID, Corscope).ratio(t.Cell(c.ID, RS)), false)
	}
	return append(list, t.allocations()...)
}

// allocations are one for an answer, none for a preflight that is refused. What a header map takes is not counted.
func (t *Table) allocations() (list []Target) {
	for _, row := range Rows() {
		floor := Bare
		if row.How == FreshMap {
			floor = Hand
		}
		ours, without := t.Cell(row.ID, Corscope), t.Cell(row.ID, floor)
		if ours == nil || without == nil {
			continue
		}
		claim := fmt.Sprintf("%s takes at most %v allocations", row.ID, row.Allocs())
		list = append(list, Target{Claim: claim, Limit: row.Allocs(), Measured: math.Round(ours.Allocs - without.Allocs)})
	}
	return list
}
