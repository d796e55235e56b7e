package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/importpath"
)

// signature returns a list of parameters and results, and the name of a parameter.
func (s *sourceWriter) signature() (list, one string) {
	var params []string
	named, seen := s.chance("named", 70), map[string]bool{}
	add := func(typ string) {
		if !named {
			params = append(params, typ)
			return
		}
		name := s.pick("parameter", hostile...)
		if seen[name] && name != "_" {
			name = fmt.Sprintf("p%d", len(params))
		}
		if seen[name] = true; name != "_" {
			one = name
		}
		params = append(params, name+" "+typ)
	}
	if s.chance("context", 70) {
		add(s.imports["context"] + ".Context")
	}
	for range s.count("parameters", 0, 3) {
		add(s.typ(3))
	}
	if s.chance("variadic", 20) {
		add("..." + s.typ(2))
	}
	return "(" + strings.Join(params, ", ") + ") " + s.results(seen), one
}

func (s *sourceWriter) results(seen map[string]bool) string {
	var types []string
	for range s.count("results", 0, 3) {
		types = append(types, s.typ(2))
	}
	if s.chance("fails", 85) {
		types = append(types, s.imports[importpath.Runtime+"/predeclared"]+".Error")
	}
	if s.chance("named results", 30) {
		for i := range types {
			name := s.pick("result", hostile...)
			if seen[name] && name != "_" {
				name = fmt.Sprintf("r%d", i)
			}
			seen[name] = true
			types[i] = name + " " + types[i]
		}
	}
	return "(" + strings.Join(types, ", ") + ")"
}

// typ returns a type that is nested at most so deep.
func (s *sourceWriter) typ(depth int) string {
	if depth == 0 || s.chance("leaf", 40) {
		return s.leaf()
	}
	elem := func() string { return s.typ(depth - 1) }
	switch s.pick("kind", "pointer", "slice", "array", "map", "chan", "recv", "send", "func", "struct",
		"interface", "generic", "seq") {
	case "pointer":
		return "*" + elem()
	case "slice":
		return "[]" + elem()
	case "array":
		return "[2*3]" + elem()
	case "map":
		return "map[Local]" + elem()
	case "chan":
		return "chan (" + elem() + ")"
	case "recv":
		return "<-chan (" + elem() + ")"
	case "send":
		return "chan<- (" + elem() + ")"
	case "func":
		signature, _ := s.signature()
		return "func" + signature
	case "struct":
		return "struct { A, B " + elem() + " `json:\"a\"`; Local }"
	case "interface":
		return "interface { " + s.base + "M(" + elem() + ") }"
	case "seq":
		return s.imports["iter"] + ".Seq[" + elem() + "]"
	default:
		return s.pick("generic", s.generics...) + "[" + elem() + ", " + elem() + "]"
	}
}

func (s *sourceWriter) leaf() string {
	predeclared := s.imports[importpath.Runtime+"/predeclared"]
	list := []string{
		predeclared + ".Int", predeclared + ".String", predeclared + ".Any", predeclared + ".Error",
		predeclared + ".Byte", s.imports["io"] + ".Reader", s.imports["io"] + ".ReadCloser",
		"*" + s.imports["net/http"] + ".Request", "*" + s.imports["net/http"] + ".Response",
		s.imports["time"] + ".Duration", s.imports["unsafe"] + ".Pointer", s.imports[importpath.Runtime] + ".State",
	}
	for _, name := range []string{"int", "string", "error", "any", "int64"} {
		if !s.taken[name] && !slices.Contains(s.params, name) {
			list = append(list, name)
		}
	}
	list = append(list, s.types...)
	return s.pick("leaf", append(list, s.params...)...)
}
