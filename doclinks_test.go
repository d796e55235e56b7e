package breakergen_test

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unresolved is what is meant to be a link and names nothing.
var unresolved = regexp.MustCompile(`\[\*?[A-Z]\w*(\.[A-Z]\w*)?\]`)

// TestDocs_Symbols follows the links from doc comments to what the packages declare.
func TestDocs_Symbols(t *testing.T) {
	folders := documented(t)
	if len(folders) < 50 {
		t.Errorf("%d folders have packages", len(folders))
	}
	for path, packages := range folders {
		for _, pkg := range packages {
			check := func(name, text string) {
				for _, block := range pkg.Parser().Parse(text).Content {
					for _, word := range unresolved.FindAllString(plainText(block), -1) {
						t.Errorf("%s: the documentation of %s links to %s, which there isn't", path, name, word)
					}
				}
			}
			check("the package", pkg.Doc)
			for name, text := range declared(pkg) {
				check(name, text)
				if text == "" && isPublic(path, name) {
					t.Errorf("%s: nothing is said of %s", path, name)
				}
			}
		}
	}
}

// isPublic reports whether users meet that name: of a package that they can import, and
// exported. Names that are declared together have their comments each beside them.
func isPublic(path, name string) bool {
	if path := filepath.ToSlash(path); strings.Contains(path, "internal") || strings.HasPrefix(path, "examples") ||
		strings.HasPrefix(path, "docs") || strings.HasPrefix(path, "engines/migrating") || strings.Contains(name, ",") {
		return false
	}
	for part := range strings.SplitSeq(name, ".") {
		if !token.IsExported(part) {
			return false
		}
	}
	return true
}

// documented returns the packages of all modules by folder, without their tests.
func documented(t *testing.T) map[string][]*doc.Package {
	type key struct{ dir, name string }
	fset, files := token.NewFileSet(), map[key][]*ast.File{}
	for name, lines := range goFiles(t) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, strings.Join(lines, "\n"), parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		of := key{filepath.Dir(name), file.Name.Name}
		files[of] = append(files[of], file)
	}
	folders := map[string][]*doc.Package{}
	for of, list := range files {
		pkg, err := doc.NewFromFiles(fset, list, "example.com/"+filepath.ToSlash(of.dir), doc.AllDecls)
		if err != nil {
			t.Fatal(err)
		}
		folders[of.dir] = append(folders[of.dir], pkg)
	}
	return folders
}

// declared yields the doc comments of what a package declares.
func declared(pkg *doc.Package) map[string]string {
	all := map[string]string{}
	values := func(list []*doc.Value) {
		for _, v := range list {
			all[strings.Join(v.Names, ", ")] = v.Doc
		}
	}
	funcs := func(of string, list []*doc.Func) {
		for _, f := range list {
			all[of+f.Name] = f.Doc
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	funcs("", pkg.Funcs)
	for _, typ := range pkg.Types {
		all[typ.Name] = typ.Doc
		values(typ.Consts)
		values(typ.Vars)
		funcs("", typ.Funcs)
		funcs(typ.Name+".", typ.Methods)
	}
	return all
}

// plainText is the text of a block that is no link and no code.
func plainText(block comment.Block) (text string) {
	add := func(list []comment.Text) {
		for _, word := range list {
			if plain, ok := word.(comment.Plain); ok {
				text += string(plain)
			}
		}
	}
	switch block := block.(type) {
	case *comment.Paragraph:
		add(block.Text)
	case *comment.List:
		for _, item := range block.Items {
			for _, inner := range item.Content {
				text += plainText(inner) + "\n"
			}
		}
	}
	return text
}
