package fetch

import (
	"net/netip"
	"strings"

	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
)

const specLNA = "https://wicg.github.io/local-network-access/#local-network-access-check"

// localNetworkAccessCheck asks whether a page may reach an address nearer than its own. It decides nothing where either
// address space is unknown.
//
// Spec: https://wicg.github.io/local-network-access/#local-network-access-check
func (f *fetching) localNetworkAccessCheck(r *request, space AddressSpace, exchange int) *response {
	c := r.client
	fault := func(code transcript.Code, expected string) *response {
		return f.block(transcript.PhaseNetwork, exchange, transcript.Verdict{
			Code: code, Subject: r.current().String(), Expected: expected, Seen: string(space), Spec: specLNA,
		})
	}
	switch {
	case space == "" || c.AddressSpace == "":
		return nil
	case r.current().origin.IsPotentiallyTrustworthy() && r.current().origin.SameOrigin(r.origin):
		return nil
	case r.targetAddressSpace != "" && r.targetAddressSpace != space:
		return fault(transcript.LNAMismatch, string(r.targetAddressSpace))
	case nearness(space) <= nearness(c.AddressSpace):
		return nil
	case !c.isSecureContext():
		return fault(transcript.LNAInsecure, "a secure page")
	case f.agent.Permission == nil || !f.agent.Permission(space):
		return fault(transcript.LNADenied, "the user's permission")
	}
	return nil
}

func nearness(s AddressSpace) int {
	switch s {
	case SpaceLocal:
		return 1
	case SpaceLoopback:
		return 2
	case SpacePublic:
	}
	return 0
}

// SpaceOf says how near an IP address is.
//
// Spec: https://wicg.github.io/local-network-access/#ip-address-space
func SpaceOf(addr netip.Addr) AddressSpace {
	addr = addr.Unmap()
	for _, p := range loopbackPrefixes {
		if p.Contains(addr) {
			return SpaceLoopback
		}
	}
	for _, p := range localPrefixes {
		if p.Contains(addr) {
			return SpaceLocal
		}
	}
	return SpacePublic
}

var (
	loopbackPrefixes = prefixes("127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128", "198.18.0.0/15")
	localPrefixes    = prefixes(
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "0.0.0.0/8",
		"fc00::/7", "fe80::/10", "fec0::/10", "2001:db8::/32", "3fff::/20",
	)
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// addressSpace is what is known before connecting, for a page whose own space is known: the hook's answer, or what the
// host itself tells.
func (f *fetching) addressSpace(r *request) AddressSpace {
	u := r.current()
	if r.client.AddressSpace == "" {
		return ""
	}
	if f.agent.AddressSpace != nil {
		return f.agent.AddressSpace(u)
	}
	if origin.IsLoopbackHost(u.host) {
		return SpaceLoopback
	}
	if addr, err := netip.ParseAddr(strings.Trim(u.host, "[]")); err == nil {
		return SpaceOf(addr)
	}
	return ""
}

// spaceOfAddress classifies a transport's remote address; empty where there is none.
func spaceOfAddress(remote string) AddressSpace {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	return SpaceOf(at.Addr())
}
