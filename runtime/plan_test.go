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

// Nor are they made anew where calls alternate: of circuits by key that are changed each in its own
// way, or of methods that share one circuit.
func TestPlansOfManyAreMadeOnce(t *testing.T) {
	changed := func(attempts int) *override {
		return (*override)(nil).with(Policy{Retry: RetryPolicy{Attempts: attempts}}, true)
	}
	b, first, second := newBound(Policy{}, rules{}), changed(2), changed(3)
	if ofFirst, ofSecond := b.plan(first), b.plan(second); b.plan(first) != ofFirst || b.plan(second) != ofSecond {
		t.Error("the calls of two keys make plans in turns")
	}
	a, b, shared := newBound(Policy{}, rules{}), newBound(Policy{}, rules{}), changed(2)
	if ofA, ofB := a.plan(shared), b.plan(shared); a.plan(shared) != ofA || b.plan(shared) != ofB {
		t.Error("the calls of two methods make plans in turns")
	}
}
