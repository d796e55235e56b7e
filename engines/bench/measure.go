package main

import (
	"context"
	"math"
	goruntime "runtime"
	"slices"
	"sync"
	"time"
)

// batchTime is about how long a batch of calls takes: enough to drown the clock, and short
// enough to have the processor for all of it now and then.
const batchTime = time.Millisecond

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
	one, two := measured{ratio: 1, time: math.MaxInt64}, measured{time: math.MaxInt64}
	for range rounds {
		one.time = min(one.time, perCall(first, goroutines, firstBatch))
		two.time = min(two.time, perCall(second, goroutines, secondBatch))
	}
	two.ratio = float64(two.time) / float64(one.time)
	one.bytes, one.allocs = memory(first, goroutines, firstBatch)
	two.bytes, two.allocs = memory(second, goroutines, secondBatch)
	return one, two
}

// batch returns how many calls a goroutine makes in a batch.
func batch(f call, goroutines int) int {
	const few = 5
	took := perCall(f, goroutines, few)
	for range 10 {
		took = min(took, perCall(f, goroutines, few))
	}
	return max(few, int(batchTime/max(took*time.Duration(goroutines), 1)))
}

// perCall returns how long a call takes: the time in which all are made, by their number.
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
	var manyBytes, manyAllocs []float64
	for range 5 { // some pool is empty in some
		var before, after goruntime.MemStats
		goruntime.ReadMemStats(&before)
		spread(f, goroutines, each)
		goruntime.ReadMemStats(&after)
		calls := float64(goroutines * each)
		manyBytes = append(manyBytes, float64(after.TotalAlloc-before.TotalAlloc)/calls)
		manyAllocs = append(manyAllocs, float64(after.Mallocs-before.Mallocs)/calls)
	}
	return median(manyBytes), median(manyAllocs)
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
