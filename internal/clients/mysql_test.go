package clients

import (
	"testing"

	"github.com/go-sql-driver/mysql"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/sqlcalls"
)

// TestMySQL has the driver's own errors judged, whose fields are known by their names alone.
func TestMySQL(t *testing.T) {
	noSuchTable := &mysql.MySQLError{Number: 1146, SQLState: [5]byte([]byte("42S02"))}
	if got := sqlcalls.Judge(noSuchTable); got != breaker.Success {
		t.Errorf("%v is a %v", noSuchTable, got)
	}
	checked := &mysql.MySQLError{Number: 3819, SQLState: [5]byte([]byte("HY000"))}
	if got := sqlcalls.Judge(checked); got != breaker.Success {
		t.Errorf("%v is a %v", checked, got)
	}
	crowded := &mysql.MySQLError{Number: 1203, SQLState: [5]byte([]byte("42000"))}
	if got := sqlcalls.Judge(crowded); got != breaker.Failure {
		t.Errorf("%v is a %v", crowded, got)
	}
	deadlock := &mysql.MySQLError{Number: 1213, SQLState: [5]byte([]byte("40001"))}
	if got := sqlcalls.Judge(deadlock); got != breaker.Failure || !sqlcalls.Retry(deadlock) {
		t.Errorf("%v is a %v, repeated %v", deadlock, got, sqlcalls.Retry(deadlock))
	}
}
