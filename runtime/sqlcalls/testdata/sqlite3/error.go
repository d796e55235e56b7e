// Package sqlite3 has errors like those of github.com/mattn/go-sqlite3, which takes a C compiler.
package sqlite3

// ErrNo is a result code.
type ErrNo int

// Error is the driver's.
type Error struct{ Code ErrNo }

func (e Error) Error() string { return "SQLite says something" }

// ErrCode is no error of the database.
type ErrCode struct{ Code ErrNo }

func (e ErrCode) Error() string { return "the driver says something" }
