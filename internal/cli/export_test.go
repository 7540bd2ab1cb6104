package cli

// ParseResolve is the reader of --resolve.
var ParseResolve = parseResolve
