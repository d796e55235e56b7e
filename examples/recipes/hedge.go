package recipes

import (
	"context"
	"time"

	"github.com/slok/goresilience"
)

// Hedge makes an attempt a second time that hasn't ended after a while, and takes what comes
// first without an error. The slower one's context ends then.
func Hedge(after time.Duration) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			ends := make(chan error, 2) // so that nobody waits to tell of the slower one's
			try := func() { ends <- next.Run(ctx, f) }
			timer := time.NewTimer(after)
			defer timer.Stop()

			go try()
			var err error
			for underway := 1; underway > 0; {
				select {
				case <-timer.C:
					underway++
					go try()
				case err = <-ends:
					if err == nil {
						return nil
					}
					underway--
				}
			}
			return err
		})
	}
}
