package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/breakergen/breakergen/engines/internal/bubble"
)

// The README has what the simulation comes to, and what it says there of our chains holds.
func TestOutage(t *testing.T) {
	t.Chdir("..") // as the command runs
	runs := simulate(t)
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	if fresh, err := between(text, table(runs)); err != nil || !bytes.Equal(text, fresh) {
		t.Errorf("README.md is stale (%v): go -C engines run ./outage", err)
	}
	drawn, err := draw(runs)
	if err != nil {
		t.Fatal(err)
	}
	if there, err := os.ReadFile(picture); err != nil || !bytes.Equal(there, drawn) {
		t.Errorf("docs/outage.svg is stale (%v): go -C engines run ./outage", err)
	}
	last := runs[len(runs)-1]
	for _, r := range runs[:2] {
		if after, ok := r.recovered(); !ok || after > 5*time.Second {
			t.Errorf("%s: callers are served again after %s, %v", r.name, after, ok)
		}
		if n := r.peak(); n != 1 {
			t.Errorf("%s: %d probes at once", r.name, n)
		}
		if r.amplification() > 0.5 || r.served(0, duration) < last.served(0, duration) {
			t.Errorf("%s: amplification %f, %f served", r.name, r.amplification(), r.served(0, duration))
		}
	}
	for _, r := range runs {
		if len(r.calls) != len(last.calls) {
			t.Errorf("%s: %d calls, and %d by %s", r.name, len(r.calls), len(last.calls), last.name)
		}
	}
}

// The dependency serves as many at once as it has servers, the others in turn, and
// refuses what its queue has no room for.
func TestDependency(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		d := newDependency()
		var last time.Time
		for id := range uint64(servers + queue) {
			_, done, ok := d.accept(&request{id: id})
			if !ok {
				t.Fatalf("call %d is refused", id)
			}
			if done.After(last) {
				last = done
			}
		}
		if _, _, ok := d.accept(&request{}); ok {
			t.Error("one too many is accepted")
		}
		mean := time.Until(last) * servers / (servers + queue)
		if mean < service*9/10 || mean > service*11/10 {
			t.Errorf("a call takes %s", mean)
		}
		time.Sleep(service)
		if _, _, ok := d.accept(&request{}); !ok {
			t.Error("there is room again, and a call is refused")
		}
		time.Sleep(brownout)
		_, done, _ := d.accept(&request{id: 5})
		slow := time.Until(done)
		time.Sleep(recovery)
		if _, done, _ = d.accept(&request{id: 5}); time.Until(done)*slowdown != slow {
			t.Errorf("it takes %s in the brownout, and else %s", slow, time.Until(done))
		}
	})
}

// The waits are in the runtime's range, and the same each time.
func TestWait(t *testing.T) {
	for made, bound := range map[int]time.Duration{
		0: 50 * time.Millisecond, 1: 50 * time.Millisecond, 2: 100 * time.Millisecond, 9: time.Second,
	} {
		var longest time.Duration
		for id := range uint64(1000) {
			r := &request{id: id, attempts: made}
			wait := r.wait()
			if wait != r.wait() || wait < 0 {
				t.Fatalf("waits %s, then %s", wait, r.wait())
			}
			longest = max(longest, wait)
		}
		if longest >= bound || longest < bound*9/10 {
			t.Errorf("after %d attempts it waits up to %s, want %s", made, longest, bound)
		}
	}
}

func TestBetween(t *testing.T) {
	text := "above\n" + string(begin) + "old\n" + string(end) + "below\n"
	got, err := between([]byte(text), "new\n")
	if want := strings.Replace(text, "old", "new", 1); err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := between([]byte("above\n"), "new\n"); err == nil {
		t.Error("there are no marks, and no error")
	}
}
