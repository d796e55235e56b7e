package grpccalls_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	goerrors "github.com/slok/goresilience/errors"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/grpccalls"
)

func TestCodes(t *testing.T) {
	outcomes := map[codes.Code]breaker.Outcome{
		codes.Canceled: breaker.Ignored, codes.Unknown: breaker.Failure,
		codes.InvalidArgument: breaker.Success, codes.DeadlineExceeded: breaker.Failure,
		codes.NotFound: breaker.Success, codes.AlreadyExists: breaker.Success,
		codes.PermissionDenied: breaker.Success, codes.ResourceExhausted: breaker.Failure,
		codes.FailedPrecondition: breaker.Success, codes.Aborted: breaker.Success,
		codes.OutOfRange: breaker.Success, codes.Unimplemented: breaker.Success,
		codes.Internal: breaker.Failure, codes.Unavailable: breaker.Failure,
		codes.DataLoss: breaker.Failure, codes.Unauthenticated: breaker.Success,
	}
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		for _, err := range []error{
			status.Error(code, "it says"), fmt.Errorf("wrapped: %w", status.Error(code, "it says")),
		} {
			if got := grpccalls.Judge(err); got != outcomes[code] {
				t.Errorf("Judge(%v) = %v, want %v", err, got, outcomes[code])
			}
			if got := grpccalls.Retry(err); got != (code == codes.Unavailable) {
				t.Errorf("Retry(%v) = %v", err, got)
			}
		}
	}
	if got := grpccalls.Judge(errors.New("no status")); got != breaker.Failure {
		t.Errorf("an error that is no status is %v", got)
	}
	if grpccalls.Retry(errors.New("no status")) || grpccalls.Retry(nil) {
		t.Error("what is no status is repeated")
	}
}

func TestRetryInfo(t *testing.T) {
	busy, err := status.New(codes.ResourceExhausted, "quota").
		WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(2 * time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	wrapped := fmt.Errorf("wrapped: %w", busy.Err())
	if !grpccalls.Retry(wrapped) || grpccalls.Judge(wrapped) != breaker.Failure {
		t.Error("ResourceExhausted with a RetryInfo isn't repeated")
	}
	if wait, ok := grpccalls.RetryAfter(wrapped); wait != 2*time.Second || !ok {
		t.Errorf("RetryAfter = %v, %v", wait, ok)
	}
	limited, err := status.New(codes.ResourceExhausted, "quota").WithDetails(&errdetails.QuotaFailure{})
	if err != nil {
		t.Fatal(err)
	}
	past, err := limited.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(-time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	if wait, ok := grpccalls.RetryAfter(past.Err()); wait != 0 || !ok {
		t.Errorf("a moment that has passed asks for %v, %v", wait, ok)
	}
	for _, err := range []error{errors.New("no status"), limited.Err()} {
		if wait, ok := grpccalls.RetryAfter(err); wait != 0 || ok {
			t.Errorf("%v asks for a wait of %v, %v", err, wait, ok)
		}
	}
}

func TestRefuse(t *testing.T) {
	for _, test := range []struct {
		err  error
		code codes.Code
		is   error
	}{
		{&breaker.OpenError{Circuit: "c", Until: time.Now().Add(time.Hour)}, codes.Unavailable, goerrors.ErrCircuitOpen},
		{&breaker.FullError{Circuit: "c"}, codes.ResourceExhausted, goerrors.ErrTimeoutWaitingForExecution},
		{&breaker.TimeoutError{Circuit: "c"}, codes.DeadlineExceeded, context.DeadlineExceeded},
		{&breaker.TimeoutError{Circuit: "c", Err: context.Canceled}, codes.DeadlineExceeded, context.Canceled},
		{context.Canceled, codes.Canceled, context.Canceled},
		{context.DeadlineExceeded, codes.DeadlineExceeded, context.DeadlineExceeded},
		{errors.Join(context.Canceled, status.Error(codes.Unavailable, "the attempt before")), codes.Canceled, context.Canceled},
	} {
		refused := grpccalls.Refuse(test.err)
		if got := status.Code(refused); got != test.code {
			t.Errorf("%T: code %v, want %v", test.err, got, test.code)
		}
		if !errors.Is(refused, test.is) || !errors.Is(refused, test.err) || refused.Error() != test.err.Error() {
			t.Errorf("%T is no longer itself: %v", test.err, refused)
		}
	}
	open := grpccalls.Refuse(&breaker.OpenError{Until: time.Now().Add(time.Hour)})
	if wait, ok := grpccalls.RetryAfter(open); !ok || wait < 59*time.Minute || wait > time.Hour {
		t.Errorf("an open circuit asks for %v, %v", wait, ok)
	}
	if _, ok := grpccalls.RetryAfter(grpccalls.Refuse(&breaker.OpenError{})); ok {
		t.Error("a circuit that is forced open says when it closes")
	}
	if other := errors.New("other"); grpccalls.Refuse(other) != other {
		t.Error("another error is changed")
	}
}

func ExampleJudge() {
	_ = breaker.Policy{Classify: grpccalls.Judge, Retry: breaker.RetryPolicy{On: grpccalls.Retry}}
	fmt.Println(grpccalls.Judge(status.Error(codes.NotFound, "no such user")) == breaker.Success)
	// Output: true
}
