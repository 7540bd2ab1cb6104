package fetch_test

import (
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

// One hop that keeps its timing to itself hides that of the whole chain.
func TestTimingOfAChain(t *testing.T) {
	const (
		home, api = "https://page.example", "https://api.example"
		shared    = "Access-Control-Allow-Origin: *"
		timed     = "Timing-Allow-Origin: *"
	)
	for _, row := range []struct {
		why     string
		first   string
		answers []*fetch.NetworkResponse
		want    bool
	}{
		{"at home nothing has to be allowed", home, []*fetch.NetworkResponse{reply(200)}, true},
		{"elsewhere it has", api, []*fetch.NetworkResponse{reply(200, shared)}, false},
		{"and may be", api, []*fetch.NetworkResponse{reply(200, shared, timed)}, true},
		{"every hop has to", api, []*fetch.NetworkResponse{reply(302, shared, timed, "Location: /2"), reply(200, shared, timed)}, true},
		{"the first did not", api, []*fetch.NetworkResponse{reply(302, shared, "Location: /2"), reply(200, shared, timed)}, false},
		{"the last did not", api, []*fetch.NetworkResponse{reply(302, shared, timed, "Location: /2"), reply(200, shared)}, false},
	} {
		var record *transcript.Transcript
		agent := &fetch.Agent{
			Transport: &network{answer: turns(row.answers...)},
			Console:   func(r *transcript.Transcript) { record = r },
		}
		if _, err := fetchFrom(t, agent, home, fetch.Request{URL: link(row.first + "/1")}); err != nil {
			t.Errorf("%s: %v", row.why, err)
			continue
		}
		if got := record.Result.TimingAllowed; got != row.want {
			t.Errorf("%s: timing allowed: %v, want %v", row.why, got, row.want)
		}
	}
}
