package sql

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
	"modernc.org/sqlite"
)

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "users.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)`); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestTransaction: it lives on after BeginTx, and so do rows after their query.
func TestTransaction(t *testing.T) {
	db, err := NewDBBreaker(open(t), DBBreakerConfig{Registry: breakertest.New(t).Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for id := range 3 {
		if _, err := tx.ExecContext(t.Context(), `INSERT INTO users VALUES (?, 'ada')`, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM users`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	if n != 3 || rows.Err() != nil {
		t.Errorf("%d rows, %v", n, rows.Err())
	}
}

// TestNoRows: a user that isn't there says nothing against the database.
func TestNoRows(t *testing.T) {
	circuits := breakertest.New(t)
	users, err := NewUsersBreaker(&Queries{DB: open(t)}, UsersBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	for id := range int64(20) {
		if _, err := users.GetUser(t.Context(), id); !errors.Is(err, sql.ErrNoRows) {
			t.Fatal(err)
		}
	}
	if err := users.AddUser(t.Context(), User{1, "ada"}); err != nil {
		t.Fatal(err)
	}
	if u, err := users.GetUser(t.Context(), 1); err != nil || u.Name != "ada" {
		t.Errorf("got %v, %v", u, err)
	}
	if got := circuits.Calls("Users.GetUser"); got.Failures != 0 || got.Retries != 0 || got.Successes != 21 {
		t.Errorf("counted %+v", got)
	}
}

// TestDatabaseGone: it is closed under its users, and calls fail fast.
func TestDatabaseGone(t *testing.T) {
	db := open(t)
	circuits := breakertest.New(t)
	circuits.Expect("Users.GetUser")
	users, err := NewUsersBreaker(&Queries{DB: db}, UsersBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	for range 10 {
		users.GetUser(t.Context(), 1)
	}
	if _, err := users.GetUser(t.Context(), 1); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("got %v", err)
	}
}

// TestStatementAtFault: a table that isn't there, a mistake in a statement and a user that is
// there already say nothing against the database.
func TestStatementAtFault(t *testing.T) {
	circuits := breakertest.New(t)
	db := open(t)
	users, err := NewUsersBreaker(&Queries{DB: db}, UsersBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	queries, err := NewDBBreaker(db, DBBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	if err := users.AddUser(t.Context(), User{1, "ada"}); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		for _, query := range []string{`SELECT name FROM nobody`, `SELEKT name FROM users`} {
			if _, err := queries.QueryContext(t.Context(), query); !errors.As(err, new(*sqlite.Error)) {
				t.Fatal(err)
			}
		}
		if err := users.AddUser(t.Context(), User{1, "ada"}); !errors.As(err, new(*sqlite.Error)) {
			t.Fatal(err)
		}
	}
	if got := circuits.Calls("DB.QueryContext"); got.Failures != 0 || got.Successes != 40 {
		t.Errorf("counted %+v", got)
	}
	if got := circuits.Calls("Users.AddUser"); got.Failures != 0 || got.Successes != 21 {
		t.Errorf("counted %+v", got)
	}
}
