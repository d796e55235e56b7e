package request

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/problem"
)

// Command returns the command line that the output's header records.
func (r *Request) Command(ifaces []string) string {
	line := "breakergen -iface=" + strings.Join(ifaces, ",")
	flag := func(name, value string) {
		if value != "" {
			line += " -" + name + "=" + value
		}
	}
	flag("out", problem.Slashed(r.Out))
	flag("pkg", r.Pkg)
	flag("name", r.Name)
	if r.Chain != BreakerFirst {
		flag("chain", r.Chain)
	}
	flag("tags", r.Tags)
	flag("header", problem.Slashed(r.Header))
	return line
}

// PerFile returns the names of -iface, those of each file together.
func (r *Request) PerFile() (list [][]string) {
	if r.Out != "" {
		return [][]string{r.Iface}
	}
	for _, name := range r.Iface {
		list = append(list, []string{name})
	}
	return list
}

// FlagsOf reads of a command's arguments which wrappers it makes, and where: none where it
// writes nothing.
func FlagsOf(args []string) Request {
	var r Request
	writes := true
	for i, arg := range args {
		flag, value, ok := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !ok && i+1 < len(args) {
			value = args[i+1]
		}
		switch {
		case !strings.HasPrefix(arg, "-"):
		case flag == "iface":
			r.Iface = strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == ' ' })
		case flag == "name":
			r.Name = value
		case flag == "out":
			r.Out = filepath.FromSlash(value)
		case flag == "pkg":
			r.Pkg = value
		case flag == "chain":
			r.Chain = value
		case flag == "tags":
			r.Tags = value
		case flag == "header":
			r.Header = filepath.FromSlash(value)
		case slices.Contains([]string{"check", "explain", "suggest", "json", "version"}, flag):
			writes = false
		}
	}
	if !writes {
		r.Iface = nil
	}
	return r
}
