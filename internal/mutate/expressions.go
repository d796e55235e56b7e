package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// boundaries are what a comparison becomes whose boundary lies one further.
var boundaries = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS,
	token.GTR: token.GEQ, token.GEQ: token.GTR,
}

// decision makes mutants of what decides: always true, always false, another boundary. That
// it decides the other way round is noticed by whoever notices one of the first two.
func (f *finder) decision(e ast.Expr) {
	was := f.shown(e)
	var mutants []*mutant
	if comparison, ok := e.(*ast.BinaryExpr); ok {
		if op, ok := boundaries[comparison.Op]; ok {
			is := f.operands(comparison, op)
			mutants = append(mutants, &mutant{change: was + " => " + short(is), text: is})
		}
	}
	if !f.loops[e] { // which would never end
		mutants = append(mutants, &mutant{change: was + " => true", text: "true"})
	}
	mutants = append(mutants, &mutant{change: was + " => false", text: "false"})
	f.add(e, choose, mutants...)
}

// logical makes a mutant of && or ||.
func (f *finder) logical(e *ast.BinaryExpr) {
	op := token.LAND
	if e.Op == token.LAND {
		op = token.LOR
	}
	x, y := f.code(e.X), f.code(e.Y)
	change := fmt.Sprintf("%s => %s", f.shown(e), op)
	f.add(e, choose, &mutant{change: change, text: fmt.Sprintf("(%s) %s (%s)", x, op, y)})
}

func (f *finder) operands(e *ast.BinaryExpr, op token.Token) string {
	return fmt.Sprintf("%s %s %s", f.code(e.X), op, f.code(e.Y))
}

// choose has a bool be what the mutant says. No function is made of it, so that what is
// evaluated stays what it was, and nothing moves to the heap.
func choose(s *site) []edit {
	var before strings.Builder
	for _, m := range s.mutants {
		fmt.Fprintf(&before, "mutateIs(%d) && (%s) || ", m.id, m.text)
	}
	fmt.Fprintf(&before, "mutateNot(%d, %d) && (", s.first(), s.last())
	return s.around("("+before.String(), "))")
}

// swapped are the operators that become another one, and the name of the function that
// does it.
var swapped = map[token.Token]struct {
	name string
	to   token.Token
}{
	token.ADD:     {"mutateAdd", token.SUB},
	token.SUB:     {"mutateSub", token.ADD},
	token.MUL:     {"mutateMul", token.QUO},
	token.QUO:     {"mutateQuo", token.MUL},
	token.REM:     {"mutateRem", token.MUL},
	token.AND:     {"mutateAnd", token.OR},
	token.OR:      {"mutateOr", token.AND},
	token.XOR:     {"mutateXor", token.AND},
	token.AND_NOT: {"mutateAndNot", token.AND},
	token.SHL:     {"mutateShl", token.SHR},
	token.SHR:     {"mutateShr", token.SHL},
}

// arithmetic makes a mutant of an operator on numbers.
func (f *finder) arithmetic(e *ast.BinaryExpr) {
	if !f.isNumber(e) {
		return
	}
	swap := swapped[e.Op]
	change := fmt.Sprintf("%s => %s", f.shown(e), short(f.operands(e, swap.to)))
	op := f.offset(e.OpPos)
	f.add(e, func(s *site) []edit {
		comma := edit{at: op, until: op + len(e.Op.String()), text: ",", part: within}
		return append(s.around(fmt.Sprintf("%s(%d, ", swap.name, s.first()), ")"), comma)
	}, &mutant{change: change})
}

func (f *finder) isNumber(e ast.Expr) bool {
	basic, ok := f.pkg.TypesInfo.TypeOf(e).Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsInteger|types.IsFloat) != 0
}

// constant makes a mutant of a constant: an integer is one more, a duration or a fraction
// twice as much, or one where it was none, a bool the other one.
func (f *finder) constant(e ast.Expr, value types.TypeAndValue) {
	basic, ok := value.Type.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsUntyped != 0 || f.spared[e] {
		return
	}
	was := f.shown(e)
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0:
		is := fmt.Sprint(!constant.BoolVal(value.Value))
		f.add(e, choose, &mutant{change: was + " => " + is, text: is})
	case isDuration(value.Type) || info&types.IsFloat != 0:
		is := "2*" + was
		if constant.Sign(value.Value) == 0 {
			is = "1"
		}
		f.number(e, value.Type, "mutateTwice", was+" => "+is)
	case info&types.IsInteger != 0:
		is := was + "+1"
		if _, ok := e.(*ast.BasicLit); ok && value.Value.String() == was {
			is = constant.BinaryOp(value.Value, token.ADD, constant.MakeInt64(1)).String()
		}
		f.number(e, value.Type, "mutateMore", was+" => "+is)
	}
}

// number has function make another constant of one. It names the type, which a constant
// alone has from what is around it.
func (f *finder) number(e ast.Expr, t types.Type, function, change string) {
	var names []*types.Package
	name := types.TypeString(t, func(p *types.Package) string {
		if p == f.pkg.Types {
			return ""
		}
		names = append(names, p)
		return importName(p)
	})
	s := f.add(e, func(s *site) []edit {
		return s.around(fmt.Sprintf("%s(%d, %s(", function, s.first(), name), "))")
	}, &mutant{change: change})
	s.names = names
}

// importName is the name under which a written file imports p.
func importName(p *types.Package) string { return "mutate" + p.Name() }
