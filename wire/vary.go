package wire

// VaryCovers reports whether the response's Vary says that answers differ by the request header name: by naming it, or
// by "*". A Vary that cannot be parsed covers nothing.
//
// Spec: https://www.rfc-editor.org/rfc/rfc9110#name-vary
func (h Header) VaryCovers(name string) bool {
	names, err := h.ExtractTokens(Vary)
	if err != nil {
		return false
	}
	for _, n := range names {
		if n == "*" || EqualFold(n, name) {
			return true
		}
	}
	return false
}
