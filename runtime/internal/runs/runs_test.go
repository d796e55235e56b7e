package runs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/breakergen/breakergen/runtime/internal/slot"
)

var errBoom = errors.New("boom")

type call = slot.Of[string, int, string]

// scene is one call with the argument 1, and what was dropped of it.
type scene struct {
	Runs[string]
	mine    *call
	dropped []string
}

func newScene(renews bool) *scene {
	s := &scene{mine: &call{Args: 1}}
	kind := &Kind{
		Slots:      slot.TypeOf(s.mine),
		Repeatable: func(args any) bool { return *args.(*int) < 3 },
		Drop: func(result any) bool {
			s.dropped = append(s.dropped, *result.(*string))
			return true
		},
	}
	if renews {
		kind.Renew = func(args any) error {
			*args.(*int)++
			return nil
		}
	}
	s.Init(kind, s.mine)
	return s
}

// run makes a run that returns its argument after result.
func (s *scene) run(t *testing.T, attempt, result string, err error) {
	t.Helper()
	own, begun := s.Begin(attempt)
	if begun != nil {
		t.Fatal(begun)
	}
	c := own.(*call)
	c.Result = fmt.Sprint(result, c.Args)
	s.End(attempt, own, err)
}

// finish ends the call, and holds what its caller gets and what was dropped to what is wanted.
func (s *scene) finish(t *testing.T, err error, want string, dropped ...string) {
	t.Helper()
	if used, answered := s.Finish(err, &s.mine.Result); !used || answered != (want != "") {
		t.Errorf("the arguments were used: %v; it has results: %v", used, answered)
	}
	if s.mine.Result != want || !slices.Equal(s.dropped, dropped) {
		t.Errorf("got %q, dropped %q; want %q, %q", s.mine.Result, s.dropped, want, dropped)
	}
}

// The caller gets the results that go with its error.
func TestFinish(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		want    string
		dropped []string
	}{
		"a success":         {nil, "b1", []string{"a1", "c1"}},
		"a failure":         {errBoom, "c1", []string{"a1", "b1"}},
		"one that wraps it": {fmt.Errorf("more: %w", errBoom), "c1", []string{"a1", "b1"}},
		"a link's own":      {errors.New("of a link"), "b1", []string{"a1", "c1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(false)
			s.run(t, "1", "a", errBoom)
			s.run(t, "2", "b", nil)
			s.run(t, "1", "c", errBoom)
			s.Settled("2")
			s.finish(t, c.err, c.want, c.dropped...)
		})
	}
}

// Of the runs that returned the call's error it is the newest, else the newest of the attempt whose
// error went on, or of one that isn't known.
func TestWhoseResults(t *testing.T) {
	type ended struct {
		attempt string
		err     error
	}
	link := errors.New("of a link")
	for name, c := range map[string]struct {
		ended []ended
		last  string
		err   error
		want  string
	}{
		"the only one":                 {[]ended{{"1", errBoom}}, "1", errBoom, "0"},
		"the only one, of a link":      {[]ended{{"1", errBoom}}, "1", link, "0"},
		"none":                         {nil, "", link, ""},
		"a success before the last":    {[]ended{{"1", nil}, {"2", errBoom}}, "2", nil, "0"},
		"a failure before a success":   {[]ended{{"1", errBoom}, {"2", nil}}, "2", errBoom, "0"},
		"nothing has settled":          {[]ended{{"1", nil}, {"2", nil}}, "", link, "1"},
		"the last attempt":             {[]ended{{"1", nil}, {"2", nil}}, "1", link, "0"},
		"one that may be of it":        {[]ended{{"1", nil}, {"2", nil}, {"", nil}}, "1", link, "2"},
		"none of the last attempt":     {[]ended{{"1", nil}, {"2", nil}}, "3", link, ""},
		"the newest that fails so":     {[]ended{{"1", errBoom}, {"2", errBoom}}, "1", errBoom, "1"},
		"not one with another failure": {[]ended{{"1", errBoom}, {"2", link}}, "1", errBoom, "0"},
	} {
		s := newScene(false)
		for i, e := range c.ended {
			own, _ := s.Begin(e.attempt)
			own.(*call).Result = fmt.Sprint(i)
			s.End(e.attempt, own, e.err)
		}
		s.Settled(c.last)
		if s.Finish(c.err, &s.mine.Result); s.mine.Result != c.want {
			t.Errorf("%s: got %q, want %q", name, s.mine.Result, c.want)
		}
	}
}

// What two runs have returned, as a client that is kept, is not dropped for one of them.
func TestSameResult(t *testing.T) {
	s := newScene(false)
	s.run(t, "1", "a", errBoom)
	s.run(t, "2", "a", nil)
	s.finish(t, nil, "a1")
}

func TestArguments(t *testing.T) {
	s := newScene(false)
	args := s.Args()
	if *args.(*int)++; s.mine.Args != 1 || *args.(*int) != 2 {
		t.Error("the arguments are no copy")
	}
	if !s.Repeatable() {
		t.Error("they can't be used again")
	}
	if s.mine.Args = 3; s.Repeatable() {
		t.Error("they can be used again, though their method says no")
	}
}

// What can't be renewed has been used still.
func TestRenewFails(t *testing.T) {
	s := newScene(true)
	s.run(t, "1", "a", nil)
	s.kind.Renew = func(any) error { return errBoom }
	if s.Renew() != errBoom || !s.GiveUp() {
		t.Error("it is renewed")
	}
}

// What comes when the caller has left is dropped, or not made at all.
func TestLateRuns(t *testing.T) {
	s := newScene(false)
	own, _ := s.Begin("1")
	own.(*call).Result = "late"
	s.run(t, "2", "a", nil)
	s.finish(t, nil, "a1")
	s.End("1", own, nil)
	if !slices.Equal(s.dropped, []string{"late"}) {
		t.Errorf("dropped %q", s.dropped)
	}
	if got := *s.ResultOf("1", nil).(*string); got != "late" {
		t.Errorf("it is judged by %q", got)
	}
	if _, err := s.Begin("2"); err != ErrOver || s.Repeatable() {
		t.Errorf("it begins once more: %v", err)
	}
	if args := s.Args(); *args.(*int) != 0 {
		t.Errorf("the next call's arguments are seen: %d", *args.(*int))
	}
}

// A run that is under way is no answer yet, nor is another attempt's.
func TestAnswered(t *testing.T) {
	s := newScene(false)
	own, _ := s.Begin("1")
	s.run(t, "2", "a", nil)
	if s.Settled("1") || !s.Settled("2") {
		t.Error("it is answered by what hasn't ended, or is another's")
	}
	if s.End("1", own, errBoom); !s.Settled("1") {
		t.Error("a failure is no answer")
	}
	s = newScene(false)
	s.Begin("1")
	if used, answered := s.Finish(nil, &s.mine.Result); !used || answered {
		t.Errorf("used %v, answered %v", used, answered)
	}
	s = newScene(false)
	s.run(t, "", "of nobody", nil)
	if !s.Settled("1") {
		t.Error("what may be of an attempt is no answer to it")
	}
}

func TestAbandon(t *testing.T) {
	s := newScene(false)
	s.run(t, "1", "a", nil)
	own, _ := s.Begin("1")
	own.(*call).Result = "late"
	s.run(t, "2", "b", nil)
	s.Abandon("1", errBoom)
	if got := *s.ResultOf("1", errBoom).(*string); got != "" {
		t.Errorf("what is left alone has returned %q", got)
	}
	s.End("1", own, nil)
	if !slices.Equal(s.dropped, []string{"a1", "late"}) {
		t.Errorf("dropped %q", s.dropped)
	}
	if _, err := s.Begin("1"); err != ErrOver {
		t.Errorf("what is left alone begins once more: %v", err)
	}
	if _, err := s.Begin(""); err != nil {
		t.Errorf("who isn't known can't be left alone: %v", err)
	}
	s.Abandon("", errBoom)
	if _, err := s.Begin(""); err != nil {
		t.Errorf("nor can all who aren't known: %v", err)
	}
	s.finish(t, errBoom, "", "a1", "late", "b1")
}

func TestDrop(t *testing.T) {
	s := newScene(false)
	s.run(t, "1", "a", errBoom)
	s.run(t, "other", "c", nil) // which goes on side by side
	s.Drop("1")
	s.Drop("1")
	s.run(t, "2", "b", nil)
	s.finish(t, nil, "b1", "a1", "c1")
}

// What was replaced is the caller's only where nothing else has its error.
func TestReplaced(t *testing.T) {
	s := newScene(false)
	s.run(t, "other", "a", nil)
	s.run(t, "1", "b", nil)
	s.Drop("1")
	s.run(t, "2", "c", errBoom)
	s.finish(t, nil, "a1", "b1", "c1")
}

// What has nothing to close goes to the caller, if no run replaces it.
func TestNothingToDrop(t *testing.T) {
	s := newScene(false)
	s.kind.Drop = func(any) bool { return false }
	s.run(t, "1", "a", errBoom)
	s.Drop("1")
	s.run(t, "2", "b", nil)
	s.finish(t, errBoom, "a1")
	s = newScene(false)
	s.kind.Drop = func(any) bool { return false }
	s.run(t, "1", "a", nil)
	s.Abandon("1", errBoom)
	if got := *s.ResultOf("1", nil).(*string); got != "" {
		t.Errorf("what is left alone has returned %q", got)
	}
}

// Results that can't be compared are told apart by their runs.
func TestFinishOfASlice(t *testing.T) {
	type call = slot.Of[string, int, []string]
	var r Runs[string]
	var dropped [][]string
	mine := &call{}
	r.Init(&Kind{
		Slots:      slot.TypeOf(mine),
		Repeatable: func(any) bool { return true },
		Drop:       func(result any) bool { dropped = append(dropped, *result.(*[]string)); return true },
	}, mine)
	for _, result := range []string{"a", "b"} {
		own, _ := r.Begin("1")
		own.(*call).Result = []string{result}
		r.End("1", own, nil)
	}
	r.Finish(nil, &mine.Result)
	if got := fmt.Sprint(mine.Result, dropped); got != "[b] [[a]]" {
		t.Errorf("got and dropped %s", got)
	}
}

// What was closed goes to nobody, and what the caller has got is closed by nobody.
func TestDropOfWhatGoes(t *testing.T) {
	s := newScene(false)
	s.run(t, "1", "a", errBoom)
	s.Drop("1")
	s.finish(t, errBoom, "", "a1")
	s = newScene(false)
	s.run(t, "1", "a", nil)
	s.finish(t, nil, "a1")
	if s.Drop("1"); s.dropped != nil {
		t.Errorf("dropped %q", s.dropped)
	}
}

func TestResultOf(t *testing.T) {
	s := newScene(false)
	s.run(t, "1", "a", errBoom)
	s.run(t, "2", "b", errBoom)
	for attempt, want := range map[string]string{"1": "a1", "2": "b1", "3": ""} {
		if got := *s.ResultOf(attempt, errBoom).(*string); got != want {
			t.Errorf("attempt %s has %q, want %q", attempt, got, want)
		}
	}
	s.run(t, "", "c", errBoom)
	if got := *s.ResultOf("1", errBoom).(*string); got != "c1" {
		t.Errorf("what may be of attempt 1 is %q", got)
	}
}

// Each run but the first has its arguments renewed, by the retry or else here, once.
func TestRenew(t *testing.T) {
	s := newScene(true)
	s.run(t, "1", "a", errBoom)
	if err := s.Renew(); err != nil {
		t.Fatal(err)
	}
	s.run(t, "2", "b", errBoom)
	s.run(t, "2", "c", errBoom)
	s.run(t, "2", "d", errBoom) // what can't be repeated stays
	s.finish(t, errBoom, "d3", "a1", "b2", "c3")
	if s.Renew() != context.Canceled {
		t.Error("the arguments are renewed when they aren't the call's any more")
	}
	if newScene(false).Renew() != nil {
		t.Error("there is nothing to renew")
	}
}

func TestGiveUp(t *testing.T) {
	s := newScene(false)
	if s.GiveUp() {
		t.Error("used before the first run")
	}
	s = newScene(false)
	s.run(t, "1", "a", nil)
	if !s.GiveUp() {
		t.Error("a run is no use")
	}
	if _, err := s.Begin("1"); err != ErrOver {
		t.Errorf("a call that was given up begins a run: %v", err)
	}
	if !slices.Equal(s.dropped, []string{"a1"}) {
		t.Errorf("dropped %q, which nobody gets", s.dropped)
	}
}

// Whatever comes while results are dropped, in another goroutine perhaps, drops no result again, nor
// another one, nor what the caller got.
func TestDropOnce(t *testing.T) {
	for name, meanwhile := range map[string]func(s *scene){
		"abandoned":           func(s *scene) { s.Abandon("1", errBoom); s.Abandon("3", errBoom) },
		"dropped":             func(s *scene) { s.Drop("1") },
		"given up":            func(s *scene) { s.GiveUp() },
		"finished":            func(s *scene) { s.Finish(nil, &s.mine.Result) },
		"finished, then left": func(s *scene) { s.Finish(nil, &s.mine.Result); s.Abandon("2", errBoom) },
	} {
		s := newScene(false)
		s.run(t, "3", "c", errBoom)
		s.run(t, "1", "a", errBoom)
		s.run(t, "2", "b", nil)
		drop := s.kind.Drop
		s.kind.Drop = func(result any) bool {
			s.kind.Drop = drop
			meanwhile(s)
			return drop(result)
		}
		s.Drop("1")
		s.Finish(nil, &s.mine.Result)
		slices.Sort(s.dropped)
		want := []string{"a1", "c1"}
		if name == "given up" {
			want = []string{"a1", "b1", "c1"}
		}
		if !slices.Equal(s.dropped, want) || s.mine.Result != "b1" && name != "given up" {
			t.Errorf("%s: got %q, dropped %q", name, s.mine.Result, s.dropped)
		}
	}
}
