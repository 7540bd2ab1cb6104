// Benchtable measures corscope's middleware beside its peers and prints the table as Markdown; what it thinks of it goes
// to stderr.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/corscope/corscope/test/bench"
)

func main() {
	passes := flag.Int("passes", 9, "measure every cell this often")
	budget := flag.Duration("budget", 40*time.Millisecond, "processor time for a cell in a pass")
	only := flag.String("rows", "", "measure only the rows whose names match the `pattern`")
	write := flag.String("write", "", "put the table into this `file` too, between its markers")
	strict := flag.Bool("strict", false, "exit with 1 if a target is missed")
	flag.Parse()
	rows, err := regexp.Compile("^(?:" + *only + ")$")
	if err != nil {
		fail(err)
	}
	table, err := bench.Measure(bench.Plan{
		Passes: *passes, Budget: *budget,
		Only:     func(id string) bool { return *only == "" || rows.MatchString(id) },
		Progress: func(what string) { fmt.Fprintf(os.Stderr, "\r\033[K%s", what) },
	})
	fmt.Fprint(os.Stderr, "\r\033[K")
	if err != nil {
		fail(err)
	}
	text := table.Markdown(head(table))
	fmt.Print(text)
	missed := 0
	for _, target := range table.Targets() {
		fmt.Fprintln(os.Stderr, target)
		if !target.Met() && !target.Goal {
			missed++
		}
	}
	if *write != "" {
		if err := bench.WriteBetweenMarkers(*write, text); err != nil {
			fail(err)
		}
	}
	if missed > 0 && *strict {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "benchtable:", err)
	os.Exit(2)
}

// head says where and when, and who was measured.
func head(t *bench.Table) string {
	var peers []string
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, peer := range t.Peers {
			for _, module := range info.Deps {
				if module.Path == peer.Module && peer.Name != bench.Corscope {
					peers = append(peers, peer.Module+" "+module.Version)
				}
			}
		}
	}
	return fmt.Sprintf("`make bench` on %s, %d processors, %s %s/%s, %s; %s.",
		processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, time.Now().Format(time.DateOnly), strings.Join(peers, ", "))
}

var model = regexp.MustCompile(`(?m)^model name\s*:\s*(.+)$`)

// processor is its name, where the system tells it in the way Linux does.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "an unnamed processor"
	}
	if found := model.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return "an unnamed processor"
}
