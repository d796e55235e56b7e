package gen

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// nearDirective matches what was meant to be a directive, up to its name. What has no
// colon is meant so only where it looks like one, and goes on with a directive's name.
var (
	nearDirective = regexp.MustCompile(`(?i)^/[/*]\s*breakergen\s*:\s*`)
	withoutColon  = regexp.MustCompile(`^//breakergen\s+(\w+)`)
)

// directive is one line, split into words.
type directive struct {
	name  word
	words []word
}

// word is a word of a directive and where it stands.
type word struct {
	text string
	pos  token.Pos
}

// directives returns those in a comment; misspelt are comments that were meant to be one.
func directives(doc *ast.CommentGroup) (list []directive, misspelt []word) {
	if doc == nil {
		return nil, nil
	}
	for _, c := range doc.List {
		text, ok := strings.CutPrefix(c.Text, source.Prefix)
		switch {
		case ok && text != "" && !strings.ContainsAny(text[:1], " \t\r"):
			words := split(text, c.Pos()+token.Pos(len(source.Prefix)))
			list = append(list, directive{words[0], words[1:]})
		case isMisspelt(c.Text):
			misspelt = append(misspelt, word{c.Text, c.Pos()})
		}
	}
	return list, misspelt
}

// isMisspelt says whether a comment that is no directive was meant to be one.
func isMisspelt(comment string) bool {
	if match := withoutColon.FindStringSubmatch(comment); match != nil {
		_, known := grammar[match[1]]
		return known
	}
	return nearDirective.MatchString(comment)
}

// respelt returns the directive that a misspelt one was meant to be.
func respelt(comment string) string {
	rest, _, _ := strings.Cut(strings.TrimSuffix(comment, "*/"), "\n")
	if withoutColon.MatchString(rest) {
		rest = strings.TrimPrefix(rest, "//breakergen")
	} else {
		rest = nearDirective.ReplaceAllString(rest, "")
	}
	if rest = strings.TrimSpace(rest); rest == "" {
		rest = "name"
	}
	return source.Prefix + rest
}

// split splits text at white space.
func split(text string, pos token.Pos) []word {
	var words []word
	start := -1
	for i, r := range text + " " {
		switch blank := r == ' ' || r == '\t' || r == '\r'; {
		case blank && start >= 0:
			words = append(words, word{text[start:i], pos + token.Pos(start)})
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	return words
}

// from returns the rest of a word, from an index on.
func (w word) from(i int) word { return word{w.text[i:], w.pos + token.Pos(i)} }

// list splits a word at its commas, but for those between brackets.
func (w word) list() []word {
	var words []word
	start, depth := 0, 0
	for i, c := range w.text {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth <= 0:
			words = append(words, word{w.text[start:i], w.pos + token.Pos(start)})
			start = i + 1
		}
	}
	return append(words, w.from(start))
}
