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
		want   string // ends the error; "" is none
	}{
		{"the same", func(p *runtime.Policy) {}, ""},
		{"a default, written out", func(p *runtime.Policy) { p.Breaker.FailureRate = 0.5 }, ""},
		{"another rate", func(p *runtime.Policy) { p.Breaker.FailureRate = 0.4 },
			"breaker policy already: FailureRate 0.5, not 0.4"},
		{"no breaker", func(p *runtime.Policy) { p.Breaker.Off = true },
			"breaker policy already: Off false, not true"},
		{"a count window", func(p *runtime.Policy) { p.Breaker.WindowCalls = 9 },
			"breaker policy already: MinCalls 30, not 9; Window 10s, not 0s; WindowCalls 0, not 9"},
		{"a bulkhead", func(p *runtime.Policy) { p.Bulkhead.Limit = 9 },
			"bulkhead policy already: Limit 0, not 9"},
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
			if err != nil && !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("got %v, which says more than %q", err, c.want)
			}
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

// here begins the names of the types above.
const here = "github.com/breakergen/breakergen/runtime_test."

// Whoever comes first, a name that two interfaces happen to have is refused, and one
// that a user has chosen is shared.
func TestOwners(t *testing.T) {
	type constructor func(r *runtime.Registry) error
	byDefault := func(r *runtime.Registry) error { return bindAs[echo](r, step(succeed), nil) }
	strangers := func(r *runtime.Registry) error { return bindAs[stranger](r, strange{}, nil) }
	ofInt := func(r *runtime.Registry) error { return bindAs(r, &genericEcho[int]{}, nil) }
	ofString := func(r *runtime.Registry) error { return bindAs(r, &genericEcho[string]{}, nil) }
	unnamed := func(r *runtime.Registry) error { return bindAs[interface{ Stranger() }](r, strange{}, nil) }
	otherUnnamed := func(r *runtime.Registry) error { return bindAs[any](r, strange{}, nil) }
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
		owner   string // that refuses the last one; "" is none
	}{
		{"one interface twice", []constructor{byDefault, byDefault}, ""},
		{"two interfaces", []constructor{byDefault, strangers}, here + "echo"},
		{"two instances of a generic one", []constructor{ofInt, ofString}, here + "genericEcho[int]"},
		{"one instance twice", []constructor{ofInt, ofInt}, ""},
		{"one without a name twice", []constructor{unnamed, unnamed}, ""},
		{"two without a name", []constructor{unnamed, otherUnnamed}, "Echo = interface { Stranger() }"},
		{"the second has a Name", []constructor{byDefault, named}, ""},
		{"the first has a Name", []constructor{named, byDefault}, ""},
		{"the second has a circuit directive", []constructor{byDefault, directed}, ""},
		{"the first has a circuit directive", []constructor{directed, byDefault}, ""},
		{"both have chosen it", []constructor{named, directed}, ""},
		{"two interfaces after one that has chosen it", []constructor{named, byDefault, ofInt}, here + "echo"},
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
			if c.owner != "" {
				wantError(t, err, "Echo.Do", "belongs to "+c.owner+": ", "Name", "circuit directive")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// The circuits by key of one interface are its own, as any other.
func TestOwnersOfKeys(t *testing.T) {
	keyed := func(name string) option {
		return func(s *setup) { byKey(0)(s); s.spec.Circuit = name }
	}
	w := wrap(t, runtime.Policy{}, keyed("Echo.Do")) // a name that the user has chosen
	wrap(t, runtime.Policy{}, byKey(0), in(w.registry))
	err := bindAs(w.registry, stranger(strange{}), func(_ *runtime.Builder[stranger], s *runtime.Spec) {
		s.Hooks = runtime.Hooks[int, int]{Key: strconv.Itoa}
	})
	wantError(t, err, "Echo.Do", "belongs to "+here+"echo: ")
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
			engine := func(name string, _ runtime.BreakerPolicy) (runtime.Breaker, error) {
				if name == "Echo.Undo" {
					r.Remove("Echo.Do")
				}
				return closedEngine{}, nil
			}
			var do method
			for _, others := range [][]string{nil, {"Undo"}} {
				b := runtime.Builder[echo]{
					Constructor: "New", Interface: "Echo", Next: step(succeed), Registry: r, Engine: engine,
				}
				do = runtime.NewMethod(&b, runtime.Spec{Name: "Do", Hooks: hooks}, echo.Do)(b.Next)
				for _, name := range others {
					runtime.NewMethod(&b, runtime.Spec{Name: name}, echo.Do)
				}
				if err := b.Build(); err != nil {
					t.Fatal(err)
				}
			}
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
