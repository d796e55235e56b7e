package runtime_test

import (
	"context"
	"testing"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

var (
	background = context.Background()
	late       = context.DeadlineExceeded
)

// elapsed returns how long f takes.
func elapsed(f func()) time.Duration {
	begun := time.Now()
	f()
	return time.Since(begun)
}

// total returns what the circuit has counted since it was made.
func (w *wrapper) total() runtime.Counts { return w.circuit.Snapshot().Total }

// retryOnly is a policy of one link.
func retryOnly(r runtime.RetryPolicy) runtime.Policy {
	return runtime.Policy{
		Breaker: runtime.BreakerPolicy{Off: true},
		Retry:   r,
		Timeout: runtime.TimeoutPolicy{Off: true},
	}
}

// timeoutOnly is a policy of one link, and a breaker that counts.
func timeoutOnly(p runtime.TimeoutPolicy) runtime.Policy {
	return runtime.Policy{Retry: runtime.RetryPolicy{Off: true}, Timeout: p}
}

// detached is a policy of one link: an attempt is left alone after a second.
func detached() runtime.Policy {
	return timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second, Detach: true})
}

// bothOrders runs f for each order of the chain, each time with a clock of its own.
func bothOrders(t *testing.T, f func(t *testing.T, order option)) {
	t.Helper()
	bubble(t, "breaker first", func(t *testing.T) { f(t, func(*setup) {}) })
	bubble(t, "retry first", func(t *testing.T) { f(t, retryFirst) })
}

// retryAfter is an error whose retry waits at least so long, whatever the jitter.
type retryAfter time.Duration

func (d retryAfter) Error() string             { return "busy for " + time.Duration(d).String() }
func (d retryAfter) RetryAfter() time.Duration { return time.Duration(d) }

const after5s = retryAfter(5 * time.Second)

func judgedBy(f func(error) runtime.Outcome) option {
	return func(s *setup) { s.spec.Directive.Classify = f }
}

// outcome classifies every error alike.
func outcome(o runtime.Outcome) func(error) runtime.Outcome {
	return func(error) runtime.Outcome { return o }
}

func judgedWithResult(f func(int, error) runtime.Outcome) option {
	return func(s *setup) { s.spec.ClassifyResult = f }
}

func livesOn(s *setup) { s.spec.LivesOn = true }

func outer(links ...goresilience.Middleware) option {
	return func(s *setup) { s.Outer = links }
}

func inner(links ...goresilience.Middleware) option {
	return func(s *setup) { s.Inner = links }
}

// link makes a middleware of what a link does with the next runner.
func link(run func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error,
) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			return run(ctx, f, next)
		})
	}
}

// hedged is a link that makes the call twice at once, the second time a second later.
var hedged = link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
	first := make(chan error)
	go func() { first <- next.Run(ctx, f) }()
	time.Sleep(time.Second)
	second := next.Run(ctx, f)
	<-first
	return second
})

// onward is a link that does nothing of its own.
func onward(next goresilience.Runner) goresilience.Runner { return next }

// fallsBack gives the wrapper a fallback.
func fallsBack(to step) option { return func(s *setup) { s.Fallback = to } }

// keepContext writes the context of the call down.
func keepContext(to *context.Context, then step) step {
	return func(ctx context.Context, n int) (int, error) {
		*to = ctx
		return then(ctx, n)
	}
}

// callersEnd holds the two ways in which a caller's context ends after some time.
var callersEnd = map[error]func(time.Duration) (context.Context, context.CancelFunc){
	context.Canceled: func(d time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(background)
		time.AfterFunc(d, cancel)
		return ctx, cancel
	},
	context.DeadlineExceeded: func(d time.Duration) (context.Context, context.CancelFunc) {
		return context.WithTimeout(background, d)
	},
}
