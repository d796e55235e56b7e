package runtime_test

import (
	"encoding/json"
	"fmt"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

func ExamplePolicy_MarshalJSON() {
	text, err := json.Marshal(breaker.Policy{
		Breaker: breaker.BreakerPolicy{FailureRate: 0.3, OpenFor: 5 * time.Second, MaxOpenFor: time.Minute},
		Retry:   breaker.RetryPolicy{Off: true},
		Timeout: breaker.TimeoutPolicy{Attempt: 300 * time.Millisecond},
	})
	fmt.Println(string(text), err)
	// Output: {"breaker":{"failure-rate":"30%","open":"5s..1m"},"retry":"off","timeout":{"attempt":"300ms"}} <nil>
}

func ExamplePolicy_UnmarshalJSON() {
	var p breaker.Policy
	fmt.Println(json.Unmarshal([]byte(`{"timeout": "300ms", "retry": {"attempts": 5}}`), &p))
	fmt.Println(p.Timeout.Attempt, p.Retry.Attempts)
	fmt.Println(json.Unmarshal([]byte(`{"timeout": 300, "retry": {"tries": 5}}`), &p))
	// Output:
	// <nil>
	// 300ms 5
	// timeout: 300 has no unit: write 300ms or 1m30s
	// retry.tries: there is no such setting: there are attempts, backoff and off
}
