package config

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/settings"
)

// log is a logger; the default one is asked for whenever there is something to log.
type log func() *slog.Logger

// changed logs a line for each setting in force that has changed.
func (l log) changed(c settings.Change[runtime.Policy]) {
	from, to := inForce(c.From), inForce(c.To)
	both := maps.Clone(from)
	maps.Copy(both, to)
	for _, field := range slices.Sorted(maps.Keys(both)) {
		if from[field] != to[field] {
			l().LogAttrs(context.Background(), slog.LevelInfo, "setting changed",
				slog.String("circuit", c.Circuit),
				slog.String("field", field),
				slog.String("from", cmp.Or(from[field], "none")),
				slog.String("to", cmp.Or(to[field], "none")),
			)
		}
	}
}

// inForce returns what a policy sets, by paths as in breaker.open.
func inForce(p runtime.Policy) map[string]string {
	var links map[string]map[string]json.RawMessage
	written, _ := json.Marshal(p) // what is in force is possible, and no link is just off
	_ = json.Unmarshal(written, &links)
	fields := map[string]string{}
	for link, values := range links {
		for key, value := range values {
			fields[link+"."+key] = strings.Trim(string(value), `"`)
		}
	}
	return fields
}

// refused returns what logs a circuit that can't have what is said of it: once for each reason,
// as there may be any number of keys.
func (l log) refused() func(circuit string, err error) {
	var said sync.Map
	return func(circuit string, err error) {
		if _, again := said.LoadOrStore(err.Error(), struct{}{}); !again {
			l().LogAttrs(context.Background(), slog.LevelError, "settings impossible for a new circuit",
				slog.String("circuit", circuit), slog.Any("error", err))
		}
	}
}
