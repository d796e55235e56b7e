package runtime

import "reflect"

// What is generic is compiled anew for each method that is wrapped, and for each package that
// can see it. So the chain knows no types: arguments and results lie in a slot, which it
// passes around. With the links' state in the generic types, a wrapper of S3's client took
// eight seconds to build.

// slot holds what of a call has the method's own types. Its fields are exported for package
// reflect's sake.
type slot[T, A, R any] struct {
	Next   T
	Args   A
	Result R
}

// The numbers of a slot's fields.
const (
	slotNext = iota
	slotArgs
	slotResult
)

// newSlot returns a pointer to an empty slot.
func (m *method) newSlot() any { return reflect.New(m.slot).Interface() }

// parts returns pointers to a slot's arguments and results.
func parts(slot any) (args, result any) {
	v := reflect.ValueOf(slot).Elem()
	return v.Field(slotArgs).Addr().Interface(), v.Field(slotResult).Addr().Interface()
}

// fork returns a slot with the same arguments, and no results.
func (m *method) fork(slot any) any {
	forked := reflect.New(m.slot)
	forked.Elem().Set(reflect.ValueOf(slot).Elem())
	forked.Elem().Field(slotResult).SetZero()
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
