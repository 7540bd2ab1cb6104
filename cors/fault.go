package cors

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A FaultCode names what is wrong with a policy. Codes are stable; [Catalog] explains them.
type FaultCode string

// A Severity says what a fault does.
type Severity string

// The severities.
const (
	// SeverityError keeps a policy from being compiled.
	SeverityError Severity = "error"
	// SeverityWarning lets it be compiled: it is safe, but surely not what was meant.
	SeverityWarning Severity = "warning"
)

// A Fault is one thing wrong with a policy: where, what and why, and how to mend it.
type Fault struct {
	Code     FaultCode `json:"code"`
	Severity Severity  `json:"severity"`
	Field    string    `json:"field"`           // as in JSON: "origins", "requestHeaders"
	Index    int       `json:"index"`           // the place in a list, from 0; -1 for the whole field
	Offset   int       `json:"offset"`          // the place in Value where it goes wrong, in bytes
	Value    string    `json:"value,omitempty"` // the text at fault; empty where it is the lack of one
	Message  string    `json:"message"`         // what is wrong, and why it matters
	Fix      string    `json:"fix,omitempty"`   // what to write instead, or what to do; empty where that cannot be told
	Spec     string    `json:"spec"`            // the definition
}

// Where is the place in the policy: "origins[2]", "maxAge".
func (f Fault) Where() string {
	if f.Index < 0 {
		return f.Field
	}
	return f.Field + "[" + strconv.Itoa(f.Index) + "]"
}

// String draws the fault in several lines: severity, code and place; the value with a caret under the byte at fault;
// what and why; the fix; the definition.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(string(f.Severity) + " " + string(f.Code) + " in " + f.Where())
	if f.Value != "" || f.Index >= 0 {
		value, caret := draw(f.Value, f.Offset)
		b.WriteString("\n    " + value + "\n    " + strings.Repeat(" ", caret) + "^")
	}
	b.WriteString("\n  " + f.Message)
	if f.Fix != "" {
		b.WriteString("\n  fix: " + f.Fix)
	}
	b.WriteString("\n  see: " + f.Spec)
	return b.String()
}

// draw quotes value, or what lies around offset where it is too long for a line, and says under which column the byte
// at offset stands.
func draw(value string, offset int) (drawn string, column int) {
	const before, after = 60, 40
	offset = min(max(offset, 0), len(value))
	start, end := 0, len(value)
	lead, trail := "", ""
	if offset > before {
		start, lead = offset-before, "…"
	}
	if len(value)-offset > after {
		end, trail = offset+after, "…"
	}
	left := strconv.Quote(value[start:offset])
	left = left[:len(left)-1]
	right := strconv.Quote(value[offset:end])[1:]
	return lead + left + right + trail, utf8.RuneCountInString(lead + left)
}

// A PolicyError is why a policy cannot be compiled.
type PolicyError struct {
	Faults []Fault // every one of severity error, in the order of [Lint]
}

// Error draws every fault.
func (e *PolicyError) Error() string {
	var b strings.Builder
	b.WriteString("cors: the policy has " + strconv.Itoa(len(e.Faults)) + " error")
	if len(e.Faults) != 1 {
		b.WriteByte('s')
	}
	for _, f := range e.Faults {
		b.WriteString("\n" + f.String())
	}
	return b.String()
}
