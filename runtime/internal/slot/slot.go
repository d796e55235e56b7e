// Package slot holds a call's arguments and results for who knows no types.
//
// What is generic is compiled anew for each method that is wrapped, and for each package that
// can see it. So the chain knows no types: arguments and results lie in a slot, which it
// passes around, and this package finds them there. With the links' state in the generic
// types, a wrapper of S3's client took eight seconds to build. It knows package reflect, and
// not what a call is; its functions are for slots of one type, and for pointers into them.
package slot

import "reflect"

// Of holds what of a call has the method's own types. Its fields are exported for package
// reflect's sake, too.
type Of[T, A, R any] struct {
	Next   T
	Args   A
	Result R
}

// The numbers of a slot's fields.
const (
	next = iota
	args
	result
)

// Type makes slots of one type.
type Type struct{ of reflect.Type }

// TypeOf returns the type of a slot, of which it is given a pointer, also a nil one.
func TypeOf(slot any) Type { return Type{reflect.TypeOf(slot).Elem()} }

// Args returns the arguments' type.
func (t Type) Args() reflect.Type { return t.of.Field(args).Type }

// Result returns the results' type.
func (t Type) Result() reflect.Type { return t.of.Field(result).Type }

// New returns a pointer to an empty slot.
func (t Type) New() any { return reflect.New(t.of).Interface() }

// NoResult returns a pointer to zero results.
func (t Type) NoResult() any {
	_, none := Parts(t.New())
	return none
}

// Fork returns a slot with the same arguments, and no results.
func (t Type) Fork(slot any) any {
	forked := reflect.New(t.of)
	forked.Elem().Set(reflect.ValueOf(slot).Elem())
	forked.Elem().Field(result).SetZero()
	return forked.Interface()
}

// Parts returns pointers to a slot's arguments and results.
func Parts(slot any) (arguments, results any) {
	v := reflect.ValueOf(slot).Elem()
	return v.Field(args).Addr().Interface(), v.Field(result).Addr().Interface()
}

// SetNext has the slot's call go to another one than what is wrapped.
func SetNext(slot any, to reflect.Value) { reflect.ValueOf(slot).Elem().Field(next).Set(to) }

// Forget sets what the pointer refers to to its zero value.
func Forget(pointer any) { reflect.ValueOf(pointer).Elem().SetZero() }

// Assign sets what one pointer refers to to what another one of its type does.
func Assign(to, from any) { reflect.ValueOf(to).Elem().Set(reflect.ValueOf(from).Elem()) }

// Same reports whether two results are one thing, such as a client that is kept.
func Same(a, b any) bool {
	v := reflect.ValueOf(a).Elem()
	return v.Comparable() && v.Equal(reflect.ValueOf(b).Elem())
}
