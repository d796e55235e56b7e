package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/runtime"
)

// Whatever happens to it, the breaker does what the model does.
func TestBreakerDoesAsItsModel(t *testing.T) {
	for name, byCalls := range map[string]bool{"window of time": false, "window of calls": true} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				m := drawModel(r, byCalls)
				actions := rapid.SliceOfN(rapid.Custom(drawAction), 30, 300).Draw(r, "actions")
				var history []string
				var err error
				synctest.Test(t, func(t *testing.T) { history, err = replay(m, actions) })
				if err != nil {
					r.Fatalf("%s\n\n%v", strings.Join(history, "\n"), err)
				}
			})
		})
	}
}

// flight is a call under way, in the model and in fact.
type flight struct {
	call   *modelCall
	gate   chan step
	cancel context.CancelFunc
	done   <-chan end
}

// history is a run of actions against model and breaker.
type history struct {
	*model
	w       *wrapper
	start   time.Time
	events  []runtime.Event
	flights []*flight
	lines   []string
}

// replay performs the actions. It returns them as text, and where the two differ.
func replay(m *model, actions []action) ([]string, error) {
	w, err := tryWrap(m.policy())
	if err != nil {
		return nil, err
	}
	h := &history{model: m, w: w, start: time.Now()}
	h.lines = append(h.lines, fmt.Sprintf("%+v", m.policy().Breaker))
	w.registry.Subscribe(func(e runtime.Event) {
		if e.From != e.To { // else it was forced into the state that it had
			h.events = append(h.events, e)
		}
	})
	for _, a := range actions {
		err := h.perform(a)
		if err == nil {
			err = h.compare()
		}
		if err != nil {
			h.land()
			return h.lines, err
		}
	}
	h.land()
	return h.lines, h.compare()
}

func (h *history) now() time.Duration { return time.Since(h.start) }

func (h *history) perform(a action) error {
	at := h.now()
	defer func() {
		h.lines = append(h.lines, fmt.Sprintf("%12v %-11s %-8s %-6v -> %v",
			at, a.name, a.end, a.d, h.w.circuit.State()))
	}()
	switch a.name {
	case "call":
		f, err := h.begin()
		if f != nil {
			time.Sleep(a.d)
			h.end(f, a.end)
		}
		return err
	case "begin":
		f, err := h.begin()
		if f != nil {
			h.flights = append(h.flights, f)
		}
		return err
	case "end":
		if len(h.flights) > 0 {
			i := a.i % len(h.flights)
			h.end(h.flights[i], a.end)
			h.flights = append(h.flights[:i], h.flights[i+1:]...)
		}
	case "pause":
		time.Sleep(a.d)
	case "force open":
		h.w.circuit.ForceOpen()
		h.forceOpen(h.now())
	case "force close":
		h.w.circuit.ForceClose()
		h.forceClose(h.now())
	case "reset":
		h.w.circuit.Reset()
		h.close(h.now())
	}
	return nil
}

// begin begins a call in both. It returns nil where they turn it away.
func (h *history) begin() (*flight, error) {
	if h.state != runtime.Open || !h.forced && h.now() >= h.until {
		h.look(h.now(), h.underWay())
	}
	f := &flight{call: h.admit(h.now()), gate: make(chan step)}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	made := h.w.calls()
	h.w.does(func(ctx context.Context, n int) (int, error) { return (<-f.gate)(ctx, n) })
	f.done = h.w.start(ctx, 1)
	synctest.Wait()
	admitted := h.w.calls() > made
	if !admitted {
		cancel()
	}
	switch {
	case admitted && f.call == nil:
		f.gate <- succeed
		return nil, fmt.Errorf("it is let through, and the model turns it away")
	case !admitted && f.call != nil:
		return nil, fmt.Errorf("it gets %v, and the model lets it through", (<-f.done).err)
	case !admitted:
		return nil, nil
	}
	return f, nil
}

// end ends a call in both.
func (h *history) end(f *flight, how string) {
	late := h.attempt > 0 && h.now()-f.call.began > h.attempt
	s, want := step(fail), byFailure
	switch how {
	case "success":
		s, want = succeed, byAnswer
	case "panic":
		s, late = crash, false
	case "exit":
		s, late = exit, false
	case "cancel":
		f.cancel()
		want, late = byNeither, false
	case "ignored":
		s, want, late = failWith(errNeither), byNeither, false
	}
	if late {
		want = byTimeout
	}
	f.gate <- s
	<-f.done
	f.cancel()
	h.model.end(h.now(), f.call, want)
}

// land ends all calls under way.
func (h *history) land() {
	for _, f := range h.flights {
		h.end(f, "success")
	}
	h.flights = nil
}

// underWay returns the model's calls under way.
func (h *history) underWay() (calls []*modelCall) {
	for _, f := range h.flights {
		calls = append(calls, f.call)
	}
	return calls
}

// compare says where the breaker differs from the model. It looks for what is overdue.
func (h *history) compare() error {
	h.look(h.now(), h.underWay())
	got, want := h.w.circuit.Snapshot(), h.model
	if got.State != want.state || got.Forced != want.forced || h.w.circuit.State() != want.state {
		return fmt.Errorf("it is %v, forced %v; the model %v, %v",
			got.State, got.Forced, want.state, want.forced)
	}
	if got.Total != want.total || got.InFlight != want.flights {
		return fmt.Errorf("it counts\n%+v, %d in flight; the model\n%+v, %d",
			got.Total, got.InFlight, want.total, want.flights)
	}
	if g, w := judgedOnly(got.Window), want.counts(h.now()); g != judgedOnly(w) {
		return fmt.Errorf("its window holds\n%+v, the model's\n%+v", g, w)
	}
	if len(h.events) != len(want.events) {
		return fmt.Errorf("it has had events %v, the model %+v", changes(h.events), want.events)
	}
	for i, w := range want.events {
		e := h.events[i]
		g := modelEvent{e.From, e.To, e.At.Sub(h.start), judgedOnly(e.Counts)}
		w.counts = judgedOnly(w.counts)
		if g != w {
			return fmt.Errorf("its event %d is\n%+v, the model's\n%+v", i, g, w)
		}
	}
	return nil
}

// judgedOnly drops what says nothing of the dependency.
func judgedOnly(c runtime.Counts) runtime.Counts {
	return runtime.Counts{
		Successes: c.Successes, Failures: c.Failures, Timeouts: c.Timeouts, Slow: c.Slow,
	}
}
