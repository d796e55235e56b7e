package gen

import (
	"github.com/breakergen/breakergen/gen/internal/discover"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
)

// Request is the work of one directive or command line.
type Request = request.Request

// Problem is one thing that is wrong, and where.
type Problem = problem.Problem

// SortProblems sorts problems by position, and drops what is there twice.
func SortProblems(list []Problem) []Problem { return problem.Sort(list) }

// Suggest returns "; did you mean x?" for the nearest of the known names, or ""
// where none is near.
func Suggest(name string, known []string) string { return problem.Suggest(name, known) }

// Relative shortens the path of a file in or near dir.
func Relative(path, dir string) string { return problem.Relative(path, dir) }

// Slashed writes a path with forward slashes, so that headers and messages are the
// same on every system.
func Slashed(path string) string { return problem.Slashed(path) }

// Discovery finds directives, the go:generate lines that run breakergen.
type Discovery = discover.Discovery

// Tree is what was found under patterns.
type Tree = discover.Tree
