package fetch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func TestProfiles(t *testing.T) {
	var names []string
	for _, p := range fetch.Profiles() {
		names = append(names, p.Name)
		found, ok := fetch.ProfileNamed(p.Name)
		if !ok || found.Title != p.Title || p.Title == "" || p.UserAgent == "" {
			t.Errorf("%s: %+v", p.Name, p)
		}
		// Every profile orders the same faults.
		order, all := slices.Sorted(slices.Values(p.FaultOrder)), slices.Sorted(slices.Values(fetch.Standard.FaultOrder))
		if !slices.Equal(order, all) {
			t.Errorf("%s orders %v, want %v", p.Name, order, all)
		}
	}
	if got := strings.Join(names, " "); got != "chromium firefox webkit standard" {
		t.Errorf("%s", got)
	}
	if _, ok := fetch.ProfileNamed("Chromium"); ok {
		t.Error("names are lower case")
	}
	if _, ok := fetch.ProfileNamed(""); ok {
		t.Error("a profile without a name is found")
	}
	for p, want := range map[*fetch.Profile]time.Duration{&fetch.Standard: 0, &fetch.Chromium: 2 * time.Hour, &fetch.Firefox: 24 * time.Hour, &fetch.WebKit: 10 * time.Minute} {
		if p.MaxAgeCap != want {
			t.Errorf("%s keeps preflights for %s, want %s", p.Name, p.MaxAgeCap, want)
		}
	}
	for _, code := range fetch.Standard.FaultOrder {
		if !slices.Contains(transcript.Codes(), code) {
			t.Errorf("%s is no code", code)
		}
	}
	if !strings.Contains(fetch.WebKit.Title, "not measured") {
		t.Errorf("WebKit's title claims to be measured: %s", fetch.WebKit.Title)
	}
}

// The zero Profile is the standard.
func TestZeroProfile(t *testing.T) {
	b := openIn(fetch.Profile{}, home+"/", always(200, acam+"PUT"))
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT", Credentials: fetch.CredentialsInclude})
	if b.record.Profile != "standard" || b.net.last().get("User-Agent") != fetch.Standard.UserAgent {
		t.Errorf("%s, %s", b.record.Profile, b.net.last().get("User-Agent"))
	}
	if got := codesOf(faults(b.record)); got != "acao-missing acac-not-true" {
		t.Errorf("faults in the order %s", got)
	}
}

func TestUserAgents(t *testing.T) {
	for p, want := range map[*fetch.Profile]string{&fetch.Chromium: "Chrome/", &fetch.Firefox: "Firefox/", &fetch.WebKit: "Safari/"} {
		b := openIn(*p, home+"/", always(200))
		b.get(t, home+"/")
		if got := b.net.last().get("User-Agent"); !strings.Contains(got, want) || strings.Contains(got, "Go-http") {
			t.Errorf("%s: %s", p.Name, got)
		}
	}
}

// A quirk that decided is named in the verdict.
func TestQuirkIsNamed(t *testing.T) {
	b := openIn(fetch.Chromium, home+"/", generous)
	b.ask(t, fetch.Request{URL: link(api), Header: headers("Authorization: x")})
	for _, v := range b.record.Verdicts {
		if v.Code == transcript.StarAuthorization && v.Quirk == "authorization-star" && !v.Blocks {
			return
		}
	}
	t.Errorf("not told: %+v", b.record.Verdicts)
}
