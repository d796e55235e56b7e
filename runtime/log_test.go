package runtime_test

import (
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// logger writes lines without the time.
func logger(to io.Writer, level slog.Level) *slog.Logger {
	withoutTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: withoutTime}))
}

func TestLogTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 3}))
		logger := logger(&out, slog.LevelInfo)
		cancel := runtime.LogTo(w.registry, logger)
		w.run(succeed, fail, fail, fail)
		time.Sleep(5 * time.Second)
		w.run(succeed)
		cancel()
		w.circuit.ForceOpen()
		panics := wrap(t, detached(), in(w.registry), named("Other"))
		panics.run(crash)
		synctest.Wait() // it is told once the caller has it
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

// An outage is two lines however many probes fail in it. They say in between, to those who want
// to know, that they do.
func TestLogToInALongOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, all strings.Builder
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		defer runtime.LogTo(w.registry, logger(&out, slog.LevelInfo))()
		defer runtime.LogTo(w.registry, logger(&all, slog.LevelDebug))()
		w.does(fail)
		w.call()
		for range 24 {
			time.Sleep(5 * time.Second)
			w.call()
			w.call() // is turned away
		}
		time.Sleep(5 * time.Second)
		w.does(succeed)
		w.call()
		for level, want := range map[string]int{"WARN": 1, "INFO": 1, "DEBUG": 49} {
			if got := strings.Count(all.String(), "level="+level+" "); got != want {
				t.Errorf("%d lines at %s, want %d", got, level, want)
			}
		}
		if strings.Contains(out.String(), "DEBUG") || !strings.Contains(out.String(), " down=2m5s turned_away=24\n") {
			t.Errorf("got\n%s", &out)
		}
	})
}

// Each cause comes with what was measured, and what that has reached.
func TestLogToSaysWhy(t *testing.T) {
	slow := after(2*time.Second, succeed)
	for name, c := range map[string]struct {
		policy runtime.BreakerPolicy
		steps  []step
		force  bool
		want   string
	}{
		"failures": {runtime.BreakerPolicy{MinCalls: 4}, []step{succeed, succeed, fail, fail}, false,
			`cause="failure rate" failure_rate=0.5 threshold=0.5 successes=2 failures=2 timeouts=0 slow=0 error=boom`},
		"slow calls": {runtime.BreakerPolicy{MinCalls: 4, Slow: time.Second, SlowRate: 0.25, Consecutive: -1},
			[]step{succeed, succeed, succeed, slow}, false,
			`cause="rate of slow calls" slow_from=1s slow_rate=0.25 threshold=0.25 successes=4 failures=0 timeouts=0 slow=1`},
		"by hand": {runtime.BreakerPolicy{}, []step{succeed}, true,
			`cause=forced forced=true successes=1 failures=0 timeouts=0 slow=0`},
	} {
		bubble(t, name, func(t *testing.T) {
			var out strings.Builder
			w := wrap(t, breakerOnly(c.policy))
			defer runtime.LogTo(w.registry, logger(&out, slog.LevelInfo))()
			if w.run(c.steps...); c.force {
				w.circuit.ForceOpen()
			}
			want := `level=WARN msg="circuit open" circuit=Echo.Do from=closed to=open ` + c.want + "\n"
			if out.String() != want {
				t.Errorf("got\n%swant\n%s", &out, want)
			}
		})
	}
}

// What is forced in the state that it is in is told too, and is no outage.
func TestLogToOfWhatChangesNothing(t *testing.T) {
	var out strings.Builder
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
	defer runtime.LogTo(w.registry, logger(&out, slog.LevelInfo))()
	w.circuit.ForceClose()
	w.circuit.ForceOpen()
	w.circuit.Reset()
	w.run(times(10, fail)...)
	w.circuit.ForceOpen()
	var got []string
	for line := range strings.Lines(out.String()) {
		level, _, _ := strings.Cut(line, " ")
		_, from, _ := strings.Cut(line, " from=")
		from, _, _ = strings.Cut(from, " cause=")
		got = append(got, level+" from="+from)
	}
	want := []string{
		"level=INFO from=closed to=closed", "level=WARN from=closed to=open", "level=INFO from=open to=closed",
		"level=WARN from=closed to=open", "level=INFO from=open to=open",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whoever has kept a circuit that was removed goes on as before.
func TestLogToOfARemovedCircuit(t *testing.T) {
	var out strings.Builder
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
	defer runtime.LogTo(w.registry, logger(&out, slog.LevelInfo))()
	w.registry.Remove("Echo.Do")
	w.run(times(10, fail)...)
	if !strings.Contains(out.String(), `level=WARN msg="circuit open" circuit=Echo.Do from=closed to=open`) {
		t.Errorf("got %q", &out)
	}
}

// An error that tells of another call's panic is none.
func TestLogToOfAPanicTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		w := wrap(t, runtime.Policy{})
		defer runtime.LogTo(w.registry, logger(&out, slog.LevelInfo))()
		w.will(failWith(&runtime.PanicError{Value: "crash"}))
		w.call()
		if out.Len() != 0 || w.calls() != 2 {
			t.Errorf("after %d calls it says %q", w.calls(), &out)
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

// TestOperatingQuotesTheLog has docs/operating.md show what an outage looks like in the log.
func TestOperatingQuotesTheLog(t *testing.T) {
	page, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{MinCalls: 10}))
		defer runtime.LogTo(w.registry, logger(&out, slog.LevelInfo))()
		w.run(succeed, fail, succeed, fail, succeed, fail, fail, fail, fail, fail)
		w.does(fail)
		for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(125 * time.Millisecond) {
			w.call()
		}
		w.does(succeed)
		w.call()
		for line := range strings.Lines(out.String()) {
			line = strings.NewReplacer("level=", "", `msg="circuit open"`, "circuit open",
				`msg="circuit closed"`, "circuit closed", "Echo.Do", "Users.GetUser",
				"error=boom", `error="connection refused"`).Replace(line)
			if !strings.Contains(string(page), "    "+line) {
				t.Errorf("it lacks the line\n%s", line)
			}
		}
	})
}
