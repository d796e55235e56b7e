package main

import (
	"runtime/debug"
)

// module is the module of the command.
const module = "github.com/breakergen/breakergen"

// version returns the version that the running command was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return devel
	}
	return versionOf(info)
}

// devel is the version of what was built from a folder.
const devel = "(devel)"

// versionOf returns the command's version by what the go command noted when it built it: that
// of its module, or, where that came from a folder, the commit there if it is known.
func versionOf(info *debug.BuildInfo) string {
	own, isMain := &info.Main, info.Main.Path == module
	for _, dep := range info.Deps {
		if !isMain && dep.Path == module {
			own = dep // run as another module's tool
		}
	}
	replaced := own.Replace != nil
	if replaced {
		own = own.Replace
	}
	if own.Version != "" && own.Version != devel {
		return own.Version
	}
	if !isMain || replaced {
		return devel // A commit would be the other module's.
	}
	setting := map[string]string{}
	for _, s := range info.Settings {
		setting[s.Key] = s.Value
	}
	revision := setting["vcs.revision"]
	if revision == "" {
		return devel
	}
	text := devel + " " + revision[:min(12, len(revision))]
	if setting["vcs.modified"] == "true" {
		text += ", with changes"
	}
	return text
}
