package runtime_test

import (
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Each way of a call that a link makes twice at once asks about its own results whether they are worth
// another attempt, and how long that waits.
func TestHedgedRetriesLookAtTheirOwnResults(t *testing.T) {
	slowly := func(n int, _ error) runtime.Outcome {
		if n == 1 {
			time.Sleep(time.Minute) // the other way ends meanwhile
		}
		return runtime.Failure
	}
	bothOrders(t, func(t *testing.T, order option) {
		var waited []int
		w := wrap(t, runtime.Policy{Breaker: never, Timeout: runtime.TimeoutPolicy{Off: true}},
			order, outer(hedged), judgedWithResult(slowly), func(s *setup) {
				s.spec.RetryResult = func(_, n int, _ error) bool { return n == 1 }
				s.spec.RetryAfter = func(n int, _ error) (time.Duration, bool) {
					waited = append(waited, n)
					return 10 * time.Second, true
				}
			})
		w.will(giving(1), giving(2), giving(3))
		if e := w.do(background, 1); e.err != nil {
			t.Errorf("got %+v", e)
		}
		if w.calls() != 3 || len(waited) != 1 || waited[0] != 1 {
			t.Errorf("%d calls, and the waits were asked of %d", w.calls(), waited)
		}
	})
}
