package runtime_test

import (
	"context"
	goruntime "runtime"
	"testing"
	"weak"

	"github.com/breakergen/breakergen/runtime"
)

// Calls are used again, but nothing of those who made them is kept meanwhile: the next collection takes it.
func TestCallsKeepNothingOfTheirCallers(t *testing.T) {
	for name, options := range map[string][]option{
		"a success": nil,
		"results that are a failure": {
			livesOn, judgedWithResult(badResults),
			func(s *setup) { s.spec.Config.Retry.Off = true },
		},
	} {
		for order, of := range map[string]option{"breaker first": func(*setup) {}, "retry first": retryFirst} {
			t.Run(name+"/"+order, func(t *testing.T) {
				w := wrap(t, runtime.Policy{}, append(options, of)...)
				call := func() weak.Pointer[[64]byte] {
					held := new([64]byte)
					w.method(context.WithValue(background, tenant{}, held), 1)
					return weak.Make(held)
				}
				held := call()
				if goruntime.GC(); held.Value() != nil {
					t.Error("its context is kept")
				}
				goruntime.KeepAlive(w)
			})
		}
	}
}
