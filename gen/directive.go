package gen

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
)

const directivePrefix = "//breakergen:"

// nearDirective matches what was meant to be a directive.
var nearDirective = regexp.MustCompile(`(?i)^//\s*breakergen\s*:`)

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
		if !strings.HasPrefix(c.Text, directivePrefix) {
			if nearDirective.MatchString(c.Text) {
				misspelt = append(misspelt, word{c.Text, c.Pos()})
			}
			continue
		}
		words := split(c.Text[len(directivePrefix):], c.Pos()+token.Pos(len(directivePrefix)))
		if len(words) == 0 {
			misspelt = append(misspelt, word{c.Text, c.Pos()})
			continue
		}
		list = append(list, directive{words[0], words[1:]})
	}
	return list, misspelt
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
