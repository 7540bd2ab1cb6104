// Package report writes down what was found, for people and for programs.
//
// A [Report] is one question, what each browser made of it, and what is to be said of that. [Report.Masked] takes the
// secrets out of it; [Report.Text] and [Report.JSON] write it.
package report

import (
	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// A Report is one question and its answers.
type Report struct {
	// Case is what the question is called, where it is one of several. It may be empty.
	Case string
	// Runs has one item for each browser, in the order asked. There is at least one.
	Runs []Run
	// Body is what the page sends, for the curl line: a transcript does not hold it. Nil means nothing.
	Body *string
	// Reach holds the options curl needs to reach the server that was asked, such as --cacert and a file.
	Reach []string
}

// A Run is the question as one browser put it.
type Run struct {
	Title      string // the browser as people call it
	Transcript *transcript.Transcript
	Findings   []diagnose.Finding // of that transcript
}

// A Standing is where one browser came to.
type Standing struct {
	Outcome transcript.Outcome `json:"outcome"`
	Code    transcript.Code    `json:"code,omitempty"` // what blocked; empty where nothing did
}

const standard = "standard"

// Standing says where the browser came to.
func (r Run) Standing() Standing {
	s := Standing{Outcome: r.Transcript.Outcome()}
	if first := r.Transcript.First(); first != nil {
		s.Code = first.Code
	}
	return s
}

// Outcome is the worst among the browsers. The standard counts only where no browser was asked: nobody browses with it.
func (r Report) Outcome() transcript.Outcome {
	var outcomes []transcript.Outcome
	for _, run := range r.engines() {
		outcomes = append(outcomes, run.Transcript.Outcome())
	}
	return transcript.Worst(outcomes...)
}

// engines lists the runs that count.
func (r Report) engines() []Run {
	var engines []Run
	for _, run := range r.Runs {
		if run.Transcript.Profile != standard {
			engines = append(engines, run)
		}
	}
	if engines == nil {
		return r.Runs
	}
	return engines
}

// Deciding is the run that says most: the first that came to the report's outcome.
func (r Report) Deciding() Run {
	outcome := r.Outcome()
	for _, run := range r.engines() {
		if run.Transcript.Outcome() == outcome {
			return run
		}
	}
	return r.Runs[0]
}
