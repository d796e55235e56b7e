package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/settings"
	"github.com/breakergen/breakergen/runtime/internal/text"
)

// replace is what the runtime does with settings.
var replace = settings.Replace.(func(
	*runtime.Registry, *settings.Set[runtime.Policy],
) ([]settings.Change[runtime.Policy], error))

// Load has settings hold in a registry in place of those that it had, and logs to
// slog.Default what has changed. A nil registry is runtime.Default. On an error, which names
// all that is unknown or impossible with its path, nothing has changed.
func Load(registry *runtime.Registry, r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return load(registry, content, slog.Default)
}

func load(registry *runtime.Registry, content []byte, to log) error {
	set, err := parse(content)
	if err != nil {
		return err
	}
	set.Refused = to.refused()
	changes, err := replace(registry, set)
	if err != nil {
		return err
	}
	for _, c := range changes {
		to.changed(c)
	}
	return nil
}

// parse reads policies by name. The errors are all that is wrong.
func parse(content []byte) (*settings.Set[runtime.Policy], error) {
	circuits, err := text.Members(content)
	if err != nil {
		return nil, err
	}
	policies := map[string]runtime.Policy{}
	var errs []error
	for _, c := range circuits {
		var p runtime.Policy
		if err := p.UnmarshalJSON(c.JSON); err != nil {
			errs = append(errs, within(c.Key, err)...)
		}
		if c.Key == "" {
			errs = append(errs, errors.New("a policy has no name"))
		}
		policies[c.Key] = p
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return settings.New(policies)
}

// within says of each of the errors that a policy joins where it is.
func within(circuit string, err error) (errs []error) {
	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		errs = append(errs, fmt.Errorf("%s: %w", circuit, err))
	}
	return errs
}
