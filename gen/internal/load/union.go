package load

import (
	"go/ast"
	"go/types"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// sources tell what the types of packages that come from export data leave out, as
// [plain.Sources]. The world's lock is held.
type sources struct{ world *World }

// Complete reads all of a package that others' export data has only mentioned.
func (s sources) Complete(pkg *types.Package) bool {
	whole, err := s.world.Package(pkg.Path())
	return err == nil && whole == pkg
}

// Hides looks for types that have the method in what the package's files declare.
func (s sources) Hides(pkg *types.Package, method string) bool {
	w := s.world
	if w.Parsed[pkg.Path()] != nil {
		return false // read from there
	}
	key := pkg.Path() + "." + method
	hides, known := w.hides[key]
	if !known {
		hides = w.hidesMethod(pkg, method)
		w.hides[key] = hides
	}
	return hides
}

func (w *World) hidesMethod(pkg *types.Package, method string) bool {
	p := w.Listed[pkg.Path()]
	if p == nil || len(p.GoFiles) == 0 {
		return true
	}
	o := owners{method: method, names: map[string]bool{}, from: map[string][]string{}}
	for _, path := range p.GoFiles {
		file := w.Parse(path)
		if file == nil {
			return true
		}
		o.read(file)
	}
	for _, name := range o.all() {
		if pkg.Scope().Lookup(name) == nil {
			return true
		}
	}
	return false
}

// owners are the types of a package that have a method, by what its files say.
type owners struct {
	method string
	names  map[string]bool     // which declare it
	from   map[string][]string // by name, the package's types that one embeds or is made from
}

func (o *owners) read(file *ast.File) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv != nil && len(decl.Recv.List) > 0 && decl.Name.Name == o.method {
				o.names[source.BaseName(decl.Recv.List[0].Type)] = true
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					o.declared(spec)
				}
			}
		}
	}
}

// declared notes what a type may have the method from.
func (o *owners) declared(spec *ast.TypeSpec) {
	name := spec.Name.Name
	switch t := spec.Type.(type) {
	case *ast.StructType:
		o.embedded(name, t.Fields)
	case *ast.InterfaceType:
		o.embedded(name, t.Methods)
		for _, field := range t.Methods.List {
			if len(field.Names) > 0 && field.Names[0].Name == o.method {
				o.names[name] = true
			}
		}
	default:
		o.from[name] = append(o.from[name], source.BaseName(t))
	}
}

func (o *owners) embedded(name string, fields *ast.FieldList) {
	for _, field := range fields.List {
		if len(field.Names) == 0 {
			o.from[name] = append(o.from[name], source.BaseName(field.Type))
		}
	}
}

// all returns the names of the types that have the method, or may have it from another.
func (o *owners) all() []string {
	for grown := true; grown; {
		grown = false
		for name, list := range o.from {
			for _, from := range list {
				if o.names[from] && !o.names[name] {
					o.names[name], grown = true, true
				}
			}
		}
	}
	var list []string
	for name := range o.names {
		list = append(list, name)
	}
	return list
}
