package runtime

import (
	"context"
	"errors"
	"log/slog"
)

// LogTo logs what becomes of a registry's circuits: one line at WARN when one leaves the
// closed state, with the cause, what it was measured by, and the last error; one at INFO when
// it is back, with how long it was down and how many callers were turned away; what probes
// change in between at DEBUG; and at ERROR, with its stack, a panic in a detached call. What was forced says so. A nil registry is Default, a nil
// logger slog.Default.
func LogTo(r *Registry, logger *slog.Logger) (cancel func()) {
	if r == nil {
		r = Default
	}
	to := func() *slog.Logger {
		if logger == nil {
			return slog.Default()
		}
		return logger
	}
	noChanges := r.Subscribe(func(e Event) {
		to().LogAttrs(context.Background(), e.level(), "circuit "+e.To.String(), e.attrs(r)...)
	})
	noPanics := r.SubscribeCalls(func(ctx context.Context, e CallEvent) {
		var panicked *PanicError
		if e.What == Panicked && errors.As(e.Err, &panicked) {
			to().LogAttrs(ctx, slog.LevelError, "panic in a detached call", slog.String("circuit", e.Circuit),
				slog.Any("value", panicked.Value), slog.String("stack", string(panicked.Stack)))
		}
	})
	return func() {
		noChanges()
		noPanics()
	}
}

func (e *Event) level() slog.Level {
	switch {
	case e.From == Closed && e.To != Closed:
		return slog.LevelWarn
	case e.To == Closed || e.Cause == CauseForced:
		return slog.LevelInfo
	default:
		return slog.LevelDebug
	}
}

func (e *Event) attrs(r *Registry) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("circuit", e.Circuit),
		slog.String("from", e.From.String()),
		slog.String("to", e.To.String()),
		slog.String("cause", e.Cause.String()),
	}
	if e.Forced {
		attrs = append(attrs, slog.Bool("forced", true))
	}
	if c, ok := r.Circuit(e.Circuit); ok {
		attrs = append(attrs, e.threshold(c.Snapshot().Policy.Breaker)...)
	}
	attrs = append(attrs,
		slog.Uint64("successes", e.Counts.Successes),
		slog.Uint64("failures", e.Counts.Failures),
		slog.Uint64("timeouts", e.Counts.Timeouts),
		slog.Uint64("slow", e.Counts.Slow),
	)
	if e.Err != nil && e.To != Closed {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	if e.Down > 0 {
		attrs = append(attrs, slog.Duration("down", e.Down), slog.Uint64("turned_away", e.TurnedAway))
	}
	return attrs
}

// threshold returns what was measured, and what it has reached.
func (e *Event) threshold(p BreakerPolicy) []slog.Attr {
	switch e.Cause {
	case CauseFailureRate:
		return []slog.Attr{slog.Float64("failure_rate", e.Counts.FailureRate()), slog.Float64("threshold", p.FailureRate)}
	case CauseConsecutive:
		return []slog.Attr{slog.Int("threshold", p.Consecutive)}
	case CauseSlowRate:
		return []slog.Attr{
			slog.Duration("slow_from", p.Slow),
			slog.Float64("slow_rate", float64(e.Counts.Slow)/float64(e.Counts.judged())),
			slog.Float64("threshold", p.SlowRate),
		}
	default:
		return nil
	}
}
