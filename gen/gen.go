// Package gen makes wrappers from interfaces: it loads types, decides what each
// method needs, has package templates render the result, and checks that.
//
// Data goes one way, from room to room below gen/internal: [Request] -> the user's files
// (source) -> the world of types (load) -> a target in it (target) -> the model of its wrapper
// (model, of what directive reads and decide allows) -> code (package templates) -> checked
// against the package that it goes to (check) -> [Output]. No file of the user's is written
// here but by [Write], which the command calls last. docs/architecture.md has the whole house.
package gen

import (
	"cmp"
	"context"
	"runtime"

	"github.com/breakergen/breakergen/gen/internal/check"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// Output is one file, rendered and checked.
type Output struct {
	// Path is the absolute path of the file, or "-" for standard output.
	Path    string
	Content []byte
	// Wrappers are the models of the wrappers in the file.
	Wrappers []*templates.Wrapper
	// Unchanged says that the file is known to be as it would be written. It wasn't
	// rendered: there are no content and no wrappers.
	Unchanged bool

	rendered *check.Rendered
}

// Result is what came of a number of requests.
type Result struct {
	// Outputs are in the order of the requests.
	Outputs []Output
	// Notices are lines for the user that are no errors.
	Notices []string
	// Problems are sorted. A request with a problem has no outputs.
	Problems []problem.Problem
}

// Generator does the work of requests. Its zero value is ready to use.
type Generator struct {
	// Dir is the folder that the go command runs in; "" is the first request's.
	Dir string
	// Tags are the build tags for requests that have none, as the go command takes them.
	Tags string
	// Memory is a file in which a run notes what it made, so that the next one with the
	// same requests recognises what is unchanged; "" is none.
	Memory string
	// Progress, unless nil, is called after each request, by one goroutine at a time.
	Progress func(done, total int)

	tool string // the Go version that the tool was built with; "" is the running one
}

// Generate does the work of all requests, as Generator{}.Generate does.
func Generate(ctx context.Context, requests []request.Request) (*Result, error) {
	return Generator{}.Generate(ctx, requests)
}

// Generate does the work of all requests, which it loads at once and serves side by
// side. The error is one of loading as a whole, or the context's; what is wrong with
// a request is in its problems.
func (g Generator) Generate(ctx context.Context, requests []request.Request) (*Result, error) {
	if len(requests) == 0 {
		return &Result{}, nil
	}
	if g.Dir == "" {
		g.Dir = requests[0].Dir
	}
	jobs := make([]*job, len(requests))
	for i := range requests {
		jobs[i] = &job{request: &requests[i]}
	}
	folders := source.Read(requests)
	groups, err := g.config().List(ctx, requestsOf(jobs), folders, nil)
	if err != nil {
		return nil, err
	}
	memory := g.recall(requests, folders, groups)
	if unchanged := memory.result(folders); unchanged != nil {
		return unchanged, nil
	}
	if err := work(ctx, groups, jobs, counter(len(jobs), g.Progress)); err != nil {
		return nil, err
	}
	// A target may mention the wrapper of another, whose file was hidden. Those that
	// failed go again, with what the others made in sight, as long as that helps.
	left := failed(jobs)
	for last := len(jobs); len(left) > 0 && len(left) < last; left = failed(left) {
		last = len(left)
		made := outputs(jobs)
		for _, j := range left {
			*j = job{request: j.request}
		}
		if groups, err = g.config().List(ctx, requestsOf(left), folders, made); err != nil {
			return nil, err
		}
		if err := work(ctx, groups, left, func() {}); err != nil {
			return nil, err
		}
	}
	r := result(jobs)
	memory.keep(r)
	return r, nil
}

// work does the jobs of the groups, one group after the other.
func work(ctx context.Context, groups []*load.Group, jobs []*job, done func()) error {
	for _, group := range groups {
		for _, part := range group.Worlds() {
			if err := workIn(ctx, part.World(), jobsOf(part.Requests, jobs), done); err != nil {
				return err
			}
		}
	}
	return nil
}

// config is how the go command is asked.
func (g Generator) config() load.Config {
	return load.Config{Dir: g.Dir, Tags: g.Tags, Tool: g.toolchain()}
}

// toolchain is the Go version that the tool was built with.
func (g Generator) toolchain() string { return cmp.Or(g.tool, runtime.Version()) }
