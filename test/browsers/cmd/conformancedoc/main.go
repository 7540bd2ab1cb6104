// Conformancedoc writes docs/conformance.md from what was recorded of real browsers. It is run in the folder of package
// browsers, with the name of the file to write; without one it writes to standard output.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/test/browsers"
)

func main() {
	log.SetFlags(0)
	page, err := written()
	switch {
	case err != nil:
		log.Fatal(err)
	case len(os.Args) < 2:
		fmt.Print(page)
	default:
		if err := os.WriteFile(os.Args[1], []byte(page), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

func written() (string, error) {
	cases, err := conformance.Cases()
	if err != nil {
		return "", err
	}
	var records []browsers.Record
	for _, e := range browsers.Engines() {
		r, err := browsers.ReadRecord(filepath.Join("testdata", "observed", e.Name+".json"))
		if err != nil {
			return "", err
		}
		records = append(records, r)
	}
	return browsers.Document(cases, records)
}
