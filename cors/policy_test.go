package cors_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/corscope/corscope/cors"
)

// fullPolicy says something in every field.
func fullPolicy() cors.Policy {
	return cors.Policy{
		Origins:           []string{"https://app.example.com", "http://*.example.org:8080"},
		Credentials:       true,
		Methods:           []string{"PUT", "PATCH"},
		RequestHeaders:    []string{"Content-Type", "X-Token"},
		ExposedHeaders:    []string{"ETag"},
		MaxAge:            cors.MaxAge(10 * time.Minute),
		Disclose:          cors.DiscloseFull,
		PreflightVary:     true,
		TimingAllowOrigin: true,
		ResourcePolicy:    "same-site",
		Risks:             []cors.Risk{cors.InsecureOrigins},
	}
}

func TestPolicyJSON(t *testing.T) {
	const want = `{"origins":["https://app.example.com","http://*.example.org:8080"],"credentials":true,"methods":["PUT","PATCH"],` +
		`"requestHeaders":["Content-Type","X-Token"],"exposedHeaders":["ETag"],"maxAge":"10m","disclose":"full","preflightVary":true,` +
		`"timingAllowOrigin":true,"resourcePolicy":"same-site","risks":["insecure-origins"]}`
	p := fullPolicy()
	if got := p.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var again cors.Policy
	if err := json.Unmarshal([]byte(p.String()), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, again); diff != "" {
		t.Error(diff)
	}
	if got := (cors.Policy{}).String(); got != "{}" {
		t.Errorf("the zero policy is %s", got)
	}
}

// Files are read by libraries that this package does not know; what they go by are the tags.
func TestPolicyTags(t *testing.T) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[cors.Policy]()) {
		inJSON, inYAML := field.Tag.Get("json"), field.Tag.Get("yaml")
		want := string(field.Name[0]|0x20) + field.Name[1:] + ",omitempty"
		if inJSON != want || inYAML != want {
			t.Errorf("%s is %q in JSON and %q in YAML, want %q", field.Name, inJSON, inYAML, want)
		}
	}
	type textual interface {
		MarshalText() ([]byte, error)
		UnmarshalText([]byte) error
	}
	var _ textual = new(cors.MaxAge) // as which YAML libraries read scalars
}

func TestPolicyEqual(t *testing.T) {
	full := fullPolicy()
	if !full.Equal(fullPolicy()) || full.Equal(cors.Policy{}) || !(cors.Policy{}).Equal(cors.Policy{}) {
		t.Error("a policy equals itself, and not another")
	}
	for i := range reflect.TypeFor[cors.Policy]().NumField() {
		other := fullPolicy()
		reflect.ValueOf(&other).Elem().Field(i).SetZero()
		if full.Equal(other) || other.Equal(full) {
			t.Errorf("policies equal that differ in %s", reflect.TypeFor[cors.Policy]().Field(i).Name)
		}
	}
	for _, tt := range []struct {
		a, b cors.Policy
		want bool
		why  string
	}{
		{cors.Policy{Origins: []string{}}, cors.Policy{}, true, "an empty list is no list"},
		{cors.Policy{Disclose: cors.DiscloseAsked}, cors.Policy{}, true, "zero means asked"},
		{cors.Policy{Methods: []string{"PUT", "DELETE"}}, cors.Policy{Methods: []string{"DELETE", "PUT"}}, false, "order is kept"},
		{cors.Policy{Methods: []string{"PUT"}}, cors.Policy{Methods: []string{"put"}}, false, "it compares what was written"},
	} {
		if tt.a.Equal(tt.b) != tt.want || tt.b.Equal(tt.a) != tt.want {
			t.Errorf("%v equals %v: want %v: %s", tt.a, tt.b, tt.want, tt.why)
		}
	}
}
