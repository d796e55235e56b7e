package prometheus_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

// Of five states, a circuit is in one.
func TestState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		begun := time.Now()
		m := newCircuit(t, r, "Users", nil, runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 1},
			Retry:   runtime.RetryPolicy{Off: true},
			Timeout: runtime.TimeoutPolicy{Off: true},
		})
		circuit, _ := r.Circuit("Users.Do")
		is := func(state string, opened, since float64) {
			t.Helper()
			want := map[string]float64{
				`circuit_opened{name="Users.Do"}`:                       opened,
				`circuit_down_since_timestamp_seconds{name="Users.Do"}`: since,
			}
			for _, s := range []string{"closed", "open", "half_open", "forced_open", "forced_closed"} {
				want[fmt.Sprintf(`circuit_state{name="Users.Do",state=%q}`, s)] = 0
			}
			want[fmt.Sprintf(`circuit_state{name="Users.Do",state=%q}`, state)] = 1
			values(t, gather(t, r), want)
		}
		is("closed", 0, 0)
		time.Sleep(1500 * time.Millisecond)
		m(context.Background(), fail)
		down := float64(begun.Unix()) + 1.5
		is("open", 1, down)
		time.Sleep(5 * time.Second)
		m(context.Background(), fail) // a probe, which begins nothing anew
		is("open", 1, down)
		time.Sleep(5 * time.Second)
		done := make(chan struct{})
		go func() { m.Take(time.Hour, nil); close(done) }()
		synctest.Wait()
		is("half_open", 1, down)
		values(t, gather(t, r), map[string]float64{`circuit_in_flight{name="Users.Do"}`: 1})
		circuit.ForceOpen()
		is("forced_open", 1, down)
		circuit.ForceClose()
		is("forced_closed", 0, 0)
		circuit.Reset()
		is("closed", 0, 0)
		<-done
	})
}

func TestCallsByOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		m := newCircuit(t, r, "Users", nil, runtime.Policy{
			Breaker:  runtime.BreakerPolicy{Consecutive: -1},
			Retry:    runtime.RetryPolicy{Off: true},
			Bulkhead: runtime.BulkheadPolicy{Limit: 2},
		})
		ctx, cancel := context.WithCancel(context.Background())
		for range 2 {
			go m(ctx, hang)
		}
		synctest.Wait()
		m(context.Background(), succeed) // the bulkhead is full
		cancel()
		synctest.Wait()
		for _, what := range []testcircuit.Do{succeed, succeed, succeed, fail, fail, hang} {
			m(context.Background(), what)
		}
		circuit, _ := r.Circuit("Users.Do")
		circuit.ForceOpen()
		for range 4 {
			m(context.Background(), succeed)
		}
		values(t, gather(t, r), map[string]float64{
			`circuit_calls_total{name="Users.Do",outcome="success"}`:       3,
			`circuit_calls_total{name="Users.Do",outcome="failure"}`:       2,
			`circuit_calls_total{name="Users.Do",outcome="timeout"}`:       1,
			`circuit_calls_total{name="Users.Do",outcome="ignored"}`:       2,
			`circuit_calls_total{name="Users.Do",outcome="rejected"}`:      4,
			`circuit_calls_total{name="Users.Do",outcome="full"}`:          1,
			`circuit_ignored_total{name="Users.Do"}`:                       2,
			`circuit_short_circuit_total{name="Users.Do"}`:                 4,
			`circuit_concurrency_reject_total{func="run",name="Users.Do"}`: 1,
			`circuit_bulkhead_limit{name="Users.Do"}`:                      2,
			`circuit_in_flight{name="Users.Do"}`:                           0,
		})
	})
}

func TestRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		calls := 0
		m := newCircuit(t, r, "Users", nil,
			runtime.Policy{Breaker: runtime.BreakerPolicy{Off: true}, Retry: runtime.RetryPolicy{Attempts: 2}})
		for range 13 {
			calls = 0
			m(context.Background(), func(ctx context.Context) error {
				if calls++; calls%2 == 0 {
					return nil
				}
				return fail(ctx)
			})
		}
		values(t, gather(t, r), map[string]float64{
			`circuit_retries_total{name="Users.Do"}`:                10,
			`circuit_retries_helped_total{name="Users.Do"}`:         10,
			`circuit_retry_budget_exhausted_total{name="Users.Do"}`: 3,
		})
	})
}

// The fallback has series where it has something to say.
func TestFallbackSeries(t *testing.T) {
	r := runtime.NewRegistry()
	newCircuit(t, r, "Without", nil, runtime.Policy{})
	without := count(gather(t, r))
	newCircuit(t, r, "With", succeed, runtime.Policy{})
	families := gather(t, r)
	if with := count(families) - without; with != without+2 {
		t.Errorf("%d series with a fallback, %d without; want two more", with, without)
	}
	find(t, families, `circuit_success_duration_seconds{func="fallback",name="With.Do"}`)
	find(t, families, `circuit_failure_duration_seconds{func="fallback",name="With.Do"}`)
}

func TestKeysAreSummed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		m := byKey(t, r, "Users", 3)
		fresh := gather(t, r)
		if n := count(fresh); n != 26 {
			t.Errorf("%d series before the first call, want 26", n)
		}
		for range 2 {
			m(testcircuit.WithKey("bad"), fail)
		}
		down := float64(time.Now().Unix())
		for i := range 100 {
			time.Sleep(time.Second)
			m(testcircuit.WithKey(fmt.Sprint(i)), succeed)
		}
		families := gather(t, r)
		if n := count(families); n != 26 {
			t.Errorf("%d series, want 26", n)
		}
		values(t, families, map[string]float64{
			`circuit_calls_total{name="Users.Do",outcome="success"}`: 100, // of 100 circuits, 2 of which are left
			`circuit_calls_total{name="Users.Do",outcome="failure"}`: 2,
			`circuit_state{name="Users.Do",state="closed"}`:          2,
			`circuit_state{name="Users.Do",state="open"}`:            1,
			`circuit_opened{name="Users.Do"}`:                        1,
			`circuit_down_since_timestamp_seconds{name="Users.Do"}`:  down,
		})
		h := find(t, families, `circuit_success_duration_seconds{func="run",name="Users.Do"}`).GetHistogram()
		if h.GetSampleCount() != 100 {
			t.Errorf("%d durations, want 100", h.GetSampleCount())
		}
	})
}

// TestWithKeysOfAnyBytes: a key is what a request brought, and no label takes all of that.
func TestWithKeysOfAnyBytes(t *testing.T) {
	r := runtime.NewRegistry()
	m := byKey(t, r, "Users", 9)
	want := map[string]float64{}
	for key, label := range map[string]string{
		"a\xff": `"a\xff"`, `"a\xff"`: `"\"a\\xff\""`, "a]": "a]", "ü": "ü",
	} {
		m(testcircuit.WithKey(key), succeed)
		want[fmt.Sprintf(`circuit_calls_total{key=%q,name="Users.Do",outcome="success"}`, label)] = 1
	}
	values(t, gather(t, r, prometheus.WithKeys()), want)
}

func TestWithKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		newCircuit(t, r, "Orders", nil, runtime.Policy{})
		m := byKey(t, r, "Users", 3)
		for _, key := range []string{"a", "", "b", "c", "d", "d"} { // a goes, then ""
			time.Sleep(time.Second)
			m(testcircuit.WithKey(key), succeed)
		}
		families := gather(t, r, prometheus.WithKeys())
		values(t, families, map[string]float64{
			`circuit_calls_total{key="",name="Orders.Do",outcome="success"}`: 0,
			`circuit_calls_total{key="",name="Users.Do",outcome="success"}`:  2,
			`circuit_calls_total{key="b",name="Users.Do",outcome="success"}`: 1,
			`circuit_calls_total{key="d",name="Users.Do",outcome="success"}`: 2,
			`circuit_state{key="",name="Users.Do",state="closed"}`:           0,
			`circuit_state{key="d",name="Users.Do",state="closed"}`:          1,
		})
		m(testcircuit.WithKey(""), succeed) // is there again, and goes on counting
		values(t, gather(t, r, prometheus.WithKeys()), map[string]float64{
			`circuit_calls_total{key="",name="Users.Do",outcome="success"}`: 4, // b's, too, which has gone
			`circuit_state{key="",name="Users.Do",state="closed"}`:          1,
		})
	})
}
