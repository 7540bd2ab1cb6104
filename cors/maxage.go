package cors

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// A MaxAge says how long a browser may remember the answer to a preflight: a [time.Duration] in whole seconds, such as
// MaxAge(10 * time.Minute). Zero sends no Access-Control-Max-Age, and browsers remember for 5 seconds. [NoCache] has
// them remember nothing.
//
// As text it is a duration ("10m", "1h30m"), a number of seconds ("600"), "no-cache", or "default" for zero.
//
// Spec: https://fetch.spec.whatwg.org/#http-access-control-max-age
type MaxAge time.Duration

// NoCache has browsers ask anew every time: it sends an Access-Control-Max-Age of 0.
const NoCache MaxAge = -1

const (
	noCacheText = "no-cache"
	defaultText = "default"
)

// String is the text form.
func (m MaxAge) String() string {
	if m == 0 {
		return defaultText
	}
	if m == NoCache {
		return noCacheText
	}
	text := time.Duration(m).String()
	// "10m0s" is "10m" to people, and "1h0m0s" is "1h".
	if d := time.Duration(m); d > 0 && d%time.Second == 0 {
		if d%time.Minute == 0 {
			text = text[:len(text)-len("0s")]
		}
		if d%time.Hour == 0 {
			text = text[:len(text)-len("0m")]
		}
	}
	return text
}

// MarshalText writes the text form.
func (m MaxAge) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the text form, and "-1" for [NoCache], as other libraries have it. The error says what was
// expected.
func (m *MaxAge) UnmarshalText(text []byte) error {
	read, err := parseMaxAge(string(text))
	if err != nil {
		return err
	}
	*m = read
	return nil
}

// UnmarshalJSON reads the text form in a string, or a number of seconds.
func (m *MaxAge) UnmarshalJSON(text []byte) error {
	var s string
	switch {
	case string(text) == "null":
		return nil
	case len(text) == 0 || text[0] != '"':
		s = string(text)
	default:
		if err := json.Unmarshal(text, &s); err != nil {
			return err
		}
	}
	return m.UnmarshalText([]byte(s))
}

func parseMaxAge(text string) (MaxAge, error) {
	switch text {
	case "", defaultText:
		return 0, nil
	case noCacheText, "-1":
		return NoCache, nil
	}
	const longest = int64(1<<63-1) / int64(time.Second)
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && -longest <= seconds && seconds <= longest {
		return MaxAge(time.Duration(seconds) * time.Second), nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return MaxAge(d), nil
	}
	return 0, fmt.Errorf(`max age %q: want a duration such as "10m", a number of seconds, "no-cache" or "default"`, text)
}

// seconds is the value of Access-Control-Max-Age; empty where none is sent.
func (m MaxAge) seconds() string {
	if m == 0 {
		return ""
	}
	if m == NoCache {
		return "0"
	}
	return strconv.FormatInt(int64(time.Duration(m)/time.Second), 10)
}
