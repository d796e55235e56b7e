package breakertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// TestKeys: a circuit by key is there for the test before it is for the calls.
func TestKeys(t *testing.T) {
	for _, key := range []string{"acme", "", "a[b]", `"`, `"acme"`, "\xff"} {
		circuits := New(t)
		users := wrap(t, circuits, succeed, runtime.Policy{}, keyed)
		users(context.Background(), "other")
		name := ""
		circuits.Open("Users.Get[" + key + "]")
		for c := range circuits.Runtime().Circuits() {
			if _, k, _ := c.Key(); k == key {
				name = c.Name()
			}
		}
		for _, do := range []func(){
			func() { circuits.Open(name) },
			func() { circuits.Close(name); circuits.HalfOpen(name); circuits.Open(name) },
			func() { circuits.Trip(name, errBoom) },
		} {
			do()
			if _, err := users(context.Background(), key); !errors.As(err, new(*runtime.OpenError)) {
				t.Errorf("key %q, circuit %s: %v", key, name, err)
			}
		}
		if _, err := users(context.Background(), "other"); err != nil {
			t.Errorf("the other key: %v", err)
		}
		if got := circuits.Calls("Users.Get"); got.Successes != 2 || got.Rejections != 3 || got.Failures != 10 {
			t.Errorf("all keys: %+v", got)
		}
		if got := circuits.Calls("Users.Get[other]"); got.Calls() != 2 {
			t.Errorf("the other key: %+v", got)
		}
	}
	holds(t, record(func(t *recorder, circuits *Registry) {
		wrap(t, circuits, succeed, runtime.Policy{}, keyed)
		circuits.Open("Users.Get")
	}), `Open("Users.Get")`, "as in Users.Get[acme]")
}

// TestKeysAsTheyAreShown: a name may be copied from where circuits are shown, which quotes some keys.
func TestKeysAsTheyAreShown(t *testing.T) {
	for shown, key := range map[string]string{`"\xff"`: "\xff", `"\"acme\""`: `"acme"`, `"acme"`: `"acme"`} {
		circuits := New(t)
		users := wrap(t, circuits, succeed, runtime.Policy{}, keyed)
		circuits.Open("Users.Get[" + shown + "]")
		if _, err := users(context.Background(), key); !errors.As(err, new(*runtime.OpenError)) {
			t.Errorf("key %q, shown as %s: %v", key, shown, err)
		}
	}
}

// TestKeysOfWhom: a name is that of a circuit by key where a family has such, and of none where it only
// looks alike.
func TestKeysOfWhom(t *testing.T) {
	circuits := New(t)
	wrap(t, circuits, succeed, runtime.Policy{}, keyed)
	named := func(_ *runtime.Builder[client], s *runtime.Spec) { s.Circuit = "Other[acme]" }
	wrap(t, circuits, succeed, runtime.Policy{}, named)
	circuits.Close("Other[acme]")
	for _, name := range []string{"Other[acm]", "Users.Get[acme", "Users.Getacme]"} {
		holds(t, record(func(r *recorder, _ *Registry) {
			(&Registry{t: r, circuits: circuits.circuits}).Close(name)
		}), "there is no such circuit")
	}
	if got := len(slices.Collect(circuits.Runtime().Circuits())); got != 1 {
		t.Errorf("%d circuits were made by looking", got-1)
	}
}

func TestNames(t *testing.T) {
	holds(t, record(func(t *recorder, circuits *Registry) { circuits.Open("Users.Get") }), "there is no circuit yet", "Runtime()")
	for name, use := range map[string]func(*Registry, string){
		"Open": (*Registry).Open, "HalfOpen": (*Registry).HalfOpen, "Close": (*Registry).Close,
		"Trip":  func(r *Registry, name string) { r.Trip(name, errBoom) },
		"Calls": func(r *Registry, name string) { r.Calls(name) },
	} {
		holds(t, record(func(t *recorder, circuits *Registry) {
			for _, method := range []string{"Get", "GetAll", "Put", "Delete"} {
				wrap(t, circuits, succeed, runtime.Policy{}, func(_ *runtime.Builder[client], s *runtime.Spec) { s.Name = method })
			}
			wrap(t, circuits, succeed, runtime.Policy{}, keyed, func(_ *runtime.Builder[client], s *runtime.Spec) { s.Name = "Find" })
			use(circuits, "users.Gte")
			t.fail("not reached")
		}), name+`("users.Gte"): there is no such circuit`, "The nearest: Users.Get, Users.Put, ",
			"All of them:\n\tUsers.Delete\n\tUsers.Find[...]\n\tUsers.Get\n\tUsers.GetAll\n\tUsers.Put")
	}
}

// TestManyNames: what a test is told fits a screen, however many methods the wrapper has.
func TestManyNames(t *testing.T) {
	message := record(func(t *recorder, circuits *Registry) {
		for i := range 31 {
			wrap(t, circuits, succeed, runtime.Policy{}, func(_ *runtime.Builder[client], s *runtime.Spec) { s.Name = fmt.Sprintf("Get%02d", i) })
		}
		circuits.Open("Users.Get7")
	})
	holds(t, message, "The nearest: Users.Get07, ", ". There are 31")
}

func TestNearest(t *testing.T) {
	names := []string{"User.Put", "User.GetAll", "User.Get", "Other"}
	if got, want := nearest("user.getall", names), []string{"User.GetAll", "User.Get", "User.Put"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for pair, want := range map[[2]string]int{
		{"", ""}: 0, {"", "abc"}: 3, {"abc", ""}: 3, {"Abc", "aBC"}: 0, {"abc", "abd"}: 1, {"abc", "ac"}: 1,
		{"ac", "abc"}: 1, {"kitten", "sitting"}: 3, {"abcd", "dabc"}: 2, {"ab", "ba"}: 2,
	} {
		if got := distance(pair[0], pair[1]); got != want {
			t.Errorf("from %q to %q: %d, want %d", pair[0], pair[1], got, want)
		}
	}
}

// TestEngineOfKeyThatFails: what a call with that key would be told, the test is.
func TestEngineOfKeyThatFails(t *testing.T) {
	holds(t, record(func(t *recorder, circuits *Registry) {
		wrap(t, circuits, succeed, runtime.Policy{}, keyed, func(b *runtime.Builder[client], _ *runtime.Spec) {
			b.Engine = func(string, runtime.BreakerPolicy) (runtime.Breaker, error) { return nil, errors.New("no more") }
		})
		circuits.Open("Users.Get[acme]")
	}), `Open("Users.Get[acme]"): engine of circuit Users.Get[acme]: no more`)
}
