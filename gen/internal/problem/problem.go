// Package problem says what is wrong, and where, in the words that the user reads: positions,
// the paths of files as they are shown, and the name that was meant.
//
// It knows nothing of what the problems are about. A [List] is no guard for what runs side by
// side: each request has its own.
package problem

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
)

// Problem is one thing that is wrong, and where.
type Problem struct {
	Pos token.Position
	// Subject is what it is about, such as "UserClient.GetUser"; it may be empty.
	Subject string
	Message string
}

// String returns "subject: message".
func (p Problem) String() string {
	if p.Subject == "" {
		return p.Message
	}
	return p.Subject + ": " + p.Message
}

// Line returns "path:line:col: subject: message", the path relative to dir where
// that is shorter, with forward slashes.
func (p Problem) Line(dir string) string {
	if p.Pos.Filename == "" {
		return "breakergen: " + p.String()
	}
	p.Pos.Filename = Slashed(Relative(p.Pos.Filename, dir))
	p.Pos.Column = max(p.Pos.Column, 1) // Export data knows lines alone.
	return fmt.Sprintf("%s: %s", p.Pos, p)
}

// List collects what is wrong, so that one run shows all of it.
type List struct{ All []Problem }

// Add adds a problem, whose message is made as by fmt.Sprintf.
func (p *List) Add(pos token.Position, subject, format string, args ...any) {
	p.All = append(p.All, Problem{pos, subject, fmt.Sprintf(format, args...)})
}

// Sort sorts problems by position, and drops what is there twice.
func Sort(list []Problem) []Problem {
	slices.SortFunc(list, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(list)
}
