// Package sql puts a database behind circuits: a *sql.DB as it is, by the methods that a
// service uses. A transaction and rows live on after the call that began them, a row that
// isn't there is an answer, and a statement is made again only where nothing was done.
package sql

import (
	"context"
	"database/sql"
)

//go:generate go tool breakergen -iface=DB,Users

// DB is the part of *sql.DB that a service uses.
type DB interface {
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// User is a row.
type User struct {
	ID   int64
	Name string
}

// Users is a querier as sqlc writes one.
type Users interface {
	GetUser(ctx context.Context, id int64) (User, error)
	AddUser(ctx context.Context, user User) error
}

// Queries is its implementation.
type Queries struct{ DB *sql.DB }

// GetUser returns the user with an id, or sql.ErrNoRows.
func (q *Queries) GetUser(ctx context.Context, id int64) (u User, err error) {
	err = q.DB.QueryRowContext(ctx, `SELECT id, name FROM users WHERE id = ?`, id).Scan(&u.ID, &u.Name)
	return u, err
}

// AddUser adds a user.
func (q *Queries) AddUser(ctx context.Context, u User) error {
	_, err := q.DB.ExecContext(ctx, `INSERT INTO users (id, name) VALUES (?, ?)`, u.ID, u.Name)
	return err
}
