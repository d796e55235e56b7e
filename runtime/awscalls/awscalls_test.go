package awscalls_test

import (
	"errors"
	"fmt"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/awscalls"
	"github.com/breakergen/breakergen/runtime/awscalls/testdata/smithy-go"
)

// responseError and apiError have the methods of the SDK's http.ResponseError and
// smithy.APIError.
type responseError struct {
	status int
	err    error
}

func (e *responseError) Error() string       { return fmt.Sprint(e.status, ": ", e.err) }
func (e *responseError) Unwrap() error       { return e.err }
func (e *responseError) HTTPStatusCode() int { return e.status }

type apiError string

func (e apiError) Error() string     { return string(e) }
func (e apiError) ErrorCode() string { return string(e) }

// SerializationError isn't the SDK's.
type SerializationError struct{}

func (*SerializationError) Error() string { return "serialization failed" }

// throttled are the SDK's DefaultThrottleErrorCodes.
var throttled = []string{
	"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
	"ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
	"BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
	"EC2ThrottledException",
}

func TestThrottled(t *testing.T) {
	for _, code := range throttled {
		if got := awscalls.Judge(&responseError{400, apiError(code)}); got != breaker.Failure {
			t.Errorf("%s is %v", code, got)
		}
	}
}

// empty wraps nothing, and says so.
type empty struct{}

func (empty) Error() string { return "empty" }
func (empty) Unwrap() error { return nil }

func Test(t *testing.T) {
	answer := func(status int, code string) error {
		return fmt.Errorf("operation error: %w", &responseError{status, apiError(code)})
	}
	for _, test := range []struct {
		err  error
		want breaker.Outcome
	}{
		{nil, breaker.Success},
		{answer(404, "NoSuchKey"), breaker.Success},
		{answer(400, "ConditionalCheckFailedException"), breaker.Success},
		{answer(403, "AccessDenied"), breaker.Success},
		{answer(412, "PreconditionFailed"), breaker.Success},
		{answer(304, "NotModified"), breaker.Success},
		{answer(301, "PermanentRedirect"), breaker.Success},
		{answer(300, "MultipleChoices"), breaker.Success},
		{answer(299, "Deserialization"), breaker.Failure},
		{answer(408, "Elsewhere"), breaker.Failure},
		{answer(409, "BucketNotEmpty"), breaker.Success},
		{answer(400, "ThrottlingException"), breaker.Failure},
		{answer(400, "RequestTimeout"), breaker.Failure},
		{answer(400, "RequestTimeoutException"), breaker.Failure},
		{answer(400, "ProvisionedThroughputExceededException"), breaker.Failure},
		{answer(408, "RequestTimeout"), breaker.Failure},
		{answer(429, "TooManyRequestsException"), breaker.Failure},
		{answer(429, "Other"), breaker.Failure},
		{answer(500, "InternalError"), breaker.Failure},
		{answer(503, "SlowDown"), breaker.Failure},
		{answer(200, "Deserialization"), breaker.Failure},
		{apiError("NoSuchKey"), breaker.Failure}, // no answer that is known of
		{errors.New("connection refused"), breaker.Failure},
		{fmt.Errorf("operation error: %w", &smithy.SerializationError{}), breaker.Ignored},
		{fmt.Errorf("operation error: %w", smithy.InvalidParamsError{}), breaker.Ignored},
		{fmt.Errorf("operation error: %w", &smithy.DeserializationError{}), breaker.Failure},
		{errors.Join(errors.New("part 1"), fmt.Errorf("part 2: %w", smithy.InvalidParamsError{})), breaker.Ignored},
		{&SerializationError{}, breaker.Failure},
		{empty{}, breaker.Failure},
	} {
		if got := awscalls.Judge(test.err); got != test.want {
			t.Errorf("Judge(%v) = %v", test.err, got)
		}
		if awscalls.Retry(test.err) {
			t.Errorf("%v is repeated", test.err)
		}
	}
}

func ExampleJudge() {
	_ = breaker.Policy{Classify: awscalls.Judge, Retry: breaker.RetryPolicy{Off: true}}
	missing := &responseError{404, apiError("NoSuchKey")}
	fmt.Println(awscalls.Judge(missing) == breaker.Success)
	// Output: true
}
