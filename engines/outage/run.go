package main

import (
	"context"
	"math/rand/v2"
	goruntime "runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/breakergen/breakergen/engines/internal/bubble"
)

// run is what a chain made of the outage.
type run struct {
	name   string
	visits []*visit  // to the dependency
	calls  []outcome // of the callers
}

// outcome is what became of a caller's call.
type outcome struct {
	at, took time.Duration
	served   bool
}

// simulate has each chain live through the outage.
func simulate(t *testing.T) (runs []*run) {
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(1)) // one thing after the other
	for _, c := range chains {
		r := &run{name: c.name}
		bubble.Run(t, func(*testing.T) { r.live(c) })
		runs = append(runs, r)
	}
	return runs
}

// live makes the calls, at the same moments for all chains.
func (r *run) live(c chain) {
	d := newDependency()
	var mu sync.Mutex
	var all sync.WaitGroup
	for process := range processes {
		call := c.make(d)
		all.Go(func() {
			arrivals := rand.New(rand.NewPCG(7, uint64(process)))
			for id := uint64(process); ; id += processes {
				gap := arrivals.ExpFloat64() * float64(time.Second) * processes / perSecond
				time.Sleep(time.Duration(gap))
				if time.Since(d.began) >= duration {
					return
				}
				all.Go(func() {
					o := ask(call, &request{id: id}, d.began)
					mu.Lock()
					defer mu.Unlock()
					r.calls = append(r.calls, o)
				})
			}
		})
	}
	all.Wait()
	r.visits = d.visits
}

// ask makes one caller's call.
func ask(call func(context.Context) error, r *request, began time.Time) outcome {
	ctx, cancel := context.WithTimeout(r.within(context.Background()), patience)
	defer cancel()
	at := time.Now()
	err := call(ctx)
	return outcome{at: at.Sub(began), took: time.Since(at), served: err == nil}
}

// served returns the share of the callers who got an answer, of those who asked in a time.
func (r *run) served(from, to time.Duration) float64 {
	asked, got := 0, 0
	for _, o := range r.calls {
		if o.at >= from && o.at < to {
			asked++
			if o.served {
				got++
			}
		}
	}
	return float64(got) / float64(asked)
}

// percentile returns how long the calls took, of those made in a time.
func (r *run) percentile(share float64, from, to time.Duration) time.Duration {
	var took []time.Duration
	for _, o := range r.calls {
		if o.at >= from && o.at < to {
			took = append(took, o.took)
		}
	}
	slices.Sort(took)
	return took[int(share*float64(len(took)-1))]
}

// reachedIn returns how many calls came to the dependency in a time.
func (r *run) reachedIn(from, to time.Duration) (n int) {
	for _, v := range r.visits {
		if v.came >= from && v.came < to {
			n++
		}
	}
	return n
}

// amplification is how many calls came to the dependency for each that a caller made, in the
// brownout.
func (r *run) amplification() float64 {
	made := 0
	for _, o := range r.calls {
		if o.at >= brownout && o.at < recovery {
			made++
		}
	}
	return float64(r.reachedIn(brownout, recovery)) / float64(made)
}

// peak is the most probes that one process makes before the first has ended: calls after a
// second without any, in which its circuit was open. 0 is no such second.
func (r *run) peak() (most int) {
	const silence = time.Second
	var before [processes]*visit // the last of each process
	for i, first := range r.visits {
		last := before[first.process]
		before[first.process] = first
		if last == nil || first.came-last.came < silence {
			continue
		}
		probes := 0
		for _, v := range r.visits[i:] {
			if v.came > first.end {
				break
			}
			if v.process == first.process {
				probes++
			}
		}
		most = max(most, probes)
	}
	return most
}

// recovered is how long after the brownout 99% of the callers are served again, for five
// seconds; false where that never is.
func (r *run) recovered() (time.Duration, bool) {
	well := 0
	for at := recovery; at < duration; at += time.Second {
		if r.served(at, at+time.Second) < 0.99 {
			well = 0
			continue
		}
		if well++; well == 5 {
			return at - 4*time.Second - recovery, true
		}
	}
	return 0, false
}
