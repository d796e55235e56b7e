package main

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
)

// equivalents lists the mutants that do what the code did, each with the reason:
//
//	file function: change
//		reason
//
//go:embed equivalent.txt
var equivalents string

// parseEquivalents returns the reasons by mutants.
func parseEquivalents(text string) (map[string]string, error) {
	reasons := map[string]string{}
	mutant := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch reason, indented := strings.CutPrefix(line, "\t"); {
		case line == "" || line[0] == '#':
		case !indented:
			if err := hasReason(reasons, mutant); err != nil {
				return nil, err
			}
			mutant = line
			reasons[mutant] = ""
		default:
			reasons[mutant] += reason + "\n"
		}
	}
	return reasons, hasReason(reasons, mutant)
}

func hasReason(reasons map[string]string, mutant string) error {
	if reason, ok := reasons[mutant]; ok && reason == "" {
		return fmt.Errorf("equivalent.txt: %s: say why", mutant)
	}
	return nil
}

// key is how equivalent.txt names a mutant: without a line, as those change.
func (m *mutant) key() string {
	return fmt.Sprintf("%s %s: %s", m.pos.Filename, m.function, m.change)
}

// score is the result of a file, or of all.
type score struct{ mutants, killed, equivalent int }

func (s *score) String() string {
	text := fmt.Sprintf("%d of %d killed (%.1f%%)", s.killed, s.mutants,
		100*float64(s.killed)/float64(s.mutants))
	if s.equivalent > 0 {
		text += fmt.Sprintf(", %d equivalent", s.equivalent)
	}
	return text
}

// report lists the live mutants, and how many were killed. Its error is errLive where there
// is one that isn't known to be equivalent.
func report(w io.Writer, mutants []*mutant, refused int, known map[string]string) error {
	var all score
	files := map[string]*score{}
	var names []string
	live := 0
	for _, m := range mutants {
		file := files[m.pos.Filename]
		if file == nil {
			file = &score{}
			files[m.pos.Filename] = file
			names = append(names, m.pos.Filename)
		}
		for _, s := range []*score{file, &all} {
			s.mutants++
			switch {
			case m.killed:
				s.killed++
			case known[m.key()] != "":
				s.equivalent++
			}
		}
		if !m.killed && known[m.key()] == "" {
			live++
			fmt.Fprint(w, m)
			if len(m.reached) == 0 {
				fmt.Fprint(w, " (not reached)")
			}
			fmt.Fprintln(w)
		}
	}
	reportKilled(w, mutants, known)
	for _, name := range names {
		fmt.Fprintf(w, "%s: %s\n", name, files[name])
	}
	fmt.Fprintf(w, "all: %s, %d live; %d more don't compile\n", &all, live, refused)
	if live > 0 {
		return errLive
	}
	return nil
}

// reportKilled lists those of equivalent.txt that aren't.
func reportKilled(w io.Writer, mutants []*mutant, known map[string]string) {
	lives := map[string]bool{} // by key, of which a function may have several
	for _, m := range mutants {
		lives[m.key()] = lives[m.key()] || !m.killed
	}
	for _, m := range mutants {
		if known[m.key()] != "" && !lives[m.key()] {
			fmt.Fprintf(w, "%s: killed, but equivalent.txt has it\n", m)
		}
	}
}
