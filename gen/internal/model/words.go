package model

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// What types can't tell, names may: these get no other treatment, but a word in the
// table.

// waitingNames begin the names of methods that wait for something to happen, for as long
// as that takes; waitingAlone are whole names, since LockUser locks a user out at once, and blocking
// those of go-redis.
var (
	waitingNames = []string{"Receive", "Poll", "Watch", "Wait", "Run", "Serve", "ReadMessage"}
	waitingAlone = []string{"Acquire", "Campaign", "Consume", "Lock", "LockContext", "RenewPeriodic"}
	blocking     = []string{
		"BLPop", "BRPop", "BLMPop", "BLMove", "BRPopLPush", "BZPopMin", "BZPopMax", "BZMPop",
	}
)

// loginNames begin the names of methods that are given a password or its like; binds are LDAP's, as is Bind
// where it takes strings alone: Kubernetes binds a pod to a node.
var (
	loginNames = []string{"Authenticate", "Login"}
	binds      = []string{"NTLMBind", "SimpleBind"}
)

// targetNames are those of parameters that a call writes its result to; answerNames are those of
// some of them, and of what is sent: they count where the call returns nothing else.
var (
	targetNames = []string{"dst", "dest", "out", "into"}
	answerNames = []string{"output", "reply", "res", "resp", "response", "result", "results", "target"}
)

// waits returns the question whether the method waits for something to happen, where it
// has a timeout for that; "" where it doesn't look so, or its directives answer it.
func (m *method) waits() string {
	s := m.settings
	if s.Timeout.Off.Set || s.Own("timeout", "success") || m.noContext() || !m.looksWaiting() {
		return ""
	}
	name := m.fn.Name()
	if (strings.HasPrefix(name, "Watch") || name == "Consume") && m.shape.Lives != "" {
		return "" // It returns at once: what it returns waits.
	}
	if (name == "Acquire" || name == "Lock") && m.answersBool() {
		return "" // So does what says whether it got the lock.
	}
	return "waits? timeout off, or success context.DeadlineExceeded"
}

// answersBool says whether a bool is among the method's results.
func (m *method) answersBool() bool {
	return slices.ContainsFunc(slices.Collect(m.fn.Signature().Results().Variables()), func(v *types.Var) bool {
		return types.Identical(v.Type(), types.Typ[types.Bool])
	})
}

// looksWaiting says whether the method may wait: by its name, as it gives the next of something,
// or as it has all that was given before sent.
func (m *method) looksWaiting() bool {
	params := m.fn.Signature().Params().Len()
	return m.shape.Next || isWaitingName(m.fn.Name()) || m.fn.Name() == "Flush" && params == 1
}

// isWaitingName says whether a name is one of a method that waits.
func isWaitingName(name string) bool {
	return slices.Contains(blocking, name) || slices.Contains(waitingAlone, name) || beginsWithOne(name, waitingNames)
}

// beginsWithOne says whether a name is one of the words, or that followed by another.
func beginsWithOne(name string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		rest, ok := strings.CutPrefix(name, word)
		next, _ := utf8.DecodeRuneInString(rest)
		return ok && (rest == "" || unicode.IsUpper(next))
	})
}

// locksOut returns the question whether each attempt with a wrong password counts, as three of them may
// lock an account; "" where the name tells of none, or a protocol repeats no refusals.
func (m *method) locksOut() string {
	if !m.retries() || m.settings.Own("retry") || m.retriedOn() != "" {
		return ""
	}
	name := m.fn.Name()
	if slices.Contains(binds, name) || name == "Bind" && m.takesStrings() || beginsWithOne(name, loginNames) {
		return "repeated: does each try count towards a lockout?"
	}
	return ""
}

// takesStrings says whether all of the method's parameters are strings, and a context.
func (m *method) takesStrings() bool {
	for i := range m.fn.Signature().Params().Len() {
		t := m.fn.Signature().Params().At(i).Type()
		if i != m.shape.Context && !types.Identical(t, types.Typ[types.String]) {
			return false
		}
	}
	return true
}

// resets returns the question whether what an attempt has written to a parameter is in the
// next one's way; "" where there is none, or the call isn't repeated.
func (m *method) resets() string {
	if !m.retries() || m.settings.Own("retry") {
		return ""
	}
	for v := range m.fn.Signature().Params().Variables() {
		if m.isTarget(v) {
			return fmt.Sprintf("repeated: is %s reset?", cmp.Or(v.Name(), typeutil.Describe(v.Type())))
		}
	}
	return ""
}

// isTarget says whether a parameter looks like one that the call writes its result to. A pointer
// to a slice or a map does, whatever its name: what is only read comes without one.
func (m *method) isTarget(v *types.Var) bool {
	if p, ok := v.Type().Underlying().(*types.Pointer); ok && grows(p.Elem()) {
		return true
	}
	switch {
	case slices.Contains(targetNames, v.Name()):
		return isWritten(v.Type())
	case slices.Contains(answerNames, v.Name()):
		_, isSlice := v.Type().Underlying().(*types.Slice)
		return isWritten(v.Type()) && !isSlice && m.fn.Signature().Results().Len() == 1
	}
	return false
}

// grows says whether a value of type t may have more in it after each attempt.
func grows(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return true
	default:
		return false
	}
}

// isWritten says whether a callee can write to what its caller holds.
func isWritten(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Pointer:
		return true
	case *types.Interface:
		return u.NumMethods() == 0
	default:
		return false
	}
}

// notes returns the questions that the table asks.
func (m *method) notes() []string {
	return slices.DeleteFunc([]string{m.waits(), m.resets(), m.locksOut()}, func(s string) bool { return s == "" })
}
