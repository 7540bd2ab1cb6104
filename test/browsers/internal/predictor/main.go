// Predictor reads scenarios and writes what a profile makes of them. It is a program of its own so that it can be built
// with a rule of package fetch broken.
//
// Its argument is the profile's name. It reads a JSON list of cases in the text form of package conformance, and writes
// one.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/corscope/corscope/conformance"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/test/browsers"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) != 1 {
		return fmt.Errorf("got %d arguments: want the name of a profile", len(arguments))
	}
	profile, ok := fetch.ProfileNamed(arguments[0])
	if !ok {
		return fmt.Errorf("no profile is called %q", arguments[0])
	}
	var texts []string
	if err := json.NewDecoder(in).Decode(&texts); err != nil {
		return fmt.Errorf("reading the scenarios: %w", err)
	}
	for i, text := range texts {
		c, err := conformance.Parse(fmt.Sprint(i), []byte(text), nil)
		if err != nil {
			return err
		}
		predicted, err := browsers.Predict([]conformance.Case{c}, profile)
		if err != nil {
			return err
		}
		texts[i] = predicted[0].String()
	}
	return json.NewEncoder(out).Encode(texts)
}
