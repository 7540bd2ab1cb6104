package bench

import (
	"fmt"
	"os"
	"strings"
)

// Between these lines a document keeps the table.
const (
	beginMarker = "<!-- bench:begin -->"
	endMarker   = "<!-- bench:end -->"
)

// WriteBetweenMarkers puts a table into a document that has a place for it.
func WriteBetweenMarkers(name, table string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), beginMarker)
	_, after, ends := strings.Cut(rest, endMarker)
	if !begins || !ends {
		return fmt.Errorf("%s: no line %q with %q after it", name, beginMarker, endMarker)
	}
	document := before + beginMarker + "\n" + strings.TrimSpace(table) + "\n" + endMarker + after
	return os.WriteFile(name, []byte(document), 0o644)
}
