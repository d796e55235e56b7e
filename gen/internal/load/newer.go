package load

import (
	"fmt"
	"go/version"
	"os/exec"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/importpath"
)

// checkGoVersion notes a package whose module is written in a newer Go than the
// tool's type checker knows. The lock is held.
func (w *World) checkGoVersion(p *packages.Package) {
	if p.Module != nil && newerThan("go"+p.Module.GoVersion, w.tool) {
		w.newer = reinstall(p.Module.Path+" needs go"+p.Module.GoVersion, w.tool)
	}
}

// checkGoCommand notes that export data which can't be read was written by a newer
// Go, if it was. The lock is held.
func (w *World) checkGoCommand() {
	cmd := exec.CommandContext(w.Config.Context, "go", "env", "GOVERSION")
	cmd.Dir = w.Config.Dir
	out, err := cmd.Output()
	if goVersion := strings.TrimSpace(string(out)); err == nil && newerThan(goVersion, w.tool) {
		w.newer = reinstall("the go command is "+goVersion, w.tool)
	}
}

// NewerGo is what to tell the user if a newer Go was met.
func (w *World) NewerGo() string {
	w.Lock()
	defer w.Unlock()
	return w.newer
}

// newerThan compares the languages of two Go versions, go1.26.3's and go1.27's for
// example. A development version is never too old.
func newerThan(goVersion, tool string) bool {
	tool, _, _ = strings.Cut(tool, " ") // the experiments that it was built with
	return version.IsValid(tool) && version.Compare(version.Lang(goVersion), version.Lang(tool)) > 0
}

func reinstall(why, tool string) string {
	return fmt.Sprintf("%s, but this breakergen was built with %s: build it again with the newer Go "+
		"(go install %s@latest, or use go tool breakergen)", why, tool, importpath.Command)
}
