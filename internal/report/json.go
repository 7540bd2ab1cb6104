package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// Version is the version of the JSON form.
const Version = 1

// document is the JSON form. Findings and transcript are the deciding run's.
type document struct {
	Version    int                    `json:"version"`
	Case       string                 `json:"case,omitempty"`
	Outcome    transcript.Outcome     `json:"outcome"`
	Profiles   map[string]Standing    `json:"profiles"`
	Findings   []diagnose.Finding     `json:"findings"`
	Transcript *transcript.Transcript `json:"transcript"`
}

// JSON writes the report as one object and a newline. Nothing in it can move a terminal's cursor.
func (r Report) JSON(w io.Writer) error { return writeJSON(w, r.document()) }

// JSON writes several reports as one array of what [Report.JSON] writes.
func JSON(w io.Writer, reports []Report) error {
	documents := make([]document, len(reports))
	for i, r := range reports {
		documents[i] = r.document()
	}
	return writeJSON(w, documents)
}

func (r Report) document() document {
	deciding := r.Deciding()
	d := document{
		Version: Version, Case: r.Case, Outcome: r.Outcome(), Profiles: map[string]Standing{},
		Findings: deciding.Findings, Transcript: deciding.Transcript,
	}
	if d.Findings == nil {
		d.Findings = []diagnose.Finding{}
	}
	for _, run := range r.Runs {
		d.Profiles[run.Transcript.Profile] = run.Standing()
	}
	return d
}

func writeJSON(w io.Writer, form any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(form); err != nil {
		return err
	}
	_, err := w.Write(escapeUnprintable(text.Bytes()))
	return err
}

// escapeUnprintable finishes what encoding/json begins: it escapes control characters, but only those of ASCII.
func escapeUnprintable(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < 0x7f || strconv.IsPrint(r):
			out = append(out, text[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out
}
