package gen

import (
	"os"
	"path/filepath"
)

// vendors says whether the module of a folder has its dependencies in a vendor folder,
// which the go command looks into alone: what is got must be vendored too.
func vendors(dir string) bool {
	root := moduleRoot(dir)
	_, err := os.Stat(filepath.Join(root, "vendor", "modules.txt"))
	return root != "" && err == nil
}
