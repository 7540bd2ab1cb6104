package diagnose_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/wire"
)

func TestApply(t *testing.T) {
	for _, tt := range []struct {
		edit   diagnose.Edit
		before wire.Header
		after  wire.Header
		status int
		why    string
	}{
		{edit("", diagnose.Add, "Vary", "Origin"), nil, field("Vary", "Origin"), 200, "there is none yet"},
		{edit("", diagnose.Add, "Vary", "Origin"), field("vary", "Accept"), field("vary", "Accept, Origin"), 200, "there is a list"},
		{edit("", diagnose.Add, "Vary", "Origin"), field("Vary", "accept , origin"), field("Vary", "accept , origin"), 200, "it is listed, in another case"},
		{edit("", diagnose.Add, "Vary", "Origin"), field("Vary", "*"), field("Vary", "*"), 200, "a star in Vary holds everything"},
		{edit("", diagnose.Add, "Access-Control-Allow-Headers", "authorization"), field("Access-Control-Allow-Headers", "*"), field("Access-Control-Allow-Headers", "*, authorization"), 200, "a star elsewhere does not"},
		{edit("", diagnose.Add, "access-control-allow-methods", "PUT"), field("Access-Control-Allow-Methods", "put"), field("Access-Control-Allow-Methods", "put, PUT"), 200, "methods differ by case"},
		{edit("", diagnose.Add, "Vary", "Origin"), wire.Header{{Name: "Vary", Value: "a"}, {Name: "Vary", Value: "Origin"}}, wire.Header{{Name: "Vary", Value: "a"}, {Name: "Vary", Value: "Origin"}}, 200, "listed in another line"},
		{edit("", diagnose.Set, "A", "2"), wire.Header{{Name: "a", Value: "1"}, {Name: "B", Value: "1"}, {Name: "A", Value: "1"}}, wire.Header{{Name: "a", Value: "2"}, {Name: "B", Value: "1"}}, 200, "the only one afterwards"},
		{edit("", diagnose.Set, "A", "2"), nil, field("A", "2"), 200, "there was none"},
		{edit("", diagnose.Remove, "A", ""), wire.Header{{Name: "a", Value: "1"}, {Name: "B", Value: "1"}, {Name: "A", Value: "1"}}, field("B", "1"), 200, "all lines"},
		{edit("", diagnose.Status, "", "204"), field("B", "1"), field("B", "1"), 204, "the status alone"},
		{edit("", diagnose.Status, "", "many"), nil, nil, 200, "no number"},
		{edit("", diagnose.Status, "", "99"), nil, nil, 200, "no status"},
		{edit("", diagnose.Status, "", "600"), nil, nil, 200, "nor this"},
		{edit("", "turn", "A", "1"), field("A", "0"), field("A", "0"), 200, "an operation nobody knows"},
	} {
		status, h := 200, tt.before.Clone()
		for range 2 { // twice is as good as once
			tt.edit.Apply(&status, &h)
			if status != tt.status {
				t.Errorf("%v on %v: status %d, want %d: %s", tt.edit, tt.before, status, tt.status, tt.why)
			}
			if diff := cmp.Diff(tt.after, h); diff != "" {
				t.Errorf("%v on %v: %s (-want +got):\n%s", tt.edit, tt.before, tt.why, diff)
			}
		}
	}
}
