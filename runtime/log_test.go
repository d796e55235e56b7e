package runtime_test

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestLogTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 3}))
		withoutTime := func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
		logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
		cancel := runtime.LogTo(w.registry, logger)
		w.run(succeed, fail, fail, fail)
		time.Sleep(5 * time.Second)
		w.run(succeed)
		cancel()
		w.circuit.ForceOpen()
		want := strings.Join([]string{
			`level=WARN msg="circuit open" circuit=Echo.Do from=closed to=open ` +
				`cause="failures in a row" threshold=3 successes=1 failures=3 timeouts=0 slow=0 error=boom`,
			`level=INFO msg="circuit closed" circuit=Echo.Do from=half-open to=closed ` +
				`cause="probes succeeded" successes=2 failures=3 timeouts=0 slow=0 down=5s turned_away=0`,
			"",
		}, "\n")
		if out.String() != want {
			t.Errorf("got\n%swant\n%s", out.String(), want)
		}
	})
}

// A nil registry is Default, a nil logger slog.Default at the time of the event.
func TestLogToDefaults(t *testing.T) {
	w := wrap(t, runtime.Policy{}, in(runtime.Default), named("TestLogToDefaults"))
	defer w.registry.Remove("TestLogToDefaults.Do")
	defer runtime.LogTo(nil, nil)()
	before := slog.Default()
	defer slog.SetDefault(before)
	var out strings.Builder
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	w.circuit.ForceOpen()
	if !strings.Contains(out.String(), "circuit=TestLogToDefaults.Do from=closed to=open") {
		t.Errorf("got %q", out.String())
	}
}
