package gen

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/breakergen/breakergen/gen/internal/check"
	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
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

// run does one request's work, all of it or none.
func (j *job) run(w *load.World) {
	files := j.plan(w)
	var outputs []Output
	for _, f := range files {
		if len(j.problems.All) > 0 {
			break
		}
		code, err := templates.Render(f.Model)
		if err != nil {
			f.Fault(w, &j.problems, "%v; this is a fault of breakergen's", err)
			break
		}
		outputs = append(outputs, Output{
			Path: f.Path, Content: code.Text, Wrappers: f.Model.Wrappers,
			rendered: check.Check(w, f, code, &j.problems),
		})
		j.notices = append(j.notices, f.Notices...)
	}
	if newer := w.NewerGo(); newer != "" {
		j.problems.All = []problem.Problem{{Message: newer}} // What else is wrong comes from that.
	}
	if len(j.problems.All) == 0 {
		j.outputs = outputs
		if w.LacksRuntime() {
			j.notices = append(j.notices, "go get "+importpath.Runtime)
			if source.Vendors(w.Config.Dir) {
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
func (j *job) plan(w *load.World) []*model.File {
	w.Lock()
	defer w.Unlock()
	return model.Plan(w, j.request, &j.problems)
}

// result puts together what came of all jobs.
func result(jobs []*job) *Result {
	r := &Result{}
	var all problem.List
	var taken check.Claims
	for _, j := range jobs {
		var files []*check.Rendered
		for _, o := range j.outputs {
			files = append(files, o.rendered)
		}
		admitted := taken.Admit(j.request, files, &j.problems)
		for _, o := range j.outputs {
			if slices.Contains(admitted, o.rendered) {
				r.Outputs = append(r.Outputs, o)
			}
		}
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

// workIn does jobs side by side in a world, and calls done after each.
func workIn(ctx context.Context, w *load.World, jobs []*job, done func()) error {
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

// requestsOf returns the requests of jobs.
func requestsOf(jobs []*job) []*request.Request {
	list := make([]*request.Request, len(jobs))
	for i, j := range jobs {
		list[i] = j.request
	}
	return list
}

// jobsOf returns the jobs of requests.
func jobsOf(requests []*request.Request, jobs []*job) []*job {
	return slices.DeleteFunc(slices.Clone(jobs), func(j *job) bool { return !slices.Contains(requests, j.request) })
}
