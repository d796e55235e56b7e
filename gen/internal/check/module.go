package check

import (
	"errors"
	"fmt"
	"go/ast"
	"os/exec"
	"strconv"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// checkModule notes what a file imports that its module lacks. The request's own is only to be
// tidied then: another one may have nothing of it.
func checkModule(w *load.World, f *model.File, syntax *ast.File) {
	root := source.ModuleRoot(f.Out.Dir)
	if f.Path == "-" || root == "" {
		return
	}
	if root == source.ModuleRoot(f.Request.Dir) {
		if isUntidy(w, root, syntax) {
			f.Notices = append(f.Notices, "go.mod lacks what the generated code needs: run go mod tidy")
		}
		return
	}
	args := []string{"list", "-e", "-f", "{{if .Error}}{{.ImportPath}}{{end}}", "--"}
	for _, spec := range syntax.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		args = append(args, path)
	}
	cmd := exec.CommandContext(w.Config.Context, "go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	file, lacks := problem.Slashed(problem.Relative(f.Path, f.Request.Dir)), strings.Fields(string(out))
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		f.Notices = append(f.Notices, fmt.Sprintf("%s: its module can't be read: %s",
			file, strings.TrimSpace(string(failed.Stderr))))
	}
	if len(lacks) > 0 {
		f.Notices = append(f.Notices, fmt.Sprintf("%s: module %s has no %s: go get it in %s, or add a replace or a go.work",
			file, source.ImportPath(root), strings.Join(lacks, ", nor "), problem.Slashed(problem.Relative(root, f.Request.Dir))))
	}
}

// goresilience is what all generated code needs of the runtime's own imports.
const goresilience = "github.com/slok/goresilience"

// isUntidy says whether a file needs packages of a module that the go.mod in root doesn't
// name, though it is known: the runtime's go.mod does. go build refuses that.
func isUntidy(w *load.World, root string, syntax *ast.File) bool {
	w.Lock()
	defer w.Unlock()
	needed := []string{goresilience}
	for _, spec := range syntax.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		needed = append(needed, path)
	}
	for _, path := range needed {
		p := w.Listed[path]
		if p != nil && p.Module != nil && !p.Module.Main && len(p.GoFiles) > 0 && !w.Requires(root, p.Module.Path) {
			return true
		}
	}
	return false
}
