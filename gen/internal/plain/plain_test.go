package plain_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	_ "google.golang.org/grpc/health/grpc_health_v1" // which testdata imports, out of the go command's sight

	"github.com/breakergen/breakergen/gen/internal/plain"
)

// TestTypes looks at each type of testdata/types, whose imports come from export data.
func TestTypes(t *testing.T) {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedSyntax |
		packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile}
	list, err := packages.Load(config, "./testdata/types")
	if err != nil {
		t.Fatal(err)
	}
	pkg := list[0]
	for _, err := range pkg.Errors {
		t.Fatal(err)
	}
	comments := map[int]string{} // by line
	file := pkg.Syntax[0]
	for _, group := range file.Comments {
		comments[pkg.Fset.Position(group.Pos()).Line] = strings.TrimSpace(group.Text())
	}
	var checker plain.Checker
	checked := 0
	check := func(expr ast.Expr) {
		checked++
		typ := pkg.TypesInfo.TypeOf(expr)
		at := pkg.Fset.Position(expr.Pos())
		want := comments[pkg.Fset.Position(expr.End()).Line]
		asParam, asResult := checker.Culprit(typ, plain.Param), checker.Culprit(typ, plain.Result)
		switch want {
		case "result":
			if asParam == nil || asResult != nil {
				t.Errorf("%v: %v: culprits %v as a parameter, %v as a result", at, typ, asParam, asResult)
			}
		case "":
			t.Errorf("%v: nothing is said of %v", at, typ)
		case "plain", "param":
			if asParam != nil {
				t.Errorf("%v: %v isn't plain as a parameter because of %v", at, typ, asParam)
			}
			if (asResult == nil) != (want == "plain") {
				t.Errorf("%v: %v as a result: culprit %v", at, typ, asResult)
			}
		default:
			if asParam == nil || asResult == nil {
				t.Errorf("%v: %v is plain", at, typ)
			} else if want != "not" && name(asParam) != want {
				t.Errorf("%v: the culprit in %v is %v", at, typ, name(asParam))
			}
		}
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok && decl.Tok == token.VAR {
					check(spec.Type)
				}
			}
		case *ast.FuncDecl:
			if decl.Recv == nil {
				check(decl.Type.Params.List[0].Type)
			}
		}
	}
	if checked < 80 {
		t.Errorf("only %d types", checked)
	}
}

// name writes a type as the table does, with packages' names.
func name(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if strings.Contains(p.Path(), "protobuf") {
			return p.Path()
		}
		return path.Base(p.Path())
	})
}
