package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// judges are the three who can say who is at fault. Each makes an option of a judge.
var judges = map[string]func(func(error) runtime.Outcome) option{
	"directive": judgedBy,
	"directive with results": func(f func(error) runtime.Outcome) option {
		return judgedWithResult(func(_ int, err error) runtime.Outcome { return f(err) })
	},
	"configuration":                  configured,
	"configuration over a directive": overruling,
}

func configured(f func(error) runtime.Outcome) option {
	return func(s *setup) { s.spec.Config.Classify = f }
}

// overruling configures a judge over a directive's, which must not be asked.
func overruling(f func(error) runtime.Outcome) option {
	return func(s *setup) {
		configured(f)(s)
		judgedWithResult(func(int, error) runtime.Outcome { panic("the directive was asked") })(s)
	}
}

// wrapped does s, and wraps its error.
func wrapped(s step) step {
	return func(ctx context.Context, n int) (int, error) {
		n, err := s(ctx, n)
		return n, fmt.Errorf("doing it: %w", err)
	}
}

// instead waits for the end of the context and does s then.
func instead(s step) step {
	return func(ctx context.Context, n int) (int, error) {
		<-ctx.Done()
		return s(ctx, n)
	}
}

// one returns counts of one call, of which that was counted.
func one(how func(*runtime.Counts) *uint64) runtime.Counts {
	var c runtime.Counts
	*how(&c)++
	return c
}

func successes(c *runtime.Counts) *uint64 { return &c.Successes }
func failures(c *runtime.Counts) *uint64  { return &c.Failures }
func timeouts(c *runtime.Counts) *uint64  { return &c.Timeouts }
func ignored(c *runtime.Counts) *uint64   { return &c.Ignored }

// faultPolicy has a timeout of a second, and makes one attempt.
var faultPolicy = timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second})

// soon is before that.
const soon = 300 * time.Millisecond

// judged are the ends of a call that somebody is asked about, and where it counts
// unless they say otherwise. The caller has a deadline of caller, if that isn't 0.
var judged = map[string]struct {
	does   step
	caller time.Duration
	about  error
	counts func(*runtime.Counts) *uint64
}{
	"an error":                      {fail, 0, errBoom, failures},
	"its own timeout":               {failWith(late), 0, late, failures},
	"its own cancel":                {failWith(context.Canceled), 0, context.Canceled, failures},
	"an error, the caller in time":  {fail, time.Hour, errBoom, failures},
	"a timeout":                     {hang, 0, late, timeouts},
	"a timeout with another error":  {instead(fail), 0, errBoom, timeouts},
	"a timeout without an error":    {instead(succeed), 0, late, timeouts},
	"the caller's deadline":         {hang, soon, late, timeouts},
	"the caller's, wrapped":         {wrapped(hang), soon, late, timeouts},
	"the caller's, another error":   {instead(fail), soon, errBoom, timeouts},
	"the caller's, without error":   {instead(succeed), soon, late, timeouts},
	"the caller's, and not in time": {after(2*time.Second, fail), soon, errBoom, timeouts},
}

func TestFaultIsJudged(t *testing.T) {
	says := map[runtime.Outcome]func(*runtime.Counts) *uint64{
		runtime.Success: successes, runtime.Ignored: ignored, runtime.Failure: nil,
	}
	for name, c := range judged {
		for who, judge := range judges {
			for outcome, counts := range says {
				t.Run(fmt.Sprintf("%s/%s/%v", name, who, outcome), func(t *testing.T) {
					bothOrders(t, func(t *testing.T, order option) {
						var asked []error
						w := wrap(t, faultPolicy, order, judge(func(err error) runtime.Outcome {
							asked = append(asked, err)
							return outcome
						}))
						w.does(c.does)
						ctx, cancel := background, func() {}
						if c.caller > 0 {
							ctx, cancel = context.WithTimeout(ctx, c.caller)
						}
						w.do(ctx, 1)
						cancel()
						if len(asked) != 1 || !errors.Is(asked[0], c.about) {
							t.Errorf("asked about %v, want %v", asked, c.about)
						}
						want := counts
						if want == nil {
							want = c.counts
						}
						if got := w.total(); got != one(want) {
							t.Errorf("counted %+v", got)
						}
					})
				})
			}
		}
	}
}

// unjudged are the ends of a call that nobody is asked about. The caller cancels at
// cancels, if that isn't 0.
var unjudged = map[string]struct {
	does    step
	cancels time.Duration
	counts  func(*runtime.Counts) *uint64
}{
	"a cancelled call":                {hang, soon, ignored},
	"a cancelled call, wrapped":       {wrapped(hang), soon, ignored},
	"a cancelled call, another error": {instead(fail), soon, ignored},
	"a cancelled call, both errors": {
		instead(failWith(errors.Join(errBoom, context.Canceled))), soon, ignored,
	},
	"a cancelled call, not in time": {after(2*time.Second, fail), soon, ignored},
	"a cancelled call, no error":    {instead(succeed), soon, successes},
	"a panic":                       {crash, 0, failures},
	"a Goexit":                      {exit, 0, failures},
}

func TestFaultIsPlain(t *testing.T) {
	for name, c := range unjudged {
		for who, judge := range judges {
			t.Run(name+"/"+who, func(t *testing.T) {
				bothOrders(t, func(t *testing.T, order option) {
					w := wrap(t, faultPolicy, order, judge(func(err error) runtime.Outcome {
						t.Errorf("asked about %v", err)
						return runtime.Failure
					}))
					w.does(c.does)
					ctx, cancel := context.WithCancel(background)
					defer cancel()
					if c.cancels > 0 {
						time.AfterFunc(c.cancels, cancel)
					}
					w.do(ctx, 1)
					if got := w.total(); got != one(c.counts) {
						t.Errorf("counted %+v", got)
					}
				})
			})
		}
	}
}

func TestFaultOfNoErrorIsForThoseWhoSeeResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, faultPolicy, judgedBy(func(err error) runtime.Outcome { panic(err) }))
		if err := w.call(); err != nil || w.total() != one(successes) {
			t.Errorf("got %v, counted %+v", err, w.total())
		}
		for outcome, counts := range map[runtime.Outcome]func(*runtime.Counts) *uint64{
			runtime.Success: successes, runtime.Ignored: ignored, runtime.Failure: failures,
		} {
			var results []int
			w := wrap(t, faultPolicy, judgedWithResult(func(n int, err error) runtime.Outcome {
				results = append(results, n)
				return outcome
			}))
			if n, err := w.method(background, 7); n != 7 || err != nil {
				t.Errorf("got %d and %v: the caller gets all the same", n, err)
			}
			if got := w.total(); got != one(counts) || len(results) != 1 || results[0] != 7 {
				t.Errorf("asked about %v, counted %+v", results, got)
			}
		}
	})
}

// Rejections and full bulkheads are judged by nobody.
func TestFaultOfARejectionIsNobodys(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, judge := range judges {
			p := bulkheadOnly(1, 0)
			w := wrap(t, p, order, fallsBack(fail), judge(func(err error) runtime.Outcome {
				t.Errorf("asked about %v", err)
				return runtime.Failure
			}))
			goOn := occupied(w, 1)
			w.call()
			w.circuit.ForceOpen()
			w.call()
			goOn()
			synctest.Wait()
			got := w.total()
			if got.Full != 1 || got.Rejections != 1 || got.Ignored != 1 || got.Calls() != 3 {
				t.Errorf("counted %+v", got)
			}
		}
	})
}
