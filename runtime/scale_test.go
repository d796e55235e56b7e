package runtime_test

import (
	"strconv"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// manyCircuits makes circuits, each with one call.
func manyCircuits(tb testing.TB, n int) *wrapper {
	tb.Helper()
	w := wrap(tb, runtime.Policy{}, byKey(n))
	for i := range n {
		if err := w.callKey(i); err != nil {
			tb.Fatal(err)
		}
	}
	if got := len(names(w.registry)); got != n {
		tb.Fatalf("%d circuits, want %d", got, n)
	}
	return w
}

// A circuit takes about 9 kB where its callers rarely meet.
func TestMemoryPerCircuit(t *testing.T) {
	const circuits, most = 10_000, 10 << 10
	before := measureHeap()
	w := manyCircuits(t, circuits)
	each := (measureHeap() - before) / circuits
	t.Logf("%d bytes a circuit", each)
	if each > most {
		t.Errorf("a circuit takes %d bytes, want at most %d", each, most)
	}
	for i := range circuits {
		w.registry.Remove("Echo.Do[" + strconv.Itoa(i) + "]")
	}
	if left := measureHeap() - before; left > 1<<20 {
		t.Errorf("%d kB are left after all are removed", left>>10)
	}
}

// BenchmarkSnapshotAll shows 10,000 circuits: it is to take less than 20 ms.
func BenchmarkSnapshotAll(b *testing.B) {
	w := manyCircuits(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		for c := range w.registry.Circuits() {
			if s := c.Snapshot(); s.Total.Successes != 1 {
				b.Fatalf("counted %+v", s.Total)
			}
		}
	}
}
