package wire

import "strings"

// A Field is one header line: a name as sent and a value without leading or trailing blanks.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Header is a header list: fields in the order sent, casing and duplicates kept. Names compare without regard to
// ASCII case. The zero Header is empty and ready to use. A Header is not safe for concurrent change.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list
type Header []Field

// Contains reports whether a field of that name is present.
//
// Spec: https://fetch.spec.whatwg.org/#header-list-contains
func (h Header) Contains(name string) bool {
	for i := range h {
		if EqualFold(h[i].Name, name) {
			return true
		}
	}
	return false
}

// Get joins the values of all fields of that name with a comma and a space; ok is false where there is none. Two
// Access-Control-Allow-Origin lines are therefore one value with a comma, as browsers see them.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list-get
func (h Header) Get(name string) (value string, ok bool) {
	for i := range h {
		switch {
		case !EqualFold(h[i].Name, name):
		case !ok:
			value, ok = h[i].Value, true
		default: // join once: a server may send very many lines
			return strings.Join(h.Values(name), ", "), true
		}
	}
	return value, ok
}

// Values lists the values of all fields of that name, in order; nil where there is none.
func (h Header) Values(name string) []string {
	var values []string
	for i := range h {
		if EqualFold(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// Append adds a field at the end, in the casing of an earlier field of the same name.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list-append
func (h *Header) Append(name, value string) {
	for i := range *h {
		if EqualFold((*h)[i].Name, name) {
			name = (*h)[i].Name
			break
		}
	}
	*h = append(*h, Field{name, value})
}

// Set gives the first field of that name the value and removes the others, or adds one.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list-set
func (h *Header) Set(name, value string) {
	for i := range *h {
		if EqualFold((*h)[i].Name, name) {
			(*h)[i].Value = value
			rest := (*h)[i+1:]
			rest.Delete(name)
			*h = append((*h)[:i+1], rest...)
			return
		}
	}
	*h = append(*h, Field{name, value})
}

// Combine extends the first field of that name by ", " and value, or adds a field. XMLHttpRequest sets headers so.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list-combine
func (h *Header) Combine(name, value string) {
	for i := range *h {
		if EqualFold((*h)[i].Name, name) {
			(*h)[i].Value += ", " + value
			return
		}
	}
	*h = append(*h, Field{name, value})
}

// Delete removes all fields of that name.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-list-delete
func (h *Header) Delete(name string) {
	kept := (*h)[:0]
	for _, f := range *h {
		if !EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// Clone copies the list. A nil Header stays nil.
func (h Header) Clone() Header {
	if h == nil {
		return nil
	}
	return append(make(Header, 0, len(h)+4), h...)
}

// Normalize strips leading and trailing tabs, spaces and newlines from a value a script gave.
//
// Spec: https://fetch.spec.whatwg.org/#concept-header-value-normalize
func Normalize(value string) string { return strings.Trim(value, "\t\n\r ") }

// IsValue reports whether value can be a header value: no NUL, CR or LF in it, no blank at either end.
//
// Spec: https://fetch.spec.whatwg.org/#header-value
func IsValue(value string) bool {
	if value == "" {
		return true
	}
	first, last := value[0], value[len(value)-1]
	return !isBlank(first) && !isBlank(last) && !strings.ContainsAny(value, "\x00\r\n")
}

// IsToken reports whether s is an HTTP token: what methods and header names are made of.
//
// Spec: https://www.rfc-editor.org/rfc/rfc9110#name-tokens
func IsToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// EqualFold compares names without regard to the case of ASCII letters, and of those only.
func EqualFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

// Lower gives a in lower case, ASCII letters only.
func Lower(a string) string {
	for i := 0; i < len(a); i++ {
		if 'A' <= a[i] && a[i] <= 'Z' {
			b := []byte(a)
			for ; i < len(b); i++ {
				b[i] = lower(b[i])
			}
			return string(b)
		}
	}
	return a
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
