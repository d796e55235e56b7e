package config

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// defaultInterval is often enough for a file that people change.
const defaultInterval = 2 * time.Second

// Option is an option of Watch.
type Option func(*watcher)

// WithInterval is how often the file is looked at, in place of 2s.
func WithInterval(d time.Duration) Option {
	return func(w *watcher) {
		if d > 0 {
			w.interval = d
		}
	}
}

// WithLogger has changes and errors logged there, and not to slog.Default.
func WithLogger(logger *slog.Logger) Option {
	return func(w *watcher) {
		if logger != nil {
			w.log = func() *slog.Logger { return logger }
		}
	}
}

// WithConverter has what is in the file made into JSON first, as YAMLToJSONStrict of
// sigs.k8s.io/yaml makes it of YAML.
func WithConverter(toJSON func([]byte) ([]byte, error)) Option {
	return func(w *watcher) { w.toJSON = toJSON }
}

// Watch does as Load with a file, and again whenever that has changed, until ctx ends; the
// settings then stay as they are. An error is that of the first time, and nothing is watched
// then. Later ones are logged, once each, and the last good settings stay: while a file is
// gone, can't be read, or says what is impossible.
//
// The file is read every few seconds: so it may be replaced, also by a symbolic link on the way
// to it, as in a Kubernetes ConfigMap. A change is taken over when it is seen twice, so that
// what is still being written isn't: within two intervals.
func Watch(ctx context.Context, registry *runtime.Registry, path string, options ...Option) error {
	w := &watcher{registry: registry, path: path, interval: defaultInterval, log: slog.Default}
	for _, option := range options {
		option(w)
	}
	content, err := os.ReadFile(path)
	if err == nil {
		err = w.load(content)
	}
	if err != nil {
		return err
	}
	w.seen, w.taken = content, content
	go w.watch(ctx)
	return nil
}

type watcher struct {
	registry *runtime.Registry
	path     string
	interval time.Duration
	log      log
	toJSON   func([]byte) ([]byte, error) // nil: it is JSON

	seen    []byte // what was in the file at the last look
	taken   []byte // what was loaded last, or refused
	refused error  // that of taken
	trouble string // what was logged and isn't over; "" for none
}

// watch looks at the file until ctx ends.
func (w *watcher) watch(ctx context.Context) {
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			w.look(ctx)
		}
	}
}

func (w *watcher) look(ctx context.Context) {
	content, err := os.ReadFile(w.path)
	if err == nil {
		if !bytes.Equal(content, w.seen) { // it may be half written
			w.seen = content
			return
		}
		if !bytes.Equal(content, w.taken) {
			w.taken, w.refused = content, w.load(content)
		}
		err = w.refused
	}
	w.say(ctx, err)
}

func (w *watcher) load(content []byte) error {
	if w.toJSON != nil {
		json, err := w.toJSON(content)
		if err != nil {
			return err
		}
		content = json
	}
	return load(w.registry, content, w.log)
}

// say logs that there is trouble, or that it is over: once.
func (w *watcher) say(ctx context.Context, err error) {
	path := slog.String("path", w.path)
	switch {
	case err == nil && w.trouble != "":
		w.log().LogAttrs(ctx, slog.LevelInfo, "settings are read again", path)
		w.trouble = ""
	case err != nil && w.trouble != err.Error():
		w.log().LogAttrs(ctx, slog.LevelError, "settings not taken over: the last ones stay", path, slog.Any("error", err))
		w.trouble = err.Error()
	}
}
