// Package shapes has methods, each with what is decided of it.
package shapes

import (
	"bytes"
	"context"
	"crypto/tls"
	"database/sql"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/elastic/go-elasticsearch/v8/esapi"
	"github.com/googleapis/gax-go/v2"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/valkey-io/valkey-go/internal/cmds"
	"google.golang.org/grpc"
)

// Errors: where a call says that it has failed.
type Errors interface {
	Name() string                                 // through: no error result
	Nothing()                                     // through: no error result
	First() (error, string)                       // through: its error is not the last result
	Own() *Failure                                // through: its last result is *shapes.Failure, not error
	OwnAndData() (string, Failure)                // through: its last result is shapes.Failure, not error
	Plain(id string) error                        //
	Pairs(id string) iter.Seq2[string, error]     // once: its pairs can't be taken back; sequence
	Two(id string) (iter.Seq2[int, error], error) // lives: iter.Seq2[int, error] by iter.Seq2[int, error]
	Others() iter.Seq2[string, int]               // through: no error result
	Single() iter.Seq[error]                      // through: no error result
	Command(key string) *Command                  // error in its result
	Value(key string) Command                     // through: no error result
	Half(key string) *HalfCommand                 // through: no error result
	OtherHalf(key string) *SetterOnly             // through: no error result
	Commands(key string) (*Command, *Command)     // through: no error result
	DataAfter() (Failure, string)                 // through: no error result
	Number() *Code                                // through: no error result
	TextError() *TextError                        // through: no error result
	SetText() *TextSetter                         // through: no error result
	Live(key string) *LiveCommand                 // lives: *shapes.LiveCommand by io.ReadCloser; error in its result
	OwnPairs() Seq2[string, error]                // through: no error result
	Interface(key string) Commander               // through: no error result
}

type Failure struct{}

func (Failure) Error() string { return "" }

type Command struct{ err error }

func (c *Command) Err() error       { return c.err }
func (c *Command) SetErr(err error) { c.err = err }

type HalfCommand struct{}

func (*HalfCommand) Err() error { return nil }

type SetterOnly struct{}

func (*SetterOnly) SetErr(error) {}

type Code int

func (*Code) Err() error   { return nil }
func (*Code) SetErr(error) {}

type TextError struct{}

func (*TextError) Err() string  { return "" }
func (*TextError) SetErr(error) {}

type TextSetter struct{}

func (*TextSetter) Err() error    { return nil }
func (*TextSetter) SetErr(string) {}

type LiveCommand struct {
	Command
	Body io.ReadCloser
}

type Seq2[K, V any] func(yield func(K, V) bool)

type Commander interface {
	Err() error    // direct: it tells of an error, and is no call that failed; once: it tells of an error, and is no call that failed
	SetErr(error)  // through: no error result
	Other() string // through: no error result
}

// Contexts: where the attempt's context goes.
type Contexts interface {
	None(id string) error                                  //
	Last(id string, ctx context.Context) error             // context 1
	Twice(ctx, other context.Context) error                // context 0
	Alias(ctx Ctx) error                                   // context 0
	Carried(c *Carrier) error                              // carrier 0
	CarriedSecond(id string, c *Carrier) error             // carrier 1
	Both(ctx context.Context, c *Carrier) error            // context 0
	NoGetter(c *Deaf) error                                //
	WrongGetter(c *Stranger) error                         //
	TextGetter(c *Textual) error                           //
	Do(r *http.Request) (*http.Response, error)            // carrier 0; request 0; response 0; lives: *http.Response by io.ReadCloser; http
	Second(id string, r *http.Request) (string, error)     // carrier 1; request 1
	TwoRequests(a, b *http.Request) error                  // carrier 0; request 0; once: b *http.Request holds io.ReadCloser, which may be used up; gone
	TwoResponses() (*http.Response, *http.Response, error) // response 0; lives: *http.Response by io.ReadCloser; http
	Answer() (*Answer, error)                              // lives: *shapes.Answer by io.ReadCloser
}

type Ctx = context.Context

// Answer is a response and more, as hashicorp/vault's.
type Answer struct{ *http.Response }

type Carrier struct{ ID string }

func (c *Carrier) Context() context.Context             { return nil }
func (c *Carrier) WithContext(context.Context) *Carrier { return c }

type Deaf struct{ ID string }

func (d *Deaf) WithContext(context.Context) *Deaf { return d }

type Stranger struct{ ID string }

func (s *Stranger) Context() context.Context             { return nil }
func (s *Stranger) WithContext(context.Context) *Carrier { return nil }

type Textual struct{ ID string }

func (t *Textual) Context() string                      { return "" }
func (t *Textual) WithContext(context.Context) *Textual { return nil }

// Lives: what goes on using the context, or an argument.
type Lives interface {
	Body(id string) (io.ReadCloser, error)                            // lives: io.ReadCloser by io.ReadCloser
	Object(id string) (*Object, error)                                // lives: *shapes.Object by io.ReadCloser
	Second(id string) (int, *Object, io.Reader, error)                // lives: *shapes.Object by io.ReadCloser
	Any(id string) (any, error)                                       // lives: any by any
	Put(id string, body io.Reader) error                              // once: body io.Reader is read once; gone
	PutFile(id string, file *File) error                              // once: file *shapes.File is read once; gone
	PutObject(o *Object) error                                        // once: o *shapes.Object holds io.ReadCloser, which may be used up; gone
	Watch(f func(string)) error                                       // once: f func(string) may be used up; kept: f func(string)
	Args(args ...any) error                                           //
	Options(id string, options ...func(*Handlers)) error              //
	Interfaces(id string, options ...Option) error                    //
	Readers(bodies ...io.Reader) error                                // once: bodies []io.Reader is read once; gone
	Channels(bodies ...chan int) error                                // once: bodies []chan int may be used up; kept: bodies []chan int
	ListOfOptions(options []func(*Object)) error                      // once: options []func(*shapes.Object) holds func(*shapes.Object), which may be used up; kept: options []func(*shapes.Object)
	OptionsAfter(l []func(*Object), options ...func(*Handlers)) error // once: l []func(*shapes.Object) holds func(*shapes.Object), which may be used up; kept: l []func(*shapes.Object)
	Handle(topic string, h Handlers) error                            // once: h shapes.Handlers holds func(string), which may be used up; kept: h shapes.Handlers
	Loop(r *Ring) error                                               // once: r *shapes.Ring holds io.Reader, which may be used up; gone
	Quiet(h quiet) error                                              // once: h shapes.quiet holds func(), which may be used up
	Maps(h map[string][2]*Handlers) error                             // once: h map[string][2]*shapes.Handlers holds func(string), which may be used up; kept: h map[string][2]*shapes.Handlers
	Consume(body io.Reader, events <-chan int, f func()) error        // once: body io.Reader is read once; gone; kept: events <-chan int
	Follow(f func(string)) (io.Closer, error)                         // once: f func(string) may be used up; lives: io.Closer by io.Closer; kept: f func(string)
	TwoReasons(a io.Reader, b *Object) error                          // once: a io.Reader is read once; gone
	Locked() (Locked, error)                                          // locked [0]
	LockedInside() (int, [2]Outer, *Locked, error)                    // locked [1]
	Numbers() ([2]int, error)                                         //
	ByValue() (Latch, error)                                          //
	Group() (sync.WaitGroup, error)                                   // locked [0]
	Atomic() (atomic.Int64, error)                                    // locked [0]
	Ranged(id string, body io.Reader) iter.Seq2[io.Reader, error]     // once: its pairs can't be taken back; gone; sequence
}

// Options: of what is configured by funcs.
type Options[F func(*Client) | func(*Object)] interface {
	Search(o ...func(*esapi.SearchRequest)) error                        // once: o []func(*esapi.SearchRequest) may set Body, which is read once; gone
	Get(o ...func(*esapi.GetRequest)) error                              //
	Failing(o ...func(context.Context, *Object) error) error             // once: o []func(context.Context, *shapes.Object) error may set Body, which is read once; gone
	ByValue(o ...func(Object) Object) error                              // once: o []func(shapes.Object) shapes.Object may set Body, which is read once; gone
	Named(o ...Setter) error                                             // once: o []shapes.Setter may set Body, which is read once; gone
	AnyOf(o ...F) error                                                  // once: o []F may set Body, which is read once; gone
	Embedded(o ...func(*struct{ *Object })) error                        // once: o []func(*struct{*shapes.Object}) may set Body, which is read once; gone
	Inside(o ...func(*struct{ Part struct{ Object } })) error            // once: o []func(*struct{Part struct{shapes.Object}}) may set Body, which is read once; gone
	Lists(o ...func(*struct{ Parts map[string][]io.Reader })) error      // once: o []func(*struct{Parts map[string][]io.Reader}) may set Parts, which is read once; gone
	Listed(o ...func(*struct{ Parts []Object })) error                   // once: o []func(*struct{Parts []shapes.Object}) may set Body, which is read once; gone
	OwnPart(o ...func(*struct{ part struct{ Body io.Reader } })) error   //
	ListOfLists(o ...func(*struct{ Parts [][]io.Reader })) error         // once: o []func(*struct{Parts [][]io.Reader}) may set Parts, which is read once; gone
	FarLists(o ...func(*struct{ Parts [][][]io.Reader })) error          //
	Endless(o ...func(*struct{ Forest Forest })) error                   //
	Buffers(o ...func(*struct{ List net.Buffers })) error                // once: o []func(*struct{List net.Buffers}) may set List, which is read once; gone
	Buffer(o ...func(*struct{ In [2]bytes.Buffer })) error               // once: o []func(*struct{In [2]bytes.Buffer}) may set In, which is read once; gone
	Editors(o ...func(ctx context.Context, r *http.Request) error) error //
	Client(o ...func(*Client)) error                                     //
	Itself(o ...func(*Ring)) error                                       // once: o []func(*shapes.Ring) may set Data, which is read once; gone
	Own(o ...func(*struct{ body io.Reader })) error                      //
	Behind(o ...func(*struct{ Object *Object })) error                   //
	Far(o ...func(*struct {
		A struct {
			B struct{ C struct{ R io.Reader } }
		}
	})) error //
	Before(r io.Writer, o ...func(*Object)) error // once: r io.Writer keeps what an attempt has written; gone
	After(o ...func(*Object)) error               // once: o []func(*shapes.Object) may set Body, which is read once; gone
	Setters(o ...interface{ Set(*Object) }) error //
}

type Setter func(*Object)

type Forest []Forest

// Client is what options configure for all calls, and many share.
type Client struct {
	Doer interface {
		Do(*http.Request) (*http.Response, error)
	}
	TLS       *tls.Config
	Transport *http.Transport
	Log       io.Writer
	Retryable func(error) bool
	Timeout   time.Duration
}

// Written: what has something left in it.
type Written interface {
	Builder(w *strings.Builder) error                  // once: w *strings.Builder keeps what an attempt has written
	Buffer(w *bytes.Buffer) error                      // once: w *bytes.Buffer is read once; gone
	Writer(w io.Writer) error                          // once: w io.Writer keeps what an attempt has written
	Holder(w *struct{ to strings.Builder }) error      // once: w *struct{to strings.Builder} holds strings.Builder, which keeps what an attempt has written
	Builders(w ...*strings.Builder) error              // once: w []*strings.Builder keeps what an attempt has written
	Copy(ctx context.Context) (strings.Builder, error) // context 0
}

// Recycled: what another call has afterwards.
type Recycled interface {
	Exec(cmd Completed) error            // once: cmd shapes.Completed is recycled after its use; gone
	Several(cmd ...Completed) error      // once: cmd []shapes.Completed is recycled after its use; gone
	List(cmds []cmds.Cacheable) error    // once: cmds []cmds.Cacheable holds cmds.Cacheable, which is recycled after its use; gone
	Held(cmd *Cached) error              // once: cmd *shapes.Cached holds cmds.Cacheable, which is recycled after its use; gone
	Strings(cmd cmds.CommandSlice) error //
	Build() (Completed, error)           //
}

// Headed: what keeps the headers that a call has added.
type Headed interface {
	Get(ctx context.Context, r *connect.Request[Order]) (*connect.Response[Order], error) // context 0; once: r *connect.Request[shapes.Order] keeps the headers that an attempt has added
	Held(ctx context.Context, r Envelope) error                                           // context 0; once: r shapes.Envelope holds connect.Request[shapes.Order], which keeps the headers that an attempt has added
	Made() (*connect.Request[Order], error)                                               //
}

type Envelope struct{ Request *connect.Request[Order] }

type Completed = cmds.Completed

type Cached struct {
	Cmd cmds.Cacheable
	TTL time.Duration
}

type Object struct {
	Size int
	Body io.ReadCloser
}

type Handlers struct{ OnMessage func(string) }

type Ring struct {
	Next *Ring
	Data io.Reader
}

type quiet struct{ f func() }

type File struct{}

func (*File) Read([]byte) (int, error) { return 0, nil }

type Option interface{ apply() } // through: no error result

type Locked struct{ mu sync.Mutex }

// Latch can be locked as a value: a copy is as good.
type Latch struct{}

func (Latch) Lock()   {}
func (Latch) Unlock() {}

type Outer struct {
	Name  string
	Inner Locked
}

// Generic: type parameters among the options.
type Generic[T any, F func(int) | func(string), N ~int | ~string, R interface{ io.Reader },
	C chan int, D chan int | func(), E constraint, B *bytes.Reader | *bytes.Buffer] interface {
	Free(options ...T) error     //
	Funcs(options ...F) error    //
	Numbers(options ...N) error  //
	Queues(options ...C) error   // once: options []C holds chan int, which may be used up; kept: options []C
	Mixed(options ...D) error    //
	Embedded(options ...E) error // once: options []E holds chan string, which may be used up; kept: options []E
	Bodies(options ...R) error   // once: options []R is read once; gone
	Copy(from B) error           // once: from B holds bytes.Reader, which may be used up
}

type constraint interface{ ~chan string }

// Positions: what goes on where the last call stopped.
type Positions interface {
	Read(p []byte) (int, error)                   // once: Read goes on where the last one stopped; ends
	ReadAt(p []byte, off int64) (int, error)      // ends
	Write(p []byte) (int, error)                  // once: Write goes on where the last one stopped; ends
	WriteAt(p []byte, off int64) (int, error)     //
	WriteString(s string) (int, error)            // once: WriteString goes on where the last one stopped; ends
	Seek(offset int64, whence int) (int64, error) // once: Seek goes on where the last one stopped; ends
	ReadFrom(r io.Reader) (int64, error)          // once: ReadFrom goes on where the last one stopped; gone; ends
	Recv() (string, error)                        // once: Recv goes on where the last one stopped; ends
	Send(message string) error                    // once: Send goes on where the last one stopped; ends
	Next() (string, error)                        // once: Next goes on where the last one stopped; ends
	RecvMsg(m any) error                          // once: RecvMsg goes on where the last one stopped; ends
	SendMsg(m any) error                          // once: SendMsg goes on where the last one stopped; ends
	CloseAndRecv() (string, error)                // once: CloseAndRecv goes on where the last one stopped; ends
	Close() error                                 // direct: io.Closer: a rejected Close would leak; once: io.Closer: closing twice is an error
}

// Messages: where the next one comes of itself.
type Messages interface {
	Read(ctx context.Context) (int, []byte, error)           // context 0; once: Read goes on where the last one stopped; ends; next
	ReadMessage() (int, []byte, error)                       // once: ReadMessage goes on where the last one stopped; next
	FetchMessage(ctx context.Context) (string, error)        // context 0; once: FetchMessage goes on where the last one stopped; next
	NextMsg(timeout time.Duration) (string, error)           // once: NextMsg goes on where the last one stopped; next
	ReceiveTimeout(ctx Ctx, d time.Duration) (string, error) // context 0; once: ReceiveTimeout goes on where the last one stopped; next
	NextReader() (int, io.Reader, error)                     // once: NextReader goes on where the last one stopped; next; lives: io.Reader by io.Reader
	Pop(ctx context.Context) (string, error)                 // context 0; once: Pop goes on where the last one stopped; next
	Dequeue() (string, error)                                // once: Dequeue goes on where the last one stopped; next
	Receive(ctx context.Context) (string, error)             // context 0; once: Receive goes on where the last one stopped; next
}

// Rows are read as csv's are.
type Rows interface {
	Read() ([]string, error) // once: Read goes on where the last one stopped; ends; next
}

// Askers say what they want, or get nothing.
type Askers interface {
	Read(ctx context.Context, id string) (string, error)                                             // context 0
	ReadMessage(ctx context.Context, id string) (string, error)                                      // context 0
	Receive(ctx context.Context, queue string) (string, error)                                       // context 0
	Fetch(ctx context.Context) ([]string, error)                                                     // context 0
	ReceiveMessage(ctx context.Context, in *Order, options ...func(*s3.Options)) (*s3.Output, error) // context 0; aws
	Poll(ctx context.Context) error                                                                  // context 0
	ReadConfig(ctx context.Context) (string, error)                                                  // context 0
	Pop(options ...string) (string, error)                                                           //
}

// Strangers are read elsewhere than io.ReaderAt is.
type Strangers interface {
	ReadAt(ctx context.Context, p []byte, off int64) (int, error) // context 0
}

// Tellers tell of an error, or are told of which.
type Tellers interface {
	Err() error                   // direct: it tells of an error, and is no call that failed; once: it tells of an error, and is no call that failed
	LastError() error             // direct: it tells of an error, and is no call that failed; once: it tells of an error, and is no call that failed
	GetLastError() error          // direct: it tells of an error, and is no call that failed; once: it tells of an error, and is no call that failed
	Error() error                 // direct: it tells of an error, and is no call that failed; once: it tells of an error, and is no call that failed
	LastErrorOf(id string) error  //
	LastErrors() ([]error, error) //
	NextError() error             //
}

// AskedTellers ask for it.
type AskedTellers interface {
	Err(ctx context.Context) error // context 0
	LastError(id string) error     //
	GetLastError() (string, error) //
}

// Ended: what lasts until it is told to end.
type Ended interface {
	RenewPeriodic(id string, doneCh <-chan struct{}) error // once: doneCh <-chan struct{} may be used up; kept: doneCh <-chan struct{}; until: doneCh <-chan struct{}
	Hold(pause, done <-chan struct{}) error                // once: pause <-chan struct{} may be used up; kept: pause <-chan struct{}; until: pause <-chan struct{}
	Run(workers int, stop Stop) error                      // once: stop shapes.Stop may be used up; kept: stop shapes.Stop; until: stop shapes.Stop
	Told(stop chan struct{}) error                         // once: stop chan struct{} may be used up; kept: stop chan struct{}
	Events(events <-chan int) error                        // once: events <-chan int may be used up; kept: events <-chan int
	Sent(to chan<- struct{}) error                         // once: to chan<- struct{} may be used up; kept: to chan<- struct{}
	Any(stops ...<-chan struct{}) error                    // once: stops []<-chan struct{} may be used up; kept: stops []<-chan struct{}
}

type Stop <-chan struct{}

// Chains contain themselves.
type Chains interface {
	Walk(links *Chain) error // once: links *shapes.Chain holds io.Reader, which may be used up; gone
}

type Chain struct {
	Next   *Chain
	Reader io.Reader
}

// Senders have the names of streams, and are none.
type Senders interface {
	Send(r *http.Request) (string, error) // carrier 0; request 0
	Read(id string) (string, error)       //
	Seek(offset int64) (int64, error)     //
}

// Protocols: of what calls are.
type Protocols interface {
	GRPC(in string, options ...grpc.CallOption) (string, error)           // grpc
	NotGRPC(in string, options []grpc.CallOption) (string, error)         // once: options []grpc.CallOption holds grpc.Codec, which may be used up
	GAX(in string, options ...gax.CallOption) (string, error)             // once: the client repeats by itself; grpc
	AWS(in string, options ...func(*s3.Options)) (*s3.Output, error)      // aws
	NotAWS(in string, options ...func(*s3.Options) error) (string, error) //
	Redis(key string) *redis.StringCmd                                    // redis; error in its result
	RedisSlice(key string) ([]*redis.StringCmd, error)                    // redis
	SQL(ctx context.Context, tx *sql.Tx) error                            // context 0; once: tx *sql.Tx holds driver.Connector, which may be used up; sql
	Rows(ctx context.Context) (pgx.Rows, error)                           // context 0; lives: pgx.Rows by pgx.Rows; sql
	Head(url string) (*http.Response, error)                              // response 0; lives: *http.Response by io.ReadCloser; http
}

// Releases: what gives back what it is called on.
type Releases interface {
	Close(ctx context.Context) error            // direct: a rejected Close would leak; context 0; once: a second Close is an error
	Disconnect(ctx context.Context) error       // direct: a rejected Disconnect would leak; context 0; once: a second Disconnect is an error
	Release(ctx Ctx) error                      // direct: a rejected Release would leak; context 0; once: a second Release is an error
	Shutdown(ctx context.Context) error         // direct: a rejected Shutdown would leak; context 0; once: a second Shutdown is an error
	Unlock() error                              // direct: a rejected Unlock would leak; once: a second Unlock is an error
	Unbind() error                              // direct: a rejected Unbind would leak; once: a second Unbind is an error
	Quit() error                                // direct: a rejected Quit would leak; once: a second Quit is an error
	Drain() error                               // direct: a rejected Drain would leak; once: a second Drain is an error
	Unsubscribe() error                         // direct: a rejected Unsubscribe would leak; once: a second Unsubscribe is an error
	Discard(ctx context.Context) error          // direct: a rejected Discard would leak; context 0; once: a second Discard is an error
	AbortTransaction(ctx context.Context) error // direct: a rejected AbortTransaction would leave the transaction open; context 0; once: a second AbortTransaction is an error
	RollbackTx() error                          // direct: a rejected RollbackTx would leave the transaction open; once: a second RollbackTx is an error
	Rollback(ctx context.Context) error         // context 0; once: a second Rollback may find nothing left, and return nil
}

// Others give back one of many, or more than an error, or nothing.
type Others interface {
	Close(ctx context.Context, id string) error                // context 0
	Release(ctx context.Context, id string) error              // context 0
	Unlock(key string) error                                   //
	Shutdown(ctx context.Context) (string, error)              // context 0
	Disconnect(ctx context.Context)                            // through: no error result; context 0
	ReleaseAll(ctx context.Context) error                      // context 0
	Unsubscribe(ctx context.Context, channels ...string) error // context 0
	Drain(ctx context.Context, node string) error              // context 0
	Discard(n int) (int, error)                                //
}

// Deafs say nothing of it.
type Deafs interface {
	Unlock() bool // through: no error result
	Release()     // through: no error result
}

type Tx interface {
	Commit() error                                // once: a failed transaction has to begin anew
	Rollback() error                              // direct: a rejected Rollback would leave the transaction open; once: a failed transaction has to begin anew
	Exec(ctx context.Context, query string) error // context 0; once: a failed transaction has to begin anew
	CopyFrom(rows io.Reader) error                // once: rows io.Reader is read once; gone
	Close() error                                 // direct: io.Closer: a rejected Close would leak; once: a failed transaction has to begin anew
}

type ContextTx interface {
	Commit(ctx context.Context) error   // context 0; once: a failed transaction has to begin anew
	Rollback(ctx context.Context) error // direct: a rejected Rollback would leave the transaction open; context 0; once: a failed transaction has to begin anew
}

// Releaser rolls back one of many.
type Releaser interface {
	Commit(ctx context.Context, release string) error   // context 0; once: a failed transaction has to begin anew
	Rollback(ctx context.Context, release string) error // context 0; once: a failed transaction has to begin anew
}

// Ends end what they are called on, or what was begun on it.
type Ends interface {
	Commit(ctx context.Context) (string, error)                        // context 0; once: a second Commit may find nothing left, and return nil
	CommitOffsets(ctx context.Context, offsets map[string]int64) error // context 0
	RollbackTo(savepoint string) error                                 //
	AbortTxn(id string) error                                          // once: a second AbortTxn may find nothing left, and return nil
	EndTransaction(ctx context.Context, commit bool) error             // context 0; once: a second EndTransaction may find nothing left, and return nil
	EndAndBeginTransaction(ctx context.Context) error                  // context 0; once: a second EndAndBeginTransaction may find nothing left, and return nil
	EndTxn(commit bool) error                                          // once: a second EndTxn may find nothing left, and return nil
	EndTx(commit bool) error                                           // once: a second EndTx may find nothing left, and return nil
	Transaction(id string) (string, error)                             //
	End() error                                                        //
	EndTransactions() error                                            //
	Commits(ctx context.Context, branch string) ([]string, error)      // context 0
	Abortive() error                                                   //
	GetCommit(id string) (string, error)                               //
	EndSession() error                                                 //
	CommitAll()                                                        // through: no error result
}

// Session is begun and ended itself.
type Session interface {
	Begin() error                                       // once: a failed transaction has to begin anew
	End(ctx context.Context, commit bool) (bool, error) // context 0; once: a failed transaction has to begin anew
	Add(id string) error                                // once: a failed transaction has to begin anew
	Client() string                                     // through: no error result; once: a failed transaction has to begin anew
}

// Batch is committed, or discarded without a word.
type Batch interface {
	Get(key string) (string, error) // once: a failed transaction has to begin anew
	Commit() error                  // once: a failed transaction has to begin anew
	Discard()                       // through: no error result; once: a failed transaction has to begin anew
}

// Begun is begun and never ended, Opened likewise.
type Begun interface {
	Begin() error //
	Ping() error  //
}

type Opened interface {
	BeginTransaction() error          //
	AddToTransaction(id string) error //
}

// Counter and Job aren't a transaction that is begun and ended itself; Work is.
type Counter interface {
	Begin() int  // through: no error result
	End() error  // once: a second End may find nothing left, and return nil
	Ping() error //
}

type Job interface {
	Begin(id string, labels ...string) error //
	End() error                              // once: a second End may find nothing left, and return nil
	Ping() error                             //
}

type Work interface {
	Begin(ctx context.Context, labels ...string) error // context 0; once: a failed transaction has to begin anew
	End(ctx context.Context) error                     // context 0; once: a failed transaction has to begin anew
	Ping() error                                       // once: a failed transaction has to begin anew
}

// Unit of work, whose Abort gives it back.
type Unit interface {
	Commit() error   // once: a failed transaction has to begin anew
	AbortAll() error // once: a failed transaction has to begin anew
	Abort() error    // direct: a rejected Abort would leave the transaction open; once: a failed transaction has to begin anew
}

// Producer does other things too, and has a transaction now and then.
type Producer interface {
	BeginTransaction() error                                // once: a failed transaction has to begin anew
	EndTransaction(ctx context.Context, commit bool) error  // context 0; once: a failed transaction has to begin anew
	AddOffsetsToTransaction(offsets map[string]int64) error // once: a failed transaction has to begin anew
	Send(ctx context.Context, message string) error         // context 0; once: Send goes on where the last one stopped; ends
	Ping(ctx context.Context) error                         // context 0
}

// TxnProducer is sarama's.
type TxnProducer interface {
	BeginTxn() error                                         // once: a failed transaction has to begin anew
	CommitTxn() error                                        // once: a failed transaction has to begin anew
	AbortTxn() error                                         // direct: a rejected AbortTxn would leave the transaction open; once: a failed transaction has to begin anew
	AddOffsetsToTxnWithGroup(offsets map[string]int64) error // once: a failed transaction has to begin anew
	SendMessage(message string) (int32, error)               //
}

// Mongo begins with options.
type Mongo interface {
	StartTransaction(options ...Option) error    // once: a failed transaction has to begin anew
	CommitTransaction(ctx context.Context) error // context 0; once: a failed transaction has to begin anew
	Find(id string) (string, error)              //
}

// Pool gives transactions out.
type Pool interface {
	Begin() (*sql.Tx, error)                                              // lives: *sql.Tx by driver.Connector; sql
	BeginTx(ctx context.Context, options *sql.TxOptions) (*sql.Tx, error) // context 0; lives: *sql.Tx by driver.Connector; sql
	BeginTransaction(ctx context.Context) (*sql.Tx, error)                // context 0; lives: *sql.Tx by driver.Connector; sql
	EndTransaction(tx int) error                                          // once: a second EndTransaction may find nothing left, and return nil
	ListTransactions() ([]string, error)                                  //
	Ping() error                                                          //
}

// Ledger is told which transaction.
type Ledger interface {
	BeginTransaction(id string) error         //
	CommitTransaction(id string) error        // once: a second CommitTransaction may find nothing left, and return nil
	GetTransaction(id string) (string, error) //
}

// Span begins with a result, and ends.
type Span interface {
	Begin(ctx context.Context) (context.Context, error) // context 0; lives: context.Context by context.Context
	End(ctx context.Context) error                      // context 0; once: a second End may find nothing left, and return nil
	Put(id string) error                                //
}

type HalfTx interface {
	Commit() error // once: a second Commit may find nothing left, and return nil
	Cancel() error //
}

type OtherHalfTx interface {
	Rollback() error // direct: a rejected Rollback would leave the transaction open; once: a failed transaction has to begin anew
	Begin() error    // once: a failed transaction has to begin anew
}

type DeafTx interface {
	Commit()         // through: no error result
	Rollback() error // once: a second Rollback may find nothing left, and return nil
}

type MuteTx interface {
	Commit(ctx context.Context) (time.Time, error) // context 0; once: a failed transaction has to begin anew
	Rollback(ctx context.Context)                  // through: no error result; context 0; once: a failed transaction has to begin anew
	Reset(ctx context.Context) error               // context 0; once: a failed transaction has to begin anew
}

// Keys: paths from a first parameter, and what they come to.
type Keys interface {
	Text(s string) error           // -: as string; Len: s, a string, has no field or method Len
	Named(s Tenant) error          // -: as kind of string
	Number(n int32) error          // -: as int
	Unsigned(n uint8) error        // -: as uint
	Flag(b bool) error             // -: as bool
	Float(f float64) error         // -: float64 is no string, integer, bool or fmt.Stringer
	Stringer(s fmtStringer) error  // -: as Stringer
	Rude(s rude) error             // -: shapes.rude is no string, integer, bool or fmt.Stringer
	URL(u *url.URL) error          // -: as Stringer; Host: ?Host as string; Hostname(): ?Hostname() as string
	Request(r *http.Request) error // -: *http.Request is no string, integer, bool or fmt.Stringer: write key=r.URL.Host; URL.Host: ?URL ?Host as string; URL: ?URL as Stringer; Host: ?Host as string; Header.Get: r.Header.Get has arguments, or not one result; 1x: r.1x is no path: write fields and methods without arguments, as in r.URL.Host
	Order(o *Order) error          // Tenant: ?Tenant as kind of string; secret: ?secret as string; Promoted: ?hidden ?Promoted as string; hidden.Promoted: ?hidden ?Promoted as string; Open: ?Open as string; City: ?Customer ?City as string; Customer.City: ?Customer ?City as string; Owner().City: ?Owner() ?City as string; Owner: o.Owner is a method: write Owner(); Tenant(): o.Tenant is a field: leave the () out; Pointer(): ?Pointer() as string; With(): o.With has arguments, or not one result; Pair(): o.Pair has arguments, or not one result; Nobody: o, a *shapes.Order, has no field or method Nobody; Customer: *shapes.Customer is no string, integer, bool or fmt.Stringer; Owner().Self().Street(): o.Owner().Self() is a shapes.Customer: only a pointer to one has the method Street; Owner().Street(): ?Owner() ?Street() as string
	Odd(o odd) error               // -: shapes.odd is no string, integer, bool or fmt.Stringer
	Strange(s strange) error       // -: shapes.strange is no string, integer, bool or fmt.Stringer
	Deep(d *Deep) error            // Far: ?Middle ?Inner Far as string; Box.Touch(): ?Box Touch() as string; Owner().Box.Touch(): ?Owner() ?Box Touch() as string; Self().Box.Touch(): d.Self().Box is a shapes.Box: only a pointer to one has the method Touch
	Flat(d Deep) error             // Box.Touch(): Box Touch() as string; Open: Open as string
	Value(v Order) error           // Open: Open as string; Tenant: Tenant as kind of string; Pointer(): Pointer() as string; Owner().City: Owner() ?City as string
}

type Tenant string

type fmtStringer interface{ String() string } // through: no error result

type rude struct{}

func (rude) String() (string, error) { return "", nil }

// odd and strange have a String that isn't fmt.Stringer's.
type odd struct{}

func (odd) String(prefix string) string { return prefix }

type strange struct{}

func (strange) String() int { return 0 }

type Deep struct {
	*Middle
	Box Box
	Embedded
}

type Middle struct{ Inner }

type Inner struct{ Far string }

type Box struct{}

func (*Box) Touch() string { return "" }

func (d *Deep) Owner() *Deep { return d }
func (d Deep) Self() Deep    { return d }

type hidden struct {
	Promoted string
	*Way
}

type Way struct{ Sign string }

// Pointers may be nil, but a type parameter has no fields to go through then.
type Pointers[T interface{ *Way }] struct{ At T }

type Embedded struct{ Open string }

type Order struct {
	Tenant Tenant
	secret string
	*hidden
	Embedded
	*Customer
}

type Customer struct{ City string }

func (o Order) Owner() *Customer          { return o.Customer }
func (o *Order) Pointer() string          { return "" }
func (o Order) With(prefix string) string { return prefix }
func (o Order) Pair() (string, error)     { return "", nil }
func (c Customer) Self() Customer         { return c }
func (c *Customer) Street() string        { return "" }
