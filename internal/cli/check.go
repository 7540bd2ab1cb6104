package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
)

// checkURL wants an absolute address. What people leave out most often is the scheme, and what they meant is the hint.
func checkURL(text string) error {
	u, err := fetch.ParseURL(text)
	if err == nil && !isHostAndPort(text, u) {
		return nil
	}
	m := &usageError{text: "URL " + quoted(withoutUser(text)) + ": want an absolute address, such as https://api.example/items"}
	switch {
	case strings.HasPrefix(text, "//"):
		m.hint = withScheme(text[2:])
	case strings.Contains(text, "://"):
		m.text = "URL " + quoted(withoutUser(text)) + ": want a host, and a port up to 65535 if any, after the scheme"
	case !strings.HasPrefix(text, "/"): // a path alone says nothing of its host
		m.hint = withScheme(text)
	}
	return m
}

// isHostAndPort reports whether text, which parsed as u, has the name of a host where the scheme goes: localhost:8080.
func isHostAndPort(text string, u *fetch.URL) bool {
	scheme, rest, _ := strings.Cut(text, ":")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	_, err := strconv.ParseUint(rest, 10, 16)
	return err == nil && strings.EqualFold(scheme, u.Scheme()) && u.Origin().IsOpaque()
}

// withScheme is an address that lacked its scheme; "" if that is not all it lacks.
func withScheme(text string) string {
	u, err := fetch.ParseURL("https://" + text)
	switch {
	case err != nil:
		return ""
	case origin.IsLoopbackHost(u.Host()):
		return "http://" + withoutUser(text)
	}
	return "https://" + withoutUser(text)
}

// withoutUser masks what stands before the last @ of an address that may be none: nobody can say where its user
// information ends.
func withoutUser(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	before, _, found := strings.Cut(text[:at], "//")
	if !found {
		return "***" + text[at:]
	}
	return before + "//***" + text[at:]
}

// checkMode: only fetch() chooses its mode, and of modes it has three.
func (q question) checkMode() error {
	info, _ := fetch.Initiator(q.As).Info()
	mode := fetch.Mode(q.Mode)
	switch {
	case mode == "", mode == info.Mode:
		return nil
	case info.Name == fetch.ByFetch:
		if mode == fetch.ModeCORS || mode == fetch.ModeNoCORS || mode == fetch.ModeSameOrigin {
			return nil
		}
		m := &usageError{text: "--mode " + quoted(q.Mode) + ": fetch() asks in mode cors, no-cors or same-origin"}
		if mode == fetch.ModeNavigate {
			m.hint = "--as navigation asks as a link or a form does"
		}
		if mode == fetch.ModeWebSocket {
			m.hint = "--as websocket asks as a WebSocket does"
		}
		return m
	case info.Attribute && q.Crossorigin != "":
		if mode == fetch.ModeCORS {
			return nil
		}
	case info.Attribute && mode == fetch.ModeCORS:
		return &usageError{"--mode " + quoted(q.Mode) + ": " + info.Title + " asks in mode " + string(info.Mode), "--crossorigin anonymous has it ask with CORS"}
	}
	return mistakef("--mode %s: %s does not choose its mode", quoted(q.Mode), info.Title)
}

func checkOrigin(flag, text string) error {
	_, err := origin.Parse(text)
	var syntax *origin.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	m := &usageError{text: flag + " " + quoted(withoutUser(text)) + ": want " + syntax.Want}
	u, err := fetch.ParseURL(text)
	switch {
	case err == nil && u.Scheme() == "file":
		m.hint = "a page from disk has an opaque origin: " + flag + " null"
	case err == nil && !u.Origin().IsOpaque():
		m.hint = "a browser would write " + u.Origin().String()
	case !strings.Contains(text, "/"):
		if whole := withScheme(text); whole != "" {
			if _, err := origin.Parse(whole); err == nil && strings.ContainsAny(text, ".:") {
				m.hint = "such as " + flag + " " + whole
			}
		}
	}
	return m
}
