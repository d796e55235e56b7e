package runtime

import (
	"context"
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
}

// run is what one run of the method returned.
type run[R any] struct {
	attempt *attempt // nil where a link has replaced the context
	result  R
	err     error
}

func (m *Method[A, R]) callShared(
	ctx context.Context, circuit *Circuit, p *plan, args A,
) (result R, rest A, used bool, err error) {
	c := &sharedCall[A, R]{method: m, args: args}
	err = m.chain.runner.Run(&callContext{ctx, circuit, p, c}, c.invoke)

	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resultFor(err, c.runs), c.args, c.used, err
}

func (c *sharedCall[A, R]) invoke(ctx context.Context) error {
	a, ctx := attemptFrom(ctx)
	if a != nil {
		a.belongsTo(c)
	}
	args, err := c.begin()
	if err != nil {
		return err
	}
	result, err := c.method.spec.call(ctx, args)
	c.end(run[R]{a, result, err})
	return err
}

// begin returns the arguments for a run. They are renewed where a link runs the call
// again, as the retry has them renewed.
func (c *sharedCall[A, R]) begin() (args A, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.used && c.method.renewable(c.args) {
		err = c.renewLocked()
	}
	c.used = true
	return c.args, err
}

func (c *sharedCall[A, R]) end(r run[R]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.attempt == nil || !slices.Contains(c.left, r.attempt) {
		c.runs = append(c.runs, r)
	}
}

// leave drops the results of an attempt that is left alone, also those to come.
func (c *sharedCall[A, R]) leave(a *attempt, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = append(c.left, a)
	c.runs = slices.DeleteFunc(c.runs, func(r run[R]) bool { return r.attempt == a })
	c.runs = append(c.runs, run[R]{attempt: a, err: err})
}

// settled notes whose error went on last.
func (c *sharedCall[A, R]) settled(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = a
}

// resultFor returns the results that go with an error: of the newest run that
// returned it, or where a link made another one of it, of the last attempt's newest.
func (c *sharedCall[A, R]) resultFor(err error, runs []run[R]) (result R) {
	for _, r := range slices.Backward(runs) {
		if r.err == nil && err == nil || r.err != nil && comesFrom(err, r.err) {
			return r.result
		}
	}
	for _, r := range slices.Backward(runs) {
		if r.attempt == nil || c.last == nil || r.attempt == c.last {
			return r.result
		}
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
