// Package predeclared holds Go's predeclared names under names that nothing hides.
// Generated code uses it where its package declares such a name itself, as in
// type string int; nothing else needs it.
package predeclared

// Go's predeclared types.
type (
	Any        = any
	Bool       = bool
	Byte       = byte
	Complex128 = complex128
	Complex64  = complex64
	Error      = error
	Float32    = float32
	Float64    = float64
	Int        = int
	Int16      = int16
	Int32      = int32
	Int64      = int64
	Int8       = int8
	Rune       = rune
	String     = string
	Uint       = uint
	Uint16     = uint16
	Uint32     = uint32
	Uint64     = uint64
	Uint8      = uint8
	Uintptr    = uintptr
)

// Comparable is the constraint comparable.
type Comparable interface{ comparable }

// Go's boolean constants.
const (
	False = false
	True  = true
)

// New is the function new.
func New[T any]() *T { return new(T) }

// Nil returns the nil of a pointer or an interface.
func Nil[T any]() (null T) { return null }
