// Package probe asks live servers on behalf of several browsers, and disturbs them as little as it can.
//
// The first browser asks the server, the others are given what it answered. What was not recorded is fetched only if it
// changes nothing. An unsafe request is held back unless the user said otherwise, and reaches the server once at most.
package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/corscope/corscope/cookie"
	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// A Question is what every browser is to ask. Both functions are called once for each.
type Question struct {
	Request func() (*fetch.Request, error)
	Cookies func() *cookie.Jar // nil means none are kept
}

// An Asker puts questions to live servers. Its zero value asks with net/http's transport, holds unsafe requests back,
// and waits without end.
type Asker struct {
	Transport http.RoundTripper // nil means that of the zero Network; an *http.Transport is cloned for each unsafe request
	Send      bool              // unsafe requests too, each once
	Timeout   time.Duration     // for all that one browser does; 0 means no limit
}

// Ask gives what each browser made of the question, in the order of profiles. The error is a request that no page can
// make, or what Question.Request returned; that a request failed is no error.
func (a Asker) Ask(ctx context.Context, q Question, profiles ...fetch.Profile) ([]*transcript.Transcript, error) {
	live := a.Transport
	if live == nil {
		transport := Network{}.Transport()
		defer transport.CloseIdleConnections()
		live = transport
	}
	recorded := &recording{live: live, send: a.Send, answers: map[call][]answer{}}
	records := make([]*transcript.Transcript, 0, len(profiles))
	for i, profile := range profiles {
		record, err := a.askAs(ctx, q, profile, &player{recording: recorded, first: i == 0, played: map[call]int{}})
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

func (a Asker) askAs(ctx context.Context, q Question, profile fetch.Profile, wire http.RoundTripper) (*transcript.Transcript, error) {
	request, err := q.Request()
	if err != nil {
		return nil, err
	}
	if a.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.Timeout)
		defer cancel()
	}
	var record *transcript.Transcript
	agent := &fetch.Agent{
		Transport: wire, Profile: profile,
		Console: func(t *transcript.Transcript) { record = t },
	}
	if q.Cookies != nil {
		agent.Cookies = q.Cookies()
	}
	response, err := agent.Fetch(ctx, request)
	if err == nil {
		response.Body.Close()
	}
	// A request that cannot be made and says nothing to the console is the asker's mistake, not a finding.
	if impossible := (*fetch.RequestError)(nil); errors.As(err, &impossible) && record.First() == nil {
		return nil, fmt.Errorf("%w", impossible)
	}
	return record, nil
}
