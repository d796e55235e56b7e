package runtime_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/slok/goresilience"
)

// pods is what a method of another wrapper returns.
type pods interface {
	get(ctx context.Context, name string) (string, error)
}

// inNamespace answers with its own name before the one that is asked for.
type inNamespace string

func (n inNamespace) get(_ context.Context, name string) (string, error) {
	if name == "" {
		return "", errBoom
	}
	return string(n) + "/" + name, nil
}

func getSpec(config runtime.Policy) runtime.Spec { return runtime.Spec{Name: "Get", Config: &config} }

type getFunc = func(context.Context, string) (string, error)

// within builds an outer wrapper of one method Ping, and what its methods return.
func within(outer runtime.Builder[pods], inner runtime.Builder[pods], p runtime.Policy) (func(pods) getFunc, error) {
	outer.Constructor, outer.Interface, outer.Next = "NewCoreBreaker", "Core", inNamespace("outer")
	ping := getSpec(runtime.Policy{})
	ping.Name = "Ping"
	runtime.NewMethod(&outer, ping, pods.get)
	inner.Interface = "Pods"
	inner.Within(outer.Parent("Pods"))
	get := runtime.NewMethod(&inner, getSpec(p), pods.get)
	return get, outer.Build()
}

// TestParent calls the methods of what a wrapper's methods return: each goes to its own, and
// all have one circuit.
func TestParent(t *testing.T) {
	registry := runtime.NewRegistry()
	get, err := within(runtime.Builder[pods]{Registry: registry}, runtime.Builder[pods]{},
		runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 3}, Retry: runtime.RetryPolicy{Off: true}})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, namespace := range []string{"a", "b", "c"} {
		group.Go(func() {
			call := get(inNamespace(namespace))
			for range 100 {
				if got, err := call(background, "pod"); got != namespace+"/pod" || err != nil {
					t.Errorf("got %q and %v", got, err)
				}
			}
		})
	}
	group.Wait()
	circuit, ok := registry.Circuit("Pods.Get")
	if !ok || circuit.Snapshot().Total.Successes != 300 {
		t.Fatal("the calls aren't counted by one circuit")
	}
	for _, namespace := range []string{"a", "b", "c"} {
		if _, err := get(inNamespace(namespace))(background, ""); err != errBoom {
			t.Errorf("got %v", err)
		}
	}
	if _, err := get(inNamespace("d"))(background, "pod"); !isOpen(err) {
		t.Errorf("got %v: three in a row have failed", err)
	}
}

// TestParentDetached has a call go on alone, while another wrapper's call is made.
func TestParentDetached(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		p := runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: time.Second, Detach: true}, Retry: runtime.RetryPolicy{Off: true}}
		get, err := within(runtime.Builder[pods]{Registry: runtime.NewRegistry()}, runtime.Builder[pods]{}, p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := get(slowPods{})(background, "pod"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if got, err := get(inNamespace("a"))(background, "pod"); got != "a/pod" || err != nil {
			t.Errorf("got %q and %v", got, err)
		}
		time.Sleep(10 * time.Second) // for the late one to end
	})
}

type slowPods struct{}

func (slowPods) get(context.Context, string) (string, error) {
	time.Sleep(10 * time.Second)
	return "late", nil
}

// TestParentInherited takes from the outer wrapper what the inner configuration leaves open.
func TestParentInherited(t *testing.T) {
	seen := 0
	link := func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			seen++
			return next.Run(ctx, f)
		})
	}
	registry := runtime.NewRegistry()
	get, err := within(runtime.Builder[pods]{Registry: registry, Name: "eu", Outer: []goresilience.Middleware{link}},
		runtime.Builder[pods]{Fallback: inNamespace("fallback")}, runtime.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := get(inNamespace("a"))(background, "pod"); got != "a/pod" || err != nil || seen != 1 {
		t.Errorf("got %q and %v, through %d links", got, err, seen)
	}
	if _, ok := registry.Circuit("eu.Pods.Get"); !ok {
		t.Error("no circuit eu.Pods.Get")
	}
}

// TestParentHasItsOwn: what the inner configuration says goes over the outer wrapper's.
func TestParentHasItsOwn(t *testing.T) {
	var through []string
	named := func(name string) []goresilience.Middleware {
		return []goresilience.Middleware{link(
			func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
				through = append(through, name)
				return next.Run(ctx, f)
			},
		)}
	}
	engine := func(name string) runtime.Engine {
		return func(string, runtime.BreakerPolicy) (runtime.Breaker, error) {
			through = append(through, name)
			return closedEngine{}, nil
		}
	}
	registry := runtime.NewRegistry()
	outer := runtime.Builder[pods]{ // whose own circuit has an engine too
		Name: "eu", Registry: registry, Engine: engine("engine"), Outer: named("outer"), Inner: named("inner"),
	}
	for name, c := range map[string]struct {
		inner runtime.Builder[pods]
		want  []string
	}{
		"nothing": {runtime.Builder[pods]{Name: "a"}, []string{"engine", "engine", "outer", "inner"}},
		"all": {runtime.Builder[pods]{
			Name: "b", Registry: registry, Engine: engine("own engine"), Outer: named("own outer"), Inner: named("own inner"),
		}, []string{"engine", "own engine", "own outer", "own inner"}},
	} {
		t.Run(name, func(t *testing.T) {
			defer registry.Remove("eu.Ping")
			through = nil
			get, err := within(outer, c.inner, runtime.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := get(inNamespace("ns"))(background, "pod"); got != "ns/pod" || err != nil {
				t.Errorf("got %q and %v", got, err)
			}
			slices.Sort(through)
			slices.Sort(c.want)
			if !slices.Equal(through, c.want) {
				t.Errorf("got through %v, want %v", through, c.want)
			}
			if _, ok := registry.Circuit(c.inner.Name + ".Get"); !ok {
				t.Errorf("the circuits are %v", names(registry))
			}
		})
	}
}

// TestParentAs has the circuits called after the method, and what has no configuration of its own
// tell of the outer one's, once.
func TestParentAs(t *testing.T) {
	for name, want := range map[string]string{"": "Core.Orders.Get", "eu": "eu.Orders.Get"} {
		outer := runtime.Builder[pods]{
			Constructor: "NewCoreBreaker", Interface: "Core", Next: inNamespace("outer"), Name: name, Registry: runtime.NewRegistry(),
		}
		inner := runtime.Builder[pods]{Interface: "Pods"}
		inner.Within(outer.Parent("Orders").As("Orders"))
		runtime.NewMethod(&inner, getSpec(runtime.Policy{}), pods.get)
		if err := outer.Build(); err != nil {
			t.Fatal(err)
		}
		if got := names(outer.Registry); !slices.Equal(got, []string{want}) {
			t.Errorf("the circuits are %v, want %s", got, want)
		}
	}
	outer := runtime.Builder[pods]{
		Constructor: "NewCoreBreaker", Interface: "Core", Next: inNamespace("outer"), Registry: runtime.NewRegistry(),
		Outer: []goresilience.Middleware{nil},
	}
	inner := runtime.Builder[pods]{Interface: "Pods"}
	inner.Within(outer.Parent(""))
	if err := outer.Build(); err == nil || err.Error() != "NewCoreBreaker: Outer[0] is nil" {
		t.Errorf("got %v", err)
	}
}

// TestParentFails has one constructor tell all that is impossible, and leave the registry
// as it was.
func TestParentFails(t *testing.T) {
	cases := map[string]struct {
		inner runtime.Builder[pods]
		p     runtime.Policy
		want  string
	}{
		"policy":   {p: runtime.Policy{Retry: runtime.RetryPolicy{Attempts: -1}}, want: "NewCoreBreaker: Pods.Policies.Get.Retry.Attempts"},
		"link":     {inner: runtime.Builder[pods]{Inner: []goresilience.Middleware{nil}}, want: "NewCoreBreaker: Pods.Inner[0] is nil"},
		"registry": {inner: runtime.Builder[pods]{Registry: runtime.NewRegistry()}, want: "NewCoreBreaker: Pods.Registry is another one"},
		"circuit":  {inner: runtime.Builder[pods]{Name: "Taken"}, want: "NewCoreBreaker: Pods.Policies.Get: circuit Taken.Get has another breaker"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			registry := runtime.NewRegistry()
			taken := runtime.Builder[pods]{Name: "Taken", Next: inNamespace("a"), Registry: registry}
			runtime.NewMethod(&taken, getSpec(runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 7}}), pods.get)
			if err := taken.Build(); err != nil {
				t.Fatal(err)
			}
			_, err := within(runtime.Builder[pods]{Registry: registry}, c.inner, c.p)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %s ...", err, c.want)
			}
			if _, ok := registry.Circuit("Core.Ping"); ok {
				t.Error("the registry has a circuit of a wrapper that wasn't made")
			}
		})
	}
}
