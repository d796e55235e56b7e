package runtime_test

import (
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// Whether retries are worth their load is told by how many calls they save.
func TestRetriesThatHelped(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 100}}, order)
		w.call()
		for _, steps := range [][]step{
			{fail, succeed},       // helped
			{fail, fail, succeed}, // helped once, by two attempts
			{fail, fail, fail},
		} {
			w.will(steps...)
			w.call()
		}
		got := w.total()
		if got.Retries != 5 || got.RetriesHelped != 2 || got.BudgetExhausted != 0 {
			t.Errorf("%d retries, %d helped, %d without a budget; want 5, 2, 0",
				got.Retries, got.RetriesHelped, got.BudgetExhausted)
		}
	})
}

// A success by the directive's word is one, too; an ignored outcome isn't.
func TestRetriesThatHelpedAsClassified(t *testing.T) {
	for outcome, want := range map[runtime.Outcome]uint64{runtime.Success: 1, runtime.Ignored: 0} {
		bubble(t, outcome.String(), func(t *testing.T) {
			first := true
			w := wrap(t, runtime.Policy{}, judgedBy(func(error) runtime.Outcome {
				defer func() { first = false }()
				if first {
					return runtime.Failure
				}
				return outcome
			}))
			w.will(fail, fail)
			w.call()
			if got := w.total(); got.Retries != 1 || got.RetriesHelped != want {
				t.Errorf("%d of %d retries helped, want %d", got.RetriesHelped, got.Retries, want)
			}
		})
	}
}

func TestExhaustedBudgetIsCounted(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2}), order)
		w.does(fail)
		for range 15 {
			w.call()
		}
		got := w.total()
		if got.Retries != 10 || got.BudgetExhausted != 5 || got.RetriesHelped != 0 {
			t.Errorf("%d retries and %d without a budget, %d helped; want 10, 5, 0",
				got.Retries, got.BudgetExhausted, got.RetriesHelped)
		}
	})
}
