// Package engine holds what the engines have in common. It knows no library.
package engine

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/breakergen/breakergen/runtime"
)

// ErrFailed is what a library is told of a failure where it would judge the error itself,
// or where there is none: after a panic or a Goexit.
var ErrFailed = errors.New("the call has failed")

// Refuse returns an error that names each field of asked that is set, and that the library
// lacks: it is not among those that it has.
func Refuse(library string, asked runtime.BreakerPolicy, has ...string) error {
	if asked.Consecutive < 0 && !slices.Contains(has, "Consecutive") {
		asked.Consecutive = 0 // never: so it is
	}
	asked.Off = false // the runtime doesn't ask an engine then
	var errs []error
	fields := reflect.ValueOf(asked)
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		if value := fields.Field(i); !value.IsZero() && !slices.Contains(has, name) {
			errs = append(errs, fmt.Errorf("%s is %v: %s has nothing like it", "Breaker."+name, value, library))
		}
	}
	return errors.Join(errs...)
}

// Percent returns a rate as the whole number of percents that some libraries take.
func Percent(library string, rate float64) (int, error) {
	for percent := 1; percent <= 100; percent++ {
		if rate == float64(percent)/100 {
			return percent, nil
		}
	}
	return 0, fmt.Errorf("Breaker.FailureRate is %v: %s takes whole percents", rate, library)
}
