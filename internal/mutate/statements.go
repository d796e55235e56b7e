package main

import (
	"fmt"
	"go/ast"
	"go/token"
)

// drop makes a mutant without the statement, where the rest can do without.
func (f *finder) drop(s ast.Stmt) {
	if !f.droppable(s) {
		return
	}
	dropped := &mutant{change: "drop " + f.shown(s)}
	if assignment, ok := s.(*ast.AssignStmt); ok {
		if op, ok := assigned[assignment.Tok]; ok && f.isNumber(assignment.Lhs[0]) {
			is := fmt.Sprintf("%s %s %s", f.code(assignment.Lhs[0]), op, f.code(assignment.Rhs[0]))
			other := &mutant{change: f.shown(s) + " => " + short(is), text: is}
			f.add(s, dropOrElse, dropped, other)
			return
		}
	}
	f.add(s, dropOrElse, dropped)
}

// dropOrElse leaves a statement out for the first mutant, and has the second one do another.
// As the statement stays in the text, nothing is unused without it.
func dropOrElse(s *site) []edit {
	before := fmt.Sprintf("if !mutateIs(%d) { ", s.first())
	if len(s.mutants) > 1 {
		before = fmt.Sprintf("if mutateIs(%d) { %s } else %s", s.last(), s.mutants[1].text, before)
	}
	return s.around(before, " }")
}

// assigned are the assignments that become another one.
var assigned = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.SUB_ASSIGN,
	token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.MUL_ASSIGN: token.QUO_ASSIGN,
	token.QUO_ASSIGN: token.MUL_ASSIGN,
	token.OR_ASSIGN:  token.AND_ASSIGN,
	token.AND_ASSIGN: token.OR_ASSIGN,
}

func (f *finder) droppable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE && !allBlank(s.Lhs)
	case *ast.BranchStmt:
		return s.Tok == token.BREAK || s.Tok == token.CONTINUE
	case *ast.ReturnStmt, *ast.ExprStmt:
		return !f.last[s]
	case *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt:
		return true
	}
	return false
}

func allBlank(left []ast.Expr) bool {
	for _, e := range left {
		if name, ok := e.(*ast.Ident); !ok || name.Name != "_" {
			return false
		}
	}
	return true
}

// noteBody notes the statements at which a function with results ends: without one of them
// it doesn't compile. A function without has an end of its own.
func (f *finder) noteBody(t *ast.FuncType, body *ast.BlockStmt) {
	if body == nil {
		return
	}
	if t.Results.NumFields() > 0 {
		f.noteLast(body)
	} else if n := len(body.List); n > 0 {
		if end, ok := body.List[n-1].(*ast.ReturnStmt); ok {
			f.last[end] = true // which does nothing
		}
	}
}

func (f *finder) noteLast(s ast.Stmt) {
	var list []ast.Stmt
	switch s := s.(type) {
	case *ast.ReturnStmt, *ast.ExprStmt:
		f.last[s] = true
	case *ast.LabeledStmt:
		f.noteLast(s.Stmt)
	case *ast.IfStmt:
		f.noteLast(s.Body)
		if s.Else != nil {
			f.noteLast(s.Else)
		}
	case *ast.SwitchStmt:
		f.noteClauses(s.Body)
	case *ast.TypeSwitchStmt:
		f.noteClauses(s.Body)
	case *ast.SelectStmt:
		f.noteClauses(s.Body)
	case *ast.BlockStmt:
		list = s.List
	case *ast.CaseClause:
		list = s.Body
	case *ast.CommClause:
		list = s.Body
	}
	if n := len(list); n > 0 {
		f.noteLast(list[n-1])
	}
}

func (f *finder) noteClauses(body *ast.BlockStmt) {
	for _, clause := range body.List {
		f.noteLast(clause)
	}
}
