package state

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/window"
)

var errOpen = errors.New("open")

// scene is a machine, what it counts by, and what it has told.
type scene struct {
	Machine
	stats   window.Stats
	policy  Policy
	now     int64
	changes []Change
}

func newScene(policy Policy) *scene {
	s := &scene{policy: policy, now: int64(time.Hour)}
	s.stats.Init(s.now, policy.Window)
	s.Init(s.now, &s.stats, policy.WindowCalls,
		func(c Change) { s.changes = append(s.changes, c) },
		func(int64) error { return errOpen })
	return s
}

func lenient() Policy {
	return Policy{
		FailureRate: 0.5, SlowRate: 0.5, MinCalls: 10, Window: 10 * time.Second,
		OpenFor: 5 * time.Second, Probes: 1, Consecutive: -1,
	}
}

func (s *scene) admit() (Ticket, error) { return s.Admit(s.Current(), s.now, &s.policy) }

// end counts an end, and tells the machine.
func (s *scene) end(ticket Ticket, how window.Counter) Move {
	result := &window.Result{Now: s.now, Epoch: ticket.Period().Epoch, How: how, IsCall: true}
	stripe := s.stats.Lock(0)
	stripe.Add(result, ticket.Period().Recent())
	stripe.Unlock()
	if ticket.ChangesNothing(result, &s.policy) {
		return Move{}
	}
	return s.Ended(&ticket, result, &s.policy)
}

// call makes n calls, or as many as there are before one is turned away.
func (s *scene) call(n int, how window.Counter) (made int) {
	for range n {
		ticket, err := s.admit()
		if err != nil {
			break
		}
		s.end(ticket, how)
		made++
	}
	return made
}

func (s *scene) passes(d time.Duration) { s.now += int64(d) }

func (s *scene) is(t *testing.T, want State) {
	t.Helper()
	if got := s.Current().State; got != want {
		t.Errorf("it is %v, want %v", got, want)
	}
}

func TestMachineOpens(t *testing.T) {
	consecutive := lenient()
	consecutive.Consecutive, consecutive.MinCalls = 3, 100
	byCalls := lenient()
	byCalls.Window, byCalls.WindowCalls = 0, 10
	off := lenient()
	off.Off = true
	for name, c := range map[string]struct {
		policy                     Policy
		successes, failures, opens int
		cause                      Cause
	}{
		"at the rate, with enough calls": {lenient(), 5, 20, 5, CauseFailureRate},
		"with no more than enough":       {lenient(), 0, 20, 10, CauseFailureRate},
		"in a row":                       {consecutive, 50, 20, 3, CauseConsecutive},
		"by the last calls":              {byCalls, 50, 20, 5, CauseFailureRate},
		"never when it is off":           {off, 0, 20, 20, 0},
	} {
		s := newScene(c.policy)
		s.call(c.successes, window.Succeeded)
		if got := s.call(c.failures, window.Failed); got != c.opens {
			t.Errorf("%s: %d failures were let through, want %d", name, got, c.opens)
		}
		if c.cause == 0 {
			if len(s.changes) > 0 {
				t.Errorf("%s: %+v", name, s.changes)
			}
			continue
		}
		if len(s.changes) != 1 || s.changes[0].Cause != c.cause ||
			s.changes[0].Counts[window.Failed] != uint64(c.opens) {
			t.Errorf("%s: %+v", name, s.changes)
		}
	}
}

// open is a machine that has opened by one failure.
func open(policy Policy) *scene {
	policy.Consecutive = 1
	s := newScene(policy)
	s.call(1, window.Failed)
	return s
}

func TestMachineRecovers(t *testing.T) {
	s := open(lenient())
	s.passes(5*time.Second - 1)
	if _, err := s.admit(); err != errOpen {
		t.Errorf("a little too early: %v", err)
	}
	s.passes(1)
	s.call(1, window.Failed)
	s.is(t, Open)
	s.passes(5 * time.Second)
	s.call(1, window.Succeeded)
	s.is(t, Closed)
	var causes []Cause
	for _, c := range s.changes {
		causes = append(causes, c.Cause)
	}
	want := []Cause{CauseConsecutive, CauseProbing, CauseProbeFailed, CauseProbing, CauseProbeSucceeded}
	if !slices.Equal(causes, want) {
		t.Errorf("by %v, want %v", causes, want)
	}
	if last := s.changes[4]; last.Down != 10*time.Second {
		t.Errorf("down for %v", last.Down)
	}
}

// However many ask at once, so many probes are let in; each that ends makes room, and one that
// hangs loses its permit, but not its say.
func TestMachineLetsInSoManyProbes(t *testing.T) {
	policy := lenient()
	policy.Probes = 3
	s := open(policy)
	s.passes(5 * time.Second)
	var admitted atomic.Int64
	probes := make(chan Ticket, 200)
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			if ticket, err := s.admit(); err == nil {
				admitted.Add(1)
				probes <- ticket
			}
		})
	}
	all.Wait()
	if got := admitted.Load(); got != 3 {
		t.Fatalf("%d probes, want 3", got)
	}
	s.end(<-probes, window.Ignored)
	if ticket, err := s.admit(); err != nil || !ticket.IsProbe() {
		t.Errorf("no other in the place of one that says nothing: %v", err)
	}
	s.passes(5 * time.Second)
	if got := s.probes(5); got != 3 {
		t.Errorf("%d others in the place of those that hang, want 3", got)
	}
	s.end(<-probes, window.Succeeded) // whose permit has lapsed: it has none to give back
	if got := s.probes(1); got != 0 {
		t.Error("one more than there are permits")
	}
	s.is(t, HalfOpen)
	s.end(<-probes, window.Failed)
	s.is(t, Open)
}

// probes asks for so many, and returns how many were let in.
func (s *scene) probes(n int) (admitted int) {
	for range n {
		if _, err := s.admit(); err == nil {
			admitted++
		}
	}
	return admitted
}

// What was let through before a change of state changes nothing after it.
func TestMachineHeedsNoStaleResult(t *testing.T) {
	s := newScene(lenient())
	var old []Ticket
	for range 20 {
		ticket, _ := s.admit()
		old = append(old, ticket)
	}
	s.Reset(s.now)
	for _, ticket := range old {
		if move := s.end(ticket, window.Failed); move != (Move{}) {
			t.Fatalf("an old failure makes %v", move)
		}
	}
	s.is(t, Closed)
}

func TestMachineForced(t *testing.T) {
	s := newScene(lenient())
	s.ForceOpen(s.now, errOpen)
	s.passes(time.Hour)
	if _, err := s.admit(); err != errOpen {
		t.Errorf("forced open, it says %v", err)
	}
	s.ForceClose(s.now)
	if got := s.call(100, window.Failed); got != 100 {
		t.Errorf("forced closed, %d calls were let through", got)
	}
	if move := s.Follow(s.now, func() State { return Open }); move != (Move{}) || !s.Current().Forced {
		t.Errorf("it follows others: %v", move)
	}
	s.Reset(s.now)
	if move := s.Follow(s.now, func() State { return Open }); move != (Move{Closed, Open}) {
		t.Errorf("it doesn't follow others: %v", move)
	}
}

// An open machine is abandoned that nobody has come to probe, for as long again as it was to be open; not one
// that waits for somebody else.
func TestMachineAbandoned(t *testing.T) {
	s := open(lenient())
	is := func(what string, want bool) {
		t.Helper()
		if got := s.Current().IsAbandoned(s.now); got != want {
			t.Errorf("%s: abandoned %v, want %v", what, got, want)
		}
	}
	s.passes(10*time.Second - 1)
	is("a moment before", false)
	s.passes(1)
	is("at its time", true)
	s.probes(1)
	s.passes(time.Hour)
	is("half-open", false)
	s.ForceOpen(s.now, errOpen)
	s.passes(time.Hour)
	is("forced", false)
	s.Reset(s.now)
	is("closed", false)
	s.Follow(s.now, func() State { return Open })
	s.passes(time.Hour)
	is("open as another one is", false)
}

// Where the open time grows, it doubles up to its most, and is drawn from the last fifth.
func TestOpenTime(t *testing.T) {
	p := Policy{OpenFor: 5 * time.Second, MaxOpenFor: time.Minute}
	for failed, most := range []time.Duration{5, 10, 20, 40, 60, 60} {
		most *= time.Second
		for range 100 {
			if got := p.openTime(failed); got > most || got <= most-most/5 {
				t.Fatalf("after %d failed probes it is %v, want %v at most", failed, got, most)
			}
		}
	}
	p.MaxOpenFor = p.OpenFor
	if got := p.openTime(9); got != 5*time.Second {
		t.Errorf("where it doesn't grow, it is %v", got)
	}
}

func BenchmarkCall(b *testing.B) {
	s := newScene(lenient())
	s.call(20, window.Succeeded)
	b.ReportAllocs()
	for b.Loop() {
		ticket, _ := s.admit()
		s.end(ticket, window.Succeeded)
	}
}

// TestHalfOpen: an open machine, forced or not, lets the next call probe; no other is moved.
func TestHalfOpen(t *testing.T) {
	s := newScene(lenient())
	s.HalfOpen(s.now)
	if got := s.Current().State; got != Closed || len(s.changes) != 0 {
		t.Errorf("a closed one is %v", got)
	}
	for _, open := range []func(){
		func() { s.call(10, window.Failed) },
		func() { s.ForceOpen(s.now, errOpen) },
	} {
		open()
		s.HalfOpen(s.now)
		probe, err := s.admit()
		if err != nil || !probe.IsProbe() {
			t.Fatalf("the first call: %v", err)
		}
		if _, err := s.admit(); err != errOpen {
			t.Errorf("the second one: %v", err)
		}
		s.end(probe, window.Succeeded)
		last := s.changes[len(s.changes)-2]
		if got := s.Current().State; got != Closed || last.Cause != CauseProbing {
			t.Errorf("after the probe it is %v, by %+v", got, s.changes)
		}
	}
}

// What a success costs: where a look has said that it can't open the machine, where the window
// has too few calls to say so, and where each looks.
func BenchmarkSuccess(b *testing.B) {
	for name, c := range map[string]struct {
		minCalls int
		looks    bool
	}{"spared": {10, false}, "too few": {1 << 30, false}, "each looks": {10, true}} {
		b.Run(name, func(b *testing.B) {
			p := lenient()
			p.MinCalls = c.minCalls
			s := newScene(p)
			s.call(10, window.Succeeded)
			b.ReportAllocs()
			for b.Loop() {
				if c.looks {
					s.Current().outlook.Load().forget()
				}
				ticket, _ := s.admit()
				s.end(ticket, window.Succeeded)
			}
		})
	}
}
