package main

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"
)

// dependency has some servers and a queue, first come, first served. It doesn't notice that a
// caller has left: what is accepted is done, for nobody.
type dependency struct {
	began time.Time

	mu     sync.Mutex  // guards all below
	free   times       // when each server is
	starts []time.Time // of what waits, in order
	visits []*visit
}

// visit is one call that has come to the dependency.
type visit struct {
	process   int
	came, end time.Duration // since the beginning
}

func newDependency() *dependency {
	d := &dependency{began: time.Now()}
	for range servers {
		d.free = append(d.free, d.began)
	}
	return d
}

var errRefused = errors.New("503: the queue is full")

// Do satisfies echo.Echo.
func (d *dependency) Do(ctx context.Context, n int) (int, error) {
	request := requestFrom(ctx)
	request.attempts++
	v, done, ok := d.accept(request)
	defer func() { v.end = time.Since(d.began) }()
	if !ok {
		return 0, request.failure(errRefused)
	}
	timer := time.NewTimer(time.Until(done))
	defer timer.Stop()
	select {
	case <-timer.C:
		return n, nil
	case <-ctx.Done():
		return 0, request.failure(ctx.Err())
	}
}

// accept returns when the request is done, or false where the queue is full.
func (d *dependency) accept(r *request) (v *visit, done time.Time, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	v = &visit{process: int(r.id % processes), came: now.Sub(d.began)}
	d.visits = append(d.visits, v)
	for len(d.starts) > 0 && !d.starts[0].After(now) {
		d.starts = d.starts[1:]
	}
	if len(d.starts) >= queue {
		return v, time.Time{}, false
	}
	start := d.free[0]
	if start.Before(now) {
		start = now
	} else {
		d.starts = append(d.starts, start)
	}
	takes := r.draw(service)
	if at := start.Sub(d.began); at >= brownout && at < recovery {
		takes *= slowdown
	}
	done = start.Add(takes)
	d.free[0] = done
	heap.Fix(&d.free, 0)
	return v, done, true
}

// times is a heap, the earliest first.
type times []time.Time

func (t times) Len() int           { return len(t) }
func (t times) Less(i, j int) bool { return t[i].Before(t[j]) }
func (t times) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *times) Push(x any)        { *t = append(*t, x.(time.Time)) }
func (t *times) Pop() any          { panic("a server is never taken away") }
