package rediscalls_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/rediscalls"
)

// redisError is as go-redis has it: proto.RedisError.
type redisError string

func (e redisError) Error() string { return string(e) }
func (redisError) RedisError()     {}

func Test(t *testing.T) {
	for _, test := range []struct {
		err  error
		want breaker.Outcome
	}{
		{nil, breaker.Success},
		{redisError("redis: nil"), breaker.Success},
		{fmt.Errorf("user 42: %w", redisError("redis: nil")), breaker.Success},
		{redisError("WRONGTYPE Operation against a key"), breaker.Success},
		{redisError("ERR unknown command"), breaker.Success},
		{redisError("MOVED 3999 127.0.0.1:6381"), breaker.Success},
		{redisError("BUSYGROUP Consumer Group name already exists"), breaker.Success},
		{redisError("LOADING Redis is loading the dataset in memory"), breaker.Failure},
		{redisError("READONLY You can't write against a read only replica."), breaker.Failure},
		{redisError("CLUSTERDOWN Hash slot not served"), breaker.Failure},
		{redisError("MASTERDOWN Link with MASTER is down"), breaker.Failure},
		{redisError("TRYAGAIN Multiple keys request during rehashing of slot"), breaker.Failure},
		{redisError("BUSY Redis is busy running a script."), breaker.Failure},
		{redisError("OOM command not allowed when used memory > 'maxmemory'."), breaker.Failure},
		{redisError("NOREPLICAS Not enough good replicas to write."), breaker.Failure},
		{redisError("MISCONF Redis is configured to save RDB snapshots"), breaker.Failure},
		{redisError("ERR max number of clients reached"), breaker.Failure},
		{fmt.Errorf("set: %w", redisError("OOM")), breaker.Failure},
		{io.EOF, breaker.Failure},
		{errors.New("dial tcp: connection refused"), breaker.Failure},
	} {
		if got := rediscalls.Judge(test.err); got != test.want {
			t.Errorf("Judge(%v) = %v", test.err, got)
		}
		if rediscalls.Retry(test.err) {
			t.Errorf("%v is repeated", test.err)
		}
	}
}

func ExampleJudge() {
	_ = breaker.Policy{Classify: rediscalls.Judge, Retry: breaker.RetryPolicy{Off: true}}
	fmt.Println(rediscalls.Judge(redisError("redis: nil")) == breaker.Success)
	// Output: true
}
