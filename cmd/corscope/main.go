// The command corscope explains Cross-Origin Resource Sharing: what a browser makes of a request, and why.
package main

import (
	"os"

	"github.com/corscope/corscope/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
