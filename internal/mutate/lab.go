package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"
)

// lab runs tests on mutants.
type lab struct {
	dir     string
	options *options
	known   map[string]string // which mutants are equivalent, and why
	stderr  io.Writer
	tests   []*test
}

// binary is the test binary of a package, with all mutants in it.
type binary struct {
	pkg   string
	dir   string // of the package
	path  string
	flags []string
}

// test is a test or an example.
type test struct {
	binary *binary
	name   string
	took   time.Duration
}

// build makes the test binaries.
func (l *lab) build(ctx context.Context, overlay string) error {
	config := &packages.Config{Context: ctx, Mode: packages.NeedName | packages.NeedFiles}
	pkgs, err := packages.Load(config, l.options.tests...)
	if err != nil {
		return err
	}
	for i, pkg := range pkgs {
		b := &binary{pkg: pkg.PkgPath, dir: pkg.Dir, path: filepath.Join(l.dir, strconv.Itoa(i)+".test")}
		build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay="+overlay,
			"-o="+b.path, b.pkg)
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go test -c %s: %w\n%s", b.pkg, err, output)
		}
		if _, err := os.Stat(b.path); errors.Is(err, os.ErrNotExist) {
			continue // it has no tests
		}
		names, err := b.list(ctx, l.options.run)
		if err != nil {
			return fmt.Errorf("the tests of %s: %w", b.pkg, err)
		}
		for name := range strings.FieldsSeq(string(names)) {
			if !strings.HasPrefix(name, "Benchmark") {
				l.tests = append(l.tests, &test{binary: b, name: name})
			}
		}
	}
	return nil
}

// noFailures keeps rapid's tests from writing what has failed to the tree.
const noFailures = "-rapid.nofailfile"

// list returns the names of the tests that match, and finds out which flags they know.
func (b *binary) list(ctx context.Context, match string) ([]byte, error) {
	b.flags = []string{noFailures}
	for {
		cmd := exec.CommandContext(ctx, b.path, append(b.flags, "-test.list="+match)...)
		cmd.Dir = b.dir
		names, err := cmd.Output()
		if err == nil || b.flags == nil {
			return names, err
		}
		b.flags = nil
	}
}

// try runs each test without a mutant, and on each mutant those tests that reach it.
func (l *lab) try(ctx context.Context, mutants []*mutant) error {
	if err := l.trace(ctx, mutants); err != nil {
		return err
	}
	fmt.Fprintf(l.stderr, "%d tests, %d mutants\n", len(l.tests), len(mutants))
	begun, tried := time.Now(), make(chan *mutant)
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(runtime.GOMAXPROCS(0))
	go func() {
		defer close(tried)
		for _, m := range mutants {
			all.Go(func() error {
				err := l.kill(ctx, m)
				tried <- m
				return err
			})
		}
		all.Wait()
	}()
	n := 0
	for m := range tried {
		if n++; !m.killed && l.known[m.key()] == "" && ctx.Err() == nil {
			fmt.Fprintf(l.stderr, "%d of %d in %v: %s lives\n", n, len(mutants),
				time.Since(begun).Round(time.Second), m)
		}
	}
	return all.Wait()
}

// trace runs each test by itself, without a mutant: so it is known how long they take, and
// which mutants they reach. Tests that fail are left out.
func (l *lab) trace(ctx context.Context, mutants []*mutant) error {
	byID := map[int]*mutant{}
	for _, m := range mutants {
		byID[m.id] = m
	}
	reached := make([][]byte, len(l.tests))
	failed := make([]bool, len(l.tests))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(runtime.GOMAXPROCS(0))
	for i, t := range l.tests {
		all.Go(func() error {
			file := filepath.Join(l.dir, strconv.Itoa(i)+".reached")
			begun := time.Now()
			passed, err := l.run(ctx, []*test{t}, 5*time.Minute, envReached+"="+file)
			t.took = time.Since(begun)
			failed[i] = !passed
			if err != nil || !passed {
				return err
			}
			reached[i], err = os.ReadFile(file)
			if errors.Is(err, os.ErrNotExist) {
				return nil
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for i, t := range l.tests {
		if failed[i] {
			fmt.Fprintf(l.stderr, "%s %s is left out, as it fails without a mutant\n",
				t.binary.pkg, t.name)
		}
		for line := range bytes.Lines(reached[i]) {
			id, err := strconv.Atoi(string(bytes.TrimSpace(line)))
			if err != nil {
				return err
			}
			if m := byID[id]; m != nil && (len(m.reached) == 0 || m.reached[len(m.reached)-1] != t) {
				m.reached = append(m.reached, t)
			}
		}
	}
	for _, m := range mutants {
		slices.SortStableFunc(m.reached, func(a, b *test) int { return cmp.Compare(a.took, b.took) })
	}
	return nil
}

// kill runs the tests that reach a mutant, the quick ones first, until one fails.
func (l *lab) kill(ctx context.Context, m *mutant) error {
	rest := m.reached
	for limit := time.Second; len(rest) > 0 && !m.killed; limit *= 4 {
		var took time.Duration
		n := 0
		for n < len(rest) && (n == 0 || took+rest[n].took <= limit) {
			took += rest[n].took
			n++
		}
		passed, err := l.run(ctx, rest[:n], 8*took+5*time.Second, envMutant+"="+strconv.Itoa(m.id))
		if err != nil {
			return err
		}
		m.killed, rest = !passed, rest[n:]
	}
	return nil
}

// run reports whether the tests pass. An error is that of ctx.
func (l *lab) run(ctx context.Context, tests []*test, timeout time.Duration, env string) (bool, error) {
	byBinary := map[*binary][]string{}
	for _, t := range tests {
		byBinary[t.binary] = append(byBinary[t.binary], regexp.QuoteMeta(t.name))
	}
	for b, names := range byBinary {
		inTime, cancel := context.WithTimeout(ctx, timeout+10*time.Second)
		cmd := exec.CommandContext(inTime, b.path, append(b.flags,
			"-test.failfast", "-test.timeout="+timeout.String(),
			"-test.run=^("+strings.Join(names, "|")+")$",
			fmt.Sprintf("-test.short=%t", l.options.short))...)
		cmd.Dir, cmd.Env = b.dir, append(os.Environ(), env)
		err := cmd.Run()
		cancel()
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			return false, nil
		}
	}
	return true, nil
}
