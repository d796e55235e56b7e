package templates

import (
	"fmt"
	"go/types"
	"strings"
)

// Unnameable says why code of the package with the given import path can't write
// the name of a package-level object; "" if it can.
func Unnameable(obj types.Object, path string) (why string) {
	switch pkg := obj.Pkg(); {
	case pkg == nil || pkg.Path() == path:
		return ""
	case !obj.Exported():
		return fmt.Sprintf("%s.%s is not exported", pkg.Name(), obj.Name())
	case pkg.Name() == "main":
		return fmt.Sprintf("%s is a program, which can't be imported", pkg.Path())
	case !importable(pkg.Path(), path):
		return fmt.Sprintf("%s is internal", pkg.Path())
	}
	return ""
}

// CanSelect says whether code of the package with the given import path can write
// the name of a field or a method.
func CanSelect(member types.Object, path string) bool {
	return member.Exported() || member.Pkg() != nil && member.Pkg().Path() == path
}

// importable applies Go's rule for internal packages.
func importable(path, from string) bool {
	if strings.HasPrefix(path, "vendor/") {
		return false // the standard library's own
	}
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i < 0 {
		return true
	}
	root := strings.TrimSuffix(path[:i], "/")
	from = strings.TrimSuffix(from, "_test")
	return root != "" && (from == root || strings.HasPrefix(from, root+"/"))
}
