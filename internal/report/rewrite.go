package report

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/corscope/corscope/wire"
)

// A rewriter changes every text in a record. It walks the record by reflection, so that a field added one day to a
// transcript or a finding cannot be forgotten.
type rewriter struct {
	text  func(string) string
	field func(wire.Field) wire.Field // a header's name says what its value is
	// foreign: our own words, which have types of their own such as a code and a phase, stay as they are.
	foreign bool
}

// rewrite gives a deep copy of v with its texts changed. Nil stays nil.
func rewrite[T any](v T, w rewriter) T {
	return w.copyOf(reflect.ValueOf(v)).Interface().(T)
}

func (w rewriter) copyOf(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		if w.foreign && v.Type() != reflect.TypeFor[string]() {
			return v
		}
		out.SetString(w.text(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(w.copyOf(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(w.copyOf(v.Index(i)))
			}
		}
	case reflect.Struct:
		if f, ok := v.Interface().(wire.Field); ok {
			return reflect.ValueOf(w.field(f))
		}
		for i := range v.NumField() {
			out.Field(i).Set(w.copyOf(v.Field(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// printable is r with everything escaped that could act on a terminal: what servers send is not trusted to be text.
func (r Report) printable() Report {
	return rewrite(r, rewriter{text: escape, field: func(f wire.Field) wire.Field {
		return wire.Field{Name: escape(f.Name), Value: escape(f.Value)}
	}})
}

// escape writes what is not printable as Go would in a string.
func escape(text string) string {
	if isPrintable(text) {
		return text
	}
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case strconv.IsPrint(r):
			out.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[size:]
	}
	return out.String()
}

func isPrintable(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}
