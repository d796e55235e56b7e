package model

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// resolver finds what names mean in the file that a directive stands in.
type resolver struct {
	world *load.World
	site  *source.Site
	out   *target.Destination // that the code goes to
}

// match resolves an error's value or type.
func (r resolver) match(w directive.Word) (templates.Match, error) {
	expr, err := parser.ParseExpr(w.Text)
	if err != nil {
		return templates.Match{}, notName(w.Text)
	}
	star, pointer := expr.(*ast.StarExpr)
	named := expr
	if pointer {
		named = star.X
	}
	switch named.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return r.typeMatch(expr, w.Text)
	}
	obj, err := r.object(named, w.Text)
	if err != nil {
		return templates.Match{}, err
	}
	switch obj := obj.(type) {
	case *types.TypeName:
		return r.typeMatch(expr, w.Text)
	case *types.Var, *types.Const:
		if pointer {
			return templates.Match{}, fmt.Errorf("%s is a %s: write it without the *", obj.Name(), typeutil.Kind(obj))
		}
		if !types.Implements(obj.Type(), typeutil.ErrorType) {
			return templates.Match{}, fmt.Errorf("%s is not an error, but %s", w.Text, typeutil.Describe(obj.Type()))
		}
		return templates.Match{Value: obj}, nil
	default:
		return templates.Match{}, fmt.Errorf(
			"%s is a %s: errors are values or types; a function goes in classify", w.Text, typeutil.Kind(obj))
	}
}

func (r resolver) typeMatch(expr ast.Expr, text string) (templates.Match, error) {
	typ, err := r.typ(expr, text)
	if err != nil {
		return templates.Match{}, err
	}
	if iface, ok := typ.Underlying().(*types.Interface); ok {
		switch {
		case !iface.IsMethodSet():
			return templates.Match{}, fmt.Errorf("%s is a type constraint: no error is of that type", text)
		case types.Implements(typeutil.ErrorType, iface):
			return templates.Match{}, fmt.Errorf("%s is what every error is: name values or narrower types, "+
				"or have a function judge them with classify", text)
		}
		return templates.Match{Type: typ}, nil
	}
	if types.Implements(typ, typeutil.ErrorType) {
		return templates.Match{Type: typ}, nil
	}
	if types.Implements(types.NewPointer(typ), typeutil.ErrorType) {
		return templates.Match{}, fmt.Errorf("%s is not an error, but *%s is: write *%s", text, text, text)
	}
	return templates.Match{}, fmt.Errorf("%s is not an error: it has no method Error() string", text)
}

// function resolves a function that classifies.
func (r resolver) function(w directive.Word) (types.Object, *types.Signature, error) {
	expr, err := parser.ParseExpr(w.Text)
	if err != nil {
		return nil, nil, fmt.Errorf("%q is not a name", w.Text)
	}
	obj, err := r.object(expr, w.Text)
	if err != nil {
		return nil, nil, err
	}
	sig, ok := obj.Type().Underlying().(*types.Signature)
	if _, isType := obj.(*types.TypeName); !ok || isType {
		return nil, nil, fmt.Errorf("%s is a %s, not a function", w.Text, typeutil.Kind(obj))
	}
	return obj, sig, nil
}

// notName is the error of a word that is no name.
func notName(text string) error {
	switch {
	case text == "":
		return errors.New("a name is missing beside a comma")
	case strings.Contains(text, ","):
		return fmt.Errorf("%q is not a name: separate errors by spaces here", text)
	}
	return fmt.Errorf("%q is not a name", text)
}

// object resolves a name, or a name of an imported package.
func (r resolver) object(expr ast.Expr, text string) (types.Object, error) {
	var obj types.Object
	var err error
	switch e := expr.(type) {
	case *ast.Ident:
		obj, err = r.plain(e.Name)
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return nil, fmt.Errorf("%q is not a name", text)
		}
		obj, err = r.selected(id.Name, e.Sel.Name)
	default:
		return nil, fmt.Errorf("%q is not a name", text)
	}
	if err != nil {
		return nil, err
	}
	if why := templates.Unnameable(obj, r.out.Path); why != "" {
		return nil, fmt.Errorf("package %s can't use %s: %s", r.out.Name, text, why)
	}
	return obj, nil
}

// plain resolves a name of the package, of a dot import, or a predeclared one.
func (r resolver) plain(name string) (types.Object, error) {
	pkg, err := r.world.Package(r.site.Path)
	if err != nil {
		return nil, err
	}
	if obj := pkg.Scope().Lookup(name); obj != nil {
		return obj, nil
	}
	for _, spec := range r.site.File.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			if p, err := r.imported(spec); err == nil && token.IsExported(name) {
				if obj := p.Scope().Lookup(name); obj != nil {
					return obj, nil
				}
			}
		}
	}
	if obj := types.Universe.Lookup(name); obj != nil {
		return obj, nil
	}
	return nil, fmt.Errorf("undefined: %s%s", name, problem.Suggest(name, pkg.Scope().Names()))
}

// selected resolves a name of a package that the file imports.
func (r resolver) selected(name, selected string) (types.Object, error) {
	for _, spec := range r.site.File.Imports {
		if spec.Name != nil && spec.Name.Name != name && spec.Name.Name != "_" {
			continue
		}
		p, err := r.imported(spec)
		if err != nil {
			continue
		}
		// A blank import is enough: nothing but a directive may need the package.
		if p.Name() != name && (spec.Name == nil || spec.Name.Name == "_") {
			continue
		}
		obj := p.Scope().Lookup(selected)
		if obj == nil || !obj.Exported() {
			return nil, fmt.Errorf("undefined: %s.%s%s", name, selected, problem.Suggest(name+"."+selected, exported(name, p)))
		}
		return obj, nil
	}
	return nil, fmt.Errorf("undefined: %s is not imported here (%s is enough)", name, r.world.ImportOf(name))
}

func (r resolver) imported(spec *ast.ImportSpec) (*types.Package, error) {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return nil, err
	}
	return r.world.Imported(r.site.Path, path)
}

// exported lists what a file can write of a package that it imports as name.
func exported(name string, p *types.Package) []string {
	var names []string
	for _, n := range p.Scope().Names() {
		if token.IsExported(n) {
			names = append(names, name+"."+n)
		}
	}
	return names
}
