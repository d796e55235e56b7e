package gen

import (
	"fmt"
	"io"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/templates"
)

// Explanation says what a wrapper does with each method. Its JSON is for programs:
// fields may be added, and none is ever renamed or removed.
type Explanation struct {
	// Interface is the name of what is wrapped, Wrapper that of its wrapper.
	Interface string `json:"interface"`
	Wrapper   string `json:"wrapper"`
	// File is the wrapper's file, with forward slashes, or "-" for standard output.
	File string `json:"file"`
	// Methods are in the order of the source. A method with the field through is called
	// straight through, for that reason, and has no other field but wraps.
	Methods []templates.Row `json:"methods"`

	table []string
}

// Explain returns the explanations of all wrappers in outputs. Paths are relative
// to dir.
func Explain(outputs []Output, dir string) []Explanation {
	list := []Explanation{} // In JSON, none is [].
	for _, o := range outputs {
		for _, w := range o.Wrappers {
			e := Explanation{
				Interface: w.Interface, Wrapper: w.Name, File: o.Path,
				Methods: []templates.Row{}, table: templates.Table(w),
			}
			if e.File != "-" {
				e.File = problem.Slashed(problem.Relative(o.Path, dir))
			}
			for _, m := range w.Methods {
				e.Methods = append(e.Methods, m.Row)
			}
			list = append(list, e)
		}
	}
	return list
}

// Write writes the explanation as a table under a heading.
func (e Explanation) Write(w io.Writer) error {
	text := fmt.Sprintf("%s, wrapped by %s in %s:\n\n", e.Interface, e.Wrapper, e.File)
	for _, line := range e.table {
		text += "    " + line + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}
