package config_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
)

// TestLoad_MissesNoCircuit has circuits and keys that are made while settings change have the
// ones that came last.
func TestLoad_MissesNoCircuit(t *testing.T) {
	logged(t)
	const makers, each, loads = 4, 20, 20
	r := runtime.NewRegistry()
	byKey := newCircuit(t, r, "Key", spec{Keyed: true})
	var all sync.WaitGroup
	for maker := range makers {
		all.Go(func() {
			for i := range each {
				name := fmt.Sprintf("%d-%d", maker, i)
				if _, err := tryCircuit(r, "Circuit."+name, spec{}); err != nil {
					t.Error(err)
				}
				call, err := tryCircuit(r, "Family."+name, spec{Keyed: true})
				if err != nil {
					t.Error(err)
				}
				call("1")
				byKey(name)
				byKey("own" + name)
				r.Apply("Circuit."+name, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 9}})
				r.Apply("Key", runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 9}})
			}
		})
	}
	for n := range loads {
		settings := fmt.Sprintf(`{"*": {"retry": {"attempts": %d}}, "Key[own*": {"retry": {"attempts": %d}}}`, 10+n, 100+n)
		if err := config.Load(r, strings.NewReader(settings)); err != nil {
			t.Fatal(err)
		}
	}
	all.Wait()
	n := 0
	for c := range r.Circuits() {
		n++
		want := 10 + loads - 1
		if strings.HasPrefix(c.Name(), "Key[own") {
			want = 100 + loads - 1
		}
		if got := c.Snapshot().Policy.Retry.Attempts; got != want {
			t.Errorf("%s has %d attempts, want %d", c.Name(), got, want)
		}
	}
	if want := makers * each * 4; n != want {
		t.Errorf("there are %d circuits, want %d", n, want)
	}
}
