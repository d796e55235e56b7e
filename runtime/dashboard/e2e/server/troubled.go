package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// troubled is a circuit that is well, or one of three whose breaker sees nothing amiss.
type troubled struct {
	call  dependency
	every time.Duration
}

// newTroubled returns the circuit number i of n.
func newTroubled(registry *runtime.Registry, i, n int) *troubled {
	var policy runtime.Policy
	policy.Retry.Off = true
	t := &troubled{every: 500 * time.Millisecond}
	name, takes, failing, of := fmt.Sprintf("Orders.Get[tenant-%03d]", i), time.Millisecond, 0, 1
	switch i {
	case n / 4:
		name, policy.Bulkhead.Limit = "Z.BulkheadFull", 2
		t.every, takes = 15*time.Millisecond, 400*time.Millisecond
	case n / 2:
		name, failing, of = "Z.SlowTraffic", 3, 5
		t.every = 670 * time.Millisecond
	case 3 * n / 4:
		name, failing, of = "Z.ForcedClosed", 6, 7
		t.every = 50 * time.Millisecond
	}
	calls := 0
	next := func(context.Context) error {
		calls++
		time.Sleep(takes)
		if calls%of < failing {
			return errDependency
		}
		return nil
	}
	if policy.Bulkhead.Limit > 0 { // Several are under way at once.
		next = func(context.Context) error { time.Sleep(takes); return nil }
	}
	t.call = newCircuit(registry, name, policy, next)
	if name == "Z.ForcedClosed" {
		c, ok := registry.Circuit(name)
		if !ok {
			log.Fatal("no circuit ", name)
		}
		c.ForceClose()
	}
	return t
}

func (t *troubled) run() {
	for range time.Tick(t.every) {
		if t.every < 50*time.Millisecond {
			go t.call(context.Background())
		} else {
			t.call(context.Background())
		}
	}
}
