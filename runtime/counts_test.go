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
