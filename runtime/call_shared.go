package runtime

import (
	"context"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/runs"
)

// sharedCall is a call that several goroutines may see. Each run of the method keeps its results
// apart; the caller gets those of one.
type sharedCall struct {
	method *method
	runs   runs.Runs[*attempt]
}

func (c *call) makeShared() error {
	s := &sharedCall{method: c.method}
	s.runs.Init(&c.method.kind, c.slot)
	returned := false
	defer func() {
		if !returned { // a panic or a Goexit
			c.used = s.runs.GiveUp()
		}
	}()
	err := c.method.runner.Run(&callContext{c.caller, c.circuit, c.plan, s}, s.invoke)
	returned = true

	c.used = s.runs.Finish(err, c.result)
	return err
}

func (s *sharedCall) invoke(ctx context.Context) error {
	a, ctx := attemptFrom(ctx)
	if a != nil {
		a.belongsTo(s)
	}
	own, err := s.runs.Begin(a)
	if err != nil {
		return err
	}
	err = s.method.invoke(ctx, own)
	s.runs.End(a, own, err)
	return err
}

func (s *sharedCall) judge(p *plan, a *attempt, err error) Outcome {
	return s.method.judge(p, s.runs.ResultOf(a, err), err)
}

func (s *sharedCall) judgeOverdue(p *plan, err error) Outcome { return s.method.judgeOverdue(p, err) }

func (s *sharedCall) worthRetry(p *plan, err error) bool {
	args, result := s.runs.LastOf(err)
	return s.method.worthRetry(p, args, result, err)
}

func (s *sharedCall) leastWait(err error) time.Duration {
	_, result := s.runs.LastOf(err)
	return s.method.leastWait(result, err)
}

func (s *sharedCall) repeatable() bool              { return s.runs.Repeatable() }
func (s *sharedCall) renew() error                  { return s.runs.Renew() }
func (s *sharedCall) drop()                         { s.runs.Drop() }
func (s *sharedCall) settled(a *attempt)            { s.runs.Settled(a) }
func (s *sharedCall) abandon(a *attempt, err error) { s.runs.Abandon(a, err) }
