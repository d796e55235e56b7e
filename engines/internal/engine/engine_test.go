package engine

import (
	"reflect"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// Each field that is set and that the library lacks is named, and no other.
func TestRefuse(t *testing.T) {
	all := runtime.BreakerPolicy{
		FailureRate: 1, MinCalls: 1, Window: 1, WindowCalls: 1, OpenFor: 1, MaxOpenFor: 1,
		Probes: 1, Consecutive: 1, Slow: 1, SlowRate: 1, Off: true,
	}
	of := reflect.TypeFor[runtime.BreakerPolicy]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		if reflect.ValueOf(all).Field(i).IsZero() {
			t.Fatalf("the test leaves %s out", name)
		}
		err := Refuse("it", all, name)
		for j := range of.NumField() {
			other := of.Field(j).Name
			named := err != nil && strings.Contains(err.Error(), "Breaker."+other+" ")
			if want := other != name && other != "Off"; named != want {
				t.Errorf("it has %s: %s is named: %v, want %v", name, other, named, want)
			}
		}
	}
	if err := Refuse("it", runtime.BreakerPolicy{}); err != nil {
		t.Errorf("nothing was asked for: %v", err)
	}
	if err := Refuse("it", runtime.BreakerPolicy{Consecutive: -1}); err != nil {
		t.Errorf("it never opens by failures in a row, as asked: %v", err)
	}
}

func TestPercent(t *testing.T) {
	for rate, want := range map[float64]int{1: 100, 0.5: 50, 0.01: 1, 0.29: 29, 0.57: 57} {
		if got, err := Percent("it", rate); got != want || err != nil {
			t.Errorf("%v is %d%%, %v", rate, got, err)
		}
	}
	for _, rate := range []float64{0, 0.005, 0.333, 1.01} {
		if _, err := Percent("it", rate); err == nil || !strings.Contains(err.Error(), "FailureRate") {
			t.Errorf("%v: got %v", rate, err)
		}
	}
}
