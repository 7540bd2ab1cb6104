package fetch

import (
	"strconv"

	"github.com/corscope/corscope/wire"
)

// isClientHint reports whether a header is a client hint with a valid value: safelisted by the client hints draft, not
// by the standard.
func isClientHint(name, value string) bool {
	switch wire.Lower(name) {
	case "dpr", "device-memory", "downlink":
		n, err := strconv.ParseFloat(value, 64)
		return err == nil && n >= 0
	case "width", "viewport-width", "rtt":
		n, err := strconv.ParseInt(value, 10, 64)
		return err == nil && n >= 0
	case "ect":
		return value == "slow-2g" || value == "2g" || value == "3g" || value == "4g"
	case "save-data":
		return value == "on"
	}
	return false
}
