package model

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What types can't tell, names may: these get no other treatment, but a word in the
// table.

// waitingNames begin the names of methods that wait for something to happen, for as long
// as that takes; blocking are go-redis's.
var (
	waitingNames = []string{"Receive", "Poll", "Watch", "Wait", "Run", "Serve", "ReadMessage"}
	blocking     = []string{
		"BLPop", "BRPop", "BLMPop", "BLMove", "BRPopLPush", "BZPopMin", "BZPopMax", "BZMPop",
	}
)

// targetNames are those of parameters that a call writes its result to.
var targetNames = []string{"dst", "dest", "out", "into"}

// waits returns the question whether the method waits for something to happen, where it
// has a timeout for that; "" where it doesn't look so, or its directives answer it.
func (m *method) waits() string {
	s := m.settings
	if s.Timeout.Off.Set || s.Own("timeout", "success") || m.noContext() || !isWaitingName(m.fn.Name()) {
		return ""
	}
	if strings.HasPrefix(m.fn.Name(), "Watch") && m.shape.Lives != "" {
		return "" // It returns at once: what it returns waits.
	}
	return "waits? timeout off, or success context.DeadlineExceeded"
}

// isWaitingName says whether a name is one of a method that waits: the word itself, or
// followed by another.
func isWaitingName(name string) bool {
	return slices.Contains(blocking, name) || slices.ContainsFunc(waitingNames, func(word string) bool {
		rest, ok := strings.CutPrefix(name, word)
		next, _ := utf8.DecodeRuneInString(rest)
		return ok && (rest == "" || unicode.IsUpper(next))
	})
}

// resets returns the question whether what an attempt has written to a parameter is in the
// next one's way; "" where there is none, or the call isn't repeated.
func (m *method) resets() string {
	if !m.retries() || m.settings.Own("retry") {
		return ""
	}
	for v := range m.fn.Signature().Params().Variables() {
		if slices.Contains(targetNames, v.Name()) && isWritten(v.Type()) {
			return fmt.Sprintf("repeated: is %s reset?", v.Name())
		}
	}
	return ""
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
	return slices.DeleteFunc([]string{m.waits(), m.resets()}, func(s string) bool { return s == "" })
}
