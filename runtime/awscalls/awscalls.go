// Package awscalls says what the errors of the AWS SDK for Go v2 mean. Generated wrappers
// use it where a method has the options of one of its services; by hand it serves as
// [breaker.Policy].Classify ([Judge]) and [breaker.RetryPolicy].On ([Retry]).
//
// The SDK's errors have the response's status as HTTPStatusCode() int and the service's
// code as ErrorCode() string. A 4xx blames the caller, but for 408, 429, and throttling,
// which some services answer as 400.
package awscalls

import (
	"errors"

	breaker "github.com/breakergen/breakergen/runtime"
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

// Judge says who is at fault for an error: an answer with a status of 4xx is a success
// unless it is 408, 429 or throttling, all else is a failure.
func Judge(err error) breaker.Outcome {
	if err == nil {
		return breaker.Success
	}
	var response interface{ HTTPStatusCode() int }
	var api interface{ ErrorCode() string }
	if !errors.As(err, &response) || errors.As(err, &api) && throttled[api.ErrorCode()] {
		return breaker.Failure
	}
	switch status := response.HTTPStatusCode(); {
	case status == 408, status == 429, status < 400, status >= 500:
		return breaker.Failure
	default:
		return breaker.Success
	}
}

// Retry returns false: the SDK repeats by itself (aws.Config.Retryer).
func Retry(error) bool { return false }
