module github.com/corscope/corscope

go 1.26.0

require (
	github.com/nlnwa/whatwg-url v0.6.2 // indirect
	golang.org/x/net v0.62.0 // indirect
)
