package gen

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// job is a request and what came of it.
type job struct {
	request  *request.Request
	outputs  []Output
	notices  []string
	problems problem.List
}

// work does jobs side by side, and calls done after each.
func (w *world) work(ctx context.Context, jobs []*job, done func()) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, j := range jobs {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			j.run(w)
			done()
			return nil
		})
	}
	return group.Wait()
}

// run does one request's work, all of it or none.
func (j *job) run(w *world) {
	files := j.plan(w)
	var outputs []Output
	for _, f := range files {
		if len(j.problems.All) > 0 {
			break
		}
		code, err := templates.Render(f.model)
		if err != nil {
			w.fault(f, &j.problems, "%v; this is a fault of breakergen's", err)
			break
		}
		w.check(f, code, &j.problems)
		output := f.output(code)
		w.checkRivals(f, &output, &j.problems)
		w.checkModule(f, code.Syntax)
		outputs = append(outputs, output)
		j.notices = append(j.notices, f.notices...)
	}
	if newer := w.newerGo(); newer != "" {
		j.problems.All = []problem.Problem{{Message: newer}} // What else is wrong comes from that.
	}
	if len(j.problems.All) == 0 {
		j.outputs = outputs
		if w.lacksRuntime() {
			j.notices = append(j.notices, "go get "+importpath.Runtime)
			if source.Vendors(w.config.Dir) {
				j.notices = append(j.notices, "go mod vendor")
			}
		}
	}
}

// failed returns the jobs that have problems.
func failed(jobs []*job) []*job {
	var list []*job
	for _, j := range jobs {
		if len(j.problems.All) > 0 {
			list = append(list, j)
		}
	}
	return list
}

// outputs returns what the jobs have made, by its path.
func outputs(jobs []*job) map[string][]byte {
	made := map[string][]byte{}
	for _, j := range jobs {
		for _, o := range j.outputs {
			if o.Path != "-" {
				made[o.Path] = o.Content
			}
		}
	}
	return made
}

// plan makes the models of the job's files.
func (j *job) plan(w *world) []*plannedFile {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.plan(j.request, &j.problems)
}

// lacksRuntime says whether the module hasn't got the runtime yet.
func (w *world) lacksRuntime() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.missing(importpath.Runtime)
}

// fault reports what is wrong with a rendered file, where its target stands.
func (w *world) fault(f *plannedFile, problems *problem.List, format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	problems.Add(f.target.position(), f.target.name, format, args...)
}

// result puts together what came of all jobs.
func result(jobs []*job) *Result {
	r := &Result{}
	var all problem.List
	claims := &claims{paths: map[string]claimed{}, names: map[claim][]claimed{}}
	for _, j := range jobs {
		r.Outputs = append(r.Outputs, claims.admit(j)...)
		all.All = append(all.All, j.problems.All...)
		for _, notice := range j.notices {
			if len(j.problems.All) == 0 && !j.request.Quiet && !slices.Contains(r.Notices, notice) {
				r.Notices = append(r.Notices, notice)
			}
		}
	}
	r.Problems = problem.Sort(all.All)
	return r
}

// counter returns a function that reports one more of total.
func counter(total int, progress func(done, total int)) func() {
	var mu sync.Mutex
	done := 0
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, total)
		}
	}
}
