package awscalls_test

import (
	"errors"
	"fmt"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/awscalls"
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
		{answer(400, "ThrottlingException"), breaker.Failure},
		{answer(400, "ProvisionedThroughputExceededException"), breaker.Failure},
		{answer(408, "RequestTimeout"), breaker.Failure},
		{answer(429, "TooManyRequestsException"), breaker.Failure},
		{answer(429, "Other"), breaker.Failure},
		{answer(500, "InternalError"), breaker.Failure},
		{answer(503, "SlowDown"), breaker.Failure},
		{answer(200, "Deserialization"), breaker.Failure},
		{apiError("NoSuchKey"), breaker.Failure}, // no answer that is known of
		{errors.New("connection refused"), breaker.Failure},
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
