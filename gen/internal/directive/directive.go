// Package directive reads the //breakergen: lines of a comment into [Settings], and says what is
// wrong with one where it stands.
//
// It knows syntax, not types: the names in a directive stay words, which package model
// resolves. A new directive is a field of [Settings], a line in grammar with a reader in
// value.go, and what package model makes of it.
package directive

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// nearDirective matches what was meant to be a directive, up to its name. What has no
// colon, or another tool's name, is meant so only where it looks like one, and goes on with a
// directive's name.
var (
	nearDirective = regexp.MustCompile(`(?i)^/[/*]\s*breakergen\s*:\s*`)
	withoutColon  = regexp.MustCompile(`^//breakergen\s+(\w+)`)
	ofAnother     = regexp.MustCompile(`^//([\w-]+):(\w+)`)
)

// Directive is one line, split into words.
type Directive struct {
	Name  Word
	words []Word
}

// Word is a word of a directive and where it stands.
type Word struct {
	Text string
	Pos  token.Pos
}

// Of returns those in a comment; misspelt are comments that were meant to be one.
func Of(doc *ast.CommentGroup) (list []Directive, misspelt []Word) {
	if doc == nil {
		return nil, nil
	}
	for _, c := range doc.List {
		text, ok := strings.CutPrefix(c.Text, source.Prefix)
		switch {
		case ok && text != "" && !strings.ContainsAny(text[:1], " \t\r"):
			words := split(text, c.Pos()+token.Pos(len(source.Prefix)))
			list = append(list, Directive{words[0], words[1:]})
		case isMisspelt(c.Text):
			misspelt = append(misspelt, Word{c.Text, c.Pos()})
		case strings.HasPrefix(c.Text, "/*"):
			misspelt = append(misspelt, misspeltIn(c)...)
		}
	}
	return list, misspelt
}

// isMisspelt says whether a comment that is no directive was meant to be one.
func isMisspelt(comment string) bool {
	if match := withoutColon.FindStringSubmatch(comment); match != nil {
		return slices.Contains(directives, match[1])
	}
	return nearDirective.MatchString(comment) || isNearTool(comment)
}

// isNearTool says whether a comment is a directive for a tool that is called nearly as this one, or as
// the runtime is in generated code, and has one of our names.
func isNearTool(comment string) bool {
	match := ofAnother.FindStringSubmatch(comment)
	return match != nil && slices.Contains(directives, match[2]) &&
		(match[1] == "breaker" || problem.IsTypo(match[1], "breakergen"))
}

// misspeltIn returns the lines of a general comment that were meant to be directives: these stand
// in comments of their own.
func misspeltIn(comment *ast.Comment) (misspelt []Word) {
	at := 0
	for line := range strings.Lines(comment.Text) {
		if text := strings.TrimSpace(line); strings.HasPrefix(text, source.Prefix) {
			misspelt = append(misspelt, Word{text, comment.Pos() + token.Pos(at+strings.Index(line, text))})
		}
		at += len(line)
	}
	return misspelt
}

// respelt returns the directive that a misspelt one was meant to be.
func respelt(comment string) string {
	rest, _, _ := strings.Cut(strings.TrimSuffix(comment, "*/"), "\n")
	switch {
	case withoutColon.MatchString(rest):
		rest = strings.TrimPrefix(rest, "//breakergen")
	case isNearTool(rest):
		_, rest, _ = strings.Cut(rest, ":")
	default:
		rest = nearDirective.ReplaceAllString(rest, "")
	}
	if rest = strings.TrimSpace(rest); rest == "" {
		rest = "name"
	}
	return source.Prefix + rest
}

// split splits text at white space.
func split(text string, pos token.Pos) []Word {
	var words []Word
	start := -1
	for i, r := range text + " " {
		switch blank := r == ' ' || r == '\t' || r == '\r'; {
		case blank && start >= 0:
			words = append(words, Word{text[start:i], pos + token.Pos(start)})
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	return words
}

// from returns the rest of a word, from an index on.
func (w Word) from(i int) Word { return Word{w.Text[i:], w.Pos + token.Pos(i)} }

// list splits a word at its commas, but for those between brackets.
func (w Word) list() []Word {
	var words []Word
	start, depth := 0, 0
	for i, c := range w.Text {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth <= 0:
			words = append(words, Word{w.Text[start:i], w.Pos + token.Pos(start)})
			start = i + 1
		}
	}
	return append(words, w.from(start))
}

// IsWrap says whether a method's comment has the directive wrap.
func IsWrap(doc *ast.CommentGroup) bool {
	list, _ := Of(doc)
	return slices.ContainsFunc(list, func(d Directive) bool { return d.Name.Text == "wrap" })
}
