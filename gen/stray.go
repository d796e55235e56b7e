package gen

import (
	"go/ast"
	"go/token"

	"github.com/breakergen/breakergen/templates"
)

// checkStray reports directives that stand where nothing reads them: in the
// interface but over no method, or in the file but over no declaration.
func (t *target) checkStray(problems *problems) {
	if t.site == nil {
		return
	}
	var read map[*ast.CommentGroup]bool // made for the first directive: most files have none
	for _, group := range t.site.file.Comments {
		list, misspelt := directives(group)
		if len(list)+len(misspelt) == 0 {
			continue
		}
		if read == nil {
			read = docComments(t.site.file)
		}
		if read[group] {
			continue
		}
		for _, d := range list {
			problems.add(t.world.fset.Position(d.name.pos), t.subjectAt(d.name.pos),
				"%s stands over no interface and no method: put it in the doc comment", d.name.text)
		}
		for _, m := range misspelt {
			problems.add(t.world.fset.Position(m.pos), t.name, "%q is no directive, and no doc comment", m.text)
		}
	}
}

// docComments returns the comments of a file that may hold directives.
func docComments(file *ast.File) map[*ast.CommentGroup]bool {
	docs := map[*ast.CommentGroup]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			docs[n.Doc] = true
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
func (t *target) checkCommon(common settings, model *templates.Wrapper, problems *problems) {
	for _, m := range model.Methods {
		if m.Through == "" && (common["circuit.Key"].value == nil || m.Key >= 0) {
			return
		}
	}
	if key, ok := common["circuit.Key"]; ok {
		problems.add(t.world.fset.Position(key.pos), t.name,
			"no method that runs behind a circuit has a parameter %s", key.value)
	}
}
