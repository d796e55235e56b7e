package httpcalls

import (
	"net/http"
	"strconv"
	"time"
)

// Retry says whether a request is worth sending again: after an error, or one of the
// statuses 408, 429, 502, 503 and 504, which say that it was not, or not yet, dealt with.
// It must be safe to: its method is idempotent, or it has an Idempotency-Key.
func Retry(request *http.Request, response *http.Response, err error) bool {
	return isIdempotent(request) && (err != nil || response != nil && isTransient(response.StatusCode))
}

func isTransient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// isIdempotent reports whether a request may be sent again: by its method
// (https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.2), or as its sender has named
// it, under one of the two headers that net/http's Transport goes by too.
func isIdempotent(r *http.Request) bool {
	if r == nil {
		return false
	}
	switch r.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace,
		http.MethodPut, http.MethodDelete:
		return true
	}
	_, has := r.Header["Idempotency-Key"]
	_, hasX := r.Header["X-Idempotency-Key"]
	return has || hasX
}

// RetryAfter returns how long a response asks to be left alone: its Retry-After, in
// seconds or as a date (https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3). It
// is false where there is none that can be read, and 0 for a date that has passed.
func RetryAfter(response *http.Response, _ error) (wait time.Duration, ok bool) {
	if response == nil {
		return 0, false
	}
	value := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(0, time.Until(date)), true
}
