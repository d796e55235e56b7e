package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	at := func(path, version string) debug.Module { return debug.Module{Path: path, Version: version} }
	dep := func(path, version string) *debug.Module { m := at(path, version); return &m }
	commit := []debug.BuildSetting{
		{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "false"},
	}
	changed := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"},
	}
	for _, test := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"go install module@version", debug.BuildInfo{Main: at(module, "v1.2.3")}, "v1.2.3"},
		{"go install module@commit", debug.BuildInfo{Main: at(module, "v1.2.4-0.20260102030405-0123456789ab")},
			"v1.2.4-0.20260102030405-0123456789ab"},
		{"go tool", debug.BuildInfo{Main: at(module, "v1.2.3"), Deps: []*debug.Module{dep("golang.org/x/mod", "v0.1.0")}}, "v1.2.3"},
		{"inside of another module's program", debug.BuildInfo{
			Main: at("example.com/app", "v9.9.9"), Settings: commit,
			Deps: []*debug.Module{dep("golang.org/x/mod", "v0.1.0"), dep(module, "v1.2.3")},
		}, "v1.2.3"},
		{"go tool, replaced by a folder", debug.BuildInfo{
			Main:     debug.Module{Path: module, Version: "v1.2.3", Replace: &debug.Module{Path: "../breakergen"}},
			Settings: commit,
		}, "(devel)"},
		{"go tool, replaced by a fork", debug.BuildInfo{
			Main: debug.Module{Path: module, Version: "v1.2.3", Replace: dep("example.com/fork", "v1.2.4")},
		}, "v1.2.4"},
		{"go build that knows the tag", debug.BuildInfo{Main: at(module, "v1.2.3+dirty"), Settings: changed}, "v1.2.3+dirty"},
		{"go build", debug.BuildInfo{Main: at(module, "(devel)"), Settings: commit}, "(devel) 0123456789ab"},
		{"go build, with changes", debug.BuildInfo{Main: at(module, "(devel)"), Settings: changed}, "(devel) 0123456789ab, with changes"},
		{"go build without a repository", debug.BuildInfo{Main: at(module, "(devel)")}, "(devel)"},
		{"go test", debug.BuildInfo{Main: at(module, "")}, "(devel)"},
		{"nothing known", debug.BuildInfo{}, "(devel)"},
	} {
		if got := versionOf(&test.info); got != test.want {
			t.Errorf("%s: version %q, want %q", test.name, got, test.want)
		}
	}
}
