package gen

import (
	"errors"
	"fmt"
	"go/ast"
	"os/exec"
	"strconv"
	"strings"
)

// checkModule notes what a file imports that its module lacks, where that is another one than
// the request's, which has it all.
func (w *world) checkModule(f *plannedFile, syntax *ast.File) {
	root := moduleRoot(f.out.dir)
	if f.path == "-" || root == "" || root == moduleRoot(f.request.Dir) {
		return
	}
	args := []string{"list", "-e", "-f", "{{if .Error}}{{.ImportPath}}{{end}}", "--"}
	for _, spec := range syntax.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		args = append(args, path)
	}
	cmd := exec.CommandContext(w.config.Context, "go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	file, lacks := Slashed(Relative(f.path, f.request.Dir)), strings.Fields(string(out))
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		f.notices = append(f.notices, fmt.Sprintf("%s: its module can't be read: %s",
			file, strings.TrimSpace(string(failed.Stderr))))
	}
	if len(lacks) > 0 {
		f.notices = append(f.notices, fmt.Sprintf("%s: module %s has no %s: go get it in %s, or add a replace or a go.work",
			file, moduleImportPath(root), strings.Join(lacks, ", nor "), Slashed(Relative(root, f.request.Dir))))
	}
}
