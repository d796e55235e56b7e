// Command mutate changes Go packages in one small way after the other, runs their tests on
// each, and lists the changes that no test has noticed:
//
//	go run ./internal/mutate ./runtime/...
//
// Each change is a mutant: a condition that is always true or always false, a boundary that
// lies one further, another operator, another constant, a statement that is left out. All of
// them are compiled at once, each behind a switch that a test binary reads as it starts, so
// that a mutant costs a run of the tests that reach it and no build. The tree is left alone:
// what is changed goes to the go command as an overlay.
//
// A mutant lives if these tests pass on it, or if there are none. That is a promise nobody
// has tested, or the mutant does what the code did: the latter are listed in equivalent.txt
// with the reason, and no longer shown.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are what the command line asks for.
type options struct {
	packages []string
	tests    []string // the packages whose tests are run
	files    *regexp.Regexp
	run      string
	short    bool
}

func parse(args []string, stderr io.Writer) (*options, error) {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	files := flags.String("files", "", "only mutants whose `file:line:col` matches this regexp")
	run := flags.String("run", ".", "only tests that match this `regexp`")
	tests := flags.String("tests", "",
		"the `packages` whose tests are run (default those that are changed)")
	short := flags.Bool("short", false, "run tests with -test.short")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o := &options{packages: flags.Args(), run: *run, short: *short}
	if len(o.packages) == 0 {
		o.packages = []string{"."}
	}
	o.tests = o.packages
	if *tests != "" {
		o.tests = strings.Fields(*tests)
	}
	var err error
	o.files, err = regexp.Compile(*files)
	return o, err
}

// errLive is the error of a run that has listed live mutants.
var errLive = errors.New("there are changes that no test notices")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	known, err := parseEquivalents(equivalents)
	if err != nil {
		return err
	}
	sources, err := load(ctx, o)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	made, err := sources.write(dir)
	if err != nil {
		return err
	}
	lab := &lab{dir: dir, options: o, known: known, stderr: stderr}
	if err := lab.build(ctx, sources.overlay); err != nil {
		return err
	}
	if err := lab.try(ctx, made); err != nil {
		return err
	}
	return report(stdout, made, sources.refused, known)
}
