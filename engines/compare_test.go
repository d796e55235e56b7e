package engines

import (
	"context"
	"sync"
	"testing"
	"time"
)

// batch is how many calls are timed at once: enough to drown the clock.
const batch = 2000

// compare times two calls in turns, so that what else the machine does falls on both,
// and reports the first's time as a share of the second's.
func compare(b *testing.B, ours, peer call) {
	b.Helper()
	ctx := context.Background()
	var oursTook, peerTook time.Duration
	for b.Loop() {
		oursTook += timed(func() { repeat(ctx, ours, batch) })
		peerTook += timed(func() { repeat(ctx, peer, batch) })
	}
	report(b, oursTook, peerTook, batch)
}

// compareParallel does so with 75 goroutines.
func compareParallel(b *testing.B, ours, peer call) {
	b.Helper()
	ctx := context.Background()
	const callers = 75
	spread := func(f call) {
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() { repeat(ctx, f, batch) })
		}
		wg.Wait()
	}
	var oursTook, peerTook time.Duration
	for b.Loop() {
		oursTook += timed(func() { spread(ours) })
		peerTook += timed(func() { spread(peer) })
	}
	report(b, oursTook, peerTook, callers*batch)
}

func report(b *testing.B, ours, peer time.Duration, calls int) {
	n := float64(b.N * calls)
	b.ReportMetric(0, "ns/op") // a batch's time says nothing
	b.ReportMetric(float64(ours)/n, "ours-ns")
	b.ReportMetric(float64(peer)/n, "peer-ns")
	b.ReportMetric(float64(ours)/float64(peer), "ratio")
}

func timed(f func()) time.Duration {
	begun := time.Now()
	f()
	return time.Since(begun)
}

func repeat(ctx context.Context, f call, times int) {
	for range times {
		f(ctx)
	}
}
