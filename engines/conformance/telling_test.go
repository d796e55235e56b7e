package conformance

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

var telling = []property{
	{"tells its state", func(s *subject) {
		s.is(runtime.Closed, "at first")
		s.trip()
		time.Sleep(openFor)
		probe, _ := s.block()
		s.is(runtime.HalfOpen, "while a probe is under way")
		if got := s.circuit.Snapshot().State; got != runtime.HalfOpen {
			s.wrong("the snapshot then says %v", got)
		}
		s.release(probe, nil)
		s.is(runtime.Closed, "after the probe")
	}},
	{"tells that it is open until a probe is let in", func(s *subject) {
		s.trip()
		time.Sleep(time.Minute)
		s.is(runtime.Open, "a minute later")
	}},
	{"announces each change once, in order", func(s *subject) {
		events := s.record()
		s.trip()
		time.Sleep(openFor)
		s.call(fail)
		time.Sleep(openFor)
		s.call(succeed, succeed)
		events.are(s, "closed>open", "open>half-open", "half-open>open", "open>half-open", "half-open>closed")
		if total := s.circuit.Snapshot().Total; total.Opened != 1 || total.Closed != 1 {
			s.wrong("it counts %d openings and %d closings", total.Opened, total.Closed)
		}
	}},
	{"announces a change with the call that causes it", func(s *subject) {
		events := s.record()
		s.trip()
		events.are(s, "closed>open")
		time.Sleep(openFor)
		s.call(func(context.Context) error {
			events.are(s, "closed>open", "open>half-open")
			return nil
		})
		events.are(s, "closed>open", "open>half-open", "half-open>closed")
	}},
	{"ForceOpen turns all away", func(s *subject) {
		s.circuit.ForceOpen()
		if e := s.call(succeed); !e.open() || s.calls() != 0 {
			s.wrong("a call gets %v", e.err)
		}
		time.Sleep(time.Minute)
		if e := s.call(succeed); !e.open() || s.calls() != 0 {
			s.wrong("a minute later a call gets %v", e.err)
		}
	}},
	{"ForceClose lets all through", func(s *subject) {
		s.trip()
		s.circuit.ForceClose()
		if e := s.call(succeed); e.err != nil {
			s.wrong("a call gets %v", e.err)
		}
		s.call(times(40, fail)...)
		s.is(runtime.Closed, "after 40 failures")
	}},
	{"Reset begins anew", func(s *subject) {
		s.trip()
		s.circuit.Reset()
		s.is(runtime.Closed, "after it")
		s.call(times(9, fail)...)
		s.is(runtime.Closed, "nine failures later")
		s.circuit.Reset()
		s.trip()
		s.recover()
	}},
	{"counts exactly", func(s *subject) {
		var all sync.WaitGroup
		var mu sync.Mutex
		var want runtime.Counts
		for g := range 32 {
			all.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(g)))
				var mine runtime.Counts
				for range 60 {
					does := []step{succeed, succeed, fail, neither, answer, crash}[random.IntN(6)]
					count(&mine, <-s.start(context.Background(), does))
					time.Sleep(time.Duration(random.IntN(100)) * time.Millisecond)
				}
				mu.Lock()
				defer mu.Unlock()
				want = add(want, mine)
			})
		}
		all.Wait()
		got := s.circuit.Snapshot()
		if add(got.Total, runtime.Counts{}) != want || got.InFlight != 0 || want.Calls() != 32*60 {
			s.wrong("it counts\n%+v, %d in flight, and come back have\n%+v", got.Total, got.InFlight, want)
		}
		if made := want.Successes + want.Failures + want.Ignored; uint64(s.calls()) != made {
			s.wrong("%d calls are made, %d counted", s.calls(), made)
		}
	}},
	{leavesNothing, func(s *subject) {
		for range 50 {
			s.wrap(policy)
			s.trip()
		}
		time.Sleep(time.Hour)
	}},
}

// leavesNothing is judged at the end of its bubble.
const leavesNothing = "dropped, leaves no goroutine behind"

// record keeps the changes of state, and asks the circuit while it is told of them.
func (s *subject) record() *events {
	e := &events{}
	circuit := s.circuit
	s.registry.Subscribe(func(event runtime.Event) {
		circuit.State()
		circuit.Snapshot()
		e.mu.Lock()
		defer e.mu.Unlock()
		e.changes = append(e.changes, event.From.String()+">"+event.To.String())
	})
	return e
}

type events struct {
	mu      sync.Mutex
	changes []string // guarded by mu
}

func (e *events) are(s *subject, want ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Equal(e.changes, want) {
		s.wrong("announced are %v, not %v", e.changes, want)
	}
}

// count adds a call by how it came back.
func count(counts *runtime.Counts, e end) {
	switch {
	case e.panicked != nil || e.err == errDown:
		counts.Failures++
	case e.err == nil || e.err == errAnswer:
		counts.Successes++
	case e.err == errNeither:
		counts.Ignored++
	case e.open():
		counts.Rejections++
	}
}

// add adds what count counts.
func add(a, b runtime.Counts) runtime.Counts {
	return runtime.Counts{
		Successes:  a.Successes + b.Successes,
		Failures:   a.Failures + b.Failures,
		Timeouts:   a.Timeouts + b.Timeouts,
		Ignored:    a.Ignored + b.Ignored,
		Rejections: a.Rejections + b.Rejections,
		Full:       a.Full + b.Full,
	}
}
