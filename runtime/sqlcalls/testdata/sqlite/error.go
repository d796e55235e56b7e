// Package sqlite has errors like those of modernc.org/sqlite.
package sqlite

// Error is the driver's, which has its code in a method.
type Error struct{ code int }

// New makes one.
func New(code int) *Error { return &Error{code} }

func (e *Error) Error() string { return "SQLite says something" }

// Code returns the extended result code.
func (e *Error) Code() int { return e.code }
