package breakertest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

var noRetry = runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}

func outage(w wrapped) {
	for range 10 {
		w.call()
	}
}

// TestSurprise: it is said once, with all that one needs to know.
func TestSurprise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := record(func(t *recorder, circuits *Registry) {
			users := wrap(t, circuits, fail, noRetry)
			time.Sleep(3 * time.Second)
			outage(users)
			circuits.Close("Users.Get")
			outage(users)
		})
		const want = `breakertest: circuit Users.Get opened, and nobody expected that.
	when: 3s after breakertest.New
	cause: failures in a row, of 0 successes, 10 failures and 0 timeouts
	last error: "boom"
	If the test is to open it, say Expect("Users.Get") before. If not, mend what fails; or if that is an answer and no failure, have the wrapper know: //breakergen:success, //breakergen:protocol, Policy.Classify.`
		if said != want {
			t.Errorf("said %s", said)
		}
	})
}

func TestExpect(t *testing.T) {
	for name, test := range map[string]struct {
		run  func(t *recorder, circuits *Registry)
		said []string
	}{
		"nothing opens": {run: func(t *recorder, circuits *Registry) {
			wrap(t, circuits, succeed, noRetry).call()
		}},
		"what was expected, said before the circuit is there": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			outage(wrap(t, circuits, fail, noRetry))
		}},
		"said after": {run: func(t *recorder, circuits *Registry) {
			outage(wrap(t, circuits, fail, noRetry))
			circuits.Expect("Users.Get")
		}},
		"another one": {run: func(t *recorder, circuits *Registry) {
			wrap(t, circuits, succeed, noRetry, func(_ *runtime.Builder[client], s *runtime.Spec) { s.Name = "GetAll" })
			circuits.Expect("Users.GetAll")
			outage(wrap(t, circuits, fail, noRetry))
		}, said: []string{"circuit Users.Get opened"}},
		"it never did": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, fail, noRetry).call()
		}, said: []string{"circuit Users.Get was expected to open, and never did", "0 successes, 1 failures", `Trip("Users.Get", err)`}},
		"it never did but by hand": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, fail, noRetry)
			circuits.Open("Users.Get")
		}, said: []string{"circuit Users.Get was expected to open, and never did"}},
		"it did by failures, if the test's own": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, fail, noRetry)
			circuits.Trip("Users.Get", errBoom)
		}},
		"it never did, but the test had failed": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			t.Fatalf("other")
		}, said: []string{"other"}},
		"there is none of that name": {run: func(t *recorder, circuits *Registry) {
			wrap(t, circuits, fail, noRetry)
			circuits.Expect("Users.Got")
		}, said: []string{`Expect("Users.Got")`, "The nearest: Users.Get"}},
		"by hand": {run: func(t *recorder, circuits *Registry) {
			wrap(t, circuits, fail, noRetry)
			circuits.Open("Users.Get")
			circuits.Close("Users.Get")
			circuits.HalfOpen("Users.Get")
			circuits.Trip("Users.Get", errBoom)
			c, _ := circuits.Runtime().Circuit("Users.Get")
			c.ForceOpen()
		}},
		"by hand, as expected": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, fail, noRetry)
			circuits.Trip("Users.Get", errBoom)
		}},
		"by hand, and then by failures": {run: func(t *recorder, circuits *Registry) {
			users := wrap(t, circuits, fail, noRetry)
			circuits.Trip("Users.Get", errBoom)
			circuits.Close("Users.Get")
			outage(users)
		}, said: []string{"circuit Users.Get opened"}},
		"a probe that fails opens nothing that was closed": {run: func(t *recorder, circuits *Registry) {
			users := wrap(t, circuits, fail, noRetry)
			circuits.HalfOpen("Users.Get")
			users.call()
		}},
		"one of all keys": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			outage(wrap(t, circuits, fail, noRetry, keyed))
		}},
		"another key": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get[other]")
			outage(wrap(t, circuits, fail, noRetry, keyed))
		}, said: []string{"circuit Users.Get[acme] opened"}},
		"no key": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, succeed, noRetry, keyed).call()
		}, said: []string{"circuit Users.Get was expected", "1 successes"}},
		"one that was closed by hand": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, fail, noRetry)
			c, _ := circuits.Runtime().Circuit("Users.Get")
			c.ForceClose()
		}, said: []string{"circuit Users.Get was expected"}},
		"another one by hand": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			wrap(t, circuits, fail, noRetry)
			wrap(t, circuits, fail, noRetry, func(_ *runtime.Builder[client], s *runtime.Spec) { s.Name = "GetAll" })
			circuits.Open("Users.GetAll")
		}, said: []string{"circuit Users.Get was expected"}},
		"a test that is skipped": {run: func(t *recorder, circuits *Registry) {
			circuits.Expect("Users.Get")
			t.skipped = true
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := record(test.run)
			holds(t, said, test.said...)
			if name == "it never did, but the test had failed" && said != "other" {
				t.Errorf("said %s", said)
			}
		})
	}
}

// TestExpectedTwice: what never came is said once.
func TestExpectedTwice(t *testing.T) {
	said := record(func(t *recorder, circuits *Registry) {
		wrap(t, circuits, fail, noRetry)
		circuits.Expect("Users.Get")
		circuits.Expect("Users.Get")
	})
	if n := strings.Count(said, "was expected to open"); n != 1 {
		t.Errorf("said %d times: %s", n, said)
	}
}

// TestSlowCallsOpenIt: there is no error to tell of.
func TestSlowCallsOpenIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		holds(t, record(func(t *recorder, circuits *Registry) {
			outage(wrap(t, circuits, func(context.Context, string) (int, error) {
				time.Sleep(time.Second)
				return 1, nil
			}, runtime.Policy{
				Breaker: runtime.BreakerPolicy{Slow: time.Second, MinCalls: 5},
				Timeout: runtime.TimeoutPolicy{Off: true},
			}))
		}), "when: 5s after", "cause: rate of slow calls, of 5 successes", "last error: none is known")
	})
}

// TestCallsAtOnce: the circuits are for any goroutine, and what the test does to them
// comes between the calls.
func TestCallsAtOnce(t *testing.T) {
	circuits := New(t)
	circuits.Expect("Users.Get")
	users := wrap(t, circuits, fail, runtime.Policy{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				users.call()
			}
		})
	}
	for range 50 {
		circuits.Open("Users.Get")
		circuits.HalfOpen("Users.Get")
		circuits.Close("Users.Get")
		circuits.Calls("Users.Get")
	}
	all.Wait()
	circuits.Close("Users.Get")
	outage(users)
	if got := circuits.Calls("Users.Get"); got.Calls() != 1610 {
		t.Errorf("counted %+v", got)
	}
}

// TestBubbleWithinATest: the circuits may be made outside of the bubble that uses them.
func TestBubbleWithinATest(t *testing.T) {
	said := record(func(rec *recorder, circuits *Registry) {
		users := wrap(rec, circuits, fail, noRetry)
		synctest.Test(t, func(*testing.T) { outage(users) })
	})
	holds(t, said, "circuit Users.Get opened", "when: 2000-01-01")
}
