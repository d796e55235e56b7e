package sqlcalls

import (
	"errors"
	"reflect"
	"strings"

	"github.com/breakergen/breakergen/runtime/internal/fault"
)

// What drivers' errors say. This package imports no driver: it knows their errors by a method,
// by the names of types and fields, or by their texts.

// sqlState returns the SQLSTATE of err; "" where it has none.
func sqlState(err error) (state string) {
	var has interface{ SQLState() string }
	if errors.As(err, &has) {
		return has.SQLState()
	}
	fault.Some(err, func(err error) bool { state = mySQLState(err); return state != "" })
	return state
}

// restated are the SQLSTATEs that others would give for some of MySQL's errors, by their numbers: its
// own are of a class of answers and blame the number of users, or say nothing (HY000), or are a
// warning's (01000). See https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
var restated = map[uint64]string{
	1203: "53000", // ER_TOO_MANY_USER_CONNECTIONS
	1226: "53000", // ER_USER_LIMIT_REACHED
	1265: "22000", // WARN_DATA_TRUNCATED
	1364: "23000", // ER_NO_DEFAULT_FOR_FIELD
	1366: "22000", // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
	3572: "55P03", // ER_LOCK_NOWAIT
	3819: "23000", // ER_CHECK_CONSTRAINT_VIOLATED
}

// mySQLState returns the SQLSTATE of a *mysql.MySQLError, which has it in a field.
func mySQLState(err error) string {
	v := reflect.Indirect(reflect.ValueOf(err))
	if v.Kind() != reflect.Struct || v.Type().Name() != "MySQLError" {
		return ""
	}
	state, number := v.FieldByName("SQLState"), v.FieldByName("Number")
	if state.Kind() != reflect.Array || !number.CanUint() {
		return ""
	}
	if other, ok := restated[number.Uint()]; ok {
		return other
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
	return fault.Some(err, func(err error) bool {
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

// own are errors of pgx and of gorm about what they were asked for, known by their texts: they aren't
// database/sql's (pgx's ErrNoRows was none before v5.7).
var own = map[string]bool{
	"no rows in result set":                    true, // ErrNoRows
	"too many rows in result set":              true, // ErrTooManyRows
	"tx is closed":                             true, // ErrTxClosed
	"commit unexpectedly resulted in rollback": true, // ErrTxCommitRollback: a statement had failed
	"record not found":                         true, // gorm.ErrRecordNotFound
}

// isOwn reports whether err is, or wraps, one of these.
func isOwn(err error) bool {
	return fault.Some(err, func(err error) bool { return own[err.Error()] })
}
