package runtime_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/breakergen/breakergen/runtime"
)

func TestWrappersShareACircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 2})
		policy.Bulkhead = runtime.BulkheadPolicy{Limit: 1}
		a := wrap(t, policy)
		b := wrap(t, policy, in(a.registry))
		if a.circuit != b.circuit {
			t.Fatal("two circuits")
		}
		held := a.startBlocked(t)
		if err := b.call(); !errors.As(err, new(*runtime.FullError)) {
			t.Errorf("got %v, want the other's bulkhead to be full", err)
		}
		held.release()
		a.run(fail)
		b.run(fail)
		a.is(t, runtime.Open)
		if !isOpen(a.call()) || !isOpen(b.call()) {
			t.Error("calls went through")
		}
		if got := a.circuit.Snapshot().Total; got.Calls() != 6 || got.Rejections != 2 {
			t.Errorf("counted %+v, want 6 calls", got)
		}
	})
}

// Methods of one wrapper that name one circuit share it from the first moment.
func TestMethodsShareACircuit(t *testing.T) {
	for name, hooks := range map[string]runtime.AnyHooks{
		"one": nil, "by key": runtime.Hooks[int, int]{Key: strconv.Itoa},
	} {
		bubble(t, name, func(t *testing.T) {
			next, policy := &dependency{}, breakerOnly(runtime.BreakerPolicy{Consecutive: 1})
			b := runtime.Builder[echo]{Constructor: "New", Next: next, Registry: runtime.NewRegistry()}
			methods := map[string]method{}
			for _, name := range []string{"Do", "Undo"} {
				s := runtime.Spec{Name: name, Circuit: "shared", Config: &policy, Hooks: hooks}
				methods[name] = runtime.NewMethod(&b, s, echo.Do)(next)
			}
			if err := b.Build(); err != nil {
				t.Fatal(err)
			}
			next.will(fail)
			methods["Do"](background, 1)
			if _, err := methods["Undo"](background, 1); !isOpen(err) || next.calls() != 1 {
				t.Errorf("got %v after %d calls", err, next.calls())
			}
		})
	}
}

// What the methods of a circuit share must be the same for all of them; the rest may
// differ.
func TestSharedPolicies(t *testing.T) {
	base := runtime.Policy{Breaker: runtime.BreakerPolicy{MinCalls: 30}}
	for _, c := range []struct {
		name   string
		change func(p *runtime.Policy)
		want   string // in the error; "" is none
	}{
		{"the same", func(p *runtime.Policy) {}, ""},
		{"a default, written out", func(p *runtime.Policy) { p.Breaker.FailureRate = 0.5 }, ""},
		{"another rate", func(p *runtime.Policy) { p.Breaker.FailureRate = 0.4 }, "breaker policy"},
		{"no breaker", func(p *runtime.Policy) { p.Breaker.Off = true }, "breaker policy"},
		{"a count window", func(p *runtime.Policy) { p.Breaker.WindowCalls = 9 }, "breaker policy"},
		{"a bulkhead", func(p *runtime.Policy) { p.Bulkhead.Limit = 9 }, "bulkhead policy"},
		{"another retry", func(p *runtime.Policy) { p.Retry.Attempts = 9 }, ""},
		{"another timeout", func(p *runtime.Policy) { p.Timeout.Attempt = 9 }, ""},
		{"functions", func(p *runtime.Policy) {
			p.Classify = func(error) runtime.Outcome { return runtime.Ignored }
			p.Retry.On = func(error) bool { return false }
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := wrap(t, base)
			other := base
			c.change(&other)
			_, err := tryWrap(other, in(a.registry))
			wantError(t, err, c.want, "Policies.Do", "Echo.Do")
		})
	}
}

// wantError checks that err holds all words, or with an empty first one that it is nil.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if words[0] == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	for _, word := range words {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("got %v, want an error with %q", err, word)
		}
	}
}

// bindAs makes a wrapper of interface T that is written as Echo.
func bindAs[T any](r *runtime.Registry, next T, options func(*runtime.Builder[T], *runtime.Spec)) error {
	b := runtime.Builder[T]{Constructor: "New", Interface: "Echo", Next: next, Registry: r}
	s := runtime.Spec{Name: "Do"}
	if options != nil {
		options(&b, &s)
	}
	runtime.NewMethod(&b, s, func(T, context.Context, int) (int, error) { return 0, nil })
	return b.Build()
}

type stranger interface{ Stranger() }

type strange struct{}

func (strange) Stranger() {}

type genericEcho[T any] struct{}

// Whoever comes first, a name that two interfaces happen to have is refused, and one
// that a user has chosen is shared.
func TestOwners(t *testing.T) {
	type constructor func(r *runtime.Registry) error
	byDefault := func(r *runtime.Registry) error { return bindAs[echo](r, step(succeed), nil) }
	strangers := func(r *runtime.Registry) error { return bindAs[stranger](r, strange{}, nil) }
	ofInt := func(r *runtime.Registry) error { return bindAs(r, &genericEcho[int]{}, nil) }
	ofString := func(r *runtime.Registry) error { return bindAs(r, &genericEcho[string]{}, nil) }
	named := func(r *runtime.Registry) error {
		return bindAs(r, stranger(strange{}), func(b *runtime.Builder[stranger], _ *runtime.Spec) {
			b.Name = "Echo"
		})
	}
	directed := func(r *runtime.Registry) error {
		return bindAs(r, stranger(strange{}), func(_ *runtime.Builder[stranger], s *runtime.Spec) {
			s.Circuit = "Echo.Do"
		})
	}
	for _, c := range []struct {
		name    string
		inOrder []constructor
		refused bool
	}{
		{"one interface twice", []constructor{byDefault, byDefault}, false},
		{"two interfaces", []constructor{byDefault, strangers}, true},
		{"two instances of a generic one", []constructor{ofInt, ofString}, true},
		{"one instance twice", []constructor{ofInt, ofInt}, false},
		{"the second has a Name", []constructor{byDefault, named}, false},
		{"the first has a Name", []constructor{named, byDefault}, false},
		{"the second has a circuit directive", []constructor{byDefault, directed}, false},
		{"the first has a circuit directive", []constructor{directed, byDefault}, false},
		{"both have chosen it", []constructor{named, directed}, false},
		{"two interfaces after one that has chosen it", []constructor{named, byDefault, ofInt}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := runtime.NewRegistry()
			var err error
			for _, construct := range c.inOrder {
				if err != nil {
					t.Fatal(err)
				}
				err = construct(r)
			}
			if c.refused {
				wantError(t, err, "Echo.Do", "belongs to", "Name", "circuit directive")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// Constructors that run at the same time share the circuit that one of them makes.
func TestConcurrentConstructors(t *testing.T) {
	r := runtime.NewRegistry()
	wrappers := make([]*wrapper, 16)
	var all sync.WaitGroup
	for i := range wrappers {
		all.Go(func() { wrappers[i] = wrap(t, runtime.Policy{}, in(r)) })
	}
	all.Wait()
	for _, w := range wrappers {
		if w.circuit != wrappers[0].circuit {
			t.Fatal("two circuits of one name")
		}
		w.call()
	}
	if got := wrappers[0].circuit.Snapshot().Total.Successes; got != 16 {
		t.Errorf("%d calls counted, want 16", got)
	}
}

// An engine is the user's code, and may do anything: what it removes from the registry while a
// constructor is about to share it is made anew.
func TestEngineRemovesWhatIsShared(t *testing.T) {
	for name, hooks := range map[string]runtime.AnyHooks{
		"Do": nil, "Do[7]": runtime.Hooks[int, int]{Key: strconv.Itoa},
	} {
		t.Run(name, func(t *testing.T) {
			r := runtime.NewRegistry()
			bind := func(methods map[string]runtime.AnyHooks, engine runtime.Engine) method {
				b := runtime.Builder[echo]{
					Constructor: "New", Interface: "Echo", Next: step(succeed), Registry: r, Engine: engine,
				}
				var do method
				for name, hooks := range methods {
					m := runtime.NewMethod(&b, runtime.Spec{Name: name, Hooks: hooks}, echo.Do)
					if name == "Do" {
						do = m(b.Next)
					}
				}
				if err := b.Build(); err != nil {
					t.Fatal(err)
				}
				return do
			}
			made := func(string, runtime.BreakerPolicy) (runtime.Breaker, error) { return closedEngine{}, nil }
			bind(map[string]runtime.AnyHooks{"Do": hooks}, made)
			do := bind(map[string]runtime.AnyHooks{"Do": hooks, "Undo": nil},
				func(name string, _ runtime.BreakerPolicy) (runtime.Breaker, error) {
					if name == "Echo.Undo" {
						r.Remove("Echo.Do")
					}
					return closedEngine{}, nil
				})
			do(background, 7)
			c, ok := r.Circuit("Echo." + name)
			if !ok || c.Snapshot().Total.Successes != 1 {
				t.Errorf("the call isn't counted: there are %v", names(r))
			}
		})
	}
}

// One that is removed while a constructor is about to share it is made anew.
func TestRemoveDuringConstructors(t *testing.T) {
	r := runtime.NewRegistry()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				w, err := tryWrap(runtime.Policy{}, in(r))
				if err != nil {
					t.Error(err)
				} else if err := w.call(); err != nil {
					t.Error(err)
				}
				r.Remove("Echo.Do")
			}
		})
	}
	all.Wait()
	if left := slices.Collect(r.Circuits()); len(left) != 0 {
		t.Errorf("%d circuits are left", len(left))
	}
}
