package model

import (
	"context"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

type pinger interface{ Ping(context.Context) error }

type ping struct{}

func (ping) Ping(context.Context) error { return nil }

// TestRow_Defaults holds what the table shows to what the runtime does.
func TestRow_Defaults(t *testing.T) {
	build := runtime.Builder[pinger]{
		Constructor: "NewPinger", Interface: "Pinger", Next: ping{}, Registry: runtime.NewRegistry(),
	}
	runtime.NewMethod(&build, runtime.Spec{Name: "Ping"},
		func(next pinger, ctx context.Context, _ struct{}) (struct{}, error) {
			return struct{}{}, next.Ping(ctx)
		})
	if err := build.Build(); err != nil {
		t.Fatal(err)
	}
	circuit, ok := build.Registry.Circuit("Pinger.Ping")
	if !ok {
		t.Fatal("no circuit")
	}
	p := circuit.Snapshot().Policy
	for _, value := range []struct {
		name        string
		table, real any
	}{
		{"failure rate", defaultRate, p.Breaker.FailureRate},
		{"slow rate", defaultRate, p.Breaker.SlowRate},
		{"min calls", defaultMinCalls, p.Breaker.MinCalls},
		{"window", defaultWindow, p.Breaker.Window},
		{"attempts", defaultAttempts, p.Retry.Attempts},
		{"timeout", defaultTimeout, p.Timeout.Attempt},
	} {
		if value.table != value.real {
			t.Errorf("%s: the table says %v, the runtime %v", value.name, value.table, value.real)
		}
	}
}
