package source

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Declaration finds a type by its name.
func Declaration(file *ast.File, name string) *ast.TypeSpec {
	for _, decl := range file.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.TYPE {
			for _, spec := range gen.Specs {
				if spec := spec.(*ast.TypeSpec); spec.Name.Name == name {
					return spec
				}
			}
		}
	}
	return nil
}

// DocLines returns a comment's text without its marks and directives.
func DocLines(doc *ast.CommentGroup) []string {
	text := strings.TrimRight(doc.Text(), "\n") // It leaves directives out.
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// DeclaredIn adds the package-level names that a file declares.
func DeclaredIn(file *ast.File, names map[string]bool) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
}

// Deprecation returns the paragraph of a comment that says that something is deprecated.
func Deprecation(lines []string) []string {
	for i, line := range lines {
		if !strings.HasPrefix(line, "Deprecated: ") || i > 0 && lines[i-1] != "" {
			continue
		}
		if end := slices.Index(lines[i:], ""); end >= 0 {
			return lines[i : i+end]
		}
		return lines[i:]
	}
	return nil
}
