// Package drop closes what nobody will close otherwise: results of calls that their caller
// never gets.
//
// It knows the standard library, and not why a result is dropped. What holds no io.Closer is
// left alone; of what does, nothing is read but a little of a response's body, and no error is told.
package drop

import (
	"io"
	"reflect"
	"slices"
	"time"
)

// drained is how much of a response's body is read, so that its connection can be used again: as
// much as net/http itself reads of a redirect's. It may take no longer than patience, as somebody waits
// for it, and a connection more costs less.
const (
	drained  = 2 << 10
	patience = 50 * time.Millisecond
)

// Value closes a result that is an io.Closer, or has such in exported fields, and reports whether
// there was anything to close. Of the body of a *http.Response a little is read first. All else is
// only closed: what can be read may be silent for ever, as a connection is.
func Value(v reflect.Value) (closed bool) {
	return closeIt(v, io.Closer.Close) || fields(v)
}

// fields closes what a struct, or one that is pointed to, has in its exported fields. Those of what it
// embeds are its own, too, but for a type that it is in itself: its own hide them.
func fields(v reflect.Value, in ...reflect.Type) (closed bool) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem() // not valid where it is nil
	}
	if v.Kind() != reflect.Struct || slices.Contains(in, v.Type()) {
		return false
	}
	end := io.Closer.Close
	if isResponse(v.Type()) {
		end = drain
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		switch {
		case field.IsExported() && closeIt(v.Field(i), end):
			closed = true
		case field.Anonymous:
			closed = fields(v.Field(i), append(in, v.Type())...) || closed
		}
	}
	return closed
}

// isResponse reports whether t is http.Response, whose package would be in all programs if this one
// imported it.
func isResponse(t reflect.Type) bool { return t.PkgPath() == "net/http" && t.Name() == "Response" }

// drain reads a little of a response's body, which is its one closer, and closes it. That may be done
// while it is read.
func drain(body io.Closer) error {
	late := time.AfterFunc(patience, func() { _ = body.Close() })
	_, _ = io.CopyN(io.Discard, body.(io.Reader), drained) // what it says is of no use to anybody
	if !late.Stop() {
		return nil // it is closed, and only once
	}
	return body.Close()
}

// closeIt has v closed by end, if it is there and can be closed.
func closeIt(v reflect.Value, end func(io.Closer) error) bool {
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
	_ = end(closer)
	return true
}
