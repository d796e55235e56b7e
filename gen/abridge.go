package gen

import (
	"go/doc"
	"go/types"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// prefix begins the names of the target's circuits: a type of another package's is called
// by that too, as s3.Client and dynamodb.Client are two.
func (t *target) prefix(out *destination) string {
	if t.obj.Pkg() == nil || t.obj.Pkg().Path() == out.path {
		return t.name
	}
	return t.obj.Pkg().Name() + "." + t.name
}

// prefixOf names a method as documentation links do.
func (t *target) prefixOf(m *types.Func) string {
	if t.obj.Pkg() == nil {
		return t.subject(m)
	}
	return t.obj.Pkg().Name() + "." + t.subject(m)
}

// abridged returns the first sentence of another package's documentation, whether what it is
// about is deprecated, and a link to the rest.
func abridged(lines []string, name string) []string {
	text := strings.Join(lines, "\n")
	first := new(doc.Package).Synopsis(text)
	if first == "" {
		return lines
	}
	short := folded(first)
	whole := strings.Join(strings.Fields(text), " ")
	if whole == first {
		return lines
	}
	short = append(short, "", "See ["+name+"].")
	if paragraph := source.Deprecation(lines); paragraph != nil {
		short = append(append(short, ""), paragraph...)
	}
	return short
}

// folded returns text in lines as long as comments' are.
func folded(text string) (lines []string) {
	const longest = 90
	for word := range strings.FieldsSeq(text) {
		if n := len(lines); n > 0 && len(lines[n-1])+1+len(word) <= longest {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
