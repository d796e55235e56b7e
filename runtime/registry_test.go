package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/breakergen/breakergen/runtime"
)

// names returns the names of a registry's circuits, in its order.
func names(r *runtime.Registry) (names []string) {
	for c := range r.Circuits() {
		names = append(names, c.Name())
	}
	return names
}

func named(name string) option { return func(s *setup) { s.Name = name } }

// sharing gives the circuit's name as a directive does.
func sharing(circuit string) option { return func(s *setup) { s.spec.Circuit = circuit } }

func TestCircuitNames(t *testing.T) {
	r := runtime.NewRegistry()
	wrap(t, runtime.Policy{}, in(r))
	wrap(t, runtime.Policy{}, in(r), named("Other"))
	wrap(t, runtime.Policy{}, in(r), sharing("api"), named("Any"))
	if want := []string{"Echo.Do", "Other.Do", "api"}; !slices.Equal(names(r), want) {
		t.Errorf("got %v, want %v", names(r), want)
	}
	if c, ok := r.Circuit("api"); !ok || c.Name() != "api" {
		t.Errorf("got %v, %v", c, ok)
	}
	if c, ok := r.Circuit("nobody"); ok || c != nil {
		t.Errorf("got %v, %v for a name that isn't there", c, ok)
	}
}

func TestNilRegistryIsDefault(t *testing.T) {
	b := runtime.Builder[echo]{Interface: "TestNilRegistry", Next: step(succeed)}
	runtime.NewMethod(&b, runtime.Spec{Name: "Do"}, echo.Do)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	defer runtime.Default.Remove("TestNilRegistry.Do")
	if _, ok := runtime.Default.Circuit("TestNilRegistry.Do"); !ok {
		t.Error("it isn't there")
	}
}

func TestCircuitsWhileChanging(t *testing.T) {
	r := runtime.NewRegistry()
	for _, name := range []string{"c", "a", "b"} {
		wrap(t, runtime.Policy{}, in(r), sharing(name))
	}
	var seen []string
	for c := range r.Circuits() {
		seen = append(seen, c.Name())
		r.Remove(c.Name())
		wrap(t, runtime.Policy{}, in(r), sharing("new "+c.Name()))
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(seen, want) {
		t.Errorf("saw %v, want %v", seen, want)
	}
	if want := []string{"new a", "new b", "new c"}; !slices.Equal(names(r), want) {
		t.Errorf("left %v, want %v", names(r), want)
	}
	for range r.Circuits() {
		break // is no reason to panic
	}
}

func TestRemove(t *testing.T) {
	old := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
	old.run(fail)
	old.registry.Remove("Echo.Do")
	old.registry.Remove("Echo.Do")
	old.registry.Remove("nobody")
	if _, ok := old.registry.Circuit("Echo.Do"); ok {
		t.Error("it is still there")
	}
	// Another policy is none of a conflict now.
	fresh := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 9}), in(old.registry))
	if err := fresh.call(); err != nil {
		t.Errorf("the new circuit: %v", err)
	}
	if err := old.call(); !isOpen(err) {
		t.Errorf("the old wrapper got %v, want its old circuit's rejection", err)
	}
	old.registry.Remove("Echo.Do")
	if left := names(old.registry); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// twoMethods makes a wrapper of two methods.
func twoMethods(r *runtime.Registry, a, b runtime.Spec, e runtime.Engine) error {
	builder := runtime.Builder[echo]{
		Constructor: "New", Interface: "Two", Next: step(succeed), Registry: r, Engine: e,
	}
	runtime.NewMethod(&builder, a, echo.Do)
	runtime.NewMethod(&builder, b, echo.Do)
	return builder.Build()
}

func TestFailedConstructorLeavesTheRegistry(t *testing.T) {
	type spec = runtime.Spec
	window := func(calls int) *runtime.Policy {
		return &runtime.Policy{Breaker: runtime.BreakerPolicy{WindowCalls: calls}}
	}
	failing := func(name string, _ runtime.BreakerPolicy) (runtime.Breaker, error) {
		if name == "Two.B" {
			return nil, errBoom
		}
		return closedEngine{}, nil
	}
	none := func(string, runtime.BreakerPolicy) (runtime.Breaker, error) { return nil, nil }
	noRunner := func(string, runtime.BreakerPolicy) (runtime.Breaker, error) {
		return wraplessEngine{}, nil
	}
	for _, c := range []struct {
		name   string
		a, b   spec
		engine runtime.Engine
		want   []string
	}{
		{"a bad value", spec{Name: "A"}, spec{Name: "B", Config: window(-1)}, nil,
			[]string{"Policies.B.Breaker.WindowCalls", "-1"}},
		{"both bad", spec{Name: "A", Config: window(-2)}, spec{Name: "B", Config: window(-3)}, nil,
			[]string{"Policies.A.Breaker.WindowCalls", "Policies.B.Breaker.WindowCalls"}},
		{"another policy than what is there", spec{Name: "A"}, spec{Name: "B", Circuit: "there"}, nil,
			[]string{"Policies.B", "there", "breaker policy"}},
		{"one new circuit, two policies", spec{Name: "A", Circuit: "new"},
			spec{Name: "B", Circuit: "new", Config: window(9)}, nil,
			[]string{"Policies.B", "new", "breaker policy"}},
		{"a key in one place only", spec{Name: "A", Circuit: "new"},
			spec{Name: "B", Circuit: "new", Hooks: runtime.Hooks[int, int]{Key: func(int) string { return "" }}}, nil,
			[]string{"Policies.B", "new", "key"}},
		{"an engine's error", spec{Name: "A"}, spec{Name: "B"}, failing,
			[]string{"Policies.B", "Two.B", "boom"}},
		{"no breaker of an engine", spec{Name: "A"}, spec{Name: "B"}, none,
			[]string{"Policies.A", "Two.A", "no breaker"}},
		{"no runner of an engine's breaker", spec{Name: "A"}, spec{Name: "B"}, noRunner,
			[]string{"Policies.A", "Two.A", "no runner"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			there := wrap(t, *window(77), sharing("there"))
			err := twoMethods(there.registry, c.a, c.b, c.engine)
			wantError(t, err, append(c.want, "New: ")...)
			if c.name == "an engine's error" && !errors.Is(err, errBoom) {
				t.Error("the engine's error isn't in it")
			}
			if got := names(there.registry); !slices.Equal(got, []string{"there"}) {
				t.Errorf("the registry has %v", got)
			}
			if got := there.circuit.Snapshot().Policy.Breaker.WindowCalls; got != 77 {
				t.Errorf("the circuit that was there has another policy: %d", got)
			}
		})
	}
}

// The registry keeps neither a wrapper nor what it wraps.
func TestRegistryKeepsNoWrapper(t *testing.T) {
	r := runtime.NewRegistry()
	target, method := func() (weak.Pointer[dependency], weak.Pointer[[64]byte]) {
		held := new([64]byte) // by the method alone
		judge := judgedWithResult(func(int, error) runtime.Outcome { return runtime.Outcome(held[0]) + runtime.Success })
		w := wrap(t, runtime.Policy{}, in(r), judge)
		keyed := wrap(t, runtime.Policy{}, in(r), sharing("keyed"), byKey(0), around(w.dependency))
		if err := errors.Join(w.call(), keyed.call()); err != nil {
			t.Fatal(err)
		}
		return weak.Make(w.dependency), weak.Make(held)
	}()
	for deadline := time.Now().Add(10 * time.Second); ; {
		goruntime.GC()
		if target.Value() == nil && method.Value() == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("kept: what is wrapped %v, the method %v", target.Value() != nil, method.Value() != nil)
		}
	}
	if got := len(names(r)); got != 2 {
		t.Errorf("%d circuits are left, want 2", got)
	}
	// The circuit lives, and its runner too.
	c, _ := r.Circuit("Echo.Do")
	err := c.Runner().Run(context.Background(), func(context.Context) error { return nil })
	if err != nil {
		t.Error(err)
	}
}

// around wraps another dependency than the wrapper's own.
func around(next echo) option { return func(s *setup) { s.Next = next } }
