package play

import (
	"bufio"
	"strings"
)

// ReadRequest reads one request over http from a text.
func ReadRequest(text string) (Request, error) {
	return readRequest(bufio.NewReader(strings.NewReader(text)), "http")
}

// The server's bounds.
const (
	LongestHead = longestHead
	LongestBody = longestBody
)
