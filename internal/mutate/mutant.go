package main

import (
	"fmt"
	"go/token"
	"go/types"
)

// mutant is one change of the code.
type mutant struct {
	id       int // from 1, in the order of the code
	pos      token.Position
	function string
	change   string // what was => what is
	text     string // what is, in Go, where the kind of its site asks for it

	killed  bool
	reached []*test // quickest first
}

func (m *mutant) String() string { return fmt.Sprintf("%s: %s: %s", m.pos, m.function, m.change) }

// site is a place in a file with the mutants that it can be.
type site struct {
	from, to int // offsets in the file
	mutants  []*mutant
	// edits returns what has to be written around, and into, what is there.
	edits func(*site) []edit
	names []*types.Package // that the edits name
	// Where it is in the text that has been written.
	begun, ended int
}

// edit replaces source[at:until].
type edit struct {
	at, until int
	text      string
	part      part
	site      *site
	order     int // of the site: an outer one is before those in it
}

// part says which edits at the same offset come first.
type part uint8

const (
	closes part = iota
	within
	opens
)

// around is a site's edits where what is there stays as it is.
func (s *site) around(before, after string) []edit {
	return []edit{
		{at: s.from, until: s.from, text: before, part: opens},
		{at: s.to, until: s.to, text: after, part: closes},
	}
}

func (s *site) first() int { return s.mutants[0].id }
func (s *site) last() int  { return s.mutants[len(s.mutants)-1].id }
