package gen

import (
	"go/types"
	"iter"

	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// shape is what a method's types decide (design: what the generator decides).
type shape struct {
	through     string // why the method can't run behind a circuit; "" if it can
	closer      bool   // it is io.Closer's Close
	context     int    // index of the context parameter, or -1
	carrier     int    // index of the parameter that carries a context, or -1
	request     int    // index of the *http.Request, or -1
	response    int    // index of the *http.Response, or -1
	notRepeated string // why the types forbid another attempt; "" if they don't
	position    bool   // what it is called on has a position, which each call moves
	lives       string // the result that goes on using the context; "" if none
	culprit     string // the type in that because of which it may
	protocol    string // that of its calls; "" if none is known
	sequence    bool   // its one result is a sequence whose pairs carry errors
	inResult    bool   // its one result carries the error: Err and SetErr
}

// decider knows the types that decisions compare with.
type decider struct {
	plain     *plain.Checker
	imports   func(pkg string) iter.Seq[string]
	context   types.Type
	reader    *types.Interface
	closer    *types.Interface
	eof       types.Object
	positions []*types.Func // the methods of package io's interfaces
}

// newDecider returns a decider over the context and io packages that methods are written
// with. Imports are those of a package.
func newDecider(context, io *types.Package, plain *plain.Checker, imports func(pkg string) iter.Seq[string]) *decider {
	iface := func(name string) *types.Interface {
		return io.Scope().Lookup(name).Type().Underlying().(*types.Interface)
	}
	return &decider{
		plain: plain, imports: imports,
		context: context.Scope().Lookup("Context").Type(),
		reader:  iface("Reader"), closer: iface("Closer"),
		eof:       io.Scope().Lookup("EOF"),
		positions: positions(io),
	}
}

// shape decides what a method is.
func (d *decider) shape(m *types.Func) shape {
	sig := m.Signature()
	s := shape{context: -1, carrier: -1, request: -1, response: -1}
	s.sequence, s.inResult = pairOf(sig) != nil, d.carriesError(sig)
	if !s.sequence && !s.inResult {
		s.through = noError(sig)
	}
	s.closer = types.Implements(receiverOf(m), d.closer)
	for i := range sig.Params().Len() {
		param := sig.Params().At(i)
		switch {
		case types.Identical(param.Type(), d.context):
			if s.context < 0 {
				s.context = i
			}
		case typeutil.IsRequest(param.Type()) && s.request < 0:
			s.request = i
		case s.notRepeated == "":
			s.notRepeated = d.usedUp(param, sig.Variadic() && i == sig.Params().Len()-1)
		}
	}
	if s.context < 0 {
		s.carrier = d.carrier(sig.Params())
	}
	// What sends a request is no stream, whatever its name.
	if s.position = d.hasPosition(m) && s.request < 0; s.position {
		s.notRepeated = m.Name() + " goes on where the last one stopped"
	}
	values := sig.Results().Len() - 1
	if s.inResult {
		values = 1
	}
	if s.sequence {
		s.notRepeated = "its pairs can't be taken back"
	}
	for i := range values {
		t := sig.Results().At(i).Type()
		if culprit := d.plain.Culprit(t, plain.Result); culprit != nil && s.lives == "" {
			s.lives, s.culprit = typeutil.Describe(t), typeutil.Describe(culprit)
		}
		if typeutil.IsResponse(t) && s.response < 0 {
			s.response = i
		}
	}
	s.protocol = protocol.Of(m, d.imports)
	return s
}

// receiverOf returns an interface that has the method alone.
func receiverOf(m *types.Func) types.Type {
	fn := types.NewFunc(m.Pos(), m.Pkg(), m.Name(), m.Signature())
	return types.NewInterfaceType([]*types.Func{fn}, nil).Complete()
}

// pairOf returns the type of the values in the one result of a method that is an
// iter.Seq2 of values and errors, or nil.
func pairOf(sig *types.Signature) types.Type {
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
func (d *decider) carriesError(sig *types.Signature) bool {
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
	return get != nil && types.Identical(get, d.function(nil, errType)) &&
		set != nil && types.Identical(set, d.function(errType, nil))
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
func (d *decider) carrier(params *types.Tuple) int {
	for i := range params.Len() {
		t := params.At(i).Type()
		get, set := typeutil.Method(t, "Context"), typeutil.Method(t, "WithContext")
		if get != nil && set != nil && types.Identical(get, d.function(nil, d.context)) &&
			types.Identical(set, d.function(d.context, t)) {
			return i
		}
	}
	return -1
}

// function returns the type of a function with at most one parameter and one result.
func (d *decider) function(param, result types.Type) *types.Signature {
	tuple := func(t types.Type) *types.Tuple {
		if t == nil {
			return nil
		}
		return types.NewTuple(types.NewParam(0, nil, "", t))
	}
	return types.NewSignatureType(nil, nil, nil, tuple(param), tuple(result), false)
}
