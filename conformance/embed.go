package conformance

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed cases
var files embed.FS

// Origins are what stands for the placeholders of a case, by name: "app" for {app}. Each is a serialized origin.
type Origins map[string]string

// DefaultOrigins are those the cases are read with unless told otherwise. app and api are one site, other and third are
// two more; the names with an s before them are the same over https.
func DefaultOrigins() Origins {
	return Origins{
		"app": "http://app.example.test", "sapp": "https://app.example.test",
		"api": "http://api.example.test", "sapi": "https://api.example.test",
		"other": "http://other.test", "sother": "https://other.test",
		"third": "http://third.test", "sthird": "https://third.test",
	}
}

// Cases gives all cases, sorted by name.
func Cases() ([]Case, error) { return CasesAt(DefaultOrigins()) }

// CasesAt is [Cases] with origins of the caller's, for servers that have ports of their own. All of [DefaultOrigins]'s
// names must be there.
func CasesAt(origins Origins) ([]Case, error) {
	var cases []Case
	err := fs.WalkDir(files, "cases", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, "cases/")
		c, err := Parse(name, text, origins)
		cases = append(cases, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cases, nil
}
