package gen

import (
	"os"
	"path/filepath"
)

// vendors says whether the module of a folder has its dependencies in a vendor folder,
// which the go command looks into alone: what is got must be vendored too.
func vendors(dir string) bool {
	for up := dir; ; up = filepath.Dir(up) {
		if _, err := os.Stat(filepath.Join(up, "go.mod")); err == nil {
			_, err := os.Stat(filepath.Join(up, "vendor", "modules.txt"))
			return err == nil
		}
		if up == filepath.Dir(up) {
			return false
		}
	}
}
