package fetch

import (
	"strings"

	"github.com/corscope/corscope/wire"
)

// isDroppedHint is for a redirect to another origin.
func isDroppedHint(h wire.Field) bool {
	switch wire.Lower(h.Name) {
	case "dpr", "device-memory", "downlink", "width", "viewport-width", "rtt", "ect":
		return true
	}
	return false
}

// isClientHint reports whether a header is a client hint with a valid value: safelisted by the client hints draft, not
// by the standard.
func isClientHint(name, value string) bool {
	switch wire.Lower(name) {
	case "dpr", "device-memory", "downlink":
		whole, fraction, dot := strings.Cut(value, ".")
		return whole != "" && isDigits(whole) && isDigits(fraction) && (!dot || fraction != "")
	case "width", "viewport-width", "rtt":
		return value != "" && isDigits(value)
	case "ect":
		return value == "slow-2g" || value == "2g" || value == "3g" || value == "4g"
	case "save-data":
		return value == "on"
	}
	return false
}
