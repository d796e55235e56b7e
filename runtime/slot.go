package runtime

import (
	"context"
	"reflect"
)

// What is generic is compiled anew for each method that is wrapped, and for each package that
// can see it. So the chain knows no types: arguments and results lie in a slot, which it
// passes around. With the links' state in the generic types, a wrapper of S3's client took
// eight seconds to build.

// slot holds what of a call has the method's own types.
type slot[T, A, R any] struct {
	next   T
	args   A
	result R
}

// shape is what can be done with a method's slots, which are given as pointers.
type shape struct {
	slot reflect.Type
	// invoke calls next, or the fallback instead, with the slot's arguments.
	invoke func(ctx context.Context, slot any, instead bool) error
	// parts returns pointers to the arguments and the results.
	parts func(slot any) (args, result any)
}

// newSlot returns an empty slot.
func (s *shape) newSlot() any { return reflect.New(s.slot).Interface() }

// fork returns a slot with the same arguments, and no results.
func (s *shape) fork(slot any) any {
	forked := reflect.New(s.slot)
	forked.Elem().Set(reflect.ValueOf(slot).Elem())
	_, result := s.parts(forked.Interface())
	forget(result)
	return forked.Interface()
}

// forget sets what the pointer refers to to its zero value.
func forget(pointer any) { reflect.ValueOf(pointer).Elem().SetZero() }

// assign sets what one pointer refers to to what another one of its type does.
func assign(to, from any) { reflect.ValueOf(to).Elem().Set(reflect.ValueOf(from).Elem()) }

// same reports whether two results are one thing, such as a client that is kept.
func same(a, b any) bool {
	v := reflect.ValueOf(a).Elem()
	return v.Comparable() && v.Equal(reflect.ValueOf(b).Elem())
}
