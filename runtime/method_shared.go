package runtime

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"time"
)

// sharedCall is a call that several goroutines may see: links of the user's may run
// it again, in another goroutine, or when its caller is gone, and a detached attempt
// goes on alone. Each run keeps its results apart; the caller gets those of one.
type sharedCall[A, R any] struct {
	method *Method[A, R]

	mu   sync.Mutex
	args A // guarded by mu, as all below
	used bool
	runs []run[R] // in the order of their ends
	last *attempt // whose error went on last
	left []*attempt
	over bool // the caller has got its results
}

// run is what one run of the method returned.
type run[R any] struct {
	attempt *attempt // nil where a link has replaced the context
	result  R
	err     error
	dropped bool
}

func (m *Method[A, R]) callShared(
	ctx context.Context, circuit *Circuit, p *plan, args A,
) (result R, rest A, used bool, err error) {
	c := &sharedCall[A, R]{method: m, args: args}
	returned := false
	defer func() {
		if !returned { // a panic or a Goexit
			c.giveUp()
		}
	}()
	err = m.chain.runner.Run(&callContext{ctx, circuit, p, c}, c.invoke)
	returned = true

	result, args, used = c.finish(err)
	return result, args, used, err
}

// finish returns what goes with the call's error, and drops all other results, also those
// to come.
func (c *sharedCall[A, R]) finish(err error) (result R, args A, used bool) {
	c.mu.Lock()
	c.over = true
	chosen := c.runFor(err, c.runs)
	runs := c.runs
	args, used = c.args, c.used
	c.mu.Unlock()
	for i := range runs {
		if &runs[i] != chosen && !runs[i].dropped && (chosen == nil || !same(runs[i].result, chosen.result)) {
			c.method.drop(runs[i].result)
		}
	}
	if chosen != nil {
		result = chosen.result
	}
	return result, args, used
}

// giveUp ends a call that nobody gets an answer to.
func (c *sharedCall[A, R]) giveUp() {
	c.mu.Lock()
	args, used := c.args, c.used
	c.over = true
	c.mu.Unlock()
	if !used {
		c.method.discard(args)
	}
}

// same reports whether two runs have returned one thing, such as a client that is kept.
func same[R any](a, b R) bool {
	v := reflect.ValueOf(&a).Elem()
	return v.Comparable() && v.Equal(reflect.ValueOf(&b).Elem())
}

func (c *sharedCall[A, R]) invoke(ctx context.Context) error {
	a, ctx := attemptFrom(ctx)
	if a != nil {
		a.belongsTo(c)
	}
	args, err := c.begin(a)
	if err != nil {
		return err
	}
	result, err := c.method.spec.call(ctx, args)
	if !c.end(run[R]{attempt: a, result: result, err: err}) {
		c.method.drop(result)
	}
	return err
}

// begin returns the arguments for a run. They are renewed where a link runs the call
// again, as the retry has them renewed. A run that comes when its caller has left isn't
// made: the arguments aren't the call's any more.
func (c *sharedCall[A, R]) begin(a *attempt) (args A, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || a != nil && slices.Contains(c.left, a) {
		return args, context.Canceled
	}
	if c.used && c.method.renewable(c.args) {
		err = c.renewLocked()
	}
	c.used = true
	return c.args, err
}

// end keeps what a run returned; false where nobody will see it.
func (c *sharedCall[A, R]) end(r run[R]) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || r.attempt != nil && slices.Contains(c.left, r.attempt) {
		return false
	}
	c.runs = append(c.runs, r)
	return true
}

// drop closes the results of all runs so far.
func (c *sharedCall[A, R]) drop() {
	c.mu.Lock()
	runs := slices.Clone(c.runs)
	c.mu.Unlock()
	for i, r := range runs {
		if r.dropped || !c.method.drop(r.result) {
			continue
		}
		var none R
		c.mu.Lock() // it only grows while its caller is here
		c.runs[i].result, c.runs[i].dropped = none, true
		c.mu.Unlock()
	}
}

// leave drops the results of an attempt that is left alone, also those to come.
func (c *sharedCall[A, R]) leave(a *attempt, err error) {
	c.mu.Lock()
	var dropped []R
	kept := make([]run[R], 0, len(c.runs)+1)
	for _, r := range c.runs {
		if r.attempt != a {
			kept = append(kept, r)
		} else if !r.dropped {
			dropped = append(dropped, r.result)
		}
	}
	c.left = append(c.left, a)
	c.runs = append(kept, run[R]{attempt: a, err: err})
	c.mu.Unlock()
	for _, result := range dropped {
		c.method.drop(result)
	}
}

// settled notes whose error went on last.
func (c *sharedCall[A, R]) settled(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = a
}

// runFor returns the run whose results go with an error: the newest that returned it, or
// where a link made another one of it, the last attempt's newest; nil for none.
func (c *sharedCall[A, R]) runFor(err error, runs []run[R]) *run[R] {
	for i := len(runs) - 1; i >= 0; i-- {
		if r := &runs[i]; r.err == nil && err == nil || r.err != nil && comesFrom(err, r.err) {
			return r
		}
	}
	for i := len(runs) - 1; i >= 0; i-- {
		if r := &runs[i]; r.attempt == nil || c.last == nil || r.attempt == c.last {
			return r
		}
	}
	return nil
}

// resultFor returns those results.
func (c *sharedCall[A, R]) resultFor(err error, runs []run[R]) (result R) {
	if r := c.runFor(err, runs); r != nil {
		return r.result
	}
	return result
}

func (c *sharedCall[A, R]) judge(p *plan, a *attempt, err error) Outcome {
	return c.method.judge(p, c.resultOf(a, err), err)
}

// resultOf returns the results of one attempt, or of what may be one.
func (c *sharedCall[A, R]) resultOf(a *attempt, err error) R {
	c.mu.Lock()
	defer c.mu.Unlock()
	var runs []run[R]
	for _, r := range c.runs {
		if r.attempt == a || r.attempt == nil {
			runs = append(runs, r)
		}
	}
	return c.resultFor(err, runs)
}

func (c *sharedCall[A, R]) worthRetry(p *plan, err error) bool {
	args, result := c.lastOf(err)
	return c.method.worthRetry(p, args, result, err)
}

func (c *sharedCall[A, R]) leastWait(err error) time.Duration {
	_, result := c.lastOf(err)
	return c.method.leastWait(result, err)
}

// lastOf returns the arguments, and the results of the attempt that ended last with err.
func (c *sharedCall[A, R]) lastOf(err error) (A, R) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.args, c.resultFor(err, c.runs)
}

func (c *sharedCall[A, R]) repeatable() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.method.spec.repeatable == nil || c.method.spec.repeatable(c.args)
}

func (c *sharedCall[A, R]) renew() error {
	if c.method.spec.renew == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.renewLocked()
}

func (c *sharedCall[A, R]) renewLocked() error {
	args, err := c.method.spec.renew(c.args)
	if err == nil {
		c.args, c.used = args, false
	}
	return err
}
