package sqlcalls_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/sqlcalls"
	"github.com/breakergen/breakergen/runtime/sqlcalls/testdata/sqlite"
	"github.com/breakergen/breakergen/runtime/sqlcalls/testdata/sqlite3"
	"github.com/breakergen/breakergen/runtime/sqlcalls/testdata/sqlitecloud"
)

type pgError string

func (e pgError) Error() string    { return "SQLSTATE " + string(e) }
func (e pgError) SQLState() string { return string(e) }

// MySQLError is like go-sql-driver's.
type MySQLError struct {
	Number   uint16
	SQLState [5]byte
}

func (e *MySQLError) Error() string { return "MySQL says something" }

func mySQL(number uint16, state string) error {
	return &MySQLError{number, [5]byte([]byte(state))}
}

// Error has a code, and isn't of SQLite; MariaError has MySQL's fields, and isn't known.
type (
	Error      struct{ Code int }
	MariaError MySQLError
)

func (Error) Error() string       { return "coded" }
func (*MariaError) Error() string { return "MariaDB says something" }

// othersMySQL are errors of that name whose fields are others.
func othersMySQL() []error {
	inText := func() error {
		type MySQLError struct {
			error
			Number   uint16
			SQLState string
		}
		return &MySQLError{errors.New("a state in text"), 1062, "23000"}
	}
	named := func() error {
		type MySQLError struct {
			error
			Number   string
			SQLState [5]byte
		}
		return &MySQLError{errors.New("a number in text"), "1062", [5]byte([]byte("23000"))}
	}
	stateless := func() error {
		type MySQLError struct {
			error
			Number uint16
		}
		return &MySQLError{errors.New("no state"), 1105}
	}
	return []error{inText(), named(), stateless()}
}

// empty wraps nothing, and says so.
type empty struct{}

func (empty) Error() string { return "empty" }
func (empty) Unwrap() error { return nil }

func Test(t *testing.T) {
	for _, test := range []struct {
		err   error
		judge breaker.Outcome
		retry bool
	}{
		{nil, breaker.Success, false},
		{sql.ErrNoRows, breaker.Success, false},
		{fmt.Errorf("user 42: %w", sql.ErrNoRows), breaker.Success, false},
		{sql.ErrTxDone, breaker.Success, false},
		{errors.New("no rows in result set"), breaker.Success, false},
		{fmt.Errorf("user 42: %w", errors.New("no rows in result set")), breaker.Success, false},
		{errors.Join(errors.New("user 42"), errors.New("tx is closed")), breaker.Success, false},
		{errors.New("too many rows in result set"), breaker.Success, false},
		{errors.New("commit unexpectedly resulted in rollback"), breaker.Success, false},
		{errors.New("record not found"), breaker.Success, false},
		{errors.New("the proxy says: tx is closed"), breaker.Failure, false},
		{empty{}, breaker.Failure, false},
		{sql.ErrConnDone, breaker.Failure, false},
		{driver.ErrBadConn, breaker.Failure, true},
		{fmt.Errorf("begin: %w", driver.ErrBadConn), breaker.Failure, true},
		{errors.New("connection refused"), breaker.Failure, false},
		{context.DeadlineExceeded, breaker.Failure, false},
		{pgError("21000"), breaker.Success, false},
		{pgError("22P02"), breaker.Success, false},
		{pgError("23505"), breaker.Success, false},
		{pgError("25P02"), breaker.Success, false},
		{pgError("26000"), breaker.Success, false},
		{pgError("28P01"), breaker.Success, false},
		{pgError("42P01"), breaker.Success, false},
		{pgError("44000"), breaker.Success, false},
		{fmt.Errorf("insert: %w", pgError("23503")), breaker.Success, false},
		{pgError("08006"), breaker.Failure, false},
		{pgError("40001"), breaker.Failure, true},
		{fmt.Errorf("commit: %w", pgError("40P01")), breaker.Failure, true},
		{pgError("53300"), breaker.Failure, true},
		{pgError("53200"), breaker.Failure, false},
		{pgError("57P03"), breaker.Failure, true},
		{pgError("57P01"), breaker.Failure, false},
		{pgError("P0001"), breaker.Success, false},
		{pgError("P0002"), breaker.Success, false},
		{fmt.Errorf("lock: %w", pgError("55P03")), breaker.Success, false},
		{pgError("55006"), breaker.Failure, false},
		{pgError("55P04"), breaker.Failure, false},
		{pgError("XX000"), breaker.Failure, false},
		{mySQL(1062, "23000"), breaker.Success, false},
		{fmt.Errorf("select: %w", mySQL(1146, "42S02")), breaker.Success, false},
		{mySQL(1064, "42000"), breaker.Success, false},
		{mySQL(1203, "42000"), breaker.Failure, false},
		{mySQL(1226, "42000"), breaker.Failure, false},
		{mySQL(1213, "40001"), breaker.Failure, true},
		{mySQL(1205, "HY000"), breaker.Failure, false},
		{mySQL(1265, "01000"), breaker.Success, false},
		{mySQL(1364, "HY000"), breaker.Success, false},
		{fmt.Errorf("insert: %w", mySQL(1366, "HY000")), breaker.Success, false},
		{mySQL(3572, "HY000"), breaker.Success, false},
		{mySQL(3819, "HY000"), breaker.Success, false},
		{mySQL(1644, "45000"), breaker.Success, false},
		{mySQL(1105, "HY000"), breaker.Failure, false},
		{mySQL(1040, "08004"), breaker.Failure, false},
		{(*MySQLError)(nil), breaker.Failure, false}, // which a careless caller returns
		{sqlite3.Error{Code: 1}, breaker.Success, false},
		{fmt.Errorf("insert: %w", sqlite3.Error{Code: 19 | 6<<8}), breaker.Success, false},
		{sqlite3.Error{Code: 5}, breaker.Failure, false},
		{sqlite3.Error{Code: 10 | 1<<8}, breaker.Failure, false},
		{sqlite3.Error{Code: 18}, breaker.Success, false},
		{sqlite3.Error{Code: 20}, breaker.Success, false},
		{sqlite3.Error{Code: 23}, breaker.Success, false},
		{sqlite3.Error{Code: 25}, breaker.Success, false},
		{sqlite3.ErrCode{Code: 1}, breaker.Failure, false},
		{fmt.Errorf("insert: %w", sqlite.New(19|8<<8)), breaker.Success, false},
		{sqlite.New(5), breaker.Failure, false},
		{sqlitecloud.Error{Text: "no such table"}, breaker.Failure, false},
		{Error{1}, breaker.Failure, false},
		{errors.Join(mySQL(1062, "23000"), errors.New("rolled back")), breaker.Success, false},
		{&MariaError{1062, [5]byte([]byte("23000"))}, breaker.Failure, false},
		{pgError("22"), breaker.Success, false},
		{pgError("2"), breaker.Failure, false},
		{pgError(""), breaker.Failure, false},
	} {
		if got := sqlcalls.Judge(test.err); got != test.judge {
			t.Errorf("Judge(%v) = %v", test.err, got)
		}
		if got := sqlcalls.Retry(test.err); got != test.retry {
			t.Errorf("Retry(%v) = %v", test.err, got)
		}
	}
}

func TestErrorsThatAreNamedAlike(t *testing.T) {
	for _, err := range othersMySQL() {
		if got := sqlcalls.Judge(err); got != breaker.Failure {
			t.Errorf("%#v: %v", err, got)
		}
	}
}

func ExampleJudge() {
	_ = breaker.Policy{
		Classify: sqlcalls.Judge,
		Retry:    breaker.RetryPolicy{On: sqlcalls.Retry},
	}
	fmt.Println(sqlcalls.Judge(sql.ErrNoRows) == breaker.Success)
	// Output: true
}
