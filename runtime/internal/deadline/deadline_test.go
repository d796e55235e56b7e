package deadline

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newContext(parent context.Context, clock *clock.Clock, deadline int64) *Context {
	c := new(Context)
	c.Begin(parent, clock, deadline)
	return c
}

func newLiving(parent context.Context, clock *clock.Clock, deadline int64) *Living {
	c := new(Living)
	c.Begin(parent, clock, deadline)
	return c
}
