package decide

import (
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// positions returns the methods of package io's interfaces that go on where the call
// before has stopped: all but those that are given an offset, and Close.
func positions(io *types.Package) (list []*types.Func) {
	for _, name := range io.Scope().Names() {
		obj, ok := io.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() {
			continue
		}
		iface, ok := obj.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for m := range iface.ExplicitMethods() {
			if m.Name() != "Close" && !strings.HasSuffix(m.Name(), "At") {
				list = append(list, m)
			}
		}
	}
	return list
}

// nextNames are those of methods that give the next of something where nothing tells them which:
// a connection's message, a queue's. A second attempt might give the one after it, as where the
// first one has taken a message out and then failed to say so. Fetch isn't among them: it reads as often
// what is there.
var nextNames = []string{
	"Dequeue", "FetchMessage", "NextMessage", "NextMsg", "NextMsgWithContext", "NextReader", "Poll", "Pop",
	"Read", "ReadMessage", "Receive", "ReceiveMessage", "ReceiveTimeout", "WaitForNotification",
}

// givesNext says whether a method gives the next of something: by its name, and as it takes
// nothing but a context and how long to wait.
func (d *Decider) givesNext(m *types.Func) bool {
	if !slices.Contains(nextNames, m.Name()) || m.Signature().Results().Len() < 2 {
		return false
	}
	for param := range m.Signature().Params().Variables() {
		if !types.Identical(param.Type(), d.context) && !typeutil.IsNamed(param.Type(), "time", "Duration") {
			return false
		}
	}
	return true
}

// hasPosition says whether what a method is called on has a position, which each call moves: by the
// signatures of package io's interfaces, and by the names that streams have, gRPC's among them.
func (d *Decider) hasPosition(m *types.Func) bool {
	switch m.Name() {
	case "Recv", "Send", "Next", "RecvMsg", "SendMsg", "CloseAndRecv":
		return true
	}
	return m.Name() == "Read" && d.givesNext(m) || slices.ContainsFunc(d.positions, func(of *types.Func) bool {
		return m.Name() == of.Name() && types.Identical(m.Signature(), of.Signature())
	})
}
