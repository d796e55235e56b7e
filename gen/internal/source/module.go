package source

import (
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// ImportPath returns the import path that a folder has by its module's go.mod.
func ImportPath(dir string) string {
	root := ModuleRoot(dir)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if root == "" || err != nil {
		return "command-line-arguments" // as the go command calls files outside of modules
	}
	rel, _ := filepath.Rel(root, dir)
	return path.Join(modfile.ModulePath(mod), filepath.ToSlash(rel))
}

// ModuleRoot returns the folder of the module that a folder is in; "" outside of modules.
func ModuleRoot(dir string) string {
	for up := dir; ; up = filepath.Dir(up) {
		if _, err := os.Stat(filepath.Join(up, "go.mod")); err == nil {
			return up
		}
		if up == filepath.Dir(up) {
			return ""
		}
	}
}

// Vendors says whether the module of a folder has its dependencies in a vendor folder,
// which the go command looks into alone: what is got must be vendored too.
func Vendors(dir string) bool {
	root := ModuleRoot(dir)
	_, err := os.Stat(filepath.Join(root, "vendor", "modules.txt"))
	return root != "" && err == nil
}

// Required returns the paths of the modules that the go.mod in a folder requires; nil where
// that can't be read.
func Required(root string) map[string]bool {
	path := filepath.Join(root, "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	mod, err := modfile.ParseLax(path, text, nil)
	if err != nil {
		return nil
	}
	required := map[string]bool{}
	for _, require := range mod.Require {
		required[require.Mod.Path] = true
	}
	return required
}
