// Package sqlcalls says what the errors of SQL databases mean. Generated wrappers use it
// where a method's signature, or the file's package, has types of database/sql or of pgx;
// by hand it serves as [breaker.Policy].Classify ([Judge]) and
// [breaker.RetryPolicy].On ([Retry]).
//
// A database that answers that there is no such row, or that a constraint is violated,
// works. What it answers is told by its SQLSTATE, which the drivers' errors have as
// SQLState() string (pgx, lib/pq) or in a field (go-sql-driver/mysql), and whose first two characters
// are its class: see https://www.postgresql.org/docs/current/errcodes-appendix.html, after
// ISO/IEC 9075-2. SQLite has result codes instead (modernc.org/sqlite, mattn/go-sqlite3).
package sqlcalls

import (
	"database/sql"
	"database/sql/driver"
	"errors"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Protocol is what generated wrappers use.
var Protocol = &breaker.Protocol{Name: "sql", Judge: Judge, Retry: Retry}

// answers are the SQLSTATEs, or classes of them, that blame the statement or its data, or that it
// asked for.
var answers = map[string]bool{
	"21": true, // cardinality violation
	"22": true, // data exception
	"23": true, // integrity constraint violation
	"25": true, // invalid transaction state
	"26": true, // invalid SQL statement name
	"28": true, // invalid authorization specification
	"42": true, // syntax error or access rule violation
	"44": true, // WITH CHECK OPTION violation
	"45": true, // unhandled user-defined exception: MySQL's SIGNAL
	"P0": true, // PL/pgSQL error: RAISE

	"55P03": true, // lock not available: NOWAIT, lock_timeout
}

// transient are the SQLSTATEs after which the same may succeed: nothing was done.
var transient = map[string]bool{
	"40001": true, // serialization failure
	"40P01": true, // deadlock detected
	"53300": true, // too many connections
	"57P03": true, // cannot connect now
}

// Judge says who is at fault for an error: sql.ErrNoRows, sql.ErrTxDone, pgx's ErrNoRows,
// ErrTooManyRows, ErrTxClosed and ErrTxCommitRollback, gorm's ErrRecordNotFound, and the SQLSTATEs
// and SQLite's result codes that blame the statement are answers, all else is a failure.
func Judge(err error) breaker.Outcome {
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.Is(err, sql.ErrTxDone) || isOwn(err) {
		return breaker.Success
	}
	if state := sqlState(err); len(state) >= 2 && (answers[state[:2]] || answers[state]) || isSQLiteAnswer(err) {
		return breaker.Success
	}
	return breaker.Failure
}

// Retry says which failures are worth another attempt: a connection that was already bad
// (driver.ErrBadConn) and SQLSTATEs that say that nothing was done. After all others it
// isn't known whether the statement was carried out.
func Retry(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || transient[sqlState(err)]
}
