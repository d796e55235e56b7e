// Package drop closes what nobody will close otherwise: results of calls that their caller
// never gets.
//
// It knows the standard library, and not why a result is dropped. What holds no io.Closer is
// left alone; of what does, nothing is read but a little, and no error is told.
package drop

import (
	"io"
	"reflect"
)

// drained is how much of a dropped body is read, so that its connection can be used again:
// as much as net/http itself reads of a redirect's.
const drained = 2 << 10

// Value closes a result that is an io.Closer, or has such in exported fields, and reports whether
// there was anything to close. Of what can be read, as a response's body, a little is read first.
func Value(v reflect.Value) (closed bool) {
	if closeIt(v) {
		return true
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem() // not valid where it is nil
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			closed = closeIt(v.Field(i)) || closed
		}
	}
	return closed
}

// closeIt closes v, if it is there and can be closed.
func closeIt(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.Slice:
		if v.IsNil() {
			return false
		}
	}
	closer, ok := v.Interface().(io.Closer)
	if !ok {
		return false
	}
	if reader, ok := closer.(io.Reader); ok {
		_, _ = io.CopyN(io.Discard, reader, drained) // what it says is of no use to anybody
	}
	_ = closer.Close()
	return true
}
