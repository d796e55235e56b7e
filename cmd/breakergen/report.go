package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/breakergen/breakergen/gen"
)

// report tells the user what a run came to.
type report struct {
	o *options
	system
	failed bool
}

// fail shows an error.
func (r *report) fail(format string, args ...any) {
	r.failed = true
	fmt.Fprintf(r.stderr, format+"\n", args...)
}

func (r *report) problems(list []gen.Problem) {
	for _, p := range gen.SortProblems(list) {
		r.fail("%s", p.Line(r.dir))
	}
}

// write writes the outputs, side by side, and names them if that is asked for.
func (r *report) write(ctx context.Context, result *gen.Result) {
	states := make([]string, len(result.Outputs))
	errs := make([]error, len(result.Outputs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.GOMAXPROCS(0)) // They wait for the disk.
	for i, output := range result.Outputs {
		if output.Path == "-" {
			_, errs[i] = r.stdout.Write(output.Content)
			continue
		}
		if states[i] = "unchanged"; output.Unchanged {
			continue
		}
		group.Go(func() error {
			if errs[i] = ctx.Err(); errs[i] != nil {
				return nil
			}
			var changed bool
			if changed, errs[i] = gen.Write(output); changed {
				states[i] = "written"
			}
			return nil
		})
	}
	_ = group.Wait() // Each has an error of its own.
	for i, output := range result.Outputs {
		switch {
		case errs[i] != nil:
			r.fail("breakergen: %v", errs[i])
		case r.o.verbose && !r.o.quiet && states[i] != "":
			fmt.Fprintf(r.stderr, "%s: %s\n", gen.Slashed(gen.Relative(output.Path, r.dir)), states[i])
		}
	}
	r.notices(result)
}

func (r *report) notices(result *gen.Result) {
	if r.o.quiet {
		return
	}
	for _, notice := range result.Notices {
		fmt.Fprintln(r.stderr, notice)
	}
}

// check prints what a run would write, and what no run would.
func (r *report) check(result *gen.Result, orphans []string) {
	count := 0
	show := func(path string, diff []byte, err error) {
		switch {
		case err != nil:
			r.fail("breakergen: %v", err)
		case diff != nil:
			count++
			_, _ = r.stdout.Write(diff)
		case r.o.verbose && !r.o.quiet:
			fmt.Fprintf(r.stderr, "%s: fresh\n", gen.Slashed(gen.Relative(path, r.dir)))
		}
	}
	for _, o := range slices.SortedFunc(slices.Values(result.Outputs), func(a, b gen.Output) int {
		return cmp.Compare(a.Path, b.Path)
	}) {
		switch {
		case o.Path == "-":
		case o.Unchanged:
			show(o.Path, nil, nil)
		default:
			diff, err := gen.Diff(o, r.dir)
			show(o.Path, diff, err)
		}
	}
	for _, path := range orphans {
		diff, err := gen.DiffOrphan(path, r.dir)
		show(path, diff, err)
	}
	if count == 0 {
		return
	}
	files, state, mend := "1 file is", "stale or missing", "run breakergen again"
	if count > 1 {
		files = fmt.Sprintf("%d files are", count)
	}
	if len(orphans) > 0 {
		state, mend = "stale, missing or orphaned", mend+", and delete what no directive asks for"
	}
	r.fail("breakergen: %s %s: %s", files, state, mend)
}

// explain prints what each wrapper does.
func (r *report) explain(result *gen.Result) {
	list := gen.Explain(result.Outputs, r.dir)
	var err error
	if r.o.json {
		err = r.json(list)
	} else {
		err = r.tables(list)
	}
	if err != nil {
		r.fail("breakergen: %v", err)
	}
}

func (r *report) json(list any) error {
	encoder := json.NewEncoder(r.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(list)
}

func (r *report) tables(list []gen.Explanation) error {
	for i, e := range list {
		if i > 0 {
			fmt.Fprintln(r.stdout)
		}
		if err := e.Write(r.stdout); err != nil {
			return err
		}
	}
	return nil
}
