package fault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

var errBoom = errors.New("boom")

// Every combination has its ruling.
func TestRule(t *testing.T) {
	cancelled, expired := context.Canceled, context.DeadlineExceeded
	for _, c := range []struct {
		end  End
		want Ruling
	}{
		{End{}, Asked},
		{End{Err: errBoom}, Asked},
		{End{Caller: cancelled}, Answered},
		{End{Err: errBoom, Caller: cancelled}, Neutral},
		{End{Caller: expired}, CallerLate},
		{End{Err: errBoom, Caller: expired}, CallerLate},
		{End{Err: errBoom, Caller: fmt.Errorf("of mine: %w", expired)}, CallerLate},
		{End{Late: true}, AttemptLate},
		{End{Err: errBoom, Late: true}, AttemptLate},
		{End{Late: true, TotalLate: true}, AttemptLate},
		{End{Late: true, Caller: cancelled}, AttemptLate},
		{End{Err: errBoom, Late: true, Caller: cancelled}, Neutral},
		{End{Err: errBoom, Late: true, Caller: expired}, AttemptLate},
		{End{TotalLate: true}, TotalLate},
		{End{TotalLate: true, Caller: cancelled}, TotalLate},
		{End{Err: errBoom, TotalLate: true, Caller: cancelled}, Neutral},
		{End{Err: errBoom, TotalLate: true, Caller: expired}, TotalLate},
	} {
		if got := c.end.Rule(); got != c.want {
			t.Errorf("%+v: %d, want %d", c.end, got, c.want)
		}
	}
}

func TestLeft(t *testing.T) {
	for _, c := range []struct {
		expired bool
		caller  error
		want    Ruling
	}{
		{true, nil, AttemptLate},
		{true, context.Canceled, AttemptLate},
		{false, nil, TotalLate},
		{false, context.DeadlineExceeded, CallerLate},
		{false, context.Canceled, Neutral},
	} {
		if got := Left(c.expired, c.caller); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// A connection may end a little before the context whose deadline it was given.
func TestAttribute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := func(d time.Duration) context.Context {
			ctx, cancel := context.WithTimeout(context.Background(), d)
			t.Cleanup(cancel)
			return ctx
		}
		never := context.Background()
		timeout := &os.SyscallError{Err: os.ErrDeadlineExceeded}
		denied := &os.PathError{Err: fmt.Errorf("%w: %w", says(false), os.ErrDeadlineExceeded)}
		for name, c := range map[string]struct {
			end             End
			caller, attempt context.Context
			want            End
		}{
			"the caller's":              {End{Err: timeout}, in(soon), in(soon), End{Err: timeout, Caller: context.DeadlineExceeded}},
			"the attempt's":             {End{Err: timeout}, in(soon + 1), in(soon), End{Err: timeout, Late: true}},
			"nobody's":                  {End{Err: timeout}, never, in(soon + 1), End{Err: timeout}},
			"nobody's, and no attempt":  {End{Err: timeout}, never, nil, End{Err: timeout}},
			"by its own word":           {End{Err: says(true)}, in(0), nil, End{Err: says(true), Caller: context.DeadlineExceeded}},
			"not by its own word":       {End{Err: says(false)}, in(0), nil, End{Err: says(false)}},
			"in what denies it":         {End{Err: denied}, in(0), nil, End{Err: denied, Caller: context.DeadlineExceeded}},
			"it was late already":       {End{Err: timeout, Late: true}, in(0), in(0), End{Err: timeout, Late: true}},
			"another error":             {End{Err: errBoom}, in(0), in(0), End{Err: errBoom}},
			"none":                      {End{}, in(0), in(0), End{}},
			"its caller has ended":      {End{Err: timeout, Caller: context.Canceled}, in(0), in(0), End{Err: timeout, Caller: context.Canceled}},
			"its total is over already": {End{Err: timeout, TotalLate: true}, in(0), in(0), End{Err: timeout, TotalLate: true}},
		} {
			if c.end.Attribute(c.caller, c.attempt); c.end != c.want {
				t.Errorf("%s: %+v, want %+v", name, c.end, c.want)
			}
		}
	})
}

// says is an error that says whether it is a timeout.
type says bool

func (says) Error() string   { return "says" }
func (s says) Timeout() bool { return bool(s) }

// holder is an error that can be compared, unless what it holds can't.
type holder struct{ of any }

func (holder) Error() string { return "holder" }

// slice is an error that can't be compared.
type slice []int

func (slice) Error() string { return "slice" }

func TestComesFrom(t *testing.T) {
	wrapped := fmt.Errorf("more: %w", errBoom)
	if !ComesFrom(wrapped, errBoom) || ComesFrom(errBoom, wrapped) || ComesFrom(nil, errBoom) {
		t.Error("an error comes from what it wraps")
	}
	if ComesFrom(errors.New("alike"), errors.New("alike")) {
		t.Error("an error comes from another one of the same text")
	}
	if !ComesFrom(holder{1}, holder{1}) {
		t.Error("what can be compared isn't found")
	}
}

// An error that can't be compared is found by what it holds, wherever errors.Is would look.
// empty wraps nothing, and says so.
type empty struct{}

func (empty) Error() string { return "empty" }
func (empty) Unwrap() error { return nil }

func TestSome(t *testing.T) {
	var seen []error
	if Some(errors.Join(errBoom, empty{}), func(err error) bool { seen = append(seen, err); return err == nil }) {
		t.Error("what wraps nothing holds something")
	}
	if len(seen) != 3 || seen[1] != errBoom || seen[2] != (empty{}) {
		t.Errorf("looked at %v", seen)
	}
}

func TestComesFrom_Incomparable(t *testing.T) {
	for _, cause := range []error{slice{1}, holder{[]int{1}}} {
		for _, err := range []error{cause, fmt.Errorf("more: %w", cause), errors.Join(errBoom, fmt.Errorf("more: %w", cause))} {
			if !ComesFrom(err, cause) {
				t.Errorf("%#v isn't found in %#v", cause, err)
			}
		}
		for _, err := range []error{nil, errBoom, slice{2}, holder{[]int{2}}, fmt.Errorf("more: %w", errBoom), errors.Join(errBoom, slice{})} {
			if ComesFrom(err, cause) {
				t.Errorf("%#v is found in %#v", cause, err)
			}
		}
	}
}

func TestEndOf(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errBoom)
	if err := EndOf(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, errBoom) {
		t.Errorf("it ended with %v", err)
	}
	plain, end := context.WithCancel(context.Background())
	end()
	if err := EndOf(plain); err != context.Canceled {
		t.Errorf("it ended with %v", err)
	}
	if err := WithCause(ctx, errBoom); err != errBoom {
		t.Errorf("its cause is there twice: %v", err)
	}
}
