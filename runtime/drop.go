package runtime

import (
	"io"
	"reflect"
)

// drained is how much of a dropped body is read, so that its connection can be used again:
// as much as net/http itself reads of a redirect's.
const drained = 2 << 10

// Drop closes results that the caller never gets, as another attempt or the fallback
// replaces them, or they come too late: each that is an io.Closer, or has one in an
// exported field. Of what can be read, as a response's body, a little is read first.
// Generated code calls it; it reports whether anything was closed.
func Drop(results ...any) (closed bool) {
	for _, result := range results {
		closed = dropOne(reflect.ValueOf(result)) || closed
	}
	return closed
}

func dropOne(v reflect.Value) bool {
	if closeIt(v) {
		return true
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem() // not valid where it is nil
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	closed := false
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
