package detached

import (
	"errors"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
)

var errBoom = errors.New("boom")

func boom() error { panic(errBoom) }

// run runs f to its end, and returns in which order who was told what.
func run(f func() error) (r *Run, order []string) {
	told := make(chan struct{})
	r = Start(f,
		func(r *Run) {
			if r.Over() {
				order = append(order, "too late")
			}
			order = append(order, "end")
		},
		func(r *Run) {
			if r.Over() {
				order = append(order, "told")
			}
			close(told)
		})
	<-r.Done()
	if r.Value != nil {
		<-told
	}
	return r, order
}

func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		f        func() error
		returned bool
		err      error
		value    any
		order    string
	}{
		"returns":       {func() error { return nil }, true, nil, nil, "end"},
		"with an error": {func() error { return errBoom }, true, errBoom, nil, "end"},
		"panics":        {boom, false, nil, errBoom, "end told"},
		"exits":         {func() error { goruntime.Goexit(); return nil }, false, nil, nil, "end"},
	} {
		r, order := run(c.f)
		if r.Returned() != c.returned || r.Err != c.err || r.Value != c.value || !r.Over() {
			t.Errorf("%s: it ended as %+v", name, r)
		}
		if got := strings.Join(order, " "); got != c.order {
			t.Errorf("%s: first %s", name, got)
		}
		if (r.Stack != nil) != (c.value != nil) || c.value != nil && !strings.Contains(string(r.Stack), "detached.boom") {
			t.Errorf("%s: the stack is %s", name, r.Stack)
		}
	}
}

func TestRaise(t *testing.T) {
	panicked, _ := run(boom)
	func() {
		defer func() {
			if got := recover(); got != errBoom {
				t.Errorf("recovered %v", got)
			}
		}()
		panicked.Raise()
	}()
	exited, _ := run(func() error { goruntime.Goexit(); return nil })
	var all sync.WaitGroup
	returned := false
	all.Go(func() {
		exited.Raise()
		returned = true
	})
	all.Wait()
	if returned {
		t.Error("a goroutine that should have ended goes on")
	}
}
