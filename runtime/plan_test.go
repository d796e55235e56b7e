package runtime

import (
	goruntime "runtime"
	"testing"
	"time"
)

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

// Nor are they made anew where calls alternate: of methods that share circuits by key, each of which is
// changed in its own way.
func TestPlansOfManyAreMadeOnce(t *testing.T) {
	var methods []*bound
	for n := range 3 {
		methods = append(methods, newBound(Policy{Retry: RetryPolicy{Backoff: 1, MaxBackoff: 1 + time.Duration(n)}}, rules{}))
	}
	var keys []*override
	for attempts := range 50 {
		keys = append(keys, (*override)(nil).with(Policy{Retry: RetryPolicy{Attempts: 1 + attempts}}, true))
	}
	calls := func() {
		for _, key := range keys {
			for _, method := range methods {
				p := method.plan(key)
				if p.Retry.Attempts != key.Retry.Attempts || p.Retry.MaxBackoff != method.policy.Retry.MaxBackoff {
					t.Fatalf("a plan of another method or key: %+v", p.Retry)
				}
			}
		}
	}
	if allocated := testing.AllocsPerRun(10, calls); allocated > 0 {
		t.Errorf("%v allocations: they are made in turns", allocated)
	}
}

// What is in force nowhere any more is forgotten, however often policies change.
func TestPlansAreForgotten(t *testing.T) {
	b, kept := newBound(Policy{}, rules{}), (*override)(nil).with(Policy{Retry: RetryPolicy{Attempts: 2}}, true)
	first := b.plan(kept)
	for range 50 {
		for range 20 {
			b.plan((*override)(nil).with(Policy{}, true))
		}
		goruntime.GC()
	}
	n := 0
	for range b.changes.made.Range {
		n++
	}
	if n > 100 {
		t.Errorf("%d plans are kept", n)
	}
	if b.plan(kept) != first {
		t.Error("what is in force is forgotten too")
	}
}
