package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// recordInto names the variable that has this command stand before the go command's tools.
const recordInto = "BUILDBENCH_RECORD"

// compiled is what one run of the compiler cost.
type compiled struct {
	Time time.Duration // of the processor
	Size int64         // of the object file
}

// record runs one of the go command's tools, and notes what compiling a package of ours costs.
func record(dir string, args []string) (status int) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil || err != nil && cmd.ProcessState.ExitCode() < 0 {
		return 1
	}
	value := func(flag string) string {
		if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
			return args[i+1]
		}
		return ""
	}
	name, ours := strings.CutPrefix(value("-p"), "bench/")
	if info, err := os.Stat(value("-o")); ours && err == nil {
		cost, _ := json.Marshal(compiled{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), info.Size()})
		if err := os.WriteFile(filepath.Join(dir, name), cost, 0o644); err != nil {
			return 1
		}
	}
	return cmd.ProcessState.ExitCode()
}
