package main

import (
	"context"
	"fmt"

	"github.com/breakergen/breakergen/gen"
)

// suggest lists what under the patterns looks worth a wrapper.
func suggest(ctx context.Context, o *options, sys system) error {
	tree, err := discover(ctx, o, sys)
	if err != nil {
		return err
	}
	progress := newProgress(sys)
	generator := gen.Generator{Dir: sys.dir, Tags: o.request.Tags, Progress: progress.show}
	found, err := generator.Suggest(ctx, tree)
	progress.clear()
	if err != nil {
		return err
	}
	report := &report{o: o, system: sys}
	report.problems(found.Problems)
	if err := report.suggest(found); err != nil {
		return err
	}
	if report.failed {
		return errRefused
	}
	return nil
}

// suggest prints suggestions.
func (r *report) suggest(found *gen.Suggestions) error {
	if r.o.json {
		return r.json(found)
	}
	if len(found.List) == 0 && len(found.Problems) > 0 {
		return nil // Nothing could be read, perhaps: that is no "nothing looks worth it".
	}
	if err := found.Write(r.stdout); err != nil {
		return err
	}
	if found.LacksRuntime && len(found.List) > 0 && !r.o.quiet {
		fmt.Fprint(r.stderr, "go get -tool github.com/breakergen/breakergen/cmd/breakergen\n"+
			"go get github.com/breakergen/breakergen/runtime\n")
	}
	return nil
}
