// Package templates holds the shapes of generated code. It gets a model of a
// file, decided and complete, and writes it with jennifer; it knows no files,
// loads nothing and decides nothing but how code is spelt.
package templates

import (
	"go/types"
)

// File is the model of one generated file.
type File struct {
	// Licence is the comment that the file begins with, a line each; nil is none.
	Licence []string
	// Command is the command line that the header records.
	Command string
	// Constraint is the expression of the file's //go:build line; "" is none.
	Constraint string
	// Deprecated names what is deprecated of what the file mentions.
	Deprecated []string
	// Package is the name of the file's package, Path its import path.
	Package, Path string
	// Reserved holds every package-level name of the package's other files.
	Reserved map[string]bool
	// Imported holds the names of these files' imports, which no declaration can have.
	Imported map[string]bool
	// Public holds the aliases by which types are written whose own names can't be.
	Public map[*types.TypeName]*types.TypeName
	// Wrappers are the wrappers, in the order in which they were asked for.
	Wrappers []*Wrapper
}

// Wrapper is the model of one wrapper.
type Wrapper struct {
	// Interface is the name of what is wrapped, Type its type as the wrapper holds it.
	Interface string
	Type      types.Type
	// Deprecated is the paragraph by which the documentation of what is wrapped says that it is
	// deprecated, a line each; nil where it doesn't.
	Deprecated []string
	// Prefix begins the circuits' names: the interface's, and before it the name of its
	// package where that is another.
	Prefix string
	// TypeParams are the type parameters that carry over.
	TypeParams []*types.TypeParam
	// Embedded says that the wrapper embeds what it wraps, whose unexported methods only its
	// own package can have written.
	Embedded bool
	// Transport says that it is an http.RoundTripper, whose idle connections can be closed
	// where what is wrapped can.
	Transport bool
	// Concrete says that Type is no interface, so that there is nothing to implement.
	Concrete bool
	// Name, Config, Policies and Constructor are the names of the wrapper's declarations.
	Name, Config, Policies, Constructor string
	// Base is what the names of its helpers are made from: the interface's name, or
	// the wrapper's where that was chosen.
	Base string
	// RetryFirst says that the chain is retry, breaker, timeout.
	RetryFirst bool
	// Methods are all methods, in the order of the source.
	Methods []*Method
	// Functions are the functions that directives ask for, shared by the methods.
	Functions []*Function
	// Inners are the wrappers of what methods return, one a type.
	Inners []*Inner
	// Maker is the name of the function by which other wrappers wrap what their methods
	// return; "" where none does.
	Maker string
}

// Inner is a wrapper, generated for itself in the same package, of what methods return.
type Inner struct {
	// Type is the interface, Base the name of it, Name the wrapper's.
	Type       types.Type
	Base, Name string
	// Config and Maker are the names of what configures it and of what makes it.
	Config, Maker string
	// Method is the first whose result it wraps.
	Method string
	// Self says that it is the wrapper whose method it is.
	Self bool
}

// Method is the model of one method.
type Method struct {
	Name string
	// Doc is the method's own documentation, a line each, without the comment marks.
	Doc       []string
	Signature *types.Signature
	// Through says why the method is called straight through; "" if it is wrapped,
	// and then the rest holds.
	Through string

	// Context and Carrier are the index of the parameter that is the context, or
	// carries it, or -1. Request is that of the *http.Request whose body can be
	// renewed, or -1.
	Context, Carrier, Request int

	// Protocol is the one by which errors are read, "" for none, and Response the index
	// of the result that is the *http.Response, or -1.
	Protocol string
	Response int

	// Circuit is the circuit's whole name where a directive gave it, Key the index of
	// the parameter that names its instance, or -1, and MaxKeys their greatest number.
	Circuit string
	Key     int
	KeyKind KeyKind
	// KeyPath leads from that parameter to the key; KeyFunc, if set, makes the key of the
	// parameters KeyArgs instead.
	KeyPath []KeyStep
	KeyFunc types.Object
	KeyArgs []int
	MaxKeys int

	// NotRepeated says why the types forbid a retry, "" where they don't; ReadOnce says that
	// an argument is gone once a call had it; LivesOn says that a result or a parameter may
	// go on using the context.
	NotRepeated string
	ReadOnce    bool
	LivesOn     bool
	// AsksForRetry says that the method's own directive has it repeated.
	AsksForRetry bool

	// Pair is the type of the values of the one result, an iter.Seq2 of values and errors;
	// nil where it is none.
	Pair types.Type
	// ErrorInResult says that the one result carries the call's error: it has Err and SetErr.
	ErrorInResult bool

	// Locked are the indexes of results that hold a lock, which a struct of several results
	// holds by a pointer: vet has nobody copy a lock.
	Locked []int

	// Inner wraps the result with the index InnerResult; nil for none.
	Inner       *Inner
	InnerResult int

	// Policy is what the directives ask for, On and Classify included.
	Policy Policy
	// Row is the method's line in the table.
	Row Row
}

// KeyStep is an exported field, or a method without arguments, on the way to a key.
type KeyStep struct {
	Name string
	Call bool
	// Type is that of what it is a field or method of, Nilable says that this may be nil.
	Type    types.Type
	Nilable bool
}

// HasKey says whether a key names the method's circuit.
func (m *Method) HasKey() bool { return m.Key >= 0 || m.KeyFunc != nil }

// KeyKind says how a parameter becomes the key of a circuit.
type KeyKind uint8

// The ways in which a parameter becomes a key.
const (
	KeyString   KeyKind = iota // a string
	KeyStrings                 // a type whose underlying type is string
	KeyInt                     // a signed integer
	KeyUint                    // an unsigned integer
	KeyBool                    // a bool
	KeyStringer                // a fmt.Stringer
)

// Policy is a runtime.Policy, as far as directives set it.
type Policy struct {
	Breaker, Retry, Timeout, Bulkhead []Setting
	// On and Classify are functions, or nil.
	On, Classify *Function
}

// Setting is a field of a policy: a bool, int, float64 or time.Duration.
type Setting struct {
	Field string
	Value any
}

// Function is a function that directives ask for: it judges errors, or says
// which are worth a retry.
type Function struct {
	// Name is the function's name; it may be changed to avoid another.
	Name string
	// Methods are the names of the methods that share it.
	Methods []string
	// Retry lists the errors worth a retry; the function is then a func(error) bool.
	Retry []Match
	// Ignore and Success list errors; Classify is the user's function that judges
	// the rest, or nil.
	Ignore, Success []Match
	Classify        types.Object
	// Protocol is the one that judges the rest where Classify is nil; "" is none.
	Protocol string
	// Results holds the results that Classify is asked about along with the error;
	// nil if it takes the error alone.
	Results *types.Tuple
}

// Direct says that nothing but the user's own function is needed.
func (f *Function) Direct() bool {
	return f.Classify != nil && len(f.Ignore)+len(f.Success) == 0
}

// Match is what an error is compared with: a value or a type.
type Match struct {
	Value types.Object // nil if Type is set
	Type  types.Type
	// Itself says that an error which wraps the value isn't meant.
	Itself bool
}

// Same says whether both are the same value, or the same type.
func (m Match) Same(other Match) bool {
	if m.Type == nil || other.Type == nil {
		return m == other
	}
	return types.Identical(m.Type, other.Type)
}

// Row is a method's line in the table that the wrapper's documentation and
// the flag -explain show.
type Row struct {
	Method  string `json:"method"`
	Through string `json:"through,omitempty"`
	Circuit string `json:"circuit,omitempty"`
	Breaker string `json:"breaker,omitempty"`
	Retry   string `json:"retry,omitempty"`
	Timeout string `json:"timeout,omitempty"`
	// Bulkhead is empty where there is none.
	Bulkhead string `json:"bulkhead,omitempty"`
	// Protocol is the one by which errors are read; empty where every error is a failure.
	Protocol string `json:"protocol,omitempty"`
	// LivesOn is the result or parameter that goes on using the context, and the type in it
	// that may; NotRepeated is why the types forbid a retry. Both are empty where it isn't so.
	LivesOn     string `json:"lives_on,omitempty"`
	NotRepeated string `json:"not_repeated,omitempty"`
	// Wraps is the wrapper that what the method returns comes in, by the directive wrap.
	Wraps string `json:"wraps,omitempty"`
	// Notes are questions that only the user can answer.
	Notes []string `json:"notes,omitempty"`
}
