package gen

import (
	"go/types"

	"github.com/breakergen/breakergen/gen/internal/plain"
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
	world     *world
	context   types.Type
	reader    *types.Interface
	closer    *types.Interface
	eof       types.Object
	positions []*types.Func // the methods of package io's interfaces
}

// decider returns a decider over the world's own context and io packages.
func (w *world) decider() (*decider, error) {
	context, err := w.pkg("context")
	if err != nil {
		return nil, err
	}
	io, err := w.pkg("io")
	if err != nil {
		return nil, err
	}
	iface := func(name string) *types.Interface {
		return io.Scope().Lookup(name).Type().Underlying().(*types.Interface)
	}
	return &decider{
		world:   w,
		context: context.Scope().Lookup("Context").Type(),
		reader:  iface("Reader"), closer: iface("Closer"),
		eof:       io.Scope().Lookup("EOF"),
		positions: positions(io),
	}, nil
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
		case isRequest(param.Type()) && s.request < 0:
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
		if culprit := d.world.plain.Culprit(t, plain.Result); culprit != nil && s.lives == "" {
			s.lives, s.culprit = describe(t), describe(culprit)
		}
		if isResponse(t) && s.response < 0 {
			s.response = i
		}
	}
	s.protocol = d.protocol(m)
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
	if !ok || !isNamed(named, "iter", "Seq2") || named.TypeArgs().Len() != 2 ||
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
	get, set := method(t, "Err"), method(t, "SetErr")
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
		case i == results.Len()-1 && types.Implements(t, errorType):
			return "its last result is " + describe(t) + ", not error"
		}
	}
	return "no error result"
}

// carrier finds a parameter with the methods Context() context.Context and
// WithContext(context.Context) T, where T is its own type.
func (d *decider) carrier(params *types.Tuple) int {
	for i := range params.Len() {
		t := params.At(i).Type()
		get, set := method(t, "Context"), method(t, "WithContext")
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

// method returns the type of a method that values of t have, or nil.
func method(t types.Type, name string) types.Type {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	if m, ok := obj.(*types.Func); ok {
		return types.NewSignatureType(nil, nil, nil, m.Signature().Params(), m.Signature().Results(),
			m.Signature().Variadic())
	}
	return nil
}

// isRequest says whether t is *http.Request.
func isRequest(t types.Type) bool { return isPointerTo(t, "net/http", "Request") }

// isResponse says whether t is *http.Response.
func isResponse(t types.Type) bool { return isPointerTo(t, "net/http", "Response") }

func isPointerTo(t types.Type, path, name string) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(p.Elem(), path, name)
}

func isNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path &&
		named.Obj().Name() == name
}
