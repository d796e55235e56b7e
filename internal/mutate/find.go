package main

import (
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// finder finds the sites of a file.
type finder struct {
	pkg  *packages.Package
	file *ast.File
	path string // as it is shown

	function   string            // around what is looked at
	conditions map[ast.Expr]bool // what an if, a for, a case, && or || decides by
	loops      map[ast.Expr]bool // those of a for
	spared     map[ast.Node]bool // what has no mutant of its own
	last       map[ast.Stmt]bool // statements without which a function doesn't return
	lists      map[ast.Stmt]bool // statements that stand in a list
	sites      []*site
}

// find returns the sites of a file, outer ones before those within.
func find(pkg *packages.Package, file *ast.File, path string) []*site {
	f := &finder{
		pkg: pkg, file: file, path: path,
		conditions: map[ast.Expr]bool{},
		loops:      map[ast.Expr]bool{},
		spared:     map[ast.Node]bool{},
		last:       map[ast.Stmt]bool{},
		lists:      map[ast.Stmt]bool{},
	}
	for _, decl := range file.Decls {
		f.function = declared(decl)
		ast.Inspect(decl, f.visit)
	}
	return f.sites
}

// declared names a declaration.
func declared(decl ast.Decl) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		receiver := d.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		switch generic := receiver.(type) {
		case *ast.IndexExpr:
			receiver = generic.X
		case *ast.IndexListExpr:
			receiver = generic.X
		}
		return receiver.(*ast.Ident).Name + "." + d.Name.Name
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok {
				return value.Names[0].Name
			}
		}
	}
	return ""
}

// visit looks at one node, before those in it, and notes what those have to know.
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Tok == token.VAR
	case *ast.FuncDecl:
		f.noteBody(n.Type, n.Body)
	case *ast.FuncLit:
		f.noteBody(n.Type, n.Body)
	case *ast.FieldList:
		return false
	case *ast.BlockStmt:
		f.note(n.List)
	case *ast.CaseClause:
		f.note(n.Body)
	case *ast.CommClause:
		f.note(n.Body)
	case *ast.IfStmt:
		f.conditions[n.Cond] = true
	case *ast.ForStmt:
		if n.Cond != nil {
			f.conditions[n.Cond], f.loops[n.Cond] = true, true
		}
	case *ast.SwitchStmt:
		f.noteCases(n)
	case *ast.DeferStmt:
		f.spared[n.Call] = true
	case *ast.GoStmt:
		f.spared[n.Call] = true
	case *ast.ExprStmt:
		f.spared[n.X] = true
	case *ast.ParenExpr:
		f.conditions[n.X], f.loops[n.X] = f.conditions[n], f.loops[n]
	}
	switch n := n.(type) {
	case ast.Stmt:
		if f.lists[n] {
			f.drop(n)
		}
	case ast.Expr:
		return f.expression(n)
	}
	return true
}

func (f *finder) note(list []ast.Stmt) {
	for _, s := range list {
		f.lists[s] = true
	}
}

// noteCases notes what a switch decides by: conditions, or values.
func (f *finder) noteCases(s *ast.SwitchStmt) {
	for _, clause := range s.Body.List {
		for _, e := range clause.(*ast.CaseClause).List {
			if s.Tag == nil {
				f.conditions[e] = true
			} else if f.isName(e) {
				f.spared[e] = true
			}
		}
	}
}

// expression looks at an expression, and reports whether to look into it.
func (f *finder) expression(e ast.Expr) bool {
	value := f.pkg.TypesInfo.Types[e]
	switch {
	case value.IsType():
		return false
	case value.Value != nil:
		f.constant(e, value)
		return false
	}
	if binary, ok := e.(*ast.BinaryExpr); ok {
		switch binary.Op {
		case token.LAND, token.LOR:
			f.conditions[binary.X], f.conditions[binary.Y] = true, true
			f.logical(binary)
			return true
		case token.EQL, token.NEQ: // which of some names it is, the comparison's mutants say
			for _, side := range []ast.Expr{binary.X, binary.Y} {
				f.spared[side] = f.spared[side] || f.isName(side)
			}
		}
		if _, ok := swapped[binary.Op]; ok {
			f.arithmetic(binary)
			return true
		}
	}
	if f.decides(e, value.Type) {
		f.decision(e)
	}
	return true
}

// decides reports whether e is a bool that is found out here, and not handed on.
func (f *finder) decides(e ast.Expr, t types.Type) bool {
	if t == nil || f.spared[e] {
		return false
	}
	if basic, ok := t.Underlying().(*types.Basic); !ok || basic.Info()&types.IsBoolean == 0 {
		return false
	}
	switch e := e.(type) {
	case *ast.BinaryExpr, *ast.CallExpr:
		return true
	case *ast.UnaryExpr:
		if e.Op == token.NOT { // or its operand's would be the same
			f.spared[e.X] = true
			return true
		}
	case *ast.ParenExpr:
		return false
	}
	return f.conditions[e]
}

// isName reports whether e names one of several values, as those counted by iota do.
func (f *finder) isName(e ast.Expr) bool {
	value := f.pkg.TypesInfo.Types[e]
	_, named := types.Unalias(value.Type).(*types.Named)
	return value.Value != nil && named && !isDuration(value.Type)
}

func isDuration(t types.Type) bool { return types.TypeString(t, nil) == "time.Duration" }

// add adds a site at n, which is as one of the mutants says.
func (f *finder) add(n ast.Node, edits func(*site) []edit, mutants ...*mutant) *site {
	for _, m := range mutants {
		m.pos = f.pkg.Fset.PositionFor(n.Pos(), false)
		m.pos.Filename = f.path
		m.function = f.function
	}
	s := &site{from: f.offset(n.Pos()), to: f.offset(n.End()), mutants: mutants, edits: edits}
	f.sites = append(f.sites, s)
	return s
}

func (f *finder) offset(pos token.Pos) int { return f.pkg.Fset.PositionFor(pos, false).Offset }

// code returns a node's source without its comments.
func (f *finder) code(n ast.Node) string {
	var b strings.Builder
	if err := printer.Fprint(&b, f.pkg.Fset, n); err != nil {
		panic(err) // it was parsed
	}
	return b.String()
}

// shown returns a node's source as one short line.
func (f *finder) shown(n ast.Node) string { return short(f.code(n)) }

const longest = 72

func short(code string) string {
	line := []rune(strings.Join(strings.Fields(code), " "))
	if len(line) > longest {
		return string(line[:longest-1]) + "…"
	}
	return string(line)
}
