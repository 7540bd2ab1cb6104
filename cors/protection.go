package cors

import "net/http"

// CrossOriginProtection makes the other half of a defence: CORS lets pages of some origins read, this keeps those of all
// others from doing harm by requests that need no permission. It trusts the exact origins of the policy. What has no
// exact form, that is patterns, "*" and "null", is left out and listed: naming it here would need a decision that the
// policy does not hold.
//
// A nil engine trusts nobody.
func (e *Engine) CrossOriginProtection() (protection *http.CrossOriginProtection, leftOut []string) {
	protection = http.NewCrossOriginProtection()
	if e == nil {
		return protection, nil
	}
	for i, text := range e.policy.Origins {
		exact, ok := e.patterns[i].Exact()
		if !ok || protection.AddTrustedOrigin(exact) != nil {
			leftOut = append(leftOut, text)
		}
	}
	return protection, leftOut
}
