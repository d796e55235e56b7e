package main

import (
	"context"
	goruntime "runtime"
	"slices"
	"sync"
	"time"
)

// batchTime is about how long a batch of calls takes: enough to drown the clock.
const batchTime = 5 * time.Millisecond

// measured is what one call takes.
type measured struct {
	ratio  float64 // of the time of what it is compared with
	time   time.Duration
	bytes  float64
	allocs float64
}

// duel measures calls in turns with another one, each by so many goroutines.
func duel(first, second call, goroutines, rounds int) (measured, measured) {
	firstBatch, secondBatch := batch(first, goroutines), batch(second, goroutines)
	var firsts, seconds []time.Duration
	var ratios []float64
	for range rounds {
		a := perCall(first, goroutines, firstBatch)
		b := perCall(second, goroutines, secondBatch)
		firsts, seconds = append(firsts, a), append(seconds, b)
		ratios = append(ratios, float64(b)/float64(a))
	}
	one, two := measured{ratio: 1, time: median(firsts)}, measured{ratio: median(ratios), time: median(seconds)}
	one.bytes, one.allocs = memory(first, goroutines, firstBatch)
	two.bytes, two.allocs = memory(second, goroutines, secondBatch)
	return one, two
}

// batch returns how many calls a goroutine makes in a batch.
func batch(f call, goroutines int) int {
	const few = 20
	took := perCall(f, goroutines, few) * time.Duration(goroutines)
	return max(few, int(batchTime/max(took, 1)))
}

// perCall returns how long a call takes: the time in which all are made by their number.
func perCall(f call, goroutines, each int) time.Duration {
	begun := time.Now()
	spread(f, goroutines, each)
	return time.Since(begun) / time.Duration(goroutines*each)
}

func spread(f call, goroutines, each int) {
	ctx := context.Background()
	if goroutines == 1 {
		repeat(ctx, f, each)
		return
	}
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() { repeat(ctx, f, each) })
	}
	all.Wait()
}

func repeat(ctx context.Context, f call, times int) {
	for range times {
		f(ctx)
	}
}

// memory returns what a call allocates, in all goroutines.
func memory(f call, goroutines, each int) (bytes, allocs float64) {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	spread(f, goroutines, each)
	goruntime.ReadMemStats(&after)
	calls := float64(goroutines * each)
	return float64(after.TotalAlloc-before.TotalAlloc) / calls, float64(after.Mallocs-before.Mallocs) / calls
}

func median[T float64 | time.Duration](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}
