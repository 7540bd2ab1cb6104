package fetch

import (
	"slices"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
	"github.com/corscope/corscope/wire"
)

// CORSCheck decides whether a response may be shared with the page that asked. It gives every step that fails, none if
// the response is shared.
//
// The requestOrigin is [SerializeRequestOrigin]'s; credentials is the request's mode, also where the response is a
// preflight's.
//
// Spec: https://fetch.spec.whatwg.org/#concept-cors-check
func CORSCheck(requestOrigin string, credentials Credentials, h wire.Header) []transcript.Verdict {
	return corsCheck(requestOrigin, credentials, h, &Standard)
}

const specCORSCheck = specBase + "concept-cors-check"

func corsCheck(requestOrigin string, credentials Credentials, h wire.Header, p *Profile) []transcript.Verdict {
	include := credentials == CredentialsInclude
	var faults []transcript.Verdict
	// 1–3: the origin.
	acao, present := h.Get(wire.AccessControlAllowOrigin)
	switch {
	case !present:
		faults = append(faults, transcript.Verdict{Code: transcript.ACAOMissing})
	case acao == "*" && !include:
		return nil
	case acao != requestOrigin:
		faults = append(faults, transcript.Verdict{Code: classifyAllowOrigin(acao, h, p), Seen: acao})
	case !include: // 4
		return nil
	}
	if len(faults) > 0 {
		faults[0].Subject, faults[0].Expected, faults[0].Spec = wire.AccessControlAllowOrigin, requestOrigin, specCORSCheck
		if !include {
			return faults
		}
	}
	// 5–6: credentials.
	if acac, _ := h.Get(wire.AccessControlAllowCredentials); acac != "true" {
		faults = append(faults, transcript.Verdict{
			Code: transcript.ACACNotTrue, Subject: wire.AccessControlAllowCredentials, Expected: "true", Seen: acac, Spec: specCORSCheck,
		})
	}
	return faults
}

// classifyAllowOrigin says in what way a value that is not the origin is wrong. The standard does not: browsers do,
// for the console.
func classifyAllowOrigin(acao string, h wire.Header, p *Profile) transcript.Code {
	switch {
	case len(h.Values(wire.AccessControlAllowOrigin)) > 1:
		return transcript.ACAOMultiple
	case strings.ContainsAny(acao, " ,"):
		if p.has(quirkMultipleLinesOnly) {
			return transcript.ACAOMismatch
		}
		return transcript.ACAOMultiple
	case acao == "*":
		return transcript.StarCredentials
	case acao == "null":
		return transcript.ACAOMismatch
	}
	if _, err := ParseURL(acao); err != nil {
		return transcript.ACAOInvalid
	}
	return transcript.ACAOMismatch
}

// TAOCheck decides whether a page may see how long a response took, and lets nothing through once a hop has failed.
//
// Spec: https://fetch.spec.whatwg.org/#concept-tao-check
func TAOCheck(requestOrigin string, tainting Tainting, failedBefore bool, h wire.Header) bool {
	if failedBefore {
		return false
	}
	values := h.GetDecodeAndSplit(wire.TimingAllowOrigin)
	if slices.Contains(values, "*") || slices.Contains(values, requestOrigin) {
		return true
	}
	// The step for navigations is the caller's, who knows whether there is one: its tainting is not basic then.
	return tainting == TaintingBasic
}

// CrossOriginResourcePolicyCheck decides whether a response that was not asked for with CORS may be used by the page.
// It gives the policy that blocks, "" if none does.
//
// Only the policy that is enforced is looked at; report-only policies have no outcome.
//
// Spec: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
func CrossOriginResourcePolicyCheck(page origin.Origin, coep COEP, response *URL, credentialed bool, h wire.Header) (blockedBy string) {
	// 1–3: the header's value, exactly one of three, or nothing.
	policy, _ := h.Get(wire.CrossOriginResourcePolicy)
	if policy != "same-origin" && policy != "same-site" && policy != "cross-origin" {
		policy = ""
	}
	// 4–5: what the embedder asks for where the server says nothing.
	if policy == "" {
		switch coep {
		case COEPRequireCORP:
			policy = "same-origin"
		case COEPCredentialless:
			if credentialed {
				policy = "same-origin"
			}
		case COEPUnsafeNone:
		}
	}
	// 6: the policy.
	switch policy {
	case "same-origin":
		if !page.SameOrigin(response.origin) {
			return policy
		}
	case "same-site":
		sameSite := origin.SchemelesslySameSite(page, response.origin)
		if !sameSite || page.Scheme() != "https" && response.scheme == "https" {
			return policy
		}
	}
	return ""
}
