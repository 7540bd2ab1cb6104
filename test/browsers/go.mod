module github.com/corscope/corscope/test/browsers

go 1.26.0

require github.com/corscope/corscope v0.0.0

replace github.com/corscope/corscope => ../..
