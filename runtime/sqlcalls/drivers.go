package sqlcalls

import (
	"errors"
	"reflect"
	"slices"
	"strings"
)

// What drivers' errors say. This package imports no driver: it knows their errors by a method,
// by the names of types and fields, or by their texts.

// sqlState returns the SQLSTATE of err; "" where it has none.
func sqlState(err error) (state string) {
	var has interface{ SQLState() string }
	if errors.As(err, &has) {
		return has.SQLState()
	}
	some(err, func(err error) bool { state = mySQLState(err); return state != "" })
	return state
}

// crowded are MySQL's errors that are of a class of answers, and blame the number of users.
var crowded = map[uint64]bool{
	1203: true, // ER_TOO_MANY_USER_CONNECTIONS
	1226: true, // ER_USER_LIMIT_REACHED
}

// mySQLState returns the SQLSTATE of a *mysql.MySQLError, which has it in a field.
func mySQLState(err error) string {
	v := reflect.Indirect(reflect.ValueOf(err))
	if v.Kind() != reflect.Struct || v.Type().Name() != "MySQLError" {
		return ""
	}
	state, number := v.FieldByName("SQLState"), v.FieldByName("Number")
	if state.Kind() != reflect.Array || !number.CanUint() || crowded[number.Uint()] {
		return ""
	}
	said, _ := state.Interface().([5]byte)
	return string(said[:])
}

// sqliteAnswers are SQLite's primary result codes that blame the statement or its data:
// https://www.sqlite.org/rescode.html
var sqliteAnswers = map[int64]bool{
	1:  true, // SQLITE_ERROR: no such table, a syntax error
	18: true, // SQLITE_TOOBIG
	19: true, // SQLITE_CONSTRAINT
	20: true, // SQLITE_MISMATCH
	23: true, // SQLITE_AUTH
	25: true, // SQLITE_RANGE
}

// isSQLiteAnswer reports whether err is, or wraps, an Error of a package of SQLite's, with one
// of these codes: modernc.org/sqlite has it in a method, github.com/mattn/go-sqlite3 in a field.
func isSQLiteAnswer(err error) bool {
	return some(err, func(err error) bool {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct || v.Type().Name() != "Error" || !strings.Contains(v.Type().PkgPath(), "sqlite") {
			return false
		}
		if has, ok := err.(interface{ Code() int }); ok {
			return sqliteAnswers[int64(has.Code()&0xff)]
		}
		code := v.FieldByName("Code")
		return code.CanInt() && sqliteAnswers[code.Int()&0xff]
	})
}

// own are pgx's errors about what it was asked for, known by their texts: they aren't
// database/sql's (ErrNoRows was none before v5.7).
var own = map[string]bool{
	"no rows in result set":                    true, // ErrNoRows
	"too many rows in result set":              true, // ErrTooManyRows
	"tx is closed":                             true, // ErrTxClosed
	"commit unexpectedly resulted in rollback": true, // ErrTxCommitRollback: a statement had failed
}

// isOwn reports whether err is, or wraps, one of pgx's own.
func isOwn(err error) bool {
	return some(err, func(err error) bool { return own[err.Error()] })
}

// some reports whether is holds for err or for one of those that it wraps.
func some(err error, is func(error) bool) bool {
	if is(err) {
		return true
	}
	switch wraps := err.(type) {
	case interface{ Unwrap() error }:
		inner := wraps.Unwrap()
		return inner != nil && some(inner, is)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wraps.Unwrap(), func(err error) bool { return some(err, is) })
	}
	return false
}
