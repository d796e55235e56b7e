package httpcalls_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/httpcalls"
)

func TestJudge(t *testing.T) {
	for status, want := range map[int]breaker.Outcome{
		200: breaker.Success, 304: breaker.Success, 400: breaker.Success, 404: breaker.Success,
		408: breaker.Failure, 409: breaker.Success, 429: breaker.Failure, 500: breaker.Failure,
		501: breaker.Success, 502: breaker.Failure, 503: breaker.Failure, 504: breaker.Failure,
		505: breaker.Success, 507: breaker.Failure,
	} {
		if got := httpcalls.Judge(&http.Response{StatusCode: status}, nil); got != want {
			t.Errorf("%d is %v, want %v", status, got, want)
		}
	}
	if got := httpcalls.Judge(nil, errors.New("down")); got != breaker.Failure {
		t.Errorf("an error is %v", got)
	}
	if got := httpcalls.Judge(nil, nil); got != breaker.Success {
		t.Errorf("nothing is %v", got)
	}
}

func TestRetry(t *testing.T) {
	down := errors.New("down")
	for _, test := range []struct {
		method, header string
		status         int
		err            error
		want           bool
	}{
		{method: "GET", status: 503, want: true},
		{method: "", status: 503, want: true},
		{method: "HEAD", status: 408, want: true},
		{method: "OPTIONS", status: 429, want: true},
		{method: "TRACE", status: 502, want: true},
		{method: "PUT", status: 504, want: true},
		{method: "DELETE", err: down, want: true},
		{method: "POST", status: 503},
		{method: "PATCH", err: down},
		{method: "CONNECT", err: down},
		{method: "get", err: down}, // methods are case-sensitive
		{method: "POST", header: "Idempotency-Key", status: 503, want: true},
		{method: "POST", header: "X-Idempotency-Key", err: down, want: true},
		{method: "GET", status: 500},
		{method: "GET", status: 501},
		{method: "GET", status: 404},
	} {
		r := &http.Request{Method: test.method, Header: http.Header{}}
		if test.header != "" {
			r.Header.Set(test.header, "1")
		}
		var response *http.Response
		if test.err == nil {
			response = &http.Response{StatusCode: test.status}
		}
		if got := httpcalls.Retry(r, response, test.err); got != test.want {
			t.Errorf("Retry(%+v) = %v", test, got)
		}
	}
	if httpcalls.Retry(nil, nil, down) {
		t.Error("a nil request is sent again")
	}
	if httpcalls.Retry(&http.Request{}, nil, nil) {
		t.Error("what has neither failed nor answered is sent again")
	}
}

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			value string
			want  time.Duration
			ok    bool
		}{
			{"120", 2 * time.Minute, true},
			{"0", 0, true},
			{time.Now().Add(time.Minute).UTC().Format(http.TimeFormat), time.Minute, true},
			{time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), 0, true},
			{"-1", 0, false},
			{"1.5", 0, false},
			{"soon", 0, false},
			{"", 0, false},
			{"4294967295", 4294967295 * time.Second, true},
			{"4294967296", 0, false}, // it is read as 32 bits, or the wait would overflow
		} {
			response := &http.Response{Header: http.Header{"Retry-After": {test.value}}}
			if got, ok := httpcalls.RetryAfter(response, nil); got != test.want || ok != test.ok {
				t.Errorf("%q: %v, %v, want %v, %v", test.value, got, ok, test.want, test.ok)
			}
		}
		if wait, ok := httpcalls.RetryAfter(nil, errors.New("down")); ok || wait != 0 {
			t.Error("no response asks for a wait")
		}
	})
}

func ExampleRetry() {
	request, _ := http.NewRequest(http.MethodPost, "https://shop.example/orders", nil)
	busy := &http.Response{StatusCode: http.StatusServiceUnavailable}
	fmt.Println(httpcalls.Retry(request, busy, nil))
	request.Header.Set("Idempotency-Key", "8e03978e")
	fmt.Println(httpcalls.Retry(request, busy, nil))
	// Output:
	// false
	// true
}
