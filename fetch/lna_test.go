package fetch_test

import (
	"net/netip"
	"testing"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/transcript"
)

func TestSpaceOf(t *testing.T) {
	for _, row := range []struct {
		first, last string // of the block
		want        fetch.AddressSpace
	}{
		{"127.0.0.0", "127.255.255.255", fetch.SpaceLoopback},
		{"0.0.0.0", "0.0.0.0", fetch.SpaceLoopback},
		{"198.18.0.0", "198.19.255.255", fetch.SpaceLoopback},
		{"::1", "::1", fetch.SpaceLoopback},
		{"::", "::", fetch.SpaceLoopback},
		{"::ffff:127.0.0.1", "::ffff:127.0.0.1", fetch.SpaceLoopback},
		{"0.0.0.1", "0.255.255.255", fetch.SpaceLocal},
		{"10.0.0.0", "10.255.255.255", fetch.SpaceLocal},
		{"100.64.0.0", "100.127.255.255", fetch.SpaceLocal},
		{"169.254.0.0", "169.254.255.255", fetch.SpaceLocal},
		{"172.16.0.0", "172.31.255.255", fetch.SpaceLocal},
		{"192.168.0.0", "192.168.255.255", fetch.SpaceLocal},
		{"::ffff:10.0.0.1", "::ffff:10.0.0.1", fetch.SpaceLocal},
		{"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", fetch.SpaceLocal},
		{"fe80::", "febf:ffff::", fetch.SpaceLocal},
		{"fec0::", "feff:ffff::", fetch.SpaceLocal},
		{"2001:db8::", "2001:db8:ffff::", fetch.SpaceLocal},
		{"3fff::", "3fff:fff:ffff::", fetch.SpaceLocal},
		{"1.0.0.0", "9.255.255.255", fetch.SpacePublic},
		{"11.0.0.0", "100.63.255.255", fetch.SpacePublic},
		{"100.128.0.0", "126.255.255.255", fetch.SpacePublic},
		{"128.0.0.0", "169.253.255.255", fetch.SpacePublic},
		{"169.255.0.0", "172.15.255.255", fetch.SpacePublic},
		{"172.32.0.0", "192.167.255.255", fetch.SpacePublic},
		{"192.169.0.0", "198.17.255.255", fetch.SpacePublic},
		{"198.20.0.0", "255.255.255.255", fetch.SpacePublic},
		{"::2", "2001:db7:ffff::", fetch.SpacePublic},
		{"2001:db9::", "3ffe::", fetch.SpacePublic},
		{"3fff:1000::", "fbff::", fetch.SpacePublic},
		{"fe00::", "fe7f::", fetch.SpacePublic},
		{"::ffff:8.8.8.8", "::ffff:8.8.8.8", fetch.SpacePublic},
	} {
		for _, text := range []string{row.first, row.last} {
			if got := fetch.SpaceOf(netip.MustParseAddr(text)); got != row.want {
				t.Errorf("%s: %s, want %s", text, got, row.want)
			}
		}
	}
}

func TestLocalNetworkAccess(t *testing.T) {
	const public, local, loopback = fetch.SpacePublic, fetch.SpaceLocal, fetch.SpaceLoopback
	granted := func(fetch.AddressSpace) bool { return true }
	for _, row := range []struct {
		why        string
		page       string
		client     fetch.AddressSpace
		target     fetch.AddressSpace // what the hook says of the server
		declared   fetch.AddressSpace
		permission func(fetch.AddressSpace) bool
		want       string
	}{
		{"public to public", home, public, public, "", nil, "cors"},
		{"public to local", home, public, local, "", nil, "lna-denied"},
		{"public to loopback", home, public, loopback, "", nil, "lna-denied"},
		{"local to loopback", home, local, loopback, "", nil, "lna-denied"},
		{"local to local", home, local, local, "", nil, "cors"},
		{"local to public", home, local, public, "", nil, "cors"},
		{"loopback to all", home, loopback, local, "", nil, "cors"},
		{"loopback to loopback", home, loopback, loopback, "", nil, "cors"},
		{"with permission", home, public, local, "", granted, "cors"},
		{"an insecure page may not even ask", "http://page.example", public, local, "", granted, "lna-insecure"},
		{"declared and so", home, public, local, local, granted, "cors"},
		{"declared and so needs the permission all the same", home, public, local, local, nil, "lna-denied"},
		{"declared and otherwise", home, public, loopback, local, granted, "lna-mismatch"},
		{"declared local and public in fact", home, public, public, local, granted, "lna-mismatch"},
		{"the server unknown", home, public, "", "", nil, "cors"},
		{"the page unknown", home, "", local, "", nil, "cors"},
	} {
		b := openIn(fetch.Standard, row.page, always(200, acao+"*"))
		b.client.AddressSpace = row.client
		b.AddressSpace = func(*fetch.URL) fetch.AddressSpace { return row.target }
		b.Permission = row.permission
		b.ask(t, fetch.Request{URL: link("https://api.example/"), TargetAddressSpace: row.declared})
		if got, wires := b.verdict(), len(b.net.sent); got != row.want || (wires == 1) != (row.want == "cors") {
			t.Errorf("%s: %s after %d requests, want %s", row.why, got, wires, row.want)
		}
		if v := b.record.First(); v != nil && b.record.Outcome() != transcript.Blocked {
			t.Errorf("%s: %s: engines call it CORS", row.why, b.record.Outcome())
		}
	}
}

// The permission asked for is that of the server's address space.
func TestLocalNetworkPermission(t *testing.T) {
	var asked []fetch.AddressSpace
	b := open(always(200, acao+"*"))
	b.client.AddressSpace = fetch.SpacePublic
	b.AddressSpace = func(u *fetch.URL) fetch.AddressSpace {
		if u.Host() == "loop.example" {
			return fetch.SpaceLoopback
		}
		return fetch.SpaceLocal
	}
	b.Permission = func(s fetch.AddressSpace) bool { asked = append(asked, s); return s == fetch.SpaceLocal }
	b.get(t, "https://local.example/")
	if b.verdict() != "cors" {
		t.Errorf("granted: %s", b.verdict())
	}
	b.get(t, "https://loop.example/")
	if b.verdict() != "lna-denied" || len(asked) != 2 || asked[1] != fetch.SpaceLoopback {
		t.Errorf("not granted: %s, asked %v", b.verdict(), asked)
	}
}

// A preflight reaches the server as much as the request would, and is under the same rule.
func TestLocalNetworkPreflight(t *testing.T) {
	for _, row := range []struct {
		why              string
		server, declared fetch.AddressSpace
		want             string
	}{
		{"not permitted", fetch.SpaceLocal, "", "lna-denied"},
		{"not what was declared", fetch.SpacePublic, fetch.SpaceLocal, "lna-mismatch"},
	} {
		b := open(always(200, acao+"*", acam+"PUT"))
		b.client.AddressSpace = fetch.SpacePublic
		b.AddressSpace = func(*fetch.URL) fetch.AddressSpace { return row.server }
		b.ask(t, fetch.Request{URL: link(api), Method: "PUT", TargetAddressSpace: row.declared})
		if got := b.net.take(); got != "" || b.verdict() != row.want {
			t.Errorf("%s: %s with %q on the wire, want %s and nothing", row.why, b.verdict(), got, row.want)
		}
	}
}

// Without a hook literal addresses are known before connecting, other hosts by who answered.
func TestLocalNetworkWithoutHook(t *testing.T) {
	for _, row := range []struct {
		why, page, target, remote, want string
		wires                           int
	}{
		{"loopback by name", home, "https://localhost/", "", "lna-denied", 0},
		{"loopback by address", home, "https://127.0.0.1/", "", "lna-denied", 0},
		{"loopback by IPv6", home, "https://[::1]/", "", "lna-denied", 0},
		{"a local address", home, "https://192.168.1.1/", "", "lna-denied", 0},
		{"a local address of IPv6", home, "https://[fd00::1]/", "", "lna-denied", 0},
		{"a public address", home, "https://8.8.8.8/", "", "cors", 1},
		{"a name, and nothing known", home, api, "", "cors", 1},
		{"a name, and a public server", home, api, "8.8.8.8:443", "cors", 1},
		{"a name, and a local server", home, api, "10.0.0.1:443", "lna-denied", 1},
		{"a name, and a local server of IPv6", home, api, "[fd00::1]:443", "lna-denied", 1},
		{"a remote that is no address", home, api, "somewhere", "cors", 1},
		{"a plain page and itself: its name may mean another server now", "http://page.example", "http://page.example/", "10.0.0.1:80", "lna-insecure", 1},
		{"a trustworthy page and itself", "https://localhost", "https://localhost/", "127.0.0.1:443", "basic", 1},
	} {
		b := openIn(fetch.Standard, row.page, func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
			answer := reply(200, acao+"*")
			answer.Remote = row.remote
			return answer, nil
		})
		b.client.AddressSpace = fetch.SpacePublic
		b.get(t, row.target)
		if got, wires := b.verdict(), len(b.net.sent); got != row.want || wires != row.wires {
			t.Errorf("%s: %s after %d requests, want %s after %d", row.why, got, wires, row.want, row.wires)
		}
	}
	b := open(func(*fetch.NetworkRequest) (*fetch.NetworkResponse, error) {
		answer := reply(200, acao+"*", acam+"PUT")
		answer.Remote = "10.0.0.1:443"
		return answer, nil
	})
	b.client.AddressSpace = fetch.SpacePublic
	b.ask(t, fetch.Request{URL: link(api), Method: "PUT"})
	if got := b.net.take(); got != "OPTIONS "+api || b.record.First().Phase != transcript.PhaseNetwork {
		t.Errorf("the preflight is refused already: %s, %+v", got, b.record.First())
	}
}
