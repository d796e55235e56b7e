package gen

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/gen/internal/importpath"
)

// hostile are names that generated code has reason to use itself, or that mean
// something in Go.
var hostile = []string{
	"_", "any", "args", "b", "bool", "breaker", "breakergen", "build", "clientGetArgs", "clientGetSpec",
	"comparable", "config", "context", "context2", "ctx", "err", "error", "errors", "goresilience",
	"httpcalls", "int", "int64", "io", "iota", "n", "new", "next", "nil", "ok", "policy", "predeclared",
	"r", "result", "runtime", "s", "strconv", "string", "time", "true", "uint64", "values", "w", "wrapper",
	"C", "Client", "T", "v", "été",
}

// The packages that random sources import, the runtime's predeclared among them: it
// is how a source means Go's error where it declares its own.
var importable = []string{
	"context", "io", "iter", "net/http", "time", "unsafe", importpath.Runtime + "/predeclared", importpath.Runtime,
}

// sourceWriter writes a random package.
type sourceWriter struct {
	t       *rapid.T
	taken   map[string]bool   // package-level names and imports
	imports map[string]string // names by path

	types    []string // the package's own types
	generics []string // those with two parameters
	params   []string // type parameters in scope
	base     string   // what an interface may embed
}

func (s *sourceWriter) pick(label string, list ...string) string {
	return rapid.SampledFrom(list).Draw(s.t, label)
}

func (s *sourceWriter) chance(label string, percent int) bool {
	return rapid.IntRange(0, 99).Draw(s.t, label) >= 100-percent // rapid prefers small numbers
}

func (s *sourceWriter) count(label string, least, most int) int {
	return rapid.IntRange(least, most).Draw(s.t, label)
}

// fresh returns a hostile name that isn't taken yet, or else the other one.
func (s *sourceWriter) fresh(label, otherwise string) string {
	if name := s.pick(label, hostile...); name != "_" && !s.taken[name] {
		s.taken[name] = true
		return name
	}
	s.taken[otherwise] = true
	return otherwise
}

// source returns the text of a package with an interface Client in it.
func (s *sourceWriter) source() string {
	s.taken = map[string]bool{"Client": true, "Base": true, "Pair": true, "Local": true}
	s.imports = map[string]string{}
	var head, body strings.Builder
	head.WriteString("package random\n\nimport (\n")
	for i, path := range importable {
		s.imports[path] = s.fresh("import", fmt.Sprintf("import%d", i))
		fmt.Fprintf(&head, "\t%s %q\n", s.imports[path], path)
	}
	head.WriteString(")\n\n")
	body.WriteString(s.declarations())
	body.WriteString("type Local struct{}\n\n")
	s.types = append(s.types, "Local")
	body.WriteString("type Pair[A, B interface{}] struct{}\n\n")
	body.WriteString("type Flat[A, B interface{}] = map[Local]func(A) B\n\n")
	s.generics = []string{"Pair", "Flat"}
	fmt.Fprintf(&body, "type Base interface {\n%s}\n\n", s.methods([]string{"Read", "Next", "Get"}))
	s.base = "Base; "
	parameters := s.typeParams()
	fmt.Fprintf(&body, "%stype Client%s interface {\n", s.directives("", 30), parameters)
	if s.chance("embeds", 30) {
		body.WriteString("\tBase\n")
	}
	body.WriteString(s.methods([]string{
		"Close", "Do", "Client", "Config", "String", "Spec", "Context", "Type", "HTTPGet", "ID", "Next2", "Été",
	}))
	body.WriteString("}\n")
	return head.String() + body.String()
}

// declarations returns a few that nothing but their names matters of.
func (s *sourceWriter) declarations() string {
	var b strings.Builder
	for range s.count("declarations", 0, 4) {
		name := s.fresh("declared", "")
		if name == "" {
			continue
		}
		form := s.pick("form", "type %s = struct{}", "type %s struct{}", "var %s = 1", "func %s() {}",
			"type %s [2]struct{}", "const %s = 7")
		fmt.Fprintf(&b, form+"\n\n", name)
		if strings.HasPrefix(form, "type") {
			s.types = append(s.types, name)
		}
	}
	return b.String()
}

// elsewhere returns the text of another package, for the wrapper to go to.
func (s *sourceWriter) elsewhere() string {
	s.taken, s.types = map[string]bool{}, nil
	return "package elsewhere\n\n" + s.declarations()
}

func (s *sourceWriter) typeParams() string {
	var list []string
	var names []string
	for range s.count("type parameters", 0, 2) {
		name := s.pick("type parameter", hostile...)
		if name == "_" || !slices.Contains(names, name) && !s.taken[name] {
			names = append(names, name)
		}
	}
	for _, name := range names {
		constraint := s.pick("constraint", "interface{}", "interface{ ~[]Local | ~map[Local]Local }",
			"interface{ Less("+strings.ReplaceAll(name, "_", "Local")+") Pair[Local, Local] }",
			"interface{ *Local }", "~[]Local")
		list = append(list, name+" "+constraint)
	}
	if len(list) == 0 {
		return ""
	}
	for _, name := range names {
		if name != "_" {
			s.params = append(s.params, name)
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (s *sourceWriter) methods(names []string) string {
	var b strings.Builder
	for _, name := range names {
		if !s.chance("method", 40) {
			continue
		}
		signature, parameter := s.signature()
		if strings.Contains(signature, ".Error)") || s.chance("needless directive", 2) {
			b.WriteString(s.directives(parameter, 20))
		}
		fmt.Fprintf(&b, "\t%s%s\n", name, signature)
	}
	return b.String()
}

// directives returns random ones, senseless ones among them; parameter is a name for
// a key.
func (s *sourceWriter) directives(parameter string, percent int) string {
	var b strings.Builder
	predeclared, io := s.imports[importpath.Runtime+"/predeclared"], s.imports["io"]
	line := func(list ...string) {
		fmt.Fprintf(&b, "\t//breakergen:%s\n", s.pick("directive", list...))
	}
	if s.chance("directive", percent) {
		line("skip", "retry off", "retry", "timeout 1s total=3s detach", "retry attempts=2 on="+io+".EOF",
			"breaker window=100 slow=1s slow-rate=10%", "bulkhead 3 wait=1ms", "success "+io+".EOF",
			"ignore "+predeclared+".Error", "circuit shared",
			"breaker off", "timeout off")
	}
	if parameter != "" && s.chance("key", 10) {
		line("circuit key=" + parameter + " max=3")
	}
	if s.chance("senseless directive", 1) {
		line("ignore *Local", "classify Base", "rety", "retry =", "timeout =,", "circuit key=", "success *[]",
			"on=", "success "+io+".", "classify "+io+".EOF", "\t", "success nil", "classify len")
	}
	return b.String()
}
