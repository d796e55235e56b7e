package directive

import (
	"go/token"
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// directives are the names of all directives.
var directives = []string{
	"skip", "wrap", "breaker", "retry", "timeout", "bulkhead", "circuit", "success", "ignore", "classify", "protocol",
}

// Settings is what directives ask for, a field a directive. A link's settings have the names
// of its policy's fields in the runtime.
type Settings struct {
	Skip, Wrap struct{ Link }
	Breaker    struct {
		Link
		FailureRate, SlowRate             Setting[float64]
		MinCalls, WindowCalls, Probes     Setting[int]
		Consecutive                       Setting[int] // -1 is never
		Window, OpenFor, MaxOpenFor, Slow Setting[time.Duration]
	}
	Retry struct {
		Link
		Attempts            Setting[int]
		Backoff, MaxBackoff Setting[time.Duration]
		On                  Setting[[]Word]
	}
	Timeout struct {
		Link
		Attempt, Total Setting[time.Duration]
		Detach         Setting[bool]
	}
	Bulkhead struct {
		Link
		Limit Setting[int]
		Wait  Setting[time.Duration]
	}
	Circuit struct {
		Link
		Name, Key Setting[string]
		Max       Setting[int]
	}
	Success, Ignore Errors
	Classify        struct {
		Link
		Func Setting[Word]
	}
	Protocol struct {
		Link
		Name Setting[string]
	}
}

// Errors are those that a directive names.
type Errors struct {
	Link
	Names Setting[[]Word]
}

// Link is what each directive may say of itself: that it is wanted as it is by default, or
// not at all.
type Link struct{ Default, Off Setting[bool] }

// Setting is a value that a directive may set.
type Setting[T any] struct {
	Mark
	Value T
}

// Mark says whether something was set, where, and by whom.
type Mark struct {
	Set  bool
	Pos  token.Pos
	Site *source.Site // where it was written
	Own  bool         // by the method itself
}

// Or returns the value or, where none was set, another.
func (s Setting[T]) Or(otherwise T) T {
	if s.Set {
		return s.Value
	}
	return otherwise
}

// setting is a pointer to a [Setting] of whatever type.
type setting interface {
	mark() *Mark
	copyFrom(setting)
}

func (s *Setting[T]) mark() *Mark { return &s.Mark }

// copyFrom makes s what another one of the same type is.
func (s *Setting[T]) copyFrom(other setting) { *s = *other.(*Setting[T]) }

// Has says whether any setting of a directive is there.
func (s *Settings) Has(directive string) bool { return s.First(directive).Set }

// First returns the mark of that setting of a directive which was written first.
func (s *Settings) First(directive string) (found Mark) {
	for v := range s.of(directive) {
		if m := v.mark(); m.Set && (!found.Set || m.Pos < found.Pos) {
			found = *m
		}
	}
	return found
}

// Own says whether the method's own directive sets any of these.
func (s *Settings) Own(directives ...string) bool {
	for _, d := range directives {
		for v := range s.of(d) {
			if m := v.mark(); m.Set && m.Own {
				return true
			}
		}
	}
	return false
}

// Over returns s with the settings of next over it, one by one.
func (s Settings) Over(next Settings) Settings {
	if next.isEmpty() { // as most are
		return s
	}
	merged := s
	for _, d := range directives {
		if !next.Has(d) {
			continue
		}
		if next.link(d).Off.Set {
			merged.Drop(d)
		}
		merged.link(d).Off = Setting[bool]{}
		if d != "skip" && d != "wrap" {
			merged.Skip.Off = Setting[bool]{}
		}
	}
	// A window is a time or a number of calls.
	if next.Breaker.Window.Set {
		merged.Breaker.WindowCalls = Setting[int]{}
	}
	if next.Breaker.WindowCalls.Set {
		merged.Breaker.Window = Setting[time.Duration]{}
	}
	all := merged.all()
	for i, v := range next.all() {
		if v.mark().Set {
			all[i].copyFrom(v)
		}
	}
	return merged
}

// OfMethod marks the settings as the method's own.
func (s Settings) OfMethod() Settings {
	if s.isEmpty() {
		return s
	}
	for _, v := range s.all() {
		if m := v.mark(); m.Set {
			m.Own = true
		}
	}
	return s
}

func (s *Settings) isEmpty() bool { return reflect.ValueOf(s).Elem().IsZero() }

// Drop removes all settings of a directive.
func (s *Settings) Drop(directive string) { s.field(directive).SetZero() }

// link returns what a directive says of itself.
func (s *Settings) link(directive string) *Link {
	return s.field(directive).FieldByName("Link").Addr().Interface().(*Link)
}

// of goes through the settings of a directive.
func (s *Settings) of(directive string) iter.Seq[setting] {
	return func(yield func(setting) bool) { eachIn(s.field(directive), yield) }
}

// all returns all settings, always in the same order.
func (s *Settings) all() (list []setting) {
	eachIn(reflect.ValueOf(s).Elem(), func(v setting) bool {
		list = append(list, v)
		return true
	})
	return list
}

// field returns the field of a directive.
func (s *Settings) field(directive string) reflect.Value {
	return reflect.ValueOf(s).Elem().FieldByName(strings.ToUpper(directive[:1]) + directive[1:])
}

// eachIn goes through the settings in a struct, and in those within it.
func eachIn(v reflect.Value, yield func(setting) bool) bool {
	for i := range v.NumField() {
		field := v.Field(i)
		if s, ok := field.Addr().Interface().(setting); ok {
			if !yield(s) {
				return false
			}
		} else if !eachIn(field, yield) {
			return false
		}
	}
	return true
}
