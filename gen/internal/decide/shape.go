// Package decide says what a method's types allow: which parameter is the context, what a result
// goes on using, why a call can't be made again, what may name a circuit.
//
// It knows types alone, and no directive: a [Shape] is what holds where nobody asks for anything
// else.
package decide

import (
	"cmp"
	"go/types"
	"iter"

	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// Shape is what a method's types decide (design: what the generator decides).
type Shape struct {
	Through     string // why the method can't run behind a circuit; "" if it can
	Direct      string // why it goes straight through unless its directives ask; "" if it doesn't
	Context     int    // index of the context parameter, or -1
	Carrier     int    // index of the parameter that carries a context, or -1
	Request     int    // index of the *http.Request, or -1
	Response    int    // index of the *http.Response, or -1
	NotRepeated string // why the types forbid another attempt; "" if they don't
	ReadOnce    bool   // an argument is gone once a call had it
	Ends        bool   // what it is called on has an end, which io.EOF tells
	Next        bool   // it gives the next of something, and may wait for it
	Lives       string // the result that goes on using the context; "" if none
	Culprit     string // the type in that because of which it may
	Kept        string // the parameter that may be called or sent to after the call; "" if none
	Until       string // the parameter that tells the call to end; "" if none
	Protocol    string // that of its calls; "" if none is known
	Sequence    bool   // its one result is a sequence whose pairs carry errors
	InResult    bool   // its one result carries the error: Err and SetErr
}

// Decider knows the types that decisions compare with.
type Decider struct {
	plain     *plain.Checker
	imports   func(pkg string) iter.Seq[string]
	context   types.Type
	reader    *types.Interface
	readerAt  *types.Interface
	closer    *types.Interface
	EOF       types.Object
	positions []*types.Func // the methods of package io's interfaces
}

// New returns a decider over the context and io packages that methods are written
// with. Imports are those of a package.
func New(context, io *types.Package, plain *plain.Checker, imports func(pkg string) iter.Seq[string]) *Decider {
	iface := func(name string) *types.Interface {
		return io.Scope().Lookup(name).Type().Underlying().(*types.Interface)
	}
	return &Decider{
		plain: plain, imports: imports,
		context: context.Scope().Lookup("Context").Type(),
		reader:  iface("Reader"), readerAt: iface("ReaderAt"), closer: iface("Closer"),
		EOF:       io.Scope().Lookup("EOF"),
		positions: positions(io),
	}
}

// Shape decides what a method is that stands among others.
func (d *Decider) Shape(m *types.Func, among []*types.Func) Shape {
	sig := m.Signature()
	s := Shape{Context: -1, Carrier: -1, Request: -1, Response: -1}
	s.Sequence, s.InResult = PairOf(sig) != nil, d.carriesError(sig)
	if !s.Sequence && !s.InResult {
		s.Through = noError(sig)
	}
	var once string
	s.Direct, once = d.direct(m, among)
	for i := range sig.Params().Len() {
		param := sig.Params().At(i)
		switch {
		case types.Identical(param.Type(), d.context):
			if s.Context < 0 {
				s.Context = i
			}
		case typeutil.IsRequest(param.Type()) && s.Request < 0:
			s.Request = i
		default:
			t, culprit := d.culpritIn(param, sig.Variadic() && i == sig.Params().Len()-1)
			why, gone := d.usedUp(param, t, culprit)
			s.NotRepeated, s.ReadOnce = cmp.Or(s.NotRepeated, why), s.ReadOnce || gone
			if culprit != nil && s.Kept == "" && isKept(t, 0) {
				s.Kept = typeutil.ParamText(param)
			}
			if s.Until == "" && isEnd(param.Type()) {
				s.Until = typeutil.ParamText(param)
			}
		}
	}
	if s.Context < 0 {
		s.Carrier = d.carrier(sig.Params())
	}
	s.Next = d.givesNext(m)
	// What sends a request is no stream, whatever its name.
	moves := d.hasPosition(m) && s.Request < 0
	if moves || s.Next {
		s.NotRepeated = m.Name() + " goes on where the last one stopped"
	}
	s.Ends = moves || types.Implements(receiverOf(m), d.readerAt)
	values := sig.Results().Len() - 1
	if s.InResult {
		values = 1
	}
	switch {
	case s.Sequence:
		s.NotRepeated = "its pairs can't be taken back"
	case s.NotRepeated != "":
	case belongsTo(m, among):
		s.NotRepeated = "a failed transaction has to begin anew"
	case once != "":
		s.NotRepeated = once
	case ends(m, among):
		s.NotRepeated = "a second " + m.Name() + " may find nothing left, and return nil"
	case protocol.ClientRepeats(m, d.imports):
		s.NotRepeated = "the client repeats by itself"
	}
	for i := range values {
		t := sig.Results().At(i).Type()
		if culprit := d.plain.Culprit(t, plain.Result); culprit != nil && s.Lives == "" {
			s.Lives, s.Culprit = typeutil.Describe(t), typeutil.Describe(culprit)
		}
		if typeutil.IsResponse(t) && s.Response < 0 {
			s.Response = i
		}
	}
	s.Protocol = protocol.Of(m, d.imports)
	return s
}

// receiverOf returns an interface that has the method alone.
func receiverOf(m *types.Func) types.Type {
	fn := types.NewFunc(m.Pos(), m.Pkg(), m.Name(), m.Signature())
	return types.NewInterfaceType([]*types.Func{fn}, nil).Complete()
}

// PairOf returns the type of the values in the one result of a method that is an
// iter.Seq2 of values and errors, or nil.
func PairOf(sig *types.Signature) types.Type {
	if sig.Results().Len() != 1 {
		return nil
	}
	named, ok := types.Unalias(sig.Results().At(0).Type()).(*types.Named)
	if !ok || !typeutil.IsNamed(named, "iter", "Seq2") || named.TypeArgs().Len() != 2 ||
		!types.Identical(named.TypeArgs().At(1), types.Universe.Lookup("error").Type()) {
		return nil
	}
	return named.TypeArgs().At(0)
}

// carriesError says whether the one result of a method is a pointer to a struct that carries
// the call's error, as go-redis's commands do: Err tells it, SetErr sets it, and so a new one
// can say what the chain has ended.
func (d *Decider) carriesError(sig *types.Signature) bool {
	if sig.Results().Len() != 1 {
		return false
	}
	t := sig.Results().At(0).Type()
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	if _, ok := p.Elem().Underlying().(*types.Struct); !ok {
		return false
	}
	errType := types.Universe.Lookup("error").Type()
	get, set := typeutil.Method(t, "Err"), typeutil.Method(t, "SetErr")
	return types.Identical(get, d.function(nil, errType)) && types.Identical(set, d.function(errType, nil))
}

// noError says why a method without an error result can't run behind a circuit.
func noError(sig *types.Signature) string {
	results := sig.Results()
	errType := types.Universe.Lookup("error").Type()
	if results.Len() > 0 && types.Identical(results.At(results.Len()-1).Type(), errType) {
		return ""
	}
	for i := range results.Len() {
		t := results.At(i).Type()
		switch {
		case types.Identical(t, errType):
			return "its error is not the last result"
		case i == results.Len()-1 && types.Implements(t, typeutil.ErrorType):
			return "its last result is " + typeutil.Describe(t) + ", not error"
		}
	}
	return "no error result"
}

// carrier finds a parameter with the methods Context() context.Context and
// WithContext(context.Context) T, where T is its own type.
func (d *Decider) carrier(params *types.Tuple) int {
	for i := range params.Len() {
		t := params.At(i).Type()
		get, set := typeutil.Method(t, "Context"), typeutil.Method(t, "WithContext")
		if types.Identical(get, d.function(nil, d.context)) && types.Identical(set, d.function(d.context, t)) {
			return i
		}
	}
	return -1
}

// function returns the type of a function with at most one parameter and one result.
func (d *Decider) function(param, result types.Type) *types.Signature {
	tuple := func(t types.Type) *types.Tuple {
		if t == nil {
			return nil
		}
		return types.NewTuple(types.NewParam(0, nil, "", t))
	}
	return types.NewSignatureType(nil, nil, nil, tuple(param), tuple(result), false)
}
