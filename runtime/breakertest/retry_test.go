package breakertest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// TestRetriesWaitNoTime, inside of a bubble and outside.
func TestRetriesWaitNoTime(t *testing.T) {
	t.Parallel()
	slow := runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 5, Backoff: time.Hour, MaxBackoff: time.Hour}}
	test := func(t *testing.T) {
		circuits := New(t)
		begun, made := time.Now(), 0
		users := wrap(t, circuits, func(context.Context, string) (int, error) {
			if made++; made < 5 {
				return 0, errBoom
			}
			return 1, nil
		}, slow)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // an hour would outlast it
		defer cancel()
		if _, err := users(ctx, "acme"); err != nil || made != 5 {
			t.Errorf("%v after %d attempts", err, made)
		}
		if took := time.Since(begun); took > 50*time.Second {
			t.Errorf("it took %v", took)
		}
		if got := circuits.Calls("Users.Get"); got.Calls() != 1 || got.Retries != 4 || got.RetriesHelped != 1 {
			t.Errorf("counted %+v", got)
		}
	}
	t.Run("outside", test)
	t.Run("bubble", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			test(t)
			if took := time.Since(begun); took != 0 {
				t.Errorf("it took %v", took)
			}
		})
	})
}

// TestRetriesWaitNoTimeThatIsAsked for either, of a caller who is there still.
func TestRetriesWaitNoTimeThatIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		circuits := New(t)
		made := 0
		users := wrap(t, circuits, func(context.Context, string) (int, error) {
			if made++; made == 1 {
				return 0, later(time.Second)
			}
			return 1, nil
		}, runtime.Policy{})
		begun := time.Now()
		if err := users.call(); err != nil || made != 2 || time.Since(begun) != 0 {
			t.Errorf("got %v after %d attempts in %v", err, made, time.Since(begun))
		}
	})
}

// later asks for a wait.
type later time.Duration

func (l later) Error() string             { return "later" }
func (l later) RetryAfter() time.Duration { return time.Duration(l) }

// TestRetriesAreDecidedAsEver: a wait that is asked for and would outlast the call's time isn't
// passed over, and a caller that leaves has left.
func TestRetriesAreDecidedAsEver(t *testing.T) {
	for name, test := range map[string]struct {
		asks, caller, total time.Duration
		attempts            int
	}{
		"short enough":              {asks: 5 * time.Second, caller: time.Minute, total: time.Minute, attempts: 3},
		"longer than the caller's":  {asks: 5 * time.Second, caller: 4 * time.Second, attempts: 1},
		"longer than the total's":   {asks: 5 * time.Second, caller: time.Minute, total: 4 * time.Second, attempts: 1},
		"longer than anybody waits": {asks: 11 * time.Second, caller: time.Minute, attempts: 1},
	} {
		circuits := New(t)
		made := 0
		users := wrap(t, circuits, func(context.Context, string) (int, error) { made++; return 0, later(test.asks) },
			runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: test.total}})
		ctx, cancel := context.WithTimeout(t.Context(), test.caller)
		if _, err := users(ctx, "acme"); err != later(test.asks) || made != test.attempts {
			t.Errorf("%s: %v after %d attempts", name, err, made)
		}
		cancel()
	}
	circuits := New(t)
	ctx, cancel := context.WithCancel(t.Context())
	made := 0
	users := wrap(t, circuits, func(context.Context, string) (int, error) {
		made++
		cancel()
		return 0, errBoom
	}, runtime.Policy{})
	if _, err := users(ctx, "acme"); !errors.Is(err, errBoom) || made != 1 {
		t.Errorf("%v after %d attempts", err, made)
	}
}

// TestTimeoutsKeepTheirMeaning: in a bubble an attempt has its time, and no more.
func TestTimeoutsKeepTheirMeaning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		circuits := New(t)
		begun := time.Now()
		users := wrap(t, circuits, func(ctx context.Context, _ string) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}, runtime.Policy{})
		if err := users.call(); !errors.As(err, new(*runtime.TimeoutError)) || time.Since(begun) != 3*time.Second {
			t.Errorf("%v after %v: three attempts of a second each", err, time.Since(begun))
		}
	})
}
