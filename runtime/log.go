package runtime

import (
	"context"
	"log/slog"
)

// LogTo logs every change of a circuit's state, one line each, with the counts that
// caused it: a circuit that opens as a warning, all else as information. A nil
// registry is Default, a nil logger slog.Default.
func LogTo(r *Registry, logger *slog.Logger) (cancel func()) {
	if r == nil {
		r = Default
	}
	return r.Subscribe(func(e Event) {
		to := logger
		if to == nil {
			to = slog.Default()
		}
		level := slog.LevelInfo
		if e.To == Open {
			level = slog.LevelWarn
		}
		to.LogAttrs(context.Background(), level, "circuit "+e.To.String(),
			slog.String("circuit", e.Circuit),
			slog.String("from", e.From.String()),
			slog.String("to", e.To.String()),
			slog.Uint64("successes", e.Counts.Successes),
			slog.Uint64("failures", e.Counts.Failures),
			slog.Uint64("timeouts", e.Counts.Timeouts),
			slog.Uint64("slow", e.Counts.Slow),
			slog.Float64("failure_rate", e.Counts.FailureRate()),
		)
	})
}
