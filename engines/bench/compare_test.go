package main

import (
	"testing"
	"time"
)

// batchSize is how many calls are timed at once.
const batchSize = 2000

// compare times two calls in turns, so that what else the machine does falls on both,
// and reports the first's time as a share of the second's.
func compare(b *testing.B, ours, peer call) { compareBy(b, ours, peer, 1) }

// compareParallel does so with 75 goroutines.
func compareParallel(b *testing.B, ours, peer call) { compareBy(b, ours, peer, 75) }

func compareBy(b *testing.B, ours, peer call, goroutines int) {
	b.Helper()
	var oursTook, peerTook time.Duration
	for b.Loop() {
		oursTook += perCall(ours, goroutines, batchSize)
		peerTook += perCall(peer, goroutines, batchSize)
	}
	b.ReportMetric(0, "ns/op") // a batch's time says nothing
	b.ReportMetric(float64(oursTook)/float64(b.N), "ours-ns")
	b.ReportMetric(float64(peerTook)/float64(b.N), "peer-ns")
	b.ReportMetric(float64(oursTook)/float64(peerTook), "ratio")
}
