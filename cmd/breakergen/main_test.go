package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/modfile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"breakergen": main})
}

// TestScripts runs the scripts in testdata, each in a folder of its own: a module
// whose runtime is this checkout's, unless the script has a go.mod.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	module, sums := scriptModule(t, root)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"addlines": addLines},
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			cache, err := os.UserCacheDir()
			if err != nil {
				return err
			}
			home, err := os.UserHomeDir()
			if err != nil {
				return err
			}
			for _, name := range []string{"GOPROXY", "GONOSUMDB", "GOFLAGS", "GONOSUMCHECK", "GOTOOLCHAIN"} {
				env.Setenv(name, os.Getenv(name))
			}
			env.Setenv("GOCACHE", orElse(os.Getenv("GOCACHE"), filepath.Join(cache, "go-build")))
			env.Setenv("GOPATH", orElse(os.Getenv("GOPATH"), filepath.Join(home, "go")))
			env.Setenv("GOWORK", "off")
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			env.Setenv("ROOT", root)
			if _, err := os.Stat(env.Cd + "/go.mod"); err == nil {
				return nil
			}
			if err := os.WriteFile(env.Cd+"/go.mod", module, 0o644); err != nil {
				return err
			}
			return os.WriteFile(env.Cd+"/go.sum", sums, 0o644)
		},
	})
}

// scriptModule returns the go.mod and go.sum of a module that has this checkout,
// and all that it needs itself, as requirements.
func scriptModule(t *testing.T, root string) (module, sums []byte) {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		file.AddRequire(file.Module.Mod.Path, "v0.0.0"),
		file.AddReplace(file.Module.Mod.Path, "", root, ""),
		file.AddModuleStmt("example.com/script"),
		file.DropTool("github.com/breakergen/breakergen/cmd/breakergen"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	file.Cleanup()
	if module, err = file.Format(); err != nil {
		t.Fatal(err)
	}
	if sums, err = os.ReadFile(filepath.Join(root, "go.sum")); err != nil {
		t.Fatal(err)
	}
	return module, sums
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
