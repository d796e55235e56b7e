package runtime

import "testing"

// A plan is made once for each change of the policy, and not for each call.
func TestPlanIsMadeOnce(t *testing.T) {
	b := newBound(Policy{Retry: RetryPolicy{Attempts: 5}}, rules{})
	var none *override
	first := none.with(Policy{Retry: RetryPolicy{Attempts: 2}}, true)
	second := none.with(Policy{Retry: RetryPolicy{Attempts: 3}}, true)
	for _, applied := range []*override{first, second, nil, first} {
		plan, want := b.plan(applied), 5
		if applied != nil {
			want = applied.Retry.Attempts
		}
		if plan.Retry.Attempts != want {
			t.Errorf("it has %d attempts, want %d", plan.Retry.Attempts, want)
		}
		if b.plan(applied) != plan {
			t.Error("the next call has another plan")
		}
	}
}
