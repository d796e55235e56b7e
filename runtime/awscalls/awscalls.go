// Package awscalls says what the errors of the AWS SDK for Go v2 mean. Generated wrappers
// use it where a method has the options of one of its services, or of what calls one in parts, such
// as feature/s3/manager; by hand it serves as [breaker.Policy].Classify ([Judge]) and
// [breaker.RetryPolicy].On ([Retry]).
//
// The SDK's errors have the response's status as HTTPStatusCode() int and the service's
// code as ErrorCode() string. A 3xx, such as a conditional request's 304, is an answer; a 4xx blames
// the caller, but for 408, 429, and throttling and timeouts, which some services answer as 400.
package awscalls

import (
	"errors"
	"reflect"
	"strings"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/fault"
)

// Protocol is what generated wrappers use.
var Protocol = &breaker.Protocol{Name: "aws", Judge: Judge, Retry: Retry}

// throttled are the codes by which services ask for less, as the SDK itself lists them:
// https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry#DefaultThrottleErrorCodes
var throttled = map[string]bool{
	"Throttling":                             true,
	"ThrottlingException":                    true,
	"ThrottledException":                     true,
	"RequestThrottledException":              true,
	"TooManyRequestsException":               true,
	"ProvisionedThroughputExceededException": true,
	"TransactionInProgressException":         true,
	"RequestLimitExceeded":                   true,
	"BandwidthLimitExceeded":                 true,
	"LimitExceededException":                 true,
	"RequestThrottled":                       true,
	"SlowDown":                               true,
	"PriorRequestNotComplete":                true,
	"EC2ThrottledException":                  true,
}

// timedOut are the codes that say what the status 408 does, whatever theirs is:
// https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry#DefaultRetryableErrorCodes
var timedOut = map[string]bool{
	"RequestTimeout":          true,
	"RequestTimeoutException": true,
}

// refused are the SDK's errors of arguments that it doesn't even send: a required one that is
// missing, or one that a request can't be made of. This package doesn't import the SDK, and knows
// them by the names of their types and of the package of those, github.com/aws/smithy-go.
var refused = map[string]bool{
	"InvalidParamsError": true,
	"SerializationError": true,
}

// isRefused reports whether err is, or wraps, one of them.
func isRefused(err error) bool {
	return fault.Some(err, func(err error) bool {
		t := reflect.TypeOf(err)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		return refused[t.Name()] && strings.HasSuffix(t.PkgPath(), "/smithy-go")
	})
}

// Judge says who is at fault for an error: an answer with a status of 3xx or 4xx is a success
// unless it is 408, 429, throttling or a timeout; what the SDK refuses to send, which never reached the
// service, is ignored; all else is a failure.
func Judge(err error) breaker.Outcome {
	if err == nil {
		return breaker.Success
	}
	var response interface{ HTTPStatusCode() int }
	var api interface{ ErrorCode() string }
	if !errors.As(err, &response) {
		if isRefused(err) {
			return breaker.Ignored
		}
		return breaker.Failure
	}
	if errors.As(err, &api) && (throttled[api.ErrorCode()] || timedOut[api.ErrorCode()]) {
		return breaker.Failure
	}
	switch status := response.HTTPStatusCode(); {
	case status == 408, status == 429, status < 300, status >= 500:
		return breaker.Failure
	default:
		return breaker.Success
	}
}

// Retry returns false: the SDK repeats by itself (aws.Config.Retryer).
func Retry(error) bool { return false }
