package model

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/templates"
)

// checkStray reports directives that stand where nothing reads them, in the files that
// the target and its methods are declared in: in an interface but over no method, or
// over no declaration at all.
func checkStray(t *target.Target, sites []*source.Site, problems *problem.List) {
	var files []*ast.File
	for _, s := range append(sites, t.Site) {
		if s != nil && !slices.Contains(files, s.File) {
			files = append(files, s.File)
			checkStrayIn(t, s.File, problems)
		}
	}
}

func checkStrayIn(t *target.Target, file *ast.File, problems *problem.List) {
	var read map[*ast.CommentGroup]bool // made for the first directive: most files have none
	for _, group := range file.Comments {
		list, misspelt := directive.Of(group)
		if len(list)+len(misspelt) == 0 {
			continue
		}
		if read == nil {
			read = docComments(file)
		}
		if read[group] {
			continue
		}
		for _, d := range list {
			problems.Add(t.World.Fset.Position(d.Name.Pos), t.SubjectAt(d.Name.Pos),
				"%s stands over no interface and no method: put it in the doc comment", d.Name.Text)
		}
		for _, m := range misspelt {
			problems.Add(t.World.Fset.Position(m.Pos), t.Name, "%q is no directive, and no doc comment", m.Text)
		}
	}
}

// docComments returns the comments of a file that may hold directives.
func docComments(file *ast.File) map[*ast.CommentGroup]bool {
	docs := map[*ast.CommentGroup]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			docs[n.Doc] = n.Recv != nil
		case *ast.GenDecl:
			docs[n.Doc] = n.Tok == token.TYPE && !n.Lparen.IsValid()
		case *ast.TypeSpec:
			docs[n.Doc] = true
		case *ast.InterfaceType:
			for _, field := range n.Methods.List {
				if len(field.Names) > 0 {
					docs[field.Doc] = true
				}
			}
		}
		return true
	})
	return docs
}

// checkCommon reports directives of the interface that reach no method.
func checkCommon(t *target.Target, common directive.Settings, model *templates.Wrapper, problems *problem.List) {
	key := common.Circuit.Key
	for _, m := range model.Methods {
		// That a parameter can't be a key was said.
		if m.Through == "" && (!key.Set || slices.Contains(paramNames(m.Signature.Params()), key.Value)) {
			return
		}
	}
	if key.Set {
		problems.Add(t.World.Fset.Position(key.Pos), t.Name,
			"no method that runs behind a circuit has a parameter %s", key.Value)
	}
}
