// Package types has a variable for each kind of type. The comment behind it says what it
// is: plain, plain as a parameter or as a result only, or else the culprit.
package types

import (
	"bytes"
	"container/list"
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
)

type (
	id   [16]byte
	user struct {
		name string
		tags map[string][]string
		born time.Time
		boss *user
	}
	tree struct {
		left, right *tree
		value       int
	}
	forest  []*forest
	graph   map[string]graph
	mutualA struct{ b *mutualB }
	mutualB struct {
		a []mutualA
		f func()
	}
	pair[K comparable, V any] struct {
		key   K
		value V
	}
	node[T any] struct {
		next  *node[T]
		value T
	}
	alias  = map[string]user
	hidden struct{ body io.ReadCloser }
	deep   struct {
		a struct{ b []map[string]*hidden }
	}
	cursor interface {
		Next() bool
		Scan(dest ...any) error
		Close()
	}
	shape       interface{ isShape() }
	circle      struct{ radius float64 }
	square      struct{ side float64 }
	filter      interface{ isFilter() }
	byFunc      struct{ f func(int) bool }
	byID        struct{ id string }
	nobody      interface{ isNobody() }
	option      interface{ isOption() }
	with[T any] struct{ f func(T) }
	value       interface{ isValue() }
	of[T any]   struct{ v T }
	status      interface {
		error
		Code() int
	}
	// The first is plain but for what comes after the second, which refers back to it.
	first struct {
		s *second
		f func()
	}
	second  struct{ f *first }
	number  interface{ ~int | ~float64 }
	handler func()
	withAny struct{ value any }
	withCtx struct{ ctx context.Context }
)

// Almost readers, and almost messages.
type (
	readsWords  struct{ n int }
	readsMore   struct{ n int }
	readsInt64  struct{ n int }
	readsOnly   struct{ n int }
	readsOK     struct{ n int }
	writesWords struct{ n int }
	writes      struct{ n int }
	Stringer    struct{ f func() }
	reflects    struct{ f func() }
	reflectsOf  struct{ f func() }
	reflectsTo  struct{ f func() }
	reflectsIt  struct{ ProtoReflect func() protoreflect.Message }
	embedsOne   struct {
		*grpc_health_v1.HealthCheckRequest
		body io.ReadCloser
	}
)

func (readsWords) Read([]string) (int, error)    { return 0, nil }
func (readsMore) Read([]byte, int) (int, error)  { return 0, nil }
func (readsInt64) Read([]byte) (int64, error)    { return 0, nil }
func (readsOnly) Read([]byte) int                { return 0 }
func (readsOK) Read([]byte) (int, bool)          { return 0, false }
func (writesWords) Write([]string) (int, error)  { return 0, nil }
func (*writes) Write([]byte) (int, error)        { return 0, nil }
func (reflects) ProtoReflect() string            { return "" }
func (reflectsOf) ProtoReflect(int) protoMessage { return nil }
func (reflectsTo) ProtoReflect() (protoMessage, error) {
	return nil, nil
}

type protoMessage = protoreflect.Message

func (circle) isShape()   {}
func (*square) isShape()  {}
func (byFunc) isFilter()  {}
func (byID) isFilter()    {}
func (with[T]) isOption() {}
func (of[T]) isValue()    {}

var (
	_ bool            // plain
	_ int             // plain
	_ uint8           // plain
	_ float64         // plain
	_ complex128      // plain
	_ string          // plain
	_ uintptr         // plain
	_ rune            // plain
	_ error           // plain
	_ unsafe.Pointer  // unsafe.Pointer
	_ *unsafe.Pointer // unsafe.Pointer

	_ []byte                        // plain
	_ [4]string                     // plain
	_ [][]float64                   // plain
	_ map[string]int                // plain
	_ map[id]*user                  // plain
	_ *int                          // plain
	_ **string                      // plain
	_ struct{}                      // plain
	_ struct{ a, b int }            // plain
	_ struct{ a struct{ b *user } } // plain
	_ id                            // plain
	_ user                          // plain
	_ *user                         // plain
	_ tree                          // plain
	_ forest                        // plain
	_ graph                         // plain
	_ alias                         // plain
	_ []alias                       // plain
	_ pair[string, int]             // plain
	_ pair[string, *tree]           // plain
	_ node[user]                    // plain
	_ []error                       // plain
	_ map[string]error              // plain

	_ func()                // func()
	_ handler               // types.handler
	_ []func() error        // func() error
	_ chan int              // chan int
	_ <-chan string         // <-chan string
	_ map[string]chan<- int // chan<- int
	_ struct {
		a int
		f func()
	} // func()
	_ map[chan int]string               // chan int
	_ first                             // func()
	_ second                            // func()
	_ mutualA                           // func()
	_ *mutualB                          // func()
	_ pair[string, func()]              // func()
	_ pair[string, pair[int, chan int]] // chan int
	_ node[io.Reader]                   // io.Reader
	_ hidden                            // io.ReadCloser
	_ deep                              // io.ReadCloser
	_ cursor                            // types.cursor
	_ status                            // types.status
	_ iter.Seq[int]                     // iter.Seq[int]
	_ iter.Seq2[int, error]             // iter.Seq2[int, error]

	_ any               // param
	_ interface{}       // param
	_ []any             // param
	_ map[string]any    // param
	_ withAny           // param
	_ pair[string, any] // param
	_ fmt.Stringer      // plain
	_ []fmt.Stringer    // plain
	_ net.Addr          // plain
	_ shape             // plain
	_ []shape           // plain
	_ filter            // func(int) bool
	_ nobody            // types.nobody
	_ option            // not
	_ value             // param
	_ context.Context   // param
	_ withCtx           // param
	_ reflect.Type      // not

	_ time.Time           // plain
	_ *time.Time          // plain
	_ time.Duration       // plain
	_ *time.Location      // plain
	_ *time.Timer         // <-chan time.Time
	_ sync.Mutex          // plain
	_ atomic.Int64        // plain
	_ atomic.Pointer[int] // unsafe.Pointer
	_ big.Int             // plain
	_ *big.Rat            // plain
	_ *url.URL            // plain
	_ url.Values          // plain
	_ http.Header         // plain
	_ http.Cookie         // plain
	_ netip.Addr          // plain
	_ net.IP              // plain
	_ *net.TCPAddr        // plain
	_ json.RawMessage     // plain
	_ json.Number         // plain
	_ slog.Level          // plain
	_ *list.List          // param
	_ *bytes.Buffer       // result
	_ bytes.Buffer        // result
	_ *bytes.Reader       // result
	_ *strings.Reader     // result
	_ struct {
		body *bytes.Reader
	} // result
	_ *strings.Builder // result
	_ strings.Builder  // result
	_ os.FileMode      // plain

	_ readsWords  // plain
	_ readsMore   // plain
	_ readsInt64  // plain
	_ readsOnly   // plain
	_ readsOK     // plain
	_ writesWords // plain
	_ writes      // result
	_ []*writes   // result
	_ Stringer    // func()
	_ reflects    // func()
	_ reflectsOf  // func()
	_ reflectsTo  // func()
	_ reflectsIt  // not
	_ embedsOne   // io.ReadCloser

	_ io.Reader      // io.Reader
	_ io.Closer      // io.Closer
	_ *os.File       // not
	_ net.Conn       // net.Conn
	_ *http.Request  // not
	_ *http.Response // io.ReadCloser
	_ *http.Client   // not
	_ *tls.Config    // not
	_ *regexp.Regexp // plain
	_ reflect.Value  // not
	_ *sync.Pool     // not
	_ *sync.Cond     // sync.Locker

	_ *sql.TxOptions // plain
	_ sql.NullString // plain
	_ sql.Null[id]   // plain
	_ *sql.Tx        // not
	_ *sql.Rows      // not
	_ *sql.Row       // not
	_ *sql.Stmt      // not
	_ *sql.Conn      // not
	_ sql.Result     // sql.Result

	_ *grpc_health_v1.HealthCheckRequest   // plain
	_ []*grpc_health_v1.HealthCheckRequest // plain
	_ *structpb.Struct                     // plain
	_ proto.Message                        // plain
	_ grpc.CallOption                      // not
	_ grpc.ClientStream                    // grpc.ClientStream
)

func _[T any](_ T)                    {} // param
func _[T comparable](_ []T)           {} // param
func _[T number](_ T)                 {} // plain
func _[T number](_ pair[string, T])   {} // plain
func _[T ~func()](_ T)                {} // func()
func _[T int | chan int](_ map[int]T) {} // chan int
func _[T fmt.Stringer](_ T)           {} // param
func _[T io.Reader](_ T)              {} // T
func _[T io.Writer](_ T)              {} // T
func _[T io.ReadSeeker](_ []T)        {} // T
