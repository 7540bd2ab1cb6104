package bench_test

import (
	"net/http"
	"testing"

	"github.com/corscope/corscope/test/bench"
)

// BenchmarkCorscope is for profiles: go test -run '^$' -bench 'Corscope/^b$' -cpuprofile cpu.out. For a comparison use
// cmd/benchtable.
func BenchmarkCorscope(b *testing.B) {
	var ours bench.Peer
	for _, peer := range bench.Peers() {
		if peer.Name == bench.Corscope {
			ours = peer
		}
	}
	for _, row := range smallRows() {
		b.Run(row.ID, func(b *testing.B) {
			h, err := ours.Wrap(row.Sizes.Policy(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			bench.Serve(h, row, b.N)
		})
	}
	for _, c := range bench.Compilations() {
		b.Run(c.ID, func(b *testing.B) {
			policy := c.Sizes.Policy()
			b.ReportAllocs()
			for b.Loop() {
				ours.Compile(policy)
			}
		})
	}
}
