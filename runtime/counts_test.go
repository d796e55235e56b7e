package runtime_test

import (
	"reflect"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// Plus forgets no field, also none to come.
func TestCountsPlus(t *testing.T) {
	var a, b runtime.Counts
	for i, fields := 0, reflect.ValueOf(&a).Elem(); i < fields.NumField(); i++ {
		fields.Field(i).SetUint(uint64(i + 1))
		reflect.ValueOf(&b).Elem().Field(i).SetUint(uint64(100 * (i + 1)))
	}
	sum := reflect.ValueOf(a.Plus(b))
	for i := range sum.NumField() {
		if got, want := sum.Field(i).Uint(), uint64(101*(i+1)); got != want {
			t.Errorf("%s is %d, want %d", sum.Type().Field(i).Name, got, want)
		}
	}
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		counts            runtime.Counts
		failures, trouble float64
	}{
		{runtime.Counts{}, 0, 0},
		{runtime.Counts{Ignored: 3}, 0, 0},
		{runtime.Counts{Rejections: 3}, 0, 1},
		{runtime.Counts{Successes: 1, Failures: 1}, 0.5, 0.5},
		{runtime.Counts{Successes: 1, Timeouts: 3}, 0.75, 0.75},
		{runtime.Counts{Failures: 1}, 1, 1},
		{runtime.Counts{Successes: 4, Failures: 3, Timeouts: 1, Ignored: 2, Rejections: 5, Full: 1, Retries: 7}, 0.5, 0.625},
	} {
		if got := c.counts.FailureRate(); got != c.failures {
			t.Errorf("%+v: the failure rate is %v, want %v", c.counts, got, c.failures)
		}
		if got := c.counts.Trouble(); got != c.trouble {
			t.Errorf("%+v: the trouble is %v, want %v", c.counts, got, c.trouble)
		}
	}
}
