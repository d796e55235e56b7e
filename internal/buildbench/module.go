package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// module is the temporary module that is built.
type module struct {
	dir, bin, templates string
	self                string
	builds              int
}

// newModule makes the module. It is called in breakergen's own module.
func newModule() (*module, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	root, err := output("go", "list", "-m", "-f", "{{.Dir}}", "github.com/breakergen/breakergen")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "buildbench")
	if err != nil {
		return nil, err
	}
	m := &module{dir: dir, bin: filepath.Join(dir, "bin"), self: self}
	goVersion, err := output("go", "list", "-m", "-f", "{{.GoVersion}}")
	if err != nil {
		return nil, err
	}
	goMod := "module bench\n\ngo " + goVersion + "\n\nrequire github.com/breakergen/breakergen v0.0.0\n\n" +
		"replace github.com/breakergen/breakergen => " + root + "\n"
	if err := m.put("go.mod", goMod); err != nil {
		return nil, err
	}
	if err := m.put("use/use.go", "package use\n\nimport _ \"github.com/breakergen/breakergen/runtime\"\n"); err != nil {
		return nil, err
	}
	if err := errors.Join(
		m.command(dir, "go", "mod", "tidy"),
		m.command(root, "go", "build", "-o", m.bin+"/", "./cmd/breakergen"),
	); err != nil {
		return nil, err
	}
	return m, nil
}

// install builds the tools of others, in a module of their own.
func (m *module) install() error {
	if err := m.put("tools/go.mod", "module tools\n"); err != nil {
		return err
	}
	dir := filepath.Join(m.dir, "tools")
	for _, t := range tools {
		if t.command == "" {
			continue
		}
		if err := m.command(dir, "go", "mod", "edit", "-require="+t.module); err != nil {
			return err
		}
		if err := m.command(dir, "go", "build", "-mod=mod", "-o", m.bin+"/", t.command); err != nil {
			return err
		}
	}
	folder, err := m.download(gowrap)
	m.templates = filepath.Join(folder, "templates") // those that it would have from the network
	return err
}

// download returns the folder of a module.
func (m *module) download(module string) (string, error) {
	text, err := output("go", "mod", "download", "-json", module)
	if err != nil {
		return "", err
	}
	var found struct{ Dir string }
	err = json.Unmarshal([]byte(text), &found)
	return found.Dir, err
}

// put writes a file of the module.
func (m *module) put(name, text string) error {
	path := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// measure has a tool write, and builds that, a package that names it, and a program.
func (m *module) measure(s shape, n int, t tool, runs int) (row, error) {
	made := filepath.Join(m.dir, "made")
	if err := errors.Join(
		os.RemoveAll(made), os.MkdirAll(made, 0o755),
		m.put("client/client.go", s.source(n)),
		m.put("made/doc.go", "package made\n"),
		m.put("holder/holder.go", t.holder()), m.put("prog/main.go", t.main()),
		m.put("empty/empty.go", "package empty\n"),
	); err != nil {
		return row{}, err
	}
	if err := t.write(m, made); err != nil {
		return row{}, err
	}
	r := row{shape: s.name, methods: n, tool: t.name}
	for i := range runs {
		costs, err := m.build()
		if err != nil {
			return row{}, err
		}
		for name, least := range map[string]*compiled{"made": &r.made, "holder": &r.holder, "empty": &r.empty} {
			if c := costs[name]; i == 0 || c.Time < least.Time {
				*least = c
			}
		}
	}
	program := filepath.Join(m.dir, "program")
	if err := m.command(m.dir, "go", "build", "-o", program, "./prog"); err != nil {
		return row{}, err
	}
	info, err := os.Stat(program)
	if err != nil {
		return row{}, err
	}
	r.binary = info.Size()
	return r, nil
}

// build compiles the packages anew and returns what each cost.
func (m *module) build() (map[string]compiled, error) {
	records := filepath.Join(m.dir, "records")
	if err := errors.Join(os.RemoveAll(records), os.MkdirAll(records, 0o755)); err != nil {
		return nil, err
	}
	m.builds++
	names := []string{"made", "holder", "empty"}
	args := []string{"build", "-p=1", "-toolexec=" + m.self}
	for _, name := range names {
		args = append(args, "./"+name)
		stamp := fmt.Sprintf("package %s\n\nconst stamp = %d\n", name, m.builds) // not cached
		if err := m.put(name+"/stamp.go", stamp); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = m.dir, append(os.Environ(), recordInto+"="+records)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, text)
	}
	costs := map[string]compiled{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(records, name))
		if err != nil {
			return nil, err
		}
		var c compiled
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, err
		}
		costs[name] = c
	}
	return costs, nil
}

// command runs a command that says something only where it fails.
func (m *module) command(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, text)
	}
	return nil
}

func output(name string, args ...string) (string, error) {
	text, err := exec.Command(name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(text)), nil
}
