package clients

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strings"
	"testing"

	pgx4 "github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/sqlcalls"
)

// TestPgx asks pgx itself, of both versions that are in use, for the errors that are
// judged: of a server that has no rows, two rows, transactions and any SQLSTATE.
func TestPgx(t *testing.T) {
	url := "postgres://ada@" + postgres(t) + "/ada?sslmode=disable"
	for version, errs := range map[string]map[string]error{"v4": pgx4Errors(t, url), "v5": pgx5Errors(t, url)} {
		for what, want := range map[string]struct {
			outcome breaker.Outcome
			retry   bool
		}{
			"no rows":            {breaker.Success, false},
			"too many rows":      {breaker.Success, false},
			"closed transaction": {breaker.Success, false},
			"failed transaction": {breaker.Success, false},
			"23505":              {breaker.Success, false},
			"40001":              {breaker.Failure, true},
			"53200":              {breaker.Failure, false},
			"closed connection":  {breaker.Failure, false},
		} {
			err, ok := errs[what]
			if !ok && version == "v4" && what == "too many rows" {
				continue // v4 has none of that
			}
			if got := sqlcalls.Judge(err); err == nil || got != want.outcome || sqlcalls.Retry(err) != want.retry {
				t.Errorf("%s: %s: %v is %v, repeated %v", version, what, err, got, sqlcalls.Retry(err))
			}
		}
	}
}

func pgx5Errors(t *testing.T, url string) map[string]error {
	ctx := context.Background()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	errs := map[string]error{}
	var name string
	errs["no rows"] = conn.QueryRow(ctx, "none").Scan(&name)
	rows, err := conn.Query(ctx, "two")
	if err != nil {
		t.Fatal(err)
	}
	_, errs["too many rows"] = pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
	begin := func() pgx.Tx {
		tx, err := conn.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	tx := begin()
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	errs["closed transaction"] = tx.Rollback(ctx)
	tx = begin()
	if _, err := tx.Exec(ctx, "raise 23505"); err == nil {
		t.Fatal("nothing was raised")
	}
	errs["failed transaction"] = tx.Commit(ctx)
	for _, state := range []string{"23505", "40001", "53200"} {
		_, errs[state] = conn.Exec(ctx, "raise "+state)
	}
	conn.Close(ctx)
	_, errs["closed connection"] = conn.Exec(ctx, "none")
	return errs
}

func pgx4Errors(t *testing.T, url string) map[string]error {
	ctx := context.Background()
	config, err := pgx4.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.PreferSimpleProtocol = true
	conn, err := pgx4.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	errs := map[string]error{}
	var name string
	errs["no rows"] = conn.QueryRow(ctx, "none").Scan(&name)
	if errors.Is(errs["no rows"], sql.ErrNoRows) {
		t.Error("pgx v4's ErrNoRows is sql.ErrNoRows: this test shows nothing")
	}
	begin := func() pgx4.Tx {
		tx, err := conn.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	tx := begin()
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	errs["closed transaction"] = tx.Rollback(ctx)
	tx = begin()
	if _, err := tx.Exec(ctx, "raise 23505"); err == nil {
		t.Fatal("nothing was raised")
	}
	errs["failed transaction"] = tx.Commit(ctx)
	for _, state := range []string{"23505", "40001", "53200"} {
		_, errs[state] = conn.Exec(ctx, "raise "+state)
	}
	conn.Close(ctx)
	_, errs["closed connection"] = conn.Exec(ctx, "none")
	return errs
}

// postgres starts a server that speaks just enough of PostgreSQL's protocol, and returns
// its address.
func postgres(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go session(conn)
		}
	}()
	return listener.Addr().String()
}

// session answers the queries of one connection, until it ends.
func session(conn net.Conn) {
	defer conn.Close()
	b := pgproto3.NewBackend(conn, conn)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	for name, value := range map[string]string{"standard_conforming_strings": "on", "client_encoding": "UTF8"} {
		b.Send(&pgproto3.ParameterStatus{Name: name, Value: value})
	}
	status := byte('I') // as ReadyForQuery tells it: idle, in a transaction, in a failed one
	for {
		b.Send(&pgproto3.ReadyForQuery{TxStatus: status})
		if b.Flush() != nil {
			return
		}
		message, err := b.Receive()
		if err != nil {
			return
		}
		query, ok := message.(*pgproto3.Query)
		if !ok {
			return
		}
		status = answer(b, query.String, status)
	}
}

// answer sends what a query gets, and returns the transaction's status after it.
func answer(b *pgproto3.Backend, query string, status byte) byte {
	const text = 25 // the type's OID
	column := &pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{{Name: []byte("name"), DataTypeOID: text}}}
	done := func(tag string) { b.Send(&pgproto3.CommandComplete{CommandTag: []byte(tag)}) }
	if state, ok := strings.CutPrefix(query, "raise "); ok {
		b.Send(&pgproto3.ErrorResponse{Severity: "ERROR", Code: state, Message: "as it was asked to"})
		if status == 'T' {
			return 'E'
		}
		return status
	}
	switch query {
	case "none":
		b.Send(column)
		done("SELECT 0")
	case "two":
		b.Send(column)
		for _, name := range []string{"ada", "eve"} {
			b.Send(&pgproto3.DataRow{Values: [][]byte{[]byte(name)}})
		}
		done("SELECT 2")
	case "begin":
		done("BEGIN")
		return 'T'
	case "commit":
		if status == 'E' {
			done("ROLLBACK")
		} else {
			done("COMMIT")
		}
		return 'I'
	case "rollback":
		done("ROLLBACK")
		return 'I'
	}
	return status
}
