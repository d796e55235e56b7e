package breakertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

func TestOpenAndClose(t *testing.T) {
	t.Parallel()
	circuits := New(t)
	users := wrap(t, circuits, succeed, runtime.Policy{})
	for range 2 {
		circuits.Open("Users.Get")
		var open *runtime.OpenError
		if err := users.call(); !errors.As(err, &open) || open.Circuit != "Users.Get" {
			t.Errorf("open: %v", err)
		}
		circuits.Close("Users.Get")
		if err := users.call(); err != nil {
			t.Errorf("closed: %v", err)
		}
	}
	if got := circuits.Calls("Users.Get"); got.Rejections != 2 || got.Successes != 2 || got.Calls() != 4 {
		t.Errorf("counted %+v", got)
	}
}

// TestCloseWorks: what Open has forced stays so, what is closed opens by failures again.
func TestCloseWorks(t *testing.T) {
	circuits := New(t)
	circuits.Expect("Users.Get")
	users := wrap(t, circuits, fail, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 2}, Retry: runtime.RetryPolicy{Off: true}})
	circuits.Open("Users.Get")
	circuits.Close("Users.Get")
	for _, want := range []bool{false, false, true} {
		if err := users.call(); errors.As(err, new(*runtime.OpenError)) != want {
			t.Errorf("got %v", err)
		}
	}
}

// TestHalfOpen: whatever the state is, one call is let through, and decides.
func TestHalfOpen(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(*Registry){
		"closed":     func(*Registry) {},
		"open":       func(r *Registry) { r.Open("Users.Get") },
		"tripped":    func(r *Registry) { r.Trip("Users.Get", errBoom) },
		"half-open":  func(r *Registry) { r.HalfOpen("Users.Get") },
		"closed new": func(r *Registry) { r.Open("Users.Get"); r.Close("Users.Get") },
	} {
		for _, err := range []error{nil, errBoom} {
			t.Run(fmt.Sprint(name, err), func(t *testing.T) {
				circuits := New(t)
				var users wrapped
				made := 0
				users = wrap(t, circuits, func(context.Context, string) (int, error) {
					made++
					if err := users.call(); !errors.As(err, new(*runtime.OpenError)) {
						t.Errorf("a second call beside the probe: %v", err)
					}
					return 0, err
				}, runtime.Policy{})
				before(circuits)
				circuits.HalfOpen("Users.Get")
				c, _ := circuits.Runtime().Circuit("Users.Get")
				if c.State() != runtime.HalfOpen {
					t.Errorf("it is %v", c.State())
				}
				want := map[bool]runtime.State{true: runtime.Closed, false: runtime.Open}[err == nil]
				if got := users.call(); got != err || made != 1 || c.State() != want {
					t.Errorf("the probe: %v, %d calls, and the circuit is %v", got, made, c.State())
				}
			})
		}
	}
}

// TestHalfOpenIsTold: the listeners hear of it at once, as of any other change, and of nothing else.
func TestHalfOpenIsTold(t *testing.T) {
	circuits := New(t)
	circuits.Expect("Users.Get")
	wrap(t, circuits, succeed, runtime.Policy{})
	circuits.Trip("Users.Get", errBoom)
	var told []runtime.State
	circuits.Runtime().Subscribe(func(e runtime.Event) { told = append(told, e.To) })
	circuits.HalfOpen("Users.Get")
	if want := []runtime.State{runtime.HalfOpen}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

// TestTripOfWhatAMethodReturns has a wrapper within another one be of the same test.
func TestTripOfWhatAMethodReturns(t *testing.T) {
	circuits := New(t)
	circuits.Expect("Orders.Get")
	within := runtime.Builder[client]{Interface: "Orders"}
	var orders wrapped
	wrap(t, circuits, succeed, runtime.Policy{}, func(b *runtime.Builder[client], _ *runtime.Spec) {
		within.Within(b.Parent("Orders"))
		orders = runtime.NewMethod(&within, runtime.Spec{Name: "Get"},
			func(next client, ctx context.Context, id string) (int, error) { return next(ctx, id) })(succeed)
	})
	circuits.Trip("Orders.Get", errBoom)
	if err := orders.call(); !errors.As(err, new(*runtime.OpenError)) {
		t.Errorf("got %v", err)
	}
}

// TestTripIsLikeLife: what the listeners and the callers see of a circuit that Trip opens is
// what they see where the same calls are made through the wrapper.
func TestTripIsLikeLife(t *testing.T) {
	for _, policy := range []runtime.BreakerPolicy{
		{},
		{Consecutive: 3},
		{Consecutive: -1},
		{Consecutive: -1, WindowCalls: 7},
		{FailureRate: 1, MinCalls: 30, Consecutive: 40},
		{OpenFor: time.Second, MaxOpenFor: time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := runtime.Policy{Breaker: policy, Retry: runtime.RetryPolicy{Off: true}}
			outage := func(open func(*Registry, wrapped)) (runtime.Event, runtime.Counts, *runtime.OpenError) {
				circuits := New(t)
				circuits.Expect("Users.Get")
				var told []runtime.Event
				circuits.Runtime().Subscribe(func(e runtime.Event) { told = append(told, e) })
				users := wrap(t, circuits, fail, p)
				open(circuits, users)
				counts := circuits.Calls("Users.Get")
				var rejected *runtime.OpenError
				if err := users.call(); !errors.As(err, &rejected) || len(told) != 1 {
					t.Fatalf("%+v: got %v after %v", policy, err, told)
				}
				return told[0], counts, rejected
			}
			event, counts, rejected := outage(func(r *Registry, _ wrapped) { r.Trip("Users.Get", errBoom) })
			lifeEvent, lifeCounts, lifeRejected := outage(func(_ *Registry, users wrapped) {
				for range counts.Failures {
					users.call()
				}
			})
			if event != lifeEvent || counts != lifeCounts {
				t.Errorf("%+v: Trip is told as %+v, life as %+v", policy, event, lifeEvent)
			}
			if policy.MaxOpenFor == 0 && !rejected.Until.Equal(lifeRejected.Until) {
				t.Errorf("%+v: until %v, in life %v", policy, rejected.Until, lifeRejected.Until)
			}
		})
	}
}

// TestTripGoesOnAsLife: the open time passes, and a probe closes it.
func TestTripGoesOnAsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		circuits := New(t)
		users := wrap(t, circuits, succeed, runtime.Policy{})
		circuits.Trip("Users.Get", errBoom)
		time.Sleep(5*time.Second - time.Nanosecond)
		if err := users.call(); !errors.As(err, new(*runtime.OpenError)) {
			t.Errorf("in the open time: %v", err)
		}
		time.Sleep(time.Nanosecond)
		if err := users.call(); err != nil {
			t.Errorf("the probe: %v", err)
		}
	})
}

// TestTripOfAnyCircuit: with successes in its window, open already, half-open, full of them.
func TestTripOfAnyCircuit(t *testing.T) {
	circuits := New(t)
	users := wrap(t, circuits, succeed, runtime.Policy{Breaker: runtime.BreakerPolicy{FailureRate: 1, Consecutive: -1}})
	for range 100 {
		users.call()
	}
	for _, before := range []func(string){func(string) {}, func(string) {}, circuits.Open, circuits.HalfOpen, circuits.Close} {
		before("Users.Get")
		circuits.Trip("Users.Get", errBoom)
		c, _ := circuits.Runtime().Circuit("Users.Get")
		if s := c.Snapshot(); s.State != runtime.Open || s.Forced || s.LastError != errBoom {
			t.Errorf("%+v", s)
		}
	}
}

func TestTripRefuses(t *testing.T) {
	protocol := &runtime.Protocol{Name: "users", Judge: func(err error) runtime.Outcome {
		return map[bool]runtime.Outcome{true: runtime.Success, false: runtime.Failure}[errors.Is(err, errAnswer)]
	}}
	policy := func(classify func(error) runtime.Outcome) func(*runtime.Builder[client], *runtime.Spec) {
		return func(_ *runtime.Builder[client], s *runtime.Spec) { s.Config = &runtime.Policy{Classify: classify} }
	}
	for name, option := range map[string]func(*runtime.Builder[client], *runtime.Spec){
		"an answer by its protocol": func(_ *runtime.Builder[client], s *runtime.Spec) { s.Protocol = protocol },
		"an answer by its policy":   policy(protocol.Judge),
		"nobody's fault":            policy(func(error) runtime.Outcome { return runtime.Ignored }),
		"an answer by its results": func(_ *runtime.Builder[client], s *runtime.Spec) {
			s.Hooks = runtime.Hooks[string, int]{ClassifyResult: func(_ int, err error) runtime.Outcome { return protocol.Judge(err) }}
		},
	} {
		said := record(func(t *recorder, circuits *Registry) {
			wrap(t, circuits, fail, runtime.Policy{}, option)
			if name != "nobody's fault" {
				circuits.Trip("Users.Get", errBoom)
				circuits.Close("Users.Get")
			}
			circuits.Trip("Users.Get", errAnswer)
			t.fail("not reached")
		})
		want := name
		if name != "nobody's fault" {
			want = "an answer"
		}
		holds(t, said, `Trip("Users.Get")`, `"no such user"`, want)
	}
	holds(t, record(func(t *recorder, circuits *Registry) {
		wrap(t, circuits, fail, runtime.Policy{})
		circuits.Trip("Users.Get", nil)
	}), `Trip("Users.Get", nil)`)
}

func TestBreakerThatIsOff(t *testing.T) {
	off := runtime.Policy{Breaker: runtime.BreakerPolicy{Off: true}}
	for name, move := range map[string]func(*Registry, string){
		"Trip":     func(r *Registry, c string) { r.Trip(c, errBoom) },
		"HalfOpen": (*Registry).HalfOpen,
	} {
		holds(t, record(func(t *recorder, circuits *Registry) {
			wrap(t, circuits, fail, off)
			move(circuits, "Users.Get")
		}), name+`("Users.Get"): its breaker is off`)
	}
	circuits := New(t)
	users := wrap(t, circuits, succeed, off)
	circuits.Open("Users.Get")
	if err := users.call(); !errors.As(err, new(*runtime.OpenError)) {
		t.Errorf("forced open: %v", err)
	}
}

// stuck is another engine's breaker, which nothing moves.
type stuck struct{}

func (stuck) Wrap(next goresilience.Runner) goresilience.Runner { return next }
func (stuck) State() runtime.State                              { return runtime.Closed }

func TestAnotherEngine(t *testing.T) {
	for name, test := range map[string]struct {
		move func(*Registry)
		said string
	}{
		"HalfOpen": {func(r *Registry) { r.HalfOpen("Users.Get") }, "another engine's breaker decides"},
		"Trip":     {func(r *Registry) { r.Trip("Users.Get", errBoom) }, "is still closed after 10000 calls"},
	} {
		holds(t, record(func(t *recorder, circuits *Registry) {
			wrap(t, circuits, succeed, runtime.Policy{}, func(b *runtime.Builder[client], _ *runtime.Spec) {
				b.Engine = func(string, runtime.BreakerPolicy) (runtime.Breaker, error) { return stuck{}, nil }
			})
			test.move(circuits)
		}), name+`("Users.Get"`, test.said)
	}
}

// TestTripBesideFullBulkhead: calls of the test hold all places.
func TestTripBesideFullBulkhead(t *testing.T) {
	tried := uint64(0)
	holds(t, record(func(t *recorder, circuits *Registry) {
		defer func() { tried = circuits.Calls("Users.Get").Full }()
		users := wrap(t, circuits, func(context.Context, string) (int, error) {
			circuits.Trip("Users.Get", errBoom)
			return 0, nil
		}, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}})
		users.call()
	}), `Trip("Users.Get"): calls of the test hold all 1 places`)
	if tried != 1 {
		t.Errorf("it tried %d times", tried)
	}
}
