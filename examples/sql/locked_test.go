package sql

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// TestLocked: another connection holds the database. That is a failure, of which it isn't
// known whether it may be repeated; it comes back as the driver gives it.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.db")
	connect := func() *sql.DB {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { db.Close() })
		return db
	}
	holder, db := connect(), connect()
	for _, statement := range []string{`CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)`, `BEGIN IMMEDIATE`} {
		if _, err := holder.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	circuits := breakertest.New(t)
	circuits.Expect("Users.AddUser")
	users, err := NewUsersBreaker(&Queries{DB: db}, UsersBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		var said *sqlite.Error
		if err := users.AddUser(t.Context(), User{1, "ada"}); !errors.As(err, &said) || said.Code() != sqlite3.SQLITE_BUSY {
			t.Fatalf("got %v", err)
		}
	}
	if err := users.AddUser(t.Context(), User{1, "ada"}); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("after ten times: %v", err)
	}
	if got := circuits.Calls("Users.AddUser"); got.Failures != 10 || got.Retries != 0 {
		t.Errorf("counted %+v", got)
	}

	if _, err := holder.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	circuits.Close("Users.AddUser")
	if err := users.AddUser(t.Context(), User{1, "ada"}); err != nil {
		t.Errorf("once it is let go: %v", err)
	}
}

// TestTransactionEndsWithItsCaller: as without the wrapper, it is rolled back when the
// context that it was begun with ends, and that it is done then is no failure.
func TestTransactionEndsWithItsCaller(t *testing.T) {
	db, err := NewDBBreaker(open(t), DBBreakerConfig{Registry: breakertest.New(t).Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO users VALUES (1, 'ada')`); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := tx.Commit(); !errors.Is(err, context.Canceled) && !errors.Is(err, sql.ErrTxDone) {
		t.Errorf("after its context's end: %v", err)
	}
	rows, err := db.QueryContext(t.Context(), `SELECT id FROM users`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() {
		t.Error("what was rolled back is there")
	}
}
