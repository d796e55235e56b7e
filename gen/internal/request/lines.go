package request

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Line is a go:generate line that runs breakergen.
type Line struct {
	Number int
	Pkg    string // the file's package
	Args   []string
}

// Lines finds the lines of a file that run breakergen. It reads lines as go
// generate does: wherever they stand in the file, with quoted words, with variables,
// and with the names that -command gives.
func Lines(file string, source []byte, env func(string) string) []Line {
	if !bytes.Contains(source, []byte("//go:generate")) {
		return nil
	}
	pkg := ""
	syntax, err := parser.ParseFile(token.NewFileSet(), file, source, parser.PackageClauseOnly)
	if err == nil {
		pkg = syntax.Name.Name
	}
	var list []Line
	commands := map[string][]string{}
	number := 0
	for line := range bytes.Lines(source) {
		number++
		text, ok := bytes.CutPrefix(line, []byte("//go:generate"))
		if !ok {
			continue
		}
		words := splitWords(string(text))
		if len(words) == 0 || text[0] != ' ' && text[0] != '\t' {
			continue
		}
		if words[0] == "-command" {
			if len(words) > 2 {
				commands[words[1]] = words[2:]
			}
			continue
		}
		if expansion := commands[words[0]]; expansion != nil {
			words = append(append([]string(nil), expansion...), words[1:]...)
		}
		variables := generateEnv{filepath.Base(file), pkg, number, env}
		for i := range words {
			words[i] = os.Expand(words[i], variables.get)
		}
		if args, ok := breakergenArgs(words); ok {
			list = append(list, Line{number, pkg, args})
		}
	}
	return list
}

// splitWords splits a line at its spaces. A word in double quotes is a Go string.
func splitWords(line string) []string {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " \t") {
		if quoted, err := strconv.QuotedPrefix(line); err == nil && line[0] == '"' {
			word, _ := strconv.Unquote(quoted) // It is well formed.
			words = append(words, word)
			line = line[len(quoted):]
			continue
		}
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			end = len(line)
		}
		words = append(words, line[:end])
		line = line[end:]
	}
	return words
}

// breakergenArgs returns the arguments of a command line that runs breakergen: as
// itself, as a go tool, or by go run.
func breakergenArgs(words []string) ([]string, bool) {
	if isBreakergen(words[0]) {
		return words[1:], true
	}
	program := strings.TrimSuffix(path.Base(filepath.ToSlash(words[0])), ".exe")
	if program != "go" || len(words) < 3 || words[1] != "tool" && words[1] != "run" {
		return nil, false
	}
	for i, word := range words[2:] { // past the go command's flags, and their values
		if isBreakergen(word) {
			return words[i+3:], true
		}
	}
	return nil, false
}

// isBreakergen says whether a program, or a package of one, is breakergen.
func isBreakergen(word string) bool {
	if strings.HasPrefix(word, "-") {
		return false
	}
	word, _, _ = strings.Cut(word, "@")
	return strings.TrimSuffix(path.Base(strings.ReplaceAll(word, `\`, "/")), ".exe") == "breakergen"
}

// generateEnv holds the variables that go generate sets.
type generateEnv struct {
	file, pkg string
	line      int
	env       func(string) string
}

func (v generateEnv) get(name string) string {
	switch name {
	case "GOFILE":
		return v.file
	case "GOPACKAGE":
		return v.pkg
	case "GOLINE":
		return strconv.Itoa(v.line)
	case "DOLLAR":
		return "$"
	}
	value := v.env(name)
	if value == "" && name == "GOOS" {
		return runtime.GOOS
	}
	if value == "" && name == "GOARCH" {
		return runtime.GOARCH
	}
	return value
}

// AsksOf returns what the go:generate lines of a file ask for.
func AsksOf(path string, source []byte) (list []Request) {
	for _, line := range Lines(path, source, os.Getenv) {
		asked := FlagsOf(line.Args)
		asked.Dir, asked.File = filepath.Dir(path), filepath.Base(path)
		asked.Line, asked.Package = line.Number, line.Pkg
		list = append(list, asked)
	}
	return list
}
