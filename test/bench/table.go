package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// besideLarge is row b once more, in the company of the large policies.
const besideLarge = "b-large"

// A Table is what [Measure] found.
type Table struct {
	Peers  []Peer
	Passes int

	rows  []tableRow
	cells map[cellKey]*Cell
}

type tableRow struct{ id, title string }

type cellKey struct{ row, peer string }

func (t *Table) add(id, title string) { t.rows = append(t.rows, tableRow{id, title}) }

// Cell is a peer's cell of a row; nil where the peer has no words for the policy, or was not measured.
func (t *Table) Cell(row, peer string) *Cell { return t.cells[cellKey{row, peer}] }

// Best finds the fastest peer, corscope apart, whose answer to the row is right. It is nil where there is none, and where
// nothing is answered.
func (t *Table) Best(row string) (name string, best *Cell) {
	if t.Cell(row, Bare) == nil {
		return "", nil
	}
	for _, peer := range t.Peers {
		c := t.Cell(row, peer.Name)
		if c == nil || !peer.Ranked || peer.Name == Corscope || c.Judgement != 0 {
			continue
		}
		if best == nil || c.Nanoseconds() < best.Nanoseconds() {
			name, best = peer.Name, c
		}
	}
	return name, best
}

// Markdown writes the table as a README shows it. The head says where and when: machine, Go, date.
func (t *Table) Markdown(head string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", head)
	b.WriteString("| |")
	for _, peer := range t.Peers {
		fmt.Fprintf(&b, " %s |", peer.Name)
	}
	fmt.Fprintf(&b, " ÷ best ranked | ÷ rs/cors | ÷ by hand | spread |\n|---|%s\n", strings.Repeat("---:|", len(t.Peers)+4))
	for _, row := range t.rows {
		if row.id == besideLarge {
			row.title = "b, beside d5 and d6"
		}
		fmt.Fprintf(&b, "| %s %s |", row.id, row.title)
		for _, peer := range t.Peers {
			fmt.Fprintf(&b, " %s |", t.figure(row.id, peer))
		}
		ours := t.Cell(row.id, Corscope)
		_, best := t.Best(row.id)
		for _, other := range []*Cell{best, t.Cell(row.id, RS), t.Cell(row.id, Hand)} {
			fmt.Fprintf(&b, " %s |", ratio(ours.ratio(other)))
		}
		fmt.Fprintf(&b, " %.0f %% |\n", 100*ours.Spread())
	}
	fmt.Fprintf(&b, "\n%s", t.notes())
	return b.String()
}

func (t *Table) notes() string {
	return fmt.Sprintf("Cells are time; allocations, per answer: medians of %d passes over the whole table, of %s, with a\n"+
		"part of a garbage collection for every 64 MB; a ratio is the median of the passes' ratios; spread is the middle half of\n"+
		"corscope's passes. One exact origin, credentials, 4 methods, 2 request headers, 1 exposed header, 600 s, unless the row\n"+
		"says otherwise; a header map that is cleared and used again, unless it says so; the handler writes 2 bytes.\n\n"+
		"In brackets, and not ranked: **v** a browser comes to another verdict than the policy means; **y** Vary does not name\n"+
		"Origin, or wipes out what stood there; **s** values are shared, so that a handler that changes or extends them changes\n"+
		"other answers. “bare” is the handler alone, “by hand” the least code for this one policy, with shared values, “gin alone”\n"+
		"the router that gin's figure contains.\n", t.Passes, clock)
}

func (t *Table) figure(row string, peer Peer) string {
	c := t.Cell(row, peer.Name)
	if c == nil {
		return "–"
	}
	text := duration(c.Nanoseconds()) + "; " + count(c.Allocs)
	switch {
	case c.Judgement != 0:
		return "(" + text + ") " + c.Judgement.String()
	case peer.Name == Corscope:
		return "**" + text + "**"
	}
	return text
}

// duration in nanoseconds, to three digits.
func duration(ns float64) string {
	switch {
	case ns < 10_000:
		return strconv.Itoa(int(ns+0.5)) + " ns"
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}

func count(allocs float64) string { return strconv.Itoa(int(allocs + 0.5)) }

func ratio(r float64) string {
	if r == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", r)
}
