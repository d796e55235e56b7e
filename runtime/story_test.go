package runtime_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// A story is what happens to one circuit, and what must come of it, in one line. Its
// words stand for
//
//	SFFT     a call, a letter for each attempt that reaches the dependency (see letters);
//	         the call must end as its last letter says, and no further attempt be made
//	R        a call that the open circuit rejects, U one that finds the bulkhead full
//	FFb, b   a call that the fallback answers, after two attempts or none
//	+5s      five seconds pass
//	=open    the circuit must be open; =closed, =half-open
//	!open    the circuit is forced open; !closed, !reset
//	( )      a call takes a place and hangs; it is cancelled
type story string

// A letter is an attempt, and how a call ends whose last one it is.
type letter struct {
	does   step
	caller time.Duration // when the caller's context ends; 0 for never
	ends   func(end) bool
}

var letters = map[rune]letter{
	'S': {does: succeed, ends: ok},
	'L': {does: after(3*time.Second, succeed), ends: ok}, // slow, or too late
	'F': {does: fail, ends: returned(errBoom)},
	'A': {does: failWith(errAnswer), ends: returned(errAnswer)},
	'I': {does: failWith(errNeither), ends: returned(errNeither)},
	'T': {does: hang, ends: func(e end) bool { return isA[*runtime.TimeoutError](e.err) }},
	'P': {does: crash, ends: func(e end) bool { return e.panicked != nil }},
	'G': {does: exit, ends: func(e end) bool { return e.exited }},
	'C': {does: hang, caller: 10 * time.Millisecond, ends: returned(context.Canceled)},
	'D': {does: hang, caller: 10 * time.Millisecond, ends: returned(context.DeadlineExceeded)},
	'R': {ends: func(e end) bool { return isA[*runtime.OpenError](e.err) }},
	'U': {ends: func(e end) bool { return isA[*runtime.FullError](e.err) }},
	'b': {ends: func(e end) bool { return e.n == 100 && e.err == nil }},
}

func ok(e end) bool { return e.n == 1 && e.err == nil }

// returned says that a call ended with the very error that the dependency returned.
func returned(err error) func(end) bool { return func(e end) bool { return e.err == err } }

// judgeLetters takes A for a success and I for neither.
func judgeLetters(err error) runtime.Outcome {
	switch {
	case errors.Is(err, errAnswer):
		return runtime.Success
	case errors.Is(err, errNeither):
		return runtime.Ignored
	default:
		return runtime.Failure
	}
}

// play makes a story happen.
func (s story) play(t *testing.T, p runtime.Policy, options ...option) {
	w := wrap(t, p, append(options, judgedBy(judgeLetters))...)
	w.does(func(context.Context, int) (int, error) {
		t.Error("an attempt too many")
		return 0, nil
	})
	var free context.CancelFunc
	for i, word := range strings.Fields(string(s)) {
		now := strings.Join(strings.Fields(string(s))[:i+1], " ")
		switch word[0] {
		case '+':
			d, err := time.ParseDuration(word[1:])
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(d)
		case '=':
			if state := w.circuit.State().String(); state != word[1:] {
				t.Fatalf("after %s: the circuit is %s", now, state)
			}
		case '!':
			map[string]func(){
				"!open":   w.circuit.ForceOpen,
				"!closed": w.circuit.ForceClose,
				"!reset":  w.circuit.Reset,
			}[word]()
		case '(':
			free = occupied(w, 1)
		case ')':
			free()
			synctest.Wait()
		default:
			w.playCall(t, now, word)
		}
	}
}

// playCall makes one call of a story; now is the story up to it.
func (w *wrapper) playCall(t *testing.T, now, word string) {
	t.Helper()
	before, want := w.calls(), 0
	ctx, cancel := background, func() {}
	var last letter
	for _, r := range word {
		last = letters[r]
		if last.ends == nil {
			t.Fatalf("no letter %c", r)
		}
		if last.does != nil {
			w.will(last.does)
			want++
		}
		if last.caller > 0 {
			how := map[rune]error{'C': context.Canceled, 'D': context.DeadlineExceeded}[r]
			ctx, cancel = callersEnd[how](last.caller)
		}
	}
	got := w.do(ctx, 1)
	cancel()
	if made := w.calls() - before; made != want || !last.ends(got) {
		t.Fatalf("after %s: %d attempts were made, and the caller got %+v", now, made, got)
	}
}

func times20(word string) string { return strings.Repeat(word+" ", 20) }
