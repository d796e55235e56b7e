package hystrix

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// half is a snapshot in which no two numbers are alike.
func half() *runtime.Snapshot {
	return &runtime.Snapshot{
		State:    runtime.HalfOpen,
		InFlight: 7,
		Policy: runtime.Policy{
			Breaker: runtime.BreakerPolicy{
				FailureRate: 0.375, MinCalls: 21, Window: 12 * time.Second, OpenFor: 6 * time.Second,
			},
			Timeout:  runtime.TimeoutPolicy{Attempt: 1250 * time.Millisecond},
			Bulkhead: runtime.BulkheadPolicy{Limit: 33},
		},
		WindowSpan: 12 * time.Second,
		Lately: runtime.Counts{
			Successes: 100, Failures: 20, Timeouts: 30, Ignored: 4, Rejections: 5, Full: 6,
			Retries: 70, Fallbacks: 8, FallbackFailures: 9,
		},
	}
}

// fields are all that the dashboard requires, with their values for half.
var fields = map[string]any{
	"type":                            "HystrixCommand",
	"name":                            "Users.Get",
	"group":                           "Users",
	"isCircuitBreakerOpen":            true,
	"errorPercentage":                 35.9,
	"requestCount":                    160.0,
	"errorCount":                      56.0,
	"currentConcurrentExecutionCount": 7.0,

	"rollingCountSuccess":            100.0,
	"rollingCountFailure":            20.0,
	"rollingCountTimeout":            30.0,
	"rollingCountShortCircuited":     5.0,
	"rollingCountSemaphoreRejected":  6.0,
	"rollingCountThreadPoolRejected": 0.0,
	"rollingCountBadRequests":        4.0,
	"rollingCountCollapsedRequests":  0.0,
	"rollingCountExceptionsThrown":   57.0,
	"rollingCountFallbackSuccess":    8.0,
	"rollingCountFallbackFailure":    9.0,
	"rollingCountFallbackRejection":  0.0,
	"rollingCountResponsesFromCache": 0.0,

	"latencyExecute_mean": 0.0,
	"latencyExecute":      map[string]any{"50": 0.0, "90": 0.0, "99": 0.0, "99.5": 0.0},

	"propertyValue_executionIsolationStrategy":                       "SEMAPHORE",
	"propertyValue_metricsRollingStatisticalWindowInMilliseconds":    12000.0,
	"propertyValue_circuitBreakerForceOpen":                          false,
	"propertyValue_circuitBreakerForceClosed":                        false,
	"propertyValue_circuitBreakerRequestVolumeThreshold":             21.0,
	"propertyValue_circuitBreakerSleepWindowInMilliseconds":          6000.0,
	"propertyValue_circuitBreakerErrorThresholdPercentage":           38.0,
	"propertyValue_executionIsolationThreadTimeoutInMilliseconds":    1250.0,
	"propertyValue_executionIsolationThreadInterruptOnTimeout":       true,
	"propertyValue_executionIsolationSemaphoreMaxConcurrentRequests": 33.0,
	"propertyValue_fallbackIsolationSemaphoreMaxConcurrentRequests":  0.0,
	"propertyValue_requestCacheEnabled":                              false,
	"propertyValue_requestLogEnabled":                                false,
	"reportingHosts":                                                 1.0,
}

func decode(t *testing.T, name string, s *runtime.Snapshot) map[string]any {
	t.Helper()
	data, err := json.Marshal(newCommand(name, s))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestEveryField(t *testing.T) {
	got := decode(t, "Users.Get", half())
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !reflect.DeepEqual(got[key], fields[key]) {
			t.Errorf("%s is %v; want %v", key, got[key], fields[key])
		}
		delete(got, key)
	}
	for key := range got {
		t.Errorf("%s is sent, though nothing reads it", key)
	}
}

func TestEveryFieldOfAnIdleCircuit(t *testing.T) {
	got := decode(t, "idle", &runtime.Snapshot{})
	for key := range fields {
		if got[key] == nil {
			t.Errorf("%s is missing or null: the dashboard drops the event", key)
		}
	}
	if got["propertyValue_metricsRollingStatisticalWindowInMilliseconds"] == 0.0 {
		t.Error("the window is 0: the dashboard divides by it")
	}
}

func TestStates(t *testing.T) {
	const forceOpen = "propertyValue_circuitBreakerForceOpen"
	const forceClosed = "propertyValue_circuitBreakerForceClosed"
	for _, c := range []struct {
		state                          runtime.State
		forced                         bool
		open, forcedOpen, forcedClosed bool
	}{
		{state: runtime.Closed},
		{state: runtime.Closed, forced: true, forcedClosed: true},
		{state: runtime.HalfOpen, open: true},
		{state: runtime.Open, open: true},
		{state: runtime.Open, forced: true, open: true, forcedOpen: true},
	} {
		got := decode(t, "users", &runtime.Snapshot{State: c.state, Forced: c.forced})
		want := []any{c.open, c.forcedOpen, c.forcedClosed}
		shown := []any{got["isCircuitBreakerOpen"], got[forceOpen], got[forceClosed]}
		if !slices.Equal(shown, want) {
			t.Errorf("%v, forced %v: %v; want %v", c.state, c.forced, shown, want)
		}
	}
}

// A bulkhead that turns most callers away is no healthy circuit.
func TestErrorPercentageCountsWhatWasTurnedAway(t *testing.T) {
	for _, c := range []struct {
		window runtime.Counts
		want   float64
	}{
		{runtime.Counts{}, 0},
		{runtime.Counts{Successes: 159, Full: 193}, 54.8},
		{runtime.Counts{Full: 7}, 100},
		{runtime.Counts{Successes: 3, Timeouts: 1}, 25},
		{runtime.Counts{Successes: 1, Rejections: 999, Ignored: 999}, 0}, // as Hystrix counts
	} {
		got := decode(t, "users", &runtime.Snapshot{Lately: c.window})
		if got["errorPercentage"] != c.want {
			t.Errorf("%+v: %v%%, want %v%%", c.window, got["errorPercentage"], c.want)
		}
	}
}

func TestTimeoutThatIsOff(t *testing.T) {
	s := half()
	s.Policy.Timeout.Off = true
	if got := newProperties(s).Timeout; got != 0 {
		t.Errorf("timeout is %d ms; want 0", got)
	}
}

// Callers of attempts that the retry saved count as fallbacks do: never below zero.
func TestExceptionsThrownNeverWrapsAround(t *testing.T) {
	if got := unanswered(&runtime.Counts{Failures: 1, Fallbacks: 3}); got != 0 {
		t.Errorf("%d exceptions", got)
	}
}

func TestTileNames(t *testing.T) {
	harmless := regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
	for _, c := range []struct {
		circuits, tiles []string
	}{
		{[]string{"Users.Get", "users-api", "a_b"}, []string{"Users.Get", "users-api", "a_b"}},
		{[]string{"Users.Get[acme]"}, []string{"Users.Get_acme_"}},
		{[]string{"", "<b>", "é🔥"}, []string{"_", "_b_", "__"}},
		{[]string{"a/b", "a_b"}, []string{"a_b-3a8e75c1", "a_b"}},
		{[]string{"a/b", "a b"}, []string{"a_b-3a8e75c1", "a_b-10a3f9f2"}},
		{[]string{"", "🔥"}, []string{"_-811c9dc5", "_-b898da0b"}},
	} {
		got := tileNames(c.circuits)
		if !slices.Equal(got, c.tiles) {
			t.Errorf("%q are shown as %q; want %q", c.circuits, got, c.tiles)
		}
		for i, name := range got {
			if !harmless.MatchString(name) {
				t.Errorf("%q has what the dashboard can't be given", name)
			}
			if slices.Contains(got[:i], name) {
				t.Errorf("%q stands for two circuits", name)
			}
		}
	}
}
