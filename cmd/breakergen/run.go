package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/breakergen/breakergen/gen"
)

// system is what the command sees of the system that it runs on.
type system struct {
	dir            string // the working directory, absolute
	env            func(string) string
	stdout, stderr io.Writer
	terminal       bool // stderr is one
}

// run does what the arguments ask for.
func run(ctx context.Context, args []string, sys system) error {
	o, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(sys.stdout, usage)
		return err
	case err != nil:
		return err
	case o.version:
		fmt.Fprintln(sys.stdout, "breakergen", version())
		return nil
	case o.suggest:
		return suggest(ctx, o, sys)
	}
	work, err := find(ctx, o, sys)
	if err != nil {
		return err
	}
	progress := newProgress(sys)
	generator := gen.Generator{
		Dir: sys.dir, Tags: o.request.Tags, Memory: o.memory(sys), Progress: progress.show,
	}
	result, err := generator.Generate(ctx, work.requests)
	progress.clear()
	if err != nil {
		return err
	}
	report := &report{o: o, system: sys}
	report.problems(append(work.problems, result.Problems...))
	switch {
	case o.explain || o.json:
		report.explain(result)
	case o.check:
		report.check(result, work.orphans(paths(result.Outputs)))
	default:
		report.write(ctx, result)
	}
	if report.failed {
		return errRefused
	}
	return nil
}

// work is what there is to do.
type work struct {
	requests []gen.Request
	problems []gen.Problem
	orphans  func(made []string) []string
}

// find returns the work: the command line's own, or that of the directives under
// its patterns.
func find(ctx context.Context, o *options, sys system) (*work, error) {
	if len(o.patterns) == 0 {
		none := func([]string) []string { return nil }
		return &work{requests: []gen.Request{o.standing(sys)}, orphans: none}, nil
	}
	tree, err := discover(ctx, o, sys)
	if err != nil {
		return nil, err
	}
	if len(tree.Requests)+len(tree.Problems) == 0 && !o.quiet {
		fmt.Fprintln(sys.stderr, "breakergen: no directive asks for a wrapper there")
	}
	return &work{requests: tree.Requests, problems: tree.Problems, orphans: tree.Orphans}, nil
}

// discover finds the directives under the patterns.
func discover(ctx context.Context, o *options, sys system) (*gen.Tree, error) {
	return gen.Discovery{
		Dir: sys.dir, Tags: o.request.Tags, Env: sys.env, Parse: parseDirective,
	}.Find(ctx, o.patterns)
}

// paths are the files that outputs go to.
func paths(outputs []gen.Output) []string {
	list := make([]string, len(outputs))
	for i, o := range outputs {
		list[i] = o.Path
	}
	return list
}

// memory returns the file in the user's cache in which a run over these patterns is
// kept; "" for a run that has nothing to gain from that.
func (o *options) memory(sys system) string {
	cache, err := os.UserCacheDir()
	if err != nil || len(o.patterns) == 0 || o.explain || o.json {
		return ""
	}
	run := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", sys.dir, o.request.Tags, o.patterns))
	return filepath.Join(cache, "breakergen", hex.EncodeToString(run[:])+".json")
}

// parseDirective reads the arguments of a directive.
func parseDirective(args []string) (*gen.Request, error) {
	o, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil, nil
	case err != nil:
		return nil, err
	case !o.writes():
		return nil, nil
	}
	return &o.request, nil
}

// standing returns the command line's own request. Under go generate it stands where
// the environment says.
func (o *options) standing(sys system) gen.Request {
	r := o.request
	r.Dir = sys.dir
	if file := sys.env("GOFILE"); file != "" {
		// The variables may be left over from a go generate that runs something else.
		if _, err := os.Stat(filepath.Join(r.Dir, file)); err == nil {
			r.File, r.Package = file, sys.env("GOPACKAGE")
			r.Line, _ = strconv.Atoi(sys.env("GOLINE"))
		}
	}
	return r
}
