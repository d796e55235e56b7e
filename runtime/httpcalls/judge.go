package httpcalls

import (
	"net/http"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Judge says who is at fault for the end of a call: an error, and the statuses 408, 429
// and 5xx, are failures; 501 and 505 say what the server can't do at all, and are answers
// as all others are.
func Judge(response *http.Response, err error) breaker.Outcome {
	if err != nil || response != nil && isFailure(response.StatusCode) {
		return breaker.Failure
	}
	return breaker.Success
}

func isFailure(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	default:
		return status >= 500
	}
}
